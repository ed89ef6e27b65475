//! Recipients and identity files.

use confgate_runtime::secrets::Decryptor;

use super::*;
use crate::Identities;

fn recipient_error(text: &str) -> String {
    text.parse::<Recipient>().unwrap_err().to_string()
}

fn identity_error(file: &[u8], passphrase: Option<&str>) -> String {
    Identity::read(file, &mut || passphrase.map(Secret::from)).unwrap_err().to_string()
}

#[test]
fn a_new_identity_is_written_as_age_keygen_writes_it() {
    let new = Identity::generate();
    let file = new.file(SystemTime::UNIX_EPOCH + Duration::from_secs(86_400));
    let lines: Vec<&str> = file.expose().lines().collect();
    assert_eq!(
        lines[..2],
        ["# created: 1970-01-02T00:00:00Z".to_owned(), format!("# public key: {}", new.public_key())]
    );
    assert_eq!((lines.len(), lines[2].len()), (3, 74));
    let sealed = seal(&[new.recipient()], Encoding::Binary, b"x").unwrap();
    assert_eq!(**open(&identities(file.expose()), &sealed).unwrap(), *b"x");
}

#[test]
fn a_file_of_recipients_has_one_a_line_and_comments() {
    let file = format!("# all nodes\r\n\r\n {} \r\n{}\n", key!("ed25519.pub").trim(), key!("rsa.pub"));
    let recipients = Recipient::read(&file).unwrap();
    let displayed: Vec<String> = recipients.iter().map(|recipient| format!("{recipient:?}")).collect();
    assert!(
        displayed[0].starts_with("Recipient(ssh-ed25519 AAAA") && displayed[1].starts_with("Recipient(ssh-rsa AAAA")
    );
    assert_eq!(displayed.len(), 2);
    assert_eq!(Recipient::read("# none\n").unwrap_err().to_string(), "no recipient found");
    let error = Recipient::read(&format!("{}\nhunter2", key!("rsa.pub"))).unwrap_err().to_string();
    assert_eq!(error, "line 3: not a recipient: expected age1…, ssh-ed25519 … or ssh-rsa …");
}

#[test]
fn a_text_that_is_not_a_recipient_is_named_by_its_kind_and_never_quoted() {
    let secret_key = key!("age").lines().last().unwrap();
    let identity = "this is an identity, which must stay secret: use its public key";
    assert_eq!(recipient_error(secret_key), identity);
    assert_eq!(recipient_error(key!("ed25519")), identity);
    assert_eq!(recipient_error("AGE-PLUGIN-YUBIKEY-1QQQ"), identity);
    let public = Identity::generate().public_key();
    let mistyped = "malformed age recipient (age1…)";
    assert_eq!(recipient_error(&public[..public.len() - 1]), mistyped);
    assert_eq!(recipient_error(&format!("{}é", &public[..20])), mistyped);
    let plugin = "recipients of the kind age1yubikey are not supported";
    assert_eq!(recipient_error("age1yubikey1qwertz"), plugin);
    let ecdsa = "ssh keys of the kind ecdsa-sha2-nistp256 cannot be recipients: use ssh-ed25519";
    assert_eq!(recipient_error(key!("ecdsa.pub")), ecdsa);
    let small = "the RSA key is too short: the minimum is 2048 bits";
    assert_eq!(recipient_error(key!("small.pub")), small);
    let large = "the RSA key is too long: the maximum is 4096 bits";
    assert_eq!(recipient_error(key!("large.pub")), large);
    for text in ["", "hunter2", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa ????", "ééééé"] {
        assert_eq!(recipient_error(text), "not a recipient: expected age1…, ssh-ed25519 … or ssh-rsa …", "{text}");
    }
}

#[test]
fn an_identity_file_may_hold_several_keys_and_comments() {
    let two = format!("{}\r\n# old\n\n{}", key!("age"), Identity::generate().file(SystemTime::UNIX_EPOCH).expose());
    assert_eq!(identities(&two).len(), 2);
}

#[test]
fn a_line_that_is_not_an_identity_is_named_by_its_number_and_never_quoted() {
    let key = key!("age").lines().last().unwrap();
    assert_eq!(identity_error(b"\xff", None), "not an identity file: it is not UTF-8 text");
    assert_eq!(identity_error(b"# none\n", None), "no identity found");
    let broken = format!("# one\n{}", &key[..60]);
    assert_eq!(identity_error(broken.as_bytes(), None), "line 2: not an identity, or malformed");
    let public = "line 1: this is a recipient; its identity begins with AGE-SECRET-KEY-1";
    assert_eq!(identity_error(key!("ed25519.pub").as_bytes(), None), public);
    let plugin = "line 1: identities of plugins are not supported";
    assert_eq!(identity_error(b"AGE-PLUGIN-YUBIKEY-1QQQ", None), plugin);
    let post_quantum = "line 2: post-quantum identities are not supported: make one with `confgate keygen`, or `age-keygen` without -pq";
    assert_eq!(identity_error(b"# new\nAGE-SECRET-KEY-PQ-1QQQ", None), post_quantum);
    assert_eq!(identity_error(b"# new\nage-secret-key-pq-1qqq\nAGE-PLUGIN-X-1QQQ\n", None), post_quantum);
}

#[test]
fn a_key_of_an_unsupported_kind_leaves_the_others_of_its_file_in_use() {
    let key = key!("age");
    assert_eq!(identities(&format!("AGE-SECRET-KEY-PQ-1QQQ\n{key}AGE-PLUGIN-YUBIKEY-1QQQ\n")).len(), 1);
    let malformed = format!("AGE-SECRET-KEY-PQ-1QQQ\n{key}AGE-SECRET-KEY-1QQQ\n");
    let line = malformed.lines().count();
    let message = format!("line {line}: not an identity, or malformed");
    assert_eq!(identity_error(malformed.as_bytes(), None), message);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let marked = |bytes: &[u8]| [b"\xEF\xBB\xBF".as_slice(), bytes].concat();
    assert_eq!(identities(&format!("\u{FEFF}{}", key!("age"))).len(), 1);
    assert_eq!(identities(&format!("\u{FEFF}{}", key!("ed25519"))).len(), 1);
    let armored = seal(node_recipients(), Encoding::Armored, b"x").unwrap();
    let marked_armor = marked(&[b"\r\n".as_slice(), &armored].concat());
    assert_eq!(Encoding::of(&marked_armor), Some(Encoding::Armored));
    assert!(confgate_runtime::secrets::is_sealed_file(&marked_armor));
    assert_eq!(**open(node_identities(), &marked_armor).unwrap(), *b"x");
    let binary = seal(node_recipients(), Encoding::Binary, b"x").unwrap();
    assert_eq!(Encoding::of(&marked(&binary)), None);
}

#[test]
fn an_ssh_key_that_cannot_be_used_is_an_error_with_its_reason() {
    let ecdsa = "ssh keys of the kind ecdsa-sha2-nistp256 cannot be identities: use ssh-ed25519";
    assert_eq!(identity_error(key!("ecdsa").as_bytes(), None), ecdsa);
    let format = "the ssh key is malformed or not in OpenSSH's format: convert it with `ssh-keygen -p`";
    assert_eq!(identity_error(b"-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n", None), format);
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    assert_eq!(identity_error(old.as_bytes(), None), format);
    let key = key!("ed25519");
    assert_eq!(identity_error(&key.as_bytes()[..200], None), "the ssh key is truncated");
}

#[test]
fn an_identity_file_under_a_passphrase_asks_for_it_once() {
    let public: Recipient = key!("protected.pub").parse().unwrap();
    let sealed_for_ssh = seal(&[public], Encoding::Binary, b"x").unwrap();
    let key = key!("age");
    let file = seal(&[Recipient::passphrase(&secret("correct horse"))], Encoding::Armored, key.as_bytes()).unwrap();
    let public = key.lines().nth(1).unwrap().trim_start_matches("# public key: ");
    let sealed_for_age = seal(&[public.parse().unwrap()], Encoding::Binary, b"x").unwrap();
    for (file, sealed) in [(key!("protected").as_bytes(), sealed_for_ssh), (&file[..], sealed_for_age)] {
        let missing = "protected by a passphrase, and none was given";
        assert_eq!(identity_error(file, None), missing);
        assert_eq!(identity_error(file, Some("battery staple")), "wrong passphrase");
        let mut calls = 0;
        let mut passphrase = || {
            calls += 1;
            Some(secret("correct horse"))
        };
        let identities = Identity::read(file, &mut passphrase).unwrap();
        assert_eq!(**open(&identities, &sealed).unwrap(), *b"x");
        assert_eq!(calls, 1);
    }
}

#[test]
fn a_key_that_is_sealed_for_another_key_is_not_an_identity_file() {
    let file = seal(node_recipients(), Encoding::Binary, key!("age").as_bytes()).unwrap();
    let message = "sealed for a key, and no identity was given";
    assert_eq!(identity_error(&file, Some("x")), message);
}

#[test]
fn a_node_opens_values_with_its_identities_or_reports_the_way_out() {
    let value = seal_value(node_recipients(), &secret(CANARY)).unwrap();
    let public = key!("ed25519.pub").parse().unwrap();
    let both = seal_value(&[public], &secret(CANARY)).unwrap();
    let node = Identities::from(identities(key!("ed25519")));
    assert_eq!(node.open(&both).unwrap().expose(), CANARY);
    let error = node.open(&value).unwrap_err();
    assert_eq!(
        error.message,
        "none of the identities opens it: it was sealed for other recipients, or changed afterwards"
    );
    let help = |decryptor: &Identities, text: &str| decryptor.open(text).unwrap_err().help;
    assert!(error.help.unwrap().starts_with("seal it for this node as well"));
    let none = Identities::from(Vec::new());
    assert_eq!(help(&none, &value).unwrap(), "give the node its identity file");
    assert!(help(&none, &value[..40]).unwrap().starts_with("seal the value again"));
    assert_eq!(help(&none, "hunter2"), None);
    let passphrase = seal_value(&[Recipient::passphrase(&secret("x"))], &secret(CANARY)).unwrap();
    assert!(help(&node, &passphrase).unwrap().starts_with("a node cannot ask for a passphrase"));
    assert_eq!(format!("{node:?}"), "Identities([Identity(ssh)])");
}

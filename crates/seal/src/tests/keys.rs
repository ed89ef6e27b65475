//! Files of recipients and identities.

use confgate_runtime::secrets::Decryptor;

use super::*;

fn why_no_recipient(text: &str) -> String {
    text.parse::<Recipient>().unwrap_err().to_string()
}

fn why_no_identity(file: &[u8], passphrase: Option<&str>) -> String {
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
    let sealed = seal(&[new.recipient()], Form::Binary, b"x").unwrap();
    assert_eq!(**open(&identities(file.expose()), &sealed).unwrap(), *b"x");
}

#[test]
fn a_file_of_recipients_has_one_a_line_and_comments() {
    let file = format!("# all nodes\r\n\r\n {} \r\n{}\n", key!("ed25519.pub").trim(), key!("rsa.pub"));
    let recipients = Recipient::read(&file).unwrap();
    let shown: Vec<String> = recipients.iter().map(|recipient| format!("{recipient:?}")).collect();
    assert!(shown[0].starts_with("Recipient(ssh-ed25519 AAAA") && shown[1].starts_with("Recipient(ssh-rsa AAAA"));
    assert_eq!(shown.len(), 2);
    assert_eq!(Recipient::read("# nobody\n").unwrap_err().to_string(), "there is no recipient in it");
    let error = Recipient::read(&format!("{}\nhunter2", key!("rsa.pub"))).unwrap_err().to_string();
    assert_eq!(error, "line 3: this is no recipient: age1…, ssh-ed25519 … or ssh-rsa …");
}

#[test]
fn what_is_no_recipient_is_named_by_its_kind_and_never_shown() {
    let secret_key = key!("age").lines().last().unwrap();
    let said = "this is an identity, which must stay secret: a recipient is its public key";
    assert_eq!(why_no_recipient(secret_key), said);
    assert_eq!(why_no_recipient(key!("ed25519")), said);
    assert_eq!(why_no_recipient("AGE-PLUGIN-YUBIKEY-1QQQ"), said);
    let public = Identity::generate().public_key();
    let mistyped = "this begins like a recipient (age1…), and has a mistake in it";
    assert_eq!(why_no_recipient(&public[..public.len() - 1]), mistyped);
    assert_eq!(why_no_recipient(&format!("{}é", &public[..20])), mistyped);
    let plugin = "recipients of the kind age1yubikey cannot be used here";
    assert_eq!(why_no_recipient("age1yubikey1qwertz"), plugin);
    let ecdsa = "ssh keys of the kind ecdsa-sha2-nistp256 cannot be recipients: use ssh-ed25519";
    assert_eq!(why_no_recipient(key!("ecdsa.pub")), ecdsa);
    let small = "this RSA key is too short to be safe: it needs at least 2048 bits";
    assert_eq!(why_no_recipient(key!("small.pub")), small);
    let large = "this RSA key is too long: it may have at most 4096 bits";
    assert_eq!(why_no_recipient(key!("large.pub")), large);
    for text in ["", "hunter2", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa ????", "ééééé"] {
        assert_eq!(why_no_recipient(text), "this is no recipient: age1…, ssh-ed25519 … or ssh-rsa …", "{text}");
    }
}

#[test]
fn an_identity_file_may_hold_several_keys_and_comments() {
    let two = format!("{}\r\n# old\n\n{}", key!("age"), Identity::generate().file(SystemTime::UNIX_EPOCH).expose());
    assert_eq!(identities(&two).len(), 2);
}

#[test]
fn what_is_no_identity_is_named_by_its_line_and_never_shown() {
    let key = key!("age").lines().last().unwrap();
    assert_eq!(why_no_identity(b"\xff", None), "no identity file: it is not UTF-8 text");
    assert_eq!(why_no_identity(b"# none\n", None), "there is no identity in it");
    let broken = format!("# one\n{}", &key[..60]);
    assert_eq!(why_no_identity(broken.as_bytes(), None), "line 2: this is no identity, or has a mistake in it");
    let public = "line 1: this is a recipient; the identity to it begins with AGE-SECRET-KEY-1";
    assert_eq!(why_no_identity(key!("ed25519.pub").as_bytes(), None), public);
    let plugin = "line 1: identities of plugins cannot be used here";
    assert_eq!(why_no_identity(b"AGE-PLUGIN-YUBIKEY-1QQQ", None), plugin);
}

#[test]
fn an_ssh_key_that_cannot_be_used_says_why() {
    let ecdsa = "ssh keys of the kind ecdsa-sha2-nistp256 cannot be identities: use ssh-ed25519";
    assert_eq!(why_no_identity(key!("ecdsa").as_bytes(), None), ecdsa);
    let form = "the ssh key is broken or in another form than OpenSSH's: `ssh-keygen -p` writes it anew";
    assert_eq!(why_no_identity(b"-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n", None), form);
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    assert_eq!(why_no_identity(old.as_bytes(), None), form);
    let key = key!("ed25519");
    assert_eq!(why_no_identity(&key.as_bytes()[..200], None), "the ssh key is cut off");
}

#[test]
fn an_identity_file_under_a_passphrase_asks_for_it_once() {
    let public: Recipient = key!("protected.pub").parse().unwrap();
    let sealed_for_ssh = seal(&[public], Form::Binary, b"x").unwrap();
    let key = key!("age");
    let file = seal(&[Recipient::passphrase(&secret("correct horse"))], Form::Armored, key.as_bytes()).unwrap();
    let public = key.lines().nth(1).unwrap().trim_start_matches("# public key: ");
    let sealed_for_age = seal(&[public.parse().unwrap()], Form::Binary, b"x").unwrap();
    for (file, sealed) in [(key!("protected").as_bytes(), sealed_for_ssh), (&file[..], sealed_for_age)] {
        let missing = "it is protected by a passphrase, and none was given";
        assert_eq!(why_no_identity(file, None), missing);
        assert_eq!(why_no_identity(file, Some("battery staple")), "the passphrase does not open it");
        let mut asked = 0;
        let mut passphrase = || {
            asked += 1;
            Some(secret("correct horse"))
        };
        let identities = Identity::read(file, &mut passphrase).unwrap();
        assert_eq!(**open(&identities, &sealed).unwrap(), *b"x");
        assert_eq!(asked, 1);
    }
}

#[test]
fn a_key_that_is_sealed_for_another_key_is_no_identity_file() {
    let file = seal(me(), Form::Binary, key!("age").as_bytes()).unwrap();
    let said = "it is sealed for a key, and there is no identity to open it with";
    assert_eq!(why_no_identity(&file, Some("x")), said);
}

#[test]
fn a_node_opens_values_with_its_identities_and_says_the_way_out_where_it_cannot() {
    let value = seal_value(me(), &secret(CANARY)).unwrap();
    let public = key!("ed25519.pub").parse().unwrap();
    let both = seal_value(&[public], &secret(CANARY)).unwrap();
    let node = Identities::from(identities(key!("ed25519")));
    assert_eq!(node.open(&both).unwrap().expose(), CANARY);
    let trouble = node.open(&value).unwrap_err();
    assert_eq!(trouble.message, "no identity here opens it: it was sealed for others, or changed afterwards");
    let help = |opener: &Identities, text: &str| opener.open(text).unwrap_err().help;
    assert!(trouble.help.unwrap().starts_with("`confgate rekey` seals it for this node as well"));
    let none = Identities::from(Vec::new());
    assert_eq!(help(&none, &value).unwrap(), "give the node its identity file");
    assert!(help(&none, &value[..40]).unwrap().starts_with("seal the value again"));
    assert_eq!(help(&none, "hunter2"), None);
    let passphrase = seal_value(&[Recipient::passphrase(&secret("x"))], &secret(CANARY)).unwrap();
    assert!(help(&node, &passphrase).unwrap().starts_with("a node asks nobody for a passphrase"));
    assert_eq!(format!("{node:?}"), "Identities([Identity(ssh)])");
}

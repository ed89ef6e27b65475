use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use confgate_core::types::secret::Secret;
use confgate_core::value::Path;
use proptest::prelude::*;

use crate::{
    Document, Encoding, Identity, OpenError, Recipient, age_file, is_sealed_by_passphrase, open, open_value, seal,
    seal_value,
};

/// Includes a key that was generated for these tests.
macro_rules! key {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/seal/keys/", $name))
    };
}

const CANARY: &str = "canary-3f9a";

/// Identity and recipient of one key, for all tests that need any key.
static NODE: LazyLock<(Identity, Recipient)> = LazyLock::new(|| {
    let new = Identity::generate();
    let recipient = new.recipient();
    (new.into(), recipient)
});

/// Returns the identity of that key.
fn node_identities() -> &'static [Identity] {
    std::slice::from_ref(&NODE.0)
}

/// Returns the recipient of that key.
fn node_recipients() -> &'static [Recipient] {
    std::slice::from_ref(&NODE.1)
}

fn identities(file: &str) -> Vec<Identity> {
    Identity::read(file.as_bytes(), &mut || None).unwrap()
}

/// Returns the recipient of that key as a value, since it cannot be cloned.
fn node_recipient() -> Recipient {
    format!("{:?}", NODE.1).trim_start_matches("Recipient(").trim_end_matches(')').parse().unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::from(text)
}

fn sealed(encoding: Encoding) -> Vec<u8> {
    seal(node_recipients(), encoding, CANARY.as_bytes()).unwrap()
}

fn open_error(sealed: &[u8]) -> OpenError {
    open(node_identities(), sealed).unwrap_err()
}

#[test]
fn data_sealed_for_a_key_is_opened_by_that_key_alone() {
    for (public, private) in [(key!("ed25519.pub"), key!("ed25519")), (key!("rsa.pub"), key!("rsa"))] {
        let sealed = seal(&[public.parse().unwrap()], Encoding::Binary, b"x").unwrap();
        assert_eq!(**open(&identities(private), &sealed).unwrap(), *b"x");
        assert_eq!(open_error(&sealed), OpenError::WrongIdentity);
    }
    assert_eq!(**open(node_identities(), &sealed(Encoding::Armored)).unwrap(), *CANARY.as_bytes());
    assert_eq!(open(&identities(key!("age")), &sealed(Encoding::Binary)).unwrap_err(), OpenError::WrongIdentity);
}

#[test]
fn each_of_several_recipients_opens_it_alone() {
    let public = [key!("ed25519.pub"), key!("rsa.pub")];
    let mut recipients: Vec<Recipient> = public.iter().map(|text| text.parse().unwrap()).collect();
    recipients.push(node_recipient());
    let value = seal_value(&recipients, &secret(CANARY)).unwrap();
    for private in [key!("ed25519"), key!("rsa")] {
        assert_eq!(open_value(&identities(private), &value).unwrap().expose(), CANARY);
    }
    assert_eq!(open_value(node_identities(), &value).unwrap().expose(), CANARY);
}

#[test]
fn a_passphrase_opens_data_sealed_with_it() {
    let value = seal_value(&[Recipient::passphrase(&secret("correct horse"))], &secret(CANARY)).unwrap();
    let wrong = Identity::passphrase(&secret("battery staple"));
    assert_eq!(open_value(&[], &value).unwrap_err(), OpenError::NoPassphrase);
    assert_eq!(open_value(node_identities(), &value).unwrap_err(), OpenError::NoPassphrase);
    let right = Identity::passphrase(&secret("correct horse"));
    assert_eq!(open_value(std::slice::from_ref(&wrong), &value).unwrap_err(), OpenError::WrongPassphrase);
    assert_eq!(open_value(&[wrong, right], &value).unwrap().expose(), CANARY, "the second of two");
    assert!(is_sealed_by_passphrase(&age_file(&value).unwrap()));
    assert!(!is_sealed_by_passphrase(&sealed(Encoding::Armored)) && !is_sealed_by_passphrase(b"x"));
}

#[test]
fn a_file_with_a_high_work_factor_is_rejected_before_the_work() {
    let mut costly = age::scrypt::Recipient::new("x".to_owned().into());
    // The test replaces this work factor by others in the text of the header.
    costly.set_work_factor(2);
    let cheap = age::encrypt(&costly, b"x").unwrap();
    let text = String::from_utf8_lossy(&cheap[..120]).into_owned();
    let index = text.find(" 2\n").unwrap() + 1;
    let error_with = |work: &str| {
        let mut file = cheap.clone();
        file.splice(index..=index, work.bytes());
        let started = std::time::Instant::now();
        let error = open(&[Identity::passphrase(&secret("x"))], &file).unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(10), "{work}");
        error
    };
    assert_eq!(error_with("21"), OpenError::WorkFactor { needed: 21 });
    assert_eq!(error_with("63"), OpenError::WorkFactor { needed: 63 });
    assert_eq!(error_with("255"), OpenError::WorkFactor { needed: 255 });
    assert_eq!(error_with("0"), OpenError::Header);
    assert_eq!(error_with("3"), OpenError::WrongPassphrase);
    let message = OpenError::WorkFactor { needed: 63 }.to_string();
    assert_eq!(message, "the work factor of its passphrase is 63, above the maximum of 20");
}

#[test]
fn a_header_that_would_take_hours_is_rejected_at_once() {
    for line in ["-> a\n\n", "-> a b c d\nYWdl\n"] {
        let file = format!("age-encryption.org/v1\n{}", line.repeat(2_000_000));
        assert_eq!(open_error(file.as_bytes()), OpenError::LongHeader);
    }
    let endless = format!("age-encryption.org/v1\n-> {}", "a".repeat(1_000_000));
    assert_eq!(open_error(endless.as_bytes()), OpenError::LongHeader);
}

#[test]
fn sealed_data_can_always_be_opened_again() {
    let many = |count| -> Vec<Recipient> { (0..count).map(|_| Identity::generate().recipient()).collect() };
    let mut recipients = many(500);
    recipients.push(node_recipient());
    let value = seal(&recipients, Encoding::Binary, b"x").unwrap();
    assert_eq!(**open(node_identities(), &value).unwrap(), *b"x");
    let error = seal(&many(800), Encoding::Binary, b"x").unwrap_err();
    assert_eq!(error.to_string(), "too many recipients for one file: 800");
}

#[test]
fn sealing_without_a_recipient_or_for_a_passphrase_beside_others_is_an_error() {
    let error = seal(&[], Encoding::Binary, b"x").unwrap_err();
    assert_eq!(error.to_string(), "no recipient given");
    let passphrase = || Recipient::passphrase(&secret("x"));
    let message = "a passphrase must be the only recipient";
    for recipients in [[passphrase(), passphrase()], [passphrase(), Identity::generate().recipient()]] {
        assert_eq!(seal(&recipients, Encoding::Binary, b"x").unwrap_err().to_string(), message);
    }
}

/// All errors that a changed file may cause.
const BROKEN: &[OpenError] = &[
    OpenError::NotAge,
    OpenError::Version,
    OpenError::Armor,
    OpenError::Header,
    OpenError::Truncated,
    OpenError::Changed,
    OpenError::WrongIdentity,
    OpenError::NotBase64,
];

#[test]
fn a_file_with_any_byte_changed_is_rejected() {
    for encoding in [Encoding::Binary, Encoding::Armored] {
        let file = sealed(encoding);
        for at in 0..file.len() {
            for flipped in [1, 0x20, 0x80] {
                let mut changed = file.clone();
                changed[at] ^= flipped;
                match open(node_identities(), &changed) {
                    Err(error) => assert!(BROKEN.contains(&error), "{encoding:?} {at}: {error:?}"),
                    // White space around the armor is not sealed.
                    Ok(plain) => {
                        assert!(encoding == Encoding::Armored && *plain == *CANARY.as_bytes(), "{encoding:?} {at}")
                    }
                }
            }
        }
    }
}

#[test]
fn a_file_truncated_anywhere_is_rejected() {
    let (file, armored) = (sealed(Encoding::Binary), sealed(Encoding::Armored));
    for length in 0..file.len() {
        let error = open_error(&file[..length]);
        assert!(BROKEN.contains(&error), "{length}: {error:?}");
    }
    // The last line may lack its line end.
    for length in 0..armored.len() - 1 {
        let error = open_error(&armored[..length]);
        assert!(BROKEN.contains(&error), "{length}: {error:?}");
    }
}

#[test]
fn a_large_file_truncated_between_two_chunks_is_rejected() {
    let plain = vec![7; 3 * 64 * 1024];
    let file = seal(node_recipients(), Encoding::Binary, &plain).unwrap();
    let chunk = 64 * 1024 + 16;
    assert_eq!(open_error(&file[..file.len() - chunk]), OpenError::Truncated);
    assert_eq!(open_error(&file[..file.len() - 3 * chunk]), OpenError::Truncated);
    assert_eq!(open(node_identities(), &file).unwrap().len(), plain.len());
}

#[test]
fn a_sealed_value_with_any_character_changed_or_missing_is_rejected() {
    let value = seal_value(node_recipients(), &secret(CANARY)).unwrap();
    for at in 0..value.len() {
        for other in ["A", "/", "=", " ", "\n", "é"] {
            let mut changed = value.clone();
            changed.replace_range(at..=at, other);
            if changed != value {
                open_value(node_identities(), &changed).unwrap_err();
            }
        }
        open_value(node_identities(), &value[..at]).unwrap_err();
    }
}

#[test]
fn every_error_has_a_message() {
    let open = |text: &str| open_value(node_identities(), text).unwrap_err().to_string();
    assert_eq!(open("hunter2"), "not a sealed value: it does not begin with `encrypted:`");
    assert_eq!(open("encrypted:?"), "the text after `encrypted:` is not base64: it was changed or truncated");
    assert_eq!(open("encrypted:aGVsbG8="), "not an age file");
    let file = |bytes: &[u8]| open_error(bytes).to_string();
    assert_eq!(file(b"hello"), "not an age file");
    assert_eq!(file(b"age-encryption.org/v1\nhello\n"), "the header of the age file is malformed: it was changed");
    assert_eq!(file(b"age-encryption.org/v1\n"), "the age file is truncated");
    let armored = String::from_utf8(sealed(Encoding::Armored)).unwrap();
    assert_eq!(file(&armored.as_bytes()[..100]), "the armored text was changed or truncated");
    let mut changed = sealed(Encoding::Binary);
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(file(&changed), "the age file was changed or truncated after it was sealed");
    let no_identity = crate::open(&[], &sealed(Encoding::Binary)).unwrap_err().to_string();
    assert_eq!(no_identity, "sealed for a key, and no identity was given");
    let others = seal(&[Identity::generate().recipient()], Encoding::Binary, b"x").unwrap();
    assert_eq!(
        file(&others),
        "none of the identities opens it: it was sealed for other recipients, or changed afterwards"
    );
    let bytes = seal(node_recipients(), Encoding::Binary, b"\xff").unwrap();
    let value = format!("encrypted:{}", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes));
    assert_eq!(open(&value), "the sealed value is not UTF-8 text");
    let newer = String::from_utf8_lossy(&sealed(Encoding::Binary)).replace("org/v1", "org/v2");
    assert_eq!(file(newer.as_bytes()), "unsupported version of the age format");
    let long = OpenError::LongHeader.to_string();
    assert_eq!(long, "the header of the age file is too large");
    assert_eq!(OpenError::NoPassphrase.to_string(), "sealed with a passphrase, and none was given");
    assert_eq!(OpenError::WrongPassphrase.to_string(), "wrong passphrase");
}

#[test]
fn debug_output_contains_neither_keys_nor_plain_text() {
    let new = Identity::generate();
    let file = new.file(SystemTime::UNIX_EPOCH);
    let recipients = format!("{new:?} {:?} {:?}", new.recipient(), Identity::passphrase(&secret(CANARY)));
    let ssh = identities(key!("ed25519"));
    let output = format!("{recipients} {ssh:?} {:?} {:?}", Identity::from(new), Recipient::passphrase(&secret(CANARY)));
    let key = file.expose().lines().last().unwrap();
    assert!(key.starts_with("AGE-SECRET-KEY-1") && !output.contains(key) && !output.contains(CANARY), "{output}");
    assert!(output.ends_with("[Identity(ssh)] Identity(age) Recipient([passphrase])"), "{output}");
    let document = Document::read("f.toml", "a = 'canary-3f9a'").unwrap();
    assert_eq!(format!("{document:?}"), "Document(\"f.toml\")");
}

mod documents;
mod keys;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives_a_round_trip(text in any::<String>()) {
        let value = seal_value(node_recipients(), &secret(&text)).unwrap();
        prop_assert!(value.is_ascii() && !value.contains('\n'));
        let opened = open_value(node_identities(), &value).unwrap();
        prop_assert_eq!(opened.expose(), text);
    }

    #[test]
    fn any_bytes_survive_a_round_trip(bytes in any::<Vec<u8>>(), armored in any::<bool>()) {
        let encoding = if armored { Encoding::Armored } else { Encoding::Binary };
        let file = seal(node_recipients(), encoding, &bytes).unwrap();
        prop_assert_eq!(Encoding::of(&file), Some(encoding));
        prop_assert_eq!(&**open(node_identities(), &file).unwrap(), &bytes);
    }

    #[test]
    fn any_other_text_is_rejected(text in "(encrypted:)?([A-Za-z0-9+/=]{0,40}|\\PC{0,40})") {
        open_value(node_identities(), &text).unwrap_err();
    }

    #[test]
    fn any_other_header_is_rejected(lines in "(-> [a-zX0-9]{1,8}( [A-Za-z0-9+/]{0,8}){0,3}\n([A-Za-z0-9+/]{0,43}\n)?){0,4}(---( [A-Za-z0-9+/]{43}\n)?)?") {
        let file = format!("age-encryption.org/v1\n{lines}");
        open(&[Identity::generate().into(), Identity::passphrase(&secret("x"))], file.as_bytes()).unwrap_err();
    }

    #[test]
    fn any_identity_file_and_recipient_is_parsed_or_rejected(text in "(AGE-SECRET-KEY-1|age1|ssh-rsa |-----BEGIN OPENSSH PRIVATE KEY-----\n)?\\PC{0,40}") {
        let _ = Identity::read(text.as_bytes(), &mut || None);
        let _ = text.parse::<Recipient>();
    }
}

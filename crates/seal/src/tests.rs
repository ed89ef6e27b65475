use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use confgate_core::types::Secret;
use confgate_core::value::Path;
use proptest::prelude::*;

use crate::*;

/// Keys that were made for these tests and open nothing else.
macro_rules! key {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/seal/keys/", $name))
    };
}

const CANARY: &str = "canary-3f9a";

/// One key for all tests that only need some key, and what was sealed for it.
static NODE: LazyLock<(Identity, Recipient)> = LazyLock::new(|| {
    let new = Identity::generate();
    let recipient = new.recipient();
    (new.into(), recipient)
});

/// The identity of that key.
fn mine() -> &'static [Identity] {
    std::slice::from_ref(&NODE.0)
}

/// Its recipient.
fn me() -> &'static [Recipient] {
    std::slice::from_ref(&NODE.1)
}

fn identities(file: &str) -> Vec<Identity> {
    Identity::read(file.as_bytes(), &mut || None).unwrap()
}

/// The recipient of all tests once more.
fn node() -> Recipient {
    format!("{:?}", NODE.1).trim_start_matches("Recipient(").trim_end_matches(')').parse().unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::from(text)
}

fn sealed(form: Form) -> Vec<u8> {
    seal(me(), form, CANARY.as_bytes()).unwrap()
}

fn why_not_open(sealed: &[u8]) -> OpenError {
    open(mine(), sealed).unwrap_err()
}

#[test]
fn what_is_sealed_for_a_key_is_opened_by_it_and_by_no_other() {
    for (public, private) in [(key!("ed25519.pub"), key!("ed25519")), (key!("rsa.pub"), key!("rsa"))] {
        let sealed = seal(&[public.parse().unwrap()], Form::Binary, b"x").unwrap();
        assert_eq!(**open(&identities(private), &sealed).unwrap(), *b"x");
        assert_eq!(why_not_open(&sealed), OpenError::WrongIdentity);
    }
    assert_eq!(**open(mine(), &sealed(Form::Armored)).unwrap(), *CANARY.as_bytes());
    assert_eq!(open(&identities(key!("age")), &sealed(Form::Binary)).unwrap_err(), OpenError::WrongIdentity);
}

#[test]
fn each_of_several_recipients_opens_it_alone() {
    let public = [key!("ed25519.pub"), key!("rsa.pub")];
    let mut recipients: Vec<Recipient> = public.iter().map(|text| text.parse().unwrap()).collect();
    recipients.push(node());
    let value = seal_value(&recipients, &secret(CANARY)).unwrap();
    for private in [key!("ed25519"), key!("rsa")] {
        assert_eq!(open_value(&identities(private), &value).unwrap().expose(), CANARY);
    }
    assert_eq!(open_value(mine(), &value).unwrap().expose(), CANARY);
}

#[test]
fn a_passphrase_opens_what_was_sealed_with_it() {
    let value = seal_value(&[Recipient::passphrase(&secret("correct horse"))], &secret(CANARY)).unwrap();
    let wrong = Identity::passphrase(&secret("battery staple"));
    assert_eq!(open_value(&[], &value).unwrap_err(), OpenError::NoPassphrase);
    assert_eq!(open_value(mine(), &value).unwrap_err(), OpenError::NoPassphrase);
    let right = Identity::passphrase(&secret("correct horse"));
    assert_eq!(open_value(std::slice::from_ref(&wrong), &value).unwrap_err(), OpenError::WrongPassphrase);
    assert_eq!(open_value(&[wrong, right], &value).unwrap().expose(), CANARY, "the second of two");
    assert!(is_sealed_by_passphrase(&age_file(&value).unwrap()));
    assert!(!is_sealed_by_passphrase(&sealed(Form::Armored)) && !is_sealed_by_passphrase(b"x"));
}

#[test]
fn a_file_that_asks_for_too_much_work_is_refused_before_the_work() {
    let mut costly = age::scrypt::Recipient::new("x".to_owned().into());
    // One that is too much for this program and for few seconds of a test alike.
    costly.set_work_factor(2);
    let cheap = age::encrypt(&costly, b"x").unwrap();
    let text = String::from_utf8_lossy(&cheap[..120]).into_owned();
    let at = text.find(" 2\n").unwrap() + 1;
    let asked = |work: &str| {
        let mut file = cheap.clone();
        file.splice(at..=at, work.bytes());
        let started = std::time::Instant::now();
        let error = open(&[Identity::passphrase(&secret("x"))], &file).unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(10), "{work}");
        error
    };
    assert_eq!(asked("21"), OpenError::Work { needed: 21 });
    assert_eq!(asked("63"), OpenError::Work { needed: 63 });
    assert_eq!(asked("255"), OpenError::Work { needed: 255 });
    assert_eq!(asked("0"), OpenError::Header);
    assert_eq!(asked("3"), OpenError::WrongPassphrase);
    let said = OpenError::Work { needed: 63 }.to_string();
    assert_eq!(said, "its passphrase asks for a work factor of 63, and at most 20 is done");
}

#[test]
fn a_header_that_would_take_hours_is_refused_at_once() {
    for line in ["-> a\n\n", "-> a b c d\nYWdl\n"] {
        let file = format!("age-encryption.org/v1\n{}", line.repeat(2_000_000));
        assert_eq!(why_not_open(file.as_bytes()), OpenError::LongHeader);
    }
    let endless = format!("age-encryption.org/v1\n-> {}", "a".repeat(1_000_000));
    assert_eq!(why_not_open(endless.as_bytes()), OpenError::LongHeader);
}

#[test]
fn what_is_sealed_can_always_be_opened_again() {
    let many = |count| -> Vec<Recipient> { (0..count).map(|_| Identity::generate().recipient()).collect() };
    let mut recipients = many(500);
    recipients.push(node());
    let value = seal(&recipients, Form::Binary, b"x").unwrap();
    assert_eq!(**open(mine(), &value).unwrap(), *b"x");
    let error = seal(&many(800), Form::Binary, b"x").unwrap_err();
    assert_eq!(error.to_string(), "800 recipients are more than one file can be sealed for");
}

#[test]
fn nothing_is_sealed_for_nobody_or_for_a_passphrase_and_others() {
    let error = seal(&[], Form::Binary, b"x").unwrap_err();
    assert_eq!(error.to_string(), "there is no recipient to seal for");
    let passphrase = || Recipient::passphrase(&secret("x"));
    let said = "what is sealed with a passphrase cannot be sealed for anyone else as well";
    for recipients in [[passphrase(), passphrase()], [passphrase(), Identity::generate().recipient()]] {
        assert_eq!(seal(&recipients, Form::Binary, b"x").unwrap_err().to_string(), said);
    }
}

/// All that may be said of a file that was changed.
const BROKEN: &[OpenError] = &[
    OpenError::NotAge,
    OpenError::Version,
    OpenError::Armor,
    OpenError::Header,
    OpenError::CutOff,
    OpenError::Changed,
    OpenError::WrongIdentity,
    OpenError::NotBase64,
];

#[test]
fn a_file_with_any_byte_changed_is_refused() {
    for form in [Form::Binary, Form::Armored] {
        let file = sealed(form);
        for at in 0..file.len() {
            for flipped in [1, 0x20, 0x80] {
                let mut changed = file.clone();
                changed[at] ^= flipped;
                match open(mine(), &changed) {
                    Err(error) => assert!(BROKEN.contains(&error), "{form:?} {at}: {error:?}"),
                    // White space around the armor is no part of what is sealed.
                    Ok(plain) => assert!(form == Form::Armored && *plain == *CANARY.as_bytes(), "{form:?} {at}"),
                }
            }
        }
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let (file, armored) = (sealed(Form::Binary), sealed(Form::Armored));
    for length in 0..file.len() {
        let error = why_not_open(&file[..length]);
        assert!(BROKEN.contains(&error), "{length}: {error:?}");
    }
    // The last line may lack its end.
    for length in 0..armored.len() - 1 {
        let error = why_not_open(&armored[..length]);
        assert!(BROKEN.contains(&error), "{length}: {error:?}");
    }
}

#[test]
fn a_large_file_that_is_cut_off_between_two_of_its_chunks_is_refused() {
    let plain = vec![7; 3 * 64 * 1024];
    let file = seal(me(), Form::Binary, &plain).unwrap();
    let chunk = 64 * 1024 + 16;
    assert_eq!(why_not_open(&file[..file.len() - chunk]), OpenError::CutOff);
    assert_eq!(why_not_open(&file[..file.len() - 3 * chunk]), OpenError::CutOff);
    assert_eq!(open(mine(), &file).unwrap().len(), plain.len());
}

#[test]
fn a_sealed_value_with_any_character_changed_or_missing_is_refused() {
    let value = seal_value(me(), &secret(CANARY)).unwrap();
    for at in 0..value.len() {
        for other in ["A", "/", "=", " ", "\n", "é"] {
            let mut changed = value.clone();
            changed.replace_range(at..=at, other);
            if changed != value {
                open_value(mine(), &changed).unwrap_err();
            }
        }
        open_value(mine(), &value[..at]).unwrap_err();
    }
}

#[test]
fn every_reason_is_said_in_words() {
    let open = |text: &str| open_value(mine(), text).unwrap_err().to_string();
    assert_eq!(open("hunter2"), "it is not sealed: a sealed value begins with `encrypted:`");
    assert_eq!(open("encrypted:?"), "what follows `encrypted:` is not base64: it was changed or cut off");
    assert_eq!(open("encrypted:aGVsbG8="), "it is no age file");
    let file = |bytes: &[u8]| why_not_open(bytes).to_string();
    assert_eq!(file(b"hello"), "it is no age file");
    assert_eq!(file(b"age-encryption.org/v1\nhello\n"), "the header of the age file is broken: it was changed");
    assert_eq!(file(b"age-encryption.org/v1\n"), "it is cut off");
    let armored = String::from_utf8(sealed(Form::Armored)).unwrap();
    assert_eq!(file(&armored.as_bytes()[..100]), "the text of the armored age file was changed or cut off");
    let mut changed = sealed(Form::Binary);
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(file(&changed), "it was changed or cut off after it was sealed");
    let no_identity = crate::open(&[], &sealed(Form::Binary)).unwrap_err().to_string();
    assert_eq!(no_identity, "it is sealed for a key, and there is no identity to open it with");
    let others = seal(&[Identity::generate().recipient()], Form::Binary, b"x").unwrap();
    assert_eq!(file(&others), "no identity here opens it: it was sealed for others, or changed afterwards");
    let bytes = seal(me(), Form::Binary, b"\xff").unwrap();
    let value = format!("encrypted:{}", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes));
    assert_eq!(open(&value), "what is sealed in it is not UTF-8 text");
    let newer = String::from_utf8_lossy(&sealed(Form::Binary)).replace("org/v1", "org/v2");
    assert_eq!(file(newer.as_bytes()), "it has a version of the age format that is not known here");
    let long = OpenError::LongHeader.to_string();
    assert_eq!(long, "the header of the age file is too large: nobody has so many recipients");
    assert_eq!(OpenError::NoPassphrase.to_string(), "it is sealed with a passphrase, and none was given");
    assert_eq!(OpenError::WrongPassphrase.to_string(), "the passphrase does not open it");
}

#[test]
fn debug_shows_no_key_and_no_plain_text() {
    let new = Identity::generate();
    let file = new.file(SystemTime::UNIX_EPOCH);
    let shown = format!("{new:?} {:?} {:?}", new.recipient(), Identity::passphrase(&secret(CANARY)));
    let ssh = identities(key!("ed25519"));
    let shown = format!("{shown} {ssh:?} {:?} {:?}", Identity::from(new), Recipient::passphrase(&secret(CANARY)));
    let key = file.expose().lines().last().unwrap();
    assert!(key.starts_with("AGE-SECRET-KEY-1") && !shown.contains(key) && !shown.contains(CANARY), "{shown}");
    assert!(shown.ends_with("[Identity(ssh)] Identity(age) Recipient([passphrase])"), "{shown}");
    let document = Document::read("f.toml", "a = 'canary-3f9a'").unwrap();
    assert_eq!(format!("{document:?}"), "Document(\"f.toml\")");
}

mod documents;
mod keys;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_back_as_it_was(text in any::<String>()) {
        let value = seal_value(me(), &secret(&text)).unwrap();
        prop_assert!(value.is_ascii() && !value.contains('\n'));
        let opened = open_value(mine(), &value).unwrap();
        prop_assert_eq!(opened.expose(), text);
    }

    #[test]
    fn any_bytes_come_back_as_they_were(bytes in any::<Vec<u8>>(), armored in any::<bool>()) {
        let form = if armored { Form::Armored } else { Form::Binary };
        let file = seal(me(), form, &bytes).unwrap();
        prop_assert_eq!(Form::of(&file), Some(form));
        prop_assert_eq!(&**open(mine(), &file).unwrap(), &bytes);
    }

    #[test]
    fn any_text_is_opened_or_refused(text in "(encrypted:)?([A-Za-z0-9+/=]{0,40}|\\PC{0,40})") {
        open_value(mine(), &text).unwrap_err();
    }

    #[test]
    fn any_header_is_refused(lines in "(-> [a-zX0-9]{1,8}( [A-Za-z0-9+/]{0,8}){0,3}\n([A-Za-z0-9+/]{0,43}\n)?){0,4}(---( [A-Za-z0-9+/]{43}\n)?)?") {
        let file = format!("age-encryption.org/v1\n{lines}");
        open(&[Identity::generate().into(), Identity::passphrase(&secret("x"))], file.as_bytes()).unwrap_err();
    }

    #[test]
    fn any_identity_file_and_recipient_is_read_or_refused(text in "(AGE-SECRET-KEY-1|age1|ssh-rsa |-----BEGIN OPENSSH PRIVATE KEY-----\n)?\\PC{0,40}") {
        let _ = Identity::read(text.as_bytes(), &mut || None);
        let _ = text.parse::<Recipient>();
    }
}

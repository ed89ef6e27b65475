//! Any bytes where something sealed, an identity or a recipient is expected: nothing opens, nothing panics, and nothing
//! takes long.

#![no_main]

use std::sync::LazyLock;

use confgate::seal::{Document, Encoding, Identity, OpenError, Recipient, age_file, open, open_value, seal};
use libfuzzer_sys::fuzz_target;

/// A key that opens nothing that a fuzzer makes, and no passphrase: trying one would be most of the time.
static NODE: LazyLock<(Vec<Identity>, Recipient)> = LazyLock::new(|| {
    let new = Identity::generate();
    let recipient = new.recipient();
    (vec![new.into()], recipient)
});

fuzz_target!(|data: &[u8]| {
    let (identities, recipient) = &*NODE;
    let error = open(identities, data).expect_err("it was not sealed");
    assert_eq!(error == OpenError::NotAge, Encoding::of(data).is_none());
    // Past the first line, where most bytes would end.
    let file = [b"age-encryption.org/v1\n", data].concat();
    open(identities, &file).expect_err("it was not sealed");
    let _ = Identity::read(data, &mut || None);

    if let Ok(text) = std::str::from_utf8(data) {
        open_value(identities, text).expect_err("it was not sealed");
        let value = format!("encrypted:{text}");
        assert_eq!(age_file(&value).is_ok(), Encoding::of(&age_file(&value).unwrap_or_default()) == Some(Encoding::Binary));
        open_value(identities, &value).expect_err("it was not sealed");
        let _ = Recipient::read(text);
        if let Ok(document) = Document::read("fuzz.toml", text) {
            assert!(document.age_files(&document.sealed()).len() <= document.sealed().len());
            assert_eq!(document.finish(), text);
        }
    }

    // What is sealed opens, and does not when one bit is another.
    let recipients = std::slice::from_ref(recipient);
    let mut sealed = seal(recipients, Encoding::Binary, data).expect("there is a recipient");
    assert_eq!(open(identities, &sealed).expect("it was sealed for this key").as_slice(), data);
    let at = data.iter().fold(data.len(), |sum, &byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % sealed.len();
    sealed[at] ^= 1;
    open(identities, &sealed).expect_err("it was changed");
});

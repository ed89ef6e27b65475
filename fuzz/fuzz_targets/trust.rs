//! Any text as each of the formats of Nix: an error, or something that is written as a text with the same meaning.

#![no_main]

use std::fmt::{Debug, Display};
use std::path::Path;
use std::str::FromStr;

use confgate::nix_signatures::{KeyName, PathInfo, PublicKey, SecretKey, Sha256Hash, Signature, StorePath, Trust, base32};
use libfuzzer_sys::fuzz_target;

/// What is read survives being written.
fn survives<T: FromStr<Err: Debug> + Display + Debug + PartialEq>(text: &str) -> Option<T> {
    let read = text.parse::<T>().ok()?;
    assert_eq!(read.to_string().parse::<T>().expect("what is written is read"), read);
    Some(read)
}

/// There is but one text for what is read.
fn is_the_only_text<T: FromStr + Display>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        assert_eq!(read.to_string(), text);
    }
}

fuzz_target!(|text: &str| {
    if let Ok(bytes) = base32::decode(text) {
        assert_eq!(base32::encode(&bytes), text);
    }
    survives::<Sha256Hash>(text);
    is_the_only_text::<StorePath>(text);
    is_the_only_text::<KeyName>(text);
    is_the_only_text::<PublicKey>(text);
    is_the_only_text::<Signature>(text);
    if let Ok(key) = text.parse::<SecretKey>() {
        assert_eq!(*key.to_text(), text);
    }
    if let Ok(root) = StorePath::root_of(Path::new(text)) {
        assert!(Path::new(text).starts_with(root.to_string()));
    }
    if let Some(info) = survives::<PathInfo>(text) {
        assert!(Trust::default().signer(&info).is_err());
    }
});

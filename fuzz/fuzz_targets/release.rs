//! Any bytes as each of the values of a fleet's store: an error, or a value that survives being written.

#![no_main]

use confgate::deploy::Bundle;
use confgate::fleet::{BundleHeader, Digest, HistoryEntry, Keys, MAX_RELEASE_BUNDLE, Pointer, Release};
use confgate::nix_signatures::Trust;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let keys = Keys::new("bitcraps".parse().expect("the name is valid"));
    let digest = Digest::of(bytes);
    if let Ok(release) = Release::decode(bytes, &keys, &digest) {
        let written = release.encode().expect("what was read is not too large");
        assert_eq!(Release::decode(&written, &keys, &Digest::of(&written)).expect("what is written is read"), release);
    }
    // Bytes that are altered are never a release.
    assert!(Release::decode(bytes, &keys, &Digest::of(b"another value")).is_err() || bytes == b"another value");
    if let Ok(header) = BundleHeader::decode(bytes, &keys, &digest) {
        assert!(header.size <= MAX_RELEASE_BUNDLE.get());
        assert_eq!(BundleHeader::decode(&header.encode(), &keys, &digest).expect("what is written is read"), header);
        assert!(header.signer(&Trust::default(), &digest).is_err());
    }
    if let Ok(pointer) = Pointer::decode(bytes, "/key") {
        assert_eq!(Pointer::decode(&pointer.encode(), "/key").expect("what is written is read"), pointer);
    }
    if let Ok(entry) = HistoryEntry::decode(bytes, "/key") {
        assert_eq!(HistoryEntry::decode(&entry.encode(), "/key").expect("what is written is read"), entry);
    }
    if let Ok(bundle) = Bundle::from_tar(bytes) {
        let again = Bundle::from_tar(&bundle.to_tar()).expect("what is written is read");
        assert_eq!((again.files, again.nar), (bundle.files, bundle.nar));
    }
});

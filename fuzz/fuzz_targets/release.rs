//! Any bytes as each of the values of a fleet's store: an error, or a value that survives being written.

#![no_main]

use confgate::deploy::Bundle;
use confgate::fleet::rollout::{Inventory, Plan, Progress, RolloutState};
use confgate::fleet::{BundleHeader, Digest, HistoryEntry, Keys, MAX_RELEASE_BUNDLE, NodeReport, Pointer, Release, Revision, SignedOverride};
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
    if let Ok(report) = NodeReport::decode(bytes, "/key") {
        assert_eq!(NodeReport::decode(&report.encode(), "/key").expect("what is written is read"), report);
    }
    if let Ok(signed) = SignedOverride::decode(bytes, "/key") {
        assert_eq!(SignedOverride::decode(&signed.encode(), "/key").expect("what is written is read"), signed);
        let region = "eu".parse().expect("the name is valid");
        assert!(signed.verify(&Trust::default(), keys.service(), &region, "/key").is_err());
    }
    let plan = Plan::decode(bytes, "/key", &digest);
    if let Ok(plan) = &plan {
        let written = plan.encode().expect("what was read is not too large");
        assert_eq!(Plan::decode(&written, "/key", &Digest::of(&written)).as_ref().expect("what is written is read"), plan);
    }
    if let Ok(state) = RolloutState::decode(bytes, "/key") {
        let written = RolloutState::decode(&state.encode(), "/key").expect("what is written is read");
        assert_eq!(written.encode(), state.encode());
        if let Ok(plan) = &plan {
            let _ = Progress::of(&state, plan, &Inventory::default(), Revision(0));
        }
    }
    if let Ok(bundle) = Bundle::from_tar(bytes) {
        let again = Bundle::from_tar(&bundle.to_tar()).expect("what is written is read");
        assert_eq!((again.files, again.nar), (bundle.files, bundle.nar));
    }
});

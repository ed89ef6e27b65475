//! Any bytes as a file of signed heads beside any bytes as a trail: each line is a head or is named, and a trail is intact only if
//! no head contradicts it.

#![no_main]

use std::path::Path;

use confgate::audit::{Head, SignedHeads, TrailReader, Verification};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first two bytes give the place where the trail ends.
    let Some((cut, bytes)) = data.split_first_chunk::<2>() else { return };
    let (trail, heads) = bytes.split_at(usize::from(u16::from_le_bytes(*cut)).min(bytes.len()));
    let mut found: Vec<Head> = Vec::new();
    let mut last = 0;
    for line in SignedHeads::from_bytes(Path::new("heads"), heads) {
        let (number, signed) = line.expect("memory can be read");
        assert_eq!(number, last + 1);
        last = number;
        if let Ok(signed) = signed {
            assert_eq!(signed.to_string().parse(), Ok(signed.clone()));
            found.push(signed.head);
        }
    }
    assert_eq!(last, heads.split_inclusive(|byte| *byte == b'\n').count() as u64);

    let reader = || TrailReader::from_bytes([("audit.jsonl", trail)]);
    let plain = Verification::run(reader(), None).expect("memory can be read");
    let signed = Verification::run_signed(reader(), None, found.iter().copied()).expect("memory can be read");
    assert_eq!((plain.lines, plain.head), (signed.lines, signed.head));
    let extent = signed.signed.clone().expect("heads were given");
    assert!(extent.heads <= found.len() as u64 && extent.unsigned <= signed.lines);
    if signed.is_intact() {
        assert!(plain.is_intact());
        let newest = found.iter().map(|head| head.sequence).max();
        assert!(newest <= plain.head.map(|head| head.sequence), "a head is beyond the end");
    }
    // The lines of a valid chain, signed one by one, are intact and signed to the end.
    if plain.is_intact() && plain.lines > 0 {
        let lines = reader().filter_map(|line| {
            let line = line.expect("memory can be read");
            line.line.ok().map(|entry| Head { sequence: entry.sequence, hash: line.hash })
        });
        let all: Vec<Head> = lines.collect();
        let signed = Verification::run_signed(reader(), None, all.into_iter()).expect("memory can be read");
        assert!(signed.is_intact() && signed.signed.is_some_and(|extent| extent.unsigned == 0));
    }
});

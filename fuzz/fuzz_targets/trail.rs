//! Any bytes as an audit trail: every line of them is judged, and what can be read is written again as it was.

#![no_main]

use confgate::audit::{Digest, AuditLine, TrailReader, Verification, LineError};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first byte is where the older file ends.
    let Some((&cut, bytes)) = data.split_first() else { return };
    let (older, newer) = bytes.split_at(usize::from(cut).min(bytes.len()));
    let files = || TrailReader::from_bytes([("audit.jsonl.1", older), ("audit.jsonl", newer)]);

    let verdict = Verification::run(files(), Some(Digest::of(newer))).expect("memory can be read");
    let readings: Vec<_> = files().map(|reading| reading.expect("memory can be read")).collect();
    let good = readings.iter().filter(|reading| reading.line.is_ok()).count();
    let torn = readings.iter().filter(|reading| matches!(reading.line, Err(LineError::Incomplete { .. }))).count();
    assert_eq!(verdict.lines, good as u64);
    assert_eq!(usize::from(verdict.torn.is_some()), torn);
    // A line that is none is a break each; how good lines follow one another can only add to that.
    let bad = readings.len() - good - torn;
    assert!(verdict.breaks.len() as u64 + verdict.further >= bad as u64);

    for reading in readings {
        let line = match reading.line {
            Ok(line) => line,
            Err(LineError::Edited(line)) => *line,
            Err(_) => continue,
        };
        assert_eq!(AuditLine::parse(line.to_text().as_bytes()), Ok(line));
    }
});

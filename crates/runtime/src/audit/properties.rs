//! Properties: a trail verifies as it was written, and every modification is found.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use crate::audit::*;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,8}", "[\\x00-\\x20\\x7f-\\u{9f}\\u{202a}-\\u{202e}\"\\\\]{0,6}", "\\PC{300}"]
}

fn source() -> impl Strategy<Value = ChangeSource> {
    use ChangeSource::{Api, Environment, File, HotReload, Profile, Secret};
    prop::sample::select(vec![File, Environment, HotReload, Api, Profile, Secret])
}

fn event() -> impl Strategy<Value = Event> {
    let change = || (text(), of(text()), of(text())).prop_map(|(field, old, new)| FieldChange { field, old, new });
    prop_oneof![
        change().prop_map(Event::Changed),
        change().prop_map(Event::Reverted),
        vec(text(), 0..3).prop_map(|rules| Event::Refused { rules }),
        Just(Event::Started),
    ]
}

fn entry() -> impl Strategy<Value = AuditEntry> {
    let config = of(any::<[u8; 4]>().prop_map(|bytes| Digest::of(&bytes)));
    let time = (-1_000_000_000_000_000_i64..1_000_000_000_000_000)
        .prop_map(|time| jiff::Timestamp::from_microsecond(time).unwrap());
    (time, event(), source(), of(text()), of(text()), config).prop_map(
        |(time, event, source, origin, reason, config)| AuditEntry { time, event, source, origin, reason, config },
    )
}

fn entries() -> impl Strategy<Value = Vec<AuditEntry>> {
    vec(entry(), 3..9)
}

/// Returns the lines of a trail with these entries.
fn lines_of(entries: &[AuditEntry]) -> Vec<String> {
    let mut previous = Digest::ZERO;
    let chained = entries.iter().zip(1..).map(|(entry, sequence)| {
        let line = AuditLine::from_entry(entry, sequence, previous).to_text();
        previous = Digest::of(line.as_bytes());
        line
    });
    chained.collect()
}

fn verify_bytes(bytes: &[u8]) -> Verification {
    Verification::run(TrailReader::from_bytes([("audit.jsonl", bytes)]), None).unwrap()
}

/// Reports if the modification of a trail was detected.
fn is_detected(result: &Verification) -> bool {
    !result.is_intact() || result.torn.is_some()
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn whatever_is_recorded_is_read_again(entries in entries(), at in any::<prop::sample::Index>()) {
        let lines = lines_of(&entries);
        let cut = at.index(lines.len() + 1);
        let (older, newer) = (lines[..cut].concat(), lines[cut..].concat());
        let files = [("audit.jsonl.1", older.as_bytes()), ("audit.jsonl", newer.as_bytes())];
        let result = Verification::run(TrailReader::from_bytes(files), None).unwrap();
        prop_assert!(!is_detected(&result), "{result:?}");
        prop_assert_eq!((result.lines, result.first_sequence), (entries.len() as u64, 1));
        for (entry, line) in entries.iter().zip(TrailReader::from_bytes(files)) {
            let line = line.unwrap().line.unwrap();
            prop_assert_eq!(line.time.as_millisecond(), entry.time.as_millisecond());
            prop_assert_eq!((&line.origin, &line.reason, line.config), (&entry.origin, &entry.reason, entry.config));
            if let Event::Changed(change) | Event::Reverted(change) = &entry.event {
                prop_assert_eq!((&line.old, &line.new), (&change.old, &change.new));
                prop_assert_eq!(line.field.as_ref(), Some(&change.field));
            }
        }
    }

    #[test]
    fn a_byte_that_was_changed_is_detected(entries in entries(), at in any::<prop::sample::Index>(), bits in 1_u8..) {
        let mut bytes = lines_of(&entries).concat().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        prop_assert!(is_detected(&verify_bytes(&bytes)));
    }

    #[test]
    fn a_byte_that_was_changed_in_the_middle_is_named_by_its_line(
        entries in entries(), at in any::<prop::sample::Index>(), bits in 1_u8..,
    ) {
        let mut lines = lines_of(&entries);
        let number = at.index(lines.len());
        let at = at.index(lines[number].len() - 1);
        let mut bytes = std::mem::take(&mut lines[number]).into_bytes();
        bytes[at] ^= bits;
        prop_assume!(bytes[at] != b'\n');
        let all = [lines[..number].concat().into_bytes(), bytes, lines[number + 1..].concat().into_bytes()].concat();
        let result = verify_bytes(&all);
        prop_assert_eq!(result.breaks.len(), 1, "{:?}", result);
        prop_assert_eq!(result.breaks[0].number, number as u64 + 1);
        prop_assert!(matches!(result.breaks[0].defect, Defect::Edited | Defect::NotALine));
    }

    #[test]
    fn a_line_that_was_taken_out_is_detected(entries in entries(), at in any::<prop::sample::Index>()) {
        let mut lines = lines_of(&entries);
        let head: Digest = Digest::of(lines.last().unwrap().as_bytes());
        let at = at.index(lines.len());
        lines.remove(at);
        let missing = Defect::Missing { from: at as u64 + 1, to: at as u64 + 1 };
        let text = lines.concat();
        let found = Verification::run(TrailReader::from_bytes([("audit.jsonl", text.as_bytes())]), Some(head)).unwrap();
        if at == lines.len() {
            // The trail has no trace of its last line, so its hash must be known from elsewhere.
            prop_assert!(verify_bytes(text.as_bytes()).is_intact());
            prop_assert_eq!((found.missing_head, found.is_intact()), (Some(head), false));
        } else if at == 0 {
            prop_assert_eq!(found.breaks.iter().map(|found| found.defect).collect::<Vec<_>>(), [missing]);
            // As if it was rotated away.
            let older = TrailReader::from_bytes([("audit.jsonl.1", text.as_bytes()), ("audit.jsonl", b"")]);
            let rotated = Verification::run(older, None).unwrap();
            prop_assert_eq!((rotated.first_sequence, rotated.is_intact()), (2, true));
        } else {
            prop_assert_eq!(found.breaks.iter().map(|found| found.defect).collect::<Vec<_>>(), [missing]);
            prop_assert_eq!(found.breaks[0].number, at as u64 + 1);
        }
    }

    #[test]
    fn lines_that_changed_places_are_found(entries in entries(), at in any::<prop::sample::Index>()) {
        let mut lines = lines_of(&entries);
        let at = at.index(lines.len() - 1);
        lines.swap(at, at + 1);
        let moved = Defect::OutOfOrder { sequence: at as u64 + 1, after: at as u64 + 2 };
        let result = verify_bytes(lines.concat().as_bytes());
        prop_assert!(result.breaks.iter().any(|found| found.defect == moved), "{result:?}");
    }

    #[test]
    fn a_line_that_was_put_in_twice_is_detected(
        entries in entries(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(),
    ) {
        let mut lines = lines_of(&entries);
        let (from, to) = (from.index(lines.len()), to.index(lines.len()));
        let line = lines[from].clone();
        lines.insert(to, line);
        prop_assert!(is_detected(&verify_bytes(lines.concat().as_bytes())));
    }

    #[test]
    fn a_line_that_was_written_anew_with_a_good_check_is_detected(
        entries in entries(), new in entry(), at in any::<prop::sample::Index>(),
    ) {
        let mut lines = lines_of(&entries);
        let at = at.index(lines.len() - 1);
        let old = AuditLine::parse(lines[at].as_bytes()).unwrap();
        let new = AuditLine::from_entry(&new, old.sequence, old.previous);
        prop_assume!(new != old);
        lines[at] = new.to_text();
        let result = verify_bytes(lines.concat().as_bytes());
        prop_assert_eq!(result.breaks.len(), 1);
        prop_assert_eq!((result.breaks[0].number, result.breaks[0].defect), (at as u64 + 1, Defect::Replaced));
    }

    #[test]
    fn any_bytes_can_be_judged(
        entries in entries(), noise in vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(),
    ) {
        verify_bytes(&noise);
        let mut bytes = lines_of(&entries).concat().into_bytes();
        let at = at.index(bytes.len() + 1);
        bytes.splice(at..at, noise.iter().copied());
        let result = verify_bytes(&bytes);
        prop_assert!(noise.is_empty() || is_detected(&result), "{result:?}");
    }
}

#[test]
fn a_line_without_end_is_passed_over_in_little_memory() {
    let line = AuditLine::torn(1, 1, Digest::ZERO).to_text();
    let endless = vec![b'x'; 5 << 20];
    let all = [endless.as_slice(), b"\n", line.as_bytes(), &endless].concat();
    let result = verify_bytes(&all);
    assert_eq!((result.lines, result.breaks.len()), (1, 1));
    assert_eq!((result.breaks[0].number, result.breaks[0].defect), (1, Defect::NotALine));
    assert_eq!(result.torn.map(|torn| torn.bytes), Some(5 << 20));
}

#[test]
fn a_first_line_follows_nothing_and_every_other_one_something() {
    for (sequence, previous) in [(1, Digest::of(b"x")), (2, Digest::ZERO), (0, Digest::ZERO), (0, Digest::of(b"x"))] {
        let result = verify_bytes(AuditLine::torn(1, sequence, previous).to_text().as_bytes());
        assert_eq!(result.breaks.iter().map(|found| found.defect).collect::<Vec<_>>(), [Defect::Beginning]);
    }
}

#[test]
fn each_break_says_where_and_what() {
    let message_text =
        |defect| Break { file: std::path::Path::new("audit.jsonl.2").into(), number: 7, defect }.to_string();
    assert_eq!(message_text(Defect::NotALine), "audit.jsonl.2:7: not a line of an audit trail");
    assert_eq!(message_text(Defect::Edited), "audit.jsonl.2:7: edited: the line does not match its check");
    assert_eq!(
        message_text(Defect::Replaced),
        "audit.jsonl.2:7: replaced: the next line was written after another line"
    );
    assert_eq!(
        message_text(Defect::Missing { from: 3, to: 3 }),
        "audit.jsonl.2:7: line 3 of the trail is missing before it"
    );
    assert_eq!(
        message_text(Defect::Missing { from: 3, to: 5 }),
        "audit.jsonl.2:7: lines 3 to 5 of the trail are missing before it"
    );
    let moved = Defect::OutOfOrder { sequence: 4, after: 9 };
    assert_eq!(message_text(moved), "audit.jsonl.2:7: out of order: line 4 of the trail stands after line 9");
    let beginning = "audit.jsonl.2:7: its number and `previous` disagree: only the first line of a trail has zeros";
    assert_eq!(message_text(Defect::Beginning), beginning);
}

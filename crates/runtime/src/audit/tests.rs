//! Tests of writing, rotating, damaging and reopening a trail.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::audit::files::{rotated_numbers, rotation, with_suffix};
use crate::audit::*;

const LARGE: Limits = Limits { max_bytes: 1 << 20, keep: 3 };
/// Limits that two lines fill.
const SMALL: Limits = Limits { max_bytes: 900, keep: 3 };

fn setup() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("audit.jsonl");
    (directory, path)
}

fn entry(number: usize) -> AuditEntry {
    AuditEntry::changed(
        "network.max_connections",
        Some("50"),
        Some(&number.to_string()),
        ChangeSource::HotReload,
        Digest::of(&number.to_le_bytes()),
    )
}

fn write(path: &Path, limits: Limits, numbers: std::ops::Range<usize>) {
    let mut trail = AuditTrail::open(path, limits).unwrap();
    for number in numbers {
        trail.append(&[entry(number)]).unwrap();
    }
}

fn values(path: &Path) -> Vec<String> {
    let lines = TrailReader::open(path).unwrap().filter_map(|line| line.unwrap().line.ok());
    lines.map(|line| line.new.unwrap_or_else(|| line.event.name().to_owned())).collect()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn message<T: std::fmt::Debug>(result: Result<T, AuditError>, path: &Path) -> String {
    result.unwrap_err().to_string().replace(path.to_str().unwrap(), "PATH")
}

#[test]
fn a_trail_goes_on_where_it_was_left() {
    let (_directory, path) = setup();
    write(&path, LARGE, 0..2);
    write(&path, LARGE, 2..4);
    let result = verify(&path).unwrap();
    assert!(result.is_intact(), "{result:?}");
    assert_eq!((result.lines, result.first_sequence, result.head.unwrap().sequence), (4, 1, 4));
    assert_eq!(values(&path), ["0", "1", "2", "3"]);
}

#[test]
fn the_head_is_the_sum_of_the_last_line() {
    let (_directory, path) = setup();
    let mut trail = AuditTrail::open(&path, LARGE).unwrap();
    assert_eq!(trail.head(), Head { sequence: 0, hash: Digest::ZERO });
    trail.append(&[entry(1), entry(2)]).unwrap();
    let text = fs::read_to_string(trail.path()).unwrap();
    let last = text.split_inclusive('\n').next_back().unwrap();
    assert_eq!(trail.head(), Head { sequence: 2, hash: Digest::of(last.as_bytes()) });
    assert_eq!(verify(&path).unwrap().head, Some(trail.head()));
}

#[test]
fn nothing_to_record_writes_nothing() {
    let (_directory, path) = setup();
    AuditTrail::open(&path, LARGE).unwrap().append(&[]).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
    assert_eq!(verify(&path).unwrap(), Verification { files: 1, ..Verification::default() });
}

#[test]
fn every_event_says_what_it_has_to() {
    let (_directory, path) = setup();
    let change = FieldChange { field: "app.log_level".to_owned(), old: None, new: Some("warn".to_owned()) };
    let rules = vec!["game/bets-ordered".to_owned()];
    let config = Some(Digest::of(b"config"));
    let events = [
        AuditEntry::new(Event::Started, ChangeSource::File, config),
        AuditEntry::new(Event::Reverted(change), ChangeSource::Api, config),
        AuditEntry::new(Event::Refused { rules: rules.clone() }, ChangeSource::HotReload, None),
    ];
    AuditTrail::open(&path, LARGE).unwrap().append(&events).unwrap();
    let lines: Vec<AuditLine> = TrailReader::open(&path).unwrap().map(|line| line.unwrap().line.unwrap()).collect();
    assert_eq!(
        lines.iter().map(|line| line.event).collect::<Vec<_>>(),
        [EventKind::Started, EventKind::Reverted, EventKind::Refused]
    );
    assert_eq!((lines[0].field.as_deref(), lines[0].source, lines[0].config), (None, Some(ChangeSource::File), config));
    assert_eq!((lines[1].old.as_deref(), lines[1].new.as_deref()), (None, Some("warn")));
    assert_eq!((&lines[2].rules, lines[2].config), (&rules, None));
}

#[test]
fn a_full_file_gets_a_number_and_the_chain_goes_on_in_a_new_one() {
    let (directory, path) = setup();
    write(&path, SMALL, 0..6);
    assert_eq!(names(directory.path()), ["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2", "audit.jsonl.lock"]);
    let result = verify(&path).unwrap();
    assert!(result.is_intact(), "{result:?}");
    assert_eq!((result.files, result.lines, result.first_sequence), (3, 6, 1));
    assert_eq!(values(&path), ["0", "1", "2", "3", "4", "5"]);
}

#[test]
fn the_oldest_files_go_and_that_is_no_break() {
    let (directory, path) = setup();
    write(&path, SMALL, 0..20);
    let result = verify(&path).unwrap();
    assert!(result.is_intact(), "{result:?}");
    assert_eq!((result.files, result.lines, result.first_sequence), (4, 8, 13));
    write(&path, Limits { keep: 0, ..SMALL }, 20..21);
    assert_eq!(names(directory.path()), ["audit.jsonl", "audit.jsonl.1", "audit.jsonl.lock"]);
    assert!(verify(&path).unwrap().is_intact());
}

#[test]
fn the_entries_of_one_call_stay_in_one_file() {
    let (_directory, path) = setup();
    let mut trail = AuditTrail::open(&path, SMALL).unwrap();
    let many: Vec<AuditEntry> = (0..10).map(entry).collect();
    trail.append(&many).unwrap();
    trail.append(&many).unwrap();
    let count = |path: &Path| fs::read_to_string(path).unwrap().lines().count();
    assert_eq!((count(&path), count(&with_suffix(&path, 1))), (10, 10));
}

#[test]
fn a_rotation_that_ends_after_any_step_leaves_a_trail_that_goes_on() {
    for cut in 0.. {
        let (_directory, path) = setup();
        write(&path, SMALL, 0..12);
        let steps = rotation(&path, SMALL.keep).unwrap();
        steps.iter().take(cut).for_each(|step| step.run().unwrap());
        let result = verify(&path).unwrap();
        assert!(result.is_intact(), "after {cut}: {result:?}");
        assert_eq!(result.head.unwrap().sequence, 12);
        write(&path, SMALL, 12..20);
        let result = verify(&path).unwrap();
        assert!(result.is_intact(), "after {cut} and more: {result:?}");
        assert_eq!((result.head.unwrap().sequence, result.lines), (20, 8));
        if cut == steps.len() {
            break;
        }
    }
}

#[test]
fn files_with_other_endings_are_not_of_the_trail() {
    let (_directory, path) = setup();
    write(&path, SMALL, 0..3);
    for other in ["01", "0", "x", "1.gz", "-1", "+1", "99999999999", ""] {
        fs::write(with_suffix(&path, other), "not a trail").unwrap();
    }
    assert_eq!(rotated_numbers(&path).unwrap(), [1]);
    assert!(verify(&path).unwrap().is_intact());
}

#[test]
fn a_line_that_was_not_finished_is_taken_off_and_the_trail_says_so() {
    let (_directory, path) = setup();
    write(&path, LARGE, 0..3);
    let whole = fs::read(&path).unwrap();
    let lines: Vec<&[u8]> = whole.split_inclusive(|&byte| byte == b'\n').collect();
    let kept = lines[0].len() + lines[1].len();
    for end in kept + 1..whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        let torn = Torn { file: path.as_path().into(), bytes: (end - kept) as u64 };
        let result = verify(&path).unwrap();
        assert!(result.is_intact());
        assert_eq!((result.torn, result.lines), (Some(torn), 2));
        // Reopening syncs to disk, which is slow: test it for some lengths only.
        if end % 16 == 0 || end + 2 > whole.len() {
            write(&path, LARGE, 3..4);
            let result = verify(&path).unwrap();
            assert!(result.is_intact(), "{result:?}");
            assert_eq!((result.torn, result.repaired), (None, 1));
            assert_eq!(values(&path), ["0", "1", "torn", "3"]);
        }
    }
}

#[test]
fn what_a_loss_of_power_leaves_of_the_first_line_does_not_stop_the_start() {
    for left in ["{", "{\"sequence\":1,\"ti", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"] {
        let (_directory, path) = setup();
        fs::write(&path, left).unwrap();
        write(&path, LARGE, 1..2);
        assert_eq!(values(&path), ["torn", "1"]);
        assert!(verify(&path).unwrap().is_intact());
    }
}

#[test]
fn a_file_of_something_else_is_refused_and_left_as_it_is() {
    let (_directory, path) = setup();
    let refused = "PATH: not an audit trail; move it away, or name another file";
    for text in ["[network]\nlisten_port = 4000\n", "no newline", "{\"sequins\":1}\n", "\n"] {
        fs::write(&path, text).unwrap();
        assert_eq!(message(AuditTrail::open(&path, LARGE), &path), refused);
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(message(AuditTrail::open(&path, LARGE), &path), refused);
    assert_eq!(message(verify(&path), &path), refused);
}

#[test]
fn a_trail_is_detected_behind_much_that_is_none() {
    let (_directory, path) = setup();
    write(&path, LARGE, 0..2);
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend(b"garbage\n".repeat(20_000));
    bytes.extend(b"and an end");
    fs::write(&path, &bytes).unwrap();
    write(&path, Limits { max_bytes: 10 << 20, ..LARGE }, 2..3);
    assert_eq!(values(&path), ["0", "1", "torn", "2"]);
    let result = verify(&path).unwrap();
    let first = &result.breaks[0];
    assert_eq!((first.number, first.defect), (3, Defect::NotALine));
    assert_eq!((result.breaks.len() as u64 + result.further, result.torn), (20_000, None));
}

#[test]
fn only_one_trail_writes_a_file() {
    let (_directory, path) = setup();
    let first = AuditTrail::open(&path, LARGE).unwrap();
    let message_text = message(AuditTrail::open(&path, LARGE), &path);
    assert_eq!(message_text, "PATH: another process writes this audit trail; give each process its own");
    drop(first);
    AuditTrail::open(&path, LARGE).unwrap();
}

#[test]
fn only_the_owner_reads_a_trail() {
    let (directory, path) = setup();
    write(&path, SMALL, 0..4);
    for name in names(directory.path()) {
        let mode = fs::metadata(directory.path().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let (directory, _) = setup();
    let path = directory.path().join("absent/audit.jsonl");
    let absent = "No such file or directory (os error 2)";
    assert_eq!(message(AuditTrail::open(&path, LARGE), &path), format!("PATH.lock: {absent}"));
    assert_eq!(message(verify(&path), path.parent().unwrap()), format!("PATH: {absent}"));
    let path = directory.path().join("absent.jsonl");
    assert_eq!(message(verify(&path), &path), format!("PATH: {absent}"));
}

#[test]
fn a_write_that_fails_records_nothing_and_the_next_one_goes_on() {
    let (_directory, path) = setup();
    let mut trail = AuditTrail::open(&path, LARGE).unwrap();
    trail.append(&[entry(0)]).unwrap();
    let head = trail.head();
    trail.replace_file(File::open(&path).unwrap());
    assert_eq!(message(trail.append(&[entry(1)]), &path), "PATH: Bad file descriptor (os error 9)");
    assert_eq!(trail.head(), head);
    trail.replace_file(files::open(&path).unwrap());
    trail.append(&[entry(2)]).unwrap();
    assert_eq!(values(&path), ["0", "2"]);
    assert!(verify(&path).unwrap().is_intact());
}

#[test]
fn a_trail_that_was_moved_away_continues_under_its_name() {
    let (directory, path) = setup();
    let mut trail = AuditTrail::open(&path, LARGE).unwrap();
    trail.append(&[entry(0)]).unwrap();
    fs::rename(&path, directory.path().join("elsewhere")).unwrap();
    trail.append(&[entry(1)]).unwrap();
    // A file under any other name than that of an older one counts as missing.
    let result = verify(&path).unwrap();
    assert_eq!((result.breaks[0].number, result.breaks[0].defect), (1, Defect::Missing { from: 1, to: 1 }));
    assert_eq!((result.first_sequence, values(&path)), (2, vec!["1".to_owned()]));
    fs::rename(directory.path().join("elsewhere"), with_suffix(&path, 1)).unwrap();
    assert!(verify(&path).unwrap().is_intact());
}

#[test]
fn the_oldest_lines_of_a_trail_that_was_never_rotated_are_missed() {
    let (_directory, path) = setup();
    write(&path, LARGE, 0..10);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.split_inclusive('\n').skip(4).collect::<String>()).unwrap();
    let result = verify(&path).unwrap();
    assert_eq!(
        result.breaks[0].to_string().replace(path.to_str().unwrap(), "PATH"),
        "PATH:1: lines 1 to 4 of the trail are missing before it"
    );
    assert_eq!((result.breaks.len(), result.lines), (1, 6));
}

#[test]
fn a_rotation_removes_nothing_that_it_did_not_leave() {
    let (_directory, path) = setup();
    write(&path, SMALL, 0..40);
    let oldest = *rotated_numbers(&path).unwrap().last().unwrap();
    // A copy and a backup, each under a name that could be that of an older file.
    let (copy, backup) = (with_suffix(&path, 20_261_124), with_suffix(&path, oldest + 1));
    fs::copy(&path, &copy).unwrap();
    fs::write(&backup, "my backup").unwrap();
    write(&path, SMALL, 40..60);
    assert!(copy.exists());
    assert_eq!(fs::read_to_string(&backup).unwrap(), "my backup");
    fs::remove_file(&backup).unwrap();
    assert!(verify(&path).unwrap().is_intact());
}

#[test]
fn a_file_of_something_else_in_the_way_of_a_rotation_stays_and_no_line_is_lost() {
    for strange in 1..=SMALL.keep {
        let (_directory, path) = setup();
        fs::write(with_suffix(&path, strange), "my backup").unwrap();
        (1..strange).for_each(|number| fs::write(with_suffix(&path, number), "").unwrap());
        write(&path, SMALL, 0..20);
        assert_eq!(fs::read_to_string(with_suffix(&path, strange)).unwrap(), "my backup");
        let last = fs::read_to_string(&path).unwrap();
        assert!(last.contains("\"sequence\":20,"), "{last}");
    }
}

#[test]
fn an_older_file_that_cannot_be_read_now_is_not_replaced_and_no_line_is_lost() {
    let (directory, path) = setup();
    write(&path, SMALL, 0..7);
    let (older, aside) = (with_suffix(&path, 2), directory.path().join("aside"));
    let mut trail = AuditTrail::open(&path, SMALL).unwrap();
    fs::rename(&older, &aside).unwrap();
    // A path that the system does not open, for another reason than that nothing is there.
    std::os::unix::fs::symlink("n".repeat(300), &older).unwrap();
    let first = fs::read_to_string(with_suffix(&path, 1)).unwrap();
    for number in 7..12 {
        trail.append(&[entry(number)]).unwrap();
    }
    assert_eq!(fs::read_to_string(with_suffix(&path, 1)).unwrap(), first);
    assert!(fs::metadata(&path).unwrap().len() > SMALL.max_bytes, "the limit is exceeded rather than a line lost");
    fs::rename(&aside, &older).unwrap();
    assert!(verify(&path).unwrap().is_intact());
    trail.append(&[entry(12)]).unwrap();
    assert!(verify(&path).unwrap().is_intact());
    assert_eq!(fs::read_to_string(&older).unwrap(), first, "the rotation follows when it can");
}

#[test]
fn lines_cut_off_under_a_running_trail_are_missed() {
    let (_directory, path) = setup();
    let mut trail = AuditTrail::open(&path, LARGE).unwrap();
    let mut first = 0;
    for number in 0..4 {
        trail.append(&[entry(number)]).unwrap();
        first = if number == 0 { fs::metadata(&path).unwrap().len() } else { first };
    }
    files::open(&path).unwrap().set_len(first).unwrap();
    trail.append(&[entry(4)]).unwrap();
    let result = verify(&path).unwrap();
    assert_eq!(result.breaks.len(), 1);
    assert_eq!(
        result.breaks[0].to_string().replace(path.to_str().unwrap(), "PATH"),
        "PATH:2: lines 2 to 4 of the trail are missing before it"
    );
}

#[test]
fn a_half_line_under_a_running_trail_is_taken_off() {
    let (_directory, path) = setup();
    let mut trail = AuditTrail::open(&path, LARGE).unwrap();
    trail.append(&[entry(0)]).unwrap();
    std::io::Write::write_all(&mut files::open(&path).unwrap(), b"{\"sequence\":2,").unwrap();
    trail.append(&[entry(1)]).unwrap();
    assert_eq!(values(&path), ["0", "torn", "1"]);
    assert!(verify(&path).unwrap().is_intact());
}

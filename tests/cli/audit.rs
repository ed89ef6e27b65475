//! `confgate audit`, and the trail of a process that is killed.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use assert_cmd::assert::{Assert, OutputAssertExt};
use confgate::audit::{AuditEntry, AuditTrail, ChangeSource, Digest, Event, Limits, verify};
use confgate_test_support::{Printed, confgate};
use tempfile::TempDir;

/// Creates the trail of a service with a start, two changes and a refusal.
fn trail() -> TempDir {
    let folder = TempDir::new().unwrap();
    let config = Digest::of(b"config");
    let entries = [
        AuditEntry::new(Event::Started, ChangeSource::File, Some(config)),
        AuditEntry::changed("network.max_connections", Some("50"), Some("60"), ChangeSource::HotReload, config)
            .origin("config/production.nix:14:5")
            .reason("more peers"),
        AuditEntry::changed(
            "network.turn_servers[0].url",
            None,
            Some("\"turn:\u{1b}[2Jé\""),
            ChangeSource::Api,
            config,
        ),
        AuditEntry::new(
            Event::Refused { rules: vec!["game/bets-ordered".to_owned(), "schema/range".to_owned()] },
            ChangeSource::HotReload,
            Some(config),
        ),
    ];
    let timed: Vec<AuditEntry> = entries
        .into_iter()
        .enumerate()
        .map(|(hour, entry)| AuditEntry { time: format!("2026-08-01T1{hour}:00:00.25Z").parse().unwrap(), ..entry })
        .collect();
    // Two lines fill a file.
    let limits = Limits { max_bytes: 800, keep: 5 };
    let mut trail = AuditTrail::open(folder.path().join("audit.jsonl"), limits).unwrap();
    timed.iter().for_each(|entry| trail.append(std::slice::from_ref(entry)).unwrap());
    folder
}

/// Runs a command on the trail of a folder.
fn audit(folder: &TempDir, arguments: &[&str]) -> Assert {
    confgate!().current_dir(folder).arg("audit").args(arguments).assert()
}

/// Runs a command. Returns its exit code and both streams.
fn printed(folder: &TempDir, arguments: &[&str]) -> (i32, String) {
    let done = audit(folder, arguments);
    (done.exit_code(), done.text())
}

fn head_of(folder: &TempDir) -> String {
    verify(folder.path().join("audit.jsonl")).unwrap().head.unwrap().hash.to_string()
}

fn edit(folder: &TempDir, name: &str, change: impl Fn(String) -> String) {
    let path = folder.path().join(name);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, change(text)).unwrap();
}

const SPAN: &str = "2026-08-01T10:00:00.250Z to 2026-08-01T13:00:00.250Z";

#[test]
fn a_whole_trail_is_said_to_be_whole() {
    let folder = trail();
    let head = head_of(&folder);
    let whole = format!("intact: 4 lines in 2 files, {SPAN}\n  head: line 4, {head}\n");
    audit(&folder, &["verify", "audit.jsonl"]).code(0).stdout(whole.clone()).stderr("");
    audit(&folder, &["verify", "audit.jsonl", "--head", &head]).code(0).stdout(whole).stderr("");
}

#[test]
fn the_hash_of_a_line_can_be_made_by_hand() {
    let folder = trail();
    let output = Command::new("sh")
        .current_dir(&folder)
        .args(["-c", "tail -n 1 audit.jsonl | sha256sum; sed -n 1p audit.jsonl | sed 's/,\"check\":.*//' | tr -d '\\n' | sha256sum"])
        .output()
        .unwrap();
    let sums = String::from_utf8(output.stdout).unwrap();
    let sums: Vec<&str> = sums.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(sums[0], head_of(&folder));
    let text = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
    assert!(text.lines().next().unwrap().ends_with(&format!(",\"check\":\"{}\"}}", sums[1])), "{text}{sums:?}");
}

#[test]
fn every_break_is_named_by_its_line() {
    let folder = trail();
    edit(&folder, "audit.jsonl", |text| text.replace("bets-ordered", "bets-chosen"));
    edit(&folder, "audit.jsonl.1", |text| text.split_inclusive('\n').skip(1).collect());
    let (code, text) = printed(&folder, &["verify", "audit.jsonl"]);
    let head = head_of(&folder);
    let expected = format!(
        "error: audit.jsonl:2: edited: the line does not match its check\n\
         altered: 2 lines in 2 files, 2026-08-01T11:00:00.250Z to 2026-08-01T12:00:00.250Z\n  \
         begins with line 2 of the trail: older files were rotated away\n  head: line 3, {head}\n"
    );
    assert_eq!((code, text), (1, expected));
}

#[test]
fn a_hundred_breaks_are_named_and_the_others_counted() {
    let folder = trail();
    edit(&folder, "audit.jsonl", |text| text + &"x\n".repeat(150));
    let (code, text) = printed(&folder, &["verify", "audit.jsonl"]);
    assert_eq!((code, text.matches("not a line of an audit trail\n").count()), (1, 100));
    assert!(text.contains("error: 50 more like these\naltered: 4 lines in 2 files"), "{text}");
}

#[test]
fn an_end_that_was_cut_off_is_found_by_the_head_that_was_noted() {
    let folder = trail();
    let head = head_of(&folder);
    edit(&folder, "audit.jsonl", |text| text.split_inclusive('\n').take(1).collect());
    assert_eq!(printed(&folder, &["verify", "audit.jsonl"]).0, 0);
    let (code, text) = printed(&folder, &["verify", "audit.jsonl", "--head", &head]);
    let absent = format!("error: no line has the hash {head}: the end was cut off, or the trail was rewritten\n");
    assert!(code == 1 && text.starts_with(&(absent + "altered: 3 lines")), "{text}");
}

#[test]
fn a_torn_end_is_warned_of_and_taken_off_by_the_next_start() {
    let folder = trail();
    edit(&folder, "audit.jsonl", |text| text + "{\"sequence\":5,\"ti");
    let (code, text) = printed(&folder, &["verify", "audit.jsonl"]);
    assert_eq!(code, 0);
    let warning = "warning: audit.jsonl: ends with an incomplete line of 17 bytes\nintact: 4 lines in 2 files, ";
    assert!(text.starts_with(warning), "{text}");
    drop(AuditTrail::open(folder.path().join("audit.jsonl"), Limits::default()).unwrap());
    let (code, text) = printed(&folder, &["verify", "audit.jsonl"]);
    assert_eq!(code, 0);
    assert!(text.starts_with("intact: 5 lines in 2 files, "), "{text}");
    assert!(text.contains("\n  1 incomplete line of a crash removed and recorded\n"), "{text}");
    let shown = printed(&folder, &["show", "audit.jsonl", "--last", "1"]).1;
    assert!(shown.ends_with("Z  torn  17 bytes\n"), "{shown}");
}

#[test]
fn a_trail_is_shown_in_columns_with_nothing_that_a_terminal_obeys() {
    let rows = [
        ["started", "", "", "File", "", ""],
        ["changed", "network.max_connections", "50 → 60", "HotReload", "config/production.nix:14:5", "more peers"],
        ["changed", "network.turn_servers[0].url", "absent → \"turn:\\u001B[2Jé\"", "API", "", ""],
        ["refused", "", "game/bets-ordered, schema/range", "HotReload", "", ""],
    ];
    let expected =
        rows.iter().enumerate().fold(String::new(), |text, (hour, [event, field, what, source, origin, reason])| {
            let row = format!("{event:7}  {field:27}  {what:31}  {source:9}  {origin:26}  {reason}");
            text + &format!("2026-08-01T1{hour}:00:00.250Z  {}\n", row.trim_end())
        });
    audit(&trail(), &["show", "audit.jsonl"]).code(0).stdout(expected).stderr("");
}

#[test]
fn a_field_a_time_and_a_number_choose_what_is_shown() {
    let folder = trail();
    let hours = |arguments: &[&str]| {
        let (code, text) = printed(&folder, &[&["show", "audit.jsonl"], arguments].concat());
        assert_eq!(code, 0, "{text}");
        text.lines().map(|line| line[11..13].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(hours(&["--field", "network"]), ["11", "12"]);
    assert_eq!(hours(&["--field", "network.turn_servers"]), ["12"]);
    assert_eq!(hours(&["--field", "network.max"]), [""; 0]);
    assert_eq!(hours(&["--since", "2026-08-01T12:00:00Z"]), ["12", "13"]);
    assert_eq!(hours(&["--since", "2026-08-01"]).len(), 4);
    assert_eq!(hours(&["--since", "2026-08-02"]).len(), 0);
    assert_eq!(hours(&["--since", "100000d"]).len(), 4);
    assert_eq!(hours(&["--last", "3", "--field", "network"]), ["11", "12"]);
    assert_eq!(hours(&["--last", "1"]), ["13"]);
    assert_eq!(hours(&["--last", "0"]), [""; 0]);
}

#[test]
fn json_is_the_lines_as_they_stand() {
    let folder = trail();
    let text =
        ["audit.jsonl.1", "audit.jsonl"].map(|name| fs::read_to_string(folder.path().join(name)).unwrap()).concat();
    audit(&folder, &["show", "audit.jsonl", "--format", "json"]).code(0).stdout(text).stderr("");
}

#[test]
fn lines_that_are_not_as_written_are_left_out_and_counted() {
    let folder = trail();
    edit(&folder, "audit.jsonl", |text| text.replace("bets-ordered", "bets-chosen"));
    let (code, text) = printed(&folder, &["show", "audit.jsonl", "--last", "1"]);
    let left_out = "API\nerror: audit.jsonl: 1 altered line not shown; run `audit verify` for details\n";
    assert!(code == 2 && text.ends_with(left_out), "{text}");
}

#[test]
fn what_cannot_be_read_or_understood_is_named() {
    let folder = trail();
    let missing = "error: absent.jsonl: No such file or directory (os error 2)\n";
    audit(&folder, &["verify", "absent.jsonl"]).code(2).stdout("").stderr(missing);
    audit(&folder, &["show", "absent.jsonl"]).code(2).stdout("").stderr(missing);
    let (code, text) = printed(&folder, &["show", "audit.jsonl", "--since", "yesterday"]);
    let help = "write 2026-08-01T12:00:00Z, or 2026-08-01, or 2h for two hours ago";
    assert!(code == 2 && text.contains(help), "{text}");
    let (code, text) = printed(&folder, &["verify", "audit.jsonl", "--head", "abc"]);
    assert!(code == 2 && text.contains("not a SHA-256 sum: 64 lower-case hexadecimal digits"), "{text}");
}

/// Variable with the path of the trail, for the process that is killed.
const PATH: &str = "CONFGATE_TEST_TRAIL";
/// Three lines fill a file, so that much of the time goes into rotations.
const KILLED: Limits = Limits { max_bytes: 1200, keep: 40 };
/// Largest number of lines recorded in one call.
const MOST_LINES: usize = 5;

#[test]
#[ignore = "the process that another test starts and kills"]
fn a_process_records_until_it_is_killed() {
    let path = PathBuf::from(std::env::var_os(PATH).expect("another test starts this one"));
    let mut trail = AuditTrail::open(path, KILLED).unwrap();
    let config = Digest::of(b"config");
    let long = "x".repeat(16_000);
    for number in 0_u64.. {
        // Half of the calls fill a third of a file; the others write enough at once to be killed halfway.
        let (lines, text) = if number % 2 == 1 { (MOST_LINES, long.as_str()) } else { (1, "60") };
        let entry =
            AuditEntry::changed("network.max_connections", Some(text), Some(text), ChangeSource::HotReload, config);
        trail.append(&vec![entry; lines]).unwrap();
        // Printed after the lines are durable.
        std::io::stderr().write_all(format!("recorded {}\n", trail.head().sequence).as_bytes()).unwrap();
    }
}

/// Process that records until it is killed.
struct Writer {
    child: Child,
    message: Lines<BufReader<ChildStderr>>,
}

impl Writer {
    /// Starts the process after `limit`, a shell command.
    fn start(path: &Path, limit: &str) -> Self {
        let mut child = Command::new("sh")
            .args(["-c", &format!("{limit}; exec \"$0\" \"$@\"")])
            .arg(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "audit::a_process_records_until_it_is_killed", "--nocapture"])
            .env(PATH, path)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let message = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, message }
    }

    /// Returns the next line number that the process reports, or `None` after its end.
    fn record(&mut self) -> Option<u64> {
        self.message.find_map(|line| line.unwrap().strip_prefix("recorded ").map(|number| number.parse().unwrap()))
    }

    /// Waits for the end. Returns the last reported line number and the signal that ended the process.
    fn end(mut self) -> (Option<u64>, Option<i32>) {
        let mut last = None;
        while let Some(number) = self.record() {
            last = Some(number);
        }
        (last, self.child.wait().unwrap().signal())
    }
}

#[test]
fn a_process_that_is_killed_at_any_moment_leaves_all_that_it_recorded() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("audit.jsonl");
    let mut recorded = 0;
    for round in 0..50_u64 {
        // Moments spread over several calls.
        let mut writer = Writer::start(&path, "true");
        let first = writer.record().expect("it records");
        std::thread::sleep(Duration::from_micros(round * 7919 % 20_000));
        writer.child.kill().unwrap();
        let message = writer.end().0.unwrap_or(first);
        assert!(message > recorded, "round {round}: {message} after {recorded}");
        let verdict = verify(&path).unwrap();
        assert!(verdict.is_intact(), "round {round}: {verdict:?}");
        recorded = verdict.head.unwrap().sequence;
        assert!(recorded >= message, "round {round}: line {message} was recorded, and {recorded} is the last");
        assert!(recorded <= message + MOST_LINES as u64, "round {round}: more than one call was not answered");
        assert_eq!(verdict.first_sequence + verdict.lines - 1, recorded);
    }
    assert!(verify(&path).unwrap().files > 10);
}

#[test]
fn a_process_that_ends_in_the_middle_of_a_write_leaves_one_torn_line() {
    for blocks in [1, 2, 50, 65, 110, 150] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("audit.jsonl");
        // SIGXFSZ ends a process at the write that exceeds the limit, after a part of it is written.
        let (message, signal) = Writer::start(&path, &format!("ulimit -c 0; ulimit -f {blocks}")).end();
        assert_eq!((message, signal), (Some(1), Some(25)));
        let verdict = verify(&path).unwrap();
        assert!(verdict.is_intact() && verdict.torn.is_some(), "{verdict:?}");
        let last = verdict.head.unwrap().sequence;
        AuditTrail::open(&path, KILLED).unwrap();
        let verdict = verify(&path).unwrap();
        assert!(verdict.is_intact() && verdict.torn.is_none(), "{verdict:?}");
        assert_eq!((verdict.repaired, verdict.head.unwrap().sequence), (1, last + 1));
    }
}

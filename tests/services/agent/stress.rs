//! Writers that pause in the middle, folders that are made again, and many clients: samples that run everywhere, and long runs.
//!
//! `make stress` runs the long ones on a quiet machine. `STRESS_REWRITES`, `STRESS_FOLDERS` and `STRESS_SECONDS` set their length.

use std::env;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use confgate_test_support::agent::{Agent, AgentDirectory, Answer};
use confgate_test_support::eventually;

use super::{FILE, PORT, connections, place};

/// The quiet time of the agent, less what a busy machine may add to a pause.
const SAFE_GAP: Duration = Duration::from_millis(80);

/// Reproducible numbers.
struct Numbers(u64);

impl Numbers {
    /// Returns a number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Reads the length of a long run.
fn length(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: {text}")))
}

/// A way of writing a file in two chunks.
#[derive(Debug, Clone, Copy)]
enum Writer {
    /// Truncates the file and keeps it open.
    Truncating,
    /// Writes over the old content and keeps the file open.
    InPlace,
    /// Truncates the file, closes it, and opens it again to append.
    Reopening,
    /// Writes another file and renames it.
    Renaming,
}

const WRITERS: [Writer; 4] = [Writer::Truncating, Writer::InPlace, Writer::Reopening, Writer::Renaming];

impl Writer {
    /// Writes the chunks with a pause. Returns the pause as it was.
    fn write(self, path: &Path, chunks: [&str; 2], pause: Duration) -> Duration {
        let next = path.with_extension("next");
        let mut file = match self {
            Self::Truncating | Self::Reopening => File::create(path).unwrap(),
            Self::InPlace => File::options().write(true).open(path).unwrap(),
            Self::Renaming => File::create(&next).unwrap(),
        };
        file.write_all(chunks[0].as_bytes()).unwrap();
        let began = Instant::now();
        if matches!(self, Self::Reopening) {
            drop(file);
            thread::sleep(pause);
            file = File::options().append(true).open(path).unwrap();
        } else {
            thread::sleep(pause);
        }
        file.write_all(chunks[1].as_bytes()).unwrap();
        let paused = began.elapsed();
        let length = file.stream_position().unwrap();
        file.set_len(length).unwrap();
        drop(file);
        if matches!(self, Self::Renaming) {
            fs::rename(&next, path).unwrap();
        }
        paused
    }
}

/// Two chunks, each a config of its own. Every whole config sets both fields, to numbers that belong together.
fn chunks(number: u64) -> [String; 2] {
    [
        format!("[network]\nmax_connections = {}\n", 100 + number % 5000),
        format!("[game]\nmin_bet = {}\n", 100 + number % 5000),
    ]
}

/// Rewrites the config again and again, and asserts that the agent admits no half of it.
fn rewrite(rewrites: u64, longest_pause: u64) {
    let place = place(&chunks(0).concat());
    let agent = place.start(&[&FILE[..], &PORT, &["--audit", "audit.jsonl"]].concat());
    let path = place.path("config.toml");
    let mut numbers = Numbers(7);
    let mut exempt = 0;
    for rewrite in 1..=rewrites {
        let writer = WRITERS[numbers.below(4) as usize];
        let pause = match writer {
            // A closed file rests like a whole one; the quiet time tells them apart.
            Writer::Reopening => Duration::from_millis(5 + numbers.below(70)),
            _ => Duration::from_millis(5 + numbers.below(longest_pause - 4)),
        };
        let [first, second] = chunks(rewrite);
        let paused = writer.write(&path, [&first, &second], pause);
        let is_late = match writer {
            Writer::Reopening => paused > SAFE_GAP,
            _ => paused > Duration::from_secs(4),
        };
        exempt += u64::from(is_late);
        thread::sleep(Duration::from_millis(numbers.below(250)));
    }
    let last = 100 + rewrites % 5000;
    eventually("the last config is applied", || agent.json("/config")["network"]["max_connections"] == last);
    eventually("the file follows", || place.read("resolved.toml").contains(&format!("min_bet = {last}\n")));
    let (whole, half) = admitted(&place);
    println!("{rewrites} rewrites: {whole} configs admitted, {half} of them halves; {exempt} writers were too late");
    assert!(whole > 0 && half <= exempt, "{half} halves of {whole} configs:\n{}", place.read("audit.jsonl"));
    if exempt == 0 {
        assert!(agent.has_metric("bitcraps_config_reloads_total{result=\"refused\"} 0"), "{}", agent.log());
    }
}

/// Counts the configs in the audit trail, and those in which the two fields do not belong together.
fn admitted(place: &AgentDirectory) -> (u64, u64) {
    let text = place.read("audit.jsonl");
    let entries = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let (mut values, mut config) = ([String::new(), String::new()], serde_json::Value::Null);
    let (mut whole, mut half) = (0, 0);
    let mut count = |values: &[String; 2]| {
        whole += 1;
        half += u64::from(values[0] != values[1]);
    };
    let mut is_first = true;
    for entry in entries.filter(|entry| entry["event"] == "changed") {
        // The entries of one config have its digest.
        if entry["config"] != config {
            if !is_first {
                count(&values);
            }
            is_first = false;
            config = entry["config"].clone();
        }
        let value = entry["new"].as_str().unwrap_or("absent").to_owned();
        match entry["field"].as_str() {
            Some("network.max_connections") => values[0] = value,
            Some("game.min_bet") => values[1] = value,
            other => panic!("{other:?} did not change: {entry}"),
        }
    }
    count(&values);
    (whole, half)
}

#[test]
fn no_half_of_a_config_is_admitted() {
    rewrite(40, 300);
}

#[test]
#[ignore = "takes ten minutes: `make stress` runs it"]
fn no_half_of_a_config_is_admitted_in_a_long_run() {
    rewrite(length("STRESS_REWRITES", 2000), 500);
}

/// Removes the folder of the config and makes it again, and asserts that each one is seen in time.
fn remake(folders: u64, limit: Duration) {
    let place = place("");
    let folder = place.path("deep/conf");
    fs::remove_file(place.path("config.toml")).unwrap();
    symlink("deep/conf/config.toml", place.path("config.toml")).unwrap();
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), connections(1)).unwrap();
    let agent = place.start(&[FILE, PORT].concat());
    let (mut same, mut slowest) = (0, Duration::ZERO);
    let seen = |number: u64, slowest: &mut Duration| {
        let (changed, line) = (Instant::now(), format!("max_connections = {number}\n"));
        while !place.read("resolved.toml").contains(&line) {
            assert!(changed.elapsed() < limit, "folder {number} is not seen within {limit:?}:\n{}", agent.log());
            thread::sleep(Duration::from_millis(2));
        }
        *slowest = (*slowest).max(changed.elapsed());
    };
    for number in 1..=folders {
        let inode = fs::metadata(&folder).unwrap().ino();
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        same += u64::from(fs::metadata(&folder).unwrap().ino() == inode);
        fs::write(folder.join("config.toml"), connections(number as u32 * 2)).unwrap();
        seen(number * 2, &mut slowest);
        fs::write(folder.join("config.toml"), connections(number as u32 * 2 + 1)).unwrap();
        seen(number * 2 + 1, &mut slowest);
    }
    println!("{folders} folders, {same} with the inode of the one before; the slowest was seen after {slowest:?}");
}

#[test]
fn every_folder_that_is_made_again_is_seen() {
    remake(10, Duration::from_secs(7));
}

#[test]
#[ignore = "takes ten minutes: `make stress` runs it"]
fn every_folder_that_is_made_again_is_seen_within_a_second() {
    remake(length("STRESS_FOLDERS", 1000), Duration::from_secs(1));
}

/// Results of many clients at once.
#[derive(Debug)]
struct Load {
    answered: u64,
    /// 99th percentile of the time of a request for the health.
    p99: Duration,
    reloads: u64,
    grown_kib: i64,
}

/// Reloads without a pause beside slow clients and polite ones.
fn load(duration: Duration, slow: usize, polite: usize) -> Load {
    let place = place(&connections(1));
    let agent = place.start(&[FILE, PORT].concat());
    let address = agent.address();
    for _ in 0..200 {
        agent.get("/config");
    }
    let before = i64::try_from(agent.resident_kib()).unwrap();
    let done = AtomicBool::new(false);
    let mut times = Vec::new();
    let mut reloads = 0;
    thread::scope(|scope| {
        // Each thread holds several slow clients, and opens new ones as they are left.
        scope.spawn(|| hold_slow(&address, slow, &done));
        let threads = 20.min(polite);
        let polite: Vec<_> = (0..threads)
            .map(|number| {
                let count = polite / threads + usize::from(number < polite % threads);
                let (address, done) = (&address, &done);
                scope.spawn(move || ask_politely(address, count, done))
            })
            .collect();
        let began = Instant::now();
        while began.elapsed() < duration {
            reloads += 1;
            place.write(&connections(1 + (reloads % 9000) as u32));
            agent.signal("HUP");
            thread::sleep(Duration::from_millis(20));
        }
        done.store(true, Ordering::Relaxed);
        for thread in polite {
            times.extend(thread.join().unwrap());
        }
    });
    let last = 1 + reloads % 9000;
    eventually("the last config is applied", || agent.json("/config")["network"]["max_connections"] == last);
    is_intact(&agent);
    times.sort();
    let p99 = times[times.len() * 99 / 100];
    let grown_kib = i64::try_from(agent.resident_kib()).unwrap() - before;
    Load { answered: times.len() as u64, p99, reloads, grown_kib }
}

/// Asserts that the agent is well and that its end is clean.
fn is_intact(agent: &Agent) {
    let health = agent.json("/health");
    assert_eq!((&health["status"], &health["reload"]["hung"]), (&"ok".into(), &0.into()), "{health}");
    let log = agent.log();
    assert!(!log.contains("panicked"), "{log}");
}

/// Holds connections open that send one byte at a time.
fn hold_slow(address: &str, count: usize, done: &AtomicBool) {
    let mut open: Vec<TcpStream> = Vec::new();
    while !done.load(Ordering::Relaxed) {
        open.retain_mut(|stream| stream.write_all(b"G").is_ok());
        while open.len() < count {
            let Ok(stream) = TcpStream::connect(address) else { break };
            open.push(stream);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Sends requests on this number of connections at once, again and again. Returns the times of those for the health.
fn ask_politely(address: &str, count: usize, done: &AtomicBool) -> Vec<Duration> {
    let mut times = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let began = Instant::now();
        let mut open: Vec<TcpStream> = (0..count).map(|_| TcpStream::connect(address).unwrap()).collect();
        for stream in &mut open {
            stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        }
        for mut stream in open {
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
            times.push(began.elapsed());
        }
        assert_eq!(Answer::at(address, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 200);
    }
    times
}

#[test]
fn reloads_and_clients_at_once_are_all_served() {
    let load = load(Duration::from_secs(5), 50, 100);
    println!("{load:?}");
    assert!(load.answered >= 100 && load.reloads > 0, "{load:?}");
    assert!(load.grown_kib < 64 << 10, "{load:?}");
}

#[test]
#[ignore = "takes minutes: `make stress` runs it"]
fn a_storm_of_reloads_and_clients_is_answered_in_time() {
    let load = load(Duration::from_secs(length("STRESS_SECONDS", 600)), 200, 1000);
    println!("{load:?}");
    assert!(load.p99 < Duration::from_secs(1) && load.grown_kib < 16 << 10, "{load:?}");
}

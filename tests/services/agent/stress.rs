//! Writers that pause in the middle, folders that are made again, and many clients: samples that run everywhere, and long runs.
//!
//! `make stress` runs the long ones on a quiet machine. `STRESS_REWRITES`, `STRESS_FOLDERS` and `STRESS_SECONDS` set their length,
//! and `TMPDIR` the file system.

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

/// The outcome of many rewrites.
struct Rewrites {
    /// Number of configs that were admitted.
    admitted: u64,
    /// Number of halves among them.
    halves: u64,
    /// Number of writers that a busy machine delayed beyond what the agent waits for.
    late: u64,
    trail: String,
}

/// Rewrites the config again and again, and counts the halves of it that the agent admits.
fn rewrite(rewrites: u64, longest_pause: u64) -> Rewrites {
    let place = place(&chunks(0).concat());
    let agent = place.start(&[&FILE[..], &PORT, &["--audit", "audit.jsonl"]].concat());
    let path = place.path("config.toml");
    let mut numbers = Numbers(7);
    let mut late = 0;
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
        late += u64::from(is_late);
        thread::sleep(Duration::from_millis(numbers.below(250)));
    }
    let last = 100 + rewrites % 5000;
    eventually("the last config is applied", || agent.json("/config")["network"]["max_connections"] == last);
    eventually("the file follows", || place.read("resolved.toml").contains(&format!("min_bet = {last}\n")));
    let (admitted, halves) = admitted(&place);
    println!("{rewrites} rewrites: {admitted} configs admitted, {halves} of them halves; {late} writers were too late");
    if late == 0 {
        assert!(agent.has_metric("bitcraps_config_reloads_total{result=\"refused\"} 0"), "{}", agent.log());
    }
    Rewrites { admitted, halves, late, trail: place.read("audit.jsonl") }
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
    let Rewrites { admitted, halves, late, trail } = rewrite(40, 300);
    assert!(admitted > 0 && halves <= late, "{halves} halves of {admitted} configs, {late} writers too late:\n{trail}");
}

#[test]
#[ignore = "takes ten minutes: `make stress` runs it"]
fn no_half_of_a_config_is_admitted_in_a_long_run() {
    let Rewrites { admitted, halves, trail, .. } = rewrite(length("STRESS_REWRITES", 2000), 500);
    assert!(admitted > 0 && halves == 0, "{halves} halves of {admitted} configs:\n{trail}");
}

/// Removes the folder of the config and makes it again, and asserts that each one is seen in time, until `folders` of them had the
/// inode of the one before. Ends after `most` folders, and returns the number of those with the same inode.
fn remake(folders: u64, most: u64, limit: Duration) -> u64 {
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
    let mut number = 0;
    while same < folders && number < most {
        number += 1;
        let inode = fs::metadata(&folder).unwrap().ino();
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        same += u64::from(fs::metadata(&folder).unwrap().ino() == inode);
        let value = number % 2000 * 2;
        for value in [value + 2, value + 3] {
            fs::write(folder.join("config.toml"), connections(value as u32)).unwrap();
            seen(value, &mut slowest);
        }
    }
    println!("{number} folders, {same} with the inode of the one before; the slowest was seen after {slowest:?}");
    same
}

#[test]
fn every_folder_that_is_made_again_is_seen() {
    // Other programs may take a free inode, and some file systems give none again.
    remake(10, 10, Duration::from_secs(7));
}

#[test]
#[ignore = "takes ten minutes: `make stress` runs it"]
fn every_folder_that_is_made_again_is_seen_within_a_second() {
    let folders = length("STRESS_FOLDERS", 1000);
    let same = remake(folders, folders.saturating_mul(10), Duration::from_secs(1));
    assert_eq!(same, folders, "the file system gives other inodes to new folders; set TMPDIR to one such as ext4");
}

/// Results of many clients at once.
#[derive(Debug)]
struct Load {
    answered: u64,
    /// 99th percentile of the time of a request for the health.
    p99: Duration,
    reloads: u64,
    /// Growth of the resident memory under load, after the first fifth of the time.
    grown_kib: i64,
    /// Number of reads of the output file and of `/config`.
    reads: u64,
    /// Number of these that are not whole, or have the fields of two configs.
    torn: u64,
}

/// Reloads without a pause beside slow clients, polite ones, and readers of the config.
fn load(duration: Duration, slow: usize, polite: usize) -> Load {
    let config = |number: u64| chunks(number).concat();
    let place = place(&config(1));
    let agent = place.start(&[FILE, PORT].concat());
    let address = agent.address();
    let done = AtomicBool::new(false);
    let mut times = Vec::new();
    let (mut reloads, mut before, mut after) = (0, None, 0);
    let (reads, torn) = thread::scope(|scope| {
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
        let reader = scope.spawn(|| read_configs(&place, &address, &done));
        let began = Instant::now();
        while began.elapsed() < duration {
            reloads += 1;
            place.write(&config(reloads));
            agent.signal("HUP");
            thread::sleep(Duration::from_millis(20));
            // The history of configs and the buffers of connections have their full size then.
            if before.is_none() && began.elapsed() > duration / 5 {
                before = Some(least_memory(&agent));
            }
        }
        after = least_memory(&agent);
        done.store(true, Ordering::Relaxed);
        for thread in polite {
            times.extend(thread.join().unwrap());
        }
        reader.join().unwrap()
    });
    let last = 100 + reloads % 5000;
    eventually("the last config is applied", || agent.json("/config")["network"]["max_connections"] == last);
    is_intact(&agent);
    times.sort();
    let p99 = times[times.len() * 99 / 100];
    let grown_kib = after - before.expect("the time is longer than its fifth");
    Load { answered: times.len() as u64, p99, reloads, grown_kib, reads, torn }
}

/// Returns the least of a few samples of the resident memory, since a request in progress adds to it.
fn least_memory(agent: &Agent) -> i64 {
    let samples = (0..10).map(|_| {
        thread::sleep(Duration::from_millis(50));
        i64::try_from(agent.resident_kib()).unwrap()
    });
    samples.min().unwrap()
}

/// Reads the output file and `/config` again and again. Returns the number of reads, and of those that are not one whole config.
fn read_configs(place: &AgentDirectory, address: &str, done: &AtomicBool) -> (u64, u64) {
    let is_whole = |config: &serde_json::Value| {
        // The last table of every config.
        let has_end = config["treasury"]["rebalance_interval"].is_string();
        has_end && config["network"]["max_connections"] == config["game"]["min_bet"]
    };
    let (mut reads, mut torn) = (0, 0);
    while !done.load(Ordering::Relaxed) {
        let file = toml::from_str::<serde_json::Value>(&place.read("resolved.toml"));
        let answer = Answer::at(address, "GET /config HTTP/1.1\r\nHost: localhost\r\n\r\n");
        // An agent with too many clients may answer that it is busy.
        let served = (answer.status == 200).then(|| serde_json::from_str::<serde_json::Value>(&answer.body).ok());
        for config in [Some(file.ok()), served].into_iter().flatten() {
            reads += 1;
            torn += u64::from(!config.is_some_and(|config| is_whole(&config)));
        }
        thread::sleep(Duration::from_millis(2));
    }
    (reads, torn)
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
    assert!(load.answered >= 100 && load.reloads > 0 && load.reads > 0 && load.torn == 0, "{load:?}");
    assert!(load.grown_kib < 64 << 10, "{load:?}");
}

#[test]
#[ignore = "takes half an hour: `make stress` runs it"]
fn a_storm_of_reloads_and_clients_is_answered_in_time() {
    let load = load(Duration::from_secs(length("STRESS_SECONDS", 1800)), 200, 1000);
    println!("{load:?}");
    assert!(load.reads > 0 && load.torn == 0, "{load:?}");
    assert!(load.p99 < Duration::from_millis(250) && load.grown_kib < 1 << 10, "{load:?}");
}

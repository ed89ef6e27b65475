//! Inputs that hang, are half written, or lie in a folder that is made again.

use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use confgate_test_support::agent::AgentDirectory;
use confgate_test_support::eventually;

use super::{FILE, PORT, connections, place};

/// A config that asks a provider for a secret.
const WITH_SECRET: &str = "[database]\nurl = 'postgresql://node:${SECRET_DB}@db/x'\n";

/// A folder whose secrets are in a server that accepts connections and never answers. The provider gives up after `timeout`.
fn with_silent_server(config: &str, timeout: &str) -> (AgentDirectory, TcpListener) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", server.local_addr().unwrap());
    let place = place(config)
        .variable("BITCRAPS_SECRETS", "vault")
        .variable("VAULT_ADDR", &address)
        .variable("VAULT_TOKEN", "hunter2-token")
        .variable("BITCRAPS_VAULT_PATH", "secret/bitcraps")
        .variable("BITCRAPS_VAULT_TIMEOUT", timeout);
    (place, server)
}

#[test]
fn a_reload_that_hangs_is_rejected_in_time_and_shows_everywhere() {
    let (place, _server) = with_silent_server(&connections(20), "10s");
    let agent = place.start(&[&FILE[..], &PORT, &["--reload-timeout", "1"]].concat());
    assert_eq!(agent.json("/health")["reload"], serde_json::json!({ "timeout": 1.0, "hung": 0 }));
    place.write(WITH_SECRET);
    eventually("the limit is exceeded", || agent.json("/health")["status"] == "degraded");
    let health = agent.json("/health");
    let problems = health["problems"].as_array().unwrap();
    assert!(problems.contains(&"a reload did not end within its time limit and still runs".into()), "{health}");
    let diagnostic = &health["refused"]["findings"][0];
    assert_eq!(diagnostic["message"], "the reload did not end within 1 s");
    assert!(agent.has_metric("bitcraps_agent_degraded{reason=\"hung\"} 1"));
    let timeouts =
        |line: &str| line.starts_with("bitcraps_config_reloads_total{result=\"timeout\"} ") && !line.ends_with(" 0");
    assert!(agent.get("/metrics").body.lines().any(timeouts));
    assert!(agent.log().contains("the reload did not end within 1 s"), "{}", agent.log());

    // The load is tried again as soon as the one that hung has ended.
    place.write(&connections(30));
    eventually("another config is loaded", || place.read("resolved.toml").contains("max_connections = 30\n"));
    eventually("the agent is well again", || agent.json("/health")["status"] == "ok");
    assert_eq!(agent.json("/health")["reload"]["hung"], 0);
    assert!(!agent.log().contains("hunter2-token"));
}

#[test]
fn an_agent_stops_in_time_while_a_reload_hangs() {
    let (place, _server) = with_silent_server(&connections(20), "600s");
    let agent = place.start(&[FILE, PORT].concat());
    place.write(WITH_SECRET);
    let asked = || {
        fs::read_dir(format!("/proc/{}/task", agent.pid()))
            .unwrap()
            .flatten()
            .any(|task| fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.trim() == "confgate-load"))
    };
    eventually("a reload runs", asked);
    // Longer than a load takes that does not hang.
    thread::sleep(Duration::from_millis(500));
    let signalled = Instant::now();
    assert!(agent.stop().success());
    // The limit is 2 s; a busy machine adds to it, and the time limit of the reload is 30 s.
    assert!(signalled.elapsed() < Duration::from_secs(8), "{:?}", signalled.elapsed());
}

#[test]
fn a_fifo_in_place_of_a_file_is_rejected_and_never_waited_for() {
    let fifo = |place: &AgentDirectory, name: &str| {
        assert!(Command::new("mkfifo").arg(place.path("fifo")).status().unwrap().success());
        fs::rename(place.path("fifo"), place.path(name)).unwrap();
    };
    let place = place(&connections(20));
    let agent = place.start(&[&FILE[..], &PORT, &["--signal-pid-file", "pid", "--retries", "0"]].concat());
    for name in ["config.toml", "profiles.toml"] {
        fifo(&place, name);
        eventually("it is rejected", || !agent.json("/health")["refused"].is_null());
        let health = agent.json("/health");
        let message = health["refused"]["findings"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains("not a regular file: a FIFO"), "{name}: {health}");
        assert_eq!(health["reload"]["hung"], 0);
        fs::remove_file(place.path(name)).unwrap();
        place.write(&connections(21));
        eventually("it is well again", || agent.json("/health")["refused"].is_null());
    }
    fifo(&place, "pid");
    place.write(&connections(22));
    let expected = "cannot read the process id in pid: not a regular file: a FIFO";
    eventually("the notification fails", || agent.json("/health")["signal"]["error"] == expected);
    let signalled = Instant::now();
    assert!(agent.stop().success());
    assert!(signalled.elapsed() < Duration::from_secs(8), "{:?}", signalled.elapsed());
}

#[test]
fn a_file_that_never_rests_is_rejected_and_named() {
    let place = place(&connections(20));
    let agent = place.start(&[&PORT[..], &["--reload-timeout", "2"]].concat());
    let began = Instant::now();
    let mut degraded = false;
    while !degraded {
        assert!(began.elapsed() < Duration::from_secs(60), "{}", agent.log());
        let mut file = File::options().append(true).open(place.path("config.toml")).unwrap();
        file.write_all(b"# another line\n").unwrap();
        thread::sleep(Duration::from_millis(5));
        degraded = agent.log().contains("file/changing");
    }
    assert!(agent.log().contains("the config kept changing for 1 s: config.toml"), "{}", agent.log());
    place.write(&connections(30));
    eventually("it rests", || agent.json("/config")["network"]["max_connections"] == 30);
}

#[test]
fn a_folder_that_is_made_again_is_watched_again() {
    let place = place("");
    let folder = place.path("deep/conf");
    fs::remove_file(place.path("config.toml")).unwrap();
    symlink("deep/conf/config.toml", place.path("config.toml")).unwrap();
    let make = |count: u32| {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), connections(count)).unwrap();
    };
    make(20);
    let agent = place.start(&PORT);
    // Faster than comparisons without events, which come each ten seconds.
    let seen = |count: u32| {
        let changed = Instant::now();
        while agent.json("/config")["network"]["max_connections"] != count {
            assert!(changed.elapsed() < Duration::from_secs(7), "{count} is not seen:\n{}", agent.log());
            thread::sleep(Duration::from_millis(10));
        }
    };
    for round in 1..=3 {
        // Emptied first, removed as a whole, renamed away.
        match round {
            1 => fs::remove_dir_all(&folder).unwrap(),
            2 => fs::rename(&folder, place.path("away")).unwrap(),
            _ => fs::remove_dir_all(place.path("deep")).unwrap(),
        }
        make(20 + round * 10);
        seen(20 + round * 10);
        // The watch is on the new folder.
        for count in 1..=2 {
            thread::sleep(Duration::from_millis(150));
            fs::write(folder.join("config.toml"), connections(20 + round * 10 + count)).unwrap();
            seen(20 + round * 10 + count);
        }
    }
    assert_eq!(agent.json("/health")["watch"], serde_json::json!({ "mode": "events", "problem": null }));
}

#[test]
fn without_events_of_the_system_files_are_compared_and_that_shows() {
    let limited = |limit: &str| format!("echo 0 > /proc/sys/user/{limit} && exec \"$@\"");
    let unshared = |limit: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "sh", "-c", &limited(limit), "sh"]);
        command
    };
    let permitted = unshared("max_inotify_instances").arg("true").status().is_ok_and(|status| status.success());
    if !permitted {
        eprintln!("skipped: user namespaces are not permitted here");
        return;
    }
    for (limit, problem) in [
        ("max_inotify_instances", "cannot watch files: Too many open files (os error 24)"),
        ("max_inotify_watches", "the limit of watches is reached (fs.inotify.max_user_watches)"),
    ] {
        let place = place(&connections(20));
        let agent = place.start_as(unshared(limit), &PORT);
        let watch = agent.json("/health")["watch"].clone();
        assert_eq!(watch["mode"], "polling", "{watch}");
        assert!(watch["problem"].as_str().unwrap().ends_with(problem), "{watch}");
        assert!(agent.has_metric("bitcraps_config_watch_fallback 1"));
        let log = agent.log();
        assert!(log.contains(problem) && log.contains("comparing the files each second instead"), "{log}");
        let changed = Instant::now();
        place.write(&connections(30));
        eventually("the change is seen", || agent.json("/config")["network"]["max_connections"] == 30);
        assert!(changed.elapsed() < Duration::from_secs(7), "{:?}", changed.elapsed());
        assert_eq!(agent.json("/health")["status"], "ok", "a config that is followed is not degraded");
    }
}

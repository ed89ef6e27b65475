//! Failures of an agent: at the start, with the file, with the service, with HTTP clients.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use confgate_test_support::agent::AgentDirectory;
use confgate_test_support::eventually;

use super::{FILE, PORT, connections, place};

/// Runs an agent that must not start. Returns its exit code and its output.
fn refused(place: &AgentDirectory, arguments: &[&str]) -> (i32, String) {
    let output = place.command(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn a_port_that_another_program_has_is_said_before_anything_is_written() {
    let place = place("");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, text) = refused(&place, &["--output", "resolved.toml", "--listen", &address]);
    assert_eq!((code, text), (2, format!("error: cannot listen at {address}: another program listens there\n")));
    assert!(!place.path("resolved.toml").exists());
}

#[test]
fn an_agent_that_cannot_do_what_it_is_told_says_why() {
    let place = place("");
    for (arguments, expected) in [
        (
            &["--listen", "0.0.0.0:0"][..],
            "error: cannot listen at 0.0.0.0:0: other machines could read the config; pass --listen-anywhere to allow that\n",
        ),
        (
            &["--output", "config.toml"],
            "error: cannot write config.toml: the config is read from it; give --output another name\n",
        ),
        (
            &["--output", "nowhere/resolved.toml"],
            "error: cannot write nowhere/resolved.toml: No such file or directory (os error 2)\n",
        ),
        (&["--output", "."], "error: cannot write .: it is not a file\n"),
        (&["--output", "x", "--mode", "999"], "'--mode <MODE>': write octal digits: 0600, 0640"),
        (&["--listen", "9464"], "write 127.0.0.1:9464, [::1]:9464 or unix:/run/confgate.sock"),
        (&["--signal-pid-file", "pid", "--listen", "127.0.0.1:0"], "--output <FILE>"),
        (
            &["--listen", "127.0.0.1:0", "--allow-host", "http://a.example"],
            "write a host name without scheme, port and path",
        ),
        (&["--output", "x", "--token-file", "token"], "--listen <ADDRESS>"),
        (
            &["--listen", "127.0.0.1:0", "--token-file", "token"],
            "error: cannot read the token in token: No such file or directory (os error 2)\n",
        ),
        (&["--output", "x", "--reload-timeout", "0"], "0 is not in 1..=3600"),
        (&[], "<--output <FILE>|--listen <ADDRESS>"),
    ] {
        let (code, text) = refused(&place, arguments);
        assert_eq!(code, 2, "{arguments:?}: {text}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
}

#[test]
fn a_config_that_is_refused_at_the_start_is_reported_and_no_file_is_written() {
    let place = place(&connections(0));
    let (code, text) = refused(&place, &FILE);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("error: network.max_connections must be at least 1, and is 0"), "{text}");
    assert!(!place.path("resolved.toml").exists());
}

#[test]
fn a_service_that_is_gone_is_told_so_often_and_again_at_the_next_change() {
    let place = place(&connections(20));
    let mut gone = std::process::Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    fs::write(place.path("pid"), gone.id().to_string()).unwrap();
    let agent = place.start(&[&FILE[..], &PORT, &["--signal-pid-file", "pid", "--retries", "1"]].concat());
    place.write(&connections(30));
    eventually("it was tried twice", || agent.has_metric("bitcraps_agent_signals_total{result=\"failed\"} 2"));
    let log = agent.log();
    let text = format!("pid: process {} is not running", gone.id());
    assert!(log.contains(&text) && log.contains("retrying after the next change"), "{log}");
    let health = agent.json("/health");
    assert_eq!(health["problems"], serde_json::json!(["the service was not notified of the output file"]));
    assert!(health["signal"]["error"].as_str().unwrap().ends_with(&text), "{health}");
    assert!(agent.has_metric("bitcraps_agent_degraded{reason=\"signal\"} 1"));
    assert!(place.read("resolved.toml").contains("max_connections = 30\n"), "the file is current all the same");

    let _service = super::Service::start(&place);
    fs::write(place.path("pid"), _service.0.id().to_string()).unwrap();
    place.write(&connections(40));
    eventually("the service heard of 40", || place.read("heard").contains("max_connections = 40"));
    eventually("the agent is well again", || agent.json("/health")["status"] == "ok");
}

#[test]
fn a_command_is_run_after_each_change_and_again_until_it_succeeds() {
    let place = place(&connections(20));
    let script = "echo told >> told; [ $(wc -l < told) -gt 1 ]";
    let agent = place.start(&[&FILE[..], &PORT, &["--reload-command", "sh", "-c", script]].concat());
    place.write(&connections(30));
    eventually("it succeeded", || agent.has_metric("bitcraps_agent_signals_total{result=\"delivered\"} 1"));
    assert!(agent.has_metric("bitcraps_agent_signals_total{result=\"failed\"} 1"));
    assert_eq!(place.read("told"), "told\ntold\n");
}

#[test]
fn a_unit_is_reloaded_by_systemctl() {
    let place = place(&connections(20));
    let program = place.path("systemctl");
    fs::write(&program, "#!/bin/sh\necho \"$@\" >> asked\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", place.folder.path().display(), std::env::var("PATH").unwrap());
    let place = place.variable("PATH", &path);
    let _agent = place.start(&[&FILE[..], &["--reload-unit", "game.service"]].concat());
    place.write(&connections(30));
    eventually("systemctl was asked", || place.read("asked") == "reload -- game.service\n");
}

#[test]
fn a_file_that_cannot_be_written_is_written_when_it_can() {
    let place = place(&connections(20));
    fs::create_dir(place.path("out")).unwrap();
    let agent = place.start(&[&["--output", "out/resolved.toml"][..], &PORT].concat());
    fs::rename(place.path("out"), place.path("away")).unwrap();
    place.write(&connections(30));
    eventually("the failure is reported", || agent.has_metric("bitcraps_agent_degraded{reason=\"output\"} 1"));
    let health = agent.json("/health");
    assert_eq!(health["problems"], serde_json::json!(["the output file is not current"]));
    assert_eq!(health["output"]["error"], "cannot write out/resolved.toml: No such file or directory (os error 2)");
    fs::rename(place.path("away"), place.path("out")).unwrap();
    eventually("the file follows", || place.read("out/resolved.toml").contains("max_connections = 30\n"));
    eventually("the agent is well again", || agent.json("/health")["status"] == "ok");
}

#[test]
fn a_file_that_was_removed_or_opened_to_others_is_repaired_at_a_signal() {
    let place = place(&connections(20));
    let agent = place.start(&[&FILE[..], &PORT, &["--reload-command", "sh", "-c", "echo told >> told"]].concat());
    fs::remove_file(place.path("resolved.toml")).unwrap();
    agent.signal("HUP");
    eventually("the file is there again", || place.read("resolved.toml").contains("max_connections = 20\n"));
    eventually("the service heard of it", || place.read("told") == "told\n");
    fs::set_permissions(place.path("resolved.toml"), fs::Permissions::from_mode(0o666)).unwrap();
    agent.signal("HUP");
    let mode = || fs::metadata(place.path("resolved.toml")).unwrap().permissions().mode() & 0o777;
    eventually("the owner alone reads it", || mode() == 0o600);
    assert_eq!(agent.json("/health")["status"], "ok");
}

#[test]
fn questions_that_are_none_are_answered_with_what_may_be_asked() {
    let place = place("");
    let agent = place.start(&PORT);
    for (request, status, text) in [
        ("GET /secrets HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "use /metrics, /health or /config"),
        ("GET /config?format=yaml HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "use format=json"),
        (
            "GET /config?format=toml&origins=true HTTP/1.1\r\nHost: localhost\r\n\r\n",
            400,
            "origins=true needs format=json",
        ),
        ("POST /config HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 405, "method not allowed; use GET"),
    ] {
        let answer = agent.send(request);
        assert_eq!(answer.status, status, "{request}: {answer:?}");
        assert!(answer.body.contains(text), "{request}: {answer:?}");
    }
    let head = agent.send("HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let large = format!("GET /health HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(64 << 10));
    let answer = agent.send(&large);
    // The connection may be reset before the response arrives: the rest of the request is not read.
    assert!(matches!(answer.status, 0 | 431), "{answer:?}");
    assert_eq!(agent.get("/health").status, 200);
}

#[test]
fn who_does_not_finish_a_question_is_left_and_others_are_answered() {
    let place = place("");
    let agent = place.start(&PORT);
    let mut slow: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(agent.address()).unwrap()).collect();
    slow.iter_mut().for_each(|stream| stream.write_all(b"GET /health HTTP/1.1\r\nX: ").unwrap());
    assert_eq!(agent.get("/health").status, 200);
    let began = Instant::now();
    let stream = &mut slow[0];
    stream.set_read_timeout(Some(Duration::from_secs(50))).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(began.elapsed() < Duration::from_secs(45), "it was never left");
}

#[test]
fn killed_at_any_moment_the_file_is_the_old_one_or_the_new_one() {
    // Large enough for a kill during a write.
    let nodes: Vec<String> = (0..4000).map(|node| format!("\"10.0.{}.{}:8333\"", node / 250, node % 250)).collect();
    let config = |number: u32| format!("{}bootstrap_nodes = [{}]\n", connections(number), nodes.join(", "));
    let place = place(&config(20));
    drop(place.start(&FILE));
    let first = place.read("resolved.toml");
    assert!(first.len() > 50_000);
    place.write(&config(30));
    drop(place.start(&FILE));
    let second = place.read("resolved.toml");
    assert_ne!(first, second);

    let mut changed = 0;
    let mut before = second.clone();
    for kill in 0..40u64 {
        place.write(&config(if kill % 2 == 0 { 20 } else { 30 }));
        let agent = place.start(&FILE);
        place.write(&config(if kill % 2 == 0 { 30 } else { 20 }));
        std::thread::sleep(Duration::from_millis(95 + kill * 2));
        drop(agent);
        let file = place.read("resolved.toml");
        assert!(file == first || file == second, "torn at {kill}: {} bytes", file.len());
        changed += u32::from(file != before);
        before = file;
    }
    // During the start, when the file is written for the first time.
    for kill in 0..40u64 {
        place.write(&config(if kill % 2 == 0 { 20 } else { 30 }));
        let mut child = place.command(&FILE).stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(kill * 4));
        child.kill().unwrap();
        child.wait().unwrap();
        let file = place.read("resolved.toml");
        assert!(file == first || file == second, "torn at {kill}: {} bytes", file.len());
    }
    assert!(changed > 0, "no write was ever near");
    assert!(place.start(&FILE).stop().success());
    let left: Vec<_> = fs::read_dir(&place.folder).unwrap().flatten().map(|entry| entry.file_name()).collect();
    let beside = |name: &&std::ffi::OsString| name.to_string_lossy().starts_with(".resolved");
    assert!(left.iter().filter(beside).count() <= 1, "{left:?}");
}

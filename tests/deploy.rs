//! From a bundle to a running node and back: what `confgate deploy` and its neighbours do to a service that is really there.
#![cfg(feature = "deploy")]

#[path = "deploy/damaged.rs"]
mod damaged;
#[path = "deploy/stopped.rs"]
mod stopped;
mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::confgate;
use tempfile::TempDir;

/// A bundle as a build makes it.
fn bundle(at: &Path, name: &str, text: &str) -> PathBuf {
    bundle_of(Some("bitcraps"), at, name, text)
}

fn bundle_of(model: Option<&str>, at: &Path, name: &str, text: &str) -> PathBuf {
    use sha2::Digest;
    let folder = at.join(name);
    fs::create_dir_all(&folder).unwrap();
    let digest: String = sha2::Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let manifest = serde_json::json!({
        "name": name, "environment": "Development", "model": model, "admitted": true, "keys": 1, "findings": [],
        "digests": { "schema": "", "settings": digest, "sources": {} },
    });
    for (file, text) in [("config.toml", text), ("origins.json", "{}"), ("manifest.json", &manifest.to_string())] {
        fs::write(folder.join(file), text).unwrap();
    }
    folder
}

/// A machine with a place for generations and a node that runs what counts.
struct Machine {
    folder: TempDir,
    port: u16,
    node: Option<Child>,
}

impl Machine {
    fn new() -> Self {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        Self { folder: TempDir::new().unwrap(), port, node: None }
    }

    fn bundle(&self, name: &str, peers: u32) -> PathBuf {
        let text = format!("[network]\nmax_connections = {peers}\n\n[monitoring]\nmetrics_port = {}\n", self.port);
        bundle(self.folder.path(), name, &text)
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = confgate();
        command.args(arguments).arg("--state").arg(self.state()).env_remove("BITCRAPS_ENV").env("USER", "ops");
        let output = command.env_remove("SUDO_USER").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), said)
    }

    /// Deploys to the running node.
    fn deploy(&self, source: &Path, more: &[&str]) -> (i32, String) {
        let pid = self.folder.path().join("pid");
        let health = format!("http://127.0.0.1:{}/health", self.port);
        let mut arguments = vec!["deploy", source.to_str().unwrap()];
        arguments.extend(["--pid-file", pid.to_str().unwrap(), "--health", &health]);
        arguments.extend(more);
        self.run(&arguments)
    }

    /// Starts the example node on what counts. It is not well with more than a hundred peers.
    fn start(&mut self) {
        let program = std::env::current_exe().unwrap().parent().unwrap().with_file_name("examples").join("node");
        assert!(program.exists(), "the example is not built: cargo build --example node");
        let mut command = Command::new(program);
        command.arg(self.state().join("bitcraps/current")).args(["--unhealthy-above", "100", "--pid-file"]);
        command.arg(self.folder.path().join("pid")).env_remove("BITCRAPS_ENV");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, format!("serving on 127.0.0.1:{}\n", self.port));
        self.node = Some(child);
    }

    /// How many peers the running node takes.
    fn peers(&self) -> u64 {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "GET / HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let page: serde_json::Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        page["max_connections"].as_u64().unwrap()
    }

    fn eventually_runs(&self, peers: u64) {
        let began = Instant::now();
        while self.peers() != peers {
            assert!(began.elapsed() < Duration::from_secs(20), "the node still runs {}", self.peers());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(mut node) = self.node.take() {
            let _ = node.kill();
            let _ = node.wait();
        }
    }
}

/// The steps with their marks, without their times.
fn steps(said: &str) -> Vec<String> {
    let rows = said.lines().filter(|line| line.starts_with(['✓', '–', '✗']));
    rows.map(|row| row[..row.find("  ").unwrap_or(row.len())].trim_end().to_owned()).collect()
}

#[test]
fn a_good_bundle_reaches_the_running_node_and_is_kept() {
    let mut machine = Machine::new();
    assert_eq!(machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]).0, 0);
    machine.start();
    let (code, said) = machine.deploy(&machine.bundle("two", 20), &["--bake-time", "300ms"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        steps(&said),
        ["✓ fetch", "✓ verify", "✓ gate", "✓ stage", "✓ activate", "✓ reload", "✓ health", "✓ bake", "✓ keep"]
    );
    assert!(said.ends_with("  network.max_connections  10 → 20\n1 change; generation 2 is active\n"), "{said}");
    machine.eventually_runs(20);
    let (code, said) = machine.run(&["status"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("generation 2: two for Development, kept\n"), "{said}");
    assert!(said.contains("drift     none"), "{said}");
}

#[test]
fn a_bundle_that_passes_the_gate_and_makes_the_node_unwell_is_rolled_back() {
    let mut machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    machine.start();
    let began = Instant::now();
    let (code, said) = machine.deploy(&machine.bundle("many", 500), &["--within", "2s", "--settle", "10s"]);
    assert_eq!(code, 1, "{said}");
    assert!(began.elapsed() < Duration::from_secs(20), "the deadline is not kept");
    let steps = steps(&said);
    assert_eq!(steps.last().unwrap(), "✓ roll back", "{said}");
    assert!(said.contains("failed: http://127.0.0.1:") && said.ends_with("; generation 1 is active again\n"), "{said}");
    machine.eventually_runs(10);
    let (_, history) = machine.run(&["history"]);
    let lines: Vec<&str> = history.lines().collect();
    assert!(lines[0].starts_with("    2  ") && lines[0].contains("rolled back: "), "{history}");
    assert!(lines[1].starts_with("*   1  ") && lines[1].ends_with("by ops: kept"), "{history}");
}

#[test]
fn what_stands_in_a_probe_or_a_command_is_neither_printed_nor_noted() {
    let machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    let source = machine.bundle("two", 20);
    for (option, value) in [
        ("--health", "http://admin:S3cret@127.0.0.1:9/h?token=S3cret"),
        ("--health", "false 'Authorization: Bearer S3cret'"),
        ("--reload-command", "KEY=S3cret false S3cret"),
    ] {
        let (code, said) = machine.run(&["deploy", source.to_str().unwrap(), option, value, "--within", "1ms"]);
        assert!(code == 1 && said.contains("; generation 1 is active again") && !said.contains("S3cret"), "{said}");
    }
    // What a command says is shown to whoever runs it, and not noted where everybody reads it.
    let command = "echo S3cret >&2; exit 1";
    let (_, said) = machine.run(&["deploy", source.to_str().unwrap(), "--reload-command", command]);
    assert!(said.contains("reload failed: sh failed (exit status: 1): S3cret"), "{said}");
    let records = fs::read_dir(machine.state().join("bitcraps/generations")).unwrap().flatten();
    let records = records.map(|entry| entry.path()).filter(|path| path.extension().is_some());
    let noted: Vec<String> = records.map(|path| fs::read_to_string(path).unwrap()).collect();
    assert_eq!((noted.len(), noted.iter().any(|record| record.contains("S3cret"))), (5, false), "{noted:?}");
    assert!(!machine.run(&["history"]).1.contains("S3cret"));
}

#[test]
fn whatever_the_umask_is_the_service_reaches_what_was_deployed() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::new();
    let state = machine.folder.path().join("deep/state");
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 077; exec \"$@\"", "sh"]).arg(confgate().get_program());
    shell.args(["deploy", machine.bundle("one", 10).to_str().unwrap(), "--state"]).arg(&state);
    assert!(shell.env_remove("BITCRAPS_ENV").output().unwrap().status.success());
    let mode = |path: &str| fs::metadata(machine.folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    let all = "deep/state/bitcraps/generations";
    for folder in ["deep", "deep/state", "deep/state/bitcraps", all, &format!("{all}/1")] {
        assert_eq!(mode(folder), 0o755, "{folder}");
    }
    for file in [&format!("{all}/1.json"), &format!("{all}/1/config.toml"), "deep/state/bitcraps/lock"] {
        assert_eq!(mode(file), 0o644, "{file}");
    }
}

#[test]
fn one_goes_back_by_hand_and_the_node_follows() {
    let mut machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    machine.start();
    machine.deploy(&machine.bundle("two", 20), &[]);
    machine.eventually_runs(20);
    let pid = machine.folder.path().join("pid");
    let (code, said) = machine.run(&["rollback", "--pid-file", pid.to_str().unwrap()]);
    assert_eq!((code, steps(&said)), (0, ["✓ gate", "✓ activate", "✓ reload", "– health"].map(str::to_owned).to_vec()));
    machine.eventually_runs(10);
    let (code, said) = machine.run(&["rollback", "7"]);
    assert_eq!((code, said.as_str()), (1, "\ngeneration 7 is missing or damaged; intact: 1, 2\n"));
}

#[test]
fn a_refused_bundle_and_a_rehearsal_touch_nothing() {
    let machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    let (code, said) = machine.run(&["deploy", machine.bundle("none", 0).to_str().unwrap()]);
    assert_eq!(code, 1);
    assert_eq!(steps(&said), ["✓ fetch", "✓ verify", "✗ gate"]);
    assert!(said.contains("error: network.max_connections must be at least 1, and is 0"), "{said}");
    let (code, said) = machine.run(&["deploy", machine.bundle("two", 20).to_str().unwrap(), "--dry-run"]);
    assert_eq!((code, steps(&said)), (0, ["✓ fetch", "✓ verify", "✓ gate"].map(str::to_owned).to_vec()));
    assert!(said.ends_with("  network.max_connections  10 → 20\n1 change; nothing was changed\n"), "{said}");
    let (_, history) = machine.run(&["history", "--format", "json"]);
    let records: serde_json::Value = serde_json::from_str(&history).unwrap();
    assert_eq!(records.as_array().unwrap().len(), 1);
}

#[test]
fn of_two_deployments_at_once_one_is_told_who_is_at_work() {
    let machine = Machine::new();
    let slow = machine.bundle("slow", 10);
    let mut first = confgate();
    first.args(["deploy", slow.to_str().unwrap(), "--reload-command", "sleep 3", "--state"]).arg(machine.state());
    let mut first = first.env_remove("BITCRAPS_ENV").stdout(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while !machine.run(&["status"]).1.contains("at work") {
        assert!(began.elapsed() < Duration::from_secs(20), "the first never begins");
    }
    let (code, said) = machine.run(&["deploy", machine.bundle("other", 20).to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(
        said.contains(&format!("another command is running: deploy {}, process {}, by ", slow.display(), first.id())),
        "{said}"
    );
    assert!(first.wait().unwrap().success());
}

#[test]
fn a_deployment_that_is_killed_is_found_and_finished_by_the_doctor() {
    let machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    let mut killed = confgate();
    killed.args(["deploy", machine.bundle("two", 20).to_str().unwrap(), "--reload-command", "sleep 60", "--state"]);
    let mut killed = killed.arg(machine.state()).env_remove("BITCRAPS_ENV").stdout(Stdio::null()).spawn().unwrap();
    let link = machine.state().join("bitcraps/current");
    let began = Instant::now();
    while fs::read_link(&link).unwrap() != Path::new("generations/2") {
        assert!(began.elapsed() < Duration::from_secs(20), "it is never activated");
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    // The command of the shell that it waited for has the lock no longer either, or is waited for.
    let (code, said) = machine.run(&["status"]);
    assert!(code == 1 && said.contains("the deployment did not come to its end"), "{said}");
    let (code, said) = machine.run(&["doctor"]);
    assert_eq!(code, 1);
    assert!(said.contains("= --repair would make the previous generation active again"), "{said}");
    let (code, said) = machine.run(&["doctor", "--repair"]);
    assert_eq!(code, 1, "the service is to be told: {said}");
    assert!(said.contains("done: generation 1 is active again"), "{said}");
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("generations/1"));
    let (code, said) = machine.run(&["doctor"]);
    let untold = "generation 1 is active, but the service was not notified (reload command)";
    assert!(code == 1 && said.contains(untold), "{said}");
    let (code, said) = machine.run(&["status"]);
    assert!(code == 1 && said.contains("  untold    the service was not told that this counts"), "{said}");
    let one = machine.bundle("one", 10);
    let (code, said) = machine.run(&["deploy", one.to_str().unwrap()]);
    assert!(code == 0 && said.contains(untold), "nobody tells it, and that is said: {said}");
    let tolds = machine.folder.path().join("tolds");
    let tell = format!("echo told >> {}", tolds.display());
    let (code, said) = machine.run(&["deploy", one.to_str().unwrap(), "--reload-command", &tell]);
    assert!(code == 0 && said.ends_with("this bundle was active already; the service was notified\n"), "{said}");
    assert_eq!(fs::read_to_string(tolds).unwrap(), "told\n");
    assert_eq!(machine.run(&["doctor"]), (0, "nothing is wrong\n".to_owned()));
}

/// Answers every question with the same JSON.
fn answering(json: &str) -> String {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{json}", json.len());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}/config")
}

#[test]
fn status_says_what_the_service_runs_otherwise() {
    let machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    let config = machine.state().join("bitcraps/current");
    let shown = confgate().args(["show", "--format", "json", "--config"]).arg(config).output().unwrap();
    let same = String::from_utf8(shown.stdout).unwrap();
    let (code, said) = machine.run(&["status", "--running", &answering(&same)]);
    assert!(code == 0 && said.contains("  runs      what is deployed\n"), "{said}");
    let (code, said) = machine.run(&["status", "--running", &answering(&same.replace(": 8334", ": 9999"))]);
    let waits = "  runs      network.listen_port = 9999 (8334 is deployed, waits for a restart)\n";
    assert!(code == 0 && said.contains(waits), "{said}");
    let other = same.replace("\"max_connections\": 10,", "\"max_connections\": 11,");
    let (code, said) = machine.run(&["status", "--running", &answering(&other)]);
    assert!(code == 1 && said.contains("  runs      network.max_connections = 11 (10 is deployed)\n"), "{said}");
    let (code, said) = machine.run(&["status", "--running", &answering("no json")]);
    assert!(code == 2 && said.contains("/config: the answer is not JSON"), "{said}");
}

#[test]
fn a_terminal_obeys_no_name_in_a_tar() {
    let machine = Machine::new();
    let folder = machine.folder.path();
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    header.as_mut_bytes()[..11].copy_from_slice(b"../\x1b[31mevi");
    header.set_cksum();
    fs::write(folder.join("evil.tar"), [header.as_bytes().as_slice(), &[0; 1024]].concat()).unwrap();
    let (code, said) = machine.run(&["deploy", folder.join("evil.tar").to_str().unwrap()]);
    assert!(code == 2 && said.contains("../\u{FFFD}[31mevi leads out of the bundle"), "{said:?}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn wrong_words_are_told() {
    let machine = Machine::new();
    let (code, said) = machine.run(&["deploy", "x", "--health", "https://x"]);
    assert!(code == 2 && said.contains("write a command: curl"), "{said}");
    let (code, said) = machine.run(&["deploy", "x", "--settle", "2m"]);
    assert!(code == 2 && said.contains("--bake-time needs --health; give both or neither"), "{said}");
    let (code, said) = machine.run(&["deploy", "/nowhere/bundle"]);
    assert!(code == 2 && said.contains("/nowhere/bundle: No such file or directory"), "{said}");
    let (code, said) = machine.run(&["status", "--name", "../x"]);
    assert!(code == 2 && said.contains("\"../x\" is no name of a service"), "{said}");
    assert_eq!(machine.run(&["status"]), (0, "nothing is deployed\n".to_owned()));
    assert_eq!(machine.run(&["history"]), (0, "nothing was deployed\n".to_owned()));
    let (code, said) = machine.run(&["deploy", "x", "-k", "not a key"]);
    assert!(code == 2 && said.contains("--trusted-public-key: "), "{said}");
}

#[test]
fn a_service_with_a_schema_and_no_model_is_deployed_as_well() {
    let machine = Machine::new();
    let at = machine.folder.path();
    let schema = serde_json::json!({
        "properties": { "port": { "type": "integer", "default": 8200 } }, "additionalProperties": false,
    });
    fs::write(at.join("schema.json"), schema.to_string()).unwrap();
    let schema = at.join("schema.json");
    let relay = ["--schema", schema.to_str().unwrap(), "--service", "relay"];
    let deploy = |bundle: &Path| machine.run(&[&["deploy", bundle.to_str().unwrap()], &relay[..]].concat());
    let (code, said) = deploy(&bundle_of(None, at, "first", "port = 9000\n"));
    assert!(code == 0 && said.contains("  port  8200 → 9000\n1 change; generation 1 is active\n"), "{said}");
    let (code, said) = deploy(&bundle_of(None, at, "second", "prot = 9000\n"));
    assert!(code == 1 && said.contains("unknown key prot") && said.contains("did you mean port?"), "{said}");
    let (code, said) = deploy(&bundle(at, "third", "port = 9000\n"));
    assert!(code == 1 && said.contains("the bundle is for bitcraps, but this program is for relay"), "{said}");
    assert!(fs::read_link(machine.state().join("relay/current")).unwrap().ends_with("1"));
    let (code, said) = machine.run(&[&["status"], &relay[..]].concat());
    assert!(code == 0 && said.contains("generation 1"), "{said}");
}

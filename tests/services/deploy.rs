//! `confgate deploy` and its companions with a running service: from a bundle to the node, and back.

mod damaged;
mod output;
mod signals;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use confgate_test_support::{Bundle, confgate, eventually, example};
use tempfile::TempDir;

/// Writes a bundle of the bundled model below a folder.
fn bundle(at: &Path, name: &str, config: &str) -> PathBuf {
    Bundle { name, config, ..Bundle::default() }.write(&at.join(name))
}

/// Machine with a folder of generations and a node that runs the active generation.
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

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = confgate!();
        command.args(arguments).arg("--state").arg(self.state()).env("USER", "ops");
        command.env_remove("BITCRAPS_ENV").env_remove("SUDO_USER");
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), printed)
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

    /// Starts the example node with the active generation. It is unhealthy with more than a hundred peers.
    fn start(&mut self) {
        let mut command = Command::new(example("node"));
        command.arg(self.state().join("bitcraps/current")).args(["--unhealthy-above", "100", "--pid-file"]);
        command.arg(self.folder.path().join("pid")).env_remove("BITCRAPS_ENV");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, format!("serving on 127.0.0.1:{}\n", self.port));
        self.node = Some(child);
    }

    /// Returns the number of peers that the running node accepts.
    fn peers(&self) -> u64 {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "GET / HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let page: serde_json::Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        page["max_connections"].as_u64().unwrap()
    }

    fn eventually_runs(&self, peers: u64) {
        eventually(&format!("the node accepts {peers} peers"), || self.peers() == peers);
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
fn steps(printed: &str) -> Vec<String> {
    let rows = printed.lines().filter(|line| line.starts_with(['✓', '–', '✗']));
    rows.map(|row| row[..row.find("  ").unwrap_or(row.len())].trim_end().to_owned()).collect()
}

#[test]
fn a_good_bundle_reaches_the_running_node_and_is_kept() {
    let mut machine = Machine::new();
    assert_eq!(machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]).0, 0);
    machine.start();
    let (code, printed) = machine.deploy(&machine.bundle("two", 20), &["--bake-time", "300ms"]);
    assert_eq!(code, 0, "{printed}");
    assert_eq!(
        steps(&printed),
        ["✓ fetch", "✓ verify", "✓ gate", "✓ stage", "✓ activate", "✓ reload", "✓ health", "✓ bake", "✓ keep"]
    );
    assert!(printed.ends_with("  network.max_connections  10 → 20\n1 change; generation 2 is active\n"), "{printed}");
    machine.eventually_runs(20);
    let (code, printed) = machine.run(&["status"]);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.starts_with("generation 2: two for Development, kept\n"), "{printed}");
    assert!(printed.contains("drift     none"), "{printed}");
}

#[test]
fn a_bundle_that_passes_the_gate_and_makes_the_node_unwell_is_rolled_back() {
    let mut machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    machine.start();
    let began = Instant::now();
    let (code, printed) = machine.deploy(&machine.bundle("many", 500), &["--within", "2s", "--bake-time", "10s"]);
    assert_eq!(code, 1, "{printed}");
    assert!(began.elapsed() < Duration::from_secs(20), "the deadline is not kept");
    let steps = steps(&printed);
    assert_eq!(steps.last().unwrap(), "✓ roll back", "{printed}");
    assert!(
        printed.contains("failed: http://127.0.0.1:") && printed.ends_with("; generation 1 is active again\n"),
        "{printed}"
    );
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
        let (code, printed) = machine.run(&["deploy", source.to_str().unwrap(), option, value, "--within", "1ms"]);
        assert!(
            code == 1 && printed.contains("; generation 1 is active again") && !printed.contains("S3cret"),
            "{printed}"
        );
    }
    // The output of a command is shown to its user, and not recorded, as records can be read by every user.
    let command = "echo S3cret >&2; exit 1";
    let (_, printed) = machine.run(&["deploy", source.to_str().unwrap(), "--reload-command", command]);
    assert!(printed.contains("reload failed: sh failed (exit status: 1): S3cret"), "{printed}");
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
    shell.args(["-c", "umask 077; exec \"$@\"", "sh"]).arg(confgate!().get_program());
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
    let (code, printed) = machine.run(&["rollback", "--pid-file", pid.to_str().unwrap()]);
    assert_eq!(
        (code, steps(&printed)),
        (0, ["✓ gate", "✓ activate", "✓ reload", "– health"].map(str::to_owned).to_vec())
    );
    machine.eventually_runs(10);
    let (code, printed) = machine.run(&["rollback", "7"]);
    assert_eq!((code, printed.as_str()), (1, "\ngeneration 7 is missing or damaged; intact: 1, 2\n"));
}

#[test]
fn a_refused_bundle_and_a_rehearsal_touch_nothing() {
    let machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    let (code, printed) = machine.run(&["deploy", machine.bundle("none", 0).to_str().unwrap()]);
    assert_eq!(code, 1);
    assert_eq!(steps(&printed), ["✓ fetch", "✓ verify", "✗ gate"]);
    assert!(printed.contains("error: network.max_connections must be at least 1, and is 0"), "{printed}");
    let (code, printed) = machine.run(&["deploy", machine.bundle("two", 20).to_str().unwrap(), "--dry-run"]);
    assert_eq!((code, steps(&printed)), (0, ["✓ fetch", "✓ verify", "✓ gate"].map(str::to_owned).to_vec()));
    assert!(printed.ends_with("  network.max_connections  10 → 20\n1 change; nothing was changed\n"), "{printed}");
    let (_, history) = machine.run(&["history", "--format", "json"]);
    let records: serde_json::Value = serde_json::from_str(&history).unwrap();
    assert_eq!(records.as_array().unwrap().len(), 1);
}

#[test]
fn of_two_deployments_at_once_one_is_told_who_is_at_work() {
    let machine = Machine::new();
    let slow = machine.bundle("slow", 10);
    let mut first = confgate!();
    first.args(["deploy", slow.to_str().unwrap(), "--reload-command", "sleep 3", "--state"]).arg(machine.state());
    let mut first = first.env_remove("BITCRAPS_ENV").stdout(Stdio::piped()).spawn().unwrap();
    eventually("the first deployment is at work", || machine.run(&["status"]).1.contains("  locked    by "));
    let (code, printed) = machine.run(&["deploy", machine.bundle("other", 20).to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(
        printed.contains(&format!(
            "another command is running: deploy {}, process {}, by ",
            slow.display(),
            first.id()
        )),
        "{printed}"
    );
    assert!(first.wait().unwrap().success());
}

#[test]
fn a_deployment_that_is_killed_is_found_and_finished_by_the_doctor() {
    let machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    let mut killed = confgate!();
    killed.args(["deploy", machine.bundle("two", 20).to_str().unwrap(), "--reload-command", "sleep 60", "--state"]);
    let mut killed = killed.arg(machine.state()).env_remove("BITCRAPS_ENV").stdout(Stdio::null()).spawn().unwrap();
    let link = machine.state().join("bitcraps/current");
    eventually("generation 2 is activated", || fs::read_link(&link).unwrap() == Path::new("generations/2"));
    killed.kill().unwrap();
    killed.wait().unwrap();
    // The shell command of the killed process goes on, and does not hold the lock.
    let (code, printed) = machine.run(&["status"]);
    assert!(code == 1 && printed.contains("the deployment was interrupted"), "{printed}");
    let (code, printed) = machine.run(&["doctor"]);
    assert_eq!(code, 1);
    assert!(printed.contains("= --repair would make the previous generation active again"), "{printed}");
    let (code, printed) = machine.run(&["doctor", "--repair"]);
    assert_eq!(code, 1, "the service is to be told: {printed}");
    assert!(printed.contains("done: generation 1 is active again"), "{printed}");
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("generations/1"));
    let (code, printed) = machine.run(&["doctor"]);
    let untold = "generation 1 is active, but the service was not notified (reload command)";
    assert!(code == 1 && printed.contains(untold), "{printed}");
    let (code, printed) = machine.run(&["status"]);
    assert!(code == 1 && printed.contains("  reload    pending: the service was not notified"), "{printed}");
    let one = machine.bundle("one", 10);
    let (code, printed) = machine.run(&["deploy", one.to_str().unwrap()]);
    assert!(code == 0 && printed.contains(untold), "the service is not notified, and a message says so: {printed}");
    let tolds = machine.folder.path().join("tolds");
    let tell = format!("echo told >> {}", tolds.display());
    let (code, printed) = machine.run(&["deploy", one.to_str().unwrap(), "--reload-command", &tell]);
    assert!(code == 0 && printed.ends_with("this bundle was active already; the service was notified\n"), "{printed}");
    assert_eq!(fs::read_to_string(tolds).unwrap(), "told\n");
    assert_eq!(machine.run(&["doctor"]), (0, "no problems\n".to_owned()));
}

/// Starts a server that responds to every request with the same JSON. Returns its URL.
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
    let shown = confgate!().args(["show", "--format", "json", "--config"]).arg(config).output().unwrap();
    let same = String::from_utf8(shown.stdout).unwrap();
    let (code, printed) = machine.run(&["status", "--running", &answering(&same)]);
    assert!(code == 0 && printed.contains("  runs      the deployed config\n"), "{printed}");
    let (code, printed) = machine.run(&["status", "--running", &answering(&same.replace(": 8334", ": 9999"))]);
    let waits = "  runs      network.listen_port = 9999 (8334 is deployed, needs a restart)\n";
    assert!(code == 0 && printed.contains(waits), "{printed}");
    let other = same.replace("\"max_connections\": 10,", "\"max_connections\": 11,");
    let (code, printed) = machine.run(&["status", "--running", &answering(&other)]);
    assert!(code == 1 && printed.contains("  runs      network.max_connections = 11 (10 is deployed)\n"), "{printed}");
    let (code, printed) = machine.run(&["status", "--running", &answering("no json")]);
    assert!(code == 2 && printed.contains("/config: the answer is not JSON"), "{printed}");
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
    let (code, printed) = machine.run(&["deploy", folder.join("evil.tar").to_str().unwrap()]);
    assert!(code == 2 && printed.contains("../\u{FFFD}[31mevi leads out of the bundle"), "{printed:?}");
    assert!(!printed.contains('\u{1b}'), "{printed:?}");
}

#[test]
fn wrong_words_are_told() {
    let machine = Machine::new();
    let (code, printed) = machine.run(&["deploy", "x", "--health", "https://x"]);
    assert!(code == 2 && printed.contains("write a command: curl"), "{printed}");
    let (code, printed) = machine.run(&["deploy", "x", "--bake-time", "2m"]);
    assert!(code == 2 && printed.contains("--bake-time needs --health; give both or neither"), "{printed}");
    let (code, printed) = machine.run(&["deploy", "/nowhere/bundle"]);
    assert!(code == 2 && printed.contains("/nowhere/bundle: No such file or directory"), "{printed}");
    let (code, printed) = machine.run(&["status", "--name", "../x"]);
    assert!(code == 2 && printed.contains("\"../x\" is not a valid service name"), "{printed}");
    assert_eq!(machine.run(&["status"]), (0, "nothing is deployed\n".to_owned()));
    assert_eq!(machine.run(&["history"]), (0, "no deployments\n".to_owned()));
    let (code, printed) = machine.run(&["deploy", "x", "-k", "not a key"]);
    assert!(code == 2 && printed.contains("--trusted-public-key: "), "{printed}");
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
    let plain = |name, config| Bundle { name, config, model: None, ..Bundle::default() }.write(&at.join(name));
    let deploy = |bundle: &Path| machine.run(&[&["deploy", bundle.to_str().unwrap()], &relay[..]].concat());
    let (code, printed) = deploy(&plain("first", "port = 9000\n"));
    assert!(code == 0 && printed.contains("  port  8200 → 9000\n1 change; generation 1 is active\n"), "{printed}");
    let (code, printed) = deploy(&plain("second", "prot = 9000\n"));
    assert!(code == 1 && printed.contains("unknown key prot") && printed.contains("did you mean port?"), "{printed}");
    let (code, printed) = deploy(&bundle(at, "third", "port = 9000\n"));
    assert!(code == 1 && printed.contains("the bundle is for bitcraps, but this program is for relay"), "{printed}");
    assert!(fs::read_link(machine.state().join("relay/current")).unwrap().ends_with("1"));
    let (code, printed) = machine.run(&[&["status"], &relay[..]].concat());
    assert!(code == 0 && printed.contains("generation 1"), "{printed}");
}

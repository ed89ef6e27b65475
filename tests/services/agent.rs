//! `confgate agent`: the file, notification of the service, HTTP responses, and the end.

mod clients;
mod failures;
mod notifications;
mod reliability;
mod stress;
mod views;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Child, Command};

use confgate_test_support::agent::{AgentDirectory, Answer};
use confgate_test_support::signals::with_default_signals;
use confgate_test_support::{eventually, program};

/// Service that records, at each SIGHUP, the field `max_connections` of the file.
struct Service(Child);

impl Service {
    fn start(place: &AgentDirectory) -> Self {
        let script = "trap 'grep max_connections resolved.toml | head -n 1 >> heard' HUP; echo $$ > pid.new; mv pid.new pid; \
                      while :; do sleep 0.02; done";
        // A shell cannot trap a signal that was ignored when it started.
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(&place.folder);
        let service = Self(with_default_signals(&shell).spawn().unwrap());
        eventually("the service writes its process id", || place.path("pid").exists());
        service
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn place(config: &str) -> AgentDirectory {
    AgentDirectory::new(program!(), config)
}

fn connections(number: u32) -> String {
    format!("[network]\nmax_connections = {number}\n")
}

const FILE: [&str; 2] = ["--output", "resolved.toml"];
const PORT: [&str; 2] = ["--listen", "127.0.0.1:0"];

#[test]
fn the_file_follows_the_config_and_the_service_hears_of_each_change() {
    let place = place(&connections(20));
    let _service = Service::start(&place);
    let agent = place.start(&[&FILE[..], &["--signal-pid-file", "pid"]].concat());
    let first = place.read("resolved.toml");
    assert!(first.contains("max_connections = 20\n") && first.contains("[treasury]"), "{first}");
    let metadata = fs::metadata(place.path("resolved.toml")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);

    place.write(&connections(30));
    eventually("the service heard of 30", || place.read("heard").contains("max_connections = 30"));
    assert!(place.read("resolved.toml").contains("max_connections = 30\n"));
    // The agent does not notify of the first file: the service cannot have read an older one.
    assert_eq!(place.read("heard").lines().count(), 1);

    assert!(agent.stop().success());
    assert!(place.read("resolved.toml").contains("max_connections = 30\n"), "the file stays");
}

#[test]
fn a_config_that_says_the_same_leaves_the_file_alone_and_the_service_in_peace() {
    let place = place(&connections(20));
    let _service = Service::start(&place);
    let arguments = [&FILE[..], &PORT, &["--signal-pid-file", "pid"]].concat();
    let agent = place.start(&arguments);
    let before = fs::metadata(place.path("resolved.toml")).unwrap();
    place.write(&format!("# another text\n{}", connections(20)));
    eventually("the reload is counted", || agent.has_metric("bitcraps_config_reloads_total{result=\"unchanged\"} 1"));
    drop(agent);
    // Another agent finds the file up to date.
    let agent = place.start(&arguments);
    let after = fs::metadata(place.path("resolved.toml")).unwrap();
    assert_eq!((before.ino(), before.mtime(), before.mtime_nsec()), (after.ino(), after.mtime(), after.mtime_nsec()));
    assert!(agent.has_metric("bitcraps_agent_writes_total{result=\"unchanged\"} 1"));
    assert!(agent.has_metric("bitcraps_agent_signals_total{result=\"delivered\"} 0"));
    assert_eq!(place.read("heard"), "");
}

#[test]
fn a_service_that_ran_before_the_agent_is_told_of_what_changed_meanwhile() {
    let place = place(&connections(20));
    let _service = Service::start(&place);
    let arguments = [&FILE[..], &["--signal-pid-file", "pid"]].concat();
    drop(place.start(&arguments));
    place.write(&connections(30));
    let _agent = place.start(&arguments);
    eventually("the service heard of 30", || place.read("heard").contains("max_connections = 30"));
}

#[test]
fn a_refused_change_leaves_the_file_and_is_told_until_it_is_mended() {
    let place = place(&connections(20));
    let agent = place.start(&[FILE, PORT].concat());
    let before = place.read("resolved.toml");
    assert_eq!(agent.json("/health")["status"], "ok");

    place.write(&connections(0));
    eventually("the agent is degraded", || agent.json("/health")["status"] == "degraded");
    assert_eq!(place.read("resolved.toml"), before);
    let health = agent.json("/health");
    assert_eq!(health["problems"][0], "the config was rejected, and an earlier one is running");
    let diagnostic = &health["refused"]["findings"][0];
    assert_eq!(diagnostic["path"], "/network/max_connections");
    assert_eq!(diagnostic["message"], "network.max_connections must be at least 1, and is 0");
    assert_eq!((&diagnostic["origins"][0]["line"], &health["version"]), (&2.into(), &1.into()));
    assert!(agent.has_metric("bitcraps_config_reloads_total{result=\"refused\"} 1"));
    assert!(agent.has_metric("bitcraps_agent_degraded{reason=\"refused\"} 1"));
    assert!(agent.log().contains("network.max_connections must be at least 1, and is 0"));

    place.write(&connections(40));
    eventually("the agent is well again", || agent.json("/health")["status"] == "ok");
    eventually("the file follows", || place.read("resolved.toml").contains("max_connections = 40\n"));
    assert!(agent.has_metric("bitcraps_agent_degraded{reason=\"refused\"} 0"));
    assert_eq!(agent.json("/health")["refused"], serde_json::Value::Null);
}

#[test]
fn a_field_that_needs_a_restart_keeps_its_value_in_the_file_and_is_said_to_wait() {
    let place = place("");
    let agent = place.start(&[FILE, PORT].concat());
    place.write("[network]\nlisten_port = 9001\nmax_connections = 21\n");
    eventually("the file follows", || place.read("resolved.toml").contains("max_connections = 21\n"));
    assert!(place.read("resolved.toml").contains("listen_port = 8334\n"));
    let health = agent.json("/health");
    let waiting = serde_json::json!([{ "field": "network.listen_port", "running": 8334, "wanted": 9001 }]);
    assert_eq!((&health["pending"], &health["status"]), (&waiting, &"ok".into()));
    assert!(agent.has_metric("bitcraps_config_pending_restart_fields 1"));
    eventually("the log says what waits", || {
        agent.log().contains("new values need a restart of the agent and then of the service")
    });

    drop(agent);
    let agent = place.start(&[FILE, PORT].concat());
    assert!(place.read("resolved.toml").contains("listen_port = 9001\n"));
    assert_eq!(agent.json("/health")["pending"], serde_json::json!([]));
}

#[test]
fn the_file_is_json_where_that_is_wanted_and_has_the_permissions_that_are_wanted() {
    let place = place(&connections(20));
    let _agent = place.start(&["--output", "resolved.json", "--mode", "0640"]);
    let config: serde_json::Value = serde_json::from_str(&place.read("resolved.json")).unwrap();
    assert_eq!(config["network"]["max_connections"], 20);
    assert_eq!(fs::metadata(place.path("resolved.json")).unwrap().mode() & 0o777, 0o640);
}

#[test]
fn profiles_count_in_the_file_and_are_not_in_it() {
    let profile = "[[profiles]]\nname = \"busy\"\n[profiles.when]\nfeature = \"BUSY\"\n\
                   [profiles.set]\nnetwork.max_connections = 77\n";
    let place = place(profile).variable("FEATURE_BUSY", "1");
    let agent = place.start(&[FILE, PORT].concat());
    let text = place.read("resolved.toml");
    assert!(text.contains("max_connections = 77\n") && !text.contains("profiles"), "{text}");
    assert_eq!(agent.json("/health")["profiles"], serde_json::json!(["busy"]));
}

#[test]
fn a_signal_reloads_where_nothing_is_watched() {
    let place = place(&connections(20));
    let agent = place.start(&[&FILE[..], &PORT, &["--no-watch"]].concat());
    place.write(&connections(30));
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert!(place.read("resolved.toml").contains("max_connections = 20\n"));
    agent.signal("HUP");
    eventually("the file follows", || place.read("resolved.toml").contains("max_connections = 30\n"));
    assert_eq!(agent.json("/health")["cause"], "signal");
}

#[test]
fn a_look_every_second_finds_a_change_and_the_trail_records_it() {
    let place = place(&connections(20));
    let agent = place.start(&[&FILE[..], &["--poll", "1", "--audit", "audit.jsonl"]].concat());
    place.write(&connections(30));
    eventually("the file follows", || place.read("resolved.toml").contains("max_connections = 30\n"));
    eventually("the trail has it", || place.read("audit.jsonl").contains("\"old\":\"20\",\"new\":\"30\""));
    assert!(agent.stop().success());
    assert!(confgate::audit::verify(place.path("audit.jsonl")).unwrap().is_intact());
}

#[test]
fn a_unix_socket_answers_its_group_and_goes_with_the_agent() {
    let place = place("");
    let path = place.path("agent.sock");
    let listen = format!("unix:{}", path.display());
    let agent = place.start(&["--listen", &listen]);
    let answer = Answer::at_socket(&path, "/health");
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("\"status\": \"ok\""), "{}", answer.body);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o660);
    agent.signal("INT");
    assert_eq!(agent.notification(), "STOPPING=1");
    eventually("the socket is gone", || !path.exists());

    // A killed agent leaves its socket, which the next agent replaces.
    let agent = place.start(&["--listen", &listen]);
    drop(agent);
    assert!(path.exists());
    let agent = place.start(&["--listen", &listen]);
    assert_eq!(Answer::at_socket(&path, "/metrics").status, 200);
    assert!(agent.stop().success());
}

#[test]
fn a_secret_is_in_the_file_and_nowhere_else() {
    let secrets = "[database]\nurl = \"postgres://node:${SECRET_DB}@db/x\"\n\
                   [[network.turn_servers]]\nurl = \"turn:a.example\"\npassword = \"${SECRET_TURN}\"\n\
                   [monitoring]\nalert_webhook = \"https://hooks.example/canary-plain\"\n";
    let place =
        place(secrets).variable("BITCRAPS_SECRET_DB", "canary-url").variable("BITCRAPS_SECRET_TURN", "canary-turn");
    let agent = place.start(&[&FILE[..], &PORT, &["--audit", "audit.jsonl", "--log", "debug"]].concat());
    // A change of secrets, and a refused change with secrets.
    place.write(&secrets.replace("plain", "other"));
    eventually("the file follows", || place.read("resolved.toml").contains("canary-other"));
    place.write(&format!("{secrets}{}[security]\npassword = \"canary-stray\"\n", connections(0)));
    eventually("it is refused", || agent.json("/health")["status"] == "degraded");

    let file = place.read("resolved.toml");
    assert!(file.contains("canary-url") && file.contains("canary-turn"), "{file}");
    for path in ["/metrics", "/health", "/config", "/config?origins=true", "/config?format=toml"] {
        let answer = agent.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.body.contains("canary"), "{path}: {}", answer.body);
    }
    assert!(agent.get("/config").body.contains("${SECRET_TURN}"));
    for text in [agent.log(), place.read("audit.jsonl")] {
        assert!(!text.is_empty() && !text.contains("canary"), "{text}");
    }
}

#[test]
fn the_config_is_shown_with_where_each_value_was_written() {
    let place = place(&connections(20)).variable("BITCRAPS_LISTEN_PORT", "9000");
    let agent = place.start(&PORT);
    let shown = agent.json("/config?origins=true");
    assert_eq!(shown["config"]["network"]["max_connections"], 20);
    let origins = &shown["origins"];
    assert!(origins["/network/max_connections"].as_str().unwrap().ends_with("config.toml:2:1"), "{origins}");
    assert_eq!(origins["/network/listen_port"], "BITCRAPS_LISTEN_PORT");
    assert_eq!(origins["/game/min_bet"], "default");
    let toml = agent.get("/config?format=toml");
    assert!(toml.body.contains("max_connections = 20\n") && toml.head.contains("application/toml"), "{toml:?}");
    assert_eq!(agent.json("/config")["network"]["listen_port"], 9000);
}

const RELAY: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "port": { "type": "integer", "minimum": 1024, "default": 8200 },
    "token": { "type": "string", "x-secret": true },
    "zones": { "type": "object", "additionalProperties": { "type": "number" } }
  }
}"#;

#[test]
fn a_service_that_has_a_schema_and_no_rust_type_is_served_as_well() {
    let place = place("token = '${SECRET_TOKEN}'\n[zones]\ndelhi = 5.5\n")
        .variable("CHAT_RELAY_SECRET_TOKEN", "hunter2")
        .variable("CHAT_RELAY_PORT", "9000");
    fs::write(place.path("schema.json"), RELAY).unwrap();
    let relay = ["--schema", "schema.json", "--service", "chat-relay", "--output", "resolved.json", "--format", "json"];
    let agent = place.start(&[&relay[..], &PORT].concat());
    let read = || serde_json::from_str::<serde_json::Value>(&place.read("resolved.json")).unwrap_or_default();
    assert_eq!(read(), serde_json::json!({ "port": 9000, "token": "hunter2", "zones": { "delhi": 5.5 } }));
    let shown = agent.get("/config");
    assert!(shown.body.contains("${SECRET_TOKEN}") && !shown.body.contains("hunter2"), "{}", shown.body);

    place.write("token = '${SECRET_TOKEN}'\n[zones]\ndelhi = 'half'\n");
    eventually("the refusal is counted", || agent.has_metric("chat_relay_config_reloads_total{result=\"refused\"} 1"));
    assert!(agent.log().contains("zones.delhi must be a number, and is \"half\""), "{}", agent.log());
    assert_eq!(read()["zones"]["delhi"], 5.5);

    place.write("token = '${SECRET_TOKEN}'\n[zones]\nlondon = 1.5\n");
    eventually("the file has the new zone", || read()["zones"]["london"] == 1.5);
}

#[test]
fn a_schema_needs_the_name_of_its_service() {
    let place = place("");
    fs::write(place.path("schema.json"), RELAY).unwrap();
    let printed = |arguments: &[&str]| {
        let done = place.command(&[arguments, &FILE].concat()).output().unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let (code, words) = printed(&["--schema", "schema.json"]);
    assert!(code == Some(2) && words.contains("give it with --service"), "{words}");
    let (code, words) = printed(&["--schema", "schema.json", "--service", "Chat Relay"]);
    assert!(
        code == Some(2) && words.contains("use lowercase letters, digits and hyphens: game, chat-relay"),
        "{words}"
    );
    let (code, words) = printed(&["--schema", "nowhere.json", "--service", "game"]);
    assert!(code == Some(2) && words.contains("nowhere.json: No such file"), "{words}");
}

#[test]
fn a_file_can_be_written_once_before_a_service_starts() {
    let place = place("[database]\nurl = 'postgresql://node:${SECRET_DB}@db/x'\n");
    let once = |secret: &str| {
        let mut command = place.command(&[&FILE[..], &["--once"]].concat());
        let done =
            command.envs([("BITCRAPS_SECRET_DB", secret)].into_iter().filter(|it| !it.1.is_empty())).output().unwrap();
        (done.status.code().unwrap(), String::from_utf8(done.stdout).unwrap())
    };
    let (code, printed) = once("hunter2");
    assert_eq!((code, printed.as_str()), (0, ""));
    assert!(place.read("resolved.toml").contains("url = \"postgresql://node:hunter2@db/x\"\n"));
    let before = place.read("resolved.toml");
    let (code, printed) = once("");
    assert!(code == 1 && printed.contains("secret DB not found (needed by database.url)"), "{printed}");
    assert_eq!(place.read("resolved.toml"), before);
    let done = place.command(&[&FILE[..], &["--once", "--listen", "127.0.0.1:0"]].concat()).output().unwrap();
    let words = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.code() == Some(2) && words.contains("cannot be used with"), "{words}");
}

#[cfg(feature = "deploy")]
#[test]
fn the_agent_signs_its_audit_trail() {
    use confgate_test_support::confgate;

    let place = place(&connections(20));
    let run = |arguments: &[&str]| {
        let output = confgate!().current_dir(&place.folder).args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
    };
    let (_, public) = run(&["key", "generate", "node-1"]);
    let signed = ["--audit", "audit.jsonl", "--audit-key-file", "node-1.key", "--audit-heads", "heads"];
    let agent = place.start(&[&FILE[..], &signed, &["--log", "debug"]].concat());
    place.write(&connections(30));
    eventually("the change is signed", || place.read("heads").lines().count() == 2);
    // The key appears in no message and in no file but its own.
    let secret = place.read("node-1.key").trim().rsplit_once(':').unwrap().1[..40].to_owned();
    for text in [agent.log(), place.read("heads"), place.read("audit.jsonl")] {
        assert!(!text.contains(&secret), "{text}");
    }
    assert!(agent.stop().success());
    let verify = |key: &str| run(&["audit", "verify", "audit.jsonl", "--key", key, "--heads", "heads"]);
    let (code, text) = verify(public.trim());
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("  signed up to line 2\n"), "{text}");
    // The start after the end of the trail was cut off is logged.
    let trail = place.read("audit.jsonl");
    fs::write(place.path("audit.jsonl"), trail.split_inclusive('\n').next().unwrap()).unwrap();
    let agent = place.start(&[&FILE[..], &signed].concat());
    let warning = "the audit trail audit.jsonl ends at line 1, and line 2 was signed: its end was cut off";
    assert!(agent.log().contains(warning), "{}", agent.log());
    assert!(agent.stop().success());
    let (code, text) = verify(public.trim());
    assert_eq!(code, Some(1), "{text}");
    // A key that cannot be used stops the start.
    fs::write(place.path("node-1.key"), "node-1:secret-text").unwrap();
    let output = place.command(&[&FILE[..], &signed].concat()).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("node-1.key: not a secret key") && !text.contains("secret-text"), "{text}");
}

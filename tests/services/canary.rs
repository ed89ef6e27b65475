//! A unique secret goes through every command and every output of the library, and appears in the resolved config alone.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use confgate::audit::{AuditTrail, Limits};
use confgate::bitcraps::Config;
use confgate::live::Live;
use confgate::load::{LoadOptions, Loader, Override};
use confgate::{Gate, SystemContext};
use confgate_test_support::{Bundle, confgate};
use tempfile::TempDir;

/// Secret with characters that a terminal, a URL, TOML and JSON escape, and with [`PART`], which they do not.
const CANARY: &str = "canary7Qx9-s3cr3t/&\"é";

/// Part of the secret that every escaped form contains.
const PART: &str = "canary7Qx9";

const FILE: &str = "\
[app]
name = 'the node of ${SECRET_CANARY}'

[database]
url = 'postgresql://node:${SECRET_CANARY}@db.example.net/x'

[monitoring]
alert_webhook = '${SECRET_CANARY}'

[[network.turn_servers]]
url = 'turn:turn.example.net'
password = '${SECRET_CANARY}'

[[profiles]]
name = 'tournament'
when.feature = 'tournament'
set.app.name = '${SECRET_CANARY}'
";

fn clean(what: &str, text: &str) {
    assert!(!text.contains(PART), "the secret is in {what}:\n{text}");
}

struct Machine(TempDir);

impl Machine {
    fn new(file: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("config")).unwrap();
        fs::write(folder.path().join("config/development.toml"), file).unwrap();
        fs::write(folder.path().join("empty.toml"), "").unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn host(&self, secret: &str) -> SystemContext {
        SystemContext::bare()
            .folder(self.path())
            .variable("BITCRAPS_SECRET_CANARY", secret)
            .variable("FEATURE_TOURNAMENT", "1")
    }

    /// Runs a command with the secret in its environment, and returns its output.
    fn run(&self, arguments: &[&str]) -> String {
        let mut command = confgate!();
        command.current_dir(self.path()).args(arguments).env_remove("BITCRAPS_ENV").env("RUST_LOG", "trace");
        let output = command.env("BITCRAPS_SECRET_CANARY", CANARY).env("FEATURE_TOURNAMENT", "1").output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }
}

#[test]
fn the_resolved_config_has_it() {
    let machine = Machine::new(FILE);
    let (config, _) =
        Loader::of::<Config>(machine.host("https://canary7Qx9.example/")).config(&LoadOptions::default()).unwrap();
    assert_eq!(config.app.name, "https://canary7Qx9.example/");
    assert_eq!(config.database.url.as_str(), "postgresql://node:https%3A%2F%2Fcanary7Qx9.example%2F@db.example.net/x");
}

#[test]
fn no_command_says_it_in_any_format() {
    // With the secret the webhook is not a URL, so the first file also tests every error.
    for file in [FILE.to_owned(), FILE.replace("alert_webhook = '${SECRET_CANARY}'\n", "")] {
        let machine = Machine::new(&file);
        for format in ["human", "json", "sarif", "github"] {
            clean(format, &machine.run(&["check", "config/development.toml", "--format", format]));
        }
        for arguments in [
            &["show"][..],
            &["show", "--origins"],
            &["show", "--format", "json"],
            &["show", "--format", "json", "--origins"],
            &["show", "--set", "network.max_connections=0"],
            &["explain", "app.name"],
            &["explain", "database.url", "--format", "json"],
            &["explain", "network.turn_servers[0].password"],
            &["explain", "monitoring.alert_webhook"],
            &["secrets", "check"],
            &["secrets", "check", "--format", "json"],
            &["secrets", "list", "config"],
            &["diff", "config/development.toml", "empty.toml"],
            &["render", "config/development.toml"],
        ] {
            let message = machine.run(arguments);
            assert!(!message.contains("unrecognized"), "{arguments:?}: {message}");
            clean(&format!("{arguments:?}"), &message);
        }
    }
}

#[test]
fn a_value_in_place_of_a_table_with_secrets_is_not_shown() {
    let good = Machine::new("");
    for written in [
        format!("network.turn_servers = '[{{ url = \"turn:a\", password = \"{PART}\" }}]'\n"),
        format!("network.turn_servers = ['turn:a', 'password={PART}']\n"),
        format!("network.turn_servers = {{ url = 'turn:a', password = '{PART}' }}\n"),
        format!("monitoring = 'alert_webhook={PART}'\n"),
        format!("monitoring = ['{PART}']\n"),
        format!("[[profiles]]\nname = 'a'\nwhen.feature = 'tournament'\nset.monitoring = 'hook {PART}'\n"),
    ] {
        let machine = Machine::new(&written);
        for format in ["human", "json", "sarif", "github"] {
            let message = machine.run(&["check", "config/development.toml", "--format", format]);
            assert!(!message.contains("admitted: "), "{message}");
            clean(&format!("{format} of {written}"), &message);
        }
        let (old, new) = (machine.path().join("config/development.toml"), good.path().join("config/development.toml"));
        let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
        for arguments in [&["show"][..], &["diff", old, new], &["diff", new, old, "--format", "json"]] {
            clean(&format!("{arguments:?} of {written}"), &machine.run(arguments));
        }
    }
    for text in
        [format!("[{{url='turn:a',password='{PART}'"), format!("turn:a,{PART}"), format!("{{password='{PART}'}}")]
    {
        let host = good.host(CANARY).variable("BITCRAPS_NETWORK__TURN_SERVERS", &text);
        let refused = Loader::of::<Config>(host).config(&LoadOptions::default()).unwrap_err();
        clean("a refused variable", &format!("{refused} {refused:?}"));
        let set = format!("network.turn_servers={text}");
        let message = good.run(&["show", "--set", &set]);
        assert!(message.contains("network.turn_servers"), "{message}");
        clean("what is set", &message);
    }
}

#[test]
fn plain_text_beside_a_reference_or_in_the_query_of_a_url_is_not_shown() {
    for written in [
        format!("database.url = 'postgresql://node:${{SECRET_NONE:-{PART}}}@db/x'\n"),
        format!("database.url = 'postgresql://node:{PART}${{SECRET_NONE:-}}@db/x'\n"),
        format!("database.url = '${{DB_URL:-postgresql://node:{PART}@db/x}}'\n"),
        format!("database.url = 'postgresql://db/x?user=node&password={PART}'\n"),
        format!("database.url = 'postgresql://db/x?sslpassword=${{SECRET_NONE:-{PART}}}&user=node'\n"),
        format!("monitoring.alert_webhook = '${{SECRET_NONE:-https://hooks.example/{PART}}}'\n"),
        format!("monitoring.alert_webhook = 'https://hooks.example/{PART}${{SECRET_NONE:-}}'\n"),
        format!("monitoring.alert_webhook = '${{HOOK:-https://hooks.example/{PART}}}'\n"),
        format!(
            "network.turn_servers = [{{ url = 'turn:a', username = 'u', password = '${{SECRET_NONE:-{PART}}}' }}]\n"
        ),
        format!(
            "[[profiles]]\nname = 'a'\nwhen.feature = 'tournament'\nset.monitoring.alert_webhook = '${{SECRET_NONE:-https://{PART}}}'\n"
        ),
    ] {
        let machine = Machine::new(&written);
        for format in ["human", "json", "sarif", "github"] {
            let message = machine.run(&["check", "config/development.toml", "--format", format]);
            assert!(message.contains("secrets/no-plain-text"), "{written}: {message}");
            clean(&format!("{format} of {written}"), &message);
        }
        for arguments in [
            &["show"][..],
            &["show", "--format", "json", "--origins"],
            &["explain", "database.url"],
            &["explain", "monitoring.alert_webhook", "--format", "json"],
            &["explain", "network.turn_servers"],
            &["secrets", "list", "config"],
            &["diff", "config/development.toml", "empty.toml"],
        ] {
            clean(&format!("{arguments:?} of {written}"), &machine.run(arguments));
        }
    }
}

#[test]
fn no_deployment_says_it_or_writes_it_down() {
    let file = FILE.replace("alert_webhook = '${SECRET_CANARY}'\n", "");
    let machine = Machine::new("");
    let deploy = |text: &str| {
        Bundle { config: text, ..Bundle::default() }.write(&machine.path().join("bundle"));
        machine.run(&["deploy", "bundle", "--state", "state"])
    };
    let message = deploy(&file);
    assert!(message.contains("generation 1 is active"), "{message}");
    clean("a deployment", &message);
    let message = deploy(&file.replace("node:", "other:"));
    assert!(message.contains("generation 2 is active"), "{message}");
    clean("a second deployment", &message);
    clean(
        "a refusal",
        &deploy(&file.replace("turn:turn.example.net", "${SECRET_CANARY}").replace("[app]", "[app]\nx = 1")),
    );
    for command in ["status", "history", "doctor"] {
        clean(command, &machine.run(&[command, "--state", "state"]));
    }
    every_file(machine.path());
}

/// Asserts that no file below a folder contains the secret.
fn every_file(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => every_file(&path),
            kind if kind.is_file() => {
                clean(&path.display().to_string(), &String::from_utf8_lossy(&fs::read(&path).unwrap()));
            }
            _ => {}
        }
    }
}

#[test]
fn neither_debug_nor_a_panic_nor_the_trail_nor_a_metric_shows_it() {
    let machine = Machine::new(&FILE.replace("alert_webhook = '${SECRET_CANARY}'\n", ""));
    let host = machine.host(CANARY);
    let trail = AuditTrail::open(machine.path().join("audit.jsonl"), Limits::default()).unwrap();
    let live = Live::<Config>::builder(Loader::of::<Config>(host)).audit(trail).start().unwrap();
    let changes = live.subscribe();
    let set = |field: &str, value: &str| {
        live.apply([Override::json(confgate::value::Path::dotted(field), value.into())], "rotated")
    };
    // In a secret field, a value that a program sets is as secret as a value of a file.
    set("monitoring.alert_webhook", &format!("https://hooks.example/{PART}")).unwrap();
    set("database.url", &format!("postgresql://node:{PART}@db2.example.net/x")).unwrap();
    let refused = set("monitoring.alert_webhook", &format!("no url {PART}")).unwrap_err();
    let refused = [refused.to_string(), format!("{refused:?}")].concat();
    clean("a refusal", &refused);
    clean(
        "a change",
        &format!("{:?} {}", changes.try_recv(), serde_json::to_string(&*changes.try_recv().unwrap()).unwrap()),
    );
    let gate: &Gate<Config> = live.loader().gate();
    let current = live.snapshot();
    clean("debug", &format!("{live:?} {:?} {:?} {:?} {gate:?}", live.loader(), current.loaded, current.loaded.report));
    clean("the history", &format!("{:?}", live.history()));
    clean("pending", &format!("{:?}", current.pending));
    clean("metrics", &live.metrics().text());
    clean("a config for logs", &format!("{:?}", current.config.sanitized_for_logs().database));
    clean("the typed config's own debug", &format!("{:?}", current.config.monitoring));
    clean("a debug of a URL", &format!("{:?}", current.config.database));
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let current = live.snapshot();
        panic!("{:?} {:?}", current.config.database, current.loaded);
    }));
    clean("a panic", panic.unwrap_err().downcast_ref::<String>().unwrap());
    live.revert().unwrap();
    std::thread::sleep(Duration::from_millis(1));
    drop(live);
    every_file(machine.path());
}

//! Secrets in the memory, the log and the answers of a running agent: from files, and sealed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use confgate_test_support::agent::{Agent, AgentDirectory};
use confgate_test_support::{confgate, copies_in_memory, eventually, program};

/// Part of every secret, longer than a block of a hash function, which leaves parts of what it reads on the stack.
const PART: &str = "canary7Qx9-in-the-memory-of-an-agent";

const CONFIG: &str = "\
[monitoring]
alert_webhook = '${SECRET_HOOK}'
";

/// Creates a folder with a directory of secrets, as systemd and Kubernetes provide it.
fn place(hook: &str) -> AgentDirectory {
    let place = AgentDirectory::new(program!(), CONFIG);
    fs::create_dir(place.path("credentials")).unwrap();
    write_secret(&place, hook);
    let credentials = place.path("credentials").display().to_string();
    place.variable("CREDENTIALS_DIRECTORY", &credentials).variable("RUST_LOG", "trace")
}

fn write_secret(place: &AgentDirectory, hook: &str) {
    fs::write(place.path("next"), hook).unwrap();
    fs::set_permissions(place.path("next"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::rename(place.path("next"), place.path("credentials/HOOK")).unwrap();
}

fn start(place: &AgentDirectory) -> Agent {
    let audit = ["--output", "resolved.toml", "--listen", "127.0.0.1:0", "--log", "debug", "--audit", "audit.jsonl"];
    place.start(&audit)
}

/// Asserts that nothing but the output file says a text.
fn assert_hidden(place: &AgentDirectory, agent: &Agent, text: &str) {
    for page in ["/health", "/metrics", "/config"] {
        let body = agent.get(page).body;
        assert!(!body.contains(text), "{page}: {body}");
    }
    for said in [agent.log(), place.read("audit.jsonl")] {
        assert!(!said.contains(text), "{said}");
    }
}

#[test]
fn a_secret_is_in_memory_once_and_a_rejected_one_not_at_all() {
    let place = place(&format!("https://hooks.example/{PART}-1"));
    let agent = start(&place);
    assert!(place.read("resolved.toml").contains(PART));
    // The running config has it.
    assert_eq!(copies_in_memory(agent.pid(), &format!("{PART}-1")), 1);
    write_secret(&place, &format!("not a URL: {PART}-2"));
    eventually("the refusal", || agent.get("/health").body.contains("alert_webhook"));
    assert_eq!(copies_in_memory(agent.pid(), &format!("{PART}-2")), 0);
    assert_hidden(&place, &agent, PART);
    write_secret(&place, &format!("https://hooks.example/{PART}-3"));
    eventually("the next secret", || place.read("resolved.toml").contains(&format!("{PART}-3")));
    assert_eq!(copies_in_memory(agent.pid(), &format!("{PART}-3")), 1);
    assert_hidden(&place, &agent, PART);
}

#[test]
fn the_identity_that_opened_a_config_is_not_in_memory() {
    let place = place("https://hooks.example/");
    let run = |arguments: &[&str]| {
        let output = confgate!().current_dir(&place.folder).args(arguments).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{text}");
        text
    };
    let printed = run(&["keygen", "--output", "identity"]);
    let public = printed.split_whitespace().find(|word| word.starts_with("age1")).unwrap();
    place.write(&format!("[monitoring]\nalert_webhook = 'https://hooks.example/{PART}-4'\n"));
    run(&["seal", "config.toml", "monitoring.alert_webhook", "--in-place", "--recipient", public]);
    assert!(!place.read("config.toml").contains(PART));
    let identity = place.read("identity");
    let key = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).unwrap()[20..50].to_owned();
    let file = place.path("identity").display().to_string();
    let place = place.variable("BITCRAPS_IDENTITY", &file);
    let agent = start(&place);
    assert!(place.read("resolved.toml").contains(PART));
    assert_eq!(copies_in_memory(agent.pid(), &key), 0);
    assert_eq!(copies_in_memory(agent.pid(), &format!("{PART}-4")), 1);
    assert_hidden(&place, &agent, PART);
    assert_hidden(&place, &agent, &key);
}

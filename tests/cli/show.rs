//! `confgate show` and `confgate explain`: the config of a machine, and the origin of each value.

use std::fs;
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::{Printed, confgate, files};
use predicates::str::contains;
use tempfile::TempDir;

const FILE: &str = "\
[network]
max_connections = 500
turn_servers = [{ url = 'turn:a.example', password = '${SECRET_TURN}' }]

[[profiles]]
name = 'busy'
when.feature = 'tournament'
set.game.max_players_per_game = 16
";

fn machine() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("config")).unwrap();
    fs::write(folder.path().join("config/staging.toml"), FILE).unwrap();
    folder
}

fn command(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = confgate!();
    command.current_dir(folder.path()).args(arguments);
    command.envs([
        ("BITCRAPS_ENV", "staging"),
        ("BITCRAPS_SECRET_TURN", "hunter2"),
        ("BITCRAPS_LISTEN_PORT", "9000"),
        ("FEATURE_TOURNAMENT", "on"),
    ]);
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String) {
    let done = command(folder, arguments).assert().stderr("");
    (done.exit_code(), done.out())
}

#[test]
fn show_is_the_whole_config_and_says_where_each_value_was_written() {
    let folder = machine();
    let (code, text) = run(&folder, &["show", "--origins", "--set", "game.min_bet=20"]);
    assert_eq!(code, 0, "{text}");
    let lines: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in [
        "# environment: Staging",
        "# file: config/staging.toml",
        "# active profiles: busy (of busy)",
        "listen_port = 9000 # variable BITCRAPS_LISTEN_PORT",
        "max_connections = 500 # config/staging.toml:2:1",
        "max_packet_size = 65536 # default",
        "min_bet = 20 # --set game.min_bet",
        "max_players_per_game = 16 # config/staging.toml:8:10 (profile busy)",
        "password = \"${SECRET_TURN}\" # config/staging.toml:3:43, with a secret from BITCRAPS_SECRET_TURN",
    ] {
        assert!(lines.iter().any(|other| other == line), "{line}\n{text}");
    }
    assert!(!text.contains("hunter2"));
}

#[test]
fn what_show_prints_is_a_config_again() {
    let folder = machine();
    let (_, text) = run(&folder, &["show", "--origins"]);
    fs::write(folder.path().join("again.toml"), text).unwrap();
    let (code, again) = run(&folder, &["check", "again.toml", "--environment", "staging"]);
    assert_eq!((code, again.as_str()), (0, "admitted in Staging: 0 errors, 0 warnings\n"));
}

#[test]
fn show_in_json_has_values_and_origins_apart() {
    let folder = machine();
    let (_, text) = run(&folder, &["show", "--format", "json", "--origins"]);
    let shown: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(shown["environment"], "Staging");
    assert_eq!(shown["config"]["network"]["listen_port"], 9000);
    assert_eq!(shown["origins"]["/network/listen_port"], "BITCRAPS_LISTEN_PORT");
    assert_eq!(shown["origins"]["/network/max_connections"], "config/staging.toml:2:1");
    let (_, text) = run(&folder, &["show", "--format", "json"]);
    let plain: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(plain, shown["config"]);
}

#[test]
fn explain_says_who_set_a_field_and_what_it_may_be() {
    let folder = machine();
    let (code, text) = run(&folder, &["explain", "network.max_connections", "--set", "network.max_connections=600"]);
    assert_eq!(code, 0);
    assert_eq!(
        text,
        "\
network.max_connections = 600
  set by     override  600   --set network.max_connections
  overrides  file      500   config/staging.toml:2:1
  overrides  default   1000

  Maximum number of peers. Further ones are rejected.

  type      an integer
  may be    1 to 10000
  unit      connections
  default   1000
  variable  BITCRAPS_NETWORK__MAX_CONNECTIONS, BITCRAPS_MAX_CONNECTIONS
  a change  applied by a reload
  rules     database/pool-within-connections
"
    );
}

#[test]
fn explain_shows_no_secret() {
    let folder = machine();
    for format in ["human", "json"] {
        let (code, text) = run(&folder, &["explain", "network.turn_servers[0].password", "--format", format]);
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("SECRET_TURN") && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn an_override_of_an_element_or_beyond_the_depth_of_a_config_is_rejected() {
    let folder = machine();
    let deep = format!("{}=1", vec!["a"; 129].join("."));
    for (set, message) in [
        ("network.turn_servers[0].url=x", "an element of a list cannot be set; set the whole list: peers=a,b"),
        (deep.as_str(), "nested more than 128 levels deep"),
        ("=1", "write a field and its value: network.max_connections=5"),
        ("network", "write a field and its value: network.max_connections=5"),
    ] {
        let printed = format!(
            "error: invalid value '{set}' for '--set <KEY=VALUE>': {message}\n\nFor more information, try '--help'.\n"
        );
        command(&folder, &["show", "--set", set]).assert().code(2).stderr(printed);
    }
}

#[test]
fn a_refused_config_is_reported_and_a_field_that_is_none_is_named() {
    let folder = machine();
    let (code, text) = run(&folder, &["show", "--set", "network.max_connections=many"]);
    assert_eq!(code, 1);
    assert!(text.contains("network.max_connections must be an integer, and is \"many\""), "{text}");
    assert!(
        text.contains("┌─ --set network.max_connections\n")
            && text.ends_with("refused in Staging: 1 error, 0 warnings\n")
    );
    command(&folder, &["explain", "network.max_conections"]).assert().code(2).stderr(contains(
        "network.max_conections is not a field of this config: did you mean network.max_connections?",
    ));
    command(&folder, &["show", "--set", "nothing"])
        .assert()
        .code(2)
        .stderr(contains("write a field and its value: network.max_connections=5"));
}

#[test]
fn links_of_a_kubernetes_service_are_ignored_with_one_warning() {
    let files = files(&[
        ("schema.json", r#"{ "properties": { "port": { "type": "integer" } }, "additionalProperties": false }"#),
        ("config.toml", "port = 80\n"),
    ]);
    let show = |variables: &[(&str, &str)]| {
        let mut command = confgate!();
        command.args(["show", "--schema", "schema.json", "--service", "game", "--config", "config.toml"]);
        let output = command.current_dir(files.path()).envs(variables.iter().copied()).output().unwrap();
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code(), printed)
    };
    let link = [
        ("GAME_SERVICE_HOST", "10.0.0.5"),
        ("GAME_SERVICE_PORT", "80"),
        ("GAME_PORT", "tcp://10.0.0.5:80"),
        ("GAME_PORT_80_TCP", "tcp://10.0.0.5:80"),
        ("GAME_PORT_80_TCP_PROTO", "tcp"),
        ("GAME_PORT_80_TCP_PORT", "80"),
        ("GAME_PORT_80_TCP_ADDR", "10.0.0.5"),
    ];
    let (code, printed) = show(&link);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("port = 80\n"), "{printed}");
    let warning = "GAME_PORT and 6 more variables are set by Kubernetes for the service game, and ignored";
    assert_eq!(printed.split_whitespace().collect::<Vec<_>>().join(" ").matches(warning).count(), 1, "{printed}");
    assert!(printed.contains("help: set `enableServiceLinks: false` in the spec of the pod"), "{printed}");
    assert_eq!(printed.matches("warning: ").count(), 1, "{printed}");
    // The variable of the field is not a link.
    let (_, printed) = show(&[&link[..2], &[("GAME_PORT", "81")]].concat());
    assert!(printed.contains("port = 81\n"), "{printed}");
}

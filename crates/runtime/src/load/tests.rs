mod bundles;
mod environments;
mod profiles;
mod properties;
mod region;

use std::fs;

use proptest::prelude::*;

use crate::load::variables::{read_variables, value_of};
use crate::load::*;
use crate::system::SystemContext;
use crate::variable_names::VariableNames;
use confgate_bitcraps::{Config, LogLevel};
use confgate_core::environment::Environment::{self, Development, Production, Staging, Testing};
use confgate_core::gate::Gate;
use confgate_core::model::Model;
use confgate_core::schema::fields::settable_fields;
use confgate_core::toml;
use confgate_core::value::{Node, Path, Segment, Value};

fn loader(system: SystemContext) -> Loader<Config> {
    Loader::of::<Config>(system)
}

fn load(system: SystemContext) -> Result<(Config, LoadedConfig), Refused> {
    loader(system).config(&LoadOptions::default())
}

/// A folder with files, and a machine whose configs are in it.
fn node(files: &[(&str, &str)]) -> (tempfile::TempDir, SystemContext) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let system = SystemContext::bare().folder(folder.path());
    (folder, system)
}

fn refusal(system: SystemContext) -> String {
    load(system).expect_err("it is refused").to_string()
}

#[test]
fn without_a_file_and_variables_the_defaults_of_development_count() {
    let (config, loaded) = load(SystemContext::bare().folder("/nowhere")).unwrap();
    assert_eq!(config, Config::defaults(Development));
    assert_eq!((loaded.environment, loaded.found), (Development, None));
}

#[test]
fn the_variable_picks_the_environment_and_its_defaults() {
    for (text, environment) in [("prod", Production), ("STAGING", Staging), ("test", Testing), ("", Development)] {
        let (config, loaded) = load(SystemContext::bare().folder("/nowhere").variable("BITCRAPS_ENV", text)).unwrap();
        assert_eq!((config, loaded.environment), (Config::defaults(environment), environment), "{text}");
    }
}

#[test]
fn an_unknown_environment_is_development_with_a_warning() {
    let (_, loaded) = load(SystemContext::bare().folder("/nowhere").variable("BITCRAPS_ENV", "prodution")).unwrap();
    assert_eq!(loaded.environment, Development);
    let diagnostic = &loaded.report.diagnostics()[0];
    assert_eq!(diagnostic.message, "BITCRAPS_ENV is \"prodution\", and the node is in Development");
    assert!(diagnostic.help.as_ref().unwrap().contains("use Development, Testing, Staging or Production"));
}

#[test]
fn the_file_of_the_environment_is_found_where_the_variable_says_or_in_config() {
    let files = [
        ("config/development.toml", "network.max_connections = 7\n"),
        ("etc/production.toml", "network.max_connections = 8\n"),
    ];
    let (_folder, system) = node(&files);
    assert_eq!(load(system.clone()).unwrap().0.network.max_connections, 7);
    let system = system.variable("BITCRAPS_CONFIG_PATH", "etc").variable("BITCRAPS_ENV", "production");
    let (config, loaded) = load(system).unwrap();
    assert_eq!(config.network.max_connections, 8);
    assert!(loaded.file().unwrap().ends_with("etc/production.toml"));
}

#[test]
fn later_layers_win() {
    let (_folder, system) = node(&[(
        "config/development.toml",
        "[network]\nlisten_port = 1000\nmax_connections = 1000\nmax_packet_size = 2000\n",
    )]);
    let system = system.variable("BITCRAPS_LISTEN_PORT", "2000").variable("BITCRAPS_NETWORK__MAX_CONNECTIONS", "2000");
    let gate = Gate::of::<Config>();
    let set = Override::text(&gate, Path::dotted("network.max_connections"), "3000", "--set network.max_connections");
    let (config, loaded) = loader(system).config(&LoadOptions { overrides: &[set], ..LoadOptions::default() }).unwrap();
    let network = &config.network;
    assert_eq!((network.listen_port, network.max_connections, network.max_packet_size), (2000, 3000, 2000));
    let explained = loaded.explain(&gate, "network.max_connections").unwrap();
    let layers: Vec<(LayerKind, String)> =
        explained.contributions.iter().map(|it| (it.layer, it.value.as_ref().unwrap().to_string())).collect();
    let expected = [
        (LayerKind::Override, "3000"),
        (LayerKind::Variable, "2000"),
        (LayerKind::File, "1000"),
        (LayerKind::Default, "50"),
    ];
    assert_eq!(layers, expected.map(|(kind, value)| (kind, value.to_owned())));
    assert!(explained.contributions[2].places[0].ends_with("config/development.toml:3:1"));
    assert_eq!(explained.contributions[1].places, ["BITCRAPS_NETWORK__MAX_CONNECTIONS"]);
    assert_eq!(explained.reload.as_deref(), Some("live"));
}

#[test]
fn a_wrong_variable_is_refused_by_its_name() {
    let message = refusal(SystemContext::bare().folder("/nowhere").variable("BITCRAPS_LISTEN_PORT", "http"));
    assert_eq!(
        message,
        "error: network.listen_port must be an integer, and is \"http\"            network/listen_port\n  \
         ┌─ BITCRAPS_LISTEN_PORT\n  \
         = default in Development: 8334\n  \
         = help: port to listen on for peers; 1 to 65535\n\n\
         refused in Development: 1 error, 0 warnings"
    );
    let message = refusal(SystemContext::bare().folder("/nowhere").variable("BITCRAPS_NETWORK__MAX_CONNECTIONS", "0"));
    assert!(message.starts_with("error: network.max_connections must be at least 1, and is 0"), "{message}");
    assert!(message.contains("┌─ BITCRAPS_NETWORK__MAX_CONNECTIONS\n"), "{message}");
}

#[test]
fn a_variable_that_sets_nothing_is_a_warning_with_the_nearest_name() {
    let system = SystemContext::bare()
        .folder("/nowhere")
        .variable("BITCRAPS_LISTEN_PROT", "1")
        .variable("BITCRAPS_SECRET_X", "y");
    let (config, loaded) = load(system).unwrap();
    assert_eq!(config, Config::defaults(Development));
    let diagnostics = loaded.report.diagnostics();
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].message, "BITCRAPS_LISTEN_PROT sets nothing: no field has this variable");
    assert_eq!(diagnostics[0].help.as_deref(), Some("did you mean BITCRAPS_LISTEN_PORT?"));
}

#[test]
fn of_two_variables_of_a_field_the_whole_name_counts_and_the_other_is_told() {
    let system = SystemContext::bare().folder("/nowhere");
    let system = system.variable("BITCRAPS_LISTEN_PORT", "1000").variable("BITCRAPS_NETWORK__LISTEN_PORT", "2000");
    let (config, loaded) = load(system).unwrap();
    assert_eq!(config.network.listen_port, 2000);
    assert_eq!(
        loaded.report.diagnostics()[0].message,
        "BITCRAPS_LISTEN_PORT and BITCRAPS_NETWORK__LISTEN_PORT set network.listen_port to different values, and \
         BITCRAPS_NETWORK__LISTEN_PORT counts"
    );
}

#[test]
fn the_schema_says_what_the_text_of_a_variable_is() {
    let system = SystemContext::bare()
        .folder("/nowhere")
        .variable("BITCRAPS_APP__NAME", "1a, [2]")
        .variable("BITCRAPS_ENABLE_TLS", "no")
        .variable("BITCRAPS_STUN_SERVERS", "a.example:1, b.example:2,")
        .variable("BITCRAPS_BOOTSTRAP_NODES", "[::1]:8333,192.0.2.1:8333")
        .variable("BITCRAPS_NETWORK__TURN_SERVERS", "[{ url = 'turn:x.example', realm = 'r' }]")
        .variable("BITCRAPS_PERFORMANCE", "PowerSaving")
        .variable("BITCRAPS_GAME__HOUSE_EDGE", "0")
        .variable("BITCRAPS_APP__LOG_LEVEL", "warn");
    let (config, _) = load(system).unwrap();
    assert_eq!(config.app.name, "1a, [2]");
    assert_eq!(config.network.stun_servers, ["a.example:1", "b.example:2"]);
    assert_eq!(config.network.bootstrap_nodes.len(), 2);
    assert_eq!(config.network.turn_servers[0].realm.as_deref(), Some("r"));
    assert_eq!(config.app.log_level, LogLevel::Warn);
    assert_eq!(config.game.house_edge, 0.0);
}

#[test]
fn an_empty_variable_says_that_an_optional_field_is_absent_and_another_needs_its_value() {
    let system = SystemContext::bare().folder("/nowhere").variable("BITCRAPS_ENV", "staging");
    let system = system.variable("BITCRAPS_MONITORING__TRACING_ENDPOINT", "").variable("BITCRAPS_STUN_SERVERS", "");
    let (config, _) = load(system.clone()).unwrap();
    assert_eq!(config.monitoring.tracing_endpoint, None);
    assert!(config.network.stun_servers.is_empty());
    let message = refusal(system.variable("BITCRAPS_LISTEN_PORT", ""));
    assert!(message.contains("network.listen_port must be an integer, and is \"\""), "{message}");
}

#[test]
fn what_looks_like_a_reference_in_a_variable_is_none() {
    let system = SystemContext::bare().folder("/nowhere");
    let (config, _) = load(system.clone().variable("BITCRAPS_APP__NAME", "${HOME} $${X}")).unwrap();
    assert_eq!(config.app.name, "${HOME} $${X}");
    let message = refusal(system.variable("BITCRAPS_NETWORK__LISTEN_ADDRESS", "${ADDRESS}"));
    assert!(message.contains("looks like a reference, and references are not resolved here"), "{message}");
}

#[test]
fn a_file_that_is_no_toml_or_is_refused_loads_nothing() {
    let (_folder, system) =
        node(&[("config/development.toml", "a = \n"), ("config/testing.toml", "listen_port = 1\n")]);
    let message = refusal(system.clone());
    assert!(message.contains("config/development.toml:1:"), "{message}");
    let message = refusal(system.variable("BITCRAPS_ENV", "test"));
    assert!(message.contains("unknown key listen_port"), "{message}");
}

#[test]
fn a_file_that_was_named_and_is_not_there_is_refused_with_what_may_be_named() {
    let refused = loader(SystemContext::bare()).at("/nowhere/x.toml").load(&LoadOptions::default()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "error: config for Development not found at /nowhere/x.toml              file/unreadable\n  \
         = help: name a TOML file, a bundle, or a folder with development.toml or the bundle development\n\n\
         refused: 1 error, 0 warnings"
    );
}

#[test]
fn every_leaf_of_any_schema_has_a_variable_that_a_shell_can_set() {
    let schema = serde_json::json!({ "type": "object", "properties": {
        "listen-port": { "type": "integer" },
        "level": { "enum": [1, 2.5, "high"] },
        "mode": { "const": true },
        "pair": { "type": "array", "prefixItems": [{ "type": "integer" }, { "type": "string" }] },
        "env": { "type": "string", "default": "own" },
    } });
    let load = |level: &str| {
        let system =
            SystemContext::bare().folder("/nowhere").variable("GAME_LISTEN_PORT", "9").variable("GAME_LEVEL", level);
        let system = system.variable("GAME_MODE", "true").variable("GAME_PAIR", "1,2").variable("GAME_ENV", "prod");
        let gate = Gate::of_service(schema.clone(), "game", "GAME").unwrap();
        let loaded = Loader::new(gate, system).load(&LoadOptions::default()).unwrap();
        assert_eq!(loaded.environment, Production);
        confgate_core::value::json::write(&loaded.tree)
    };
    let expected = |level: serde_json::Value| serde_json::json!({ "listen-port": 9, "level": level, "mode": true, "pair": [1, "2"], "env": "own" });
    assert_eq!(load("1"), expected(1.into()));
    assert_eq!(load("2.5"), expected(2.5.into()));
    assert_eq!(load("high"), expected("high".into()));
}

#[test]
fn what_is_there_and_cannot_be_read_is_refused_and_not_taken_for_nothing() {
    let (folder, system) = node(&[("config/readme", "")]);
    let file = folder.path().join("config/development.toml");
    let no_file = "development.toml".to_owned();
    std::os::unix::fs::symlink("/nowhere", &file).unwrap();
    let message = refusal(system.clone());
    assert!(message.contains("the config cannot be read: No such file") && message.contains(&no_file), "{message}");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let message = refusal(system.clone());
    assert!(
        message.contains("the config cannot be read: not a regular file: a directory") && message.contains(&no_file),
        "{message}"
    );
    fs::remove_dir(&file).unwrap();
    std::os::unix::fs::symlink("/nowhere", folder.path().join("config/development")).unwrap();
    let message = refusal(system.clone());
    assert!(
        message.contains("the config cannot be read: No such file") && message.contains("manifest.json"),
        "{message}"
    );
    fs::remove_file(folder.path().join("config/development")).unwrap();
    assert!(load(system.clone()).is_ok());
    fs::write(&file, "[network]\nmax_connections = 7\n").unwrap();
    std::os::unix::fs::symlink("/nowhere", folder.path().join("config/profiles.toml")).unwrap();
    let message = refusal(system);
    assert!(
        message.contains("the config cannot be read: No such file") && message.contains("profiles.toml"),
        "{message}"
    );
}

#[test]
fn secrets_take_the_place_of_references_and_are_not_shown() {
    let text =
        "[database]\nurl = 'postgresql://node:${SECRET_DB}@db/x'\n[monitoring]\nalert_webhook = '${SECRET_HOOK}'\n";
    let (folder, system) =
        node(&[("config/development.toml", text), ("credentials/HOOK", "https://hooks.example/hunter2\n")]);
    let system = system
        .variable("BITCRAPS_SECRET_DB", "hun ter2")
        .variable("CREDENTIALS_DIRECTORY", folder.path().join("credentials"));
    let (config, loaded) = load(system.clone()).unwrap();
    assert_eq!(config.database.url.as_str(), "postgresql://node:hun%20ter2@db/x");
    assert_eq!(config.monitoring.alert_webhook.as_ref().unwrap().expose(), "https://hooks.example/hunter2");
    let shown = toml::write(&loaded.redacted(&Gate::of::<Config>())).unwrap();
    assert!(shown.contains("${SECRET_DB}") && shown.contains("${SECRET_HOOK}") && !shown.contains("hun"), "{shown}");
    assert_eq!(loaded.secrets.len(), 2);
    let explained = loaded.explain(&Gate::of::<Config>(), "database.url").unwrap();
    assert_eq!(explained.value.unwrap(), "postgresql://node:${SECRET_DB}@db/x");
    assert_eq!(explained.default.unwrap(), "sqlite://./data/bitcraps.db");
    let missing = refusal(system.without("BITCRAPS_SECRET_DB"));
    assert!(missing.contains("secret DB not found (needed by database.url)"), "{missing}");
    assert!(missing.contains("development.toml:2:1"), "{missing}");
}

#[test]
fn a_secret_that_the_gate_refuses_is_not_in_the_message() {
    let (_folder, system) = node(&[("config/development.toml", "[network]\nlisten_address = '${SECRET_ADDRESS}'\n")]);
    let message = refusal(system.variable("BITCRAPS_SECRET_ADDRESS", "hunter2"));
    assert!(
        message.contains("network.listen_address must be an IP address, and is the value of ${SECRET_ADDRESS}"),
        "{message}"
    );
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn a_secret_that_a_variable_covers_is_no_longer_one() {
    let (_folder, system) = node(&[("config/development.toml", "[app]\nname = '${SECRET_NAME}'\n")]);
    let system = system.variable("BITCRAPS_SECRET_NAME", "hunter2").variable("BITCRAPS_APP__NAME", "plain");
    let (_, loaded) = load(system).unwrap();
    let gate = Gate::of::<Config>();
    let explained = loaded.explain(&gate, "app.name").unwrap();
    let values: Vec<String> =
        explained.contributions.iter().filter_map(|it| it.value.as_ref()).map(ToString::to_string).collect();
    assert_eq!(values, ["\"plain\"", "\"${SECRET_NAME}\"", "\"BitCraps\""]);
}

#[test]
fn a_plain_secret_in_a_file_is_a_warning() {
    let (_folder, system) = node(&[("config/development.toml", "database.url = 'pg://u:hunter2@db/x'\n")]);
    let (_, loaded) = load(system).unwrap();
    assert_eq!(loaded.report.diagnostics()[0].message, "database.url holds a password in plain text");
    assert!(!Refused { report: loaded.report }.to_string().contains("hunter2"));
}

#[test]
fn no_such_field_names_the_nearest() {
    let (_, loaded) = load(SystemContext::bare().folder("/nowhere")).unwrap();
    let missing = loaded.explain(&Gate::of::<Config>(), "network.listen_prot").unwrap_err();
    assert_eq!(
        missing.to_string(),
        "network.listen_prot is not a field of this config: did you mean network.listen_port?"
    );
}

#[test]
fn a_schema_alone_has_no_typed_config() {
    let gate = Gate::of_schema(serde_json::json!({})).unwrap();
    let loader = Loader::new(gate, SystemContext::bare().folder("/nowhere"));
    let refused = loader.config(&LoadOptions::default()).err().unwrap();
    assert_eq!(refused.report.diagnostics()[0].code, "schema/no-type");
}

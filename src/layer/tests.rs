#[cfg(feature = "seal")]
mod sealed;

use std::fs;

use proptest::prelude::*;

use super::names::Names;
use super::*;
use crate::bitcraps::{Config, LogLevel};
use crate::environment::Environment::{Development, Production, Staging, Testing};
use crate::gate::Gate;
use crate::gate::schema::leaves::leaves;
use crate::host::Host;
use crate::model::Model;
use crate::tree::{Node, Path, Segment, Value, write};

fn loader(host: Host) -> Loader {
    Loader::of::<Config>(host)
}

fn load(host: Host) -> Result<(Config, Loaded), Refused> {
    loader(host).config::<Config>(&Given::default())
}

/// A folder with files, and a machine whose configs are in it.
fn node(files: &[(&str, &str)]) -> (tempfile::TempDir, Host) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let host = Host::bare().folder(folder.path());
    (folder, host)
}

fn refusal(host: Host) -> String {
    load(host).expect_err("it is refused").to_string()
}

#[test]
fn without_a_file_and_variables_the_defaults_of_development_count() {
    let (config, loaded) = load(Host::bare().folder("/nowhere")).unwrap();
    assert_eq!(config, Config::defaults(Development));
    assert_eq!((loaded.environment, loaded.found), (Development, None));
}

#[test]
fn the_variable_picks_the_environment_and_its_defaults() {
    for (text, environment) in [("prod", Production), ("STAGING", Staging), ("test", Testing), ("", Development)] {
        let (config, loaded) = load(Host::bare().folder("/nowhere").variable("BITCRAPS_ENV", text)).unwrap();
        assert_eq!((config, loaded.environment), (Config::defaults(environment), environment), "{text}");
    }
}

#[test]
fn an_unknown_environment_is_development_with_a_warning() {
    let (_, loaded) = load(Host::bare().folder("/nowhere").variable("BITCRAPS_ENV", "prodution")).unwrap();
    assert_eq!(loaded.environment, Development);
    let finding = &loaded.report.findings()[0];
    assert_eq!(finding.message, "BITCRAPS_ENV is \"prodution\", and the node is in Development");
    assert!(finding.help.as_ref().unwrap().contains("use Development, Testing, Staging or Production"));
}

#[test]
fn the_file_of_the_environment_is_found_where_the_variable_says_or_in_config() {
    let files = [
        ("config/development.toml", "network.max_connections = 7\n"),
        ("etc/production.toml", "network.max_connections = 8\n"),
    ];
    let (_folder, host) = node(&files);
    assert_eq!(load(host.clone()).unwrap().0.network.max_connections, 7);
    let host = host.variable("BITCRAPS_CONFIG_PATH", "etc").variable("BITCRAPS_ENV", "production");
    let (config, loaded) = load(host).unwrap();
    assert_eq!(config.network.max_connections, 8);
    assert!(loaded.file().unwrap().ends_with("etc/production.toml"));
}

#[test]
fn later_layers_win() {
    let (_folder, host) = node(&[(
        "config/development.toml",
        "[network]\nlisten_port = 1000\nmax_connections = 1000\nmax_packet_size = 2000\n",
    )]);
    let host = host.variable("BITCRAPS_LISTEN_PORT", "2000").variable("BITCRAPS_NETWORK__MAX_CONNECTIONS", "2000");
    let gate = Gate::of::<Config>();
    let set = Override::text(&gate, Path::dotted("network.max_connections"), "3000", "--set network.max_connections");
    let (config, loaded) = loader(host).config::<Config>(&Given { overrides: &[set], ..Given::default() }).unwrap();
    let network = &config.network;
    assert_eq!((network.listen_port, network.max_connections, network.max_packet_size), (2000, 3000, 2000));
    let explained = loaded.explain(&gate, "network.max_connections").unwrap();
    let told: Vec<(Kind, String)> =
        explained.contributions.iter().map(|it| (it.layer, it.value.as_ref().unwrap().to_string())).collect();
    let expected = [(Kind::Override, "3000"), (Kind::Variable, "2000"), (Kind::File, "1000"), (Kind::Default, "50")];
    assert_eq!(told, expected.map(|(kind, value)| (kind, value.to_owned())));
    assert!(explained.contributions[2].places[0].ends_with("config/development.toml:3:1"));
    assert_eq!(explained.contributions[1].places, ["BITCRAPS_NETWORK__MAX_CONNECTIONS"]);
    assert_eq!(explained.reload.as_deref(), Some("live"));
}

#[test]
fn a_wrong_variable_is_refused_by_its_name() {
    let said = refusal(Host::bare().folder("/nowhere").variable("BITCRAPS_LISTEN_PORT", "http"));
    assert_eq!(
        said,
        "error: network.listen_port must be an integer, and is \"http\"            network/listen_port\n  \
         ┌─ BITCRAPS_LISTEN_PORT\n  \
         = default in Development: 8334\n  \
         = help: port to listen on for peers; 1 to 65535\n\n\
         refused: 1 error, 0 warnings"
    );
    let said = refusal(Host::bare().folder("/nowhere").variable("BITCRAPS_NETWORK__MAX_CONNECTIONS", "0"));
    assert!(said.starts_with("error: network.max_connections must be at least 1, and is 0"), "{said}");
    assert!(said.contains("┌─ BITCRAPS_NETWORK__MAX_CONNECTIONS\n"), "{said}");
}

#[test]
fn a_variable_that_sets_nothing_is_a_warning_with_the_nearest_name() {
    let host = Host::bare().folder("/nowhere").variable("BITCRAPS_LISTEN_PROT", "1").variable("BITCRAPS_SECRET_X", "y");
    let (config, loaded) = load(host).unwrap();
    assert_eq!(config, Config::defaults(Development));
    let findings = loaded.report.findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].message, "BITCRAPS_LISTEN_PROT sets nothing: no field has this variable");
    assert_eq!(findings[0].help.as_deref(), Some("did you mean BITCRAPS_LISTEN_PORT?"));
}

#[test]
fn of_two_variables_of_a_field_the_whole_name_counts_and_the_other_is_told() {
    let host = Host::bare().folder("/nowhere");
    let host = host.variable("BITCRAPS_LISTEN_PORT", "1000").variable("BITCRAPS_NETWORK__LISTEN_PORT", "2000");
    let (config, loaded) = load(host).unwrap();
    assert_eq!(config.network.listen_port, 2000);
    assert_eq!(
        loaded.report.findings()[0].message,
        "BITCRAPS_LISTEN_PORT and BITCRAPS_NETWORK__LISTEN_PORT set network.listen_port to different values, and \
         BITCRAPS_NETWORK__LISTEN_PORT counts"
    );
}

#[test]
fn the_schema_says_what_the_text_of_a_variable_is() {
    let host = Host::bare()
        .folder("/nowhere")
        .variable("BITCRAPS_APP__NAME", "1a, [2]")
        .variable("BITCRAPS_ENABLE_TLS", "no")
        .variable("BITCRAPS_STUN_SERVERS", "a.example:1, b.example:2,")
        .variable("BITCRAPS_BOOTSTRAP_NODES", "[::1]:8333,192.0.2.1:8333")
        .variable("BITCRAPS_NETWORK__TURN_SERVERS", "[{ url = 'turn:x.example', realm = 'r' }]")
        .variable("BITCRAPS_PERFORMANCE", "PowerSaving")
        .variable("BITCRAPS_GAME__HOUSE_EDGE", "0")
        .variable("BITCRAPS_APP__LOG_LEVEL", "warn");
    let (config, _) = load(host).unwrap();
    assert_eq!(config.app.name, "1a, [2]");
    assert_eq!(config.network.stun_servers, ["a.example:1", "b.example:2"]);
    assert_eq!(config.network.bootstrap_nodes.len(), 2);
    assert_eq!(config.network.turn_servers[0].realm.as_deref(), Some("r"));
    assert_eq!(config.app.log_level, LogLevel::Warn);
    assert_eq!(config.game.house_edge, 0.0);
}

#[test]
fn an_empty_variable_says_that_an_optional_field_is_absent_and_another_needs_its_value() {
    let host = Host::bare().folder("/nowhere").variable("BITCRAPS_ENV", "staging");
    let host = host.variable("BITCRAPS_MONITORING__TRACING_ENDPOINT", "").variable("BITCRAPS_STUN_SERVERS", "");
    let (config, _) = load(host.clone()).unwrap();
    assert_eq!(config.monitoring.tracing_endpoint, None);
    assert!(config.network.stun_servers.is_empty());
    let said = refusal(host.variable("BITCRAPS_LISTEN_PORT", ""));
    assert!(said.contains("network.listen_port must be an integer, and is \"\""), "{said}");
}

#[test]
fn what_looks_like_a_reference_in_a_variable_is_none() {
    let host = Host::bare().folder("/nowhere");
    let (config, _) = load(host.clone().variable("BITCRAPS_APP__NAME", "${HOME} $${X}")).unwrap();
    assert_eq!(config.app.name, "${HOME} $${X}");
    let said = refusal(host.variable("BITCRAPS_NETWORK__LISTEN_ADDRESS", "${ADDRESS}"));
    assert!(said.contains("looks like a reference, and stands where none is resolved"), "{said}");
}

#[test]
fn a_file_that_is_no_toml_or_is_refused_loads_nothing() {
    let (_folder, host) = node(&[("config/development.toml", "a = \n"), ("config/testing.toml", "listen_port = 1\n")]);
    let said = refusal(host.clone());
    assert!(said.contains("config/development.toml:1:"), "{said}");
    let said = refusal(host.variable("BITCRAPS_ENV", "test"));
    assert!(said.contains("unknown key listen_port"), "{said}");
}

#[test]
fn a_file_that_was_named_and_is_not_there_is_refused_with_what_may_be_named() {
    let refused = loader(Host::bare()).at("/nowhere/x.toml").load(&Given::default()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "error: there is no config for Development at /nowhere/x.toml            file/unreadable\n  \
         = help: name a TOML file, a bundle, or a folder with development.toml or the bundle development\n\n\
         refused: 1 error, 0 warnings"
    );
}

#[test]
fn secrets_take_the_place_of_references_and_are_not_shown() {
    let text =
        "[database]\nurl = 'postgresql://node:${SECRET_DB}@db/x'\n[monitoring]\nalert_webhook = '${SECRET_HOOK}'\n";
    let (folder, host) =
        node(&[("config/development.toml", text), ("credentials/HOOK", "https://hooks.example/hunter2\n")]);
    let host = host
        .variable("BITCRAPS_SECRET_DB", "hun ter2")
        .variable("CREDENTIALS_DIRECTORY", folder.path().join("credentials"));
    let (config, loaded) = load(host.clone()).unwrap();
    assert_eq!(config.database.url.as_str(), "postgresql://node:hun%20ter2@db/x");
    assert_eq!(config.monitoring.alert_webhook.as_ref().unwrap().expose(), "https://hooks.example/hunter2");
    let shown = write::toml(&loaded.shown(&Gate::of::<Config>())).unwrap();
    assert!(shown.contains("${SECRET_DB}") && shown.contains("${SECRET_HOOK}") && !shown.contains("hun"), "{shown}");
    assert_eq!(loaded.used.len(), 2);
    let missing = refusal(host.without("BITCRAPS_SECRET_DB"));
    assert!(missing.contains("database.url needs the secret DB, which nobody has"), "{missing}");
    assert!(missing.contains("development.toml:2:1"), "{missing}");
}

#[test]
fn a_secret_that_the_gate_refuses_is_not_in_the_message() {
    let (_folder, host) = node(&[("config/development.toml", "[network]\nlisten_address = '${SECRET_ADDRESS}'\n")]);
    let said = refusal(host.variable("BITCRAPS_SECRET_ADDRESS", "hunter2"));
    assert!(
        said.contains("network.listen_address must be an IP address, and is what ${SECRET_ADDRESS} stands for"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_secret_that_a_variable_covers_is_no_longer_one() {
    let (_folder, host) = node(&[("config/development.toml", "[app]\nname = '${SECRET_NAME}'\n")]);
    let host = host.variable("BITCRAPS_SECRET_NAME", "hunter2").variable("BITCRAPS_APP__NAME", "plain");
    let (_, loaded) = load(host).unwrap();
    let gate = Gate::of::<Config>();
    let explained = loaded.explain(&gate, "app.name").unwrap();
    let values: Vec<String> =
        explained.contributions.iter().filter_map(|it| it.value.as_ref()).map(ToString::to_string).collect();
    assert_eq!(values, ["\"plain\"", "\"${SECRET_NAME}\"", "\"BitCraps\""]);
}

#[test]
fn a_plain_secret_in_a_file_is_a_warning() {
    let (_folder, host) = node(&[("config/development.toml", "database.url = 'pg://u:hunter2@db/x'\n")]);
    let (_, loaded) = load(host).unwrap();
    assert_eq!(loaded.report.findings()[0].message, "database.url holds a password in plain text");
    assert!(!Refused { report: loaded.report }.to_string().contains("hunter2"));
}

#[test]
fn no_such_field_names_the_nearest() {
    let (_, loaded) = load(Host::bare().folder("/nowhere")).unwrap();
    let missing = loaded.explain(&Gate::of::<Config>(), "network.listen_prot").unwrap_err();
    assert_eq!(
        missing.to_string(),
        "network.listen_prot is no field of this config: did you mean network.listen_port?"
    );
}

/// A bundle as a build makes it.
fn bundle(config: &str, origins: &str) -> Vec<(&'static str, String)> {
    use sha2::Digest;
    let digest: String = sha2::Sha256::digest(config.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let manifest = format!(
        r#"{{"name":"n","environment":"Production","model":"bitcraps","admitted":true,"keys":1,"findings":[],
            "digests":{{"schema":"","settings":"{digest}","sources":{{}}}}}}"#
    );
    vec![("config.toml", config.to_owned()), ("origins.json", origins.to_owned()), ("manifest.json", manifest)]
}

fn bundled(at: &str, config: &str, origins: &str) -> (tempfile::TempDir, Host) {
    let files = bundle(config, origins);
    let files: Vec<(String, String)> = files.into_iter().map(|(name, text)| (format!("{at}/{name}"), text)).collect();
    node(&files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
}

const ORIGINS: &str = r#"{"/network/max_connections":{"set":[{"file":"config/production.nix","line":14,"column":5}],
    "overridden":[{"file":"config/base.nix","line":3,"column":2,"priority":1000}]}}"#;

#[test]
fn a_bundle_says_where_its_values_were_written_in_nix() {
    for at in ["config", "config/production"] {
        let (_folder, host) = bundled(at, "[network]\nmax_connections = 9\n", ORIGINS);
        let host = if at == "config" { host } else { host.variable("BITCRAPS_ENV", "production") };
        let (config, loaded) = load(host).unwrap();
        assert_eq!((config.network.max_connections, loaded.environment), (9, Production));
        let explained = loaded.explain(&Gate::of::<Config>(), "network.max_connections").unwrap();
        let places: Vec<&str> = explained.contributions.iter().flat_map(|it| &it.places).map(String::as_str).collect();
        assert_eq!(places, ["config/production.nix:14:5", "config/base.nix:3:2"], "{at}");
    }
}

#[test]
fn a_bundle_that_was_altered_is_refused() {
    let (folder, host) = bundled("config", "[network]\nmax_connections = 9\n", ORIGINS);
    fs::write(folder.path().join("config/config.toml"), "[network]\nmax_connections = 10\n").unwrap();
    let said = refusal(host.clone());
    assert!(said.contains("the bundle was altered: its digest is another than the one in manifest.json"), "{said}");
    fs::write(folder.path().join("config/manifest.json"), "{").unwrap();
    assert!(refusal(host.variable("BITCRAPS_ENV", "prod")).contains("it is not what a build writes"));
}

#[test]
fn a_bundle_of_another_environment_is_refused() {
    let (_folder, host) = bundled("config", "[network]\nmax_connections = 9\n", ORIGINS);
    let said = refusal(host.variable("BITCRAPS_ENV", "staging"));
    assert!(said.contains("the bundle was built for Production, and the node is in Staging"), "{said}");
}

/// A valid value for a leaf, as the text of a variable and as JSON.
fn leaf_value(view: crate::gate::schema::View<'_>, example: &Node) -> BoxedStrategy<String> {
    let written = match &example.value {
        Value::String(text) => text.clone(),
        Value::List(_) => write::inline(example),
        _ => write::inline(example),
    };
    let constrained = ["format", "enum", "pattern", "const"].iter().any(|keyword| view.get(keyword).is_some());
    match &example.value {
        Value::String(_) if !constrained && view.types() == ["string"] => {
            let max = view.get("maxLength").and_then(serde_json::Value::as_u64).unwrap_or(40);
            "[^\\x00]{1,40}".prop_filter("short enough", move |text| text.chars().count() as u64 <= max).boxed()
        }
        _ => Just(written).boxed(),
    }
}

#[test]
fn every_leaf_of_the_schema_comes_back_from_its_variable_as_it_was_written() {
    let gate = Gate::of::<Config>();
    let names = Names::of(&gate).unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(16));
    // Every leaf has a value in one of the presets or defaults.
    let mut custom = gate.defaults(Production);
    let performance = Node::bare(Value::Table(
        [("Custom".to_owned(), Node::bare(Value::Table(Default::default())))].into_iter().collect(),
    ));
    custom.as_table_mut().unwrap().insert("performance".into(), performance);
    crate::gate::complete::fill_defaults(gate.view(), &mut custom, Production);
    let mut tried = 0;
    for leaf in leaves(gate.view()).into_iter().filter(|leaf| !leaf.view.marked("x-profiles")) {
        let defaults = gate.defaults(Production);
        let Some(example) = custom.get(&leaf.path.0).or_else(|| defaults.get(&leaf.path.0)).cloned() else { continue };
        tried += 1;
        let variable = gate.variables(&leaf.path)[0].clone();
        let strategy = leaf_value(leaf.view, &example);
        runner
            .run(&strategy, |text| {
                let host = Host::bare().variable(&variable, &text);
                let read = variables::read(&gate, &names, &host, 0);
                let node = read.tree.get(&leaf.path.0).unwrap();
                match &node.value {
                    Value::String(back) => prop_assert_eq!(back, &text),
                    _ => prop_assert_eq!(&node.value, &example.value),
                }
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{variable}: {error}"));
    }
    assert!(tried > 120, "only {tried} leaves have a value");
}

/// A few fields, a layer for each bit of a mask, and which values they set.
fn masks() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((0usize..3, 0u8..8), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn explain_names_the_layer_that_a_merge_by_hand_names(masks in masks()) {
        let fields = [("network", "max_connections"), ("game", "max_players_per_game"), ("security", "max_session_count")];
        let mut wanted = [(Kind::Default, None); 3];
        let (mut file, mut host, mut overrides) = (String::new(), Host::bare(), Vec::new());
        for (field, mask) in masks.iter().enumerate().map(|(index, (field, mask))| ((field + index) % 3, mask)) {
            let (section, name) = fields[field];
            let path = Path::dotted(&format!("{section}.{name}"));
            // One field may come up twice: the later mask adds to the earlier.
            if mask & 1 != 0 && !file.contains(name) {
                file += &format!("[{section}]\n{name} = 11\n");
                if wanted[field].0 < Kind::File { wanted[field] = (Kind::File, Some(11)); }
            }
            if mask & 2 != 0 {
                host = host.variable(format!("BITCRAPS_{}__{}", section.to_uppercase(), name.to_uppercase()), "12");
                if wanted[field].0 < Kind::Variable { wanted[field] = (Kind::Variable, Some(12)); }
            }
            if mask & 4 != 0 {
                overrides.push(Override::json(path, 13.into()));
                wanted[field] = (Kind::Override, Some(13));
            }
        }
        let (_folder, folder_host) = node(&[("config/development.toml", &file)]);
        let mut machine = folder_host;
        for (name, value) in host.with_prefix("BITCRAPS_") { machine = machine.variable(name, value); }
        let loader = loader(machine);
        let loaded = loader.load(&Given { overrides: &overrides, ..Given::default() }).unwrap();
        for ((section, name), (kind, value)) in fields.into_iter().zip(wanted) {
            let explained = loaded.explain(loader.gate(), &format!("{section}.{name}")).unwrap();
            prop_assert_eq!(explained.contributions[0].layer, kind, "{}", name);
            if let Some(value) = value {
                prop_assert_eq!(explained.value, Some(serde_json::json!(value)));
            }
        }
    }

    #[test]
    fn no_value_of_a_variable_makes_a_load_panic(
        which in 0usize..200, text in "\\PC{0,16}|[\\[\\]{},='\"0-9a.-]{0,16}",
    ) {
        let gate = Gate::of::<Config>();
        let all: Vec<Path> = leaves(gate.view()).into_iter().map(|leaf| leaf.path).collect();
        let path = &all[which % all.len()];
        prop_assume!(!text.contains('\0') && path.0 != [Segment::Key("profiles".into())]);
        let host = Host::bare().folder("/nowhere").variable(&gate.variables(path)[0], text);
        let _ = Loader::new(std::sync::Arc::new(gate), host).load(&Given::default());
    }
}

const NIGHT: &str = "[network]\nmax_connections = 500\n\
    [[profiles]]\nname = 'night'\nwhen.time = '22:00-06:00'\nset.network.max_connections = 100\n\
    [[profiles]]\nname = 'tests'\nwhen.environment = 'Testing'\nset.network.max_connections = 3\n";

fn at_night() -> jiff::Timestamp {
    "2026-01-15T23:30:00Z".parse().unwrap()
}

fn at_noon() -> jiff::Timestamp {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

#[test]
fn a_profile_counts_while_its_conditions_hold() {
    let (_folder, host) = node(&[("config/development.toml", NIGHT)]);
    let at = |clock| loader(host.clone()).clock(clock).config::<Config>(&Given::default()).unwrap();
    let (config, loaded) = at(at_noon);
    assert_eq!((config.network.max_connections, loaded.active.len()), (500, 0));
    assert_eq!(loaded.next_look.unwrap().to_string(), "2026-01-15T22:00:00Z");
    let (config, loaded) = at(at_night);
    assert_eq!((config.network.max_connections, &loaded.active[..]), (100, &["night".to_owned()][..]));
    assert_eq!(loaded.profiles, ["night", "tests"]);
    let explained = loaded.explain(&Gate::of::<Config>(), "network.max_connections").unwrap();
    let winner = &explained.contributions[0];
    assert_eq!((winner.layer, winner.name.as_deref()), (Kind::Profile, Some("night")));
    assert!(winner.places[0].ends_with("config/development.toml:6:13"), "{:?}", winner.places);
    assert_eq!(explained.contributions[1].layer, Kind::File);
}

#[test]
fn a_variable_counts_before_a_profile() {
    let (_folder, host) = node(&[("config/development.toml", NIGHT)]);
    let host = host.variable("BITCRAPS_MAX_CONNECTIONS", "7");
    let (config, _) = loader(host).clock(at_night).config::<Config>(&Given::default()).unwrap();
    assert_eq!(config.network.max_connections, 7);
}

#[test]
fn profiles_stand_in_a_file_beside_as_well_and_come_after_those_of_the_config() {
    let beside = "[[profiles]]\nname = 'always'\nset.monitoring.alert_webhook = '${SECRET_HOOK}'\n\
                  [[profiles]]\nname = 'late'\nwhen.time = '23:00-00:00'\nset.network.max_connections = 50\n";
    let (_folder, host) = node(&[("config/development.toml", NIGHT), ("config/profiles.toml", beside)]);
    let host = host.variable("BITCRAPS_SECRET_HOOK", "https://hooks.example/hunter2");
    let (config, loaded) = loader(host).clock(at_night).config::<Config>(&Given::default()).unwrap();
    assert_eq!(loaded.active, ["night", "always", "late"]);
    assert_eq!(config.network.max_connections, 50);
    assert_eq!(config.monitoring.alert_webhook.unwrap().expose(), "https://hooks.example/hunter2");
    let shown = write::toml(&loaded.shown(&Gate::of::<Config>())).unwrap();
    assert!(shown.contains("${SECRET_HOOK}") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_profile_that_would_be_refused_is_refused_before_its_time() {
    let text = NIGHT.replace("max_connections = 100", "max_connections = 0");
    let (_folder, host) = node(&[("config/development.toml", &text)]);
    let refused = loader(host).clock(at_noon).load(&Given::default()).unwrap_err().to_string();
    assert!(refused.contains("network.max_connections must be at least 1, and is 0"), "{refused}");
    assert!(refused.contains("config/development.toml:6:13"), "{refused}");
}

#[test]
fn the_file_of_profiles_holds_nothing_else_and_is_whole() {
    let (folder, host) = node(&[("config/development.toml", ""), ("config/profiles.toml", "game.min_bet = 1\n")]);
    let said = refusal(host.clone());
    assert!(said.contains("profiles.toml holds profiles and nothing else, and here is game"), "{said}");
    fs::write(folder.path().join("config/profiles.toml"), "[[profiles\n").unwrap();
    assert!(refusal(host).contains("config/profiles.toml:1:"));
}

#[test]
fn a_busy_machine_brings_its_profile_and_keeps_it_until_it_is_clearly_less_busy() {
    let text = "[[profiles]]\nname = 'busy'\nwhen.memory_above = 80.0\nset.network.max_connections = 5\n";
    let (folder, host) = node(&[("config/development.toml", text)]);
    let proc = folder.path().join("proc");
    fs::create_dir(&proc).unwrap();
    fs::write(proc.join("stat"), "cpu 1 0 1 8 0 0 0 0 0 0\n").unwrap();
    let active = |percent: u64, held: &[String]| {
        let free = 100_000 - percent * 1000;
        fs::write(proc.join("meminfo"), format!("MemTotal: 100000 kB\nMemAvailable: {free} kB\n")).unwrap();
        let loader = loader(host.clone()).machine(super::profile::Machine::at(folder.path()));
        loader.load(&Given { held, ..Given::default() }).unwrap().active
    };
    let busy = ["busy".to_owned()];
    assert!(active(79, &[]).is_empty());
    assert_eq!(active(81, &[]), busy);
    assert_eq!(active(75, &busy), busy);
    assert!(active(69, &busy).is_empty());
}

//! Facts of the model: defaults, bounds, names and rules.

use std::collections::BTreeSet;

use confgate_core::diagnostics::Severity;
use confgate_core::environment::Environment::{self, *};
use confgate_core::model::Model;
use confgate_core::types::Duration;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::url_literal::url_literal as url;
use crate::{Config, LogLevel, PerformanceProfile, TurnServer};

#[cfg(feature = "live")]
mod application;
#[cfg(feature = "seal")]
mod sealed;

type Change = fn(&mut Config);

/// Fields with their defaults in Development, Testing, Staging and Production, or one default for all four. `-` is an absent value, `=`
/// the value to the left, and an indented line continues the row above. The version of the application is that of the crate.
const DEFAULTS: &str = r#"
version                           1

app.name                          "BitCraps"
app.environment                   "Development" | "Testing" | "Staging" | "Production"
app.data_dir                      "./data" | "./test_data" | "/var/lib/bitcraps" | =
app.log_level                     "debug" | "debug" | "debug" | "info"
app.worker_threads                0
app.enable_tui                    true | true | false | false

network.listen_address            "0.0.0.0"
network.listen_port               8334 | 8336 | 8335 | 8333
network.max_connections           50 | 10 | 1000 | 1000
network.connection_timeout        "30s"
network.keepalive_interval        "60s"
network.max_packet_size           65536
network.enable_bluetooth          true
network.enable_tcp                true
network.enable_compression        true
network.mtu_discovery             true
network.enable_ipv6               true
network.enable_upnp               true
network.stun_servers              ["stun.l.google.com:19302", "stun1.l.google.com:19302",
    "stun2.l.google.com:19302", "stun3.l.google.com:19302", "stun4.l.google.com:19302"]
network.turn_servers              []
network.bootstrap_nodes           []

consensus.min_participants        3
consensus.max_participants        100
consensus.proposal_timeout        "10s"
consensus.voting_timeout          "5s"
consensus.finality_threshold      0.67
consensus.byzantine_tolerance     0.33
consensus.enable_fast_path        true
consensus.checkpoint_interval     1000

database.url                      "sqlite://./data/bitcraps.db" | "sqlite::memory:"
    | "sqlite:///var/lib/bitcraps/bitcraps.db" | =
database.max_connections          32
database.connection_timeout       "10s"
database.idle_timeout             "300s"
database.enable_wal               true
database.checkpoint_interval      "300s"
database.backup_dir               "./data/backups" | "./data/backups" | "/var/lib/bitcraps/backups" | =
database.backup_interval          "3600s"
database.log_retention_days       30

security.pow_difficulty           8 | 4 | 16 | 20
security.key_rotation_interval    "86400s"
security.session_timeout          "3600s"
security.max_session_count        1000
security.enable_rate_limiting     true | false | true | true
security.rate_limit_requests      100
security.rate_limit_window        "60s"
security.enable_tls               false | false | true | true
security.tls_cert_path            - | - | "/etc/bitcraps/cert.pem" | "/etc/bitcraps/cert.pem"
security.tls_key_path             - | - | "/etc/bitcraps/key.pem" | "/etc/bitcraps/key.pem"

monitoring.enable_metrics         true | false | true | true
monitoring.metrics_port           9090
monitoring.enable_tracing         false | false | true | true
monitoring.tracing_endpoint       - | - | "http://localhost:14268/api/traces" | =
monitoring.health_check_interval  "30s"
monitoring.alert_webhook          -
monitoring.log_retention_days     30
monitoring.metric_retention_days  90

game.min_bet                      10
game.max_bet                      10000
game.max_players_per_game         8
game.game_timeout                 "300s"
game.auto_resolve_timeout         "60s"
game.enable_side_bets             true
game.house_edge                   0.0136

treasury.initial_supply           1000000000
treasury.treasury_address         "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
treasury.rake_percentage          0.02
treasury.min_reserve              100000000
treasury.max_exposure             500000000
treasury.rebalance_interval       "3600s"

performance                       "Balanced"
"#;

/// Rules, with the smallest changes of an environment's defaults that break this rule alone.
#[rustfmt::skip]
const BREAKING: &[(&str, Environment, Change)] = &[
    ("network/ports-distinct", Staging, |c| c.monitoring.metrics_port = c.network.listen_port),
    ("network/some-transport", Testing, |c| (c.network.enable_tcp, c.network.enable_bluetooth) = (false, false)),
    ("network/keepalive-positive", Staging, |c| c.network.keepalive_interval = Duration::from_secs(0)),
    ("consensus/participants-ordered", Testing, |c| c.consensus.min_participants = c.consensus.max_participants + 1),
    ("consensus/quorum-possible", Staging, |c| c.consensus.finality_threshold = c.consensus.byzantine_tolerance),
    ("database/pool-within-connections", Testing, |c| c.database.max_connections = c.network.max_connections * 4 + 1),
    ("security/rate-limit-positive", Production, |c| c.security.rate_limit_requests = 0),
    ("security/tls-paths", Development, |c| c.security.enable_tls = true),
    ("security/tls-paths", Production, |c| c.security.tls_cert_path = None),
    ("security/tls-paths", Production, |c| c.security.tls_key_path = None),
    ("security/tls-paths", Development, |c| c.security.tls_cert_path = Some("cert.pem".into())),
    ("security/tls-paths", Development, |c| c.security.tls_key_path = Some("key.pem".into())),
    ("game/bets-ordered", Production, |c| c.game.min_bet = c.game.max_bet + 1),
    ("game/resolve-before-timeout", Staging, |c| c.game.auto_resolve_timeout = Duration::from_secs(301)),
    ("treasury/reserve-within-supply", Staging, |c| c.treasury.min_reserve = c.treasury.initial_supply + 1),
    ("treasury/exposure-within-supply", Staging, |c| c.treasury.max_exposure = c.treasury.initial_supply + 1),
    ("environment/production-tls", Production, |c| c.security.enable_tls = false),
    ("environment/production-durable", Production, |c| c.database.url = url("sqlite::memory:")),
    ("environment/production-durable", Staging, |c| c.database.url = url("sqlite::memory:")),
    ("environment/production-durable", Staging, |c| c.database.url = url("SQLite::memory:?cache=shared")),
    ("environment/production-durable", Staging, |c| c.database.url = url("sqlite://node.db?mode=memory")),
    ("environment/production-pow", Production, |c| c.security.pow_difficulty = 15),
    ("environment/production-rate-limit", Production, |c| c.security.enable_rate_limiting = false),
    ("environment/production-debug-log", Production, |c| c.app.log_level = LogLevel::Debug),
    ("environment/production-debug-log", Production, |c| c.app.log_level = LogLevel::Trace),
];

/// Changes up to the bound of a rule, which keep it.
#[rustfmt::skip]
const KEEPING: &[(&str, Environment, Change)] = &[
    ("without metrics the ports may be one", Testing, |c| c.monitoring.metrics_port = c.network.listen_port),
    ("TCP alone is a transport", Production, |c| c.network.enable_bluetooth = false),
    ("Bluetooth alone is a transport", Production, |c| c.network.enable_tcp = false),
    ("least and most may be one", Testing, |c| c.consensus.max_participants = c.consensus.min_participants),
    ("four connections a peer are fine", Testing, |c| c.database.max_connections = c.network.max_connections * 4),
    ("a limit that is off may be zero", Testing, |c| c.security.rate_limit_requests = 0),
    ("one request is a limit", Production, |c| c.security.rate_limit_requests = 1),
    ("the paths may stand there while TLS is off", Staging, |c| c.security.enable_tls = false),
    ("the least may be the greatest bet", Production, |c| c.game.min_bet = c.game.max_bet),
    ("a game may be resolved as it ends", Production, |c| c.game.auto_resolve_timeout = c.game.game_timeout),
    ("all tokens may be in reserve", Production, |c| c.treasury.min_reserve = c.treasury.initial_supply),
    ("all tokens may be exposed", Production, |c| c.treasury.max_exposure = c.treasury.initial_supply),
    ("a file may be called memory", Production, |c| c.database.url = url("sqlite:///var/lib/memory.db")),
    ("16 bits are enough for Production", Production, |c| c.security.pow_difficulty = 16),
    ("Staging may do less work", Staging, |c| c.security.pow_difficulty = 1),
];

/// Fields that need a restart.
const RESTART: [&str; 9] = [
    "app.data_dir",
    "app.worker_threads",
    "database.url",
    "monitoring.metrics_port",
    "network.listen_address",
    "network.listen_port",
    "security.enable_tls",
    "security.tls_cert_path",
    "security.tls_key_path",
];

fn broken_rules(config: &Config) -> Vec<&'static str> {
    Config::rules().iter().filter(|rule| !(rule.holds)(config)).map(|rule| rule.name).collect()
}

fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Config>().to_value()
}

/// Returns the leaves of a schema: the values without named properties. The alternatives of a field are searched as well, because
/// `performance` is a name or a table.
fn leaves(schema: &Value) -> Vec<(String, Value)> {
    fn walk(path: &str, schema: &Value, leaves: &mut Vec<(String, Value)>) {
        let choices = ["oneOf", "anyOf"].into_iter().filter_map(|choice| schema[choice].as_array()).flatten();
        let tables: Vec<&Value> = [schema, &schema["items"]]
            .into_iter()
            .chain(choices)
            .filter_map(|schema| schema.get("properties"))
            .collect();
        if schema.get("properties").is_none() && schema["deprecated"] != true {
            leaves.push((path.to_owned(), schema.clone()));
        }
        for (name, property) in tables.into_iter().filter_map(Value::as_object).flatten() {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            walk(&path, property, leaves);
        }
    }
    let mut found = Vec::new();
    walk("", schema, &mut found);
    found
}

fn is_performance_value(path: &str) -> bool {
    path.starts_with("performance.Custom.")
}

#[test]
fn defaults_are_those_of_the_application() {
    let table = DEFAULTS.replace("\n    ", " ");
    let rows: Vec<(&str, &str)> =
        table.lines().filter_map(|line| line.split_once(' ')).map(|(path, cells)| (path, cells.trim())).collect();
    for (column, environment) in Environment::ALL.into_iter().enumerate() {
        let defaults = serde_json::to_value(Config::defaults(environment)).unwrap();
        for (path, cells) in &rows {
            let cells: Vec<&str> = cells.split(" | ").collect();
            let upto = &cells[..=column.min(cells.len() - 1)];
            let expected = match *upto.iter().rfind(|cell| **cell != "=").unwrap() {
                "-" => None,
                json => Some(serde_json::from_str::<Value>(json).unwrap()),
            };
            let pointer = format!("/{}", path.replace('.', "/"));
            let default = defaults.pointer(&pointer).filter(|default| !default.is_null());
            assert_eq!(default, expected.as_ref(), "{path} in {environment}");
        }
    }
    let listed: BTreeSet<&str> = rows.iter().map(|(path, _)| *path).chain(["app.version"]).collect();
    let schema = schema();
    let leaves = leaves(&schema);
    let known: BTreeSet<&str> = leaves
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| !is_performance_value(path) && !path.starts_with("network.turn_servers."))
        .collect();
    assert_eq!(listed, known);
}

#[test]
fn the_version_of_the_application_is_that_of_the_crate() {
    assert_eq!(Config::defaults(Production).app.version, env!("CARGO_PKG_VERSION"));
}

#[test]
fn defaults_survive_a_round_trip_through_toml() {
    for environment in Environment::ALL {
        let mut config = Config::defaults(environment);
        config.network.turn_servers = vec![TurnServer {
            url: "turn:turn.example.net:3478".into(),
            username: Some("node".into()),
            password: None,
            realm: None,
        }];
        config.performance = PerformanceProfile::Custom(Box::new(PerformanceProfile::HighPerformance.tuning()));
        for config in [Config::defaults(environment), config] {
            let text = toml::to_string(&config).unwrap();
            assert_eq!(toml::from_str::<Config>(&text).unwrap(), config, "{text}");
        }
    }
}

#[test]
fn defaults_keep_every_rule() {
    for environment in Environment::ALL {
        assert_eq!(broken_rules(&Config::defaults(environment)), [""; 0], "{environment}");
    }
}

#[test]
fn each_rule_is_broken_by_one_change_that_breaks_no_other() {
    for (name, environment, change) in BREAKING {
        let mut config = Config::defaults(*environment);
        change(&mut config);
        assert_eq!(broken_rules(&config), [*name], "{environment}");
    }
    let broken: BTreeSet<&str> = BREAKING.iter().map(|(name, ..)| *name).collect();
    let known: BTreeSet<&str> = Config::rules().iter().map(|rule| rule.name).collect();
    assert_eq!(broken, known);
}

#[test]
fn rules_hold_up_to_their_bound() {
    for (case, environment, change) in KEEPING {
        let mut config = Config::defaults(*environment);
        change(&mut config);
        assert_eq!(broken_rules(&config), [""; 0], "{case}");
    }
}

#[test]
fn rules_have_unique_names_and_help() {
    let names: BTreeSet<&str> = Config::rules().iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), Config::rules().len());
    for rule in Config::rules() {
        let (section, name) = rule.name.split_once('/').unwrap();
        let is_kebab = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(is_kebab(section) && is_kebab(name), "{}", rule.name);
        assert!(!rule.why.is_empty() && !rule.help.is_empty() && !rule.reads.is_empty(), "{}", rule.name);
        assert!(!rule.why.ends_with('.') && !rule.help.ends_with('.'), "{}", rule.name);
    }
}

#[test]
fn five_rules_are_warnings() {
    let warnings: Vec<&str> =
        Config::rules().iter().filter(|rule| rule.severity == Severity::Warning).map(|rule| rule.name).collect();
    assert_eq!(
        warnings,
        [
            "database/pool-within-connections",
            "game/resolve-before-timeout",
            "environment/production-pow",
            "environment/production-rate-limit",
            "environment/production-debug-log",
        ]
    );
}

#[test]
fn rules_and_aliases_name_existing_fields() {
    let schema = schema();
    let leaves = leaves(&schema);
    let fields: BTreeSet<&str> = leaves.iter().map(|(path, _)| path.as_str()).collect();
    let read = Config::rules().iter().flat_map(|rule| rule.reads.iter().copied());
    for path in read.chain(Config::aliases().iter().map(|(_, path)| *path)) {
        assert!(fields.contains(path), "{path}");
    }
    for (alias, _) in Config::aliases() {
        assert!(alias.starts_with(&format!("{}_", Config::ENV_PREFIX)), "{alias}");
    }
}

#[test]
fn a_restart_is_needed_for_nine_fields() {
    let restart: BTreeSet<String> =
        leaves(&schema()).into_iter().filter(|(_, leaf)| leaf["x-reload"] == "restart").map(|(path, _)| path).collect();
    assert_eq!(restart, RESTART.map(String::from).into());
}

#[test]
fn secrets_are_marked() {
    let secrets: Vec<String> =
        leaves(&schema()).into_iter().filter(|(_, leaf)| leaf["x-secret"] == true).map(|(path, _)| path).collect();
    assert_eq!(secrets, ["network.turn_servers.password", "monitoring.alert_webhook"]);
}

#[test]
fn every_leaf_is_described() {
    let leaves = leaves(&schema());
    assert_eq!(leaves.iter().filter(|(path, _)| is_performance_value(path)).count(), 63);
    for (path, leaf) in leaves {
        let description = leaf["description"].as_str().unwrap_or_default();
        assert!(description.ends_with('.'), "{path}: {description:?}");
        assert!(leaf.get("title").is_none(), "{path}");
        assert_eq!(leaf.get("default").is_some(), is_performance_value(&path), "{path}");
    }
}

#[test]
fn an_unknown_field_is_rejected_in_every_section() {
    let defaults = serde_json::to_value(Config::defaults(Development)).unwrap();
    let sections = defaults.as_object().unwrap().iter().filter(|(_, value)| value.is_object());
    for section in sections.map(|(name, _)| format!("/{name}")).chain(["".into()]) {
        let mut config = defaults.clone();
        config.pointer_mut(&section).unwrap()["speling"] = true.into();
        assert!(serde_json::from_value::<Config>(config).is_err(), "{section}");
    }
}

#[test]
fn a_secret_is_not_in_the_debug_output() {
    let mut config = Config::defaults(Production);
    config.database.url = url("postgresql://node:hunter2@db/node");
    config.monitoring.alert_webhook = Some("https://example.net/hunter2".into());
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_worker_count_of_zero_is_one_per_cpu() {
    let mut app = Config::defaults(Production).app;
    assert_eq!(app.worker_threads(), std::thread::available_parallelism().unwrap().get());
    app.worker_threads = 3;
    assert_eq!(app.worker_threads(), 3);
}

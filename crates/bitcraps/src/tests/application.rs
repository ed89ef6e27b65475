//! Functions by which the application loads, saves, validates and reloads its config.

use confgate_core::environment::Environment;
use confgate_core::model::Model;
use confgate_runtime::load::{ConfigLocation, LayerKind, LoadOptions, Loader};
use confgate_runtime::system::SystemContext;

use crate::storage::{self, tree};
use crate::{Config, ConfigService};

#[test]
fn the_defaults_of_each_environment_have_a_name_and_are_valid() {
    let all = [
        (Config::development_defaults(), Environment::Development),
        (Config::testing_defaults(), Environment::Testing),
        (Config::staging_defaults(), Environment::Staging),
        (Config::production_defaults(), Environment::Production),
    ];
    for (config, environment) in all {
        assert_eq!(config, Config::default_for_environment(environment));
        assert_eq!(config.validate(), Ok(()));
    }
}

#[test]
fn a_config_that_breaks_a_rule_is_not_valid() {
    let mut config = Config::development_defaults();
    config.network.max_connections = 0;
    config.game.min_bet = config.game.max_bet + 1;
    let report = config.validate().unwrap_err();
    let codes: Vec<&str> = report.diagnostics().iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    assert!(codes.contains(&"network/max_connections") && codes.contains(&"game/bets-ordered"), "{codes:?}");
}

#[test]
fn variables_are_applied_all_or_none() {
    let mut config = Config::development_defaults();
    config.network.max_packet_size = 2048;
    config.override_from(SystemContext::bare().variable("BITCRAPS_LISTEN_PORT", "9000")).unwrap();
    assert_eq!((config.network.listen_port, config.network.max_packet_size), (9000, 2048));
    let before = config.clone();
    let error = config.override_from(SystemContext::bare().variable("BITCRAPS_LISTEN_PORT", "99999")).unwrap_err();
    assert!(error.to_string().contains("BITCRAPS_LISTEN_PORT"), "{error}");
    assert_eq!(config, before);
}

#[test]
fn a_saved_config_is_loaded_again_and_its_owner_alone_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml");
    let mut config = Config::staging_defaults();
    config.network.max_connections = 123;
    config.save(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let loader = Loader::of::<Config>(SystemContext::bare()).environment(Environment::Staging).at(&path);
    assert_eq!(storage::load::<Config>(&loader).unwrap(), config);
    assert!(config.save(folder.path().join("none/node.toml")).is_err());
}

#[test]
fn a_sanitized_config_has_no_secret() {
    let mut config = Config::production_defaults();
    config.database.url = "postgresql://node:hunter2@db/x".parse().unwrap();
    config.monitoring.alert_webhook = Some("https://hooks.example/hunter2".into());
    let sanitized = config.sanitized_for_logs();
    assert!(!serde_json::to_string(&sanitized).unwrap().contains("hunter2"));
    assert_eq!(sanitized.database.url.as_str(), "postgresql://***@db/x");
    assert_eq!(sanitized.network, config.network);
}

#[test]
fn a_service_returns_its_config_and_accepts_another() {
    let service = ConfigService::build(Loader::of::<Config>(SystemContext::bare().folder("/nowhere"))).unwrap();
    let changes = service.subscribe();
    let mut config = service.get().clone();
    config.network.max_connections = 33;
    service.set(&config, "a test").unwrap();
    assert_eq!(*service.get(), config);
    assert_eq!(changes.try_recv().unwrap().fields.len(), 1);
    config.network.max_connections = 0;
    assert!(service.set(&config, "a test").is_err());
    assert_eq!((service.get().network.max_connections, service.loaded().environment), (33, Environment::Development));
}

#[test]
fn an_explicit_fallback_returns_the_defaults_and_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.toml");
    std::fs::write(&path, "game.min_bet = 'all'\n").unwrap();
    assert!(Config::load_from_file(&path).unwrap_err().to_string().contains("game.min_bet must be an integer"));
    let loader = || Loader::of::<Config>(SystemContext::bare()).at(&path);
    let (config, error) = Config::load_with_fallback(&loader(), Environment::Testing);
    assert!(error.unwrap().to_string().contains("game.min_bet must be an integer"));
    assert_eq!(config, Config::testing_defaults());
    std::fs::write(&path, "network.max_connections = 77\n").unwrap();
    let (config, error) = Config::load_with_fallback(&loader(), Environment::Testing);
    assert_eq!((error.is_none(), config.network.max_connections), (true, 77));
}

#[test]
fn values_of_the_program_have_it_as_their_origin() {
    let mut config = Config::defaults(Environment::Testing);
    config.network.max_connections = 77;
    let context = SystemContext::bare().variable("BITCRAPS_GAME__MIN_BET", "9");
    let loader =
        Loader::of::<Config>(context).environment(Environment::Testing).location(ConfigLocation::Values(tree(&config)));
    let loaded = loader.load(&LoadOptions::default()).unwrap();
    let origin = |field: &str| {
        let first = &loaded.explain(loader.gate(), field).unwrap().contributions[0];
        (first.layer, first.name.clone().unwrap())
    };
    assert_eq!(origin("network.max_connections"), (LayerKind::File, "the program".to_owned()));
    assert_eq!(origin("game.min_bet"), (LayerKind::Variable, "BITCRAPS_GAME__MIN_BET".to_owned()));
}

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
fn a_saved_config_is_loaded_for_its_own_environment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml");
    let mut without_tls = Config::staging_defaults();
    without_tls.security.enable_tls = false;
    // An absent value stays absent, even where it has a default.
    without_tls.security.tls_cert_path = None;
    without_tls.security.tls_key_path = None;
    for config in [without_tls].into_iter().chain(Environment::ALL.map(Config::defaults)) {
        let environment = config.app.environment;
        config.save(&path).unwrap();
        let load = |system: SystemContext| storage::load::<Config>(&Loader::of::<Config>(system).at(&path));
        assert_eq!(load(SystemContext::bare()).unwrap(), config, "{environment}");
        let named = SystemContext::bare().variable("BITCRAPS_ENV", environment.name());
        assert_eq!(load(named).unwrap(), config, "{environment}");
    }
    let elsewhere = SystemContext::bare().variable("BITCRAPS_ENV", "staging");
    let error = storage::load::<Config>(&Loader::of::<Config>(elsewhere).at(&path)).unwrap_err().to_string();
    assert!(error.contains("app.environment is Production, and the config is meant for Staging"), "{error}");
}

#[test]
fn a_config_that_is_not_valid_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml");
    for (number, shown) in [(f64::NAN, "nan"), (f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf")] {
        let mut config = Config::production_defaults();
        config.consensus.finality_threshold = number;
        let error = config.save(&path).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "the config is not saved, because it is not valid:\n\
                 error: consensus.finality_threshold must be a finite number, and is {shown} \
                 [consensus/finality_threshold]; help: share of votes that makes a decision final; 0.5 to 1.0"
            )
        );
        assert!(!path.exists());
    }
    let mut config = Config::production_defaults();
    config.treasury.initial_supply = u64::MAX;
    let error = config.save(&path).unwrap_err().to_string();
    assert!(error.contains("treasury.initial_supply must be an integer, and is \"18446744073709551615\""), "{error}");
    config = Config::production_defaults();
    config.game.min_bet = config.game.max_bet + 1;
    assert!(config.save(&path).unwrap_err().to_string().contains("[game/bets-ordered]"));
    let missing = folder.path().join("none/node.toml");
    let error = Config::production_defaults().save(&missing).unwrap_err().to_string();
    assert_eq!(error, format!("cannot write {}: No such file or directory (os error 2)", missing.display()));
}

#[test]
fn a_report_of_validate_is_an_error_that_says_what_is_wrong() {
    let mut config = Config::development_defaults();
    config.network.max_connections = 0;
    let error: Box<dyn std::error::Error> = config.validate().unwrap_err().into();
    assert_eq!(
        error.to_string(),
        "error: network.max_connections must be at least 1, and is 0 [network/max_connections]; help: maximum number of \
         peers; 1 to 10000"
    );
}

#[test]
fn the_schema_and_serde_agree_on_the_model() {
    assert_eq!(confgate_core::testing::check_model::<Config>(), Ok(()));
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
    let (config, error) = Config::load_with_fallback(loader(), Environment::Testing);
    assert!(error.unwrap().to_string().contains("game.min_bet must be an integer"));
    assert_eq!(config, Config::testing_defaults());
    std::fs::write(&path, "network.max_connections = 77\n").unwrap();
    let (config, error) = Config::load_with_fallback(loader(), Environment::Testing);
    assert_eq!((error.is_none(), config.network.max_connections), (true, 77));
    assert_eq!(config.app.environment, Environment::Testing);
}

#[test]
fn the_fallback_is_for_the_given_environment_unless_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let loader = |system: SystemContext| Loader::of::<Config>(system.folder(folder.path()));
    let load = |system: SystemContext| Config::load_with_fallback(loader(system), Environment::Production);
    let (config, error) = load(SystemContext::bare());
    assert_eq!((config, error.is_none()), (Config::production_defaults(), true));
    let (config, _) = load(SystemContext::bare().variable("BITCRAPS_ENV", "staging"));
    assert_eq!(config, Config::staging_defaults());
    std::fs::create_dir(folder.path().join("config")).unwrap();
    std::fs::write(folder.path().join("config/production.toml"), "network.max_connections = 77\n").unwrap();
    let (config, error) = load(SystemContext::bare());
    assert_eq!((config.network.max_connections, config.app.environment), (77, Environment::Production));
    assert!(error.is_none());
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

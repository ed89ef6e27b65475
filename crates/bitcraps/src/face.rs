//! The names that the application uses, each a thin face over the pipeline.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use confgate_core::diagnostics::Report;
use confgate_core::environment::Environment;
use confgate_core::gate::redact::redacted;
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::model::Model;
use confgate_core::toml;
use confgate_core::value::{Node, Sources, json};
use confgate_runtime::live::{Builder, Guard, Live, Reloaded, StartError, Subscription};
use confgate_runtime::load::{Choice, LoadOptions, LoadedConfig, Loader, Override, Refused};
use confgate_runtime::secrets::SecretBackends;
use confgate_runtime::system::SystemContext;
use zeroize::Zeroizing;

use crate::Config;

/// How long a config file must be quiet before a service reads it again.
const QUIET: Duration = Duration::from_millis(100);

impl Config {
    /// The config of this machine: the environment that `BITCRAPS_ENV` names, its file in `BITCRAPS_CONFIG_PATH` or `config`,
    /// profiles, variables and secrets.
    ///
    /// # Errors
    ///
    /// The report of everything that is wrong. There is no silent fallback; for one that is asked for, see
    /// [`load_or_defaults`](Self::load_or_defaults).
    pub fn load() -> Result<Self, Refused> {
        Self::loaded(loader())
    }

    /// The config of this machine, or, when it is refused, the defaults of its environment and why they count.
    pub fn load_or_defaults(environment: Environment) -> (Self, Option<Refused>) {
        Self::loaded_or_defaults(loader(), environment)
    }

    fn loaded_or_defaults(loader: Loader, environment: Environment) -> (Self, Option<Refused>) {
        match Self::loaded(loader) {
            Ok(config) => (config, None),
            Err(refused) => (Self::defaults(environment), Some(refused)),
        }
    }

    /// The config in a file, a bundle, or a folder of them, with the variables and secrets of this machine.
    ///
    /// # Errors
    ///
    /// The report of everything that is wrong.
    pub fn load_from_file(path: impl AsRef<Path>) -> Result<Self, Refused> {
        Self::loaded(loader().at(path.as_ref()))
    }

    pub(super) fn loaded(loader: Loader) -> Result<Self, Refused> {
        loader.config::<Self>(&LoadOptions::default()).map(|(config, _)| config)
    }

    /// The config of `environment` when nobody says anything.
    pub fn default_for_environment(environment: Environment) -> Self {
        Self::defaults(environment)
    }

    /// The defaults of Development.
    pub fn development_defaults() -> Self {
        Self::defaults(Environment::Development)
    }

    /// The defaults of Testing.
    pub fn testing_defaults() -> Self {
        Self::defaults(Environment::Testing)
    }

    /// The defaults of Staging.
    pub fn staging_defaults() -> Self {
        Self::defaults(Environment::Staging)
    }

    /// The defaults of Production.
    pub fn production_defaults() -> Self {
        Self::defaults(Environment::Production)
    }

    /// Asks the gate.
    ///
    /// # Errors
    ///
    /// The report, when anything in it is an error.
    pub fn validate(&self) -> Result<(), Report> {
        let options =
            ValidateOptions { environment: Some(self.app.environment), resolved: true, ..ValidateOptions::default() };
        let input = Input { tree: self.tree(), sources: Sources::default(), found: Vec::new(), options };
        let report = Gate::of::<Self>().examine(input).report;
        if report.admits() { Ok(()) } else { Err(report) }
    }

    /// Takes over what the environment variables of this process say.
    ///
    /// # Errors
    ///
    /// The report of what is wrong with the config then; it stays as it was.
    pub fn override_from_env(&mut self) -> Result<(), Refused> {
        self.override_from(SystemContext::of_process())
    }

    /// Takes over what the environment variables of a machine say.
    ///
    /// # Errors
    ///
    /// The report of what is wrong with the config then; it stays as it was.
    pub fn override_from(&mut self, host: SystemContext) -> Result<(), Refused> {
        let loader = Loader::of::<Self>(host).backends(secret_backends()).environment(self.app.environment);
        *self = Self::loaded(loader.choice(Choice::Values(self.tree())))?;
        Ok(())
    }

    /// Writes the config as TOML, all at once or not at all. It may hold secrets: only the owner of the file can read it.
    ///
    /// # Errors
    ///
    /// The file cannot be written; what was there stays.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let text = Zeroizing::new(toml::write(&self.tree()).map_err(io::Error::other)?);
        replace(path.as_ref(), text.as_bytes())
    }

    /// The same config for people to see: secrets are gone, and users and passwords of URLs.
    #[must_use]
    pub fn sanitized_for_logs(&self) -> Self {
        let gate = Gate::of::<Self>();
        let shown = redacted(gate.view(), &self.tree(), &confgate_core::value::Path::root(), &Sources::default());
        serde_json::from_value(json::write(&shown)).unwrap_or_else(|_| Self::defaults(self.app.environment))
    }

    pub(super) fn tree(&self) -> Node {
        // The model is plain data within 64 bits: it is a tree.
        let values = serde_json::to_value(self).unwrap_or_default();
        json::read(values).unwrap_or_else(|_| {
            Node::generated(confgate_core::value::Value::Table(confgate_core::value::Table::default()))
        })
    }
}

/// Writes a file that its owner alone can read, in the place of the one that is there.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    File::open(folder)?.sync_all()
}

pub(super) fn loader() -> Loader {
    Loader::of::<Config>(SystemContext::of_process()).backends(secret_backends())
}

/// The config of a running node: it watches its files and takes SIGHUP for an order to reload.
#[derive(Debug, Clone)]
pub struct ConfigService(Live<Config>);

impl ConfigService {
    /// Loads the config of this machine and watches over it.
    ///
    /// # Errors
    ///
    /// The gate refused the config, or the system does not let files or signals be watched.
    pub fn start() -> Result<Self, StartError> {
        Self::build(loader())
    }

    /// The same with a loader of one's own.
    ///
    /// # Errors
    ///
    /// The same as of [`start`](Self::start).
    pub fn build(loader: Loader) -> Result<Self, StartError> {
        let builder: Builder<Config> = Live::builder(loader).watch(QUIET).signal();
        builder.start().map(Self)
    }

    /// The config that runs.
    pub fn get(&self) -> Guard<Config> {
        self.0.load()
    }

    /// Puts another config in the place of all layers.
    ///
    /// # Errors
    ///
    /// The report of what is wrong; what ran before runs on.
    pub fn set(&self, config: &Config, reason: &str) -> Result<Reloaded, Refused> {
        self.0.apply([Override::config(config)], reason)
    }

    /// Reads all layers again.
    ///
    /// # Errors
    ///
    /// The report of what is wrong; what ran before runs on.
    pub fn reload(&self) -> Result<Reloaded, Refused> {
        self.0.reload()
    }

    /// Every change from now on.
    pub fn subscribe(&self) -> Subscription {
        self.0.subscribe()
    }

    /// Where the running config came from.
    pub fn loaded(&self) -> std::sync::Arc<LoadedConfig> {
        self.0.snapshot().loaded.clone()
    }

    /// The handle behind it.
    pub fn live(&self) -> &Live<Config> {
        &self.0
    }
}

static SERVICE: OnceLock<ConfigService> = OnceLock::new();

/// The service of this process, started at the first question.
///
/// # Errors
///
/// It cannot be started. The next question tries again.
pub fn service() -> Result<&'static ConfigService, StartError> {
    if let Some(service) = SERVICE.get() {
        return Ok(service);
    }
    // Of two threads that come first one service stays, and the other ends its threads.
    let started = ConfigService::start()?;
    Ok(SERVICE.get_or_init(|| started))
}

/// The config of this process.
///
/// # Errors
///
/// It is not loaded yet and cannot be.
pub fn get_config() -> Result<Guard<Config>, StartError> {
    service().map(ConfigService::get)
}

/// Puts another config in the place of the one of this process.
///
/// # Errors
///
/// The gate refused it, or the service cannot be started; what ran before runs on.
pub fn set_config(config: &Config) -> Result<Reloaded, StartError> {
    Ok(service()?.set(config, "set_config")?)
}

fn secret_backends() -> SecretBackends {
    SecretBackends {
        #[cfg(feature = "vault")]
        vault: Some(confgate_vault::provider),
        #[cfg(not(feature = "vault"))]
        vault: None,
        #[cfg(feature = "seal")]
        decryptor: Some(confgate_seal::decryptor),
        #[cfg(not(feature = "seal"))]
        decryptor: None,
    }
}

#[cfg(test)]
mod tests {
    use confgate_runtime::load::Kind;

    use super::*;

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
        let rules: Vec<&str> = report.diagnostics().iter().map(|diagnostic| diagnostic.code.as_str()).collect();
        assert!(rules.contains(&"network/max_connections") && rules.contains(&"game/bets-ordered"), "{rules:?}");
    }

    #[test]
    fn variables_are_taken_over_or_nothing_is() {
        let mut config = Config::development_defaults();
        config.network.max_packet_size = 2048;
        config.override_from(SystemContext::bare().variable("BITCRAPS_LISTEN_PORT", "9000")).unwrap();
        assert_eq!((config.network.listen_port, config.network.max_packet_size), (9000, 2048));
        let before = config.clone();
        let refused =
            config.override_from(SystemContext::bare().variable("BITCRAPS_LISTEN_PORT", "99999")).unwrap_err();
        assert!(refused.to_string().contains("BITCRAPS_LISTEN_PORT"), "{refused}");
        assert_eq!(config, before);
    }

    #[test]
    fn what_is_saved_is_loaded_and_nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.toml");
        let mut config = Config::staging_defaults();
        config.network.max_connections = 123;
        config.save(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let loader = Loader::of::<Config>(SystemContext::bare()).environment(Environment::Staging).at(&path);
        assert_eq!(Config::loaded(loader).unwrap(), config);
        assert!(config.save(folder.path().join("none/node.toml")).is_err());
    }

    #[test]
    fn a_log_sees_no_secret() {
        let mut config = Config::production_defaults();
        config.database.url = "postgresql://node:hunter2@db/x".parse().unwrap();
        config.monitoring.alert_webhook = Some("https://hooks.example/hunter2".into());
        let seen = config.sanitized_for_logs();
        assert!(!serde_json::to_string(&seen).unwrap().contains("hunter2"));
        assert_eq!(seen.database.url.as_str(), "postgresql://***@db/x");
        assert_eq!(seen.network, config.network);
    }

    #[test]
    fn a_service_hands_out_its_config_and_takes_another() {
        let service = ConfigService::build(Loader::of::<Config>(SystemContext::bare().folder("/nowhere"))).unwrap();
        let changes = service.subscribe();
        let mut config = service.get().clone();
        config.network.max_connections = 33;
        service.set(&config, "a test").unwrap();
        assert_eq!(*service.get(), config);
        assert_eq!(changes.try_recv().unwrap().fields.len(), 1);
        config.network.max_connections = 0;
        assert!(service.set(&config, "a test").is_err());
        assert_eq!(
            (service.get().network.max_connections, service.loaded().environment),
            (33, Environment::Development)
        );
    }

    #[test]
    fn a_fallback_is_asked_for_by_name_and_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.toml");
        std::fs::write(&path, "game.min_bet = 'all'\n").unwrap();
        assert!(Config::load_from_file(&path).unwrap_err().to_string().contains("game.min_bet must be an integer"));
        let loader = || Loader::of::<Config>(SystemContext::bare()).at(&path);
        let (config, refused) = Config::loaded_or_defaults(loader(), Environment::Testing);
        assert!(refused.unwrap().to_string().contains("game.min_bet must be an integer"));
        assert_eq!(config, Config::testing_defaults());
        std::fs::write(&path, "network.max_connections = 77\n").unwrap();
        let (config, refused) = Config::loaded_or_defaults(loader(), Environment::Testing);
        assert_eq!((refused.is_none(), config.network.max_connections), (true, 77));
    }

    #[test]
    fn what_the_program_gave_is_said_to_be_of_the_program() {
        let mut config = Config::defaults(Environment::Testing);
        config.network.max_connections = 77;
        let host = SystemContext::bare().variable("BITCRAPS_GAME__MIN_BET", "9");
        let loader = Loader::of::<Config>(host).environment(Environment::Testing).choice(Choice::Values(config.tree()));
        let loaded = loader.load(&LoadOptions::default()).unwrap();
        let who = |field: &str| {
            let first = &loaded.explain(loader.gate(), field).unwrap().contributions[0];
            (first.layer, first.name.clone().unwrap())
        };
        assert_eq!(who("network.max_connections"), (Kind::File, "the program".to_owned()));
        assert_eq!(who("game.min_bet"), (Kind::Variable, "BITCRAPS_GAME__MIN_BET".to_owned()));
    }
}

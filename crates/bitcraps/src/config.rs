//! The whole config: its sections, and the functions by which the application uses it.

#[cfg(feature = "live")]
use std::path::Path;
use std::sync::LazyLock;

#[cfg(feature = "live")]
use confgate_core::diagnostics::Report;
use confgate_core::environment::Environment;
#[cfg(feature = "live")]
use confgate_core::gate::{Gate, Input, Phase, ValidateOptions, redact::redacted};
use confgate_core::migrate::Migration;
use confgate_core::model::{Model, Rule};
#[cfg(feature = "live")]
use confgate_core::value::{self, Sources, json};
#[cfg(feature = "live")]
use confgate_runtime::load::{ConfigLocation, Loader, Refused};
#[cfg(feature = "live")]
use confgate_runtime::system::SystemContext;
#[cfg(feature = "seal")]
use confgate_seal::{Identity, Recipient};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::AppConfig;
use crate::consensus::{self, ConsensusConfig};
use crate::database::{self, DatabaseConfig};
use crate::environment;
use crate::game::{self, GameConfig};
use crate::migrations;
use crate::monitoring::MonitoringConfig;
use crate::network::{self, NetworkConfig};
use crate::performance::PerformanceProfile;
#[cfg(feature = "live")]
use crate::save_error::SaveError;
#[cfg(feature = "seal")]
use crate::sealed_storage;
use crate::section::HasSection;
use crate::security::{self, SecurityConfig};
#[cfg(feature = "live")]
use crate::storage;
use crate::treasury::{self, TreasuryConfig};

/// The settings of a BitCraps node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = add_retired_keys)]
pub struct Config {
    /// Version of the schema that this config is written for. An older config is migrated when it is read.
    #[schemars(extend("x-version" = true))]
    pub version: u64,
    /// The process itself: its name, its data, its logs, its threads.
    pub app: AppConfig,
    /// Listening for peers, and finding and keeping them.
    pub network: NetworkConfig,
    /// Agreement of the participants of a game.
    pub consensus: ConsensusConfig,
    /// Storage of the node's state, and its backups.
    pub database: DatabaseConfig,
    /// Protection against forgery, floods and eavesdroppers.
    pub security: SecurityConfig,
    /// Metrics, traces, alerts and logs.
    pub monitoring: MonitoringConfig,
    /// The table: bets, seats and clocks.
    pub game: GameConfig,
    /// The tokens behind the table.
    pub treasury: TreasuryConfig,
    /// Trade-off between speed, memory and battery. A name selects a preset; a `Custom` table sets each value by itself, and a value that
    /// it omits is as in `Balanced`.
    pub performance: PerformanceProfile,
}

/// Adds the keys that older nodes wrote and no node reads, so that their files are still accepted.
fn add_retired_keys(schema: &mut schemars::Schema) {
    if let Some(properties) = schema.get_mut("properties").and_then(serde_json::Value::as_object_mut) {
        properties.insert(
            "last_reload".to_owned(),
            serde_json::json!({
                "description": "Time of the last reload. It is a state of the running node, not a setting.",
                "deprecated": true,
                "x-retired": true,
                "x-optional": true,
            }),
        );
    }
}

impl Model for Config {
    const NAME: &'static str = "bitcraps";
    const ENV_PREFIX: &'static str = "BITCRAPS";

    fn compiled_schema() -> Option<&'static [u8]> {
        Some(include_bytes!("compiled_schema.bin"))
    }

    fn defaults(environment: Environment) -> Self {
        Self {
            version: 1,
            app: AppConfig::defaults(environment),
            network: NetworkConfig::defaults(environment),
            consensus: ConsensusConfig::defaults(),
            database: DatabaseConfig::defaults(environment),
            security: SecurityConfig::defaults(environment),
            monitoring: MonitoringConfig::defaults(environment),
            game: GameConfig::defaults(),
            treasury: TreasuryConfig::defaults(),
            performance: PerformanceProfile::default(),
        }
    }

    fn rules() -> &'static [Rule<Self>] {
        static RULES: LazyLock<Vec<Rule<Config>>> = LazyLock::new(|| {
            let mut rules = Vec::new();
            rules.extend(network::rules());
            rules.extend(consensus::rules());
            rules.extend(database::rules());
            rules.extend(security::rules());
            rules.extend(game::rules());
            rules.extend(treasury::rules());
            rules.extend(environment::rules());
            rules
        });
        &RULES
    }

    fn migrations() -> &'static [Migration] {
        migrations::MIGRATIONS
    }

    fn aliases() -> &'static [(&'static str, &'static str)] {
        &[
            ("BITCRAPS_LISTEN_PORT", "network.listen_port"),
            ("BITCRAPS_MAX_CONNECTIONS", "network.max_connections"),
            ("BITCRAPS_DATABASE_URL", "database.url"),
            ("BITCRAPS_POW_DIFFICULTY", "security.pow_difficulty"),
            ("BITCRAPS_METRICS_PORT", "monitoring.metrics_port"),
            ("BITCRAPS_ALERT_WEBHOOK", "monitoring.alert_webhook"),
            ("BITCRAPS_WORKER_THREADS", "app.worker_threads"),
            ("BITCRAPS_ENABLE_TLS", "security.enable_tls"),
            ("BITCRAPS_STUN_SERVERS", "network.stun_servers"),
            ("BITCRAPS_BOOTSTRAP_NODES", "network.bootstrap_nodes"),
        ]
    }
}

macro_rules! impl_has_section {
    ($($field:ident: $section:ty),* $(,)?) => {$(
        impl HasSection<$section> for Config {
            fn section(&self) -> &$section {
                &self.$field
            }
        }
    )*};
}

impl_has_section! {
    app: AppConfig,
    network: NetworkConfig,
    consensus: ConsensusConfig,
    database: DatabaseConfig,
    security: SecurityConfig,
    monitoring: MonitoringConfig,
    game: GameConfig,
    treasury: TreasuryConfig,
}

#[cfg(feature = "live")]
impl Config {
    /// Loads the config of this machine: the environment that `BITCRAPS_ENV` names, its file in `BITCRAPS_CONFIG_PATH` or `config`,
    /// profiles, environment variables and secrets.
    ///
    /// # Errors
    ///
    /// The report of the rejected config. There is no silent fallback; for an explicit one, see
    /// [`load_or_defaults`](Self::load_or_defaults).
    pub fn load() -> Result<Self, Refused> {
        storage::load(&storage::process_loader::<Self>())
    }

    /// Loads the config of this machine, for the given environment unless `BITCRAPS_ENV` or the config names one. If it is
    /// rejected, returns the defaults of the given environment and the report.
    pub fn load_or_defaults(environment: Environment) -> (Self, Option<Refused>) {
        Self::load_with_fallback(storage::process_loader::<Self>(), environment)
    }

    pub(crate) fn load_with_fallback(loader: Loader<Self>, environment: Environment) -> (Self, Option<Refused>) {
        match storage::load(&loader.default_environment(environment)) {
            Ok(config) => (config, None),
            Err(error) => (Self::defaults(environment), Some(error)),
        }
    }

    /// Loads the config from a file, a bundle, or a directory of them, with the environment variables and secrets of this machine.
    ///
    /// # Errors
    ///
    /// The report of the rejected config.
    pub fn load_from_file(path: impl AsRef<Path>) -> Result<Self, Refused> {
        storage::load(&storage::process_loader::<Self>().at(path.as_ref()))
    }

    /// Returns the defaults of an environment.
    pub fn default_for_environment(environment: Environment) -> Self {
        Self::defaults(environment)
    }

    /// Returns the defaults of Development.
    pub fn development_defaults() -> Self {
        Self::defaults(Environment::Development)
    }

    /// Returns the defaults of Testing.
    pub fn testing_defaults() -> Self {
        Self::defaults(Environment::Testing)
    }

    /// Returns the defaults of Staging.
    pub fn staging_defaults() -> Self {
        Self::defaults(Environment::Staging)
    }

    /// Returns the defaults of Production.
    pub fn production_defaults() -> Self {
        Self::defaults(Environment::Production)
    }

    /// Validates the config with the gate.
    ///
    /// # Errors
    ///
    /// The report, if it contains an error.
    pub fn validate(&self) -> Result<(), Report> {
        let options = ValidateOptions {
            environment: Some(self.app.environment),
            phase: Phase::Load,
            ..ValidateOptions::default()
        };
        let input = Input { tree: storage::tree(self), sources: Sources::default(), found: Vec::new(), options };
        let report = Gate::of::<Self>().validate(input).report;
        if report.admits() { Ok(()) } else { Err(report) }
    }

    /// Applies the environment variables of this process.
    ///
    /// # Errors
    ///
    /// The report, if the resulting config is rejected; `self` is unchanged.
    pub fn override_from_env(&mut self) -> Result<(), Refused> {
        self.override_from(SystemContext::of_process())
    }

    /// Applies the environment variables of a system context.
    ///
    /// # Errors
    ///
    /// The report, if the resulting config is rejected; `self` is unchanged.
    pub fn override_from(&mut self, context: SystemContext) -> Result<(), Refused> {
        let loader = Loader::of::<Self>(context)
            .backends(storage::secret_backends())
            .environment(self.app.environment)
            .location(ConfigLocation::Values(storage::tree(self)));
        *self = storage::load(&loader)?;
        Ok(())
    }

    /// Saves the config as TOML, and replaces the file atomically. The file may contain secrets, so its owner alone can read it.
    ///
    /// # Errors
    ///
    /// The config is not valid, or the file cannot be written; the previous one stays.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SaveError> {
        storage::replace(path.as_ref(), storage::to_toml(self, self.app.environment)?.as_bytes())
    }

    /// Returns a copy to display, without secrets and without users and passwords of URLs.
    #[must_use]
    pub fn sanitized_for_logs(&self) -> Self {
        let gate = Gate::of::<Self>();
        let tree = redacted(gate.view(), &storage::tree(self), &value::Path::root(), &Sources::default());
        serde_json::from_value(json::write(&tree)).unwrap_or_else(|_| Self::defaults(self.app.environment))
    }
}

#[cfg(feature = "seal")]
impl Config {
    /// Saves the config as TOML that is sealed for the recipients, and replaces the file atomically.
    ///
    /// # Errors
    ///
    /// The config is not valid, it cannot be sealed for the recipients, or the file cannot be written; the previous one stays.
    pub fn save_encrypted(&self, path: impl AsRef<Path>, recipients: &[Recipient]) -> Result<(), SaveError> {
        sealed_storage::save(self, self.app.environment, path.as_ref(), recipients)
    }

    /// Loads the config from a sealed file, with the environment variables and secrets of this machine. Sealed values in it are opened
    /// with the same identities.
    ///
    /// # Errors
    ///
    /// The report of the rejected config, of a file that is not sealed, or of one that none of the identities opens.
    pub fn load_encrypted(path: impl AsRef<Path>, identities: Vec<Identity>) -> Result<Self, Refused> {
        sealed_storage::load(storage::process_loader::<Self>(), path.as_ref(), identities)
    }
}

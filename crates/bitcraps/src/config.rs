use std::num::NonZero;
use std::sync::LazyLock;
use std::thread;

use confgate_core::environment::Environment;
use confgate_core::migrate::Migration;
use confgate_core::model::{Model, Rule};
use confgate_core::types::Url;
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
use crate::security::{self, SecurityConfig};
use crate::treasury::{self, TreasuryConfig};

/// The settings of a BitCraps node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_retired_keys)]
pub struct Config {
    /// Version of the schema that this config is written for. An older config is brought up to date as it is read.
    #[schemars(extend("x-version" = true))]
    pub version: u64,
    /// The process itself: its name, its data, its logs, its threads.
    pub app: AppConfig,
    /// How a node listens and how it finds and keeps its peers.
    pub network: NetworkConfig,
    /// How the participants of a game agree on what happened.
    pub consensus: ConsensusConfig,
    /// Where a node keeps its state, and how it keeps it safe.
    pub database: DatabaseConfig,
    /// How a node protects itself against forgery, floods and eavesdroppers.
    pub security: SecurityConfig,
    /// What a node tells about itself, and to whom.
    pub monitoring: MonitoringConfig,
    /// The table: bets, seats and clocks.
    pub game: GameConfig,
    /// The tokens behind the table.
    pub treasury: TreasuryConfig,
    /// How much a node does at once, and at what cost in memory and battery. A name picks a preset; a `Custom` table
    /// tunes every value by itself, and what it leaves out is as in `Balanced`.
    pub performance: PerformanceProfile,
}

/// Names the keys that older nodes wrote and no node reads, so that their files are still taken.
fn with_retired_keys(schema: &mut schemars::Schema) {
    if let Some(properties) = schema.get_mut("properties").and_then(serde_json::Value::as_object_mut) {
        properties.insert(
            "last_reload".to_owned(),
            serde_json::json!({
                "description": "When the config was last reloaded. The running node knows that; the file does not say it.",
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
            let sections = [
                network::RULES,
                consensus::RULES,
                database::RULES,
                security::RULES,
                game::RULES,
                treasury::RULES,
                environment::RULES,
            ];
            sections.into_iter().flatten().map(|rule| Rule { ..*rule }).collect()
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

/// A URL that is written in this model, for its defaults.
pub(crate) fn url(text: &str) -> Url {
    text.parse().expect("the model's own URLs are well-formed")
}

/// The threads that a count in a config stands for: 0 is one per CPU. Resolved when it is read and never in
/// `defaults`, so that a rendered config is the same on every machine.
pub(crate) fn threads(count: u32) -> usize {
    match count {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        count => count as usize,
    }
}

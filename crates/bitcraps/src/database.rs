//! Section `database`.

use std::path::PathBuf;

use confgate_core::diagnostics::Severity;
use confgate_core::environment::Environment::{self, *};
use confgate_core::model::Rule;
use confgate_core::types::duration::Duration;
use confgate_core::types::url::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::network::NetworkConfig;
use crate::section::HasSection;
use crate::url_literal::url_literal;

/// Storage of the node's state, and its backups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// URL of the database: a server as `postgresql://node@db/node`, a file as `sqlite://PATH`, or `sqlite::memory:`, which is
    /// lost when the node stops. Write a password as a secret reference.
    #[schemars(extend(
        "x-reload" = "restart",
        "examples" = ["sqlite:///var/lib/bitcraps/bitcraps.db", "postgresql://node@db.example.net/bitcraps"]
    ))]
    pub url: Url,
    /// Maximum number of connections to the database. Further queries wait.
    #[schemars(range(min = 1), extend("x-unit" = "connections"))]
    pub max_connections: u32,
    /// Time that a query waits for a connection before it fails.
    pub connection_timeout: Duration,
    /// Time after which an unused connection is closed.
    pub idle_timeout: Duration,
    /// Write to a write-ahead log (SQLite's WAL), so that readers do not wait for writers.
    pub enable_wal: bool,
    /// Interval between checkpoints, which copy the write-ahead log to the database. A longer one writes less, and makes the log
    /// and the start after a crash longer.
    pub checkpoint_interval: Duration,
    /// Directory of the backups, preferably on another disk than the database.
    pub backup_dir: PathBuf,
    /// Interval between backups: the maximum loss if the disk fails.
    pub backup_interval: Duration,
    /// Retention of the database's log of changes.
    #[schemars(range(min = 1), extend("x-unit" = "days"))]
    pub log_retention_days: u32,
}

impl DatabaseConfig {
    pub(crate) fn defaults(environment: Environment) -> Self {
        Self {
            url: url_literal(match environment {
                Development => "sqlite://./data/bitcraps.db",
                Testing => "sqlite::memory:",
                Staging | Production => "sqlite:///var/lib/bitcraps/bitcraps.db",
            }),
            max_connections: 32,
            connection_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(300),
            enable_wal: true,
            checkpoint_interval: Duration::from_secs(300),
            backup_dir: match environment {
                Development | Testing => "./data/backups".into(),
                Staging | Production => "/var/lib/bitcraps/backups".into(),
            },
            backup_interval: Duration::from_secs(3600),
            log_retention_days: 30,
        }
    }

    /// Returns whether the database is in memory alone, so that it is lost when the node stops.
    pub fn is_in_memory(&self) -> bool {
        let url = self.url.as_str().to_ascii_lowercase();
        let Some(rest) = url.strip_prefix("sqlite:") else { return false };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        path == ":memory:" || query.split('&').any(|option| option == "mode=memory")
    }
}

pub(crate) fn rules<C: HasSection<DatabaseConfig> + HasSection<NetworkConfig> + 'static>() -> [Rule<C>; 1] {
    [Rule {
        name: "database/pool-within-connections",
        severity: Severity::Warning,
        why: "the database has more connections than the peers of this node can keep busy",
        reads: &["database.max_connections", "network.max_connections"],
        holds: |config| {
            let (database, network): (&DatabaseConfig, &NetworkConfig) = (config.section(), config.section());
            u64::from(database.max_connections) <= u64::from(network.max_connections) * 4
        },
        help: "lower database.max_connections to at most four times network.max_connections",
    }]
}

//! Where a node keeps its state, and how it keeps it safe.

use std::path::PathBuf;

use confgate_core::diagnostics::Severity;
use confgate_core::environment::Environment::{self, *};
use confgate_core::model::Rule;
use confgate_core::types::Duration;
use confgate_core::types::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Config, url};

/// Where a node keeps its state, and how it keeps it safe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// The database: a URL such as `postgresql://node@db/node`, a file as `sqlite://PATH`, or `sqlite::memory:`, which
    /// forgets everything when the node stops. A password belongs in a secret reference.
    #[schemars(extend(
        "x-reload" = "restart",
        "examples" = ["sqlite:///var/lib/bitcraps/bitcraps.db", "postgresql://node@db.example.net/bitcraps"]
    ))]
    pub url: Url,
    /// Connections to the database that are open at once. More queries than that wait.
    #[schemars(range(min = 1), extend("x-unit" = "connections"))]
    pub max_connections: u32,
    /// How long a query may wait for a connection before it fails.
    pub connection_timeout: Duration,
    /// How long a connection may stand unused before it is closed.
    pub idle_timeout: Duration,
    /// Write ahead to a log (SQLite's WAL), so that readers do not wait for writers.
    pub enable_wal: bool,
    /// How often the write-ahead log is folded into the database. A longer interval writes less often and makes the
    /// log, and the start after a crash, longer.
    pub checkpoint_interval: Duration,
    /// Directory of the backups, best on another disk than the database.
    pub backup_dir: PathBuf,
    /// How often a backup is made: what may be lost at most when the disk fails.
    pub backup_interval: Duration,
    /// How long the database keeps its log of changes.
    #[schemars(range(min = 1), extend("x-unit" = "days"))]
    pub log_retention_days: u32,
}

impl DatabaseConfig {
    pub(super) fn defaults(environment: Environment) -> Self {
        Self {
            url: url(match environment {
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

    /// Whether the database lives in memory alone and is gone when the node stops.
    pub fn is_in_memory(&self) -> bool {
        let url = self.url.as_str().to_ascii_lowercase();
        let Some(rest) = url.strip_prefix("sqlite:") else { return false };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        path == ":memory:" || query.split('&').any(|option| option == "mode=memory")
    }
}

pub(super) const RULES: &[Rule<Config>] = &[Rule {
    name: "database/pool-within-connections",
    severity: Severity::Warning,
    why: "the database has more connections than the peers of this node can keep busy",
    reads: &["database.max_connections", "network.max_connections"],
    holds: |c| u64::from(c.database.max_connections) <= u64::from(c.network.max_connections) * 4,
    help: "lower database.max_connections to at most four times network.max_connections",
}];

//! The process itself: its name, its data, its logs, its threads.

use std::path::PathBuf;

use confgate_core::environment::Environment::{self, *};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The process itself: its name, its data, its logs, its threads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppConfig {
    /// The name under which the node shows itself in logs, metrics and its terminal interface.
    #[schemars(length(min = 1, max = 64))]
    pub name: String,
    /// The release of the application that the node reports to its peers, as a semantic version.
    #[schemars(extend("format" = "semver"))]
    pub version: String,
    /// Where the node runs. It picks the defaults of all other fields, and Production holds a config to more rules.
    #[schemars(extend("x-environment" = true))]
    pub environment: Environment,
    /// Directory of the node's keys and state. The node must be able to write to it; pointed at an empty
    /// one, it starts anew.
    #[schemars(extend("x-reload" = "restart"))]
    pub data_dir: PathBuf,
    /// The least severe messages that are logged. Each level includes those before it.
    pub log_level: LogLevel,
    /// Threads that handle peers and games, 0 for one per CPU of the machine that the node runs on.
    #[schemars(range(max = 256), extend("x-reload" = "restart", "x-unit" = "threads"))]
    pub worker_threads: u32,
    /// Show the interface in the terminal. Turn it off where nobody is logged in, such as under systemd.
    pub enable_tui: bool,
}

/// How much is logged, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What failed.
    Error,
    /// What may fail next.
    Warn,
    /// What happened.
    Info,
    /// What the node decided, and why.
    Debug,
    /// Every step, with messages and timings.
    Trace,
}

impl AppConfig {
    pub(super) fn defaults(environment: Environment) -> Self {
        Self {
            name: "BitCraps".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            environment,
            data_dir: match environment {
                Development => "./data".into(),
                Testing => "./test_data".into(),
                Staging | Production => "/var/lib/bitcraps".into(),
            },
            log_level: match environment {
                Development | Testing | Staging => LogLevel::Debug,
                Production => LogLevel::Info,
            },
            worker_threads: 0,
            enable_tui: matches!(environment, Development | Testing),
        }
    }

    /// How many threads to start: `worker_threads`, or the number of CPUs where it is 0.
    pub fn worker_threads(&self) -> usize {
        crate::threads(self.worker_threads)
    }
}

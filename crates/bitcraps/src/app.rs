//! Section `app`.

use std::path::PathBuf;

use confgate_core::environment::Environment::{self, *};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::thread_count::thread_count;

/// The process itself: its name, its data, its logs, its threads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppConfig {
    /// Name of the node in logs, metrics and the terminal interface.
    #[schemars(length(min = 1, max = 64))]
    pub name: String,
    /// Semantic version of the application, which the node reports to its peers.
    #[schemars(extend("format" = "semver"))]
    pub version: String,
    /// Environment of the node. It selects the defaults of all other fields, and Production has more rules.
    #[schemars(extend("x-environment" = true))]
    pub environment: Environment,
    /// Directory of the node's keys and state. It must be writable for the node; in an empty one, the node starts without a
    /// state.
    #[schemars(extend("x-reload" = "restart"))]
    pub data_dir: PathBuf,
    /// Least severe level that is logged. Each level includes those before it.
    pub log_level: LogLevel,
    /// Threads that handle peers and games; 0 is one per CPU of the node's machine.
    #[schemars(range(max = 256), extend("x-reload" = "restart", "x-unit" = "threads"))]
    pub worker_threads: u32,
    /// Show the terminal interface. Disable it for a service without a terminal, such as under systemd.
    pub enable_tui: bool,
}

/// Level of a log message, from the least to the most verbose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Failures.
    Error,
    /// Conditions that may lead to a failure.
    Warn,
    /// Events.
    Info,
    /// Decisions of the node, with their reasons.
    Debug,
    /// Every step, with messages and timings.
    Trace,
}

impl AppConfig {
    pub(crate) fn defaults(environment: Environment) -> Self {
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

    /// Returns the number of threads to start: `worker_threads`, or the number of CPUs if it is 0.
    pub fn worker_threads(&self) -> usize {
        thread_count(self.worker_threads)
    }
}

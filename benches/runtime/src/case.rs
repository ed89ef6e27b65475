//! Input of all benchmarks: one file and the same environment variables.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use confgate::bitcraps::Config;
use confgate::load::Loader;
use confgate::toml::writer;
use confgate::{Environment, Gate, SystemContext};
use tempfile::TempDir;

/// Names without the prefix and values of the environment variables.
pub const VARIABLES: [(&str, &str); 20] = [
    ("APP__NAME", "edge-7"),
    ("APP__LOG_LEVEL", "warn"),
    ("APP__WORKER_THREADS", "8"),
    ("APP__ENABLE_TUI", "true"),
    ("NETWORK__LISTEN_PORT", "9333"),
    ("NETWORK__MAX_CONNECTIONS", "800"),
    ("NETWORK__CONNECTION_TIMEOUT", "20s"),
    ("NETWORK__KEEPALIVE_INTERVAL", "45s"),
    ("NETWORK__ENABLE_BLUETOOTH", "false"),
    ("NETWORK__ENABLE_UPNP", "false"),
    ("CONSENSUS__MAX_PARTICIPANTS", "64"),
    ("CONSENSUS__FINALITY_THRESHOLD", "0.75"),
    ("DATABASE__URL", "postgresql://node@db.example.net/bitcraps"),
    ("DATABASE__MAX_CONNECTIONS", "48"),
    ("SECURITY__POW_DIFFICULTY", "22"),
    ("SECURITY__SESSION_TIMEOUT", "2h"),
    ("SECURITY__RATE_LIMIT_REQUESTS", "250"),
    ("MONITORING__METRICS_PORT", "9191"),
    ("GAME__MAX_BET", "5000"),
    ("TREASURY__RAKE_PERCENTAGE", "0.015"),
];

/// Prefix of their names.
pub const PREFIX: &str = "BITCRAPS_";

/// Restarts the process with these variables alone, since some libraries read all variables and others do not.
pub fn with_clean_environment() {
    let name = |ending: &str| format!("{PREFIX}{ending}");
    if std::env::vars_os().count() == VARIABLES.len() + 1 {
        return;
    }
    let mut again = Command::new(std::env::current_exe().expect("the program has a path"));
    again.args(std::env::args_os().skip(1)).env_clear().env("TMPDIR", std::env::temp_dir());
    again.envs(VARIABLES.map(|(ending, value)| (name(ending), value)));
    panic!("cannot restart the process: {}", again.exec());
}

/// Production config in a directory of its own.
pub struct Case {
    folder: TempDir,
}

impl Case {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let case = Self { folder };
        let defaults = Gate::of::<Config>().defaults(Environment::Production);
        case.write(&writer::write(&defaults).expect("defaults can be written"));
        case
    }

    /// Returns the path of the file.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("production.toml")
    }

    /// Reads the file.
    pub fn text(&self) -> String {
        std::fs::read_to_string(self.path()).expect("the file is there")
    }

    /// Replaces the file atomically.
    pub fn write(&self, text: &str) {
        let beside = self.folder.path().join("next");
        std::fs::write(&beside, text).expect("the folder can be written");
        std::fs::rename(&beside, self.path()).expect("the file can be replaced");
    }

    /// Returns a loader of the file and the variables.
    pub fn loader(&self) -> Loader<Config> {
        Loader::of::<Config>(SystemContext::of_process()).environment(Environment::Production).at(self.path())
    }

    /// Returns a loader of the file alone.
    pub fn without_variables(&self) -> Loader<Config> {
        Loader::of::<Config>(SystemContext::bare()).environment(Environment::Production).at(self.path())
    }
}

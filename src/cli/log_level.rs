//! The log of commands that run until a signal ends them.

use std::io;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;

/// Value of `--log`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

impl LogLevel {
    /// Logs messages of this level and above on standard error.
    pub fn init(self) {
        let level = match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
        };
        tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(level).init();
    }
}

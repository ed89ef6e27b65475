//! Values of the options `--format`, `--input`, `--from` and `--to`.

use clap::ValueEnum;
use confgate_core::value::Format;

/// Format of a command's own output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Text for people.
    Human,
    /// JSON for programs.
    Json,
}

/// Format of what a person may also read in a browser.
#[cfg(feature = "live")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// Text for people.
    Human,
    /// JSON for programs.
    Json,
    /// One HTML page that loads nothing.
    Html,
}

/// Format of a config.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConfigFormat {
    Toml,
    Json,
    Yaml,
}

impl From<ConfigFormat> for Format {
    fn from(format: ConfigFormat) -> Self {
        match format {
            ConfigFormat::Toml => Self::Toml,
            ConfigFormat::Json => Self::Json,
            ConfigFormat::Yaml => Self::Yaml,
        }
    }
}

/// Format of a report of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Human,
    Json,
    Sarif,
    Github,
    Gitlab,
}

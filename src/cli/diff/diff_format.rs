//! Format of changes.

use clap::ValueEnum;

/// Format of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Text for people.
    Human,
    /// JSON for programs.
    Json,
    /// Markdown for the description of a pull request.
    Markdown,
    /// One HTML page that loads nothing.
    Html,
}

//! An entry of `confgate.toml`, with its compiled patterns and its place.

use std::path::Path;

use confgate_core::value::{Format, Location};
use globset::GlobSet;

use crate::cli::project::accepted_check::AcceptedCheck;

/// Schema of the files that match patterns.
#[derive(Debug)]
pub(crate) struct ProjectEntry {
    pub(super) files: GlobSet,
    /// Path or URL of the schema, as it is written.
    pub schema: String,
    /// Place of the schema's name.
    pub place: Option<Location>,
    pub format: Option<Format>,
    #[cfg_attr(
        not(any(feature = "live", feature = "lsp")),
        expect(dead_code, reason = "read by commands that load configs, and by the language server")
    )]
    pub service: Option<String>,
    #[cfg_attr(not(feature = "live"), expect(dead_code, reason = "read by commands that load configs"))]
    pub env_prefix: Option<String>,
    /// Accepted warnings, with their places in the file.
    pub accept: Vec<AcceptedCheck>,
}

impl ProjectEntry {
    /// Returns whether the entry describes a file, by its path relative to the project.
    pub(super) fn matches(&self, relative: &Path) -> bool {
        self.files.is_match(relative)
    }
}

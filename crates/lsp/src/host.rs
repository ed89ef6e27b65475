//! The interface to the program that chooses schemas and validates files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use confgate_core::diagnostics::Report;
use confgate_core::gate::{Gate, ValidateOptions};
use confgate_core::value::{Format, Node, Source};

use crate::nix_text::Settings;

/// Chooses the schema of a file and validates its text.
pub trait Host {
    /// Validates a text as if the file contained it. `language` is the format that the editor has for it, for a file whose name gives
    /// none.
    fn check(&self, file: &Path, language: Option<Format>, text: &str) -> Checked;

    /// Returns the schema of the settings in a Nix file; `None` for a file that has none. The default knows no Nix settings.
    fn nix_schema(&self, _file: &Path, _text: &str) -> Option<NixSchema> {
        None
    }

    /// Forgets all files that were read: schemas and `confgate.toml` may have changed.
    fn forget(&self) {}

    /// Returns the files that decide about the schema of `file`, whether they exist or not.
    fn inputs(&self, _file: &Path) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// Result of a validation.
#[derive(Debug)]
pub enum Checked {
    /// The file was validated.
    File(Analysis),
    /// Another file, such as `confgate.toml`, is invalid, so that this one is not validated.
    Blocked {
        /// The other file.
        by: PathBuf,
        /// Its text.
        source: Source,
        /// Its report.
        report: Report,
    },
    /// The file cannot be validated, for this reason.
    Failed(String),
}

/// A validated text.
#[derive(Debug)]
pub struct Analysis {
    /// The text.
    pub source: Source,
    /// The values of the text, with their places.
    pub tree: Node,
    /// The report.
    pub report: Report,
    /// The gate; `None` if the schema of the file cannot be used, or if nothing says that the file is a config.
    pub gate: Option<Arc<Gate>>,
    /// File of the schema; `None` for the model of a program.
    pub schema_file: Option<PathBuf>,
    /// Options of the validation.
    pub options: ValidateOptions,
}

/// The schema of the settings in a Nix file.
#[derive(Debug, Clone)]
pub struct NixSchema {
    /// The gate.
    pub gate: Arc<Gate>,
    /// File of the schema; `None` for the model of a program.
    pub schema_file: Option<PathBuf>,
    /// Name of the service, whose settings in a NixOS machine are `services.NAME.settings`; `None` for any.
    pub service: Option<String>,
}

impl NixSchema {
    /// Returns the settings that the schema describes.
    pub(crate) fn settings(&self) -> Settings<'_> {
        Settings { gate: &self.gate, service: self.service.as_deref() }
    }
}

//! The schema that was chosen for a file.

use std::path::PathBuf;
use std::sync::Arc;

use confgate_core::diagnostics::Diagnostic;
use confgate_core::gate::Gate;

/// Gate for a file.
#[derive(Debug, Clone)]
pub(crate) struct SchemaChoice {
    /// The gate.
    pub gate: Arc<Gate>,
    /// The file of the schema; `None` for the model of this program and for `confgate.toml`.
    pub file: Option<PathBuf>,
    /// True if nothing names a schema, so that the model of this program is a guess.
    pub is_guess: bool,
    /// Diagnostics about the choice, and about what the project accepts.
    pub found: Vec<Diagnostic>,
    /// Codes that the project accepts.
    pub accept: Vec<String>,
}

/// The gate for the only file of a command.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// The gate.
    pub gate: Arc<Gate>,
    /// The diagnostic of a file that names no schema, and has no key in common with the model of this program.
    pub foreign: Option<Diagnostic>,
    /// Accepted warnings.
    #[cfg_attr(not(feature = "live"), expect(dead_code, reason = "read by the commands that edit"))]
    pub accept: Vec<String>,
}

//! Changes of a schema that reject stored configs.

use crate::value::Path;

/// Code of a field that was removed.
pub const REMOVED: &str = "compatible/removed";
/// Code of a field that is required now.
pub const REQUIRED: &str = "compatible/required";
/// Code of a field that accepts fewer values than before.
pub const NARROWED: &str = "compatible/narrowed";
/// Code of versions that do not follow one another.
pub const VERSION_ORDER: &str = "compatible/version";

/// A change by which a newer schema rejects configs that an older one admits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakingChange {
    /// Code of the diagnostic: one of the constants of this module.
    pub code: &'static str,
    /// Path of the field. The first element stands for all elements of a list, the key `*` for all other keys.
    pub path: Path,
    /// Message.
    pub message: String,
    /// Way out, in the imperative; empty until the caller knows it.
    pub help: String,
}

impl BreakingChange {
    /// Creates a change without help. `predicate` continues a sentence about the field.
    pub(super) fn new(code: &'static str, path: &Path, predicate: &str) -> Self {
        let message = format!("{} {predicate}", display(path));
        Self { code, path: path.clone(), message, help: String::new() }
    }

    /// Sets the help.
    pub(super) fn with_help(self, help: &str) -> Self {
        Self { help: help.to_owned(), ..self }
    }
}

/// Displays a path with `[]` for all elements of a list and `*` for all other keys.
fn display(path: &Path) -> String {
    if path.0.is_empty() {
        "the config".to_owned()
    } else {
        path.to_string().replace("[0]", "[]").replace("\"*\"", "*")
    }
}

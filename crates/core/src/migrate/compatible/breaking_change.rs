//! Changes of a schema that reject stored configs.

use crate::diagnostics::codes::Code;
use crate::value::{Path, Segment};

/// A change by which a newer schema rejects configs that an older one admits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakingChange {
    /// Name of the code.
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
    pub(super) fn new(code: &Code, path: &Path, predicate: &str) -> Self {
        let message = format!("{} {predicate}", display(path));
        Self { code: code.name, path: path.clone(), message, help: String::new() }
    }

    /// Sets the help.
    pub(super) fn with_help(self, help: &str) -> Self {
        Self { help: help.to_owned(), ..self }
    }
}

/// Displays a path with `[]` for all elements of a list and `*` for all other keys.
fn display(path: &Path) -> String {
    if path.0.is_empty() {
        return "the config".to_owned();
    }
    let mut text = String::new();
    for segment in &path.0 {
        match segment {
            Segment::Index(0) => text.push_str("[]"),
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
            Segment::Key(key) => {
                text.push_str(if text.is_empty() { "" } else { "." });
                text.push_str(&if key == "*" { key.to_string() } else { Path(vec![segment.clone()]).to_string() });
            }
        }
    }
    text
}

//! The canonical TOML text of a tree.

use thiserror::Error;

use crate::toml::serialize::AsToml;
use crate::value::Node;

/// Reason why a tree cannot be written as TOML.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WriteError {
    /// The root is not a table.
    #[error("a TOML file is a table, and this is {0}")]
    NotATable(&'static str),
    /// TOML cannot represent a value: a list contains null.
    #[error("{0}")]
    Unrepresentable(#[from] toml::ser::Error),
}

/// Writes a table as TOML 1.0, which readers of TOML 1.1 read the same: entries in the order of the tree, plain values before tables, one line for each element of a list
/// with more than one, nulls left out. The same tree gives the same bytes.
///
/// # Errors
///
/// Fails if the root is not a table or a list contains null.
///
/// ```
/// use confgate_core::toml;
/// use confgate_core::value::Source;
/// let (tree, _) = toml::read(&Source::new("x", "b = { c = 1e0 }\na = 'x'"));
/// assert_eq!(toml::write(&tree)?, "a = \"x\"\n\n[b]\nc = 1.0\n");
/// # Ok::<(), toml::WriteError>(())
/// ```
pub fn write(node: &Node) -> Result<String, WriteError> {
    if node.as_table().is_none() {
        return Err(WriteError::NotATable(node.value.kind()));
    }
    Ok(toml::to_string_pretty(&AsToml(node))?)
}

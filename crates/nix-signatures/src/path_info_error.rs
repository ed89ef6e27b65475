use crate::hash::HashError;
use crate::key::KeyError;
use crate::store_path::StorePathError;

/// Reason why a text is not a path info.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathInfoError {
    /// The line with this number, counted from 1, is not the name of a field, a colon, a space and a value.
    #[error("line {0} is not `NAME: VALUE`")]
    Line(usize),
    /// The field with this name is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The field with this name is given more than once.
    #[error("{0} is given twice")]
    Twice(&'static str),
    /// A field has an invalid value.
    #[error("{name}: {source}")]
    Field {
        /// Name of the field.
        name: &'static str,
        /// Reason why its value is invalid.
        source: FieldError,
    },
    /// A text that starts as JSON is not JSON. The parser's message is kept in place of its error, which cannot be compared.
    #[error("not the output of nix path-info for one path: {0}")]
    NotJson(String),
    /// The JSON describes another number of paths than one.
    #[error("not the output of nix path-info for one path: it describes {0} paths")]
    PathCount(usize),
    /// Nix reports that this path is not in its store.
    #[error("not the output of nix path-info for one path: {0} is not in the store")]
    NotInStore(String),
}

/// Reason why the value of a field is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Not a store path.
    #[error(transparent)]
    StorePath(#[from] StorePathError),
    /// Not a hash.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// Not a signature.
    #[error(transparent)]
    Signature(#[from] KeyError),
    /// Not a number of bytes in its canonical form.
    #[error("{0:?} is not a number of bytes")]
    Size(String),
    /// Not a list of strings.
    #[error("not a list of strings")]
    List,
}

impl FieldError {
    /// Names the field whose value is invalid.
    pub(crate) fn of(self, name: &'static str) -> PathInfoError {
        PathInfoError::Field { name, source: self }
    }
}

//! Permitted value of a field.

/// One of the permitted values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value in TOML syntax.
    pub value: String,
    /// Its description, if the schema has one.
    pub about: Option<String>,
}

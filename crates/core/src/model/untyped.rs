//! The config type of a service that has a schema and no Rust type.

/// Placeholder for the typed config of a service that has a JSON Schema and no Rust type. The values of such a config are read
/// from its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untyped;

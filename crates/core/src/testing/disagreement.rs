use std::error::Error;
use std::fmt;

use crate::value::Path;

/// A field about which the schema of a model and serde disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The field, in a config with one element in each list and one entry in each map.
    pub path: Path,
    /// The kind of disagreement.
    pub kind: Kind,
    /// The problem, as a sentence.
    pub message: String,
    /// The way out, as an imperative.
    pub help: &'static str,
}

/// Kinds of disagreement between the schema of a model and serde.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The schema rejects a default of the model.
    DefaultRejected,
    /// The defaults in the schema are not those of the model.
    DefaultLost,
    /// Serde does not read what it wrote.
    NotReadAgain,
    /// The schema admits a value that serde rejects.
    TypeRejects,
    /// The schema admits that a field is absent, and serde requires it.
    TypeRequires,
    /// The schema requires a field that serde does not.
    SchemaRequires,
    /// The schema describes a field that serde does not read.
    TypeIgnores,
    /// Serde does not write that a field with a default is absent.
    AbsenceLost,
    /// Serde reads another number than the one in the config.
    TypeChanges,
    /// Serde writes a value that the schema rejects.
    SchemaRejects,
    /// Serde reads a second name that the schema does not have.
    Alias,
}

impl Kind {
    pub(super) fn help(self) -> &'static str {
        match self {
            Self::DefaultRejected => {
                "correct the value in `Model::defaults`, or the attributes of the field: the range and length of schemars, and the \
                 type that serde writes (`#[schemars(with = \"…\")]` beside `#[serde(with = \"…\")]`)"
            }
            Self::DefaultLost => {
                "write the fields of the flattened type into the struct, or give it a field of its own without `#[serde(flatten)]`"
            }
            Self::NotReadAgain => {
                "let serde read what it writes: no `deny_unknown_fields` beside `flatten`, no `skip_serializing` without \
                 `skip_deserializing`, the same name in both directions of `rename`"
            }
            Self::TypeRejects => {
                "narrow the schema to what the type takes: `#[schemars(range(…), length(…), regex(…))]` at the field, or at the \
                 field of a newtype, or an implementation of `JsonSchema` for the type; or take a wider type"
            }
            Self::TypeRequires => {
                "make the field an `Option`, or give it `#[serde(default)]`, or remove its `#[schemars(default)]`"
            }
            Self::SchemaRequires => {
                "give the field its default in both: `#[serde(default)]` on the type that derives both traits, and no \
                 `#[schemars(required)]`"
            }
            Self::TypeIgnores => {
                "give serde and schemars the same name: `#[serde(rename = \"…\")]` alone names it for both; a key of an older \
                 version belongs in a migration"
            }
            Self::AbsenceLost => {
                "remove `#[serde(skip_serializing_if = \"Option::is_none\")]`: null says that the field is absent"
            }
            Self::TypeChanges => {
                "take a type that holds the number: f64 in place of f32, an integer in place of a float; or bound the field with \
                 `#[schemars(range(…))]`"
            }
            Self::SchemaRejects => {
                "give serde one name in both directions: `rename = \"…\"` in place of `rename(serialize = \"…\")`"
            }
            Self::Alias => {
                "remove the alias, and rename the key with a migration (`Model::migrations`): files with the old name are then read \
                 and rewritten"
            }
        }
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  help: {}", self.message, self.help)
    }
}

/// The disagreements of a model. Both `Display` and `Debug` list them, so that a failed `unwrap` in a test says what to change.
#[derive(Clone, PartialEq, Eq)]
pub struct Disagreements {
    /// Name of the model.
    pub model: &'static str,
    /// The disagreements, in the order of the schema.
    pub found: Vec<Disagreement>,
}

impl fmt::Display for Disagreements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the schema of {} and its config type disagree:", self.model)?;
        self.found.iter().try_for_each(|disagreement| write!(f, "\n- {disagreement}"))
    }
}

impl fmt::Debug for Disagreements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Disagreements {}

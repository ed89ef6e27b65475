use serde_json::json;

use super::tree::Tree;
use super::validator::Validator;
use crate::schema::ecma_pattern::{self, Translations};
use crate::schema::resolve::Dialect;
use crate::value::{Node, Value};

/// A regular expression for keys, matched by the engine of the validator.
#[derive(Debug)]
pub struct KeyPattern(jsonschema::Validator<Tree>);

impl KeyPattern {
    /// Compiles a pattern; `None` if the engine does not have it.
    pub fn new(pattern: &str) -> Option<Self> {
        let schema = json!({ "pattern": pattern });
        let (schema, translations) =
            ecma_pattern::translated(&schema, Dialect::default()).unwrap_or_else(|| (schema, Translations::new()));
        Some(Self(Validator::compile(&schema, &[], translations).ok()?.compiled))
    }

    /// Tells whether a key matches.
    pub fn matches(&self, key: &str) -> bool {
        self.0.is_valid(&Node::generated(Value::String(key.to_owned())))
    }
}

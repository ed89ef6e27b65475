//! The context of an evaluation: attributes by which targeting selects a variant.

use std::fmt;

use datalogic_rs::datavalue::OwnedDataValue;
use serde_json::Value as Json;

/// Name of the attribute that identifies the subject of an evaluation, and by which `fractional` selects a bucket.
pub(super) const TARGETING_KEY: &str = "targetingKey";

/// Attributes of the subject of an evaluation: a user, a session, a node.
#[derive(Clone, Default)]
pub struct EvaluationContext {
    pub(super) attributes: Vec<(String, OwnedDataValue)>,
}

impl EvaluationContext {
    /// Creates a context without attributes.
    pub const fn new() -> Self {
        Self { attributes: Vec::new() }
    }

    /// Sets the targeting key.
    #[must_use]
    pub fn targeting_key(self, key: impl Into<String>) -> Self {
        self.with(TARGETING_KEY, key.into().as_str())
    }

    /// Sets an attribute.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<OwnedDataValue>) -> Self {
        self.set(name.into(), value.into());
        self
    }

    fn set(&mut self, name: String, value: OwnedDataValue) {
        match self.attributes.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.attributes.push((name, value)),
        }
    }

    /// Creates a context from a JSON object; `None` for another value, and for one nested too deeply.
    pub fn from_json(json: &Json) -> Option<Self> {
        let mut context = Self::new();
        for (name, value) in json.as_object()? {
            // Of valid JSON, only values nested too deeply are not read.
            context.set(name.clone(), OwnedDataValue::from_json(&value.to_string()).ok()?);
        }
        Some(context)
    }
}

impl fmt::Debug for EvaluationContext {
    // Leave out the values: they describe a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.attributes.iter().map(|(name, _)| name)).finish()
    }
}

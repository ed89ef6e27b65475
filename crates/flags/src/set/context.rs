//! The context of an evaluation: attributes by which targeting selects a variant.

use std::fmt;

use datalogic_rs::bumpalo::Bump;
use datalogic_rs::datavalue::{OwnedDataValue, ParseError, ParseErrorKind};
use serde_json::Value as Json;
use thiserror::Error;

use crate::set::json;

/// Deepest nesting of a context, in levels: the context itself is the first one. It is that of a request by OFREP, which the engine reads
/// with a level around the context.
const MAX_LEVELS: usize = 256;

/// Name of the attribute that identifies the subject of an evaluation, and by which `fractional` selects a bucket.
pub(super) const TARGETING_KEY: &str = "targetingKey";

/// Attributes of the subject of an evaluation: a user, a session, a node.
#[derive(Clone, Default)]
pub struct EvaluationContext {
    pub(super) attributes: Vec<(String, OwnedDataValue)>,
}

/// A text or a value that is not a context.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidContext {
    /// The text is not JSON.
    #[error("not JSON, from byte {0}")]
    NotJson(usize),
    /// The value is not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// The value is nested too deeply.
    #[error("nested more than {MAX_LEVELS} levels deep")]
    TooDeep,
}

impl From<ParseError> for InvalidContext {
    fn from(error: ParseError) -> Self {
        match error.kind {
            ParseErrorKind::DepthLimitExceeded => Self::TooDeep,
            _ => Self::NotJson(error.position),
        }
    }
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

    /// Sets all attributes of another context.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (name, value) in other.attributes {
            self.set(name, value);
        }
        self
    }

    /// Sets an attribute to the value of a JSON text.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or is nested too deeply for a context.
    pub fn with_json(self, name: impl Into<String>, json: &str) -> Result<Self, InvalidContext> {
        let value = read(json)?;
        if levels(&value) < MAX_LEVELS { Ok(self.with(name, value)) } else { Err(InvalidContext::TooDeep) }
    }

    /// Reads a context from a JSON text. Of a name that occurs several times, the last value counts.
    ///
    /// # Errors
    ///
    /// The text is not an object of JSON, or is nested too deeply.
    pub fn parse(text: &str) -> Result<Self, InvalidContext> {
        let OwnedDataValue::Object(attributes) = read(text)? else {
            return Err(InvalidContext::NotAnObject);
        };
        let mut context = Self::new();
        for (name, value) in attributes {
            if levels(&value) >= MAX_LEVELS {
                return Err(InvalidContext::TooDeep);
            }
            context.set(name, value);
        }
        Ok(context)
    }

    /// Creates a context from a JSON object.
    ///
    /// # Errors
    ///
    /// The value is not an object, or is nested too deeply.
    pub fn from_json(json: &Json) -> Result<Self, InvalidContext> {
        Self::parse(&json.to_string())
    }
}

fn read(text: &str) -> Result<OwnedDataValue, InvalidContext> {
    Ok(json::read(text, &Bump::new())?.to_owned())
}

/// Returns the number of levels of a value, from 1. The parser limits it.
fn levels(value: &OwnedDataValue) -> usize {
    let inner = match value {
        OwnedDataValue::Array(elements) => elements.iter().map(levels).max(),
        OwnedDataValue::Object(entries) => entries.iter().map(|(_, value)| levels(value)).max(),
        _ => None,
    };
    1 + inner.unwrap_or(0)
}

impl fmt::Debug for EvaluationContext {
    // Leave out the values: they describe a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.attributes.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_not_a_context_is_an_error() {
        let error = |text: &str| EvaluationContext::parse(text).unwrap_err().to_string();
        assert_eq!(error("{\"a\": }"), "not JSON, from byte 6");
        assert_eq!(error("[1]"), "not a JSON object");
        let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(EvaluationContext::parse(&nested(MAX_LEVELS - 1)).is_ok());
        assert_eq!(error(&nested(MAX_LEVELS)), "nested more than 256 levels deep");
        assert_eq!(error(&nested(5_000)), "nested more than 256 levels deep");
        let attribute = |text: &str| EvaluationContext::new().with_json("a", text).map(|_| ());
        assert_eq!(attribute(&"[".repeat(300)), Err(InvalidContext::TooDeep));
        assert_eq!(attribute("pro"), Err(InvalidContext::NotJson(0)));
    }

    #[test]
    fn the_last_of_several_values_of_a_name_counts() {
        let context = EvaluationContext::parse(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        let three = OwnedDataValue::from_json("3").unwrap();
        assert_eq!(context.attributes.len(), 2);
        assert_eq!(context.attributes[0], ("a".to_owned(), three));
    }
}

//! Options for the context of an evaluation.

use std::str::FromStr;

use clap::Args;
use confgate_flags::EvaluationContext;
use jiff::Timestamp;
use serde_json::{Map, Value as Json};

/// Context and time of an evaluation.
#[derive(Debug, Args)]
pub(super) struct ContextArgs {
    /// Set the targeting key, by which shares are selected: the identifier of a user, a session or a node.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Set an attribute. The value is JSON, or else a text. Can be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    attributes: Vec<Attribute>,
    /// Set all attributes of this JSON object.
    #[arg(long, value_name = "JSON")]
    context: Option<JsonObject>,
    /// Evaluate at this time: 2027-01-31T08:00:00Z. [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

/// A JSON object.
#[derive(Debug, Clone)]
struct JsonObject(Map<String, Json>);

/// An attribute and its value.
#[derive(Debug, Clone)]
struct Attribute {
    name: String,
    value: Json,
}

/// A text that is not a part of a context.
#[derive(Debug, thiserror::Error)]
enum InvalidContext {
    #[error("write NAME=VALUE, such as plan=pro")]
    Attribute,
    #[error("not a JSON object: {0}")]
    Json(#[from] serde_json::Error),
}

impl FromStr for Attribute {
    type Err = InvalidContext;

    fn from_str(text: &str) -> Result<Self, InvalidContext> {
        let (name, value) =
            text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or(InvalidContext::Attribute)?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Json::String(value.to_owned()));
        Ok(Self { name: name.to_owned(), value })
    }
}

impl FromStr for JsonObject {
    type Err = InvalidContext;

    fn from_str(text: &str) -> Result<Self, InvalidContext> {
        Ok(Self(serde_json::from_str(text)?))
    }
}

impl ContextArgs {
    /// Returns the context.
    pub fn context(&self) -> EvaluationContext {
        let mut attributes = self.context.clone().map(|JsonObject(attributes)| attributes).unwrap_or_default();
        for Attribute { name, value } in &self.attributes {
            attributes.insert(name.clone(), value.clone());
        }
        if let Some(key) = &self.key {
            attributes.insert("targetingKey".to_owned(), Json::String(key.clone()));
        }
        EvaluationContext::from_json(&Json::Object(attributes)).unwrap_or_default()
    }

    /// Returns the time in seconds since 1970.
    pub fn seconds(&self) -> i64 {
        self.at.unwrap_or_else(Timestamp::now).as_second()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_an_attribute_is_json_or_a_text() {
        let value =
            |text: &str| text.parse::<Attribute>().map(|attribute| attribute.value).map_err(|it| it.to_string());
        assert_eq!(value("n=3").unwrap(), serde_json::json!(3));
        assert_eq!(value("plan=pro").unwrap(), serde_json::json!("pro"));
        assert_eq!(value("a={\"b\":1}").unwrap(), serde_json::json!({ "b": 1 }));
        assert_eq!(value("x=a=b").unwrap(), serde_json::json!("a=b"));
        assert_eq!(value("=1").unwrap_err(), "write NAME=VALUE, such as plan=pro");
        let error = "[1]".parse::<JsonObject>().unwrap_err().to_string();
        assert!(error.starts_with("not a JSON object: invalid type: sequence"), "{error}");
    }
}

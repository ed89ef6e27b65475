//! Options for the context of an evaluation.

use std::str::FromStr;

use clap::Args;
use confgate_core::diagnostics::suggest::nearest;
use confgate_flags::document::{AttributeType, FlagsDocument};
use confgate_flags::{EvaluationContext, InvalidContext};
use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use crate::cli::error::CliError;
use crate::cli::flags::invalid_attribute::InvalidAttribute;

/// Context and time of an evaluation.
#[derive(Debug, Args)]
pub(super) struct ContextArgs {
    /// Set the targeting key, by which shares are selected: the identifier of a user, a session or a node.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Set an attribute, or one in an object by its dotted name. The value is JSON, or else a text; that of an attribute which
    /// `context` declares as a text is one. Can be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    attributes: Vec<Attribute>,
    /// Set all attributes of this JSON object.
    #[arg(long, value_name = "JSON")]
    context: Option<JsonContext>,
    /// Evaluate at this time: 2027-01-31T08:00:00Z. [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,
}

/// A context in JSON.
#[derive(Debug, Clone)]
struct JsonContext(EvaluationContext);

/// An attribute, and the text of its value.
#[derive(Debug, Clone)]
struct Attribute {
    name: String,
    value: String,
}

/// A text that is not a part of a context.
#[derive(Debug, thiserror::Error)]
enum InvalidArgument {
    #[error("write NAME=VALUE, such as plan=pro")]
    Attribute,
    #[error("write a time with its offset, such as 2027-01-31T08:00:00Z")]
    Time,
    #[error("{0}; write an object such as {{\"plan\": \"pro\"}}")]
    Context(#[from] InvalidContext),
}

fn time(text: &str) -> Result<Timestamp, InvalidArgument> {
    text.parse().map_err(|_| InvalidArgument::Time)
}

impl FromStr for Attribute {
    type Err = InvalidArgument;

    fn from_str(text: &str) -> Result<Self, InvalidArgument> {
        let is_name = |name: &str| name.split('.').all(|part| !part.is_empty());
        let (name, value) = text.split_once('=').filter(|(name, _)| is_name(name)).ok_or(InvalidArgument::Attribute)?;
        Ok(Self { name: name.to_owned(), value: value.to_owned() })
    }
}

impl Attribute {
    /// Inserts the value, in the objects that its dotted name leads through.
    fn insert(&self, into: &mut Map<String, Json>, flags: &FlagsDocument) -> Result<(), InvalidAttribute> {
        let mut parts = self.name.split('.');
        let first = parts.next().unwrap_or_default();
        let declared = flags.context.as_ref().map(|declared| declared.get(first));
        // The key and the time of the evaluation need no declaration.
        if declared == Some(None) && !["targetingKey", "$flagd"].contains(&first) {
            let names = flags.context.iter().flat_map(|declared| declared.keys()).map(String::as_str);
            let nearest = nearest(first, names).map(str::to_owned);
            return Err(InvalidAttribute::Undeclared { name: first.to_owned(), nearest });
        }
        let json = serde_json::from_str::<Json>(&self.value).ok();
        match EvaluationContext::new().with_json(first, &self.value) {
            Ok(_) if json.is_none() => return Err(InvalidAttribute::Context(InvalidContext::TooDeep)),
            Err(InvalidContext::TooDeep) => return Err(InvalidAttribute::Context(InvalidContext::TooDeep)),
            _ => {}
        }
        let value = match declared {
            Some(Some(AttributeType::String)) => json.filter(|value| value.is_string() || value.is_null()),
            _ => json,
        };
        let mut at = into.entry(first).or_insert(Json::Null);
        for part in parts {
            if at.is_null() {
                *at = Json::Object(Map::new());
            }
            let object = at.as_object_mut().ok_or_else(|| InvalidAttribute::InValue(self.name.clone()))?;
            at = object.entry(part).or_insert(Json::Null);
        }
        *at = value.unwrap_or_else(|| self.value.clone().into());
        Ok(())
    }
}

impl FromStr for JsonContext {
    type Err = InvalidArgument;

    fn from_str(text: &str) -> Result<Self, InvalidArgument> {
        Ok(Self(EvaluationContext::parse(text)?))
    }
}

impl ContextArgs {
    /// Returns the context of an evaluation of these flags.
    pub fn context(&self, flags: &FlagsDocument) -> Result<EvaluationContext, CliError> {
        let context = self.context.clone().map(|JsonContext(context)| context).unwrap_or_default();
        let mut objects = Map::new();
        for attribute in &self.attributes {
            attribute.insert(&mut objects, flags)?;
        }
        let attributes = EvaluationContext::from_json(&Json::Object(objects));
        let context = context.merge(attributes.map_err(InvalidAttribute::Context)?);
        Ok(match &self.key {
            Some(key) => context.targeting_key(key),
            None => context,
        })
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
    fn an_attribute_has_a_name() {
        let error = |text: &str| text.parse::<Attribute>().unwrap_err().to_string();
        assert!("zip=007".parse::<Attribute>().is_ok());
        for text in ["=1", "a..b=1", "plan", ".a=1"] {
            assert_eq!(error(text), "write NAME=VALUE, such as plan=pro");
        }
    }

    #[test]
    fn a_time_has_an_offset() {
        assert!(time("2027-01-31T08:00:00+01:00").is_ok());
        for text in ["tomorrow", "2027-01-31", "2027-01-31T08:00:00"] {
            assert_eq!(
                time(text).unwrap_err().to_string(),
                "write a time with its offset, such as 2027-01-31T08:00:00Z"
            );
        }
    }

    #[test]
    fn a_context_that_is_not_an_object_is_an_error() {
        let error = |text: &str| text.parse::<JsonContext>().unwrap_err().to_string();
        assert_eq!(error("[1]"), "not a JSON object; write an object such as {\"plan\": \"pro\"}");
        assert_eq!(error("{plan: 1}"), "not JSON, from byte 1; write an object such as {\"plan\": \"pro\"}");
    }
}

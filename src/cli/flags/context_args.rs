//! Options for the context of an evaluation.

use std::str::FromStr;

use clap::Args;
use confgate_flags::{EvaluationContext, InvalidContext};
use jiff::Timestamp;

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
    context: Option<JsonContext>,
    /// Evaluate at this time: 2027-01-31T08:00:00Z. [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

/// A context in JSON.
#[derive(Debug, Clone)]
struct JsonContext(EvaluationContext);

/// A context of one attribute.
#[derive(Debug, Clone)]
struct Attribute(EvaluationContext);

/// A text that is not a part of a context.
#[derive(Debug, thiserror::Error)]
enum InvalidArgument {
    #[error("write NAME=VALUE, such as plan=pro")]
    Attribute,
    #[error("the value of {0} is nested too deeply")]
    Value(String),
    #[error("{0}; write an object such as {{\"plan\": \"pro\"}}")]
    Context(#[from] InvalidContext),
}

impl FromStr for Attribute {
    type Err = InvalidArgument;

    fn from_str(text: &str) -> Result<Self, InvalidArgument> {
        let (name, value) =
            text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or(InvalidArgument::Attribute)?;
        match EvaluationContext::new().with_json(name, value) {
            Ok(context) => Ok(Self(context)),
            Err(InvalidContext::TooDeep) => Err(InvalidArgument::Value(name.to_owned())),
            Err(_) => Ok(Self(EvaluationContext::new().with(name, value))),
        }
    }
}

impl FromStr for JsonContext {
    type Err = InvalidArgument;

    fn from_str(text: &str) -> Result<Self, InvalidArgument> {
        Ok(Self(EvaluationContext::parse(text)?))
    }
}

impl ContextArgs {
    /// Returns the context.
    pub fn context(&self) -> EvaluationContext {
        let context = self.context.clone().map(|JsonContext(context)| context).unwrap_or_default();
        let context = self.attributes.iter().fold(context, |context, attribute| context.merge(attribute.0.clone()));
        match &self.key {
            Some(key) => context.targeting_key(key),
            None => context,
        }
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
    fn an_attribute_has_a_name_and_a_value_of_limited_depth() {
        let error = |text: &str| text.parse::<Attribute>().unwrap_err().to_string();
        assert!("zip=007".parse::<Attribute>().is_ok());
        assert_eq!(error("=1"), "write NAME=VALUE, such as plan=pro");
        assert_eq!(error(&format!("a={}", "[".repeat(400))), "the value of a is nested too deeply");
    }

    #[test]
    fn a_context_that_is_not_an_object_is_an_error() {
        let error = |text: &str| text.parse::<JsonContext>().unwrap_err().to_string();
        assert_eq!(error("[1]"), "not a JSON object; write an object such as {\"plan\": \"pro\"}");
        assert_eq!(error("{plan: 1}"), "not JSON, from byte 1; write an object such as {\"plan\": \"pro\"}");
    }
}

//! Numbers of nodes, absolute or as a share.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::rollout::spec::wave::Share;

/// A number of nodes: `3`, or `"5%"` of the fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub enum Amount {
    /// This many.
    Nodes(u32),
    /// This share of the fleet.
    Share(Share),
}

/// A text that is not a number of nodes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a number of nodes: write a number such as 3, or a share such as \"5%\"")]
pub struct InvalidAmount;

/// The form in a file.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Nodes(u32),
    Share(String),
}

impl Amount {
    /// Returns the number in a fleet of this many nodes. A share is rounded down.
    pub fn of(self, nodes: usize) -> usize {
        match self {
            Self::Nodes(number) => usize::try_from(number).unwrap_or(usize::MAX),
            Self::Share(share) => share.of_rounded_down(nodes),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nodes(number) => number.fmt(f),
            Self::Share(share) => share.fmt(f),
        }
    }
}

impl TryFrom<Form> for Amount {
    type Error = InvalidAmount;

    fn try_from(form: Form) -> Result<Self, InvalidAmount> {
        match form {
            Form::Nodes(number) => Ok(Self::Nodes(number)),
            Form::Share(text) => text.parse().map(Self::Share).map_err(|_| InvalidAmount),
        }
    }
}

impl From<Amount> for Form {
    fn from(amount: Amount) -> Self {
        match amount {
            Amount::Nodes(number) => Self::Nodes(number),
            Amount::Share(share) => Self::Share(share.to_string()),
        }
    }
}

impl JsonSchema for Amount {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "string"],
            "minimum": 0,
            "maximum": u32::MAX,
            "pattern": r"^(?!0(\.0{1,2})?%)(100|[1-9]?[0-9](\.[0-9]{1,2})?)%$",
            "patternErrorMessage": "must be a number of nodes, or a share from 0.01% to 100%",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_a_number_or_a_share() {
        let read = |text: &str| serde_json::from_str::<Amount>(text).map_err(|error| error.to_string());
        for (text, of_200) in [("3", 3), ("\"5%\"", 10), ("\"0.5%\"", 1), ("\"0.1%\"", 0), ("0", 0)] {
            let amount = read(text).unwrap();
            assert_eq!(amount.of(200), of_200, "{text}");
            assert_eq!(serde_json::to_string(&amount).unwrap(), text);
        }
        let error = read("\"3\"").unwrap_err();
        assert_eq!(error, "not a number of nodes: write a number such as 3, or a share such as \"5%\"");
        assert!(read("-1").is_err() && read("\"0%\"").is_err());
    }
}

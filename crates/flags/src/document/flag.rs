//! A flag of the document.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::document::ramp::RampSpec;

/// A flag: its variants, and the rules that select one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlagSpec {
    /// Purpose of the flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Team or person that removes the flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Last day on which the flag is needed: `2027-03-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub until: Option<String>,
    /// A disabled flag has no value: the program uses its own default.
    #[serde(default)]
    pub state: FlagState,
    /// Values, by the names of variants. All are of one type.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 100, "propertyNames" = { "minLength": 1, "maxLength": 100 },
        "additionalProperties" = { "type": ["boolean", "string", "number", "object"] }))]
    pub variants: BTreeMap<String, Json>,
    /// Variant that is served where targeting decides nothing. Without one, the program uses its own default.
    #[serde(rename = "defaultVariant", default, skip_serializing_if = "Option::is_none")]
    pub default_variant: Option<String>,
    /// Rule that selects a variant by the context of an evaluation: an expression of JSON Logic with the operators of flagd.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("type" = "object"))]
    pub targeting: Option<Json>,
    /// Share of a variant that grows with time, for the keys that targeting does not decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ramp: Option<RampSpec>,
    /// Facts about the flag, which clients receive: texts, numbers and booleans.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("additionalProperties" = { "type": ["string", "number", "boolean"] }))]
    pub metadata: BTreeMap<String, Json>,
}

/// State of a flag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(inline)]
pub enum FlagState {
    /// The flag is evaluated.
    #[default]
    Enabled,
    /// The flag has no value.
    Disabled,
}

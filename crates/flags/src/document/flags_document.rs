//! The document as a whole.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::document::flag::FlagSpec;

/// Feature flags in the form of flagd, with owners, dates, ramps and declared attributes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "flags.toml", extend("x-flags" = true))]
pub struct FlagsDocument {
    /// The schema of the document, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Flags, by their keys.
    #[serde(default)]
    #[schemars(extend("maxProperties" = 10_000, "propertyNames" = { "minLength": 1, "maxLength": 100 }))]
    pub flags: BTreeMap<String, FlagSpec>,
    /// Expressions that the targeting of several flags refers to, by name: `{ "$ref" = "name" }`.
    #[serde(rename = "$evaluators", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub evaluators: BTreeMap<String, Json>,
    /// Attributes that targeting may read, with their types. Without this table, every attribute is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<BTreeMap<String, AttributeType>>,
    /// Requirements for all flags.
    #[serde(default)]
    pub policy: Policy,
    /// Facts about the set of flags, which clients receive: texts, numbers and booleans.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("additionalProperties" = { "type": ["string", "number", "boolean"] }))]
    pub metadata: BTreeMap<String, Json>,
}

/// Type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
#[expect(missing_docs, reason = "the schema would repeat the names as descriptions")]
pub enum AttributeType {
    String,
    Number,
    Boolean,
    List,
    Object,
}

/// Requirements for all flags.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Level of an expired flag.
    #[serde(default)]
    pub expired: Expiry,
    /// An owner of each flag.
    #[serde(default)]
    pub owner: Requirement,
    /// A date until which each flag is needed.
    #[serde(default)]
    pub until: Requirement,
    /// A targeting key in each context. Without one, an evaluation of targeting is an error; by default, `fractional` selects no variant.
    #[serde(rename = "targetingKey", default)]
    pub targeting_key: Requirement,
}

/// Level of an expired flag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Expiry {
    /// A warning.
    #[default]
    Warning,
    /// An error, which rejects the document.
    Error,
}

/// Requirement of the policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Requirement {
    /// It may be absent.
    #[default]
    Optional,
    /// It must be present.
    Required,
}

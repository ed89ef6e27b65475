//! The rules of one subschema, in the form in which they are checked.

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::schema::admission::pattern::Pattern;
use crate::schema::admission::scalar_rule::{Choice, NumberRule, TextRule};
use crate::schema::index::Types;

/// A position in the list of rules.
pub type Place = u32;

/// Names of keys.
pub type Names = Box<[Box<str>]>;

/// The rules of one subschema.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// True if the subschema has a keyword that admission does not know: it is never valid.
    #[serde(skip_serializing_if = "is_false")]
    pub is_partial: bool,
    /// True for the schema `false`.
    #[serde(skip_serializing_if = "is_false")]
    pub admits_nothing: bool,
    #[serde(skip_serializing_if = "is_any")]
    pub types: Types,
    /// `enum`, or `const` as its only value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Box<[Choice]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<Box<NumberRule>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Box<TextRule>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<Box<ListRule>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Box<TableRule>>,
    /// Rules of the same value: `$ref`, `allOf`, alternatives, `not`, `if`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same: Option<Box<SameRule>>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListRule {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    #[serde(skip_serializing_if = "is_empty")]
    pub first: Box<[Place]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<Place>,
    #[serde(skip_serializing_if = "is_false")]
    pub is_unique: bool,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableRule {
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub properties: IndexMap<Box<str>, Property, RandomState>,
    /// The number of required names.
    #[serde(skip_serializing_if = "is_zero")]
    pub required: usize,
    /// `patternProperties`; `None` for a pattern that needs an engine.
    #[serde(skip_serializing_if = "is_empty")]
    pub patterns: Box<[(Option<Pattern>, Place)]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_properties: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_properties: Option<usize>,
    /// `dependentRequired`.
    #[serde(skip_serializing_if = "is_empty")]
    pub dependent: Box<[(Box<str>, Names)]>,
}

/// A name of `properties` or `required`.
#[derive(Default, Clone, Copy, Serialize, Deserialize)]
#[serde(default)]
pub struct Property {
    /// The subschema, if `properties` has the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Place>,
    #[serde(skip_serializing_if = "is_false")]
    pub is_required: bool,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SameRule {
    /// `$ref` and `allOf`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any: Option<Box<[Place]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one: Option<Box<[Place]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Place>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn is_any(types: &Types) -> bool {
    *types == Types::default()
}

fn is_empty<T>(list: &[T]) -> bool {
    list.is_empty()
}

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
pub struct Rule {
    /// True if the subschema has a keyword that admission does not know: it is never valid.
    pub is_partial: bool,
    /// True for the schema `false`.
    pub admits_nothing: bool,
    pub types: Types,
    /// `enum`, or `const` as its only value.
    pub options: Option<Box<[Choice]>>,
    pub number: Option<Box<NumberRule>>,
    pub text: Option<Box<TextRule>>,
    pub list: Option<Box<ListRule>>,
    pub table: Option<Box<TableRule>>,
    /// Rules of the same value: `$ref`, `allOf`, alternatives, `not`, `if`.
    pub same: Option<Box<SameRule>>,
}

#[derive(Default, Serialize, Deserialize)]
pub struct ListRule {
    pub min_items: Option<usize>,
    pub max_items: Option<usize>,
    pub first: Box<[Place]>,
    pub items: Option<Place>,
    pub contains: Option<Place>,
    pub is_unique: bool,
}

#[derive(Default, Serialize, Deserialize)]
pub struct TableRule {
    pub properties: IndexMap<Box<str>, Property, RandomState>,
    /// The number of required names.
    pub required: usize,
    /// `patternProperties`; `None` for a pattern that needs an engine.
    pub patterns: Box<[(Option<Pattern>, Place)]>,
    pub others: Option<Place>,
    pub names: Option<Place>,
    pub min_properties: Option<usize>,
    pub max_properties: Option<usize>,
    /// `dependentRequired`.
    pub dependent: Box<[(Box<str>, Names)]>,
}

/// A name of `properties` or `required`.
#[derive(Default, Clone, Copy, Serialize, Deserialize)]
pub struct Property {
    /// The subschema, if `properties` has the name.
    pub rule: Option<Place>,
    pub is_required: bool,
}

#[derive(Default, Serialize, Deserialize)]
pub struct SameRule {
    /// `$ref` and `allOf`.
    pub all: Vec<Place>,
    pub any: Option<Box<[Place]>>,
    pub one: Option<Box<[Place]>>,
    pub not: Option<Place>,
    pub condition: Option<Place>,
    pub then: Option<Place>,
    pub otherwise: Option<Place>,
}

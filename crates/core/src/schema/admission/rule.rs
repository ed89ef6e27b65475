//! The rules of one subschema, in the form in which they are checked.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use crate::schema::admission::number::Number;
use crate::schema::admission::pattern::Pattern;
use crate::schema::format::Format;
use crate::schema::index::Types;
use crate::types::Duration;

/// A position in the list of rules.
pub type Place = u32;

/// The rules of one subschema.
#[derive(Default)]
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

/// A value of `enum` or `const`.
pub enum Choice {
    Null,
    Bool(bool),
    Number(Number),
    Text(Box<str>),
    /// A list or an object, which the validator compares.
    Other,
}

#[derive(Default)]
pub struct NumberRule {
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
    pub above: Option<Number>,
    pub below: Option<Number>,
    pub multiple_of: Option<Number>,
}

#[derive(Default)]
pub struct TextRule {
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub pattern: Option<Pattern>,
    pub format: Option<&'static Format>,
    pub shortest: Option<Duration>,
    pub longest: Option<Duration>,
}

#[derive(Default)]
pub struct ListRule {
    pub min_items: Option<usize>,
    pub max_items: Option<usize>,
    pub first: Box<[Place]>,
    pub items: Option<Place>,
    pub contains: Option<Place>,
    pub is_unique: bool,
}

#[derive(Default)]
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
    pub dependent: Box<[(Box<str>, Box<[Box<str>]>)]>,
}

/// A name of `properties` or `required`.
#[derive(Default, Clone, Copy)]
pub struct Property {
    /// The subschema, if `properties` has the name.
    pub rule: Option<Place>,
    pub is_required: bool,
}

#[derive(Default)]
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

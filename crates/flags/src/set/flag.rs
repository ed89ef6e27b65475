//! A compiled flag and its variants.

use std::fmt;

use datalogic_rs::Logic;
use serde_json::{Map, Value as Json};

use crate::set::direct::DirectRule;

/// A compiled flag.
#[derive(Debug)]
pub struct Flag {
    pub(super) key: Box<str>,
    pub(super) is_enabled: bool,
    pub(super) kind: ValueKind,
    /// Sorted by name.
    pub(super) variants: Box<[Variant]>,
    /// Index of the default variant.
    pub(super) default: Option<usize>,
    pub(super) targeting: Option<Targeting>,
    /// The answer that does not depend on a context, if it is a boolean.
    pub(super) fixed: Option<FixedBoolean>,
    pub(super) metadata: Map<String, Json>,
    /// The beginning of an answer to a client, up to the value.
    pub(super) head: Box<str>,
    /// The end of an answer: the metadata.
    pub(super) tail: Box<str>,
    /// Index of the counter of the first variant. The one behind those of all variants counts the program's own default.
    pub(super) first_counter: usize,
}

/// Value and counter of a flag that is the same boolean in every context.
#[derive(Debug, Clone, Copy)]
pub struct FixedBoolean {
    pub value: bool,
    pub counter: usize,
}

/// A value of a flag, and its name.
#[derive(Debug)]
pub struct Variant {
    pub(super) name: Box<str>,
    pub(super) value: Json,
    /// The part of an answer to a client with the value and the name.
    pub(super) answer: Box<str>,
    pub(super) counter: usize,
}

/// Compiled targeting of a flag.
#[derive(Debug)]
pub(super) struct Targeting {
    pub logic: Logic,
    /// The expression with all references replaced.
    pub source: Json,
    /// Set if the result depends on the time.
    pub reads_time: bool,
    /// The expression for evaluation without the engine, if it has this form.
    pub direct: Option<DirectRule>,
}

/// Type of the values of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// True or false.
    Boolean,
    /// A text.
    String,
    /// A number.
    Number,
    /// An object.
    Object,
}

impl Flag {
    /// Returns the key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns whether the flag is evaluated.
    pub const fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// Returns the type of the values.
    pub const fn kind(&self) -> ValueKind {
        self.kind
    }

    /// Returns the variants, sorted by name.
    pub fn variants(&self) -> &[Variant] {
        &self.variants
    }

    /// Returns the name of the default variant.
    pub fn default_variant(&self) -> Option<&str> {
        self.default.map(|index| self.variants[index].name())
    }

    /// Returns the expression of targeting with all references replaced.
    pub fn targeting(&self) -> Option<&Json> {
        self.targeting.as_ref().map(|targeting| &targeting.source)
    }

    /// Returns the metadata that clients receive.
    pub fn metadata(&self) -> &Map<String, Json> {
        &self.metadata
    }

    pub(super) fn find(&self, name: &str) -> Option<&Variant> {
        match &*self.variants {
            // A flag has few variants, and a comparison of lengths decides most.
            few @ [_] | few @ [_, _] | few @ [_, _, _] => few.iter().find(|variant| *variant.name == *name),
            many => many.binary_search_by(|variant| (*variant.name).cmp(name)).ok().map(|index| &many[index]),
        }
    }

    pub(crate) const fn fixed(&self) -> Option<FixedBoolean> {
        self.fixed
    }

    /// Returns the index of the counter of the first variant.
    pub(crate) const fn first_counter(&self) -> usize {
        self.first_counter
    }

    pub(crate) fn head(&self) -> &str {
        &self.head
    }

    pub(crate) fn tail(&self) -> &str {
        &self.tail
    }

    /// Returns the index of the counter of an evaluation.
    pub(crate) fn counter(&self, variant: Option<&Variant>) -> usize {
        variant.map_or(self.first_counter + self.variants.len(), |variant| variant.counter)
    }
}

impl Variant {
    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value.
    pub const fn value(&self) -> &Json {
        &self.value
    }

    pub(crate) fn answer(&self) -> &str {
        &self.answer
    }
}

impl ValueKind {
    /// Returns the type of a value; `None` for null and lists, which are not values of flags.
    pub const fn of(value: &Json) -> Option<Self> {
        match value {
            Json::Bool(_) => Some(Self::Boolean),
            Json::String(_) => Some(Self::String),
            Json::Number(_) => Some(Self::Number),
            Json::Object(_) => Some(Self::Object),
            Json::Null | Json::Array(_) => None,
        }
    }

    /// Returns the name of the type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Number => "number",
            Self::Object => "object",
        }
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Boolean => "a boolean",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Object => "an object",
        })
    }
}

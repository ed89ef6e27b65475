//! What a migration is made of.

use std::fmt;

use crate::value::{Node, Value};

/// How a config of one version becomes one of the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Migration {
    /// The version that it brings up to date.
    pub from: u64,
    /// The version after that one.
    pub to: u64,
    /// Whether version `to` still reads what version `from` wrote. A config that names no version is then taken as it is, and
    /// only `confgate migrate` brings it into the newer form.
    pub form_only: bool,
    /// What is done, in this order. Each step sees what the ones before it made.
    pub steps: &'static [Step],
}

/// One thing that a migration does to a config. Fields are dotted paths; `[]` stands for each element of a list:
/// `network.turn_servers[].url`.
///
/// A step does nothing where its field is not written. What is of another kind than a step speaks of stays as it is, and the
/// gate says what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Gives a field another name in the same table.
    Rename {
        /// The field.
        from: &'static str,
        /// The same field under its new name.
        to: &'static str,
    },
    /// Moves a field to another table. A table that is left empty goes.
    Move {
        /// The field.
        from: &'static str,
        /// Where it is from now on.
        to: &'static str,
    },
    /// Writes a field that is not there.
    Add {
        /// The field.
        at: &'static str,
        /// Its value.
        value: Literal,
    },
    /// Takes a field out. It does not go back.
    Remove {
        /// The field.
        at: &'static str,
        /// Why nobody needs it, as the end of a sentence: `"peers find that out by themselves"`.
        why: &'static str,
    },
    /// Puts other values in the place of some. It goes back when no two become the same.
    Map {
        /// The field.
        at: &'static str,
        /// Each old value and the new one.
        values: &'static [(Literal, Literal)],
    },
    /// Makes a number that counts a unit of time a duration: `30` becomes `"30s"`.
    ToDuration {
        /// The field.
        at: &'static str,
        /// What the number counts.
        unit: Unit,
    },
    /// Makes a duration a number that counts a unit of time: `"30s"` becomes `30`.
    ToNumber {
        /// The field.
        at: &'static str,
        /// What the number counts.
        unit: Unit,
    },
    /// Makes a duration that is a table a text: `{ secs = 30, nanos = 0 }` becomes `"30s"`. It does not go back.
    TableToDuration {
        /// The field.
        at: &'static str,
    },
    /// Makes a number one of another unit. A whole number must stay one.
    Scale {
        /// The field.
        at: &'static str,
        /// What it is multiplied by.
        times: i64,
        /// What it is then divided by.
        per: i64,
    },
    /// Takes the first of these prefixes off a text that begins with one. It does not go back.
    Strip {
        /// The field.
        at: &'static str,
        /// The prefixes.
        prefixes: &'static [&'static str],
    },
    /// Makes two fields of a text: what stands before and after the last separator in it.
    Split {
        /// The field.
        from: &'static str,
        /// What stands between both parts.
        separator: &'static str,
        /// The fields for both parts.
        into: [Part; 2],
    },
    /// Makes one text of two fields.
    Join {
        /// The fields.
        from: [Part; 2],
        /// What is put between them.
        separator: &'static str,
        /// The field for both.
        to: &'static str,
    },
}

/// A field that is a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It is a text.
    Text(&'static str),
    /// It is a whole number.
    Integer(&'static str),
}

impl Part {
    /// The field.
    pub const fn at(self) -> &'static str {
        match self {
            Self::Text(at) | Self::Integer(at) => at,
        }
    }
}

/// A unit of time that a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

impl Unit {
    /// How many milliseconds one is.
    pub(super) const fn milliseconds(self) -> u64 {
        match self {
            Self::Milliseconds => 1,
            Self::Seconds => 1_000,
            Self::Minutes => 60_000,
            Self::Hours => 3_600_000,
        }
    }

    /// Its name, of more than one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Milliseconds => "milliseconds",
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
        }
    }
}

/// A value that a migration writes or looks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Float(f64),
    /// A text.
    Text(&'static str),
    /// A list.
    List(&'static [Literal]),
}

impl Literal {
    /// The value as a tree has it, written nowhere.
    pub fn node(self) -> Node {
        Node::bare(match self {
            Self::Bool(boolean) => Value::Bool(boolean),
            Self::Integer(integer) => Value::Integer(integer),
            Self::Float(float) => Value::Float(float),
            Self::Text(text) => Value::String(text.to_owned()),
            Self::List(elements) => Value::List(elements.iter().map(|element| element.node()).collect()),
        })
    }
}

impl Step {
    /// Whether it can be undone on a config that it was done to.
    ///
    /// ```
    /// use confgate_core::migrate::{Literal, Step};
    /// let map = |values| Step::Map { at: "level", values };
    /// assert!(map(&[(Literal::Text("loud"), Literal::Text("debug"))]).goes_back());
    /// assert!(!Step::Remove { at: "level", why: "nobody reads it" }.goes_back());
    /// ```
    pub fn goes_back(&self) -> bool {
        match self {
            Self::Remove { .. } | Self::TableToDuration { .. } | Self::Strip { .. } => false,
            Self::Map { values, .. } => {
                let mut new = values.iter().map(|(_, new)| new).enumerate();
                new.all(|(index, value)| values[..index].iter().all(|(_, other)| other != value))
            }
            _ => true,
        }
    }

    /// The fields of the older version that it speaks of.
    pub fn older(&self) -> Vec<&'static str> {
        match self {
            Self::Add { .. } => Vec::new(),
            Self::Join { from, .. } => from.iter().map(|part| part.at()).collect(),
            Self::Rename { from, .. } | Self::Move { from, .. } | Self::Split { from, .. } => vec![from],
            _ => vec![self.at()],
        }
    }

    /// The fields of the newer version that it makes or changes.
    pub fn newer(&self) -> Vec<&'static str> {
        match self {
            Self::Remove { .. } => Vec::new(),
            Self::Split { into, .. } => into.iter().map(|part| part.at()).collect(),
            _ => vec![self.at()],
        }
    }

    /// Its field in the newer version, or the first of them.
    fn at(&self) -> &'static str {
        match self {
            Self::Rename { to, .. } | Self::Move { to, .. } | Self::Join { to, .. } => to,
            Self::Split { into: [first, _], .. } => first.at(),
            Self::Add { at, .. }
            | Self::Remove { at, .. }
            | Self::Map { at, .. }
            | Self::ToDuration { at, .. }
            | Self::ToNumber { at, .. }
            | Self::TableToDuration { at }
            | Self::Scale { at, .. }
            | Self::Strip { at, .. } => at,
        }
    }
}

/// What it does, as a sentence without its end: `network.timeout_secs is renamed to network.timeout`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rename { from, to } => write!(f, "{from} is renamed to {to}"),
            Self::Move { from, to } => write!(f, "{from} is moved to {to}"),
            Self::Add { at, .. } => write!(f, "{at} is added with its default"),
            Self::Remove { at, why } => write!(f, "{at} is removed: {why}"),
            Self::Map { at, .. } => write!(f, "{at} is said in new words"),
            Self::ToDuration { at, unit } => write!(f, "{at} was a number of {} and is a duration", unit.name()),
            Self::ToNumber { at, unit } => write!(f, "{at} was a duration and is a number of {}", unit.name()),
            Self::TableToDuration { at } => write!(f, "{at} was a table and is a duration"),
            Self::Scale { at, times, per: 1 } => write!(f, "{at} is multiplied by {times}"),
            Self::Scale { at, times: 1, per } => write!(f, "{at} is divided by {per}"),
            Self::Scale { at, times, per } => write!(f, "{at} is multiplied by {times} and divided by {per}"),
            Self::Strip { at, .. } => write!(f, "{at} loses its prefix"),
            Self::Split { from, separator, into: [first, second] } => {
                write!(f, "{from} is split at {separator:?} into {} and {}", first.at(), second.at())
            }
            Self::Join { from: [first, second], separator, to } => {
                write!(f, "{} and {} are joined with {separator:?} to {to}", first.at(), second.at())
            }
        }
    }
}

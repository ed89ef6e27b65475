//! Steps of migrations.

use std::fmt;

use crate::migrate::{Literal, TimeUnit};

/// One change that a migration makes to a config. Fields are dotted paths; `[]` stands for each element of a list:
/// `network.turn_servers[].url`.
///
/// A step does nothing where its field is not set. A value of a type that the step does not expect stays as it is, and the gate
/// reports it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MigrationStep {
    /// Renames a field within its table.
    Rename {
        /// The field.
        from: &'static str,
        /// The field under its new name.
        to: &'static str,
    },
    /// Moves a field to another table. A table that becomes empty is removed.
    Move {
        /// The field.
        from: &'static str,
        /// The field in its new table.
        to: &'static str,
    },
    /// Adds a field that is not set.
    Add {
        /// The field.
        at: &'static str,
        /// Its value.
        value: Literal,
    },
    /// Removes a field. Not reversible.
    Remove {
        /// The field.
        at: &'static str,
        /// Reason, as the end of a sentence: `"peers discover it themselves"`.
        why: &'static str,
    },
    /// Replaces values by a table. Reversible if no two old values have the same new one.
    Map {
        /// The field.
        at: &'static str,
        /// Each old value and the new one.
        values: &'static [(Literal, Literal)],
    },
    /// Converts a number of a time unit to a duration: `30` becomes `"30s"`.
    ToDuration {
        /// The field.
        at: &'static str,
        /// Unit of the number.
        unit: TimeUnit,
    },
    /// Converts a duration to a number of a time unit: `"30s"` becomes `30`.
    ToNumber {
        /// The field.
        at: &'static str,
        /// Unit of the number.
        unit: TimeUnit,
    },
    /// Converts a duration from a table to a string: `{ secs = 30, nanos = 0 }` becomes `"30s"`. Not reversible.
    TableToDuration {
        /// The field.
        at: &'static str,
    },
    /// Multiplies and divides a number, which changes its unit. An integer must stay an integer.
    Scale {
        /// The field.
        at: &'static str,
        /// Factor.
        times: i64,
        /// Divisor, applied after the factor.
        per: i64,
    },
    /// Removes the first of the prefixes that a string starts with. Not reversible.
    Strip {
        /// The field.
        at: &'static str,
        /// The prefixes.
        prefixes: &'static [&'static str],
    },
    /// Splits a string at its last separator into two fields.
    Split {
        /// The field.
        from: &'static str,
        /// Text between the parts.
        separator: &'static str,
        /// The fields of the parts.
        into: [PartField; 2],
    },
    /// Joins two fields to one string.
    Join {
        /// The fields of the parts.
        from: [PartField; 2],
        /// Text between the parts.
        separator: &'static str,
        /// The field of the joined string.
        to: &'static str,
    },
}

impl MigrationStep {
    /// Returns whether the step can be reverted on a config that it was applied to.
    ///
    /// ```
    /// use confgate_core::migrate::{Literal, MigrationStep};
    /// let map = |values| MigrationStep::Map { at: "level", values };
    /// assert!(map(&[(Literal::Text("loud"), Literal::Text("debug"))]).is_reversible());
    /// assert!(!MigrationStep::Remove { at: "level", why: "it has no effect" }.is_reversible());
    /// ```
    pub fn is_reversible(&self) -> bool {
        match self {
            Self::Remove { .. } | Self::TableToDuration { .. } | Self::Strip { .. } => false,
            Self::Map { values, .. } => {
                let mut new_values = values.iter().map(|(_, new)| new).enumerate();
                new_values.all(|(index, value)| values[..index].iter().all(|(_, other)| other != value))
            }
            _ => true,
        }
    }

    /// Returns the fields of the older version that the step reads.
    pub fn old_fields(&self) -> Vec<&'static str> {
        match self {
            Self::Add { .. } => Vec::new(),
            Self::Join { from, .. } => from.iter().map(|part| part.at()).collect(),
            Self::Rename { from, .. } | Self::Move { from, .. } | Self::Split { from, .. } => vec![from],
            _ => vec![self.at()],
        }
    }

    /// Returns the fields of the newer version that the step writes.
    pub fn new_fields(&self) -> Vec<&'static str> {
        match self {
            Self::Remove { .. } => Vec::new(),
            Self::Split { into, .. } => into.iter().map(|part| part.at()).collect(),
            _ => vec![self.at()],
        }
    }

    /// Returns the field of the newer version, or the first of them.
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

/// Describes the step as a clause: `network.timeout_secs is renamed to network.timeout`.
impl fmt::Display for MigrationStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rename { from, to } => write!(f, "{from} is renamed to {to}"),
            Self::Move { from, to } => write!(f, "{from} is moved to {to}"),
            Self::Add { at, .. } => write!(f, "{at} is added with its default"),
            Self::Remove { at, why } => write!(f, "{at} is removed: {why}"),
            Self::Map { at, .. } => write!(f, "{at} is mapped to new values"),
            Self::ToDuration { at, unit } => {
                write!(f, "{at} is converted from a number of {} to a duration", unit.name())
            }
            Self::ToNumber { at, unit } => {
                write!(f, "{at} is converted from a duration to a number of {}", unit.name())
            }
            Self::TableToDuration { at } => write!(f, "{at} is converted from a table to a duration"),
            Self::Scale { at, times, per: 1 } => write!(f, "{at} is multiplied by {times}"),
            Self::Scale { at, times: 1, per } => write!(f, "{at} is divided by {per}"),
            Self::Scale { at, times, per } => write!(f, "{at} is multiplied by {times} and divided by {per}"),
            Self::Strip { at, .. } => write!(f, "{at} has its prefix removed"),
            Self::Split { from, separator, into: [first, second] } => {
                write!(f, "{from} is split at {separator:?} into {} and {}", first.at(), second.at())
            }
            Self::Join { from: [first, second], separator, to } => {
                write!(f, "{} and {} are joined with {separator:?} to {to}", first.at(), second.at())
            }
        }
    }
}

/// A field that holds a part of a split or joined string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartField {
    /// A string.
    Text(&'static str),
    /// An integer.
    Integer(&'static str),
}

impl PartField {
    /// Returns the path of the field.
    pub const fn at(self) -> &'static str {
        match self {
            Self::Text(at) | Self::Integer(at) => at,
        }
    }
}

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::value::Value;

/// A set of type names; empty if any type is admitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Types(u8);

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

impl Types {
    /// `number` without `integer`.
    pub const NUMBER: Self = Self(1 << 3);
    /// Scalars with one written form: booleans, integers and strings.
    const SINGLE: Self = Self(1 << 1 | 1 << 2 | 1 << 4);

    pub(super) fn from_json(names: &Json) -> Self {
        let bit = |name: &Json| TYPES.iter().position(|known| name == known).map_or(0, |place| 1 << place);
        match names {
            Json::Array(names) => Self(names.iter().map(bit).fold(0, |all, bit| all | bit)),
            name => Self(bit(name)),
        }
    }

    /// Returns the types of the keyword `type`; `None` if it names another one.
    pub fn of_known(names: &Json) -> Option<Self> {
        let types = Self::from_json(names);
        let count = names.as_array().map_or(1, Vec::len);
        (types.0.count_ones() as usize == count).then_some(types)
    }

    /// Returns the types that are in both sets.
    pub(super) fn and(self, other: Self) -> Self {
        match (self.0, other.0) {
            (0, _) => other,
            (_, 0) => self,
            // `number` admits integers.
            (own, other) => {
                let widened = |bits: u8| if bits & 1 << 3 != 0 { bits | 1 << 2 } else { bits };
                match widened(own) & widened(other) {
                    0 => self,
                    both if own & other & 1 << 3 != 0 => Self(both & !(1 << 2) | own & other & 1 << 2),
                    both => Self(both),
                }
            }
        }
    }

    /// Tells whether the set has a type.
    pub fn has(self, name: &str) -> bool {
        TYPES.iter().position(|known| *known == name).is_some_and(|place| self.0 & 1 << place != 0)
    }

    /// Tells whether the set has only strings, integers and booleans.
    pub fn are_single(self) -> bool {
        self.0 != 0 && self.0 & !Self::SINGLE.0 == 0
    }

    /// Tells whether a value is of one of the types.
    pub fn admit(self, value: &Value) -> bool {
        let type_bits = match value {
            Value::Null => 1,
            Value::Bool(_) => 1 << 1,
            Value::Integer(_) => 1 << 2 | 1 << 3,
            Value::Float(_) => 1 << 3,
            Value::String(_) | Value::Datetime(_) => 1 << 4,
            Value::List(_) => 1 << 5,
            Value::Table(_) => 1 << 6,
        };
        self.0 == 0 || self.0 & type_bits != 0
    }
}

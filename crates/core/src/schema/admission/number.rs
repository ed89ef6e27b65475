//! Comparison of numbers where it is exact.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::Number as JsonNumber;

use crate::value::Value;

/// A number of a schema or of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Number {
    Integer(i64),
    Float(f64),
    /// An integer above `i64::MAX`.
    Large,
}

/// The integers to which every float is equal or unequal exactly.
const EXACT: std::ops::RangeInclusive<i64> = -(1 << 53)..=1 << 53;

/// The first float above every 64-bit integer.
const ABOVE: f64 = 9_223_372_036_854_775_808.0;

impl Number {
    /// Returns a number of a schema; `None` if it is not represented.
    pub fn of_schema(number: &JsonNumber) -> Option<Self> {
        match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => Some(Self::Integer(integer)),
            (None, Some(_)) => Some(Self::Large),
            (None, None) => number.as_f64().filter(|float| float.is_finite()).map(Self::Float),
        }
    }

    /// Returns a number of a tree; `None` if the value is not a finite number.
    pub fn of_tree(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(integer) => Some(Self::Integer(*integer)),
            Value::Float(float) if float.is_finite() => Some(Self::Float(*float)),
            _ => None,
        }
    }

    /// Tells whether both are integers, or both floats.
    pub fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// Compares with a limit; `None` where the comparison would not be exact.
    pub fn compare(self, limit: Self) -> Option<Ordering> {
        match (self, limit) {
            (Self::Integer(value), Self::Integer(limit)) => Some(value.cmp(&limit)),
            (Self::Float(value), Self::Float(limit)) => value.partial_cmp(&limit),
            (Self::Integer(value), Self::Float(limit)) => compare_integer(value, limit),
            (Self::Float(value), Self::Integer(limit)) => compare_integer(limit, value).map(Ordering::reverse),
            (Self::Integer(_), Self::Large) => Some(Ordering::Less),
            (Self::Float(_) | Self::Large, Self::Large) | (Self::Large, _) => None,
        }
    }

    /// Tells whether the number is a multiple; `None` where the division would not be exact.
    pub fn is_multiple_of(self, divisor: Self) -> Option<bool> {
        match (self, divisor) {
            (Self::Integer(value), Self::Integer(divisor)) if divisor > 0 => Some(value % divisor == 0),
            _ => None,
        }
    }
}

fn compare_integer(value: i64, limit: f64) -> Option<Ordering> {
    if limit >= ABOVE {
        return Some(Ordering::Less);
    }
    if limit < -ABOVE {
        return Some(Ordering::Greater);
    }
    if EXACT.contains(&value) { (value as f64).partial_cmp(&limit) } else { None }
}

#[cfg(test)]
mod tests {
    use super::Number::{Float, Integer, Large};
    use super::*;

    #[test]
    fn only_exact_comparisons_are_decided() {
        assert_eq!(Integer(3).compare(Float(2.5)), Some(Ordering::Greater));
        assert_eq!(Float(2.5).compare(Integer(3)), Some(Ordering::Less));
        assert_eq!(Integer(i64::MAX).compare(Float(1e300)), Some(Ordering::Less));
        assert_eq!(Integer(i64::MAX).compare(Large), Some(Ordering::Less));
        assert_eq!(Integer(i64::MAX).compare(Float(9e18)), None);
        assert_eq!(Float(1e300).compare(Large), None);
        assert_eq!(Number::of_tree(&Value::Float(f64::NAN)), None);
        assert_eq!([Integer(6).is_multiple_of(Integer(3)), Float(6.0).is_multiple_of(Integer(3))], [Some(true), None]);
    }
}

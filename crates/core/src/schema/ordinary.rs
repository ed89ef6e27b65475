//! Scalars without any of the properties that need a closer look, as nearly all are.

use crate::value::{Value, reference};

/// Tells whether JSON has a scalar, and no reference can be in it. A list or a table is not a scalar.
pub fn is_ordinary(value: &Value) -> bool {
    match value {
        Value::Bool(_) | Value::Integer(_) => true,
        Value::Float(float) => float.is_finite(),
        Value::String(text) => !reference::may_be_unresolved(text),
        Value::Null | Value::Datetime(_) | Value::List(_) | Value::Table(_) => false,
    }
}

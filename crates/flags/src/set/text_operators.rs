//! `starts_with` and `ends_with` of flagd: of texts alone, where those of the engine convert numbers, booleans, lists and null to texts.

use datalogic_rs::bumpalo::Bump;
use datalogic_rs::operator::EvalContext;
use datalogic_rs::{ArenaExt, CustomOperator, DataValue};

/// Prefix of the names of operators that replace those of the engine.
const PREFIX: &str = "confgate:";

/// Operators that this module replaces.
pub const REPLACED: [(&str, TextOperator); 2] = [
    ("starts_with", TextOperator(|text, part| text.starts_with(part))),
    ("ends_with", TextOperator(|text, part| text.ends_with(part))),
];

/// A comparison of a text with a part of it. It is false for any other values.
#[derive(Clone, Copy)]
pub struct TextOperator(fn(&str, &str) -> bool);

/// Returns the name by which the engine finds the operator that replaces its own; `None` if it has none.
pub fn replacement(operator: &str) -> Option<String> {
    REPLACED.iter().any(|(name, _)| *name == operator).then(|| format!("{PREFIX}{operator}"))
}

impl CustomOperator for TextOperator {
    fn evaluate<'a>(
        &self,
        operands: &[&'a DataValue<'a>],
        _: &mut EvalContext<'_, 'a>,
        arena: &'a Bump,
    ) -> datalogic_rs::Result<&'a DataValue<'a>> {
        let holds = match operands {
            [DataValue::String(text), DataValue::String(part)] => (self.0)(text, part),
            _ => false,
        };
        Ok(arena.bool(holds))
    }
}

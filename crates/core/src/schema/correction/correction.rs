//! The type of a correction.

use crate::diagnostics::suggest::did_you_mean;
use crate::schema::notation::Notation;
use crate::value::{Node, Value};

/// The correction of a rejected value.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// An instruction in the imperative; `None` for the question whether one of the values is meant.
    instruction: Option<String>,
    /// The values that can be written in the place of the rejected one.
    values: Vec<Node>,
}

impl Correction {
    /// Creates the question whether a value is meant.
    pub(super) fn question(value: Value) -> Self {
        Self { instruction: None, values: vec![Node::generated(value)] }
    }

    /// Creates an instruction to write a value.
    pub(super) fn write(value: Value, instruction: impl Into<String>) -> Self {
        Self { instruction: Some(instruction.into()), values: vec![Node::generated(value)] }
    }

    /// Creates an instruction with the texts that it says to write.
    pub(super) fn write_any(texts: impl IntoIterator<Item = String>, instruction: impl Into<String>) -> Self {
        let values = texts.into_iter().map(|text| Node::generated(Value::String(text))).collect();
        Self { instruction: Some(instruction.into()), values }
    }

    /// Creates an instruction without a value to write.
    pub(super) fn instruction(instruction: impl Into<String>) -> Self {
        Self { instruction: Some(instruction.into()), values: Vec::new() }
    }

    /// Returns the correction if all its values are right.
    pub(super) fn tried(self, is_right: &dyn Fn(&Node) -> bool) -> Option<Self> {
        self.values.iter().all(is_right).then_some(self)
    }

    /// Tells whether the correction asks a question, which is a complete help.
    pub fn is_question(&self) -> bool {
        self.instruction.is_none()
    }

    /// Returns the values as a notation writes them.
    pub fn literals(&self, notation: Notation) -> Vec<String> {
        self.values.iter().map(|value| notation.value(value)).collect()
    }

    /// Returns the correction in words.
    pub fn words(&self, notation: Notation) -> String {
        self.instruction.clone().unwrap_or_else(|| did_you_mean(&self.literals(notation)))
    }
}

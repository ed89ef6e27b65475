//! The operators of targeting: those of flagd, each with the number of its operands.

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator {
    pub name: &'static str,
    /// Smallest number of operands.
    pub least: usize,
    /// Largest number of operands.
    pub most: usize,
    /// Kind of its result.
    pub returns: Returns,
}

/// Kind of the result of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Returns {
    /// True or false.
    Boolean,
    /// One of its operands.
    Operand,
    /// Anything: the result is known when it is evaluated.
    Anything,
}

use Returns::{Anything, Boolean, Operand};

const MANY: usize = usize::MAX;

const fn operator(name: &'static str, least: usize, most: usize, returns: Returns) -> Operator {
    Operator { name, least, most, returns }
}

/// The operators, in the order in which messages list them.
pub(super) const OPERATORS: &[Operator] = &[
    operator("if", 2, MANY, Operand),
    operator("fractional", 1, MANY, Operand),
    operator("var", 1, 2, Anything),
    operator("$ref", 1, 1, Anything),
    operator("==", 2, 2, Boolean),
    operator("!=", 2, 2, Boolean),
    operator("===", 2, 2, Boolean),
    operator("!==", 2, 2, Boolean),
    operator("<", 2, 3, Boolean),
    operator("<=", 2, 3, Boolean),
    operator(">", 2, 2, Boolean),
    operator(">=", 2, 2, Boolean),
    operator("in", 2, 2, Boolean),
    operator("starts_with", 2, 2, Boolean),
    operator("ends_with", 2, 2, Boolean),
    operator("sem_ver", 3, 3, Boolean),
    operator("and", 1, MANY, Operand),
    operator("or", 1, MANY, Operand),
    operator("!", 1, 1, Boolean),
    operator("!!", 1, 1, Boolean),
    operator("all", 2, 2, Boolean),
    operator("some", 2, 2, Boolean),
    operator("none", 2, 2, Boolean),
    operator("cat", 1, MANY, Anything),
    operator("substr", 2, 3, Anything),
    operator("+", 1, MANY, Anything),
    operator("-", 1, 2, Anything),
    operator("*", 2, MANY, Anything),
    operator("/", 2, 2, Anything),
    operator("%", 2, 2, Anything),
    operator("min", 1, MANY, Anything),
    operator("max", 1, MANY, Anything),
    operator("map", 2, 2, Anything),
    operator("filter", 2, 2, Anything),
    operator("reduce", 2, 3, Anything),
    operator("merge", 1, MANY, Anything),
    operator("missing", 1, MANY, Anything),
    operator("missing_some", 2, 2, Anything),
];

/// The comparisons of `sem_ver`.
pub(super) const COMPARISONS: &[&str] = &["=", "!=", ">", "<", ">=", "<=", "~", "^"];

/// Operators whose second operand is evaluated for each element of a list, so that `var` reads the element.
pub(super) const OVER_ELEMENTS: &[&str] = &["map", "filter", "reduce", "all", "some", "none"];

/// Finds an operator.
pub(super) fn find(name: &str) -> Option<&'static Operator> {
    OPERATORS.iter().find(|operator| operator.name == name)
}

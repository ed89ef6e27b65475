//! Fast admission: the verdict on a valid tree without the validator.
//!
//! The validator is the authority on every tree. Compiling it takes most of the start of a process, and it follows the
//! whole of JSON Schema for each value. [`Admission`] knows the common keywords alone and answers [`Verdict::Valid`] only
//! where the validator would accept the tree. In all other cases the validator decides, and explains: a keyword that
//! admission does not know makes its subschema unknown, never valid.
//!
//! `agreement` tests with generated schemas and trees that no verdict contradicts the validator.

#[cfg(test)]
mod agreement;
mod check;
mod compile;
mod number;
mod pattern;
mod repeated;
mod rule;
mod scalar_rule;
mod verdict;

pub use self::check::{Admission, Examination};
pub use self::repeated::CheckCounts;
pub use self::verdict::Verdict;

//! Corrections for rejected values: the value that was probably meant, or an instruction.
//!
//! [`correct`] collects what may be meant. A value is offered only if it is right in its place, which the caller
//! tells by a trial.

mod choice;
mod correction;
mod list_or_table;
mod number;
mod percent;
mod rejected_value;
#[cfg(test)]
mod tests;
mod text;

pub use self::choice::correct;
pub use self::correction::Correction;
pub use self::rejected_value::RejectedValue;

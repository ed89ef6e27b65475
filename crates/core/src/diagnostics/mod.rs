//! Diagnostics: errors and warnings about a config, as data.
//!
//! Each stage of the gate produces [`Diagnostic`]s. A diagnostic has a code, the path of the value, labels that point into
//! the sources, and suggestions. The gate collects them into a [`Report`], which also holds the places of secrets; the
//! renderers in [`render`](crate::render) turn a report into text, JSON or SARIF.
//!
//! [`codes`] is the registry of stable names. [`suggest`] has replacements as data, and [`similar_names`] finds the known names that
//! a misspelt one may mean.

pub mod codes;
mod diagnostic;
mod displayed;
mod flag_combinations;
mod label;
mod report;
mod severity;
pub mod similar_names;
pub mod suggest;
mod unit_word;

pub use self::diagnostic::Diagnostic;
pub use self::displayed::{Displayed, MAX_DISPLAYED, Omitted};
pub use self::flag_combinations::FlagCombinations;
pub use self::label::Label;
pub use self::report::Report;
pub use self::severity::Severity;
pub use self::suggest::Suggestion;

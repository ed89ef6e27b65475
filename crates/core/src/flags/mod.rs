//! Feature flags: validation of a document that declares them.
//!
//! The document has the form of flagd's flag configuration: `flags`, `$evaluators` and `metadata`. Beside them it declares the
//! attributes of a `context`, and a `policy`; a flag may have an `owner`, the date `until` which it is needed, and a `ramp`. A schema
//! marks such a document with [`MARK`]. The gate then reports what a schema cannot state: a default that is not a variant, results of
//! targeting that are not variants, variants of several types, weights that select nothing, unknown operators and attributes,
//! comparisons whose result differs between evaluators.
//!
//! ```
//! use confgate_core::flags;
//! use confgate_core::toml;
//! use confgate_core::value::{Source, Sources};
//!
//! let text = "[flags.lobby]\nvariants = { on = true, off = false }\ndefaultVariant = 'offf'\n";
//! let source = Source::new("flags.toml", text);
//! let (tree, _) = toml::read(&source);
//! let found = flags::check(&tree, &Sources::from_text(&source), None);
//! assert_eq!(found[0].code, "flags/default-variant");
//! assert_eq!(found[0].help.as_deref(), Some("did you mean \"off\"?"));
//! ```

mod attributes;
mod check;
mod comparison;
mod conditions;
mod date;
mod document;
mod expression;
mod fractional;
mod literals;
mod names;
mod operators;
mod policy;
mod ramp;
mod results;
mod site;
mod size;
mod targeting;
mod variants;

pub use self::check::{MARK, check, check_at};
pub use self::conditions::check_conditions;
pub use self::date::{Date, InvalidDate};
pub use self::size::{MAX_DEPTH, MAX_NODES};

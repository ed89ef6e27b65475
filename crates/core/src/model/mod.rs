//! Models: the config type of a service, with its defaults, rules and migrations.
//!
//! A model is a plain Rust struct that implements [`Model`]. Its doc comments, bounds and attributes become the
//! [schema](crate::schema), its [rules](Rule) become diagnostics, and its [migrations](crate::migrate) read configs of older
//! versions. Everything else in Confgate works with any model: the [gate](crate::gate), the layers of a load, the reference
//! page, the Nix options.

mod model;
mod rule;
mod untyped;

pub use self::model::Model;
pub use self::rule::Rule;
pub use self::untyped::Untyped;

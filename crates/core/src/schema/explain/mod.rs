//! Diagnostics for violations of a schema: the condition, the value, its place, and the way to correct it.
//!
//! [`diagnostics`] explains one [`Violation`](crate::schema::violation::Violation). It resolves the violation to a site (the
//! value, and the subschemas that apply to it), phrases the condition and the value, and adds the default, a correction and
//! suggestions for misspelt keys. `union` explains `anyOf` and `oneOf`. Secret values are never displayed.
//!
//! A suggestion is made only after a [`Trial`]: the config with it has no new problem at its place.

mod belongs;
mod bounds;
mod context;
mod describe;
mod explain;
mod explainer;
mod finish;
mod missing;
mod names;
mod phrases;
mod reasons;
mod repeated;
mod similar_keys;
mod site;
#[cfg(test)]
mod tests;
mod trial;
mod unevaluated;
mod union;
mod unknown;

pub use self::bounds::{Bounds, bounds};
pub use self::context::ExplainContext;
pub use self::describe::describe_type;
pub use self::explain::{diagnostics, not_a_table, whole_float};
pub use self::explainer::Explainer;
pub use self::finish::wrong_kind;
pub use self::site::value_place;
pub use self::trial::{Edit, Trial, TypeTrial, admits_kind};
pub use self::unevaluated::without_consequences;
pub use self::unknown::unknown_key;

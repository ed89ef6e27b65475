//! Diagnostics for violations of a schema: the condition, the value, its place, and the way to correct it.
//!
//! [`diagnostics`] explains one [`Violation`](crate::schema::violation::Violation). It resolves the violation to a site (the
//! value, and the subschemas that apply to it), phrases the condition and the value, and adds the default, a correction and
//! suggestions for misspelt keys. Secret values are never displayed.

mod alternatives;
mod bounds;
mod context;
mod explain;
mod finish;
mod phrases;
mod site;
#[cfg(test)]
mod tests;
mod unknown;

pub use self::bounds::{Bounds, bounds};
pub use self::context::ExplainContext;
pub use self::explain::{diagnostics, whole_float};
pub use self::finish::wrong_kind;
pub use self::phrases::describe_type;
pub use self::unknown::{resembles_secret, unknown_key};

//! Diagnostics from the errors of the validator: what must be, what is, where it stands, and the way out.

mod explain;
#[cfg(test)]
mod tests;
mod unknown;
mod words;

pub use self::explain::*;
pub use self::unknown::{means_secret, unknown_key};
pub use self::words::{bounds, type_words};

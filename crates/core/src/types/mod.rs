//! Types for the fields of a config: durations, secrets and URLs.
//!
//! Each type brings its schema with it, so that a field of the type has its format, its bounds and its mark of a secret without
//! an attribute.

mod duration;
mod secret;
pub mod url;

pub use self::duration::{Duration, InvalidDuration};
pub use self::secret::Secret;
pub use self::url::{InvalidUrl, Url};

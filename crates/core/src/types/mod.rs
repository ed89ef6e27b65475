//! Types for config fields: durations, secrets and URLs.

pub mod duration;
pub mod secret;
pub mod url;

pub use self::duration::{Duration, InvalidDuration};
pub use self::secret::Secret;
pub use self::url::{InvalidUrl, Url};

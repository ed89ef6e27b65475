//! Profiles: parts of a config that are active under conditions.
//!
//! A config holds them in a list, which makes their order definite. The schema describes the form of the list (`form.rs`), and
//! `read.rs` reads it; the gate validates what each profile sets on the config that it is merged into. The runtime decides which
//! conditions hold.

mod condition;
mod form;
mod overlap;
mod profile;
mod range;
pub(crate) mod read;
pub mod zone;

pub use self::condition::{Condition, Day, InvalidName, Name, OneOrMany, ZONE};
pub(super) use self::form::declare;
pub use self::form::{EXAMPLE, MARK, OVERLAY};
pub use self::overlap::may_overlap;
pub use self::profile::{BESIDE, Profile, beside};
pub use self::range::{InvalidRange, TimeRange};
pub use self::read::TakenProfiles;

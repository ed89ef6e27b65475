//! The flags document: its types, from which its schema is generated.

mod flag;
mod flags_document;
mod ramp;

pub use self::flag::{FlagSpec, FlagState};
pub use self::flags_document::{AttributeType, Expiry, FlagsDocument, Policy, Requirement};
pub use self::ramp::{RampSpec, RampStep};

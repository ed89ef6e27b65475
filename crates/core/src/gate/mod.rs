//! The gate: the one place that decides whether a config is good.
//!
//! A tree comes in. Older forms are read, defaults filled in, the schema asked, secrets looked for, the typed config made
//! and the rules between fields run. What comes out is the report of everything that was found, and, when nothing refuses
//! it, the typed config and the canonical tree.

mod gate;
mod input;
pub mod normalize;
mod outcome;
pub mod plain_secrets;
pub(crate) mod profiles;
pub mod redact;
mod rules;
mod spec;
mod version;

pub use self::gate::Gate;
pub use self::input::{Input, ValidateOptions};
pub use self::outcome::Outcome;
pub use self::rules::RuleInfo;
pub use self::spec::ConfigSpec;
pub(crate) use self::spec::{misspelt_secrets, retire};

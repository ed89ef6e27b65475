//! The gate: the one place that decides whether a config is valid.
//!
//! A tree passes through a list of stages (`stages/`): its environment is resolved, an older version is migrated, alternative
//! forms are read and defaults filled in; then the schema, the search for plain secrets, the conversion to the config type and the
//! rules between fields report diagnostics. The outcome is the report and, unless it holds errors, the typed config and the
//! canonical tree.

pub mod accepted;
pub mod fill;
mod gate;
mod input;
mod model_info;
pub mod normalize;
mod outcome;
mod pass;
pub mod plain_secrets;
mod profiles;
pub mod redact;
pub mod schema_reference;
mod spec;
mod stages;
mod valid_defaults;
mod validate;
mod version;
mod version_field;
pub mod written;

pub use self::gate::Gate;
pub use self::input::{Input, Phase, ValidateOptions};
pub use self::model_info::RuleInfo;
pub use self::outcome::Outcome;
pub use self::spec::ConfigSpec;

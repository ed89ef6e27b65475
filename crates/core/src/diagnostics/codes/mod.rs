//! The registry of codes: every stable name that a diagnostic can carry, one file for each code.
//!
//! A code has a level, a meaning, a reason, a fix, and an example that produces it. SARIF reports, `confgate explain
//! CODE` and docs/codes.md are generated from this registry. Names are a stable format: a name is never changed or
//! reused.
//!
//! Two families of names are not listed one by one, because schemas and models define them: the name of a field
//! (`network/max_connections`) and the name of a rule of a model (`game/bets-ordered`). See [`FIELD`] and [`RULE`].

mod bundle_altered;
mod code;
mod compatible_narrowed;
mod compatible_removed;
mod compatible_required;
mod compatible_version;
mod environment_agrees;
mod environment_missing_variable;
mod environment_not_named;
mod environment_two_variables;
mod environment_unknown;
mod environment_unknown_variable;
mod families;
mod file_gone;
mod file_two_configs;
mod file_unreadable;
mod json_syntax;
mod migrate_conflict;
mod migrate_value;
mod nix_conflict;
mod nix_float_precision;
mod nix_misplaced;
mod nix_no_value;
mod profiles_nothing_else;
mod profiles_restart;
mod profiles_unknown;
mod registry;
mod runtime_panic;
mod schema_deprecated;
mod schema_invalid_default;
mod schema_no_type;
mod schema_not_found;
mod schema_not_named;
mod schema_retired_key;
mod schema_two_schemas;
mod schema_unknown_key;
mod schema_whole;
mod secrets_likely_secret;
mod secrets_missing;
mod secrets_no_plain_text;
mod secrets_provider;
mod secrets_providers;
mod secrets_readable;
mod secrets_sealed;
mod toml_syntax;
mod version_newer;
mod version_older;
mod version_unknown;
mod yaml_syntax;

pub use self::bundle_altered::CODE as BUNDLE_ALTERED;
pub use self::code::{Code, Example};
pub use self::compatible_narrowed::CODE as COMPATIBLE_NARROWED;
pub use self::compatible_removed::CODE as COMPATIBLE_REMOVED;
pub use self::compatible_required::CODE as COMPATIBLE_REQUIRED;
pub use self::compatible_version::CODE as COMPATIBLE_VERSION;
pub use self::environment_agrees::CODE as ENVIRONMENT_AGREES;
pub use self::environment_missing_variable::CODE as ENVIRONMENT_MISSING_VARIABLE;
pub use self::environment_not_named::CODE as ENVIRONMENT_NOT_NAMED;
pub use self::environment_two_variables::CODE as ENVIRONMENT_TWO_VARIABLES;
pub use self::environment_unknown::CODE as ENVIRONMENT_UNKNOWN;
pub use self::environment_unknown_variable::CODE as ENVIRONMENT_UNKNOWN_VARIABLE;
pub use self::families::{FIELD, KEYWORDS, Keyword, RULE};
pub use self::file_gone::CODE as FILE_GONE;
pub use self::file_two_configs::CODE as FILE_TWO_CONFIGS;
pub use self::file_unreadable::CODE as FILE_UNREADABLE;
pub use self::json_syntax::CODE as JSON_SYNTAX;
pub use self::migrate_conflict::CODE as MIGRATE_CONFLICT;
pub use self::migrate_value::CODE as MIGRATE_VALUE;
pub use self::nix_conflict::CODE as NIX_CONFLICT;
pub use self::nix_float_precision::CODE as NIX_FLOAT_PRECISION;
pub use self::nix_misplaced::CODE as NIX_MISPLACED;
pub use self::nix_no_value::CODE as NIX_NO_VALUE;
pub use self::profiles_nothing_else::CODE as PROFILES_NOTHING_ELSE;
pub use self::profiles_restart::CODE as PROFILES_RESTART;
pub use self::profiles_unknown::CODE as PROFILES_UNKNOWN;
pub use self::registry::{ALL, find, is_registered, nearest};
pub use self::runtime_panic::CODE as RUNTIME_PANIC;
pub use self::schema_deprecated::CODE as SCHEMA_DEPRECATED;
pub use self::schema_invalid_default::CODE as SCHEMA_INVALID_DEFAULT;
pub use self::schema_no_type::CODE as SCHEMA_NO_TYPE;
pub use self::schema_not_found::CODE as SCHEMA_NOT_FOUND;
pub use self::schema_not_named::CODE as SCHEMA_NOT_NAMED;
pub use self::schema_retired_key::CODE as SCHEMA_RETIRED_KEY;
pub use self::schema_two_schemas::CODE as SCHEMA_TWO_SCHEMAS;
pub use self::schema_unknown_key::CODE as SCHEMA_UNKNOWN_KEY;
pub use self::schema_whole::CODE as SCHEMA_WHOLE;
pub use self::secrets_likely_secret::CODE as SECRETS_LIKELY_SECRET;
pub use self::secrets_missing::CODE as SECRETS_MISSING;
pub use self::secrets_no_plain_text::CODE as SECRETS_NO_PLAIN_TEXT;
pub use self::secrets_provider::CODE as SECRETS_PROVIDER;
pub use self::secrets_providers::CODE as SECRETS_PROVIDERS;
pub use self::secrets_readable::CODE as SECRETS_READABLE;
pub use self::secrets_sealed::CODE as SECRETS_SEALED;
pub use self::toml_syntax::CODE as TOML_SYNTAX;
pub use self::version_newer::CODE as VERSION_NEWER;
pub use self::version_older::CODE as VERSION_OLDER;
pub use self::version_unknown::CODE as VERSION_UNKNOWN;
pub use self::yaml_syntax::CODE as YAML_SYNTAX;

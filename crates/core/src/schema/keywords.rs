//! The keywords that Confgate reads beyond those of JSON Schema, and their meaning.
//!
//! The schema of a model ([`generate`](crate::schema::generate)) has them from the attributes of its types; a schema in a
//! file may contain them as well. Other validators ignore them.

use crate::{flags, profile};

/// The default in each environment, as an object from the environment's name to the value. Used where the defaults differ;
/// otherwise the field has `default`.
pub const DEFAULTS: &str = "x-defaults";

/// `true` for a field that may be absent. Null in Nix and JSON, and the empty string in a text field, mean absent.
pub const OPTIONAL: &str = "x-optional";

/// The effect of a change: `live` (a reload applies it) or `restart` (only a restart applies it). Inherited from the table.
pub const RELOAD: &str = "x-reload";

/// The value of [`RELOAD`] for a field that a reload applies.
pub const RELOAD_LIVE: &str = "live";

/// The value of [`RELOAD`] for a field that only a restart applies.
pub const RELOAD_RESTART: &str = "restart";

/// `true` for a field that no message, log, diff or metric displays. See [`sensitive`](crate::sensitive).
pub const SECRET: &str = "x-secret";

/// `true` for a field that is hidden like that of [`SECRET`], and may stand in plain text (a keyword of JSON Schema).
pub const WRITE_ONLY: &str = "writeOnly";

/// `true` for a field with the path of a file that holds a secret, such as a private key. It must not be in the Nix store.
pub const SECRET_FILE: &str = "x-secret-file";

/// `true` for a field that readers look for first: pages list it before the others of its table.
pub const IMPORTANT: &str = "x-important";

/// The unit of a number, such as `bytes` or `fraction`.
pub const UNIT: &str = "x-unit";

/// `true` for the field that names the environment itself.
pub const ENVIRONMENT: &str = "x-environment";

/// `true` for the field with the version of the schema that the config is written for. Its default is the current version.
pub const VERSION: &str = "x-version";

/// `true` for the field with the list of [profiles](crate::profile).
pub const PROFILES: &str = profile::MARK;

/// `true` for a table that declares [feature flags](crate::flags).
pub const FLAGS: &str = flags::MARK;

/// `true` for a table that is an overlay: it may have every key that the root may have.
pub const OVERLAY: &str = profile::OVERLAY;

/// `true` for a key that older versions wrote and that is ignored now.
pub const RETIRED: &str = "x-retired";

/// The least duration (a keyword of ajv-formats).
pub const FORMAT_MINIMUM: &str = "formatMinimum";

/// The greatest duration (a keyword of ajv-formats).
pub const FORMAT_MAXIMUM: &str = "formatMaximum";

/// The condition that `pattern` states, in words: `must be 64 hex digits` (a keyword of VS Code).
pub const PATTERN_ERROR_MESSAGE: &str = "patternErrorMessage";

/// The meaning of each value of `enum`, in the same order (a keyword of VS Code).
pub const ENUM_DESCRIPTIONS: &str = "enumDescriptions";

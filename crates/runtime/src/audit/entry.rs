//! An event to be recorded.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::Digest;

/// The origin of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeSource {
    /// The file or bundle that the process started with.
    File,
    /// An environment variable.
    Environment,
    /// A file that changed while the process ran, or a signal to reload.
    HotReload,
    /// A call of the program: an override, a revert.
    #[serde(rename = "API")]
    Api,
    /// A profile that was activated or deactivated.
    Profile,
    /// A secret with a new value.
    Secret,
}

impl ChangeSource {
    /// Returns the spelling in a line.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Environment => "Environment",
            Self::HotReload => "HotReload",
            Self::Api => "API",
            Self::Profile => "Profile",
            Self::Secret => "Secret",
        }
    }
}

/// An event in the life of a config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The process started with a config.
    Started,
    /// A field has another value.
    Changed(FieldChange),
    /// A field has an earlier value again, because a change was reverted.
    Reverted(FieldChange),
    /// The gate rejected a config, and the running one stays.
    Refused {
        /// The codes of the errors.
        rules: Vec<String>,
    },
}

/// One field before and after. The values are written as they are: **the caller must redact secrets**, for instance by
/// writing `[secret]` in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, as a dotted path: `network.max_connections`.
    pub field: String,
    /// The value before, or `None` if the field was absent.
    pub old: Option<String>,
    /// The value after, or `None` if the field is absent now.
    pub new: Option<String>,
}

/// One line to be written.
///
/// A text longer than 16 KiB is cut when it is written and ends in `…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Time of the event. The line has it to the millisecond.
    pub time: Timestamp,
    /// The event.
    pub event: Event,
    /// The origin of the change.
    pub source: ChangeSource,
    /// Place where the value was written: `config/production.nix:14:5`, `BITCRAPS_LISTEN_PORT`.
    pub origin: Option<String>,
    /// The reason as text.
    pub reason: Option<String>,
    /// The SHA-256 of the config that runs after the event, if one does.
    pub config: Option<Digest>,
}

impl AuditEntry {
    /// Returns an entry with the current time, without origin and reason.
    pub fn new(event: Event, source: ChangeSource, config: Option<Digest>) -> Self {
        Self { time: Timestamp::now(), event, source, origin: None, reason: None, config }
    }

    /// Returns an entry for a changed field, with the current time. The caller must redact secrets in the values.
    pub fn changed(field: &str, old: Option<&str>, new: Option<&str>, source: ChangeSource, config: Digest) -> Self {
        let change = FieldChange { field: field.to_owned(), old: old.map(str::to_owned), new: new.map(str::to_owned) };
        Self::new(Event::Changed(change), source, Some(config))
    }

    /// Sets the place where the value was written.
    #[must_use]
    pub fn origin(self, origin: impl Into<String>) -> Self {
        Self { origin: Some(origin.into()), ..self }
    }

    /// Sets the reason.
    #[must_use]
    pub fn reason(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }
}

//! What is recorded.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::Digest;

/// Who brought a value in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The file or bundle that the process started with.
    File,
    /// An environment variable.
    Environment,
    /// A file that changed while the process ran, or a signal to read it again.
    HotReload,
    /// A call of the program: an override, a revert.
    #[serde(rename = "API")]
    Api,
    /// A profile whose condition came true, or no longer is.
    Profile,
    /// A secret whose value is another one now.
    Secret,
}

impl Source {
    /// The spelling in a line.
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

/// What happened to the config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The process began to run a config.
    Started,
    /// A field has another value.
    Changed(Change),
    /// A field has the value of an earlier config again, because somebody took a change back.
    Reverted(Change),
    /// The gate refused a config, and the one before stays.
    Refused {
        /// The names of the rules that refused it.
        rules: Vec<String>,
    },
}

/// One field before and after. The values are written as they are given: **whoever records must have taken secrets out**,
/// for instance by showing `[secret]` in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field, as a dotted path: `network.max_connections`.
    pub field: String,
    /// The value before; none when the field was absent.
    pub old: Option<String>,
    /// The value after; none when the field is absent now.
    pub new: Option<String>,
}

/// One line to be written.
///
/// Texts of more than 16 KiB are cut when they are written, and end in `…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it happened. The line has it to the millisecond.
    pub time: Timestamp,
    /// What happened.
    pub event: Event,
    /// Who brought it in.
    pub source: Source,
    /// Where the value was written: `config/production.nix:14:5`, `BITCRAPS_LISTEN_PORT`.
    pub origin: Option<String>,
    /// Why, in the words of whoever did it.
    pub reason: Option<String>,
    /// The SHA-256 of the config that runs afterwards; none when none does.
    pub config: Option<Digest>,
}

impl Entry {
    /// An entry of this moment, with neither origin nor reason.
    pub fn new(event: Event, source: Source, config: Option<Digest>) -> Self {
        Self { time: Timestamp::now(), event, source, origin: None, reason: None, config }
    }

    /// A field that has another value since this moment. Secrets must be gone from the values.
    pub fn changed(field: &str, old: Option<&str>, new: Option<&str>, source: Source, config: Digest) -> Self {
        let change = Change { field: field.to_owned(), old: old.map(str::to_owned), new: new.map(str::to_owned) };
        Self::new(Event::Changed(change), source, Some(config))
    }

    /// The same, with the place where the value was written.
    pub fn at(self, origin: impl Into<String>) -> Self {
        Self { origin: Some(origin.into()), ..self }
    }

    /// The same, with a reason.
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }
}

//! The rollout as it is stored: enough for another controller to go on.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::names::WaveName;
use crate::release::{read_document, write_document};
use crate::release_error::ReleaseError;
use crate::rollout::alarm::AlarmState;
use crate::rollout::spec::RolloutSpec;

/// The format of a state that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// State of a rollout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RolloutState {
    /// Id of this rollout.
    pub id: String,
    /// The release that the nodes get.
    pub release: Digest,
    /// The release that they had, and go back to.
    pub before: Digest,
    /// The rollout file.
    pub spec: RolloutSpec,
    /// Digest of the plan.
    pub plan: Digest,
    /// Number of nodes in the plan.
    pub nodes: usize,
    /// Author of its start: USER@HOST.
    pub by: String,
    /// Time of the start, by the clock of who started it.
    pub at: Timestamp,
    /// Commit of the configuration, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Index of the present wave.
    pub wave: usize,
    /// Number of nodes of the present wave that its pointer holds for.
    pub admitted: usize,
    /// Phase of the present wave.
    pub phase: Phase,
    /// Time in this phase, in milliseconds, as a controller watched it. Pauses do not count.
    pub spent_ms: u64,
    /// The reason why the rollout waits for an operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Pause>,
    /// Decision of an operator about waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion: Option<Promotion>,
    /// The alarms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<AlarmState>,
    /// The end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// Phase of a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Nodes get the release.
    Moving,
    /// All nodes of the wave run it.
    Baking,
}

/// A pause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The reason.
    pub reason: String,
    /// Author of the pause; `None` for the controller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Time of the pause.
    pub at: Timestamp,
}

/// A decision of an operator not to wait. Failures and alarms that fire still make the rollout go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Promotion {
    /// The present wave counts as passed.
    Wave,
    /// Each wave counts as passed when its nodes have the release.
    Full,
}

/// End of a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All nodes follow the release.
    Finished {
        /// Time of the end.
        at: Timestamp,
    },
    /// All nodes follow the release before.
    Back {
        /// The reason.
        reason: String,
        /// Author of the abort; `None` for the controller.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Time of the end.
        at: Timestamp,
    },
}

/// The state as it is stored.
#[derive(Serialize, Deserialize)]
struct Document<S> {
    format: u32,
    #[serde(flatten)]
    state: S,
}

impl RolloutState {
    /// Returns the state as it is stored.
    pub fn encode(&self) -> Vec<u8> {
        write_document(&Document { format: FORMAT, state: self })
    }

    /// Reads a state.
    ///
    /// # Errors
    ///
    /// The bytes are not a state.
    pub fn decode(bytes: &[u8], key: &str) -> Result<Self, ReleaseError> {
        let document: Document<Self> = read_document(bytes, key, "the state of a rollout", FORMAT)?;
        Ok(document.state)
    }

    /// Returns the time in this phase.
    pub const fn spent(&self) -> Duration {
        Duration::from_millis(self.spent_ms)
    }

    /// Returns the name of the present wave.
    pub fn wave_name(&self) -> WaveName {
        self.spec.waves.get(self.wave).map_or_else(WaveName::all, |wave| wave.name())
    }

    /// Returns the names of the waves up to the present one.
    pub fn touched(&self) -> impl Iterator<Item = WaveName> {
        self.spec.waves.iter().take(self.wave.saturating_add(1)).map(|wave| wave.name())
    }

    /// Returns the end of the rollout in words.
    pub fn ending(&self) -> String {
        match &self.outcome {
            None => "is unfinished".to_owned(),
            Some(Outcome::Finished { at }) => format!("finished at {}", at.strftime("%Y-%m-%d %H:%M:%S UTC")),
            Some(Outcome::Back { reason, by, at }) => {
                let by = by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
                format!("went back{by} at {}: {reason}", at.strftime("%Y-%m-%d %H:%M:%S UTC"))
            }
        }
    }

    /// Goes on after a pause: nodes and alarms get their whole time again.
    pub(super) fn resume(&mut self) {
        self.paused = None;
        if self.phase == Phase::Moving {
            self.spent_ms = 0;
        }
        self.alarms.iter_mut().for_each(AlarmState::reset);
    }
}

//! What is noted of a generation, beside it.

use confgate_core::environment::Environment;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One generation: what it is, where it came from, who brought it, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Counts the generations of a node, from 1.
    pub generation: u64,
    /// The name of its bundle.
    pub bundle: String,
    /// The environment that it was built for.
    pub environment: Environment,
    /// The source as it was asked for.
    pub source: String,
    /// What that was: a store path, a commit.
    pub resolved: String,
    /// The key that signed it, where that is asked for.
    pub signer: Option<String>,
    /// When it was deployed.
    pub time: Timestamp,
    /// Who deployed it.
    pub who: String,
    /// The SHA-256 of its NAR, in the base 32 of Nix.
    pub nar: String,
    /// The version of the schema that its config is written for, before it is brought up to date; none where the schema has none.
    pub version: Option<u64>,
    /// The generation that ran before; none for the first.
    pub previous: Option<u64>,
    /// The fields whose new value needs a restart of the service.
    pub restart: Vec<String>,
    /// What became of it.
    pub result: Result,
}

/// What became of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "reason")]
pub enum Result {
    /// It is being deployed. Found without a deployment that goes on, it was cut off.
    Activating,
    /// The service took it and stayed healthy.
    Kept,
    /// It failed, for this reason, and the one before came back.
    RolledBack(String),
    /// The deployment was cut off: by a kill, a crash, the power.
    CutOff,
    /// Somebody went back from it by hand, or its record was lost: what is known of that.
    Left(String),
}

impl Result {
    /// In a few words.
    pub fn words(&self) -> String {
        match self {
            Self::Activating => "activating".to_owned(),
            Self::Kept => "kept".to_owned(),
            Self::RolledBack(reason) => format!("rolled back: {reason}"),
            Self::CutOff => "cut off".to_owned(),
            Self::Left(reason) => format!("left: {reason}"),
        }
    }

    /// Whether the service was well with it once, as far as is known.
    pub fn ran(&self) -> bool {
        matches!(self, Self::Kept | Self::Left(_))
    }
}

//! Section `consensus`.

use confgate_core::diagnostics::Severity;
use confgate_core::model::Rule;
use confgate_core::types::duration::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::section::HasSection;

/// Agreement of the participants of a game.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsensusConfig {
    /// Minimum number of participants for a decision. At most `max_participants`.
    #[schemars(range(min = 1), extend("x-unit" = "participants"))]
    pub min_participants: u32,
    /// Maximum number of participants. More of them make a decision harder to forge, and slower.
    #[schemars(extend("x-unit" = "participants"))]
    pub max_participants: u32,
    /// Time for a participant to make its proposal, before the round continues without it.
    pub proposal_timeout: Duration,
    /// Time for a vote. Later votes do not count.
    pub voting_timeout: Duration,
    /// Share of votes that makes a decision final. 0.67 is two thirds; it must exceed `byzantine_tolerance`.
    #[schemars(range(min = 0.5, max = 1.0), extend("x-unit" = "fraction"))]
    pub finality_threshold: f64,
    /// Share of participants that may be faulty or dishonest without harm.
    #[schemars(range(min = 0.0, max = 0.5), extend("x-unit" = "fraction"))]
    pub byzantine_tolerance: f64,
    /// Skip the voting round if all participants agree at once.
    pub enable_fast_path: bool,
    /// Decisions between two checkpoints. A smaller number makes a restart faster and writes more.
    #[schemars(range(min = 1), extend("x-unit" = "decisions"))]
    pub checkpoint_interval: u64,
}

impl ConsensusConfig {
    pub(crate) fn defaults() -> Self {
        Self {
            min_participants: 3,
            max_participants: 100,
            proposal_timeout: Duration::from_secs(10),
            voting_timeout: Duration::from_secs(5),
            finality_threshold: 0.67,
            byzantine_tolerance: 0.33,
            enable_fast_path: true,
            checkpoint_interval: 1000,
        }
    }
}

pub(crate) fn rules<C: HasSection<ConsensusConfig> + 'static>() -> [Rule<C>; 2] {
    [
        Rule {
            name: "consensus/participants-ordered",
            severity: Severity::Error,
            why: "min_participants must not exceed max_participants",
            reads: &["consensus.min_participants", "consensus.max_participants"],
            holds: |config| {
                let consensus = config.section();
                consensus.min_participants <= consensus.max_participants
            },
            help: "raise max_participants or lower min_participants",
        },
        Rule {
            name: "consensus/quorum-possible",
            severity: Severity::Error,
            why: "finality_threshold must exceed byzantine_tolerance, or the faulty participants alone could decide",
            reads: &["consensus.finality_threshold", "consensus.byzantine_tolerance"],
            holds: |config| {
                let consensus = config.section();
                consensus.finality_threshold > consensus.byzantine_tolerance
            },
            help: "raise finality_threshold or lower byzantine_tolerance",
        },
    ]
}

//! The table: bets, seats and clocks.

use confgate_core::diagnostics::Severity;
use confgate_core::model::Rule;
use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Config;

/// The table: bets, seats and clocks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GameConfig {
    /// The smallest bet that a table takes. It must not exceed `max_bet`.
    #[schemars(extend("x-unit" = "tokens"))]
    pub min_bet: u64,
    /// The largest bet that a table takes.
    #[schemars(extend("x-unit" = "tokens"))]
    pub max_bet: u64,
    /// Seats at a table.
    #[schemars(range(min = 1), extend("x-unit" = "players"))]
    pub max_players_per_game: u32,
    /// How long a game may take before it is ended.
    pub game_timeout: Duration,
    /// How long the node waits for the players before it resolves a game by itself. Beyond `game_timeout` it has
    /// no effect.
    pub auto_resolve_timeout: Duration,
    /// Take bets beside the pass line, such as hardways and any seven.
    pub enable_side_bets: bool,
    /// The share of each bet that the house keeps on average. 0.0136 is 1.36 percent.
    #[schemars(range(min = 0.0, max = 0.1), extend("x-unit" = "fraction"))]
    pub house_edge: f64,
}

impl GameConfig {
    pub(super) fn defaults() -> Self {
        Self {
            min_bet: 10,
            max_bet: 10000,
            max_players_per_game: 8,
            game_timeout: Duration::from_secs(300),
            auto_resolve_timeout: Duration::from_secs(60),
            enable_side_bets: true,
            house_edge: 0.0136,
        }
    }
}

pub(super) const RULES: &[Rule<Config>] = &[
    Rule {
        name: "game/bets-ordered",
        severity: Severity::Error,
        why: "min_bet must not exceed max_bet",
        reads: &["game.min_bet", "game.max_bet"],
        holds: |c| c.game.min_bet <= c.game.max_bet,
        help: "raise max_bet or lower min_bet",
    },
    Rule {
        name: "game/resolve-before-timeout",
        severity: Severity::Warning,
        why: "a game times out before auto_resolve_timeout can resolve it",
        reads: &["game.auto_resolve_timeout", "game.game_timeout"],
        holds: |c| c.game.auto_resolve_timeout <= c.game.game_timeout,
        help: "lower auto_resolve_timeout or raise game_timeout",
    },
];

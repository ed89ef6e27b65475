//! Section `game`.

use confgate_core::diagnostics::Severity;
use confgate_core::model::Rule;
use confgate_core::types::duration::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::section::HasSection;

/// The table: bets, seats and clocks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GameConfig {
    /// Minimum bet at a table. It must not exceed `max_bet`.
    #[schemars(extend("x-unit" = "tokens"))]
    pub min_bet: u64,
    /// Maximum bet at a table.
    #[schemars(extend("x-unit" = "tokens"))]
    pub max_bet: u64,
    /// Seats at a table.
    #[schemars(range(min = 1), extend("x-unit" = "players"))]
    pub max_players_per_game: u32,
    /// Time after which a game is ended.
    pub game_timeout: Duration,
    /// Time that the node waits for the players before it resolves a game by itself. It has no effect beyond `game_timeout`.
    pub auto_resolve_timeout: Duration,
    /// Accept bets beside the pass line, such as hardways and any seven.
    pub enable_side_bets: bool,
    /// Share of each bet that the house keeps on average. 0.0136 is 1.36 percent.
    #[schemars(range(min = 0.0, max = 0.1), extend("x-unit" = "fraction"))]
    pub house_edge: f64,
}

impl GameConfig {
    pub(crate) fn defaults() -> Self {
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

pub(crate) fn rules<C: HasSection<GameConfig> + 'static>() -> [Rule<C>; 2] {
    [
        Rule {
            name: "game/bets-ordered",
            severity: Severity::Error,
            why: "min_bet must not exceed max_bet",
            reads: &["game.min_bet", "game.max_bet"],
            holds: |config| {
                let game = config.section();
                game.min_bet <= game.max_bet
            },
            help: "raise max_bet or lower min_bet",
        },
        Rule {
            name: "game/resolve-before-timeout",
            severity: Severity::Warning,
            why: "a game times out before auto_resolve_timeout can resolve it",
            reads: &["game.auto_resolve_timeout", "game.game_timeout"],
            holds: |config| {
                let game = config.section();
                game.auto_resolve_timeout <= game.game_timeout
            },
            help: "lower auto_resolve_timeout or raise game_timeout",
        },
    ]
}

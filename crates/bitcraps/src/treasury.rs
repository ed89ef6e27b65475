//! Section `treasury`.

use confgate_core::diagnostics::Severity;
use confgate_core::model::Rule;
use confgate_core::types::duration::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::section::HasSection;

/// The tokens behind the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TreasuryConfig {
    /// Tokens that exist at the start.
    #[schemars(extend("x-unit" = "tokens"))]
    pub initial_supply: u64,
    /// Address of the treasury: 32 bytes as 64 hex digits, optionally after `0x`.
    #[schemars(
        regex(pattern = r"^(0[xX])?[0-9A-Fa-f]{64}$"),
        extend("patternErrorMessage" = "must be 64 hex digits")
    )]
    pub treasury_address: String,
    /// Share of each pot that goes to the treasury. It is a fraction in spite of its name: 0.02 is two percent.
    #[schemars(range(min = 0.0, max = 0.1), extend("x-unit" = "fraction"))]
    pub rake_percentage: f64,
    /// Tokens that the treasury never pays out. At most `initial_supply`.
    #[schemars(extend("x-unit" = "tokens"))]
    pub min_reserve: u64,
    /// Tokens that the treasury may owe at once, over all open bets. At most `initial_supply`.
    #[schemars(extend("x-unit" = "tokens"))]
    pub max_exposure: u64,
    /// Interval at which the treasury rebalances its holdings.
    pub rebalance_interval: Duration,
}

impl TreasuryConfig {
    pub(crate) fn defaults() -> Self {
        Self {
            initial_supply: 1_000_000_000,
            treasury_address: "FF".repeat(32),
            rake_percentage: 0.02,
            min_reserve: 100_000_000,
            max_exposure: 500_000_000,
            rebalance_interval: Duration::from_secs(3600),
        }
    }
}

pub(crate) fn rules<C: HasSection<TreasuryConfig> + 'static>() -> [Rule<C>; 2] {
    [
        Rule {
            name: "treasury/reserve-within-supply",
            severity: Severity::Error,
            why: "min_reserve must not exceed initial_supply",
            reads: &["treasury.min_reserve", "treasury.initial_supply"],
            holds: |config| {
                let treasury = config.section();
                treasury.min_reserve <= treasury.initial_supply
            },
            help: "lower min_reserve or raise initial_supply",
        },
        Rule {
            name: "treasury/exposure-within-supply",
            severity: Severity::Error,
            why: "max_exposure must not exceed initial_supply",
            reads: &["treasury.max_exposure", "treasury.initial_supply"],
            holds: |config| {
                let treasury = config.section();
                treasury.max_exposure <= treasury.initial_supply
            },
            help: "lower max_exposure or raise initial_supply",
        },
    ]
}

//! State of the writer: overrides of the program, and the history of configs.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::live::current::{Current, PastConfig};
use crate::load::Override;

/// State that only the writer of new configs needs.
#[derive(Debug)]
pub(super) struct Writer {
    /// Overrides of the program, one for each field.
    pub overrides: Vec<Override>,
    /// Configs that ran before, the oldest first.
    pub history: VecDeque<PastConfig>,
    /// Maximum length of the history.
    pub history_limit: usize,
    /// Time of the next check for active profiles.
    pub next_check: Option<Timestamp>,
    /// True after a revert: only an explicit reload replaces the config.
    pub pinned: bool,
}

impl Writer {
    /// Adds a config to the history.
    pub fn remember<M>(&mut self, current: &Current<M>) {
        if self.history_limit == 0 {
            return;
        }
        if self.history.len() == self.history_limit {
            self.history.pop_front();
        }
        self.history.push_back(PastConfig {
            version: current.version,
            since: current.since,
            reason: current.reason.clone(),
            loaded: current.loaded.clone(),
            overrides: self.overrides.clone(),
        });
    }
}

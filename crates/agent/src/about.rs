//! Everything that the pages of an agent are made of.

use std::path::PathBuf;
use std::sync::Arc;

use crate::evaluations::Evaluations;
use crate::followed::Followed;
use crate::hosts::AllowedHosts;
use crate::service::Service;
use crate::state::State;
use crate::target::Target;
use crate::token::TokenFile;
use crate::views::Views;

/// The parts of an agent that its pages report on.
pub(crate) struct About {
    /// Name of the service.
    pub name: String,
    /// The running config.
    pub service: Arc<dyn Service>,
    /// The fleet that the agent follows.
    pub followed: Option<Arc<dyn Followed>>,
    /// The flags that the agent evaluates.
    pub evaluations: Option<Arc<dyn Evaluations>>,
    /// Pages for people.
    pub views: Option<Arc<dyn Views>>,
    /// Results of the output thread.
    pub state: Arc<State>,
    /// Output file.
    pub output: Option<PathBuf>,
    /// Target of notifications.
    pub target: Option<Target>,
    /// Names under which clients may address the agent.
    pub hosts: AllowedHosts,
    /// Token that clients send.
    pub token: Option<Arc<TokenFile>>,
}

impl About {
    /// Returns the error of the token, if it cannot be read.
    pub(crate) fn token_problem(&self) -> Option<String> {
        self.token.as_ref().and_then(|token| token.problem())
    }
}

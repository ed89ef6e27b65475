//! Everything that the pages of an agent are made of.

use std::path::PathBuf;
use std::sync::Arc;

use crate::service::Service;
use crate::state::State;
use crate::target::Target;

/// The parts of an agent that its pages report on.
pub(crate) struct About {
    /// Name of the service.
    pub name: String,
    /// The running config.
    pub service: Arc<dyn Service>,
    /// Results of the output thread.
    pub state: Arc<State>,
    /// Output file.
    pub output: Option<PathBuf>,
    /// Target of notifications.
    pub target: Option<Target>,
}

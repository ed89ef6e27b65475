//! The holder of a lock.

use std::{env, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The holder of the lock of a node's generations, as the lock file describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockOwner {
    /// Process id.
    pub pid: u32,
    /// User who started the process.
    #[serde(rename = "who")]
    pub user: String,
    /// Command that holds the lock.
    #[serde(rename = "what")]
    pub command: String,
    /// Time at which it took the lock.
    pub since: Timestamp,
}

impl LockOwner {
    /// Describes this process, which runs `command`.
    pub(crate) fn current(command: &str) -> Self {
        let (pid, user) = (std::process::id(), current_user());
        Self { pid, user, command: command.to_owned(), since: Timestamp::now() }
    }
}

impl fmt::Display for LockOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, user, command, since } = self;
        write!(f, "{command}, process {pid}, by {user}, since {}", since.strftime("%H:%M:%S UTC"))
    }
}

/// Returns the user of this process: the one behind sudo, if any.
pub fn current_user() -> String {
    let names = ["SUDO_USER", "USER", "LOGNAME"];
    let name = names.into_iter().find_map(|variable| env::var(variable).ok()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| format!("user {}", rustix::process::getuid().as_raw()))
}

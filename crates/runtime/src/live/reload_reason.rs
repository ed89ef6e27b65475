//! Why a config took over.

use std::fmt;

use serde::Serialize;

use crate::audit;

/// Why a config took over, or tried to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "detail")]
pub enum ReloadReason {
    /// The process began.
    Start,
    /// A file that it is read from changed.
    File,
    /// A secret changed.
    Secret,
    /// A signal asked for it.
    Signal,
    /// The program asked for it.
    Reload,
    /// The conditions of a profile came or went.
    Profile,
    /// The program set a value, for this reason.
    Set(String),
    /// The program went back to an earlier version.
    Revert(u64),
}

impl ReloadReason {
    /// Whether somebody asked, and waits for an answer.
    pub(super) fn is_asked_for(&self) -> bool {
        match self {
            Self::Start | Self::Signal | Self::Reload | Self::Set(_) | Self::Revert(_) => true,
            Self::File | Self::Secret | Self::Profile => false,
        }
    }

    /// Who brought a change in, in the words of the audit trail, where the value itself does not say it better.
    pub fn source(&self) -> audit::ChangeSource {
        match self {
            Self::Start => audit::ChangeSource::File,
            Self::File | Self::Signal => audit::ChangeSource::HotReload,
            Self::Secret => audit::ChangeSource::Secret,
            Self::Profile => audit::ChangeSource::Profile,
            Self::Reload | Self::Set(_) | Self::Revert(_) => audit::ChangeSource::Api,
        }
    }
}

impl fmt::Display for ReloadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("start"),
            Self::File => f.write_str("a file changed"),
            Self::Secret => f.write_str("a secret changed"),
            Self::Signal => f.write_str("signal"),
            Self::Reload => f.write_str("asked to reload"),
            Self::Profile => f.write_str("the active profiles changed"),
            Self::Set(reason) => write!(f, "set: {reason}"),
            Self::Revert(version) => write!(f, "back to version {version}"),
        }
    }
}

//! The reason of a start or reload.

use std::fmt;

use serde::Serialize;

use crate::audit::ChangeSource;

/// Reason of a start or reload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "detail")]
pub enum ReloadReason {
    /// The process started.
    Start,
    /// A file of the config changed.
    File,
    /// A secret changed.
    Secret,
    /// The process received the reload signal.
    Signal,
    /// The program called `reload`.
    Reload,
    /// Other profiles are active.
    Profile,
    /// The override of the region expired.
    Expired,
    /// The program set or removed overrides, for this reason.
    Set(String),
    /// The program returned to this version.
    Revert(u64),
}

impl ReloadReason {
    /// Reports if the reload was requested, and not automatic.
    pub(super) fn is_explicit(&self) -> bool {
        match self {
            Self::Start | Self::Signal | Self::Reload | Self::Set(_) | Self::Revert(_) => true,
            Self::File | Self::Secret | Self::Profile | Self::Expired => false,
        }
    }

    /// Returns the source of a change for the audit trail, unless the layer of the value implies another one.
    pub fn source(&self) -> ChangeSource {
        match self {
            Self::Start => ChangeSource::File,
            Self::File | Self::Signal | Self::Expired => ChangeSource::HotReload,
            Self::Secret => ChangeSource::Secret,
            Self::Profile => ChangeSource::Profile,
            Self::Reload | Self::Set(_) | Self::Revert(_) => ChangeSource::Api,
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
            Self::Reload => f.write_str("reload requested"),
            Self::Profile => f.write_str("the active profiles changed"),
            Self::Expired => f.write_str("the override of the region expired"),
            Self::Set(reason) => write!(f, "set: {reason}"),
            Self::Revert(version) => write!(f, "back to version {version}"),
        }
    }
}

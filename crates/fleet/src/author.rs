//! Authors of changes.

use confgate_files::SizeLimit;
use jiff::Timestamp;

/// The author of a change, with its time and commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// USER@HOST.
    pub by: String,
    /// Time of the change.
    pub at: Timestamp,
    /// Commit of the configuration, if it is known.
    pub commit: Option<String>,
}

impl Author {
    /// Returns the user of this process on this host, now.
    pub fn current(commit: Option<String>) -> Self {
        let user = confgate_deploy::current_user();
        let host = confgate_files::read("/proc/sys/kernel/hostname".as_ref(), SizeLimit::STATE).ok();
        let host = host.and_then(|bytes| String::from_utf8(bytes).ok()).map(|host| host.trim().to_owned());
        let by = match host.filter(|host| !host.is_empty()) {
            Some(host) => format!("{user}@{host}"),
            None => user,
        };
        Self { by, at: Timestamp::now(), commit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_is_a_user_on_a_host() {
        let author = Author::current(None);
        let (user, host) = author.by.split_once('@').unwrap();
        assert!(!user.is_empty() && !host.is_empty() && !host.contains('\n'), "{author:?}");
    }
}

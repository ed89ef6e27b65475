//! Reports of nodes: what each of them runs.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::names::{NodeName, RegionName, Tag, WaveName};
use crate::placement::Resident;
use crate::position::Position;
use crate::release::{read_document, write_document};
use crate::release_error::ReleaseError;

/// The format of a report that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// The longest message of a report, in characters.
const LONGEST_MESSAGE: usize = 1000;

/// Time to live of the lease that a node's report is under: a node that is dead for longer has no report.
pub const NODE_LEASE: Duration = Duration::from_secs(30);

/// Report of a node: the value of `/nodes/<name>`, which the node writes when it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeReport {
    /// Region of the node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionName>,
    /// Tags of the node.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Tag>,
    /// The release that the node runs; `None` before its first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Digest>,
    /// The node's bundle of that release, named by the hash of its NAR.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<Digest>,
    /// The release that the node's pointer names. Another one than `release` while the node activates it, and after it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Digest>,
    /// The wave of the node's pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wave: Option<WaveName>,
    /// The place in the history of the node's store at which it last read its pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// True once the service uses `release`: its generation is active, and the service was notified.
    pub active: bool,
    /// True while the service is healthy. A node without a health check reports true once the release is active.
    pub healthy: bool,
    /// True if a part of the release takes effect with the next restart of the service.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restart_pending: bool,
    /// The reason why the node does not run `wanted`, or ran it and went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ReportedError>,
    /// The release of a rollout that the node checked before its pointer moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staging: Option<ReportedStaging>,
    /// Time of the last change of `release`, `active`, `healthy` or `error`, by the clock of the node.
    pub since: Timestamp,
}

/// The error of a release on a node. It stays until the node runs another release, or the release after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedError {
    /// The release.
    pub release: Digest,
    /// The message, without secrets.
    pub message: String,
}

/// The check of a release before the node's pointer names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedStaging {
    /// The release.
    pub release: Digest,
    /// The reason why the node would reject it, without secrets; `None` if it would be admitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The report as it is stored.
#[derive(Serialize, Deserialize)]
struct Document<R> {
    format: u32,
    #[serde(flatten)]
    report: R,
}

impl NodeReport {
    /// Returns the report as it is stored.
    pub fn encode(&self) -> Vec<u8> {
        write_document(&Document { format: FORMAT, report: self })
    }

    /// Reads a report.
    ///
    /// # Errors
    ///
    /// The bytes are not a report.
    pub fn decode(bytes: &[u8], key: &str) -> Result<Self, ReleaseError> {
        let document: Document<Self> = read_document(bytes, key, "the report of a node", FORMAT)?;
        Ok(document.report)
    }

    /// Returns whether the node runs a release: it is active, and the service is healthy.
    pub fn runs(&self, release: &Digest) -> bool {
        self.release.as_ref() == Some(release) && self.active && self.healthy && self.error_of(release).is_none()
    }

    /// Returns the reason why the node rejected a release, or went back from it.
    pub fn error_of(&self, release: &Digest) -> Option<&str> {
        let error = self.error.as_ref().filter(|error| error.release == *release);
        error.map(|error| error.message.as_str())
    }

    /// Returns the reason why the node would reject a release that its pointer does not name yet.
    pub fn rejection_of(&self, release: &Digest) -> Option<&str> {
        let staging = self.staging.as_ref().filter(|staging| staging.release == *release);
        staging.and_then(|staging| staging.error.as_deref())
    }

    /// Returns the node as placement knows it.
    pub const fn resident<'n>(&'n self, node: &'n NodeName) -> Resident<'n> {
        Resident { node, region: self.region.as_ref(), tags: &self.tags }
    }
}

impl ReportedError {
    /// Returns the error of a release, with a message of bounded length.
    pub fn new(release: Digest, message: &str) -> Self {
        Self { release, message: bounded(message) }
    }
}

impl ReportedStaging {
    /// Returns the rejection, if it is one.
    pub fn rejection(&self) -> Option<ReportedError> {
        let message = self.error.clone()?;
        Some(ReportedError { release: self.release, message })
    }

    /// Returns the rejection of a release, with a message of bounded length.
    pub fn rejected(release: Digest, message: &str) -> Self {
        Self { release, error: Some(bounded(message)) }
    }
}

fn bounded(message: &str) -> String {
    match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::position::{ClusterId, Revision};

    fn report() -> NodeReport {
        NodeReport {
            region: None,
            tags: BTreeSet::new(),
            release: Some(Digest::of(b"")),
            bundle: None,
            wanted: Some(Digest::of(b"")),
            wave: None,
            position: None,
            active: true,
            healthy: true,
            restart_pending: false,
            error: None,
            staging: None,
            since: Timestamp::from_second(1).unwrap(),
        }
    }

    #[test]
    fn a_report_survives_the_store() {
        let full = NodeReport {
            region: Some("eu".parse().unwrap()),
            tags: BTreeSet::from(["canary".parse().unwrap()]),
            bundle: Some(Digest::of(b"")),
            wave: Some("10%".parse().unwrap()),
            position: Some(Position { cluster: ClusterId(1), revision: Revision(2) }),
            restart_pending: true,
            error: Some(ReportedError::new(Digest::of(b""), "not healthy")),
            ..report()
        };
        for report in [full, report()] {
            assert_eq!(NodeReport::decode(&report.encode(), "/k").unwrap(), report);
        }
        let text = String::from_utf8(report().encode()).unwrap();
        let digest = Digest::of(b"");
        assert_eq!(
            text,
            format!(
                "{{\"format\":1,\"release\":\"{digest}\",\"wanted\":\"{digest}\",\"active\":true,\"healthy\":true,\
                 \"since\":\"1970-01-01T00:00:01Z\"}}"
            )
        );
        let message = NodeReport::decode(b"[]", "/k").unwrap_err().to_string();
        assert!(message.starts_with("/k: not the report of a node: "), "{message}");
    }

    #[test]
    fn a_node_runs_a_release_that_is_active_and_healthy_and_has_no_error() {
        let release = Digest::of(b"");
        assert!(report().runs(&release) && !report().runs(&Digest::of(b"other")));
        assert!(!NodeReport { active: false, ..report() }.runs(&release));
        assert!(!NodeReport { healthy: false, ..report() }.runs(&release));
        let error = |of: &[u8]| Some(ReportedError::new(Digest::of(of), "m"));
        assert!(!NodeReport { error: error(b""), ..report() }.runs(&release));
        assert!(NodeReport { error: error(b"other"), ..report() }.runs(&release));
    }

    #[test]
    fn a_message_has_a_limit() {
        assert_eq!(ReportedError::new(Digest::of(b""), &"ä".repeat(2000)).message.chars().count(), 1001);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_report_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = NodeReport::decode(&bytes, "/k");
        }
    }
}

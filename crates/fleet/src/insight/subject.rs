//! Nodes and releases, as a command names them.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::digest::Digest;
use crate::gated::GateError;
use crate::keys::Keys;
use crate::limits::MAX_VALUE;
use crate::names::{InvalidName, NodeName, WaveName};
use crate::node_report::NodeReport;
use crate::pointer::Pointer;
use crate::release_error::ReleaseError;
use crate::store::Store;
use crate::store_error::StoreError;

/// The fewest digits by which a release is found without the word `release:`.
const FEWEST_DIGITS: usize = 6;

/// A node or a release, as it is written: `n1`, `node:n1`, `release:0c3zss5jkbjk`, `wave:canary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A node.
    Node(String),
    /// A release, by its first digits.
    Release(String),
    /// The release of a pointer.
    Wave(String),
    /// A node or a release.
    Any(String),
}

/// A node or a release of a store.
#[derive(Debug, Clone)]
pub(super) enum Found {
    Node(NodeName, Box<NodeReport>),
    Release(Digest),
}

/// The reason why there is no insight.
#[derive(Debug, Error)]
pub enum InsightError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value of the store is invalid.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A name cannot be one.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The gate rejects a bundle.
    #[error("bundle {}: {source}", bundle.short())]
    Gate {
        /// The bundle.
        bundle: Digest,
        /// Reason.
        source: GateError,
    },
    /// The store has neither such a node nor such a release.
    #[error(
        "{0} is neither a node that reports nor a release; confgate fleet status lists the nodes, confgate fleet history \
         the releases"
    )]
    Unknown(String),
    /// Both exist.
    #[error("{0} is a node and the beginning of a release; write node:{0} or release:{0}")]
    NodeAndRelease(String),
    /// The node does not report.
    #[error("the node {0} does not report; confgate fleet status lists the nodes")]
    NoReport(NodeName),
    /// The store has no such release.
    #[error("no release begins with {0}; confgate fleet history lists the releases")]
    NoRelease(String),
    /// Several releases begin with these digits.
    #[error("{count} releases begin with {digits}; write more of the digits")]
    SeveralReleases {
        /// The digits.
        digits: String,
        /// Number of releases.
        count: usize,
    },
    /// The store has no such pointer.
    #[error("no pointer of the wave {0}")]
    NoPointer(WaveName),
    /// The node has no pointer.
    #[error("no pointer holds for the node {0}; name what to compare it with")]
    NoPointerFor(NodeName),
    /// The node runs nothing.
    #[error("the node {0} runs no bundle yet")]
    RunsNothing(NodeName),
    /// The bundle of a node is not in the store.
    #[error("the node {node} runs the bundle {}, which is not in the store: it was deployed by hand", bundle.short())]
    NotStored {
        /// The node.
        node: NodeName,
        /// The bundle.
        bundle: Digest,
    },
}

impl FromStr for Subject {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.split_once(':') {
            Some(("node", name)) => Self::Node(name.to_owned()),
            Some(("release", digits)) => Self::Release(digits.to_owned()),
            Some(("wave", name)) => Self::Wave(name.to_owned()),
            _ => Self::Any(text.to_owned()),
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(text) => write!(f, "node:{text}"),
            Self::Release(text) => write!(f, "release:{text}"),
            Self::Wave(text) => write!(f, "wave:{text}"),
            Self::Any(text) => f.write_str(text),
        }
    }
}

impl Subject {
    /// Finds the node or the release in a store.
    pub(super) async fn find(&self, store: &Store, keys: &Keys) -> Result<Found, InsightError> {
        match self {
            Self::Node(name) => {
                let name: NodeName = name.parse()?;
                let report =
                    report_of(store, keys, &name).await?.ok_or_else(|| InsightError::NoReport(name.clone()))?;
                Ok(Found::Node(name, Box::new(report)))
            }
            Self::Release(digits) => release_of(store, keys, digits).await.map(Found::Release),
            Self::Wave(name) => {
                let wave: WaveName = name.parse()?;
                let pointer = pointer(store, keys, &wave).await?.ok_or(InsightError::NoPointer(wave))?;
                Ok(Found::Release(pointer.release))
            }
            Self::Any(text) => any(store, keys, text).await,
        }
    }
}

/// Finds the release that begins with some digits.
///
/// # Errors
///
/// No release or several ones do, or the store cannot be read.
pub async fn release_of(store: &Store, keys: &Keys, digits: &str) -> Result<Digest, InsightError> {
    let found = releases(store, keys, digits).await?;
    one_release(digits, found)?.ok_or_else(|| InsightError::NoRelease(digits.to_owned()))
}

async fn any(store: &Store, keys: &Keys, text: &str) -> Result<Found, InsightError> {
    let node = match text.parse::<NodeName>() {
        Ok(name) => report_of(store, keys, &name).await?.map(|report| (name, report)),
        Err(_) => None,
    };
    let found = if text.len() < FEWEST_DIGITS { Vec::new() } else { releases(store, keys, text).await? };
    match (node, one_release(text, found)) {
        (Some((name, report)), Ok(None)) => Ok(Found::Node(name, Box::new(report))),
        (Some(_), _) => Err(InsightError::NodeAndRelease(text.to_owned())),
        (None, release) => release?.map(Found::Release).ok_or_else(|| InsightError::Unknown(text.to_owned())),
    }
}

async fn report_of(store: &Store, keys: &Keys, node: &NodeName) -> Result<Option<NodeReport>, InsightError> {
    let key = keys.node(node);
    let (entry, _) = store.get(&key, MAX_VALUE).await?;
    Ok(entry.map(|entry| NodeReport::decode(&entry.value, &key)).transpose()?)
}

/// Reads the pointer of a wave.
pub(super) async fn pointer(store: &Store, keys: &Keys, wave: &WaveName) -> Result<Option<Pointer>, InsightError> {
    let key = keys.rollout(wave);
    let (entry, _) = store.get(&key, MAX_VALUE).await?;
    Ok(entry.map(|entry| Pointer::decode(&entry.value, &key)).transpose()?)
}

/// Returns the releases that begin with some digits.
async fn releases(store: &Store, keys: &Keys, digits: &str) -> Result<Vec<Digest>, InsightError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Ok(Vec::new());
    }
    let prefix = keys.releases();
    let listing = store.list_keys(&format!("{prefix}{digits}")).await?;
    let names = listing.entries.iter().filter_map(|entry| Keys::name_below(&entry.key, &prefix)?.parse().ok());
    Ok(names.collect())
}

fn one_release(digits: &str, found: Vec<Digest>) -> Result<Option<Digest>, InsightError> {
    match found[..] {
        [] => Ok(None),
        [release] => Ok(Some(release)),
        _ => Err(InsightError::SeveralReleases { digits: digits.to_owned(), count: found.len() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_displayed_as_it_is_written() {
        for text in ["n1", "node:n1", "release:0c3z", "wave:10%", "host:1"] {
            let subject: Subject = text.parse().unwrap();
            assert_eq!(subject.to_string(), text);
        }
        assert_eq!("wave:10%".parse::<Subject>().unwrap(), Subject::Wave("10%".to_owned()));
        assert_eq!("host:1".parse::<Subject>().unwrap(), Subject::Any("host:1".to_owned()));
    }

    #[test]
    fn digits_of_several_releases_name_none() {
        let digests = [Digest::of(b"a"), Digest::of(b"b")];
        let message = one_release("0", digests.to_vec()).unwrap_err().to_string();
        assert_eq!(message, "2 releases begin with 0; write more of the digits");
        assert_eq!(one_release("0", digests[..1].to_vec()).unwrap(), Some(digests[0]));
        assert_eq!(one_release("0", Vec::new()).unwrap(), None);
    }
}

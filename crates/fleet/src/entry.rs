//! Answers of a store: entries and listings.

use etcd_client::{KeyValue, ResponseHeader};

use crate::lease_id::LeaseId;
use crate::position::{ClusterId, Position, Revision};
use crate::store_error::StoreError;

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Vec<u8>,
    /// Revision that created the key.
    pub created: Revision,
    /// Revision of the last change.
    pub modified: Revision,
    /// The lease that the key ends with.
    pub lease: Option<LeaseId>,
}

/// All entries below a prefix at one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Entries, sorted by key.
    pub entries: Vec<Entry>,
    /// The place in the history of the cluster.
    pub position: Position,
}

/// Returns the position that a response was made at. etcd always sends the header.
pub(crate) fn position(header: Option<&ResponseHeader>) -> Position {
    let (cluster, revision) = header.map_or((0, 0), |header| (header.cluster_id(), header.revision()));
    Position { cluster: ClusterId(cluster), revision: Revision(revision) }
}

/// Returns an entry of the client as one of the store.
pub(crate) fn entry(found: &KeyValue, prefix: &str) -> Result<Entry, StoreError> {
    let key = found.key_str().map_err(|_| StoreError::Key {
        prefix: prefix.to_owned(),
        key: String::from_utf8_lossy(found.key()).into_owned(),
    })?;
    Ok(Entry {
        key: key.to_owned(),
        value: found.value().to_vec(),
        created: Revision(found.create_revision()),
        modified: Revision(found.mod_revision()),
        lease: Some(found.lease()).filter(|id| *id != 0).map(LeaseId),
    })
}

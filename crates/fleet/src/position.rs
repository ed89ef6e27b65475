//! Places in the history of a cluster.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Id of a cluster. A cluster that is restored from a snapshot has another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClusterId(pub u64);

impl fmt::Display for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl TryFrom<String> for ClusterId {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u64::from_str_radix(&text, 16).map(Self)
    }
}

impl From<ClusterId> for String {
    fn from(id: ClusterId) -> Self {
        id.to_string()
    }
}

/// Revision of a cluster: a number that grows with each change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub i64);

impl Revision {
    /// Returns the revision after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A cluster and its revision. Revisions of two clusters have no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The cluster.
    pub cluster: ClusterId,
    /// Its revision.
    pub revision: Revision,
}

impl Position {
    /// Returns whether this is a later place of the same cluster, or the same place.
    pub fn follows(self, earlier: Self) -> bool {
        self.cluster == earlier.cluster && self.revision >= earlier.revision
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "revision {} of cluster {}", self.revision, self.cluster)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_a_document() {
        let position = Position { cluster: ClusterId(u64::MAX), revision: Revision(7) };
        let text = serde_json::to_string(&position).unwrap();
        assert_eq!(text, r#"{"cluster":"ffffffffffffffff","revision":7}"#);
        assert_eq!(serde_json::from_str::<Position>(&text).unwrap(), position);
        assert!(serde_json::from_str::<Position>(&text.replace("ff\"", "fg\"")).is_err());
    }

    #[test]
    fn revisions_of_two_clusters_have_no_order() {
        let at = |cluster, revision| Position { cluster: ClusterId(cluster), revision: Revision(revision) };
        assert!(at(1, 5).follows(at(1, 5)) && at(1, 6).follows(at(1, 5)) && !at(1, 4).follows(at(1, 5)));
        assert!(!at(2, 9).follows(at(1, 5)));
        assert_eq!(at(1, 5).to_string(), "revision 5 of cluster 0000000000000001");
    }
}

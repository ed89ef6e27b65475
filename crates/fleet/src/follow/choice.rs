//! The choice of a pointer: which one holds for the node, and whether it is newer than what is known.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::digest::Digest;
use crate::follow::state::SeenPointer;
use crate::names::WaveName;
use crate::placement::Resident;
use crate::pointer::Pointer;
use crate::pointer_choice::pointer_of;
use crate::pointers::Pointers;
use crate::position::Position;

/// A pointer that the node is to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    /// Its wave.
    pub wave: WaveName,
    /// The release.
    pub release: Digest,
    /// Its position at the authority: that which a relay noted, else that of the store.
    pub position: Position,
}

/// The reason why a pointer is not followed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PointerProblem {
    /// A pointer is not readable, and may be the node's own.
    #[error("{0}")]
    Malformed(String),
    /// The pointer is older than one that was followed.
    #[error(
        "the pointer of the wave {wave} is older than the one that is known: {found}, after {known}; the store was restored from \
         a snapshot, or an old value was put there; publish again, or restore the authority with another \
         --initial-cluster-token"
    )]
    Older {
        /// The wave.
        wave: WaveName,
        /// Position of the pointer at the authority.
        found: Position,
        /// The newest known position.
        known: Position,
    },
    /// The pointer has the position of one that was followed, and another release.
    #[error(
        "the pointer of the wave {wave} was altered: it names the release {found}, and named {known} at the same {position}"
    )]
    Altered {
        /// The wave.
        wave: WaveName,
        /// Its release.
        found: Digest,
        /// The release that it had.
        known: Digest,
        /// Its position at the authority.
        position: Position,
    },
}

/// Chooses the pointer that holds for a node.
///
/// # Errors
///
/// The pointer is older than the one that was followed, or it cannot be told which one holds. The node keeps what it runs.
pub(super) fn choose(
    pointers: &Pointers,
    node: Resident<'_>,
    seen: &BTreeMap<WaveName, SeenPointer>,
) -> Result<Option<Choice>, PointerProblem> {
    let mut readable: BTreeMap<&WaveName, &Pointer> = BTreeMap::new();
    for (wave, found) in &pointers.waves {
        match &found.pointer {
            Ok(pointer) => drop(readable.insert(wave, pointer)),
            // It may hold for this node: without it, the node would fall back to another release.
            Err(reason) => return Err(PointerProblem::Malformed(reason.clone())),
        }
    }
    let chosen = pointer_of(readable.iter().map(|(wave, pointer)| (*wave, *pointer)), node);
    let Some((wave, pointer)) = chosen else { return Ok(None) };
    let own = || pointers.waves.get(wave).map(|found| Position { revision: found.modified, ..pointers.position });
    let Some(position) = pointer.authority.or_else(own) else { return Ok(None) };
    // Revisions of two clusters have no order: another authority is followed.
    if let Some(known) = seen.get(wave).filter(|known| known.position.cluster == position.cluster) {
        if position.revision < known.position.revision {
            return Err(PointerProblem::Older { wave: wave.clone(), found: position, known: known.position });
        }
        if position.revision == known.position.revision && pointer.release != known.release {
            let (found, known) = (pointer.release, known.release);
            return Err(PointerProblem::Altered { wave: wave.clone(), found, known, position });
        }
    }
    Ok(Some(Choice { wave: wave.clone(), release: pointer.release, position }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;

    use super::*;
    use crate::names::NodeName;
    use crate::pointers::Found;
    use crate::position::{ClusterId, Revision};

    fn at(cluster: u64, revision: i64) -> Position {
        Position { cluster: ClusterId(cluster), revision: Revision(revision) }
    }

    fn digest(release: &str) -> Digest {
        Digest::of(release.as_bytes())
    }

    fn all(release: &str, authority: Option<Position>) -> Pointers {
        let pointer = Pointer {
            release: digest(release),
            by: String::new(),
            at: Timestamp::UNIX_EPOCH,
            commit: None,
            authority,
            selector: None,
        };
        let found = Found { pointer: Ok(pointer), modified: Revision(50) };
        Pointers { position: at(9, 60), waves: BTreeMap::from([(WaveName::all(), found)]) }
    }

    fn chosen(pointers: &Pointers, seen: Option<(&str, Position)>) -> Result<Option<Choice>, PointerProblem> {
        let node: NodeName = "n1".parse().unwrap();
        let seen =
            seen.map(|(release, position)| (WaveName::all(), SeenPointer { position, release: digest(release) }));
        let resident = Resident { node: &node, region: None, tags: &BTreeSet::new() };
        choose(pointers, resident, &seen.into_iter().collect())
    }

    #[test]
    fn a_pointer_has_the_position_of_the_authority_else_that_of_its_store() {
        let choice = chosen(&all("a", Some(at(1, 5))), None).unwrap().unwrap();
        assert_eq!((choice.wave, choice.release, choice.position), (WaveName::all(), digest("a"), at(1, 5)));
        assert_eq!(chosen(&all("a", None), None).unwrap().unwrap().position, at(9, 50));
        let none = Pointers { position: at(9, 60), waves: BTreeMap::new() };
        assert_eq!(chosen(&none, None), Ok(None));
    }

    #[test]
    fn an_older_and_an_altered_pointer_are_named_and_another_authority_is_followed() {
        let pointers = all("a", Some(at(1, 5)));
        assert!(chosen(&pointers, Some(("b", at(1, 4)))).is_ok());
        assert!(chosen(&pointers, Some(("a", at(1, 5)))).is_ok());
        assert!(chosen(&pointers, Some(("b", at(2, 9)))).is_ok());
        assert_eq!(
            chosen(&pointers, Some(("b", at(1, 7)))).unwrap_err().to_string(),
            "the pointer of the wave all is older than the one that is known: revision 5 of cluster 0000000000000001, after \
             revision 7 of cluster 0000000000000001; the store was restored from a snapshot, or an old value was put \
             there; publish again, or restore the authority with another --initial-cluster-token"
        );
        let message = chosen(&pointers, Some(("b", at(1, 5)))).unwrap_err().to_string();
        assert!(message.starts_with("the pointer of the wave all was altered: it names the release "), "{message}");
    }

    #[test]
    fn a_pointer_that_is_not_readable_keeps_the_node_where_it_is() {
        let mut pointers = all("a", None);
        let garbage = Found { pointer: Err("/k: not a pointer".to_owned()), modified: Revision(51) };
        pointers.waves.insert("canary".parse().unwrap(), garbage);
        assert_eq!(chosen(&pointers, None).unwrap_err().to_string(), "/k: not a pointer");
    }
}

//! The plan of a relay: what the region lacks, from the pointers of both stores.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::names::WaveName;
use crate::pointer::Pointer;
use crate::pointers::{Found, Pointers};
use crate::position::{Position, Revision};

/// The changes that the region needs.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Pointers to put, each with the authority's position of it.
    pub puts: BTreeMap<WaveName, Pointer>,
    /// Pointers to delete.
    pub deletes: Vec<WaveName>,
    /// Pointers that the region has from another source than the authority, and the reason.
    pub repairs: BTreeMap<WaveName, &'static str>,
    /// Pointers that are left as they are.
    pub problems: BTreeMap<Option<WaveName>, PlanProblem>,
}

/// The reason why a pointer is not forwarded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanProblem {
    /// The authority's pointer cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// The authority's data was replaced by older ones, and its cluster has the same id.
    #[error(
        "the authority went back: its pointer is of revision {authority}, and the region has it from revision {region} of the \
         same cluster; restore the authority with another --initial-cluster-token or with --bump-revision"
    )]
    WentBack {
        /// Revision of the pointer at the authority.
        authority: Revision,
        /// Revision of the pointer that the region has.
        region: Revision,
    },
    /// The authority is another cluster, and empty.
    #[error(
        "the authority has no pointer, and is another cluster than the one that the region's pointers came from; nothing is \
         removed; check the addresses, or publish to it"
    )]
    Empty,
}

/// Compares the pointers of the authority with those of the region.
pub(super) fn plan(authority: &Pointers, region: &Pointers) -> Plan {
    let mut plan = Plan::default();
    for (wave, found) in &authority.waves {
        let pointer = match &found.pointer {
            Ok(pointer) => pointer,
            Err(reason) => {
                plan.problems.insert(Some(wave.clone()), PlanProblem::Malformed(reason.clone()));
                continue;
            }
        };
        let position = Position { revision: found.modified, ..authority.position };
        let wanted = Pointer { authority: Some(position), ..pointer.clone() };
        match compare(&wanted, position, region.waves.get(wave)) {
            Ok(Difference::None) => {}
            Ok(Difference::Newer) => drop(plan.puts.insert(wave.clone(), wanted)),
            Ok(Difference::Repair(reason)) => {
                plan.repairs.insert(wave.clone(), reason);
                plan.puts.insert(wave.clone(), wanted);
            }
            Err(problem) => drop(plan.problems.insert(Some(wave.clone()), problem)),
        }
    }
    for (wave, found) in region.waves.iter().filter(|(wave, _)| !authority.waves.contains_key(*wave)) {
        let from = found.pointer.as_ref().ok().and_then(|pointer| pointer.authority);
        let is_same_cluster = from.is_some_and(|from| from.cluster == authority.position.cluster);
        if authority.waves.is_empty() && !is_same_cluster {
            plan.problems.insert(None, PlanProblem::Empty);
        } else {
            plan.deletes.push(wave.clone());
        }
    }
    plan
}

/// The difference between a pointer of the authority and the region's.
enum Difference {
    None,
    Newer,
    Repair(&'static str),
}

fn compare(wanted: &Pointer, position: Position, found: Option<&Found>) -> Result<Difference, PlanProblem> {
    let Some(found) = found else { return Ok(Difference::Newer) };
    let Ok(pointer) = &found.pointer else { return Ok(Difference::Repair("the region's pointer was not readable")) };
    let Some(from) = pointer.authority else {
        return Ok(Difference::Repair("the region's pointer was not written by a relay"));
    };
    if from.cluster != position.cluster {
        return Ok(Difference::Newer);
    }
    match position.revision.cmp(&from.revision) {
        std::cmp::Ordering::Greater => Ok(Difference::Newer),
        std::cmp::Ordering::Less => Err(PlanProblem::WentBack { authority: position.revision, region: from.revision }),
        std::cmp::Ordering::Equal if pointer == wanted => Ok(Difference::None),
        std::cmp::Ordering::Equal => Ok(Difference::Repair("the region's pointer was altered")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::digest::Digest;
    use crate::position::ClusterId;

    fn pointer(release: &str, authority: Option<(u64, i64)>) -> Pointer {
        Pointer {
            release: Digest::of(release.as_bytes()),
            by: "alice@ci".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            commit: None,
            authority: authority.map(|(cluster, revision)| at(cluster, revision)),
            selector: None,
        }
    }

    fn at(cluster: u64, revision: i64) -> Position {
        Position { cluster: ClusterId(cluster), revision: Revision(revision) }
    }

    fn side(cluster: u64, waves: &[(&str, Result<Pointer, &str>, i64)]) -> Pointers {
        let found = |(wave, pointer, modified): &(&str, Result<Pointer, &str>, i64)| {
            let pointer = pointer.clone().map_err(str::to_owned);
            (wave.parse().unwrap(), Found { pointer, modified: Revision(*modified) })
        };
        Pointers { position: at(cluster, 100), waves: waves.iter().map(found).collect() }
    }

    fn puts(plan: &Plan) -> Vec<&str> {
        plan.puts.keys().map(WaveName::as_str).collect()
    }

    #[test]
    fn a_newer_pointer_is_put_with_its_position_and_an_equal_one_is_left() {
        let authority = side(1, &[("all", Ok(pointer("b", None)), 7), ("canary", Ok(pointer("c", None)), 9)]);
        let region = side(2, &[("all", Ok(pointer("a", Some((1, 5)))), 50)]);
        let planned = plan(&authority, &region);
        assert_eq!((puts(&planned), planned.deletes.len(), planned.problems.len()), (vec!["all", "canary"], 0, 0));
        let all = &planned.puts[&"all".parse().unwrap()];
        assert_eq!(*all, pointer("b", Some((1, 7))));
        let region = side(2, &[("all", Ok(all.clone()), 51), ("canary", Ok(pointer("c", Some((1, 9)))), 51)]);
        let planned = plan(&authority, &region);
        assert!(planned.puts.is_empty() && planned.deletes.is_empty() && planned.problems.is_empty());
    }

    #[test]
    fn a_pointer_that_the_region_has_from_elsewhere_is_put_again() {
        let authority = side(1, &[("all", Ok(pointer("b", None)), 7)]);
        for (found, reason) in [
            (Ok(pointer("x", Some((1, 7)))), "the region's pointer was altered"),
            (Ok(pointer("b", None)), "the region's pointer was not written by a relay"),
            (Err("garbage"), "the region's pointer was not readable"),
        ] {
            let planned = plan(&authority, &side(2, &[("all", found, 50)]));
            assert_eq!((puts(&planned), planned.repairs.values().copied().collect()), (vec!["all"], vec![reason]));
        }
    }

    #[test]
    fn an_authority_that_went_back_is_named_and_one_that_was_restored_is_followed() {
        let authority = side(1, &[("all", Ok(pointer("a", None)), 4)]);
        let planned = plan(&authority, &side(2, &[("all", Ok(pointer("b", Some((1, 7)))), 50)]));
        assert!(planned.puts.is_empty());
        let message = planned.problems[&Some(WaveName::all())].to_string();
        assert_eq!(
            message,
            "the authority went back: its pointer is of revision 4, and the region has it from revision 7 of the same \
             cluster; restore the authority with another --initial-cluster-token or with --bump-revision"
        );
        let planned = plan(&authority, &side(2, &[("all", Ok(pointer("b", Some((3, 7)))), 50)]));
        assert_eq!((puts(&planned), planned.problems.len()), (vec!["all"], 0));
        let malformed = side(1, &[("all", Err("/k: not a pointer"), 9)]);
        let planned = plan(&malformed, &side(2, &[("all", Ok(pointer("b", Some((1, 7)))), 50)]));
        assert!(planned.puts.is_empty() && planned.deletes.is_empty());
        assert_eq!(planned.problems[&Some(WaveName::all())].to_string(), "/k: not a pointer");
    }

    #[test]
    fn a_pointer_that_the_authority_removed_is_removed_unless_the_authority_is_another_and_empty() {
        let region =
            side(2, &[("all", Ok(pointer("a", Some((1, 5)))), 50), ("10%", Ok(pointer("b", Some((1, 6)))), 51)]);
        let planned = plan(&side(1, &[("all", Ok(pointer("a", None)), 5)]), &region);
        assert_eq!((puts(&planned), planned.deletes.clone()), (vec![], vec!["10%".parse().unwrap()]));
        assert_eq!(plan(&side(1, &[]), &region).deletes.len(), 2);
        let planned = plan(&side(3, &[]), &region);
        assert!(planned.deletes.is_empty() && planned.puts.is_empty());
        assert!(
            planned.problems[&None].to_string().starts_with("the authority has no pointer, and is another cluster")
        );
    }

    proptest! {
        #[test]
        fn a_plan_that_was_carried_out_leaves_nothing_to_do(
            authority in proptest::collection::btree_map(0..5_u8, (0..3_u8, 1..9_i64), 0..5),
            region in proptest::collection::btree_map(0..5_u8, (0..3_u8, 1..9_i64, 1..3_u64), 0..5),
        ) {
            let wave = |number: &u8| -> WaveName { format!("w{number}").parse().unwrap() };
            let found = |pointer, modified| Found { pointer: Ok(pointer), modified: Revision(modified) };
            let ours = authority.iter().map(|(number, (release, modified))| {
                (wave(number), found(pointer(&release.to_string(), None), *modified))
            });
            let ours = Pointers { position: at(1, 100), waves: ours.collect() };
            let theirs = region.iter().map(|(number, (release, modified, cluster))| {
                (wave(number), found(pointer(&release.to_string(), Some((*cluster, *modified))), 1))
            });
            let mut theirs = Pointers { position: at(2, 100), waves: theirs.collect() };
            let first = plan(&ours, &theirs);
            for (wave, pointer) in first.puts {
                theirs.waves.insert(wave, found(pointer, 101));
            }
            for wave in first.deletes {
                theirs.waves.remove(&wave);
            }
            let second = plan(&ours, &theirs);
            prop_assert!(second.puts.is_empty() && second.deletes.is_empty() && second.repairs.is_empty());
            prop_assert_eq!(first.problems, second.problems);
        }
    }
}

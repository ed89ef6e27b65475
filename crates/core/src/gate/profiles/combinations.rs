//! Combinations of the variants of flags, with the profiles that are active in each.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::FlagCombinations;
use crate::environment::Environment;
use crate::profile::Profile;

/// Largest number of combinations that are all checked. Of more, as many are checked as contain every pair of variants.
const MAX_ALL: u64 = 256;

/// Largest number of flags whose pairs are combined.
const MAX_FLAGS: usize = 64;

/// Variants of a flag that conditions name, and one that stands for all others.
type Domain<'p> = (&'p str, Vec<Option<&'p str>>);

/// The sets of profiles that may be active together by the variants of their flags, as indices in their order. A profile without a flag
/// is in none. Returns what a report says of them, if a profile depends on a flag.
pub fn combinations(profiles: &[Profile], environment: Environment) -> Option<(Vec<Vec<usize>>, FlagCombinations)> {
    let conditional: Vec<(usize, &Profile)> = profiles
        .iter()
        .enumerate()
        .filter(|(_, profile)| profile.when.flag.is_some() && profile.when.admits(environment))
        .collect();
    let domains = domains(&conditional);
    if domains.is_empty() {
        return None;
    }
    let total = domains.iter().fold(1_u64, |total, (_, values)| total.saturating_mul(values.len() as u64));
    let assignments = if total <= MAX_ALL { product(&domains) } else { pairwise(&domains) };
    let checked = assignments.len() as u64;
    let mut sets = BTreeSet::new();
    for assignment in assignments {
        let selected: BTreeMap<&str, Option<&str>> =
            domains.iter().zip(&assignment).map(|((flag, values), index)| (*flag, values[*index])).collect();
        let is_active = |profile: &Profile| {
            let variant = profile.when.flag.as_deref().and_then(|flag| *selected.get(flag)?);
            variant.is_some_and(|variant| profile.when.variants().iter().any(|name| name == variant))
        };
        let active: Vec<usize> =
            conditional.iter().filter(|(_, profile)| is_active(profile)).map(|(index, _)| *index).collect();
        sets.insert(active);
    }
    Some((sets.into_iter().collect(), FlagCombinations { flags: domains.len(), checked, total }))
}

fn domains<'p>(profiles: &[(usize, &'p Profile)]) -> Vec<Domain<'p>> {
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, profile) in profiles {
        if let Some(flag) = &profile.when.flag {
            named.entry(flag).or_default().extend(profile.when.variants().iter().map(String::as_str));
        }
    }
    let with_other = |variants: BTreeSet<&'p str>| variants.into_iter().map(Some).chain([None]).collect();
    named.into_iter().take(MAX_FLAGS).map(|(flag, variants)| (flag, with_other(variants))).collect()
}

/// Returns all assignments of variants, as indices in their domains.
fn product(domains: &[Domain<'_>]) -> Vec<Vec<usize>> {
    domains.iter().fold(vec![Vec::new()], |assignments, (_, values)| {
        let extend =
            |assignment: Vec<usize>| (0..values.len()).map(move |value| [assignment.as_slice(), &[value]].concat());
        assignments.into_iter().flat_map(extend).collect()
    })
}

/// Returns assignments that contain every pair of variants of two flags. Flag by flag, each assignment gets the variant that makes the
/// most new pairs, and assignments are added for the pairs that are left (in-parameter-order).
fn pairwise(domains: &[Domain<'_>]) -> Vec<Vec<usize>> {
    let size = |flag: usize| domains[flag].1.len();
    let mut rows = product(&domains[..domains.len().min(2)]);
    for flag in 2..domains.len() {
        let mut missing: BTreeSet<(usize, usize, usize)> = (0..flag)
            .flat_map(|other| (0..size(other)).flat_map(move |a| (0..size(flag)).map(move |b| (other, a, b))))
            .collect();
        for row in &mut rows {
            let gain = |value: &usize| {
                row.iter().enumerate().filter(|(other, a)| missing.contains(&(*other, **a, *value))).count()
            };
            let best = (0..size(flag)).max_by_key(|value| (gain(value), usize::MAX - value)).unwrap_or_default();
            row.iter().enumerate().for_each(|(other, a)| {
                missing.remove(&(other, *a, best));
            });
            row.push(best);
        }
        while let Some(&(_, _, value)) = missing.first() {
            let mut row = Vec::with_capacity(flag + 1);
            for other in 0..flag {
                // The last variant of a domain stands for those that no profile names.
                let wanted = (0..size(other)).find(|a| missing.contains(&(other, *a, value)));
                row.push(wanted.unwrap_or(size(other) - 1));
            }
            row.iter().enumerate().for_each(|(other, a)| {
                missing.remove(&(other, *a, value));
            });
            row.push(value);
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::profile::{Condition, OneOrMany};
    use crate::value::{Node, Origin, Value};

    fn profile(name: usize, flag: &str, variants: &[&str]) -> Profile {
        let when = Condition {
            flag: Some(flag.to_owned()),
            variant: Some(OneOrMany::Many(variants.iter().map(|name| (*name).to_owned()).collect())),
            ..Condition::default()
        };
        Profile { name: name.to_string(), when, set: Node::generated(Value::Null), origin: Origin::Generated }
    }

    fn of(profiles: &[Profile]) -> (Vec<Vec<usize>>, FlagCombinations) {
        combinations(profiles, Environment::Production).unwrap()
    }

    #[test]
    fn few_flags_are_combined_in_all_ways() {
        let profiles = [profile(0, "a", &["x"]), profile(1, "a", &["y"]), profile(2, "b", &["x", "y"])];
        let (sets, facts) = of(&profiles);
        assert_eq!(sets, [vec![], vec![0], vec![0, 2], vec![1], vec![1, 2], vec![2]]);
        assert_eq!(facts, FlagCombinations { flags: 2, checked: 9, total: 9 });
        assert!(combinations(&[], Environment::Production).is_none());
    }

    #[test]
    fn many_flags_are_combined_so_that_every_pair_is_there() {
        let names: Vec<String> = (0..12).map(|n| format!("f{n:02}")).collect();
        let profiles: Vec<Profile> = names.iter().enumerate().map(|(n, name)| profile(n, name, &["on"])).collect();
        let (sets, facts) = of(&profiles);
        assert_eq!((facts.flags, facts.total), (12, 4096));
        assert!(facts.checked < 20, "{facts:?}");
        for a in 0..12 {
            for b in a + 1..12 {
                for (with_a, with_b) in [(true, true), (true, false), (false, true), (false, false)] {
                    let is = |set: &&Vec<usize>| set.contains(&a) == with_a && set.contains(&b) == with_b;
                    assert!(sets.iter().any(|set| is(&set)), "{a} {b} {with_a} {with_b}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn every_pair_of_variants_is_in_an_assignment(sizes in proptest::collection::vec(1_usize..5, 2..9)) {
            let domains: Vec<Domain<'_>> = sizes.iter().map(|size| ("f", vec![None; *size])).collect();
            let rows = pairwise(&domains);
            for a in 0..sizes.len() {
                for b in a + 1..sizes.len() {
                    for x in 0..sizes[a] {
                        for y in 0..sizes[b] {
                            prop_assert!(rows.iter().any(|row| row[a] == x && row[b] == y));
                        }
                    }
                }
            }
            prop_assert!(rows.iter().all(|row| row.len() == sizes.len()));
        }
    }
}

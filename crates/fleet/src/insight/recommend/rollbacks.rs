//! Values that releases which went back have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::insight::recommend::finding::{Evidence, Finding};
use crate::insight::recommend::recorded::RecordedRelease;

/// The fewest rollbacks of which something is said.
const FEWEST_ROLLBACKS: usize = 2;

/// The largest probability of chance. It is no threshold of significance: many values are looked at. It keeps out what a few
/// releases say nothing about.
const MAX_PROBABILITY: f64 = 0.1;

/// The largest number of findings.
const MAX_FINDINGS: usize = 10;

/// Returns the values whose releases went back more often than those without them, the least probable ones first.
pub(super) fn correlated(releases: &[RecordedRelease]) -> Vec<Finding> {
    let total = releases.len();
    let all_back = releases.iter().filter(|release| release.went_back.is_some()).count();
    if all_back < FEWEST_ROLLBACKS {
        return Vec::new();
    }
    let mut having: BTreeMap<(&Arc<str>, &Arc<str>), BTreeSet<usize>> = BTreeMap::new();
    for (index, release) in releases.iter().enumerate() {
        for (name, field) in release.bundles.iter().flat_map(|values| &values.fields) {
            having.entry((name, &field.text)).or_default().insert(index);
        }
    }
    // Values that are in the same releases cannot be told apart.
    let mut groups: BTreeMap<BTreeSet<usize>, BTreeMap<Arc<str>, Arc<str>>> = BTreeMap::new();
    for ((name, text), indexes) in having {
        groups.entry(indexes).or_default().insert(name.clone(), text.clone());
    }
    let mut found = Vec::new();
    for (indexes, values) in groups {
        let with = indexes.len();
        let back = indexes.iter().filter(|index| releases[**index].went_back.is_some()).count();
        let (without, others_back) = (total - with, all_back - back);
        if back < FEWEST_ROLLBACKS || without == 0 || back * without <= others_back * with {
            continue;
        }
        let probability = chance(total, all_back, with, back);
        if probability > MAX_PROBABILITY {
            continue;
        }
        let Some(subject) = values.keys().next().cloned() else { continue };
        let named = indexes.iter().map(|index| releases[*index].name());
        let went_back = named.filter(|name| name.went_back.is_some()).collect();
        let evidence = Evidence::Rollbacks { values, went_back, with, others_back, without, probability };
        found.push((probability, Finding { subject, evidence }));
    }
    found.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    found.into_iter().take(MAX_FINDINGS).map(|(_, finding)| finding).collect()
}

/// Returns the probability that, of `drawn` releases out of `total` with `marked` marked ones, `found` or more are marked.
fn chance(total: usize, marked: usize, drawn: usize, found: usize) -> f64 {
    let logarithms: Vec<f64> = std::iter::once(0.0)
        .chain((1..=total).scan(0.0, |sum, number| {
            *sum += (number as f64).ln();
            Some(*sum)
        }))
        .collect();
    let choose = |from: usize, count: usize| logarithms[from] - logarithms[count] - logarithms[from - count];
    let of = |hits: usize| {
        let misses = drawn.checked_sub(hits)?;
        (misses <= total - marked)
            .then(|| (choose(marked, hits) + choose(total - marked, misses) - choose(total, drawn)).exp())
    };
    (found..=marked.min(drawn)).filter_map(of).sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::insight::bundle_values::tests::values;
    use crate::insight::recommend::recorded::tests::release;

    #[test]
    fn a_value_that_only_releases_that_went_back_have_is_found_with_those_that_come_with_it() {
        let good = |name: &str, port: u32| {
            release(name, None, &[values(&format!("limit = 500\nserver.port = {port}\n"), &[])])
        };
        let bad = |name: &str, port: u32| {
            let config = values(&format!("limit = 900\ndebug = true\nserver.port = {port}\n"), &[]);
            release(name, Some("alarm errors fires"), &[config])
        };
        let history = [good("a", 1), bad("b", 2), good("c", 3), good("d", 4), bad("e", 5), good("f", 6)];
        let findings = correlated(&history);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].subject.as_ref(), "debug");
        let Evidence::Rollbacks { values, went_back, with, others_back, without, probability } = &findings[0].evidence
        else {
            panic!("{findings:?}")
        };
        let values: Vec<(&str, &str)> = values.iter().map(|(name, text)| (name.as_ref(), text.as_ref())).collect();
        assert_eq!(values, [("debug", "true"), ("limit", "900")]);
        assert_eq!((went_back.len(), *with, *others_back, *without), (2, 2, 0, 4));
        assert_eq!(went_back[0].went_back.as_deref(), Some("alarm errors fires"));
        // 2 of 2 out of 6 with 2 marked ones: 1 / C(6, 2).
        assert!((probability - 1.0 / 15.0).abs() < 1e-9, "{probability}");
    }

    #[test]
    fn one_rollback_and_a_value_of_all_releases_say_nothing() {
        let config = |limit: u32| values(&format!("limit = {limit}\n"), &[]);
        let one = [release("a", None, &[config(1)]), release("b", Some("x"), &[config(2)])];
        assert_eq!(correlated(&one), []);
        let all = [release("a", Some("x"), &[config(1)]), release("b", Some("x"), &[config(1)])];
        assert_eq!(correlated(&all), []);
        // Two of three releases went back: 1 / 3 is chance.
        let few = [&all[..], &[release("c", None, &[config(2)])]].concat();
        assert_eq!(correlated(&few), []);
        assert_eq!(correlated(&[]), []);
    }

    proptest! {
        #[test]
        fn a_chance_is_a_probability_that_falls_with_the_hits(
            total in 1..60_usize, marked in 0..60_usize, drawn in 0..60_usize,
        ) {
            let (marked, drawn) = (marked.min(total), drawn.min(total));
            let mut last = 1.0;
            for found in 0..=marked.min(drawn) {
                let chance = chance(total, marked, drawn, found);
                prop_assert!((0.0..=1.0).contains(&chance) && chance <= last + 1e-9, "{chance} after {last}");
                last = chance;
            }
            prop_assert!((chance(total, marked, drawn, 0) - 1.0).abs() < 1e-6);
        }
    }
}

//! Secrets that no node of the published release needs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::insight::recommend::definitions::Nodes;
use crate::insight::recommend::finding::{Evidence, Finding};
use crate::insight::recommend::recorded::RecordedRelease;

/// Returns the secrets that earlier releases needed, or that are among `given`, and that no node needs now.
pub(super) fn unused(nodes: &Nodes, releases: &[RecordedRelease], given: &BTreeSet<String>) -> Vec<Finding> {
    // Without a published release, every secret would be unused.
    if nodes.is_empty() {
        return Vec::new();
    }
    let needed: BTreeSet<&Arc<str>> = nodes.values().flat_map(|values| values.secrets.keys()).collect();
    // The newest release comes first.
    let mut last: BTreeMap<&Arc<str>, (&RecordedRelease, &Arc<str>)> = BTreeMap::new();
    for release in releases {
        for (secret, field) in release.bundles.iter().flat_map(|values| &values.secrets) {
            last.entry(secret).or_insert((release, field));
        }
    }
    let given: BTreeSet<Arc<str>> = given.iter().map(|name| name.as_str().into()).collect();
    let all: BTreeSet<Arc<str>> = last.keys().map(|secret| (*secret).clone()).chain(given.iter().cloned()).collect();
    let unused = all.into_iter().filter(|secret| !needed.contains(secret));
    let finding = |secret: Arc<str>| {
        let found = last.get(&secret);
        let evidence = Evidence::UnusedSecret {
            last: found.map(|(release, _)| release.name()),
            field: found.map(|(_, field)| (*field).clone()),
            is_given: given.contains(&secret),
        };
        Finding { subject: secret, evidence }
    };
    unused.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::bundle_values::tests::values;
    use crate::insight::recommend::recorded::tests::{nodes, release};

    #[test]
    fn a_secret_that_an_earlier_release_needed_or_that_is_given_is_unused() {
        let old = values("token = '${SECRET_OLD}'\n", &[]);
        let now = values("token = '${SECRET_API}'\n", &[]);
        let releases = [release("b", None, std::slice::from_ref(&now)), release("a", None, &[old])];
        let given = BTreeSet::from(["API".to_owned(), "SPARE".to_owned()]);
        let findings = unused(&nodes(&[now]), &releases, &given);
        let subjects: Vec<&str> = findings.iter().map(|finding| finding.subject.as_ref()).collect();
        assert_eq!(subjects, ["OLD", "SPARE"]);
        let evidence =
            Evidence::UnusedSecret { last: Some(releases[1].name()), field: Some("token".into()), is_given: false };
        assert_eq!(findings[0].evidence, evidence);
        assert_eq!(findings[1].evidence, Evidence::UnusedSecret { last: None, field: None, is_given: true });
        assert_eq!(unused(&nodes(&[]), &releases, &given), []);
    }
}

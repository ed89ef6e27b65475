//! The layout of a service's keys.

use jiff::Timestamp;

use crate::digest::Digest;
use crate::names::{NodeName, RegionName, ServiceName, WaveName};
use crate::random;

/// The first part of every key.
const ROOT: &str = "/confgate";

/// Keys of one service. Every prefix ends with a slash, so that none is the prefix of another service's keys.
///
/// ```
/// use confgate_fleet::Keys;
/// let keys = Keys::new("bitcraps".parse()?);
/// assert_eq!(keys.rollout(&"10%".parse()?), "/confgate/bitcraps/rollout/10%");
/// assert_eq!(keys.prefix(), "/confgate/bitcraps/");
/// # Ok::<(), confgate_fleet::InvalidName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    service: ServiceName,
}

impl Keys {
    /// Returns the keys of a service.
    pub const fn new(service: ServiceName) -> Self {
        Self { service }
    }

    /// Returns the service.
    pub const fn service(&self) -> &ServiceName {
        &self.service
    }

    /// Returns the prefix of all keys of the service.
    pub fn prefix(&self) -> String {
        format!("{ROOT}/{}/", self.service)
    }

    fn below(&self, folder: &str, name: &str) -> String {
        format!("{ROOT}/{}/{folder}/{name}", self.service)
    }

    /// Returns the prefix of the bundles.
    pub fn bundles(&self) -> String {
        self.below("bundles", "")
    }

    /// Returns the key of a bundle's header.
    pub fn bundle(&self, nar: &Digest) -> String {
        self.below("bundles", &nar.to_string())
    }

    /// Returns the key of a chunk of a bundle.
    pub fn chunk(&self, nar: &Digest, chunk: &Digest) -> String {
        format!("{}/{}", self.bundle(nar), chunk)
    }

    /// Returns the prefix of the releases.
    pub fn releases(&self) -> String {
        self.below("releases", "")
    }

    /// Returns the key of a release.
    pub fn release(&self, digest: &Digest) -> String {
        self.below("releases", &digest.to_string())
    }

    /// Returns the prefix of the pointers.
    pub fn rollouts(&self) -> String {
        self.below("rollout", "")
    }

    /// Returns the key of the pointer of a wave.
    pub fn rollout(&self, wave: &WaveName) -> String {
        self.below("rollout", wave.as_str())
    }

    /// Returns the key with the release that nodes stage before their pointers move.
    pub fn staged(&self) -> String {
        self.below("staged", "all")
    }

    /// Returns the prefix of the nodes.
    pub fn nodes(&self) -> String {
        self.below("nodes", "")
    }

    /// Returns the key of a node's report.
    pub fn node(&self, node: &NodeName) -> String {
        self.below("nodes", node.as_str())
    }

    /// Returns the prefix of the overrides.
    pub fn overrides(&self) -> String {
        self.below("overrides", "")
    }

    /// Returns the key of a region's overrides.
    pub fn region_override(&self, region: &RegionName) -> String {
        self.below("overrides", region.as_str())
    }

    /// Returns the prefix of the history.
    pub fn history(&self) -> String {
        self.below("history", "")
    }

    /// Returns a new key for a change at `time`. Keys sort by time; the revision of the store is what orders changes.
    pub fn new_history_entry(&self, time: Timestamp) -> String {
        let microseconds = time.as_microsecond().max(0);
        self.below("history", &format!("{microseconds:017}-{:08x}", random::number() as u32))
    }

    /// Returns the prefix of the state of rollouts.
    pub fn controllers(&self) -> String {
        self.below("controller", "")
    }

    /// Returns the key with the state of the running rollout.
    pub fn rollout_state(&self) -> String {
        self.below("controller", "state")
    }

    /// Returns the key with the nodes of the running rollout's waves.
    pub fn rollout_plan(&self) -> String {
        self.below("controller", "plan")
    }

    /// Returns the key with the state of the last rollout that ended.
    pub fn last_rollout(&self) -> String {
        self.below("controller", "last")
    }

    /// Returns the key that a controller holds under its lease.
    pub fn controller(&self) -> String {
        self.below("controller", "leader")
    }

    /// Returns the key that each removal of a release changes.
    pub fn pruned(&self) -> String {
        self.below("controller", "pruned")
    }

    /// Returns the part of a key below a prefix, if it is one part.
    pub fn name_below<'k>(key: &'k str, prefix: &str) -> Option<&'k str> {
        key.strip_prefix(prefix).filter(|name| !name.is_empty() && !name.contains('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_one_service_is_below_no_prefix_of_another() {
        let (one, other) = (Keys::new("relay".parse().unwrap()), Keys::new("relay-2".parse().unwrap()));
        assert!(!other.bundles().starts_with(&one.prefix()));
        let nar = Digest::of(b"");
        assert_eq!(
            one.chunk(&nar, &nar),
            "/confgate/relay/bundles/0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73/\
             0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"
        );
        assert!(one.chunk(&nar, &nar).starts_with(&one.bundles()));
    }

    #[test]
    fn entries_of_the_history_sort_by_time_and_never_meet() {
        let keys = Keys::new("relay".parse().unwrap());
        let at = |second| keys.new_history_entry(Timestamp::from_second(second).unwrap());
        assert!(at(999_999_999) < at(1_000_000_000) && at(1_000_000_000) < at(9_000_000_000));
        assert_ne!(at(1), at(1));
    }

    #[test]
    fn a_name_below_a_prefix_is_one_part() {
        assert_eq!(Keys::name_below("/confgate/a/nodes/n1", "/confgate/a/nodes/"), Some("n1"));
        for key in ["/confgate/a/nodes/", "/confgate/a/nodes/n/1", "/confgate/b/nodes/n1"] {
            assert_eq!(Keys::name_below(key, "/confgate/a/nodes/"), None);
        }
    }
}

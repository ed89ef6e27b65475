//! The two stores between which a relay runs.

use std::time::Duration;

use confgate::Gate;
use confgate::fleet::{
    Digest, EndpointOptions, Keys, RegionName, Relay, RelayStatus, RelayTimes, ReleaseReader, Store,
};
use confgate::nix_signatures::Trust;
use confgate_test_support::etcd::Etcd;

use crate::sides::{connect, gate, pointer_of, quick, quick_options, until};
use crate::support::{Service, with_store};

/// Two stores, and a service whose releases go from one to the other.
pub struct Sides {
    pub authority: Etcd,
    pub region: Etcd,
    pub service: Service,
    pub gate: Gate,
}

impl Sides {
    pub fn new() -> Self {
        Self { authority: Etcd::start(), region: Etcd::start(), service: Service::new(), gate: gate() }
    }

    pub fn options(&self) -> (EndpointOptions, EndpointOptions) {
        (quick_options(&self.authority), quick_options(&self.region))
    }

    pub fn relay<'r>(&'r self, options: &'r (EndpointOptions, EndpointOptions), keys: &'r Keys) -> Relay<'r> {
        relay_between(options, keys, &self.service.trust, &self.gate, Some("eu".parse().unwrap()))
    }

    pub fn status(&self) -> RelayStatus {
        RelayStatus::new(self.service.keys.service())
    }
}

/// Returns a relay that checks, retries and verifies soon.
pub fn relay_between<'r>(
    (authority, region): &'r (EndpointOptions, EndpointOptions),
    keys: &'r Keys,
    trust: &'r Trust,
    gate: &'r Gate,
    region_name: Option<RegionName>,
) -> Relay<'r> {
    let retry = (Duration::from_millis(50), Duration::from_millis(500));
    let times = RelayTimes { watch: quick(), retry, ..RelayTimes::default() };
    Relay { authority, region, region_name, keys, trust, gate, times }
}

/// Runs a test in a runtime, with a store of each side.
pub fn with_stores<T>(sides: &Sides, test: impl AsyncFnOnce(Store, Store) -> T) -> T {
    with_store(quick_options(&sides.authority), async |authority| {
        let region = connect(&sides.region).await;
        test(authority, region).await
    })
}

/// Waits until the region's pointer names a release, and reads all of it there.
pub async fn arrived(region: &Store, service: &Service, keys: &Keys, wave: &str, release: Digest) {
    until("the release is in the region", async || {
        pointer_of(region, keys, wave).await.filter(|pointer| pointer.release == release)
    })
    .await;
    let reader = ReleaseReader::new(region, keys, &service.trust);
    reader.bundle_of(&release, &"node-1".parse().unwrap()).await.unwrap();
}

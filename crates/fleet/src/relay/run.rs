//! The run of a relay: connects to both stores, and runs the loops.

use std::convert::Infallible;

use tokio::time::sleep;

use crate::backoff::Backoff;
use crate::race::{First, race, race_three};
use crate::relay::overrides::OverrideRelay;
use crate::relay::pointers::PointerRelay;
use crate::relay::relay::Relay;
use crate::relay::reports::ReportRelay;
use crate::relay::staging::StagingRelay;
use crate::relay::status::{RelaySide, RelayStatus};
use crate::store::Store;
use crate::store_error::StoreError;
use crate::update::Update;

/// Forwards until the future is dropped, which may happen at any time: what is half done is finished by the next run.
pub async fn run_relay(relay: &Relay<'_>, status: &RelayStatus) -> Infallible {
    let authority = connect(relay, RelaySide::Authority, status).await;
    let region = connect(relay, RelaySide::Region, status).await;
    let pointers = PointerRelay::new(relay, &authority, &region, status);
    let reports = ReportRelay::new(relay, &authority, &region, status);
    let overrides = async {
        match &relay.region_name {
            Some(name) => OverrideRelay::new(relay, name, &authority, &region, status).run().await,
            None => std::future::pending().await,
        }
    };
    // Boxed: they are too large to be moved about on a stack.
    let staging = StagingRelay::new(relay, &authority, &region, status);
    let beside = race_three(Box::pin(reports.run()), Box::pin(overrides), Box::pin(staging.run()));
    match race(Box::pin(pointers.run()), Box::pin(beside)).await {
        First::One(never) | First::Other(never) => match never {},
    }
}

/// Connects to a store, as often as it takes: a login fails while no server answers.
async fn connect(relay: &Relay<'_>, side: RelaySide, status: &RelayStatus) -> Store {
    let options = match side {
        RelaySide::Authority => relay.authority,
        RelaySide::Region => relay.region,
    };
    let mut backoff = Backoff::new(relay.times.watch.first_retry, relay.times.watch.longest_retry);
    loop {
        let error: StoreError = match Store::connect(options).await {
            Ok(store) => return store,
            Err(error) => error,
        };
        let retry_in = backoff.next_delay();
        status.updated(side, &Update::Interrupted { error, retry_in });
        sleep(retry_in).await;
    }
}

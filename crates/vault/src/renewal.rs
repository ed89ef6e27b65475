//! The thread that renews the token and detects new versions of secrets.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use confgate_runtime::secrets::{OnChange, ProviderError};

use crate::settings::LONGEST;
use crate::shared_store::SharedStore;

/// The longest interval at which a server is asked again after a failure, so that a service recovers soon.
const RETRY_INTERVAL: Duration = Duration::from_secs(2);

/// The shortest pause between two renewals.
const MIN_PAUSE: Duration = Duration::from_secs(1);

/// A running renewal thread. It ends after this is dropped.
pub struct RenewalThread(Sender<OnChange>);

impl RenewalThread {
    /// Starts the thread, which checks versions at this interval.
    pub fn start(store: &Arc<SharedStore>, interval: Duration) -> Self {
        let (sender, subscriptions) = channel();
        let (store, interval) = (Arc::downgrade(store), interval.min(LONGEST));
        let thread = std::thread::Builder::new().name("confgate-vault".to_owned());
        if let Err(error) = thread.spawn(move || run(&store, interval, &subscriptions)) {
            tracing::warn!(%error, "cannot start the renewal thread of Vault: new versions of secrets are not detected");
        }
        Self(sender)
    }

    /// Adds a function to call when a secret has changed.
    pub fn notify(&self, tell: OnChange) {
        // The thread may not have started, which is logged; ignore the send error.
        let _ = self.0.send(tell);
    }
}

fn run(store: &Weak<SharedStore>, interval: Duration, subscriptions: &Receiver<OnChange>) {
    let mut subscribers: Vec<OnChange> = Vec::new();
    let (mut last_check, mut reachable) = (Instant::now(), true);
    loop {
        let state = store.upgrade().map(|store| {
            let store = store.lock();
            (store.has_failed(), store.session().next_renewal())
        });
        let (failed, renewal) = state.unwrap_or_default();
        let pause = if failed || !reachable { interval.min(RETRY_INTERVAL) } else { interval };
        let until_check = (last_check + pause).saturating_duration_since(Instant::now());
        // A server that is away is asked again with the next check.
        let until_renewal = renewal.filter(|_| reachable).map_or(until_check, |left| left.max(MIN_PAUSE));
        // A load may fail at any time, which shortens the pause.
        match subscriptions.recv_timeout(until_check.min(until_renewal).min(RETRY_INTERVAL)) {
            Ok(subscriber) => {
                subscribers.push(subscriber);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let Some(store) = store.upgrade() else { return };
        let check_versions = last_check + pause <= Instant::now();
        if check_versions {
            last_check = Instant::now();
        }
        let is_due = store.lock().session().next_renewal().is_some_and(|left| left.is_zero());
        if !check_versions && !is_due {
            continue;
        }
        let changed = store.lock().maintain(check_versions);
        drop(store);
        let is_outage = reachable && changed.is_err();
        match changed.as_ref().map_err(ProviderError::from) {
            Ok(_) => {}
            // An outage is logged once, not at each check.
            Err(error) if reachable => tracing::warn!("{error}; the secrets already loaded stay in use"),
            Err(error) => tracing::debug!("{error}"),
        }
        // A reload during an outage is refused, which makes its reason visible where the service reports its health.
        if matches!(changed, Ok(true)) || is_outage && !failed {
            subscribers.retain(|notify| notify());
        }
        reachable = changed.is_ok();
    }
}

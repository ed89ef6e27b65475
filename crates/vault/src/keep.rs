//! The thread that keeps the token alive and looks whether a secret has a new version.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use confgate_runtime::secrets::{OnChange, ProviderError};

use crate::entry::Entry;
use crate::http::Http;
use crate::{LONGEST, Shared, State};

/// The thread. It ends when this is dropped.
pub struct Keeping(Sender<OnChange>);

impl Keeping {
    /// Starts it.
    pub fn start(shared: &Arc<Shared>) -> Self {
        let (sender, listeners) = channel();
        let (weak, every) = (Arc::downgrade(shared), shared.settings.every.min(LONGEST));
        let thread = std::thread::Builder::new().name("confgate-vault".to_owned());
        if let Err(error) = thread.spawn(move || run(&weak, every, &listeners)) {
            tracing::warn!(%error, "no thread to look at the vault: a new version of a secret is not seen");
        }
        Self(sender)
    }

    /// Somebody more who wants to know of changes.
    pub fn listen(&self, tell: OnChange) {
        // Without the thread there is nothing to hear.
        let _ = self.0.send(tell);
    }
}

/// The token is looked at no sooner than this after the last time.
const SHORTEST: Duration = Duration::from_secs(1);

fn run(shared: &Weak<Shared>, every: Duration, arriving: &Receiver<OnChange>) {
    let mut listeners: Vec<OnChange> = Vec::new();
    let (mut next, mut reached) = (Instant::now() + every, true);
    loop {
        let wait = next.saturating_duration_since(Instant::now());
        let token = shared.upgrade().and_then(|shared| shared.state().session.rest());
        let token = token.filter(|_| reached).map_or(wait, |rest| rest.max(SHORTEST));
        match arriving.recv_timeout(wait.min(token)) {
            Ok(tell) => {
                listeners.push(tell);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let Some(shared) = shared.upgrade() else { return };
        let looks = Instant::now() >= next;
        if looks {
            next = Instant::now() + every;
        }
        let outcome = shared.state().round(&shared, looks);
        drop(shared);
        match &outcome {
            Ok(true) => listeners.retain(|tell| tell()),
            Ok(false) => {}
            // Once, not every minute of a night.
            Err(trouble) if reached => tracing::warn!("{trouble}; what was read of the vault stays"),
            Err(trouble) => tracing::debug!("{trouble}"),
        }
        reached = outcome.is_ok();
    }
}

impl State {
    /// Keeps the token alive, and says whether a load would read something else than the last one.
    pub(super) fn round(&mut self, shared: &Shared, looks: bool) -> Result<bool, ProviderError> {
        // A load may be under way, whose time is its own.
        let load = self.http.as_ref().map(Http::pause);
        let outcome = self.look(shared, looks);
        if let Some(http) = &self.http {
            http.resume(load.flatten());
        }
        outcome
    }

    fn look(&mut self, shared: &Shared, looks: bool) -> Result<bool, ProviderError> {
        let settings = &shared.settings;
        if let Some(http) = &self.http {
            self.session.keep(http)?;
        }
        if !looks {
            return Ok(false);
        }
        let version =
            |(path, entry): (&String, &Option<Entry>)| (path.clone(), entry.as_ref().map(|entry| entry.version));
        let read: Vec<(String, Option<u64>)> = self.entries.iter().map(version).collect();
        for (path, version) in read.iter().filter(|_| settings.version.is_none()) {
            if self.newest(settings, path)? != *version {
                return Ok(true);
            }
        }
        if self.down.is_none() {
            return Ok(false);
        }
        // A load that was refused because of the server may be admitted once it answers.
        self.ask(settings, "auth/token/lookup-self").map(|_| true)
    }
}

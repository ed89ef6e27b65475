//! The loop that stages the release of a rollout before the node's pointer moves.
//!
//! `rollout start` writes the release to a key of its own. Each node waits for a random time, reads and verifies its bundle, and passes it
//! through its gate as a deployment would, with the environment, secrets and overrides of now. Nothing is written and nothing is
//! deployed: the pointer alone decides what a node runs, and a deployment verifies and gates the bundle again. A node that would reject
//! the release reports that, so that the rollout can pause before the node's wave.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use confgate_deploy::MemorySource;
use tokio::time::{Instant, sleep_until};

use crate::backoff::Backoff;
use crate::digest::Digest;
use crate::follow::attempt::{AttemptError, Failure};
use crate::follow::context::Context;
use crate::follow::staged_release::StagedRelease;
use crate::node_report::ReportedStaging;
use crate::one_key::OneKey;
use crate::pointer::Pointer;
use crate::race::{First, if_some, race};
use crate::random;
use crate::reader::{ReleaseReader, VerifiedBundle};
use crate::store::Store;
use crate::updates::Updates;
use crate::watch::Watcher;

/// The longest wait before a release that would be rejected is checked again: an operator who repaired a node waits for it.
const LONGEST_RETRY: Duration = Duration::from_secs(30);

/// The name of this loop's problem.
const PROBLEM: &str = "staged";

/// A stager of the next release.
pub(super) struct StagingLoop<'f> {
    context: Context<'f>,
    updates: Updates,
    found: OneKey,
    staged: Arc<StagedRelease>,
    /// The release that is to be staged, and the time of the next attempt.
    wanted: Option<Digest>,
    due: Option<Instant>,
    transient: Backoff,
    rejected: Backoff,
}

impl<'f> StagingLoop<'f> {
    pub(super) fn new(context: Context<'f>, store: &Store, staged: Arc<StagedRelease>) -> Self {
        let (key, times) = (context.keys.staged(), context.times);
        Self {
            context,
            updates: Updates::new(Watcher::new(store.clone(), key.clone(), times.watch)),
            found: OneKey::new(key),
            staged,
            wanted: None,
            due: None,
            transient: Backoff::new(times.watch.first_retry, times.watch.longest_retry),
            rejected: Backoff::new(times.rejected.0, times.rejected.1.min(LONGEST_RETRY)),
        }
    }

    pub(super) async fn run(mut self) -> Infallible {
        loop {
            match race(self.updates.next(), if_some(self.due.map(sleep_until))).await {
                First::One(update) => {
                    if self.found.apply(update) {
                        self.announced();
                    }
                }
                First::Other(()) => self.stage().await,
            }
        }
    }

    /// Takes the release of the key.
    fn announced(&mut self) {
        let entry = self.found.entry().flatten();
        let pointer = entry.map(|entry| Pointer::decode(&entry.value, self.found.key())).transpose();
        let problem = pointer.as_ref().err().map(ToString::to_string);
        self.context.status.set_problem(PROBLEM, problem);
        let wanted = pointer.ok().flatten().map(|pointer| pointer.release);
        if wanted == self.wanted {
            return;
        }
        self.wanted = wanted;
        self.staged.clear();
        self.report(None);
        self.transient.reset();
        self.rejected.reset();
        // All nodes see the key at once; a store serves them one after another.
        let spread = self.context.times.staging.mul_f64(random::fraction());
        self.due = wanted.is_some().then(|| Instant::now() + spread);
    }

    /// Fetches and checks the release, unless the node runs it, or its pointer has moved to it already.
    async fn stage(&mut self) {
        self.due = None;
        let Some(release) = self.wanted.filter(|release| !self.is_followed(release)) else { return };
        let checked = self.check(&release).await;
        // The pointer may have moved meanwhile: the deployment tells more.
        if self.is_followed(&release) {
            return;
        }
        match checked {
            Ok(verified) => {
                self.staged.put(release, verified);
                tracing::info!(%release, "staged the release");
                self.report(Some(ReportedStaging { release, error: None }));
            }
            Err(error) => {
                let delay = match error.failure() {
                    Failure::Transient => self.transient.next_delay(),
                    _ => {
                        tracing::warn!(%release, %error, "the node would reject the release of the rollout");
                        self.report(Some(ReportedStaging::rejected(release, &error.reported())));
                        // A secret may arrive.
                        self.rejected.next_delay()
                    }
                };
                self.due = Some(Instant::now() + delay);
            }
        }
    }

    /// Returns whether the pointer of the node names the release, so that the loop of the pointers deploys it.
    fn is_followed(&self, release: &Digest) -> bool {
        let report = self.context.status.report();
        report.wanted.as_ref() == Some(release) || report.release.as_ref() == Some(release)
    }

    /// Reads the node's bundle of a release, and passes it through the gate of the node.
    async fn check(&self, release: &Digest) -> Result<VerifiedBundle, AttemptError> {
        let Context { keys, node, service, .. } = self.context;
        let reader = ReleaseReader::new(self.updates.store(), keys, &service.trust);
        let verified = reader.bundle_of(release, &node.name).await?;
        let name = format!("release {} of {}", release.short(), keys.service());
        let source = MemorySource::new(name, &verified.bundle, verified.signature.clone());
        let service = service.clone();
        let checked = tokio::task::spawn_blocking(move || service.check(source)).await;
        checked.map_err(|_| AttemptError::Ended)?.map_err(|error| AttemptError::Deploy(Box::new(error)))?;
        Ok(verified)
    }

    fn report(&self, staging: Option<ReportedStaging>) {
        self.context.status.update_report(|report| report.staging = staging);
    }
}

//! The loop that follows the pointers.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use confgate_deploy::CancellationToken;
use tokio::time::{Instant, sleep_until};

use crate::backoff::{Backoff, with_jitter};
use crate::digest::Digest;
use crate::follow::attempt::{AttemptError, Done, Failure, Means, attempt};
use crate::follow::choice::{Choice, choose};
use crate::follow::context::Context;
use crate::follow::pending_restart::PendingRestart;
use crate::follow::staged_release::StagedRelease;
use crate::follow::state::{ActiveRelease, FailedRelease, FollowState, SeenPointer};
use crate::node_report::ReportedError;
use crate::pointers::Pointers;
use crate::race::{First, if_some, race};
use crate::store::Store;
use crate::update::Update;
use crate::updates::Updates;
use crate::watch::Watcher;

/// The time for which a newer pointer leaves a deployment alone, and the longest one: it doubles with each deployment that was left.
/// Pointers that move faster than a node deploys would keep it from every release.
const GRACE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(16));

/// The largest number of updates that are taken together.
const MAX_UPDATES: usize = 1000;

/// The names of problems.
const POINTER: &str = "pointer";
const RELEASE: &str = "release";
const DRIFT: &str = "drift";

/// An attempt that runs.
struct Running {
    choice: Choice,
    cancellation: CancellationToken,
    began: Instant,
    result: Pin<Box<dyn Future<Output = Result<Done, AttemptError>>>>,
}

/// A health check that runs: whether the service is healthy, and the active bundle.
type Checking = Pin<Box<dyn Future<Output = Option<(bool, Option<Digest>)>>>>;

/// An event that the main loop waits for.
enum Event {
    Store(Update),
    Attempted(Result<Done, AttemptError>),
    Checked(Option<(bool, Option<Digest>)>),
    Time,
}

/// A follower of the pointers.
pub(super) struct PointerLoop<'f> {
    context: Context<'f>,
    updates: Updates,
    pointers: Option<Pointers>,
    state: FollowState,
    staged: Arc<StagedRelease>,
    running: Option<Running>,
    /// The time that an attempt has before a newer pointer ends it.
    grace: Duration,
    /// The time at which the attempt ends for a newer pointer.
    cancel_at: Option<Instant>,
    checking: Option<Checking>,
    check_at: Instant,
    retry_at: Option<Instant>,
    transient: Backoff,
    rejected: Backoff,
    /// True after the active release was compared with the disk in this process.
    is_verified: bool,
    pending_restart: PendingRestart,
}

impl Drop for PointerLoop<'_> {
    fn drop(&mut self) {
        // A deployment runs on a thread of its own, which would outlive the follower by its bake time.
        if let Some(running) = &self.running {
            running.cancellation.cancel("the end of the agent");
        }
    }
}

impl<'f> PointerLoop<'f> {
    pub(super) fn new(context: Context<'f>, store: &Store, state: FollowState, staged: Arc<StagedRelease>) -> Self {
        let times = context.times;
        Self {
            context,
            updates: Updates::new(Watcher::new(store.clone(), context.keys.rollouts(), times.watch)),
            pointers: None,
            state,
            staged,
            running: None,
            grace: GRACE.0,
            cancel_at: None,
            checking: None,
            check_at: Instant::now() + with_jitter(times.health),
            retry_at: None,
            transient: Backoff::new(times.watch.first_retry, times.watch.longest_retry),
            rejected: Backoff::new(times.rejected.0, times.rejected.1),
            is_verified: false,
            pending_restart: PendingRestart::default(),
        }
    }

    pub(super) async fn run(mut self) -> Infallible {
        loop {
            match self.next().await {
                Event::Store(update) => {
                    self.updated(&update);
                    self.take_ready().await;
                }
                Event::Attempted(result) => self.attempted(result),
                Event::Checked(result) => self.checked(result),
                Event::Time => {}
            }
            // A time that is over must not wake the loop again.
            if self.retry_at.is_some_and(|at| at <= Instant::now()) {
                self.retry_at = None;
            }
            self.decide();
            self.check();
        }
    }

    async fn next(&mut self) -> Event {
        let due = if self.checking.is_none() { Some(self.check_at) } else { None };
        let due = due.into_iter().chain(self.retry_at).chain(self.cancel_at).min();
        let attempted = if_some(self.running.as_mut().map(|running| running.result.as_mut()));
        let checked = if_some(self.checking.as_mut().map(Pin::as_mut));
        let work = race(attempted, checked);
        match race(race(work, self.updates.next()), if_some(due.map(sleep_until))).await {
            First::One(First::One(First::One(result))) => {
                // The choice stays, so that its result is known.
                Event::Attempted(result)
            }
            First::One(First::One(First::Other(result))) => Event::Checked(result),
            First::One(First::Other(update)) => Event::Store(update),
            First::Other(()) => Event::Time,
        }
    }

    /// Takes the updates that are here already: the newest pointer alone is followed.
    async fn take_ready(&mut self) {
        for _ in 0..MAX_UPDATES {
            let Some(update) = self.updates.next_ready().await else { return };
            self.updated(&update);
        }
    }

    fn updated(&mut self, update: &Update) {
        match update {
            Update::Listed { listing, .. } => self.context.status.connected(listing.position),
            Update::Changed { position, .. } | Update::Resumed { position } => self.context.status.connected(*position),
            Update::Interrupted { error, .. } => self.context.status.interrupted(error),
        }
        self.pointers = Pointers::after(self.pointers.take(), update, self.context.keys);
    }

    /// Compares what the node should run with what it runs, and begins an attempt.
    fn decide(&mut self) {
        self.cancel_at = None;
        let Some(pointers) = &self.pointers else { return };
        let choice = match choose(pointers, self.context.node.resident(), &self.state.seen) {
            Ok(choice) => {
                self.context.status.set_problem(POINTER, None);
                choice
            }
            Err(problem) => {
                self.context.status.set_problem(POINTER, Some(problem.to_string()));
                return;
            }
        };
        let position = pointers.position;
        let Some(choice) = choice else { return };
        let seen = SeenPointer { position: choice.position, release: choice.release };
        if self.state.seen.get(&choice.wave) != Some(&seen) {
            self.state.see(&choice.wave, seen);
            self.state.write(&self.context.service.root);
            // Another pointer is another attempt.
            self.retry_at = None;
            self.rejected.reset();
            self.transient.reset();
        }
        self.context.status.update_report(|report| {
            report.wanted = Some(choice.release);
            report.wave = Some(choice.wave.clone());
            report.position = Some(position);
            // The deployment tells more.
            report.staging.take_if(|staging| staging.release == choice.release);
        });
        if let Some(running) = &self.running {
            if running.choice.release != choice.release {
                let at = running.began + self.grace;
                if Instant::now() >= at {
                    running.cancellation.cancel("a newer pointer");
                } else {
                    self.cancel_at = Some(at);
                }
            }
            return;
        }
        let is_active = self.state.active.is_some_and(|active| active.release == choice.release);
        if (is_active && self.is_verified) || self.retry_at.is_some() || self.has_failed(&choice) {
            return;
        }
        self.begin(choice);
    }

    /// Returns whether a release went back on this node, and its pointer has not moved since.
    fn has_failed(&self, choice: &Choice) -> bool {
        let failed = self.state.failed.as_ref();
        failed.is_some_and(|failed| {
            failed.went_back && failed.release == choice.release && failed.position == choice.position
        })
    }

    fn begin(&mut self, choice: Choice) {
        tracing::info!(release = %choice.release, wave = %choice.wave, "following the pointer");
        self.retry_at = None;
        let cancellation = CancellationToken::default();
        let Context { keys, node, service, .. } = self.context;
        let means = Means {
            store: self.updates.store().clone(),
            keys: keys.clone(),
            service: service.clone(),
            node: node.name.clone(),
            staged: self.staged.clone(),
        };
        let result = Box::pin(attempt(means, choice.clone(), cancellation.clone()));
        self.running = Some(Running { choice, cancellation, began: Instant::now(), result });
    }

    fn attempted(&mut self, result: Result<Done, AttemptError>) {
        let Some(Running { choice, .. }) = self.running.take() else { return };
        match result {
            Ok(done) => self.succeeded(&choice, &done),
            Err(error) => self.failed(&choice, &error),
        }
        self.state.write(&self.context.service.root);
    }

    fn succeeded(&mut self, choice: &Choice, done: &Done) {
        self.context.status.count_attempt("active");
        self.grace = GRACE.0;
        self.context.status.set_problem(RELEASE, None);
        self.context.status.set_problem(DRIFT, None);
        self.is_verified = true;
        self.transient.reset();
        self.rejected.reset();
        self.state.active = Some(ActiveRelease { release: choice.release, bundle: done.bundle });
        self.state.failed = None;
        if !done.deployed.unchanged {
            tracing::info!(release = %choice.release, generation = done.deployed.generation, "the release is active");
        }
        // Before its first config, a service did not run.
        if done.deployed.generation != Some(1) {
            self.pending_restart.deployed(&done.deployed.plan.fields);
        }
        let restart_pending = self.pending_restart.any();
        self.context.status.update_report(|report| {
            report.release = Some(choice.release);
            report.bundle = Some(done.bundle);
            report.active = true;
            report.healthy = true;
            report.restart_pending = restart_pending;
            report.error = None;
        });
    }

    fn failed(&mut self, choice: &Choice, error: &AttemptError) {
        let failure = error.failure();
        let result = match failure {
            Failure::Transient => "failed",
            Failure::Rejected => "rejected",
            Failure::WentBack => "went-back",
            Failure::Cancelled => "cancelled",
        };
        self.context.status.count_attempt(result);
        if failure == Failure::Cancelled {
            self.grace = (self.grace * 2).min(GRACE.1);
            tracing::info!(release = %choice.release, "left the release for another one");
            self.report_disk();
            return;
        }
        let delay = match failure {
            Failure::Rejected => Some(self.rejected.next_delay()),
            Failure::Transient => Some(self.transient.next_delay()),
            Failure::WentBack | Failure::Cancelled => None,
        };
        self.retry_at = delay.map(|delay| Instant::now() + delay);
        self.context.status.set_problem(RELEASE, Some(format!("{}: {error}", choice.release)));
        if failure == Failure::Transient {
            return;
        }
        let message = error.reported();
        self.context.status.update_report(|report| report.error = Some(ReportedError::new(choice.release, &message)));
        let went_back = failure == Failure::WentBack;
        self.state.failed =
            Some(FailedRelease { release: choice.release, position: choice.position, message, went_back });
        self.report_disk();
    }

    /// Reports the generation that is active on the disk.
    fn report_disk(&mut self) {
        let bundle = self.context.service.active_bundle();
        self.state.active = self.state.active.filter(|active| Some(active.bundle) == bundle);
        let active = self.state.active;
        self.context.status.update_report(|report| {
            report.release = active.map(|active| active.release);
            report.bundle = bundle;
            report.active = bundle.is_some();
        });
    }

    /// Begins a health check, if one is due and nothing is deployed.
    fn check(&mut self) {
        if self.checking.is_some() || Instant::now() < self.check_at {
            return;
        }
        self.check_at = Instant::now() + with_jitter(self.context.times.health);
        if self.running.is_some() {
            return;
        }
        let service = self.context.service.clone();
        let check = async move {
            let check = move || (service.is_healthy(), service.active_bundle());
            tokio::task::spawn_blocking(check).await.ok()
        };
        self.checking = Some(Box::pin(check));
    }

    fn checked(&mut self, result: Option<(bool, Option<Digest>)>) {
        self.checking = None;
        let Some((is_healthy, bundle)) = result else { return };
        if self.running.is_some() {
            // A deployment reports for itself.
            return;
        }
        let known = self.state.active;
        let is_drifted = known.is_some_and(|active| Some(active.bundle) != bundle);
        let drift = "another generation is active than the one of the release: it was deployed or rolled back by hand";
        self.context.status.set_problem(DRIFT, is_drifted.then(|| drift.to_owned()));
        self.context.status.update_report(|report| {
            report.healthy = is_healthy && bundle.is_some();
            report.bundle = bundle;
            report.active = bundle.is_some();
            report.release = known.filter(|_| !is_drifted).map(|active| active.release);
        });
    }
}

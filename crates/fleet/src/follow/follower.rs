//! The follower of a node.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use confgate_deploy::CancellationToken;
use tokio::time::{Instant, sleep, sleep_until};

use crate::backoff::{Backoff, with_jitter};
use crate::digest::Digest;
use crate::endpoints::EndpointOptions;
use crate::follow::attempt::{AttemptError, Done, Failure, attempt};
use crate::follow::choice::{Choice, choose};
use crate::follow::node::Node;
use crate::follow::node_service::NodeService;
use crate::follow::override_loop::OverrideLoop;
use crate::follow::reporter::Reporter;
use crate::follow::state::{ActiveRelease, FailedRelease, FollowState, SeenPointer};
use crate::follow::status::FollowStatus;
use crate::keys::Keys;
use crate::node_report::ReportedError;
use crate::pointers::Pointers;
use crate::race::{First, if_some, race, race_three};
use crate::store::Store;
use crate::update::Update;
use crate::updates::Updates;
use crate::watch::{WatchOptions, Watcher};

/// The names of problems.
const POINTER: &str = "pointer";
const RELEASE: &str = "release";
const DRIFT: &str = "drift";

/// Times of a follower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowTimes {
    /// Times of the watchers.
    pub watch: WatchOptions,
    /// The first and the longest wait before a release that was not admitted is tried again.
    pub rejected: (Duration, Duration),
    /// The interval of health checks while nothing is deployed, give or take a fifth.
    pub health: Duration,
}

impl Default for FollowTimes {
    fn default() -> Self {
        Self {
            watch: WatchOptions::default(),
            rejected: (Duration::from_secs(5), Duration::from_secs(300)),
            health: Duration::from_secs(10),
        }
    }
}

/// A node that follows its fleet.
#[derive(Debug)]
pub struct Follower {
    /// The store of the node's region, or shard.
    pub endpoints: EndpointOptions,
    /// Keys of the service.
    pub keys: Keys,
    /// The node.
    pub node: Node,
    /// Its service.
    pub service: Arc<NodeService>,
    /// Times.
    pub times: FollowTimes,
}

/// An attempt that runs.
type Running = Pin<Box<dyn Future<Output = Result<Done, AttemptError>>>>;

/// A health check that runs: whether the service is healthy, and the active bundle.
type Checking = Pin<Box<dyn Future<Output = Option<(bool, Option<Digest>)>>>>;

/// An event that the main loop waits for.
enum Event {
    Store(Update),
    Attempted(Result<Done, AttemptError>),
    Checked(Option<(bool, Option<Digest>)>),
    Time,
}

impl Follower {
    /// Follows until the future is dropped. A deployment that runs then is cancelled: it goes back to the generation before.
    pub async fn run(&self, status: &FollowStatus) -> Infallible {
        let mut state = FollowState::read(&self.service.root);
        self.report_start(&mut state, status);
        let store = self.connect(status).await;
        let reporter = Reporter::new(&store, self.keys.node(&self.node.name), status, self.times.watch);
        let overrides = async {
            let Some(region) = &self.node.region else { return std::future::pending().await };
            let retry = Backoff::new(self.times.rejected.0, self.times.rejected.1);
            let service = self.service.clone();
            OverrideLoop::new(&store, &self.keys, region, service, status, (self.times.watch, retry)).run().await
        };
        let pointers = PointerLoop::new(self, &store, status, state);
        // Boxed: they are too large to be moved about on a stack.
        race_three(Box::pin(pointers.run()), Box::pin(reporter.run()), Box::pin(overrides)).await
    }

    /// Reports what the node runs already.
    fn report_start(&self, state: &mut FollowState, status: &FollowStatus) {
        let bundle = self.service.active_bundle();
        // A generation that was deployed by hand, or by an earlier fleet, is not the release that is remembered.
        state.active = state.active.filter(|active| Some(active.bundle) == bundle);
        status.update_report(|report| {
            report.release = state.active.map(|active| active.release);
            report.bundle = bundle;
            report.active = bundle.is_some();
            report.healthy = bundle.is_some();
            report.error = state.failed.as_ref().map(|failed| ReportedError::new(failed.release, &failed.message));
        });
    }

    async fn connect(&self, status: &FollowStatus) -> Store {
        let mut backoff = Backoff::new(self.times.watch.first_retry, self.times.watch.longest_retry);
        loop {
            match Store::connect(&self.endpoints).await {
                Ok(store) => return store,
                Err(error) => status.interrupted(&error),
            }
            sleep(backoff.next_delay()).await;
        }
    }
}

/// The loop that follows the pointers.
struct PointerLoop<'f> {
    follower: &'f Follower,
    status: &'f FollowStatus,
    updates: Updates,
    pointers: Option<Pointers>,
    state: FollowState,
    /// The attempt that runs, what it is for, and how it is cancelled.
    running: Option<(Choice, CancellationToken, Running)>,
    checking: Option<Checking>,
    check_at: Instant,
    retry_at: Option<Instant>,
    transient: Backoff,
    rejected: Backoff,
    /// True after the active release was compared with the disk in this process.
    is_verified: bool,
}

impl Drop for PointerLoop<'_> {
    fn drop(&mut self) {
        // A deployment runs on a thread of its own, which would outlive the follower by its bake time.
        if let Some((_, cancellation, _)) = &self.running {
            cancellation.cancel("the end of the agent");
        }
    }
}

impl<'f> PointerLoop<'f> {
    fn new(follower: &'f Follower, store: &Store, status: &'f FollowStatus, state: FollowState) -> Self {
        let times = follower.times;
        Self {
            follower,
            status,
            updates: Updates::new(Watcher::new(store.clone(), follower.keys.rollouts(), times.watch)),
            pointers: None,
            state,
            running: None,
            checking: None,
            check_at: Instant::now() + with_jitter(times.health),
            retry_at: None,
            transient: Backoff::new(times.watch.first_retry, times.watch.longest_retry),
            rejected: Backoff::new(times.rejected.0, times.rejected.1),
            is_verified: false,
        }
    }

    async fn run(mut self) -> Infallible {
        loop {
            match self.next().await {
                Event::Store(update) => self.updated(&update),
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
        let due = due.into_iter().chain(self.retry_at).min();
        let attempted = if_some(self.running.as_mut().map(|(_, _, running)| running.as_mut()));
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

    fn updated(&mut self, update: &Update) {
        match update {
            Update::Listed { listing, .. } => self.status.connected(listing.position),
            Update::Changed { position, .. } | Update::Resumed { position } => self.status.connected(*position),
            Update::Interrupted { error, .. } => self.status.interrupted(error),
        }
        self.pointers = Pointers::after(self.pointers.take(), update, &self.follower.keys);
    }

    /// Compares what the node should run with what it runs, and begins an attempt.
    fn decide(&mut self) {
        let Some(pointers) = &self.pointers else { return };
        let choice = match choose(pointers, self.follower.node.resident(), &self.state.seen) {
            Ok(choice) => {
                self.status.set_problem(POINTER, None);
                choice
            }
            Err(problem) => {
                self.status.set_problem(POINTER, Some(problem.to_string()));
                return;
            }
        };
        let position = pointers.position;
        let Some(choice) = choice else { return };
        let seen = SeenPointer { position: choice.position, release: choice.release };
        if self.state.seen.get(&choice.wave) != Some(&seen) {
            self.state.see(&choice.wave, seen);
            self.state.write(&self.follower.service.root);
            // Another pointer is another attempt.
            self.retry_at = None;
            self.rejected.reset();
            self.transient.reset();
        }
        self.status.update_report(|report| {
            report.wanted = Some(choice.release);
            report.wave = Some(choice.wave.clone());
            report.position = Some(position);
        });
        if let Some((running, cancellation, _)) = &self.running {
            if running.release != choice.release {
                cancellation.cancel("a newer pointer");
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
        let Follower { keys, node, service, .. } = self.follower;
        let store = self.updates.store().clone();
        let (keys, name) = (keys.clone(), node.name.clone());
        let running = attempt(store, keys, service.clone(), name, choice.clone(), cancellation.clone());
        self.running = Some((choice, cancellation, Box::pin(running)));
    }

    fn attempted(&mut self, result: Result<Done, AttemptError>) {
        let Some((choice, _, _)) = self.running.take() else { return };
        match result {
            Ok(done) => self.succeeded(&choice, &done),
            Err(error) => self.failed(&choice, &error),
        }
        self.state.write(&self.follower.service.root);
    }

    fn succeeded(&mut self, choice: &Choice, done: &Done) {
        self.status.count_attempt("active");
        self.status.set_problem(RELEASE, None);
        self.status.set_problem(DRIFT, None);
        self.is_verified = true;
        self.transient.reset();
        self.rejected.reset();
        self.state.active = Some(ActiveRelease { release: choice.release, bundle: done.bundle });
        self.state.failed = None;
        if !done.deployed.unchanged {
            tracing::info!(release = %choice.release, generation = done.deployed.generation, "the release is active");
        }
        let restart_pending = !done.deployed.plan.restart_fields().is_empty();
        self.status.update_report(|report| {
            report.release = Some(choice.release);
            report.bundle = Some(done.bundle);
            report.active = true;
            report.healthy = true;
            report.restart_pending = if done.deployed.unchanged { report.restart_pending } else { restart_pending };
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
        self.status.count_attempt(result);
        if failure == Failure::Cancelled {
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
        self.status.set_problem(RELEASE, Some(format!("{}: {error}", choice.release)));
        if failure == Failure::Transient {
            return;
        }
        let message = error.reported();
        self.status.update_report(|report| report.error = Some(ReportedError::new(choice.release, &message)));
        let went_back = failure == Failure::WentBack;
        self.state.failed =
            Some(FailedRelease { release: choice.release, position: choice.position, message, went_back });
        self.report_disk();
    }

    /// Reports the generation that is active on the disk.
    fn report_disk(&mut self) {
        let bundle = self.follower.service.active_bundle();
        self.state.active = self.state.active.filter(|active| Some(active.bundle) == bundle);
        let active = self.state.active;
        self.status.update_report(|report| {
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
        self.check_at = Instant::now() + with_jitter(self.follower.times.health);
        if self.running.is_some() {
            return;
        }
        let service = self.follower.service.clone();
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
        self.status.set_problem(DRIFT, is_drifted.then(|| drift.to_owned()));
        self.status.update_report(|report| {
            report.healthy = is_healthy && bundle.is_some();
            report.bundle = bundle;
            report.active = bundle.is_some();
            report.release = known.filter(|_| !is_drifted).map(|active| active.release);
        });
    }
}

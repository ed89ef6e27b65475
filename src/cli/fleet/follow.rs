//! A service whose config follows a fleet: the follower on a thread of its own, and the live config of the active generation.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

use confgate_agent::{Applied, Followed, Target, WaitingServer};
use confgate_deploy::{HookError, ReloadHook};
use confgate_fleet::{FollowStatus, Follower, Runtime};
use confgate_runtime::live::{Live, StartError};
use confgate_runtime::load::Loader;
use serde_json::Value as Json;
use signal_hook::consts::{SIGINT, SIGTERM};
use thiserror::Error;

use crate::cli::error::CliError;

/// The interval at which the wait for the first release looks for a signal.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(200);

/// The wait before a generation that was rejected at the start is loaded again.
const START_RETRY: Duration = Duration::from_secs(5);

/// Size of the follower's stack: the client of etcd has deep futures, above all without optimization.
const STACK: usize = 8 << 20;

/// Notification of a service about a new config.
#[derive(Debug, Clone)]
pub(crate) enum Notify {
    /// The output thread writes the file and notifies the service.
    Output(Arc<Applied>),
    /// The service reads the active generation itself, and is notified.
    Target(Target),
    /// The service is not notified.
    None,
}

/// The live config, once there is one. The thread of the follower asks for it, and the main thread starts it.
pub(crate) struct LiveSlot<M: Send + Sync + 'static>(Arc<(Mutex<Slot<M>>, Condvar)>);

enum Slot<M: Send + Sync + 'static> {
    /// Nothing is asked for.
    Empty,
    /// A generation is active, and its config is to be started.
    Wanted,
    /// The config that was wanted is rejected, for this reason.
    Refused(String),
    /// The config runs.
    Running(Live<M>, Notify),
}

/// The reason why the config of a generation does not run.
#[derive(Debug, Error)]
enum NotRunning {
    /// It was rejected.
    #[error("the config is rejected\n{0}")]
    Refused(String),
    /// The agent did not start it in time.
    #[error("the config was not started within {0:?}")]
    TimedOut(Duration),
}

impl<M: Send + Sync + 'static> Default for LiveSlot<M> {
    fn default() -> Self {
        Self(Arc::new((Mutex::new(Slot::Empty), Condvar::new())))
    }
}

impl<M: Send + Sync + 'static> Clone for LiveSlot<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M: Send + Sync + 'static> LiveSlot<M> {
    /// Returns the hook that makes the active generation the running config.
    pub fn hook(&self) -> ReloadHook {
        let slot = self.clone();
        ReloadHook::new("the agent", move |timeout, _| slot.apply(timeout))
    }

    fn apply(&self, timeout: Duration) -> Result<(), HookError> {
        let (live, notify) = self.running(timeout)?;
        let reloaded = live.reload()?;
        match notify {
            Notify::Output(applied) => applied.wait_for(reloaded.version, timeout)?,
            Notify::Target(target) => target.notify(&AtomicBool::new(false))?,
            Notify::None => {}
        }
        Ok(())
    }

    /// Returns the live config. The first generation starts it: a service is not healthy without its config.
    fn running(&self, timeout: Duration) -> Result<(Live<M>, Notify), NotRunning> {
        let deadline = Instant::now() + timeout;
        let mut slot = self.slot();
        if !matches!(*slot, Slot::Running(..)) {
            *slot = Slot::Wanted;
            self.0.1.notify_all();
        }
        loop {
            match &*slot {
                Slot::Running(live, notify) => return Ok((live.clone(), notify.clone())),
                Slot::Refused(report) => return Err(NotRunning::Refused(report.clone())),
                Slot::Empty | Slot::Wanted => {}
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(NotRunning::TimedOut(timeout));
            }
            slot = self.0.1.wait_timeout(slot, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the config is wanted. Returns whether it is.
    fn wait_until_wanted(&self, timeout: Duration) -> bool {
        let slot = self.slot();
        if matches!(*slot, Slot::Wanted) {
            return true;
        }
        let slot = self.0.1.wait_timeout(slot, timeout).unwrap_or_else(PoisonError::into_inner).0;
        matches!(*slot, Slot::Wanted)
    }

    fn set(&self, slot: Slot<M>) {
        *self.slot() = slot;
        self.0.1.notify_all();
    }

    fn slot(&self) -> MutexGuard<'_, Slot<M>> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A service whose config follows a fleet: that of the agent, or its flags.
pub(crate) struct FollowedService<M: Send + Sync + 'static> {
    pub follower: Arc<Follower>,
    pub status: Arc<FollowStatus>,
    pub live: LiveSlot<M>,
    /// Makes the loader of a bundle.
    pub loader: LoaderOfBundle<M>,
}

/// Makes the loader of the bundle in a folder.
pub(crate) type LoaderOfBundle<M> = Arc<dyn Fn(&Path) -> Loader<M> + Send + Sync>;

/// Starts the live config of a loader. The outer error is about options.
type StartLive<'s, M> = dyn Fn(Loader<M>) -> Result<Result<Live<M>, StartError>, CliError> + 's;

/// The pages' view of the followers: that of the config, and of the flags if they follow the fleet too.
pub(crate) struct FollowedFleet {
    pub config: Arc<FollowStatus>,
    pub flags: Option<Arc<FollowStatus>>,
}

impl Followed for FollowedFleet {
    fn health(&self) -> Json {
        let mut health = self.config.health();
        if let Some(flags) = &self.flags {
            health["flags"] = flags.health();
        }
        health
    }

    fn problem(&self) -> Option<String> {
        let of_flags = || Some(format!("flags: {}", self.flags.as_ref()?.problem()?));
        self.config.problem().or_else(of_flags)
    }

    fn metrics(&self) -> String {
        let config = self.config.metrics();
        let Some(flags) = &self.flags else { return config };
        // One end marker is left.
        config.strip_suffix("# EOF\n").unwrap_or(&config).to_owned() + &flags.metrics()
    }
}

impl<M: Send + Sync + 'static> FollowedService<M> {
    /// Returns the loader of the active generation.
    pub fn loader(&self) -> Loader<M> {
        (self.loader)(&self.follower.service.config())
    }

    /// Starts to follow the fleet, and returns the live config of the active generation: at once if there is one, else after the
    /// first deployment, while `waiting` answers requests. Returns `None` if SIGTERM or SIGINT ends the wait.
    pub fn start(
        &self,
        notify: Notify,
        start: &StartLive<'_, M>,
        waiting: &dyn Fn() -> Result<Option<WaitingServer>, CliError>,
    ) -> Result<Option<Live<M>>, CliError> {
        match self.follower.service.recover() {
            Ok(problems) => problems.iter().for_each(|problem| tracing::warn!("{}", problem.kind)),
            // Another command may be running; the deployment recovers as well.
            Err(error) => tracing::warn!(%error, "the generations are not examined"),
        }
        let is_stopped = Arc::<AtomicBool>::default();
        let stop = |signal| signal_hook::flag::register(signal, is_stopped.clone());
        let registered = [stop(SIGTERM)?, stop(SIGINT)?];
        let mut live = self.start_active(&notify, start)?;
        self.spawn()?;
        if live.is_none() {
            let service = self.follower.keys.service();
            tracing::info!(%service, "no config runs yet: waiting for a release of the fleet");
        }
        // Ends with this function: the agent takes over its listener.
        let _server = if live.is_none() { waiting()? } else { None };
        let mut retry_at = Instant::now() + START_RETRY;
        while live.is_none() && !is_stopped.load(Ordering::Relaxed) {
            if self.live.wait_until_wanted(SIGNAL_INTERVAL) || Instant::now() >= retry_at {
                live = self.start_active(&notify, start)?;
                retry_at = Instant::now() + START_RETRY;
            }
        }
        for signal in registered {
            signal_hook::low_level::unregister(signal);
        }
        Ok(live)
    }

    /// Starts the config of the active generation. One that is rejected is logged: the next release may be admitted.
    fn start_active(&self, notify: &Notify, start: &StartLive<'_, M>) -> Result<Option<Live<M>>, CliError> {
        if !self.follower.service.config().exists() {
            return Ok(None);
        }
        match start(self.loader())? {
            Ok(live) => {
                self.live.set(Slot::Running(live.clone(), notify.clone()));
                Ok(Some(live))
            }
            Err(StartError::Refused(refused)) => {
                tracing::error!("the active generation is rejected\n{refused}");
                self.live.set(Slot::Refused(refused.to_string()));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Follows on a thread, which ends with the process.
    fn spawn(&self) -> io::Result<()> {
        let (follower, status) = (self.follower.clone(), self.status.clone());
        let runtime = Runtime::new()?;
        let run = move || match runtime.block_on(follower.run(&status)) {};
        thread::Builder::new().name("confgate-fleet".to_owned()).stack_size(STACK).spawn(run).map(drop)
    }
}

//! The reload thread: it reloads the config when a file or secret changes, on a signal, and when other profiles become active.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use signal_hook::consts::SIGHUP;
use signal_hook::iterator::{Handle, Signals};

use crate::live::directory_watcher::DirectoryWatcher;
use crate::live::error::StartError;
use crate::live::reload_reason::ReloadReason;
use crate::live::state::LiveState;
use crate::live::wake::{Wake, Wakes};
use crate::live::watch::InputChange;
use crate::live::watch_status::WatchStatus;

/// Mode of watching files.
#[derive(Debug, Clone, Copy)]
pub(super) enum WatchMode {
    /// Events of the system. A file counts as written after a quiet time.
    Events {
        /// The quiet time.
        quiet: Duration,
    },
    /// Comparison of the files at an interval.
    Polls {
        /// The interval.
        every: Duration,
    },
}

/// The longest quiet time of files that are compared at an interval.
const MAX_POLL_QUIET: Duration = Duration::from_secs(1);

/// The interval of comparisons while the system does not report all changes.
const FALLBACK_POLL: Duration = Duration::from_secs(1);

/// The pause before another attempt to watch a directory that disappeared meanwhile.
const TRANSIENT_PAUSE: Duration = Duration::from_millis(100);

/// The longest quiet time that delays the comparison after an event.
const MAX_EVENT_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause. A reload by the program may bring other profiles and does not wake the thread.
const MAX_PAUSE: Duration = Duration::from_secs(10);

/// The longest time that a drop waits for the thread, which may hang in the system.
const STOP_TIMEOUT: Duration = Duration::from_millis(500);

impl WatchMode {
    /// Returns the time without a change after which a file counts as written.
    pub fn quiet(self) -> Duration {
        match self {
            Self::Events { quiet } => quiet,
            Self::Polls { every } => every.min(MAX_POLL_QUIET),
        }
    }
}

/// The threads of a handle. They end when it is dropped.
pub(super) struct ReloadThread {
    wakes: Arc<Wakes>,
    stop: Box<dyn Fn() + Send + Sync>,
    thread: Option<JoinHandle<()>>,
    /// Disconnected when the thread ends. A receiver cannot be shared between threads without a lock.
    ended: std::sync::Mutex<Receiver<()>>,
    signals: Option<(Handle, JoinHandle<()>)>,
}

impl ReloadThread {
    /// Starts the threads. `signals` are those that ask for a reload.
    pub fn start<M: Send + Sync + 'static>(
        state: &Arc<LiveState<M>>,
        watch: Option<WatchMode>,
        signals: Option<ReloadSignals>,
    ) -> Result<Self, StartError> {
        let wakes = Arc::<Wakes>::default();
        let watcher = match watch {
            Some(WatchMode::Events { .. }) => {
                Some(DirectoryWatcher::new(wakes.clone(), state.inputs.open_files.clone()))
            }
            _ => None,
        };
        let signals = signals.map(|signals| signals.forward(wakes.clone())).transpose()?;
        let mut worker = Worker { state: Arc::downgrade(state), watcher, watch, pause: MAX_PAUSE, hung: 0 };
        worker.update_watches(state);
        if watch.is_some() {
            for provider in state.loader.secret_providers() {
                let wakes = wakes.clone();
                provider.watch(Box::new(move || wakes.send(Wake::Secret)));
            }
        }
        let (alive, ended) = channel::<()>();
        let woken = wakes.clone();
        let run = move || {
            let _alive = alive;
            worker.run(&woken);
        };
        let thread = std::thread::Builder::new().name("confgate".to_owned()).spawn(run);
        let thread = Some(thread.map_err(StartError::Thread)?);
        let stopped = state.stopped.clone();
        let stop = Box::new(move || stopped.store(true, std::sync::atomic::Ordering::Relaxed));
        Ok(Self { wakes, stop, thread, ended: ended.into(), signals })
    }
}

impl Drop for ReloadThread {
    fn drop(&mut self) {
        (self.stop)();
        self.wakes.send(Wake::Stop);
        if let Some((handle, thread)) = self.signals.take() {
            handle.close();
            let _ = thread.join();
        }
        // The reload thread itself may drop the last handle. It must not join itself.
        let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id())
        else {
            return;
        };
        let ended = self.ended.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        match ended.recv_timeout(STOP_TIMEOUT) {
            Err(RecvTimeoutError::Timeout) => {
                tracing::warn!("the reload thread hangs in the system and is left behind");
            }
            _ => drop(thread.join()),
        }
    }
}

/// The signals that ask for a reload. They are registered before the first load: one that arrives in it would otherwise end the
/// process, and now reloads afterwards.
pub(super) struct ReloadSignals(Signals);

impl ReloadSignals {
    pub fn register() -> Result<Self, StartError> {
        Signals::new([SIGHUP]).map(Self).map_err(StartError::Signal)
    }

    fn forward(self, wakes: Arc<Wakes>) -> Result<(Handle, JoinHandle<()>), StartError> {
        let Self(mut signals) = self;
        let handle = signals.handle();
        let forward = move || {
            for _ in signals.forever() {
                wakes.send(Wake::Signal);
            }
        };
        let thread = std::thread::Builder::new().name("confgate-signal".to_owned()).spawn(forward);
        Ok((handle, thread.map_err(StartError::Thread)?))
    }
}

/// State of the thread.
struct Worker<M: Send + Sync + 'static> {
    state: Weak<LiveState<M>>,
    watcher: Option<DirectoryWatcher>,
    watch: Option<WatchMode>,
    /// The longest pause until files are compared without an event.
    pause: Duration,
    /// The number of abandoned loads at the last look.
    hung: usize,
}

impl<M: Send + Sync + 'static> Worker<M> {
    fn run(mut self, wakes: &Wakes) {
        // No event reports a change between the load and the start of the watch.
        if let Some(state) = self.state.upgrade().filter(|_| self.watch.is_some()) {
            state.guard(&ReloadReason::File, || {
                self.reload_changed_files(&state);
                self.follow_until_stable(&state);
            });
        }
        loop {
            let wake = wakes.wait(self.pause());
            let Some(state) = self.state.upgrade() else { return };
            let reason = match wake {
                Wake::Stop => return,
                Wake::Signal => ReloadReason::Signal,
                Wake::Secret => ReloadReason::Secret,
                Wake::Files | Wake::TimedOut => ReloadReason::File,
            };
            let observer = state.signal_observer.get().filter(|_| wake == Wake::Signal);
            if let Some(observer) = observer {
                observer.started();
            }
            state.guard(&reason, || self.handle(&state, &reason, wake == Wake::TimedOut));
            // After the guard, so that the end of a reload that panicked is reported too.
            if let Some(observer) = observer {
                observer.ended(state.current.load().version, state.refusal.load_full().as_deref());
            }
        }
    }

    /// Handles a message, or the end of the pause.
    fn handle(&mut self, state: &LiveState<M>, reason: &ReloadReason, timed_out: bool) {
        let hung = state.work.hung();
        if hung < self.hung {
            // The load that hung has ended, and its result was dropped.
            let _ = state.reload(ReloadReason::File);
        }
        self.hung = state.work.hung();
        if matches!(reason, ReloadReason::File) {
            if !timed_out {
                // A writer causes many events, and one comparison serves them all.
                std::thread::sleep(self.watch.map_or(Duration::ZERO, WatchMode::quiet).min(MAX_EVENT_PAUSE) / 4);
            }
            // The system may have missed a change, so compare the files after each pause too.
            if !timed_out || self.watch.is_some() {
                self.reload_changed_files(state);
            }
            if timed_out {
                state.check_profiles();
            }
        } else {
            // The log and the trail have the error of a rejected reload.
            let _ = state.reload(reason.clone());
        }
        self.follow_until_stable(state);
        // A load that was abandoned meanwhile is looked after.
        self.hung = self.hung.max(state.work.hung());
    }

    /// Returns the time until the thread continues without a message.
    fn pause(&self) -> Duration {
        let polls = match self.watch {
            Some(WatchMode::Polls { every }) => Some(every),
            _ => None,
        };
        let profiles = self.state.upgrade().and_then(|state| state.until_next_check());
        [polls, profiles].into_iter().flatten().fold(self.pause, Duration::min)
    }

    fn reload_changed_files(&mut self, state: &LiveState<M>) {
        let reason = match state.changed_inputs() {
            Ok(InputChange::Nothing) => return,
            Ok(InputChange::Secrets) => ReloadReason::Secret,
            Ok(InputChange::Config) => ReloadReason::File,
            Err(error) => return state.comparison_failed(error),
        };
        let _ = state.reload(reason);
    }

    /// Watches the directories of the current inputs. Reports if a directory was added.
    fn update_watches(&mut self, state: &LiveState<M>) -> bool {
        let status = match (&self.watch, &self.watcher) {
            (None, _) => WatchStatus::Off,
            (Some(WatchMode::Polls { every }), _) => WatchStatus::Polling { every: *every, problem: None },
            (Some(WatchMode::Events { .. }), _) => WatchStatus::Events,
        };
        let Some(watcher) = &mut self.watcher else {
            state.set_watch_status(status);
            return false;
        };
        let directories = match state.input_directories() {
            Ok(directories) => directories,
            Err(error) => {
                state.comparison_failed(error);
                return false;
            }
        };
        let update = watcher.update(&directories);
        self.pause = match (&update.problem, update.is_transient || state.work.hung() > 0) {
            (_, true) if update.is_transient => TRANSIENT_PAUSE,
            (None, false) => MAX_PAUSE,
            _ => FALLBACK_POLL,
        };
        state.set_watch_status(match update.problem {
            Some(problem) => WatchStatus::Polling { every: FALLBACK_POLL, problem: Some(problem) },
            None => status,
        });
        update.added
    }

    /// Compares the files again after each new watch, because no event reports a change before it.
    fn follow_until_stable(&mut self, state: &LiveState<M>) {
        while self.update_watches(state) {
            self.reload_changed_files(state);
        }
    }
}

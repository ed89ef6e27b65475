//! The reload thread: it reloads the config when a file or secret changes, on a signal, and when other profiles become active.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};
use signal_hook::consts::SIGHUP;
use signal_hook::iterator::{Handle, Signals};

use crate::live::error::StartError;
use crate::live::reload_reason::ReloadReason;
use crate::live::state::LiveState;
use crate::live::watch::{DirectoryId, InputChange, Inputs};

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

/// The threads of a handle. They end when it is dropped.
pub(super) struct ReloadThread {
    wake: Sender<Wake>,
    thread: Option<JoinHandle<()>>,
    signals: Option<(Handle, JoinHandle<()>)>,
}

/// Message that wakes the thread.
enum Wake {
    Files,
    Secret,
    Signal,
    Stop,
}

type Watcher = Debouncer<RecommendedWatcher, NoCache>;

impl ReloadThread {
    /// Starts the threads. `inputs` are the stamps of the files before the running config was loaded.
    pub fn start<M: Send + Sync + 'static>(
        state: &Arc<LiveState<M>>,
        watch: Option<WatchMode>,
        signal: bool,
        inputs: Inputs,
    ) -> Result<Self, StartError> {
        let (wake, woken) = channel();
        let mut watcher = None;
        if let Some(WatchMode::Events { quiet }) = watch {
            watcher = Some(start_watcher(quiet, wake.clone()).map_err(StartError::Watch)?);
        }
        let signals = if signal { Some(start_signals(wake.clone())?) } else { None };
        let directories = BTreeMap::new();
        let mut worker = Worker { state: Arc::downgrade(state), inputs, watcher, directories, watch };
        worker.update_watches();
        if watch.is_some() {
            for provider in state.loader.secret_providers() {
                let wake = wake.clone();
                provider.watch(Box::new(move || wake.send(Wake::Secret).is_ok()));
            }
        }
        let thread = std::thread::Builder::new().name("confgate".to_owned()).spawn(move || worker.run(&woken));
        let thread = Some(thread.map_err(StartError::Thread)?);
        Ok(Self { wake, thread, signals })
    }
}

impl Drop for ReloadThread {
    fn drop(&mut self) {
        // The thread may already have exited; ignore the send error.
        let _ = self.wake.send(Wake::Stop);
        if let Some((handle, thread)) = self.signals.take() {
            handle.close();
            let _ = thread.join();
        }
        // The reload thread itself may drop the last handle. It must not join itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

fn start_watcher(quiet: Duration, wake: Sender<Wake>) -> notify::Result<Watcher> {
    let notify = move |events: DebounceEventResult| {
        // Reading a file does not change it.
        let is_change = |events: Vec<notify_debouncer_full::DebouncedEvent>| {
            events.iter().any(|event| !event.kind.is_access() || event.kind.is_other())
        };
        if events.map_or(true, is_change) {
            let _ = wake.send(Wake::Files);
        }
    };
    new_debouncer_opt(quiet, None, notify, NoCache, notify::Config::default())
}

fn start_signals(wake: Sender<Wake>) -> Result<(Handle, JoinHandle<()>), StartError> {
    let mut signals = Signals::new([SIGHUP]).map_err(StartError::Signal)?;
    let handle = signals.handle();
    let forward = move || {
        for _ in signals.forever() {
            let _ = wake.send(Wake::Signal);
        }
    };
    let thread = std::thread::Builder::new().name("confgate-signal".to_owned()).spawn(forward);
    Ok((handle, thread.map_err(StartError::Thread)?))
}

/// State of the thread.
struct Worker<M: Send + Sync + 'static> {
    state: Weak<LiveState<M>>,
    inputs: Inputs,
    watcher: Option<Watcher>,
    /// The watched directories, with their identity at that time.
    directories: BTreeMap<PathBuf, DirectoryId>,
    watch: Option<WatchMode>,
}

impl<M: Send + Sync + 'static> Worker<M> {
    fn run(mut self, woken: &Receiver<Wake>) {
        // No event reports a change between the load and the start of the watch.
        if let Some(state) = self.state.upgrade().filter(|_| self.watch.is_some()) {
            state.guard(&ReloadReason::File, || {
                self.reload_changed_files(&state);
                self.follow_until_stable(&state);
            });
        }
        loop {
            let wake = match self.pause() {
                Some(pause) => woken.recv_timeout(pause),
                None => woken.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let Some(state) = self.state.upgrade() else { return };
            let reason = match wake {
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Wake::Signal) => ReloadReason::Signal,
                Ok(Wake::Secret) => ReloadReason::Secret,
                Ok(Wake::Files) | Err(RecvTimeoutError::Timeout) => ReloadReason::File,
            };
            let timed_out = wake.is_err();
            state.guard(&reason, || self.handle(&state, &reason, timed_out));
        }
    }

    /// Handles a message, or the end of the pause.
    fn handle(&mut self, state: &LiveState<M>, reason: &ReloadReason, timed_out: bool) {
        if matches!(reason, ReloadReason::File) {
            // The system may have missed a change, so compare the files after each pause too.
            if !timed_out || self.watch.is_some() {
                self.reload_changed_files(state);
            }
            if timed_out {
                state.check_profiles();
            }
        } else {
            self.inputs = Inputs::of(state.loader.context());
            // The log and the trail have the error of a rejected reload.
            let _ = state.reload(reason.clone());
        }
        self.follow_until_stable(state);
    }

    /// Returns the time until the thread continues without a message.
    fn pause(&self) -> Option<Duration> {
        let polls = match self.watch {
            Some(WatchMode::Polls { every }) => Some(every),
            _ => None,
        };
        let profiles = self.state.upgrade().and_then(|state| state.until_next_check());
        // A reload by the program may bring other profiles and does not wake the thread.
        const MAX_PAUSE: Duration = Duration::from_secs(10);
        [polls, profiles, Some(MAX_PAUSE)].into_iter().flatten().min()
    }

    fn reload_changed_files(&mut self, state: &LiveState<M>) {
        let mut inputs = Inputs::of(state.loader.context());
        if inputs.is_emptied(&self.inputs) {
            // Editors truncate before they write. Wait briefly for content.
            inputs = self.wait_for_content(state);
        }
        let reason = match inputs.since(&self.inputs) {
            InputChange::Nothing => return,
            InputChange::Secrets => ReloadReason::Secret,
            InputChange::Config => ReloadReason::File,
        };
        self.inputs = inputs;
        let _ = state.reload(reason);
    }

    fn wait_for_content(&self, state: &LiveState<M>) -> Inputs {
        const TIMEOUT: Duration = Duration::from_millis(500);
        let began = Instant::now();
        loop {
            std::thread::sleep(Duration::from_millis(20));
            let inputs = Inputs::of(state.loader.context());
            if !inputs.is_emptied(&self.inputs) || began.elapsed() > TIMEOUT {
                return inputs;
            }
        }
    }

    /// Watches the directories of the current inputs, and no others: links may have changed, and another directory may have the
    /// name of one. Reports if a directory was added.
    fn update_watches(&mut self) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let wanted = self.inputs.directories();
        let is_in = |(path, id): &(&PathBuf, &DirectoryId), others: &BTreeMap<_, _>| others.get(*path) == Some(*id);
        for (path, _) in self.directories.iter().filter(|it| !is_in(it, &wanted)) {
            // The directory may have been removed; ignore the error.
            let _ = watcher.unwatch(path);
        }
        let mut added = false;
        for (path, _) in wanted.iter().filter(|it| !is_in(it, &self.directories)) {
            added = true;
            if let Err(error) = watcher.watch(path, RecursiveMode::NonRecursive) {
                tracing::warn!(folder = %path.display(), %error, "cannot watch this directory; changes in it are noticed later");
            }
        }
        self.directories = wanted;
        added
    }

    /// Compares the files again after each new watch, because no event reports a change before it.
    fn follow_until_stable(&mut self, state: &LiveState<M>) {
        while self.update_watches() {
            self.reload_changed_files(state);
        }
    }
}

//! The thread that brings a new config when a file, a signal or the clock asks for one.

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

use crate::live::Shared;
use crate::live::builder::StartError;
use crate::live::reload_reason::ReloadReason;
use crate::live::watch::{Changed, Folder, Inputs};

/// How files are watched.
#[derive(Debug, Clone, Copy)]
pub enum Watch {
    /// The system tells; a file counts as written when it was quiet for so long.
    Events {
        /// How long.
        quiet: Duration,
    },
    /// A look every so often.
    Polls {
        /// How often.
        every: Duration,
    },
}

/// The threads behind a handle. They end when it is dropped.
pub struct Keeper {
    wake: Sender<Wake>,
    thread: Option<JoinHandle<()>>,
    signals: Option<(Handle, JoinHandle<()>)>,
}

/// What wakes the thread.
enum Wake {
    Files,
    Secret,
    Signal,
    Stop,
}

type Watcher = Debouncer<RecommendedWatcher, NoCache>;

impl Keeper {
    /// Starts what was asked for; nothing when nothing was. `inputs` are those of the config that runs, as they were before it was
    /// loaded.
    pub fn start<M: Send + Sync + 'static>(
        shared: &Arc<Shared<M>>,
        watch: Option<Watch>,
        signal: bool,
        inputs: Inputs,
    ) -> Result<Option<Self>, StartError> {
        let (wake, woken) = channel();
        let mut watcher = None;
        if let Some(Watch::Events { quiet }) = watch {
            watcher = Some(watcher_of(quiet, wake.clone()).map_err(StartError::Watch)?);
        }
        let signals = if signal { Some(signals(wake.clone())?) } else { None };
        let mut keeping = Keeping { shared: Arc::downgrade(shared), inputs, watcher, folders: BTreeMap::new(), watch };
        keeping.follow();
        if watch.is_some() {
            for provider in shared.loader.asked() {
                let wake = wake.clone();
                provider.watch(Box::new(move || wake.send(Wake::Secret).is_ok()));
            }
        }
        let thread = std::thread::Builder::new().name("confgate".to_owned()).spawn(move || keeping.run(&woken));
        let thread = Some(thread.map_err(StartError::Thread)?);
        Ok(Some(Self { wake, thread, signals }))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // A thread that is gone needs no word.
        let _ = self.wake.send(Wake::Stop);
        if let Some((handle, thread)) = self.signals.take() {
            handle.close();
            let _ = thread.join();
        }
        // The last handle may go in a thread that this one woke: it does not wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

fn watcher_of(quiet: Duration, wake: Sender<Wake>) -> notify::Result<Watcher> {
    let tell = move |events: DebounceEventResult| {
        // Reading a file is no change of it.
        let counts = |events: Vec<notify_debouncer_full::DebouncedEvent>| {
            events.iter().any(|event| !event.kind.is_access() || event.kind.is_other())
        };
        if events.map_or(true, counts) {
            let _ = wake.send(Wake::Files);
        }
    };
    new_debouncer_opt(quiet, None, tell, NoCache, notify::Config::default())
}

fn signals(wake: Sender<Wake>) -> Result<(Handle, JoinHandle<()>), StartError> {
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

/// What the thread holds.
struct Keeping<M: Send + Sync + 'static> {
    shared: Weak<Shared<M>>,
    inputs: Inputs,
    watcher: Option<Watcher>,
    /// The folders that are watched, each as it was then.
    folders: BTreeMap<PathBuf, Folder>,
    watch: Option<Watch>,
}

impl<M: Send + Sync + 'static> Keeping<M> {
    fn run(mut self, woken: &Receiver<Wake>) {
        // What changed between the load and the watch is told by nobody.
        if let Some(shared) = self.shared.upgrade().filter(|_| self.watch.is_some()) {
            shared.guarded(&ReloadReason::File, || {
                self.files(&shared);
                self.follow_to_the_end(&shared);
            });
        }
        loop {
            let wake = match self.pause() {
                Some(pause) => woken.recv_timeout(pause),
                None => woken.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let Some(shared) = self.shared.upgrade() else { return };
            let cause = match wake {
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Wake::Signal) => ReloadReason::Signal,
                Ok(Wake::Secret) => ReloadReason::Secret,
                Ok(Wake::Files) | Err(RecvTimeoutError::Timeout) => ReloadReason::File,
            };
            let clock = wake.is_err();
            shared.guarded(&cause, || self.round(&shared, &cause, clock));
        }
    }

    /// Does what it was woken for; by the `clock` where nobody woke it.
    fn round(&mut self, shared: &Shared<M>, cause: &ReloadReason, clock: bool) {
        if matches!(cause, ReloadReason::File) {
            // Where the system tells of changes, it may have missed one.
            if !clock || self.watch.is_some() {
                self.files(shared);
            }
            if clock {
                shared.look_at_profiles();
            }
        } else {
            self.inputs = Inputs::of(shared.loader.context());
            // What is wrong was said in the log and the trail.
            let _ = shared.reload(cause.clone());
        }
        self.follow_to_the_end(shared);
    }

    /// How long to sleep when nobody wakes it.
    fn pause(&self) -> Option<Duration> {
        let polls = match self.watch {
            Some(Watch::Polls { every }) => Some(every),
            _ => None,
        };
        let profiles = self.shared.upgrade().and_then(|shared| shared.until_next_look());
        // A config that the program brought may have other profiles: nobody wakes the thread for it.
        const LONGEST: Duration = Duration::from_secs(10);
        [polls, profiles, Some(LONGEST)].into_iter().flatten().min()
    }

    fn files(&mut self, shared: &Shared<M>) {
        let mut inputs = Inputs::of(shared.loader.context());
        if inputs.is_emptied(&self.inputs) {
            // Half of what an editor does, or who writes a secret. Who really empties a file finds it read a moment later.
            inputs = self.wait_for_content(shared);
        }
        let cause = match inputs.since(&self.inputs) {
            Changed::Nothing => return,
            Changed::Secrets => ReloadReason::Secret,
            Changed::Config => ReloadReason::File,
        };
        self.inputs = inputs;
        let _ = shared.reload(cause);
    }

    fn wait_for_content(&self, shared: &Shared<M>) -> Inputs {
        const PATIENCE: Duration = Duration::from_millis(500);
        let began = Instant::now();
        loop {
            std::thread::sleep(Duration::from_millis(20));
            let inputs = Inputs::of(shared.loader.context());
            if !inputs.is_emptied(&self.inputs) || began.elapsed() > PATIENCE {
                return inputs;
            }
        }
    }

    /// Watches the folders that matter now, and no others: a link may lead elsewhere since the last look, and another folder may
    /// have taken the name of one. Gives whether one came that was not watched before.
    fn follow(&mut self) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let wanted = self.inputs.folders();
        let same = |(path, folder): &(&PathBuf, &Folder), others: &BTreeMap<_, _>| others.get(*path) == Some(*folder);
        for (path, _) in self.folders.iter().filter(|it| !same(it, &wanted)) {
            // It may be gone.
            let _ = watcher.unwatch(path);
        }
        let mut came = false;
        for (path, _) in wanted.iter().filter(|it| !same(it, &self.folders)) {
            came = true;
            if let Err(error) = watcher.watch(path, RecursiveMode::NonRecursive) {
                tracing::warn!(folder = %path.display(), %error, "changes in this folder will not be seen");
            }
        }
        self.folders = wanted;
        came
    }

    /// What changed in a folder before it was watched is looked for once it is.
    fn follow_to_the_end(&mut self, shared: &Shared<M>) {
        while self.follow() {
            self.files(shared);
        }
    }
}

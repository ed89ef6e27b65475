//! The handle of a live config, and its builder.

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fmt, io, thread};

use arc_swap::{ArcSwap, ArcSwapOption};
use confgate_core::value::Path;
use jiff::Timestamp;

use crate::audit::AuditTrail;
use crate::live::bounded_work::{BoundedWork, Caller};
use crate::live::change::{Subscribers, Subscription};
use crate::live::current::{Cache, Current, Guard, PastConfig};
use crate::live::error::{RevertError, StartError};
use crate::live::input_monitor::InputMonitor;
use crate::live::metrics::Metrics;
use crate::live::record::Recorder;
use crate::live::reload_reason::ReloadReason;
use crate::live::reload_thread::{ReloadSignals, ReloadThread, WatchMode};
use crate::live::signal_observer::{ObserverSlot, SignalObserver};
use crate::live::state::{LiveState, Reloaded};
use crate::live::watch_status::WatchStatus;
use crate::live::writer::Writer;
use crate::load::{LoadOptions, LoadedConfig, Loader, Override, Refused};

/// Time limit of a load or reload, unless the program sets another one.
const RELOAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Shortest interval between two comparisons of files.
const MIN_POLL: Duration = Duration::from_millis(10);

/// Handle of the config of a running service. Clones are cheap; the threads end with the last clone.
pub struct Live<M: Send + Sync + 'static> {
    pub(super) state: Arc<LiveState<M>>,
    /// Held so that the threads end with the last handle.
    _thread: Arc<ReloadThread>,
}

/// Builder of a handle.
pub struct Builder<M> {
    loader: Loader<M>,
    overrides: Vec<Override>,
    history_limit: usize,
    trail: Option<AuditTrail>,
    watch: Option<WatchMode>,
    signal: bool,
    timeout: Duration,
    name: Option<String>,
}

impl<M: Send + Sync + 'static> Live<M> {
    /// Returns a builder of a handle. The loader is of the same config type:
    ///
    /// ```
    /// use confgate_bitcraps::Config;
    /// use confgate_runtime::live::{Builder, Live};
    /// use confgate_runtime::load::Loader;
    /// use confgate_runtime::system::SystemContext;
    ///
    /// let builder: Builder<Config> = Live::<Config>::builder(Loader::of::<Config>(SystemContext::bare()));
    /// ```
    ///
    /// ```compile_fail,E0308
    /// use confgate_bitcraps::Config;
    /// use confgate_runtime::live::{Builder, Live};
    /// use confgate_runtime::load::Loader;
    /// use confgate_runtime::system::SystemContext;
    ///
    /// struct Other;
    ///
    /// let builder: Builder<Other> = Live::<Other>::builder(Loader::of::<Config>(SystemContext::bare()));
    /// ```
    pub fn builder(loader: Loader<M>) -> Builder<M> {
        Builder::new(loader)
    }

    /// Returns the running config. Two calls may return two configs: read related fields through one guard.
    #[inline]
    pub fn load(&self) -> Guard<M> {
        Guard::of(&self.state.current)
    }

    /// Returns a cache of the running config, for a thread that reads very often.
    pub fn cache(&self) -> Cache<M> {
        Cache::of(&self.state.current)
    }

    /// Returns the running config with its version and the origins of its values, to be kept.
    pub fn snapshot(&self) -> Arc<Current<M>> {
        self.state.current.load_full()
    }

    /// Subscribes to all changes.
    pub fn subscribe(&self) -> Subscription {
        self.state.subscribers.add(None)
    }

    /// Subscribes to changes of a field or table: `network.max_connections`.
    pub fn subscribe_to(&self, field: &str) -> Subscription {
        self.state.subscribers.add(Some(Path::dotted(field)))
    }

    /// Reads all layers again.
    ///
    /// # Errors
    ///
    /// The config is rejected, and the running one stays.
    pub fn reload(&self) -> Result<Reloaded, Refused> {
        self.state.reload(ReloadReason::Reload)
    }

    /// Reloads if other profiles are active than before, such as after a change of a flag. Otherwise no file is read. A reverted config
    /// stays.
    pub fn check_profiles(&self) {
        self.state.check_profiles_now();
    }

    /// Calls [`check_profiles`](Self::check_profiles) after each change of another config, such as that of the flags that conditions of
    /// profiles read, as long as this handle exists.
    ///
    /// # Errors
    ///
    /// The system refuses a thread.
    pub fn check_profiles_after(&self, changes: Subscription) -> io::Result<()> {
        let state = Arc::downgrade(&self.state);
        let follow = move || {
            while changes.recv().is_some() {
                let Some(state) = state.upgrade() else { return };
                state.check_profiles_now();
            }
        };
        thread::Builder::new().name("confgate-flags".to_owned()).spawn(follow).map(drop)
    }

    /// Sets fields above all other layers, until the process ends or [`clear`](Self::clear) or [`revert`](Self::revert) removes
    /// them. `reason` appears in the audit trail and in messages.
    ///
    /// # Errors
    ///
    /// The config with these values is rejected, and none of them is set.
    pub fn apply(&self, overrides: impl IntoIterator<Item = Override>, reason: &str) -> Result<Reloaded, Refused> {
        self.state.apply(overrides.into_iter().collect(), reason)
    }

    /// Removes the values that [`apply`](Self::apply) set.
    ///
    /// # Errors
    ///
    /// The config without them is rejected, and they stay.
    pub fn clear(&self, reason: &str) -> Result<Reloaded, Refused> {
        self.state.clear(reason)
    }

    /// Removes the values that [`apply`](Self::apply) set for a field and in it.
    ///
    /// # Errors
    ///
    /// The config without them is rejected, and they stay.
    pub fn clear_field(&self, field: &Path, reason: &str) -> Result<Reloaded, Refused> {
        self.state.clear_field(field, reason)
    }

    /// Returns to the previous config and its overrides. It runs until the next reload, which starts with these overrides.
    ///
    /// # Errors
    ///
    /// There is no previous config, or it is rejected now.
    pub fn revert(&self) -> Result<Reloaded, RevertError> {
        self.state.revert(None)
    }

    /// Returns to the config with this version. It runs until the next reload.
    ///
    /// # Errors
    ///
    /// The config is not kept, or is rejected now.
    pub fn revert_to(&self, version: u64) -> Result<Reloaded, RevertError> {
        self.state.revert(Some(version))
    }

    /// Returns the configs that ran before and are kept, the oldest first.
    pub fn history(&self) -> Vec<PastConfig> {
        self.state.writer().history.iter().cloned().collect()
    }

    /// Returns the rejection of the last reload, until a reload succeeds.
    pub fn last_refusal(&self) -> Option<Refused> {
        self.state.refusal.load_full().map(|refused| refused.as_ref().clone())
    }

    /// Returns the way in which changed files are noticed.
    pub fn watch_status(&self) -> WatchStatus {
        self.state.watch_status.load().as_ref().clone()
    }

    /// Returns the number of reloads that exceeded their time limit and still run.
    pub fn hung_reloads(&self) -> usize {
        self.state.work.hung()
    }

    /// Returns the time limit of a reload.
    pub fn reload_timeout(&self) -> Duration {
        self.state.work.limit()
    }

    /// Sets the observer of reloads by signal ([`Builder::signal`]), such as [`ServiceManager`](crate::service_manager::ServiceManager).
    /// Returns `false`, and keeps the observer that was set, if this was called before.
    pub fn observe_signals(&self, observer: impl SignalObserver + 'static) -> bool {
        self.state.signal_observer.set(Box::new(observer))
    }

    /// Returns the loader.
    pub fn loader(&self) -> &Loader<M> {
        &self.state.loader
    }

    /// Returns the metrics.
    pub fn metrics(&self) -> &Metrics {
        &self.state.metrics
    }
}

impl<M: Send + Sync + 'static> Clone for Live<M> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), _thread: self._thread.clone() }
    }
}

impl<M: Send + Sync + 'static> fmt::Debug for Live<M> {
    // Leave out the config: its own Debug may show secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("model", &self.loader().gate().model_name())
            .field("version", &self.load().version())
            .finish_non_exhaustive()
    }
}

impl<M: Send + Sync + 'static> Builder<M> {
    fn new(loader: Loader<M>) -> Self {
        Self {
            loader,
            overrides: Vec::new(),
            history_limit: 50,
            trail: None,
            watch: None,
            signal: false,
            timeout: RELOAD_TIMEOUT,
            name: None,
        }
    }

    /// Adds overrides of the program, which apply from the start.
    #[must_use]
    pub fn overrides(mut self, overrides: impl IntoIterator<Item = Override>) -> Self {
        self.overrides.extend(overrides);
        self
    }

    /// Sets the number of earlier configs that are kept for a revert, by default 50.
    #[must_use]
    pub fn history(mut self, limit: usize) -> Self {
        self.history_limit = limit;
        self
    }

    /// Records every change in an audit trail.
    #[must_use]
    pub fn audit(mut self, trail: AuditTrail) -> Self {
        self.trail = Some(trail);
        self
    }

    /// Reloads when a file of the config or of a secret changes, as soon as it was quiet for this time. 100 ms are enough for
    /// editors that write in steps. A file that its writer holds open counts as written 5 s after the last write.
    ///
    /// If the system cannot report changes, the files are compared each second, and [`Live::watch_status`] has the reason.
    #[must_use]
    pub fn watch(mut self, quiet: Duration) -> Self {
        self.watch = Some(WatchMode::Events { quiet });
        self
    }

    /// Compares the files at this interval, for filesystems that do not report changes, such as some network filesystems. The
    /// interval is at least 10 ms.
    #[must_use]
    pub fn poll(mut self, every: Duration) -> Self {
        self.watch = Some(WatchMode::Polls { every: every.max(MIN_POLL) });
        self
    }

    /// Sets the time limit of a load or reload, by default 30 s. A reload that exceeds it is rejected with the code
    /// `runtime/timeout` and left behind; the next one starts anew.
    #[must_use]
    pub fn reload_timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Reloads on SIGHUP.
    #[must_use]
    pub fn signal(mut self) -> Self {
        self.signal = true;
        self
    }

    /// Sets the name of the service in its metrics, in place of the name of the model.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Loads the config and starts the reload thread.
    ///
    /// # Errors
    ///
    /// The gate rejects the config, the load exceeds its time limit, or the system refuses a thread or a signal handler.
    pub fn start(self) -> Result<Live<M>, StartError> {
        let name = self.name.or_else(|| self.loader.gate().model_name().map(str::to_owned)).unwrap_or_default();
        let metrics = Metrics::new(&name);
        let stopped = Arc::<AtomicBool>::default();
        let work = BoundedWork::new(self.timeout, metrics.hung_reloads(), stopped.clone());
        let quiet = self.watch.map(WatchMode::quiet);
        let inputs = Arc::new(InputMonitor::new(quiet, self.timeout));
        let loader = Arc::new(self.loader);
        let signals = self.signal.then(ReloadSignals::register).transpose()?;
        let (config, loaded) = first_load(&work, &loader, &inputs, self.overrides.clone())?;
        if loaded.found.is_none() {
            tracing::info!(environment = %loaded.environment, "no config file: the defaults of the environment apply");
        }
        for diagnostic in loaded.report.diagnostics() {
            tracing::warn!(rule = diagnostic.code, "{}", diagnostic.message);
        }
        let next_check = loaded.next_check;
        let since = Timestamp::now();
        metrics.loaded(1, 0, loaded.variable_count, since);
        let current = Current {
            config,
            version: 1,
            since,
            reason: ReloadReason::Start,
            loaded: Arc::new(loaded),
            pending: Vec::new(),
        };
        let recorder = Recorder::new(self.trail);
        recorder.started(&current, loader.context(), &metrics);
        let writer = Writer {
            overrides: self.overrides,
            history: VecDeque::new(),
            history_limit: self.history_limit,
            next_check,
            pinned: false,
        };
        let state = Arc::new(LiveState {
            current: Arc::new(ArcSwap::from_pointee(current)),
            loader,
            inputs,
            work,
            stopped,
            watch_status: ArcSwap::from_pointee(WatchStatus::Off),
            writer: Mutex::new(writer),
            refusal: ArcSwapOption::empty(),
            subscribers: Subscribers::default(),
            signal_observer: ObserverSlot::default(),
            metrics,
            recorder,
        });
        let thread = ReloadThread::start(&state, self.watch, signals)?;
        Ok(Live { state, _thread: Arc::new(thread) })
    }
}

/// Loads the config for the first time.
fn first_load<M: Send + Sync + 'static>(
    work: &BoundedWork,
    loader: &Arc<Loader<M>>,
    inputs: &Arc<InputMonitor>,
    overrides: Vec<Override>,
) -> Result<(M, LoadedConfig), Refused> {
    let (reader, monitor) = (loader.clone(), inputs.clone());
    let load = move |caller: &Caller| {
        let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
        monitor.load(reader.context(), caller, || reader.config(&options))
    };
    let observed = work.run(load).map_err(Refused::from)?;
    inputs.ended(observed.inputs);
    observed.result
}

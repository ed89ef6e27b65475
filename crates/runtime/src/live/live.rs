//! The handle of a live config, and its builder.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use confgate_core::value::Path;
use jiff::Timestamp;

use crate::audit::AuditTrail;
use crate::live::change::{Subscribers, Subscription};
use crate::live::current::{Cache, Current, Guard, PastConfig};
use crate::live::error::{RevertError, StartError};
use crate::live::metrics::Metrics;
use crate::live::record::Recorder;
use crate::live::reload_reason::ReloadReason;
use crate::live::reload_thread::{ReloadThread, WatchMode};
use crate::live::state::{LiveState, Reloaded};
use crate::live::watch::Inputs;
use crate::live::writer::Writer;
use crate::load::{LoadOptions, Loader, Override, Refused};

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
    name: Option<String>,
}

impl<M: Send + Sync + 'static> Live<M> {
    /// Returns a builder of a handle. The loader is of the same config type:
    ///
    /// ```
    /// use confgate::{SystemContext, bitcraps::Config};
    /// use confgate_runtime::live::{Builder, Live};
    /// use confgate_runtime::load::Loader;
    ///
    /// let builder: Builder<Config> = Live::<Config>::builder(Loader::of::<Config>(SystemContext::bare()));
    /// ```
    ///
    /// ```compile_fail,E0308
    /// use confgate::{SystemContext, bitcraps::Config};
    /// use confgate_runtime::live::{Builder, Live};
    /// use confgate_runtime::load::Loader;
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
        Self { loader, overrides: Vec::new(), history_limit: 50, trail: None, watch: None, signal: false, name: None }
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
    /// editors that write in steps.
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
    /// The gate rejects the config, or files or signals cannot be watched.
    pub fn start(self) -> Result<Live<M>, StartError> {
        let name = self.name.or_else(|| self.loader.gate().model_name().map(str::to_owned)).unwrap_or_default();
        let metrics = Metrics::new(&name);
        // Read the file stamps before the load, so that a change during the load is noticed.
        let inputs = self.watch.map(|_| Inputs::of(self.loader.context()));
        let (config, loaded) =
            self.loader.config(&LoadOptions { overrides: &self.overrides, ..LoadOptions::default() })?;
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
        recorder.started(&current, self.loader.context(), &metrics);
        let writer = Writer {
            overrides: self.overrides,
            history: VecDeque::new(),
            history_limit: self.history_limit,
            next_check,
            pinned: false,
        };
        let state = Arc::new(LiveState {
            current: Arc::new(ArcSwap::from_pointee(current)),
            loader: self.loader,
            writer: Mutex::new(writer),
            refusal: ArcSwapOption::empty(),
            subscribers: Subscribers::default(),
            metrics,
            recorder,
        });
        let thread = ReloadThread::start(&state, self.watch, self.signal, inputs.unwrap_or_default())?;
        Ok(Live { state, _thread: Arc::new(thread) })
    }
}

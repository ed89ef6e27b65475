//! How a handle is made.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::Timestamp;

use crate::audit::AuditTrail;
use crate::live::change::Subscribers;
use crate::live::current::Current;
use crate::live::metrics::Metrics;
use crate::live::record::Recorder;
use crate::live::reload_reason::ReloadReason;
use crate::live::reload_thread::{Keeper, Watch};
use crate::live::restart_only::{Kept, keep};
use crate::live::watch::Inputs;
use crate::live::writer::Writer;
use crate::live::{Live, Shared};
use crate::load::{LoadOptions, Loader, Override, Refused};

/// The shortest pause between two looks at files.
const SHORTEST: Duration = Duration::from_millis(10);

/// Makes a handle: what it loads, what it watches, what it remembers.
pub struct Builder<M> {
    loader: Loader<M>,
    overrides: Vec<Override>,
    history: usize,
    trail: Option<AuditTrail>,
    watch: Option<Watch>,
    signal: bool,
    name: Option<String>,
}

/// Why a handle cannot be made.
#[derive(Debug)]
pub enum StartError {
    /// The gate refused the config.
    Refused(Refused),
    /// Files cannot be watched.
    Watch(notify::Error),
    /// The signal cannot be taken.
    Signal(std::io::Error),
    /// The system starts no thread.
    Thread(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(f),
            Self::Watch(error) => write!(f, "the config's files cannot be watched: {error}"),
            Self::Signal(error) => write!(f, "the signal to reload cannot be taken: {error}"),
            Self::Thread(error) => write!(f, "no thread to watch the config: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<Refused> for StartError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl<M: Send + Sync + 'static> Builder<M> {
    pub(super) fn new(loader: Loader<M>) -> Self {
        Self { loader, overrides: Vec::new(), history: 50, trail: None, watch: None, signal: false, name: None }
    }

    /// Values that count before all layers, from the start.
    #[must_use]
    pub fn overrides(mut self, overrides: impl IntoIterator<Item = Override>) -> Self {
        self.overrides.extend(overrides);
        self
    }

    /// How many earlier configs are kept to go back to; 50 unless this says otherwise.
    #[must_use]
    pub fn history(mut self, keeps: usize) -> Self {
        self.history = keeps;
        self
    }

    /// Where every change is recorded.
    #[must_use]
    pub fn audit(mut self, trail: AuditTrail) -> Self {
        self.trail = Some(trail);
        self
    }

    /// Reloads when a file changes that the config or a secret is read from, once nothing has happened to it for so long:
    /// 100 ms are enough for editors that write in steps.
    #[must_use]
    pub fn watch(mut self, quiet: Duration) -> Self {
        self.watch = Some(Watch::Events { quiet });
        self
    }

    /// Looks every so often whether a file changed, where the system tells nobody: on some network file systems. That is 100
    /// times in a second at most.
    #[must_use]
    pub fn poll(mut self, every: Duration) -> Self {
        self.watch = Some(Watch::Polls { every: every.max(SHORTEST) });
        self
    }

    /// Reloads on SIGHUP.
    #[must_use]
    pub fn signal(mut self) -> Self {
        self.signal = true;
        self
    }

    /// The name of the service in its metrics, in the place of the model's.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Loads the config and starts what watches over it.
    ///
    /// # Errors
    ///
    /// The gate refused the config, or the system does not let files or signals be watched.
    pub fn start(self) -> Result<Live<M>, StartError> {
        let name = self.name.or_else(|| self.loader.gate().model_name().map(str::to_owned)).unwrap_or_default();
        let metrics = Metrics::new(&name);
        // Before the load: what changes while it reads is another file than before.
        let inputs = self.watch.map(|_| Inputs::of(self.loader.context()));
        let (config, loaded) =
            self.loader.config(&LoadOptions { overrides: &self.overrides, ..LoadOptions::default() })?;
        let Kept { config, loaded, pending } = keep(&self.loader, None, loaded, Some(config))?;
        if loaded.found.is_none() {
            tracing::info!(environment = %loaded.environment, "no config file: the defaults of the environment count");
        }
        for diagnostic in loaded.report.diagnostics() {
            tracing::warn!(rule = diagnostic.code, "{}", diagnostic.message);
        }
        let next_look = loaded.next_look;
        let since = Timestamp::now();
        metrics.loaded(1, 0, loaded.variables, since);
        let current =
            Current { config, version: 1, since, cause: ReloadReason::Start, loaded: Arc::new(loaded), pending };
        let recorder = Recorder::new(self.trail);
        recorder.started(&current, self.loader.context(), &metrics);
        let writer = Writer {
            overrides: self.overrides,
            history: VecDeque::new(),
            keeps: self.history,
            next_look,
            pinned: false,
        };
        let shared = Arc::new(Shared {
            current: Arc::new(ArcSwap::from_pointee(current)),
            loader: self.loader,
            writer: Mutex::new(writer),
            refusal: ArcSwapOption::empty(),
            subscribers: Subscribers::default(),
            metrics,
            recorder,
        });
        let keeper = Keeper::start(&shared, self.watch, self.signal, inputs.unwrap_or_default())?;
        Ok(Live { shared, _keeper: keeper.map(Arc::new) })
    }
}

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use confgate_core::value::Path;

use crate::live::builder::Builder;
use crate::live::change::{Subscribers, Subscription};
use crate::live::current::{Cache, Current, Guard, Past};
use crate::live::metrics::Metrics;
use crate::live::record::Recorder;
use crate::live::reload_reason::ReloadReason;
use crate::live::reload_thread::Keeper;
use crate::live::writer::Writer;
use crate::load::{Loader, Override, Refused};

/// The config of a running service. Cheap to clone; the last clone that goes ends its threads.
pub struct Live<M: Send + Sync + 'static> {
    pub(crate) shared: Arc<Shared<M>>,
    /// What watches files and signals, for as long as somebody holds the handle.
    pub(crate) _keeper: Option<Arc<Keeper>>,
}

/// What the handle and its threads share.
pub(crate) struct Shared<M> {
    pub(crate) current: Arc<ArcSwap<Current<M>>>,
    pub(crate) loader: Loader<M>,
    pub(crate) writer: Mutex<Writer>,
    /// What the last reload was refused for. Who asks for it does not wait for the writer.
    pub(crate) refusal: ArcSwapOption<Refused>,
    pub(crate) subscribers: Subscribers,
    pub(crate) metrics: Metrics,
    pub(crate) recorder: Recorder,
}

/// What a reload came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Reloaded {
    /// The version that runs.
    pub version: u64,
    /// The fields that have another value now; none when the config is the one that ran before.
    pub changed: Vec<Path>,
    /// The fields whose new value waits for a restart.
    pub pending: Vec<Path>,
}

/// There is no version of that number to go back to.
#[derive(Debug)]
pub enum RevertError {
    /// It never was, or is no longer kept.
    Unknown {
        /// The version that was asked for; none for the one before, when there is none.
        version: Option<u64>,
        /// Those that are kept, the oldest first.
        kept: Vec<u64>,
    },
    /// The gate refuses it now: it runs beside other values that need a restart.
    Refused(Refused),
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

    /// The config that runs. Two calls may see two configs: an operation that reads two fields does it under one guard.
    #[inline]
    pub fn load(&self) -> Guard<M> {
        Guard::of(&self.shared.current)
    }

    /// The config that runs, for a thread that asks very often.
    pub fn cache(&self) -> Cache<M> {
        Cache::of(&self.shared.current)
    }

    /// The config that runs, to be kept, with where it came from.
    pub fn snapshot(&self) -> Arc<Current<M>> {
        self.shared.current.load_full()
    }

    /// Every change from now on.
    pub fn subscribe(&self) -> Subscription {
        self.shared.subscribers.add(None)
    }

    /// Every change of a field, or of anything in a table, from now on: `network.max_connections`.
    pub fn subscribe_to(&self, field: &str) -> Subscription {
        self.shared.subscribers.add(Some(Path::dotted(field)))
    }

    /// Reads all layers again.
    ///
    /// # Errors
    ///
    /// The report of what is wrong; what ran before runs on.
    pub fn reload(&self) -> Result<Reloaded, Refused> {
        self.shared.reload(ReloadReason::Reload)
    }

    /// Sets fields, before all other layers and until the process ends, [`clear`](Self::clear) or
    /// [`revert`](Self::revert) take it back. `reason` goes into the audit trail and into messages.
    ///
    /// # Errors
    ///
    /// The report of what is wrong; nothing is set then, not even the fields that would be right.
    pub fn apply(&self, overrides: impl IntoIterator<Item = Override>, reason: &str) -> Result<Reloaded, Refused> {
        self.shared.apply(overrides.into_iter().collect(), reason)
    }

    /// Takes back what [`apply`](Self::apply) set.
    ///
    /// # Errors
    ///
    /// The config without it is refused; nothing is taken back then.
    pub fn clear(&self, reason: &str) -> Result<Reloaded, Refused> {
        self.shared.clear(reason)
    }

    /// Goes back to the config that ran before this one, overrides and all. It runs until the next reload, which begins with the
    /// overrides of then.
    ///
    /// # Errors
    ///
    /// There is none, or it is refused now.
    pub fn revert(&self) -> Result<Reloaded, RevertError> {
        self.shared.revert(None)
    }

    /// Goes back to the config with this version. It runs until the next reload.
    ///
    /// # Errors
    ///
    /// It is not kept, or is refused now.
    pub fn revert_to(&self, version: u64) -> Result<Reloaded, RevertError> {
        self.shared.revert(Some(version))
    }

    /// The configs that ran before this one and are kept, the oldest first.
    pub fn history(&self) -> Vec<Past> {
        self.shared.writer().history.iter().cloned().collect()
    }

    /// What the last reload was refused for, while nothing better has come.
    pub fn last_refusal(&self) -> Option<Refused> {
        self.shared.refusal.load_full().map(|refused| refused.as_ref().clone())
    }

    /// The loader behind it.
    pub fn loader(&self) -> &Loader<M> {
        &self.shared.loader
    }

    /// Its counters.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }
}

impl<M> Shared<M> {
    /// The one who writes. Whoever panicked while holding it had not swapped anything in.
    pub(crate) fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Send + Sync + 'static> Clone for Live<M> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), _keeper: self._keeper.clone() }
    }
}

impl<M: Send + Sync + 'static> fmt::Debug for Live<M> {
    // The config may hold secrets that its own Debug shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("model", &self.loader().gate().model_name())
            .field("version", &self.load().version())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for RevertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { version: None, .. } => f.write_str("there is no earlier config to go back to"),
            Self::Unknown { version: Some(version), kept } => {
                let kept: Vec<String> = kept.iter().map(u64::to_string).collect();
                match kept.is_empty() {
                    true => write!(f, "version {version} is not kept, and no other is"),
                    false => write!(f, "version {version} is not kept; there are {}", kept.join(", ")),
                }
            }
            Self::Refused(refused) => refused.fmt(f),
        }
    }
}

impl std::error::Error for RevertError {}

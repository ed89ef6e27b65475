//! Live flags: evaluations of the running flags without a lock.

use std::ops::Deref;
use std::sync::Arc;

use confgate_core::value::Path;
use confgate_runtime::live::{Guard, Live, Reloaded};
use confgate_runtime::load::{Override, Refused};
use serde_json::Value as Json;

use crate::boolean_flag::BooleanFlag;
use crate::cache::FlagsCache;
use crate::exposures::Exposures;
use crate::file::FlagsFile;
use crate::set::{Evaluation, EvaluationContext, EvaluationError, Flag, FlagSet, ValueKind, typed_result as typed};

/// Handle of live flags. Clones are cheap.
///
/// The handle of a config, [`Live`], does the work: it follows the file, passes each version through the gate, keeps the running flags
/// when a version is rejected, and records changes. This one adds evaluations that are counted as exposures.
///
/// ```
/// use confgate_flags::{EvaluationContext, FlagsFile, LiveFlags};
/// use confgate_runtime::live::Live;
/// use confgate_runtime::load::Loader;
/// use confgate_runtime::system::SystemContext;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("flags.toml");
/// std::fs::write(&path, "[flags.lobby]\nvariants = { on = true, off = false }\ndefaultVariant = 'on'\n")?;
/// let loader = Loader::of::<FlagsFile>(SystemContext::bare()).at(&path);
/// let flags = LiveFlags::new(Live::<FlagsFile>::builder(loader).start()?);
///
/// let user = EvaluationContext::new().targeting_key("user-1");
/// assert!(flags.boolean("lobby", false, &user));
/// flags.disable("lobby", "it crashes")?;
/// assert!(!flags.boolean("lobby", false, &user), "the default of the program");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct LiveFlags {
    live: Live<FlagsFile>,
    exposures: Arc<Exposures>,
}

/// Reference to the running flags. It dereferences to the same flags for its whole life, and takes no lock.
pub struct FlagsGuard(Guard<FlagsFile>);

impl Deref for FlagsGuard {
    type Target = FlagSet;

    #[inline]
    fn deref(&self) -> &FlagSet {
        self.0.flags()
    }
}

impl FlagsGuard {
    /// Returns the version of the flags in this process, from 1.
    pub fn version(&self) -> u64 {
        self.0.version()
    }
}

/// Reading of the flags of a live flags file.
pub trait ReadFlags {
    /// Returns the running flags. Evaluations through it are not counted as exposures.
    fn flags(&self) -> FlagsGuard;
}

impl ReadFlags for Live<FlagsFile> {
    #[inline]
    fn flags(&self) -> FlagsGuard {
        FlagsGuard(self.load())
    }
}

impl LiveFlags {
    /// Creates a handle of live flags.
    pub fn new(live: Live<FlagsFile>) -> Self {
        Self { live, exposures: Arc::default() }
    }

    /// Returns the handle of the flags file as a config: its reloads, history and metrics.
    pub fn live(&self) -> &Live<FlagsFile> {
        &self.live
    }

    /// Returns the running flags. Evaluations through it are not counted as exposures.
    #[inline]
    pub fn load(&self) -> FlagsGuard {
        self.live.flags()
    }

    /// Returns a cache of the running flags for one thread that evaluates very often.
    pub fn cache(&self) -> FlagsCache {
        FlagsCache::new(self.live.cache(), self.exposures.clone())
    }

    /// Returns a handle of one boolean flag for one thread that evaluates it very often. `default` is the default of the program.
    pub fn boolean_flag(&self, key: &str, default: bool) -> BooleanFlag {
        BooleanFlag::new(self.live.cache(), self.exposures.clone(), key, default)
    }

    /// Returns the exposures so far.
    pub fn exposures(&self) -> &Exposures {
        &self.exposures
    }

    /// Evaluates a flag as a boolean. Without a value, and after an error, it returns the default of the program.
    #[inline]
    pub fn boolean(&self, key: &str, default: bool, context: &EvaluationContext) -> bool {
        let flags = self.load();
        if let Some(fixed) = flags.get(key).and_then(Flag::fixed) {
            self.count(&flags, fixed.counter);
            return fixed.value;
        }
        drop(flags);
        self.evaluate(key, context, |result| typed(result, ValueKind::Boolean, Json::as_bool)).unwrap_or(default)
    }

    /// Evaluates a flag as a number. Without a value, and after an error, it returns the default of the program.
    pub fn number(&self, key: &str, default: f64, context: &EvaluationContext) -> f64 {
        self.evaluate(key, context, |result| typed(result, ValueKind::Number, Json::as_f64)).unwrap_or(default)
    }

    /// Evaluates a flag as a text. Without a value, and after an error, it returns the default of the program.
    pub fn string(&self, key: &str, default: &str, context: &EvaluationContext) -> String {
        self.evaluate(key, context, |result| {
            typed(result, ValueKind::String, Json::as_str).unwrap_or(default).to_owned()
        })
    }

    /// Evaluates a flag, counts the exposure, and returns what `read` makes of the result.
    #[inline]
    pub fn evaluate<T>(
        &self,
        key: &str,
        context: &EvaluationContext,
        read: impl FnOnce(Result<Evaluation<'_>, EvaluationError>) -> T,
    ) -> T {
        let flags = self.load();
        let result = flags.evaluate(key, context);
        if let Ok(evaluation) = &result {
            self.expose(&flags, evaluation);
        }
        read(result)
    }

    /// Counts an exposure.
    #[inline]
    pub(crate) fn expose(&self, flags: &FlagSet, evaluation: &Evaluation<'_>) {
        self.count(flags, evaluation.flag().counter(evaluation.selected()));
    }

    #[inline]
    fn count(&self, flags: &FlagSet, counter: usize) {
        flags.collect_once(|flags| self.exposures.collect(flags.labels(), flags.counters()));
        flags.counters().add(counter);
    }

    /// Disables a flag above all layers of the file, until the process ends or the override is cleared: the kill switch. The program
    /// uses its own default.
    ///
    /// # Errors
    ///
    /// The flag does not exist, so that the flags with this value are rejected.
    pub fn disable(&self, key: &str, reason: &str) -> Result<Reloaded, Refused> {
        let path = Path::root().key("flags").key(key).key("state");
        self.live.apply([Override::json(path, "DISABLED".into())], reason)
    }
}

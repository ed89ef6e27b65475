//! One boolean flag, found once for each version of the flags.

use std::sync::Arc;

use confgate_runtime::live::Cache;
use serde_json::Value as Json;

use crate::exposures::Exposures;
use crate::file::FlagsFile;
use crate::set::{Counters, EvaluationContext, FixedBoolean, Flag, FlagSet, ValueKind, typed_result as typed};

/// One boolean flag, for a place of the program that one thread passes very often. The key is looked up once for each version of the
/// flags: while they stay the same, the value of a flag without targeting is a comparison of one pointer away.
///
/// Exposures are counted as by [`LiveFlags`](crate::LiveFlags), in counters that no other thread writes to. The handle keeps its flags
/// alive until its next evaluation.
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
/// let mut lobby = flags.boolean_flag("lobby", false);
/// let user = EvaluationContext::new().targeting_key("user-1");
/// assert!(lobby.value(&user));
/// flags.disable("lobby", "it crashes")?;
/// assert!(!lobby.value(&user), "the default of the program");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct BooleanFlag {
    cache: Cache<FlagsFile>,
    exposures: Arc<Exposures>,
    key: Box<str>,
    default: bool,
    found: Option<Found>,
}

/// The flag in one version of the flags.
struct Found {
    flags: Arc<FlagSet>,
    /// Index of the first counter of the flag in those of all flags; `None` if there is no such flag.
    first_counter: Option<usize>,
    fixed: Option<FixedBoolean>,
    /// A counter for each variant of the flag, and one for the default of the program.
    counters: Arc<Counters>,
}

impl BooleanFlag {
    pub(crate) fn new(cache: Cache<FlagsFile>, exposures: Arc<Exposures>, key: &str, default: bool) -> Self {
        Self { cache, exposures, key: key.into(), default, found: None }
    }

    /// Returns the key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Evaluates the flag. Without a value, and after an error, it returns the default of the program.
    #[inline]
    pub fn value(&mut self, context: &EvaluationContext) -> bool {
        let Self { cache, exposures, key, default, found } = self;
        let running = cache.load().flags();
        if found.as_ref().is_none_or(|found| !Arc::ptr_eq(&found.flags, running)) {
            *found = None;
        }
        let found = found.get_or_insert_with(|| Found::new(running, key, exposures));
        if let Some(fixed) = found.fixed {
            found.counters.add_alone(fixed.counter);
            return fixed.value;
        }
        found.evaluate(key, context).unwrap_or(*default)
    }
}

impl Found {
    #[cold]
    fn new(flags: &Arc<FlagSet>, key: &str, exposures: &Exposures) -> Self {
        let flag = flags.get(key);
        let first_counter = flag.map(Flag::first_counter);
        let labels = flag.map(|flag| flags.labels_of(flag)).unwrap_or_default();
        let counters = Arc::new(Counters::new(labels.len()));
        if !labels.is_empty() {
            exposures.collect(&labels, &counters);
        }
        let fixed = flag.and_then(|flag| {
            let FixedBoolean { value, counter } = flag.fixed()?;
            Some(FixedBoolean { value, counter: counter - flag.first_counter() })
        });
        Self { flags: flags.clone(), first_counter, fixed, counters }
    }

    /// Evaluates a flag with targeting, and counts the exposure.
    fn evaluate(&self, key: &str, context: &EvaluationContext) -> Option<bool> {
        let first = self.first_counter?;
        let result = self.flags.evaluate(key, context);
        if let Ok(evaluation) = &result {
            self.counters.add_alone(evaluation.flag().counter(evaluation.selected()) - first);
        }
        typed(result, ValueKind::Boolean, Json::as_bool)
    }
}

#[cfg(test)]
mod tests {
    use confgate_runtime::live::Live;
    use confgate_runtime::load::{Loader, Override};
    use confgate_runtime::system::SystemContext;

    use super::*;
    use crate::live::LiveFlags;

    const FLAGS: &str = "[flags.a]\nvariants = { x = 1 }\n\
        [flags.plain]\nvariants = { on = true, off = false }\ndefaultVariant = 'on'\n\
        [flags.pro]\nvariants = { on = true, off = false }\ntargeting = { if = [{ '==' = [{ var = 'plan' }, 'pro'] }, 'on', 'off'] }\n";

    fn live(folder: &tempfile::TempDir) -> LiveFlags {
        let path = folder.path().join("flags.toml");
        std::fs::write(&path, FLAGS).unwrap();
        let loader = Loader::of::<FlagsFile>(SystemContext::bare()).at(&path);
        LiveFlags::new(Live::<FlagsFile>::builder(loader).start().unwrap())
    }

    fn exposures(live: &LiveFlags) -> Vec<(String, String, u64)> {
        live.exposures().all().into_iter().map(|it| (it.flag, it.variant.unwrap_or_default(), it.count)).collect()
    }

    #[test]
    fn a_flag_is_evaluated_as_by_the_handle_of_all_and_its_exposures_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let live = live(&folder);
        let pro = EvaluationContext::new().with("plan", "pro");
        let none = EvaluationContext::new();
        for (key, default) in [("plain", false), ("pro", false), ("pro", true), ("a", true), ("absent", true)] {
            let mut flag = live.boolean_flag(key, default);
            for context in [&pro, &none, &pro] {
                assert_eq!(flag.value(context), live.boolean(key, default, context), "{key} {default}");
            }
        }
        let of = |flag: &str, variant: &str, count| (flag.to_owned(), variant.to_owned(), count);
        // Each evaluation by one flag has one by all beside it.
        assert_eq!(exposures(&live), [of("a", "", 6), of("plain", "on", 6), of("pro", "off", 4), of("pro", "on", 8)]);
    }

    #[test]
    fn a_flag_follows_changes_and_the_kill_switch() {
        let folder = tempfile::tempdir().unwrap();
        let live = live(&folder);
        let context = EvaluationContext::new();
        let mut flag = live.boolean_flag("plain", true);
        assert_eq!(flag.key(), "plain");
        assert!(flag.value(&context));
        let path = confgate_core::value::Path::root().key("flags").key("plain").key("defaultVariant");
        live.live().apply([Override::json(path, "off".into())], "a test").unwrap();
        assert!(!flag.value(&context), "the other variant");
        live.disable("plain", "it crashes").unwrap();
        assert!(flag.value(&context), "the default of the program");
        let of = |variant: &str, count| ("plain".to_owned(), variant.to_owned(), count);
        assert_eq!(exposures(&live), [of("", 1), of("off", 1), of("on", 1)]);
    }
}

//! A cache of the running flags for one thread.

use std::sync::Arc;

use confgate_runtime::live::Cache;
use serde_json::Value as Json;

use crate::exposures::Exposures;
use crate::file::FlagsFile;
use crate::set::{
    Counters, Evaluation, EvaluationContext, EvaluationError, Flag, FlagSet, ValueKind, typed_result as typed,
};

/// Cache of the running flags for one thread that evaluates very often. While the flags stay the same, finding them compares one pointer,
/// and an exposure is counted in counters of the cache, which no other thread writes to.
///
/// A cache keeps its flags alive until its next evaluation.
pub struct FlagsCache {
    cache: Cache<FlagsFile>,
    exposures: Arc<Exposures>,
    counted: Option<Counted>,
}

/// The flags of the last evaluation, and its counters.
struct Counted {
    flags: Arc<FlagSet>,
    counters: Arc<Counters>,
}

impl FlagsCache {
    pub(crate) const fn new(cache: Cache<FlagsFile>, exposures: Arc<Exposures>) -> Self {
        Self { cache, exposures, counted: None }
    }

    /// Evaluates a flag as a boolean. Without a value, and after an error, it returns the default of the program.
    #[inline]
    pub fn boolean(&mut self, key: &str, default: bool, context: &EvaluationContext) -> bool {
        let Counted { flags, counters } = self.current();
        if let Some(fixed) = flags.get(key).and_then(Flag::fixed) {
            counters.add_alone(fixed.counter);
            return fixed.value;
        }
        self.evaluate(key, context, |result| typed(result, ValueKind::Boolean, Json::as_bool)).unwrap_or(default)
    }

    /// Evaluates a flag as a number. Without a value, and after an error, it returns the default of the program.
    pub fn number(&mut self, key: &str, default: f64, context: &EvaluationContext) -> f64 {
        self.evaluate(key, context, |result| typed(result, ValueKind::Number, Json::as_f64)).unwrap_or(default)
    }

    /// Evaluates a flag as a text. Without a value, and after an error, it returns the default of the program.
    pub fn string<'s>(&'s mut self, key: &str, default: &'s str, context: &EvaluationContext) -> &'s str {
        let Counted { flags, counters } = self.current();
        let result = flags.evaluate(key, context);
        count(counters, &result);
        typed(result, ValueKind::String, Json::as_str).unwrap_or(default)
    }

    /// Evaluates a flag, counts the exposure, and returns what `read` makes of the result.
    #[inline]
    pub fn evaluate<T>(
        &mut self,
        key: &str,
        context: &EvaluationContext,
        read: impl FnOnce(Result<Evaluation<'_>, EvaluationError>) -> T,
    ) -> T {
        let Counted { flags, counters } = self.current();
        let result = flags.evaluate(key, context);
        count(counters, &result);
        read(result)
    }

    /// Returns the running flags with the counters of this cache.
    #[inline]
    fn current(&mut self) -> &Counted {
        let Self { cache, exposures, counted } = self;
        let running = cache.load().flags();
        if counted.as_ref().is_none_or(|counted| !Arc::ptr_eq(&counted.flags, running)) {
            *counted = None;
        }
        counted.get_or_insert_with(|| Counted::new(running, exposures))
    }
}

impl Counted {
    #[cold]
    fn new(flags: &Arc<FlagSet>, exposures: &Exposures) -> Self {
        let counters = Arc::new(Counters::new(flags.counters().len()));
        exposures.collect(flags.labels(), &counters);
        Self { flags: flags.clone(), counters }
    }
}

#[inline]
fn count(counters: &Counters, result: &Result<Evaluation<'_>, EvaluationError>) {
    if let Ok(evaluation) = result {
        counters.add_alone(evaluation.flag().counter(evaluation.selected()));
    }
}

#[cfg(test)]
mod tests {
    use confgate_runtime::live::Live;
    use confgate_runtime::load::Loader;
    use confgate_runtime::system::SystemContext;

    use super::*;
    use crate::live::LiveFlags;

    #[test]
    fn a_cache_follows_the_flags_and_its_exposures_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flags.toml");
        let text = "[flags.plain]\nvariants = { on = true, off = false }\ndefaultVariant = 'on'\n\
            [flags.plan]\nvariants = { a = 'A', b = 'B' }\ntargeting = { if = [{ '==' = [{ var = 'plan' }, 'pro'] }, 'a', 'b'] }\n";
        std::fs::write(&path, text).unwrap();
        let loader = Loader::of::<FlagsFile>(SystemContext::bare()).at(&path);
        let live = LiveFlags::new(Live::<FlagsFile>::builder(loader).start().unwrap());
        let pro = EvaluationContext::new().with("plan", "pro");
        let (mut first, mut second) = (live.cache(), live.cache());
        for cache in [&mut first, &mut second] {
            assert!(cache.boolean("plain", false, &pro));
            assert_eq!(cache.string("plan", "", &pro), "A");
            assert!(cache.boolean("absent", true, &pro), "the default of the program");
            assert_eq!(cache.number("plan", 7.0, &pro), 7.0, "another type");
        }
        assert!(live.boolean("plain", false, &pro));
        live.disable("plain", "it crashes").unwrap();
        assert!(!first.boolean("plain", false, &pro), "the kill switch reaches the cache");
        drop(second);
        let exposures: Vec<_> =
            live.exposures().all().into_iter().map(|it| (it.flag, it.variant.unwrap_or_default(), it.count)).collect();
        let of = |flag: &str, variant: &str, count| (flag.to_owned(), variant.to_owned(), count);
        assert_eq!(exposures, [of("plain", "", 1), of("plain", "on", 3), of("plan", "a", 4)]);
    }
}

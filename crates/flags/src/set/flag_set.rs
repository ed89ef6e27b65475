//! A set of flags, found by their keys.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use crate::document::{FlagsDocument, Requirement};
use crate::flagd::{BUCKETING, flagd_configuration};
use crate::set::arena::with_arena;
use crate::set::compile::{InvalidFlags, compile};
use crate::set::context::EvaluationContext;
use crate::set::counters::Counters;
use crate::set::evaluation::{Evaluation, EvaluationError, Reason};
use crate::set::flag::{Flag, ValueKind};
use crate::set::prepared::{PreparedContext, directly};

/// Key of a flag, and name of a variant, of each counter; `None` for the program's own default.
pub(crate) type Labels = Arc<[(String, Option<String>)]>;

/// A compiled set of flags.
#[derive(Debug, Default)]
pub struct FlagSet {
    /// Sorted by key.
    flags: Box<[Flag]>,
    by_key: HashMap<Box<str>, usize, RandomState>,
    metadata: Map<String, Json>,
    digest: [u8; 32],
    requires_key: bool,
    counters: Arc<Counters>,
    /// Set once the counters are collected.
    collected: OnceLock<()>,
    /// Key and variant of each counter.
    labels: OnceLock<Labels>,
}

impl FlagSet {
    /// Compiles the flags of a document.
    ///
    /// # Errors
    ///
    /// An expression cannot be compiled, or a time does not exist.
    pub fn compile(document: &FlagsDocument) -> Result<Self, InvalidFlags> {
        let (flags, counters) = compile(document)?;
        let by_key = flags.iter().enumerate().map(|(index, flag)| (flag.key.clone(), index)).collect();
        // The document was compiled, so its times exist.
        let configuration = flagd_configuration(document).unwrap_or_default();
        let mut metadata = document.metadata.clone().into_iter().collect::<Map<_, _>>();
        metadata.entry("bucketing").or_insert_with(|| BUCKETING.into());
        Ok(Self {
            flags: flags.into(),
            by_key,
            metadata,
            digest: Sha256::digest(configuration.to_string()).into(),
            requires_key: document.policy.targeting_key == Requirement::Required,
            counters: Arc::new(Counters::new(counters)),
            collected: OnceLock::new(),
            labels: OnceLock::new(),
        })
    }

    /// Returns the flags, sorted by key.
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// Finds a flag.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Flag> {
        self.by_key.get(key).map(|index| &self.flags[*index])
    }

    /// Returns the metadata of the set, which clients receive.
    pub fn metadata(&self) -> &Map<String, Json> {
        &self.metadata
    }

    /// Returns the digest of the flags, in hexadecimal digits. It changes with every change that an evaluation can depend on.
    pub fn digest(&self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.digest {
            // Writing to a String does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    pub(crate) const fn digest_bytes(&self) -> &[u8; 32] {
        &self.digest
    }

    pub(crate) const fn requires_key(&self) -> bool {
        self.requires_key
    }

    /// Returns key and variant of each counter.
    pub(crate) fn labels(&self) -> &Labels {
        self.labels.get_or_init(|| {
            let labels = self.flags.iter().flat_map(|flag| {
                let variants = flag.variants().iter().map(|variant| Some(variant.name().to_owned()));
                variants.chain([None]).map(|variant| (flag.key().to_owned(), variant))
            });
            labels.collect()
        })
    }

    /// Returns key and variant of the counters of one flag.
    pub(crate) fn labels_of(&self, flag: &Flag) -> Labels {
        let first = flag.first_counter();
        self.labels().get(first..=first + flag.variants().len()).unwrap_or_default().into()
    }

    pub(crate) const fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Runs `collect` once, before the first exposure of this set.
    #[inline]
    pub(crate) fn collect_once(&self, collect: impl FnOnce(&Self)) {
        self.collected.get_or_init(|| collect(self));
    }

    /// Evaluates a flag in a context.
    ///
    /// # Errors
    ///
    /// The flag does not exist, or its targeting cannot be evaluated or returns a name that is not a variant.
    pub fn evaluate<'s>(&'s self, key: &str, context: &EvaluationContext) -> Result<Evaluation<'s>, EvaluationError> {
        self.evaluate_in(key, context, None)
    }

    /// Evaluates a flag like [`evaluate`](Self::evaluate), at a time in seconds since 1970 in place of that of the clock.
    ///
    /// # Errors
    ///
    /// As of [`evaluate`](Self::evaluate).
    pub fn evaluate_at<'s>(
        &'s self,
        key: &str,
        context: &EvaluationContext,
        seconds: i64,
    ) -> Result<Evaluation<'s>, EvaluationError> {
        self.evaluate_in(key, context, Some(seconds))
    }

    #[inline]
    fn evaluate_in<'s>(
        &'s self,
        key: &str,
        context: &EvaluationContext,
        seconds: Option<i64>,
    ) -> Result<Evaluation<'s>, EvaluationError> {
        let flag = self.get(key).ok_or_else(|| EvaluationError::NotFound(key.to_owned()))?;
        if flag.is_enabled {
            let Some(targeting) = &flag.targeting else {
                // Most flags: no context is read.
                let default = flag.default.map(|index| &flag.variants[index]);
                let reason = if default.is_some() { Reason::Static } else { Reason::Default };
                return Ok(Evaluation::new(flag, default, reason));
            };
            if !self.requires_key
                && let Some(evaluation) = directly(flag, targeting, context.attributes.as_slice())
            {
                return Ok(evaluation);
            }
        }
        with_arena(|arena| {
            let context = PreparedContext::of(context, arena);
            let context = seconds.map_or(context, |seconds| context.at(seconds));
            self.evaluate_flag(flag, &context)
        })
    }

    /// Evaluates a flag in a context that was prepared.
    pub(crate) fn evaluate_flag<'s>(
        &'s self,
        flag: &'s Flag,
        context: &PreparedContext<'_>,
    ) -> Result<Evaluation<'s>, EvaluationError> {
        if self.requires_key && flag.is_enabled && flag.targeting.is_some() && context.targeting_key().is_none() {
            return Err(EvaluationError::TargetingKeyMissing);
        }
        context.evaluate(flag)
    }

    /// Evaluates a flag as a boolean.
    ///
    /// # Errors
    ///
    /// The flag cannot be evaluated, has no value or one of another type.
    #[inline]
    pub fn boolean(&self, key: &str, context: &EvaluationContext) -> Result<bool, EvaluationError> {
        if let Some(fixed) = self.get(key).and_then(Flag::fixed) {
            return Ok(fixed.value);
        }
        self.typed(key, context, ValueKind::Boolean, Json::as_bool)
    }

    /// Evaluates a flag as a text.
    ///
    /// # Errors
    ///
    /// The flag cannot be evaluated, has no value or one of another type.
    pub fn string(&self, key: &str, context: &EvaluationContext) -> Result<&str, EvaluationError> {
        self.typed(key, context, ValueKind::String, Json::as_str)
    }

    /// Evaluates a flag as a number.
    ///
    /// # Errors
    ///
    /// The flag cannot be evaluated, has no value or one of another type.
    pub fn number(&self, key: &str, context: &EvaluationContext) -> Result<f64, EvaluationError> {
        self.typed(key, context, ValueKind::Number, Json::as_f64)
    }

    /// Evaluates a flag as an object.
    ///
    /// # Errors
    ///
    /// The flag cannot be evaluated, has no value or one of another type.
    pub fn object(&self, key: &str, context: &EvaluationContext) -> Result<&Map<String, Json>, EvaluationError> {
        self.typed(key, context, ValueKind::Object, Json::as_object)
    }

    #[inline]
    fn typed<'s, T>(
        &'s self,
        key: &str,
        context: &EvaluationContext,
        wanted: ValueKind,
        read: fn(&'s Json) -> Option<T>,
    ) -> Result<T, EvaluationError> {
        let evaluation = self.evaluate(key, context)?;
        typed_value(&evaluation, wanted, read)
    }
}

/// Returns the value of an evaluation as a type.
#[inline]
fn typed_value<'s, T>(
    evaluation: &Evaluation<'s>,
    wanted: ValueKind,
    read: fn(&'s Json) -> Option<T>,
) -> Result<T, EvaluationError> {
    let flag = evaluation.flag();
    let Some(value) = evaluation.value() else { return Err(EvaluationError::NoValue(flag.key().to_owned())) };
    read(value).ok_or_else(|| EvaluationError::TypeMismatch { key: flag.key().to_owned(), found: flag.kind(), wanted })
}

/// Returns the value of a result as a type; `None` without a value, and after an error.
#[inline]
pub(crate) fn typed_result<'s, T>(
    result: Result<Evaluation<'s>, EvaluationError>,
    wanted: ValueKind,
    read: fn(&'s Json) -> Option<T>,
) -> Option<T> {
    typed_value(&result.ok()?, wanted, read).ok()
}

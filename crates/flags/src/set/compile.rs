//! Compilation of a document into flags.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use confgate_core::flags::{MAX_DEPTH, MAX_NODES};
use datalogic_rs::{Engine, EvaluationConfig, Logic};
use serde_json::{Map, Value as Json, json};
use thiserror::Error;

use crate::document::{FlagSpec, FlagState, FlagsDocument};
use crate::flagd::{self, BUCKETING};
use crate::ramp::InvalidTime;
use crate::set::dialect::for_engine;
use crate::set::direct::DirectRule;
use crate::set::flag::{FixedBoolean, Flag, Targeting, ValueKind, Variant};
use crate::set::targeting::inlined;
use crate::set::text_operators::{REPLACED, replacement};

/// A document whose flags cannot be compiled.
#[derive(Debug, Error)]
pub enum InvalidFlags {
    /// A step of a ramp has a time that does not exist.
    #[error("the ramp of flag {key:?}: {source}")]
    Time {
        /// Key of the flag.
        key: String,
        /// The time.
        source: InvalidTime,
    },
    /// A reference has no target, or references make an expression too large.
    #[error(
        "targeting of flag {key:?} has a reference without a target, or, with its references replaced, more than \
         {MAX_NODES} nodes or {MAX_DEPTH} levels"
    )]
    References {
        /// Key of the flag.
        key: String,
    },
    /// The engine does not know an operator of targeting.
    #[error("targeting of flag {key:?} cannot be compiled: {reason}")]
    Targeting {
        /// Key of the flag.
        key: String,
        /// Message of the engine.
        reason: String,
    },
    /// A variant has a value that is not one of a flag.
    #[error("variant {variant:?} of flag {key:?} is neither a boolean, a string, a number nor an object")]
    Value {
        /// Key of the flag.
        key: String,
        /// Name of the variant.
        variant: String,
    },
    /// The default variant is not one of the variants.
    #[error("the default variant {variant:?} of flag {key:?} is not one of its variants")]
    DefaultVariant {
        /// Key of the flag.
        key: String,
        /// Name of the variant.
        variant: String,
    },
}

/// Returns the engine of all evaluations.
pub fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    // A number is not equal to a word, as in JSON Logic; the engine's default is an error, and then each client gets its own default.
    let config = || EvaluationConfig::default().with_loose_equality_errors(false);
    ENGINE.get_or_init(|| {
        let builder = Engine::builder().with_config(config());
        let replaced = REPLACED.into_iter().filter_map(|(name, operator)| Some((replacement(name)?, operator)));
        replaced.fold(builder, |builder, (name, operator)| builder.add_operator(name, operator)).build()
    })
}

/// Compiles the flags of a document, in the order of their keys. Returns the number of counters too.
pub fn compile(document: &FlagsDocument) -> Result<(Vec<Flag>, usize), InvalidFlags> {
    let mut counters = 0;
    let mut flags = Vec::with_capacity(document.flags.len());
    for (key, spec) in &document.flags {
        let flag = compile_flag(key, spec, document, counters)?;
        counters += flag.variants.len() + 1;
        flags.push(flag);
    }
    Ok((flags, counters))
}

fn compile_flag(
    key: &str,
    spec: &FlagSpec,
    document: &FlagsDocument,
    first_counter: usize,
) -> Result<Flag, InvalidFlags> {
    let mut kind = ValueKind::Boolean;
    let mut variants = Vec::with_capacity(spec.variants.len());
    for (index, (name, value)) in spec.variants.iter().enumerate() {
        kind =
            ValueKind::of(value).ok_or_else(|| InvalidFlags::Value { key: key.to_owned(), variant: name.clone() })?;
        variants.push(Variant {
            name: name.as_str().into(),
            value: value.clone(),
            answer: format!("\"value\":{value},\"variant\":{}", json!(name)).into(),
            counter: first_counter + index,
        });
    }
    let find = |name: &String| {
        let unknown = || InvalidFlags::DefaultVariant { key: key.to_owned(), variant: name.clone() };
        variants.iter().position(|variant: &Variant| *variant.name == **name).ok_or_else(unknown)
    };
    let default = spec.default_variant.as_ref().map(find).transpose()?;
    let rule = flagd::targeting(spec).map_err(|source| InvalidFlags::Time { key: key.to_owned(), source })?;
    let targeting = rule.map(|rule| compile_targeting(key, &rule, &document.evaluators, &variants)).transpose()?;
    let is_enabled = spec.state == FlagState::Enabled;
    let fixed = default.filter(|_| is_enabled && targeting.is_none()).map(|index| &variants[index]);
    let mut metadata = document.metadata.clone().into_iter().collect::<Map<_, _>>();
    metadata.extend(flagd::metadata(spec));
    if targeting.as_ref().is_some_and(|targeting| has_operator(&targeting.source, "fractional")) {
        metadata.entry("bucketing").or_insert_with(|| json!(BUCKETING));
    }
    Ok(Flag {
        key: key.into(),
        is_enabled,
        kind,
        fixed: fixed
            .and_then(|variant| Some(FixedBoolean { value: variant.value.as_bool()?, counter: variant.counter })),
        variants: variants.into(),
        default,
        targeting,
        head: format!("{{\"key\":{},", json!(key)).into(),
        tail: format!(",\"metadata\":{}}}", Json::Object(metadata.clone())).into(),
        metadata,
        first_counter,
    })
}

fn compile_targeting(
    key: &str,
    rule: &Json,
    evaluators: &BTreeMap<String, Json>,
    variants: &[Variant],
) -> Result<Targeting, InvalidFlags> {
    let source = inlined(rule, evaluators).ok_or_else(|| InvalidFlags::References { key: key.to_owned() })?;
    let compiled = compile_rule(&source);
    let logic = compiled.map_err(|error| InvalidFlags::Targeting { key: key.to_owned(), reason: error.to_string() })?;
    let reads_time = source.to_string().contains("$flagd");
    let direct = DirectRule::compile(&source, &|name| variants.iter().position(|variant| *variant.name == *name));
    Ok(Targeting { logic, source, reads_time, direct })
}

/// Compiles an expression without references for the engine.
pub fn compile_rule(rule: &Json) -> Result<Logic, datalogic_rs::Error> {
    engine().compile(for_engine(rule).to_string().as_str())
}

/// Returns whether an expression has an operator.
fn has_operator(rule: &Json, operator: &str) -> bool {
    match rule {
        Json::Object(entries) => {
            entries.iter().any(|(name, operands)| name == operator || has_operator(operands, operator))
        }
        Json::Array(elements) => elements.iter().any(|element| has_operator(element, operator)),
        _ => false,
    }
}

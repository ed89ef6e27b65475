//! A context in an arena, for the evaluation of one or many flags.

use std::time::{SystemTime, UNIX_EPOCH};

use datalogic_rs::bumpalo::Bump;
use datalogic_rs::datavalue::{OwnedDataValue, ParseErrorKind};
use datalogic_rs::{DataValue, ErrorKind};

use crate::set::arena::with_arena;
use crate::set::compile::engine;
use crate::set::context::{EvaluationContext, TARGETING_KEY};
use crate::set::direct::Attributes;
use crate::set::evaluation::{Evaluation, EvaluationError, Reason};
use crate::set::flag::{Flag, Targeting};
use crate::set::json;

/// Name of the attribute that the evaluation adds.
const FLAGD: &str = "$flagd";

/// A context in an arena.
#[derive(Clone, Copy)]
pub struct PreparedContext<'a> {
    arena: &'a Bump,
    attributes: &'a [(&'a str, DataValue<'a>)],
    /// Seconds since 1970; `None` until a flag reads the time.
    now: Option<i64>,
}

impl<'a> PreparedContext<'a> {
    /// Puts a context into the arena. Texts are borrowed.
    pub fn of(context: &'a EvaluationContext, arena: &'a Bump) -> Self {
        let attributes = context.attributes.iter().map(|(name, value)| (name.as_str(), borrowed(value, arena)));
        Self { arena, attributes: arena.alloc_slice_fill_iter(attributes), now: None }
    }

    /// Takes the attributes of an object in the arena; `None` for another value.
    pub fn of_object(object: &DataValue<'a>, arena: &'a Bump) -> Option<Self> {
        Some(Self { arena, attributes: object.as_object()?, now: None })
    }

    /// Sets the time of the evaluations, in place of that of the clock.
    pub fn at(self, seconds: i64) -> Self {
        Self { now: Some(seconds), ..self }
    }

    /// Returns the targeting key, if it is a text that is not empty.
    pub fn targeting_key(&self) -> Option<&'a str> {
        let value = self.attributes.iter().find(|(name, _)| *name == TARGETING_KEY)?.1;
        value.as_str().filter(|key| !key.is_empty())
    }

    /// Returns whether the targeting key is present and not a text.
    pub fn has_invalid_key(&self) -> bool {
        let value = self.attributes.iter().find(|(name, _)| *name == TARGETING_KEY);
        value.is_some_and(|(_, value)| !value.is_string() && !value.is_null())
    }

    /// Evaluates a flag.
    pub fn evaluate<'s>(&self, flag: &'s Flag) -> Result<Evaluation<'s>, EvaluationError> {
        if !flag.is_enabled {
            return Ok(Evaluation::new(flag, None, Reason::Disabled));
        }
        let default = flag.default.map(|index| &flag.variants[index]);
        let Some(targeting) = &flag.targeting else {
            return Ok(Evaluation::new(
                flag,
                default,
                if default.is_some() { Reason::Static } else { Reason::Default },
            ));
        };
        if let Some(evaluation) = directly(flag, targeting, self.attributes) {
            return Ok(evaluation);
        }
        let data = self.data(flag, targeting);
        let result = engine()
            .evaluate(&targeting.logic, data, self.arena)
            .map_err(|error| EvaluationError::Targeting { key: flag.key.to_string(), reason: reason(&error) })?;
        let number;
        let name = match *result {
            DataValue::Null => return Ok(Evaluation::new(flag, default, Reason::Default)),
            DataValue::String(name) => name,
            DataValue::Bool(true) => "true",
            DataValue::Bool(false) => "false",
            other => {
                number = other.to_json_string();
                &number
            }
        };
        match flag.find(name) {
            Some(variant) => Ok(Evaluation::new(flag, Some(variant), Reason::TargetingMatch)),
            None => Err(EvaluationError::UnknownVariant { key: flag.key.to_string(), variant: name.to_owned() }),
        }
    }

    /// Returns the attributes with those that flagd adds: the key of the flag, and the time.
    fn data<'x>(&'x self, flag: &'x Flag, targeting: &Targeting) -> DataValue<'x> {
        let now = match self.now {
            Some(now) => now,
            None if targeting.reads_time => seconds_now(),
            None => 0,
        };
        self.with_flagd(&flag.key, now)
    }

    /// Returns the attributes with those that flagd adds for the flag of this key.
    pub fn data_of<'x>(&'x self, key: &'x str) -> DataValue<'x> {
        self.with_flagd(key, self.now.unwrap_or_else(seconds_now))
    }

    fn with_flagd<'x>(&'x self, key: &'x str, now: i64) -> DataValue<'x> {
        let added = self.arena.alloc([("flagKey", DataValue::String(key)), ("timestamp", DataValue::from_i64(now))]);
        // A client does not replace what the evaluation adds.
        let own = self.attributes.iter().copied().filter(|(name, _)| *name != FLAGD);
        let mut all = datalogic_rs::bumpalo::collections::Vec::with_capacity_in(self.attributes.len() + 1, self.arena);
        all.extend(own);
        all.push((FLAGD, DataValue::Object(added)));
        DataValue::Object(all.into_bump_slice())
    }
}

/// Returns the reason of an error of the engine, which throws values.
pub fn reason(error: &datalogic_rs::Error) -> String {
    match &error.kind {
        // The operator of the error is the outermost one: it does not say where the value is.
        ErrorKind::Thrown(_) => "an operand of arithmetic or of a comparison is not a number".to_owned(),
        _ => error.to_string(),
    }
}

/// Evaluates targeting without the engine; `None` if that is not possible in this context.
#[inline]
pub fn directly<'s, A: Attributes + ?Sized>(
    flag: &'s Flag,
    targeting: &'s Targeting,
    attributes: &A,
) -> Option<Evaluation<'s>> {
    Some(match targeting.direct.as_ref()?.select(&flag.key, attributes)? {
        Some(index) => Evaluation::new(flag, Some(&flag.variants[index]), Reason::TargetingMatch),
        None => Evaluation::new(flag, flag.default.map(|index| &flag.variants[index]), Reason::Default),
    })
}

/// Returns the seconds since 1970.
pub fn seconds_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn borrowed<'a>(value: &'a OwnedDataValue, arena: &'a Bump) -> DataValue<'a> {
    match value {
        OwnedDataValue::String(text) => DataValue::String(text),
        other => other.to_arena(arena),
    }
}

/// Error of a request with a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestError {
    /// The body is not JSON.
    NotJson,
    /// The body is nested too deeply.
    TooDeep,
    /// The body or its context is not an object.
    NotAnObject,
    /// The targeting key is not a text.
    InvalidKey,
}

/// Reads the body of a request, `{"context": {…}}`, and runs `work` with its context. An absent context is empty.
pub fn with_request<T>(
    body: &[u8],
    work: impl for<'a> FnOnce(Result<PreparedContext<'a>, RequestError>, &'a Bump) -> T,
) -> T {
    with_arena(|arena| {
        let context = match std::str::from_utf8(body) {
            // A request without a body has no context.
            Ok(text) if text.trim().is_empty() => Ok(DataValue::Object(&[])),
            Ok(text) => read(arena.alloc_str(text), arena),
            Err(_) => Err(RequestError::NotJson),
        };
        let prepared = context.and_then(|context| {
            let prepared = PreparedContext::of_object(&context, arena).ok_or(RequestError::NotAnObject)?;
            if prepared.has_invalid_key() { Err(RequestError::InvalidKey) } else { Ok(prepared) }
        });
        work(prepared, arena)
    })
}

fn read<'a>(text: &'a str, arena: &'a Bump) -> Result<DataValue<'a>, RequestError> {
    let request = json::read(text, arena).map_err(|error| match error.kind {
        ParseErrorKind::DepthLimitExceeded => RequestError::TooDeep,
        _ => RequestError::NotJson,
    })?;
    let entries = request.as_object().ok_or(RequestError::NotAnObject)?;
    let context = entries.iter().find(|(name, _)| *name == "context").map(|(_, context)| *context);
    Ok(context.filter(|context| !context.is_null()).unwrap_or(DataValue::Object(&[])))
}

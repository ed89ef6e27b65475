//! Explanation of an evaluation: the conditions that held, and the bucket of a share.

use confgate_core::value::Path;
use datalogic_rs::DataValue;
use serde_json::{Value as Json, json};

use crate::document::FlagsDocument;
use crate::murmur3::murmur3;
use crate::ramp;
use crate::set::{
    EvaluationContext, PreparedContext, compile_rule, engine, engine_reason, inlined, seconds_now, with_arena,
};

/// Largest number of steps of an explanation.
const MAX_STEPS: usize = 1_000;

/// The way of an evaluation through the targeting of a flag, as it is written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Explanation {
    /// The steps, in their order.
    pub steps: Vec<Step>,
}

/// Step of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The condition of an `if`.
    Condition {
        /// Path of the condition in the document.
        path: Path,
        /// The condition as JSON.
        condition: String,
        /// Result of the condition.
        holds: bool,
    },
    /// A reference to a shared expression.
    Reference {
        /// Path of the reference in the document.
        path: Path,
        /// Name of the shared expression.
        evaluator: String,
    },
    /// A share by `fractional`.
    Share {
        /// Path of the expression in the document.
        path: Path,
        /// The bucket; `None` without a text to hash, as for a number, or without weights.
        bucket: Option<Bucket>,
    },
    /// The step of a ramp that has begun last; `None` before the first one.
    Ramp {
        /// Path of the step, or of the ramp before the first step.
        path: Path,
        /// Time of the step and its share in percent.
        step: Option<(String, f64)>,
    },
    /// An expression that cannot be evaluated in this context, which ends the evaluation.
    Failed {
        /// Path of the expression in the document.
        path: Path,
        /// The expression as JSON.
        expression: String,
        /// Message of the engine.
        reason: String,
    },
    /// Any other expression, which returned this.
    Result {
        /// Path of the expression in the document.
        path: Path,
        /// Its result as JSON.
        value: String,
    },
}

/// Bucket of a text in a share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The text that is hashed: by default the key of the flag and the targeting key.
    pub text: String,
    /// Hash of the text.
    pub hash: u32,
    /// Number of the bucket, from 0.
    pub number: u64,
    /// Number of buckets: the sum of the weights.
    pub total: u64,
    /// The variants, each with its first bucket and the one behind its last.
    pub ranges: Vec<(String, u64, u64)>,
    /// The variant whose range contains the bucket.
    pub variant: String,
}

impl Explanation {
    /// Explains the evaluation of a flag at a time in seconds since 1970, by default that of the clock.
    pub fn of(document: &FlagsDocument, key: &str, context: &EvaluationContext, seconds: Option<i64>) -> Self {
        let mut explanation = Self::default();
        let Some(spec) = document.flags.get(key) else { return explanation };
        let now = seconds.unwrap_or_else(seconds_now);
        let tracer = Tracer { document, key, context, now };
        let path = Path::root().key("flags").key(key);
        let mut steps = Vec::new();
        let mut result = Json::Null;
        if let Some(rule) = &spec.targeting {
            result = tracer.trace(rule, &path.key("targeting"), &mut steps);
        }
        let is_undecided = result.is_null() && !matches!(steps.last(), Some(Step::Failed { .. }));
        if let (true, Some(ramp), Some(default)) = (is_undecided, &spec.ramp, &spec.default_variant) {
            let path = path.key("ramp");
            let begun = ramp
                .steps
                .iter()
                .enumerate()
                .rev()
                .find(|(_, step)| step.at.parse::<jiff::Timestamp>().is_ok_and(|time| time.as_second() <= now));
            let at = begun.map_or_else(|| path.clone(), |(index, _)| path.key("steps").index(index));
            let step = begun.map(|(_, step)| (step.at.clone(), step.percent));
            steps.push(Step::Ramp { path: at.clone(), step });
            if let (Some((index, _)), Ok(_)) = (begun, ramp::targeting(ramp, default)) {
                let one = crate::document::RampSpec { steps: vec![ramp.steps[index].clone()], ..ramp.clone() };
                if let Ok(rule) = ramp::targeting(&one, default) {
                    let share = rule["if"][1].clone();
                    steps.push(Step::Share { path: at, bucket: tracer.bucket(&share["fractional"]) });
                }
            }
        }
        steps.truncate(MAX_STEPS);
        explanation.steps = steps;
        explanation
    }
}

struct Tracer<'t> {
    document: &'t FlagsDocument,
    key: &'t str,
    context: &'t EvaluationContext,
    now: i64,
}

impl Tracer<'_> {
    /// Follows an expression, appends its steps, and returns its result.
    fn trace(&self, rule: &Json, path: &Path, steps: &mut Vec<Step>) -> Json {
        if steps.len() >= MAX_STEPS {
            return Json::Null;
        }
        let operation = rule.as_object().filter(|entries| entries.len() == 1).and_then(|entries| entries.iter().next());
        match operation {
            Some((operator, Json::Array(operands))) if operator == "if" => {
                self.conditional(operands, &path.key("if"), steps)
            }
            Some((operator, Json::String(name))) if operator == "$ref" => {
                steps.push(Step::Reference { path: path.key("$ref"), evaluator: name.clone() });
                let Some(shared) = self.document.evaluators.get(name) else { return Json::Null };
                self.trace(shared, &Path::root().key("$evaluators").key(name), steps)
            }
            Some((operator, operands)) if operator == "fractional" => {
                let bucket = self.bucket(operands);
                let result = bucket.as_ref().map_or(Json::Null, |bucket| json!(bucket.variant));
                steps.push(Step::Share { path: path.key("fractional"), bucket });
                result
            }
            _ => match self.run(rule, as_json) {
                Ok(value) => {
                    steps.push(Step::Result { path: path.clone(), value: value.to_string() });
                    value
                }
                Err(reason) => {
                    steps.push(Step::Failed { path: path.clone(), expression: rule.to_string(), reason });
                    Json::Null
                }
            },
        }
    }

    fn conditional(&self, operands: &[Json], path: &Path, steps: &mut Vec<Step>) -> Json {
        for (index, pair) in operands.chunks(2).enumerate() {
            let at = 2 * index;
            match pair {
                [condition, result] => {
                    let (path_of, text) = (path.index(at), condition.to_string());
                    let holds = match self.run(condition, |value| engine().truthy(value)) {
                        Ok(holds) => holds,
                        Err(reason) => {
                            steps.push(Step::Failed { path: path_of, expression: text, reason });
                            return Json::Null;
                        }
                    };
                    steps.push(Step::Condition { path: path_of, condition: text, holds });
                    if holds {
                        return self.trace(result, &path.index(at + 1), steps);
                    }
                }
                [otherwise] => return self.trace(otherwise, &path.index(at), steps),
                _ => {}
            }
        }
        Json::Null
    }

    /// Returns the bucket of a `fractional` with these operands.
    fn bucket(&self, operands: &Json) -> Option<Bucket> {
        let operands = operands.as_array()?;
        let is_entry = |operand: &&Json| operand.is_array();
        let text = match operands.first().filter(|first| !is_entry(first)).map(|first| self.evaluate(first)) {
            Some(Json::String(text)) => text,
            // A number has no hash, and selects nothing.
            Some(value) if !value.is_null() => return None,
            _ => {
                let key = self.evaluate(&json!({ "var": "targetingKey" }));
                let key = key.as_str().filter(|key| !key.is_empty())?.to_owned();
                format!("{}{key}", self.key)
            }
        };
        let mut ranges = Vec::new();
        let mut total = 0_u64;
        for entry in operands.iter().filter(is_entry) {
            let parts = entry.as_array()?;
            let variant = self.evaluate(parts.first()?);
            let variant = variant.as_str().map_or_else(|| variant.to_string(), str::to_owned);
            let weight = match parts.get(1) {
                None => 1,
                Some(weight) => self.evaluate(weight).as_i64()?.max(0).unsigned_abs(),
            };
            ranges.push((variant, total, total + weight));
            total += weight;
        }
        if total == 0 {
            return None;
        }
        let hash = murmur3(text.as_bytes());
        let number = (u64::from(hash) * total) >> 32;
        let variant = ranges.iter().find(|(_, _, end)| number < *end)?.0.clone();
        Some(Bucket { text, hash, number, total, ranges, variant })
    }

    /// Evaluates an expression; null if it cannot be evaluated.
    fn evaluate(&self, rule: &Json) -> Json {
        self.run(rule, as_json).unwrap_or_default()
    }

    /// Evaluates an expression, and passes its result to `read`. The error is the message of the engine.
    fn run<T>(&self, rule: &Json, read: impl FnOnce(&DataValue<'_>) -> T) -> Result<T, String> {
        let rule = inlined(rule, &self.document.evaluators).ok_or("a reference leads nowhere or in a circle")?;
        let logic = compile_rule(&rule).map_err(|error| error.to_string())?;
        with_arena(|arena| {
            let context = PreparedContext::of(self.context, arena).at(self.now);
            let data = context.data_of(self.key);
            engine().evaluate(&logic, data, arena).map(read).map_err(|error| engine_reason(&error))
        })
    }
}

fn as_json(value: &DataValue<'_>) -> Json {
    serde_json::from_str(&value.to_json_string()).unwrap_or_default()
}

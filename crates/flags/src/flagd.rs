//! The flags in flagd's own format, which any implementation of flagd evaluates to the same variants.

use serde_json::{Map, Value as Json, json};

use crate::document::{FlagSpec, FlagState, FlagsDocument};
use crate::ramp::{self, InvalidTime};

/// The schema of flagd's format.
pub const FLAGD_SCHEMA: &str = "https://flagd.dev/schema/v0/flags.json";

/// Name of the algorithm by which `fractional` selects a bucket: MurmurHash3 (x86, 32 bits, seed 0) of the text, times the sum of the
/// weights, without its lower 32 bits. Other versions of flagd's algorithm select other buckets.
pub const BUCKETING: &str = "murmur3-u32-times-weight";

/// Returns the document in flagd's format. Owner, date and purpose of a flag become its metadata, and a ramp becomes targeting.
///
/// # Errors
///
/// A step of a ramp has a time that does not exist.
pub fn flagd_configuration(document: &FlagsDocument) -> Result<Json, InvalidTime> {
    let mut flags = Map::new();
    for (key, spec) in &document.flags {
        flags.insert(key.clone(), flag(spec)?);
    }
    let mut configuration = json!({ "$schema": FLAGD_SCHEMA, "flags": flags });
    if !document.evaluators.is_empty() {
        let evaluators: Map<String, Json> =
            document.evaluators.iter().map(|(name, rule)| (name.clone(), lower(rule))).collect();
        configuration["$evaluators"] = Json::Object(evaluators);
    }
    let mut metadata = Map::from_iter(document.metadata.clone());
    metadata.entry("bucketing").or_insert_with(|| json!(BUCKETING));
    configuration["metadata"] = Json::Object(metadata);
    Ok(configuration)
}

fn flag(spec: &FlagSpec) -> Result<Json, InvalidTime> {
    let state = match spec.state {
        FlagState::Enabled => "ENABLED",
        FlagState::Disabled => "DISABLED",
    };
    let mut flag = json!({ "state": state, "variants": spec.variants });
    if let Some(default) = &spec.default_variant {
        flag["defaultVariant"] = json!(default);
    }
    if let Some(targeting) = targeting(spec)? {
        flag["targeting"] = lower(&targeting);
    }
    let metadata = metadata(spec);
    if !metadata.is_empty() {
        flag["metadata"] = Json::Object(metadata);
    }
    Ok(flag)
}

/// Returns the targeting of a flag with its ramp, in the forms in which they are written.
pub(crate) fn targeting(spec: &FlagSpec) -> Result<Option<Json>, InvalidTime> {
    let own = spec.targeting.as_ref().filter(|rule| rule.as_object().is_none_or(|rule| !rule.is_empty())).cloned();
    let ramp = match (&spec.ramp, &spec.default_variant) {
        (Some(ramp), Some(default)) => Some(ramp::targeting(ramp, default)?),
        _ => None,
    };
    Ok(match (own, ramp) {
        (Some(own), Some(ramp)) => Some(ramp::follow(own, ramp)),
        (own, ramp) => own.or(ramp),
    })
}

/// Returns the metadata of a flag.
pub(crate) fn metadata(spec: &FlagSpec) -> Map<String, Json> {
    let mut metadata = Map::from_iter(spec.metadata.clone());
    let facts = [("description", &spec.description), ("owner", &spec.owner), ("until", &spec.until)];
    for (name, fact) in facts {
        if let Some(fact) = fact {
            metadata.entry(name).or_insert_with(|| json!(fact));
        }
    }
    metadata
}

/// Writes `if` with three operands, the only form that flagd's schema admits: a missing result becomes null, and further conditions
/// are nested.
fn lower(rule: &Json) -> Json {
    match rule {
        Json::Array(elements) => Json::Array(elements.iter().map(lower).collect()),
        Json::Object(entries) => {
            let lowered = entries.iter().map(|(operator, operands)| match (operator.as_str(), operands) {
                ("if", Json::Array(operands)) => (operator.clone(), conditional(operands)),
                _ => (operator.clone(), lower(operands)),
            });
            Json::Object(lowered.collect())
        }
        other => other.clone(),
    }
}

/// Returns the three operands of an `if`.
fn conditional(operands: &[Json]) -> Json {
    match operands {
        [condition, result, rest @ ..] => {
            let other = match rest {
                [] => Json::Null,
                [only] => lower(only),
                more => json!({ "if": conditional(more) }),
            };
            json!([lower(condition), lower(result), other])
        }
        other => Json::Array(other.iter().map(lower).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_if_gets_three_operands() {
        let cases = [
            (json!({ "if": [1, "a"] }), json!({ "if": [1, "a", null] })),
            (json!({ "if": [1, "a", "b"] }), json!({ "if": [1, "a", "b"] })),
            (json!({ "if": [1, "a", 2, "b"] }), json!({ "if": [1, "a", { "if": [2, "b", null] }] })),
            (json!({ "if": [1, "a", 2, "b", "c"] }), json!({ "if": [1, "a", { "if": [2, "b", "c"] }] })),
            (
                json!({ "!": [{ "if": [1, { "if": [2, "x"] }] }] }),
                json!({ "!": [{ "if": [1, { "if": [2, "x", null] }, null] }] }),
            ),
            (json!({ "if": "x" }), json!({ "if": "x" })),
        ];
        for (written, expected) in cases {
            assert_eq!(lower(&written), expected, "{written}");
        }
    }

    #[test]
    fn facts_become_metadata_and_a_stated_one_wins() {
        let document: FlagsDocument = serde_json::from_value(json!({
            "flags": { "a": { "variants": { "on": true }, "owner": "lobby", "until": "2027-01-31", "metadata": { "owner": "x", "n": 1 } } },
            "metadata": { "version": "7" },
        }))
        .unwrap();
        assert_eq!(
            flagd_configuration(&document).unwrap(),
            json!({
                "$schema": FLAGD_SCHEMA,
                "flags": { "a": {
                    "state": "ENABLED", "variants": { "on": true },
                    "metadata": { "n": 1, "owner": "x", "until": "2027-01-31" },
                } },
                "metadata": { "bucketing": BUCKETING, "version": "7" },
            })
        );
    }
}

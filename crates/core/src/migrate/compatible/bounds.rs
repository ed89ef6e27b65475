//! Comparison of the keywords of single values: types, bounds, formats.

use serde_json::Value as Json;

use crate::schema::keywords;
use crate::types::Duration;

/// Returns the keywords by which `new` rejects values that `old` admits, as predicates: "must be at most 5, …".
pub fn narrowed(old: &Json, new: &Json) -> Vec<String> {
    let mut narrowed = Vec::new();
    types(old, new, &mut narrowed);
    values(old, new, &mut narrowed);
    for (keyword, inclusive) in [("minimum", true), ("exclusiveMinimum", false)] {
        lower_bound(old, new, keyword, inclusive, &mut narrowed);
    }
    for (keyword, inclusive) in [("maximum", true), ("exclusiveMaximum", false)] {
        upper_bound(old, new, keyword, inclusive, &mut narrowed);
    }
    for (keyword, what) in [("minLength", "characters"), ("minItems", "elements"), ("minProperties", "entries")] {
        if let Some(least) = number(new, keyword).filter(|least| number(old, keyword).unwrap_or(0.0) < *least) {
            narrowed.push(format!("must have at least {least} {what}, and could have fewer"));
        }
    }
    for (keyword, what) in [("maxLength", "characters"), ("maxItems", "elements"), ("maxProperties", "entries")] {
        if let Some(most) = number(new, keyword).filter(|most| number(old, keyword).is_none_or(|before| before > *most))
        {
            narrowed.push(format!("must have at most {most} {what}, and could have more"));
        }
    }
    if let Some(step) = number(new, "multipleOf") {
        let is_whole = step == 1.0 && old["type"] == "integer";
        let is_implied = is_whole || number(old, "multipleOf").is_some_and(|before| before % step == 0.0);
        if !is_implied {
            narrowed.push(format!("must be a multiple of {step}, and could be another number"));
        }
    }
    if new["uniqueItems"] == true && old["uniqueItems"] != true {
        narrowed.push("must not contain an element twice, and could".to_owned());
    }
    durations(old, new, &mut narrowed);
    for keyword in ["pattern", "format"] {
        if let Some(now) = new.get(keyword).filter(|now| old.get(keyword) != Some(*now)) {
            narrowed.push(format!("must have the {keyword} {now}, and could have a different one"));
        }
    }
    if old[keywords::OPTIONAL] == true && new[keywords::OPTIONAL] != true && !has_default(new) {
        narrowed.push("may no longer be absent, and has no default".to_owned());
    }
    narrowed
}

fn types(old: &Json, new: &Json, narrowed: &mut Vec<String>) {
    let now = type_names(new);
    if now.is_empty() {
        return;
    }
    let fits = |name: &&str| now.contains(name) || (*name == "integer" && now.contains(&"number"));
    let before = type_names(old);
    // A list of values implies their types.
    let lists_values = old.get("enum").is_some() || old.get("const").is_some();
    if before.is_empty() && !lists_values && !has_alternatives(old) {
        narrowed.push(format!("must be {}, and could be anything", now.join(" or ")));
    }
    let lost: Vec<&str> = before.into_iter().filter(|name| !fits(name)).collect();
    if !lost.is_empty() {
        narrowed.push(format!("must be {}, and could be {}", now.join(" or "), lost.join(" or ")));
    }
}

fn type_names(schema: &Json) -> Vec<&str> {
    match &schema["type"] {
        Json::String(name) => vec![name],
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

fn has_alternatives(schema: &Json) -> bool {
    schema.get("oneOf").is_some() || schema.get("anyOf").is_some()
}

fn has_default(schema: &Json) -> bool {
    schema.get("default").is_some()
        || schema[keywords::DEFAULTS].as_object().is_some_and(|defaults| defaults.len() == 4)
}

/// Returns the values of `const` or `enum`.
fn listed(schema: &Json) -> Option<Vec<&Json>> {
    match (schema.get("const"), schema.get("enum").and_then(Json::as_array)) {
        (Some(only), _) => Some(vec![only]),
        (None, Some(values)) => Some(values.iter().collect()),
        (None, None) => None,
    }
}

fn values(old: &Json, new: &Json, narrowed: &mut Vec<String>) {
    let Some(now) = listed(new) else { return };
    let Some(before) = listed(old) else {
        if !has_alternatives(old) {
            narrowed.push("must be one of the listed values, and could be any other".to_owned());
        }
        return;
    };
    let lost: Vec<String> = before.into_iter().filter(|value| !now.contains(value)).map(Json::to_string).collect();
    if !lost.is_empty() {
        narrowed.push(format!("can no longer be {}", lost.join(" or ")));
    }
}

fn number(schema: &Json, keyword: &str) -> Option<f64> {
    schema.get(keyword).and_then(Json::as_f64)
}

/// Compares a lower bound: the old schema must admit no values below it.
fn lower_bound(old: &Json, new: &Json, keyword: &str, inclusive: bool, narrowed: &mut Vec<String>) {
    let Some(limit) = number(new, keyword) else { return };
    let is_implied = number(old, "minimum").is_some_and(|least| if inclusive { least >= limit } else { least > limit })
        || number(old, "exclusiveMinimum").is_some_and(|least| least >= limit)
        || all_listed(old, |value| if inclusive { value >= limit } else { value > limit });
    if !is_implied {
        let old_limit = number(old, "minimum").or(number(old, "exclusiveMinimum"));
        let could = old_limit.map_or("any smaller number".to_owned(), |least| format!("down to {least}"));
        let than = if inclusive { "at least" } else { "more than" };
        narrowed.push(format!("must be {than} {limit}, and could be {could}"));
    }
}

fn upper_bound(old: &Json, new: &Json, keyword: &str, inclusive: bool, narrowed: &mut Vec<String>) {
    let Some(limit) = number(new, keyword) else { return };
    let is_implied = number(old, "maximum").is_some_and(|most| if inclusive { most <= limit } else { most < limit })
        || number(old, "exclusiveMaximum").is_some_and(|most| most <= limit)
        || all_listed(old, |value| if inclusive { value <= limit } else { value < limit });
    if !is_implied {
        let old_limit = number(old, "maximum").or(number(old, "exclusiveMaximum"));
        let could = old_limit.map_or("any larger number".to_owned(), |most| format!("up to {most}"));
        let than = if inclusive { "at most" } else { "less than" };
        narrowed.push(format!("must be {than} {limit}, and could be {could}"));
    }
}

fn all_listed(schema: &Json, predicate: impl Fn(f64) -> bool) -> bool {
    listed(schema).is_some_and(|values| values.iter().all(|value| value.as_f64().is_none_or(&predicate)))
}

fn durations(old: &Json, new: &Json, narrowed: &mut Vec<String>) {
    let duration =
        |schema: &Json, keyword: &str| schema[keyword].as_str().and_then(|text| text.parse::<Duration>().ok());
    if let Some(least) = duration(new, keywords::FORMAT_MINIMUM)
        && duration(old, keywords::FORMAT_MINIMUM).is_none_or(|before| before < least)
    {
        narrowed.push(format!("must be at least {least}, and could be shorter"));
    }
    if let Some(most) = duration(new, keywords::FORMAT_MAXIMUM)
        && duration(old, keywords::FORMAT_MAXIMUM).is_none_or(|before| before > most)
    {
        narrowed.push(format!("must be at most {most}, and could be longer"));
    }
}

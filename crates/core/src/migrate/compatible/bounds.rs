//! The words of a schema on a value itself: types, bounds, forms.

use serde_json::Value as Json;

use crate::types::duration::Duration;

/// Says by what the newer schema refuses values that the older one admits.
pub fn narrowed(old: &Json, new: &Json, says: &mut Vec<String>) {
    types(old, new, says);
    values(old, new, says);
    for (keyword, inclusive) in [("minimum", true), ("exclusiveMinimum", false)] {
        lower(old, new, keyword, inclusive, says);
    }
    for (keyword, inclusive) in [("maximum", true), ("exclusiveMaximum", false)] {
        upper(old, new, keyword, inclusive, says);
    }
    for (keyword, what) in [("minLength", "characters"), ("minItems", "elements"), ("minProperties", "entries")] {
        if let Some(least) = number(new, keyword).filter(|least| number(old, keyword).unwrap_or(0.0) < *least) {
            says.push(format!("must have at least {least} {what}, and could have fewer"));
        }
    }
    for (keyword, what) in [("maxLength", "characters"), ("maxItems", "elements"), ("maxProperties", "entries")] {
        if let Some(most) = number(new, keyword).filter(|most| number(old, keyword).is_none_or(|before| before > *most))
        {
            says.push(format!("must have at most {most} {what}, and could have more"));
        }
    }
    if let Some(step) = number(new, "multipleOf") {
        let is_whole = step == 1.0 && old["type"] == "integer";
        let keeps = is_whole || number(old, "multipleOf").is_some_and(|before| before % step == 0.0);
        if !keeps {
            says.push(format!("must be a multiple of {step}, and could be another number"));
        }
    }
    if new["uniqueItems"] == true && old["uniqueItems"] != true {
        says.push("must not hold an element twice, and could".to_owned());
    }
    durations(old, new, says);
    for keyword in ["pattern", "format"] {
        if let Some(now) = new.get(keyword).filter(|now| old.get(keyword) != Some(*now)) {
            says.push(format!("must have the {keyword} {now}, and could have another"));
        }
    }
    if old[crate::schema::keywords::OPTIONAL] == true
        && new[crate::schema::keywords::OPTIONAL] != true
        && !has_default(new)
    {
        says.push("may no longer be absent, and has no default".to_owned());
    }
}

fn types(old: &Json, new: &Json, says: &mut Vec<String>) {
    let now = names(new);
    if now.is_empty() {
        return;
    }
    let fits = |name: &&str| now.contains(name) || (*name == "integer" && now.contains(&"number"));
    let before = names(old);
    // Values say their types.
    let fixed = old.get("enum").is_some() || old.get("const").is_some();
    if before.is_empty() && !fixed && !has_alternatives(old) {
        says.push(format!("must be {}, and could be anything", now.join(" or ")));
    }
    let lost: Vec<&str> = before.into_iter().filter(|name| !fits(name)).collect();
    if !lost.is_empty() {
        says.push(format!("must be {}, and could be {}", now.join(" or "), lost.join(" or ")));
    }
}

fn names(schema: &Json) -> Vec<&str> {
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
        || schema[crate::schema::keywords::DEFAULTS].as_object().is_some_and(|defaults| defaults.len() == 4)
}

/// The values that a schema lists.
fn listed(schema: &Json) -> Option<Vec<&Json>> {
    match (schema.get("const"), schema.get("enum").and_then(Json::as_array)) {
        (Some(only), _) => Some(vec![only]),
        (None, Some(values)) => Some(values.iter().collect()),
        (None, None) => None,
    }
}

fn values(old: &Json, new: &Json, says: &mut Vec<String>) {
    let Some(now) = listed(new) else { return };
    let Some(before) = listed(old) else {
        if !has_alternatives(old) {
            says.push("must be one of a few values, and could be others".to_owned());
        }
        return;
    };
    let lost: Vec<String> = before.into_iter().filter(|value| !now.contains(value)).map(Json::to_string).collect();
    if !lost.is_empty() {
        says.push(format!("can no longer be {}", lost.join(" or ")));
    }
}

fn number(schema: &Json, keyword: &str) -> Option<f64> {
    schema.get(keyword).and_then(Json::as_f64)
}

/// Whether a schema admits only values on this side of a limit that are not beyond it.
fn lower(old: &Json, new: &Json, keyword: &str, inclusive: bool, says: &mut Vec<String>) {
    let Some(limit) = number(new, keyword) else { return };
    let keeps = number(old, "minimum").is_some_and(|least| if inclusive { least >= limit } else { least > limit })
        || number(old, "exclusiveMinimum").is_some_and(|least| least >= limit)
        || all_listed(old, |value| if inclusive { value >= limit } else { value > limit });
    if !keeps {
        let could = number(old, "minimum").or(number(old, "exclusiveMinimum"));
        let could = could.map_or("any smaller number".to_owned(), |least| format!("down to {least}"));
        let than = if inclusive { "at least" } else { "more than" };
        says.push(format!("must be {than} {limit}, and could be {could}"));
    }
}

fn upper(old: &Json, new: &Json, keyword: &str, inclusive: bool, says: &mut Vec<String>) {
    let Some(limit) = number(new, keyword) else { return };
    let keeps = number(old, "maximum").is_some_and(|most| if inclusive { most <= limit } else { most < limit })
        || number(old, "exclusiveMaximum").is_some_and(|most| most <= limit)
        || all_listed(old, |value| if inclusive { value <= limit } else { value < limit });
    if !keeps {
        let could = number(old, "maximum").or(number(old, "exclusiveMaximum"));
        let could = could.map_or("any larger number".to_owned(), |most| format!("up to {most}"));
        let than = if inclusive { "at most" } else { "less than" };
        says.push(format!("must be {than} {limit}, and could be {could}"));
    }
}

fn all_listed(schema: &Json, keeps: impl Fn(f64) -> bool) -> bool {
    listed(schema).is_some_and(|values| values.iter().all(|value| value.as_f64().is_none_or(&keeps)))
}

fn durations(old: &Json, new: &Json, says: &mut Vec<String>) {
    let duration =
        |schema: &Json, keyword: &str| schema[keyword].as_str().and_then(|text| text.parse::<Duration>().ok());
    if let Some(least) = duration(new, crate::schema::keywords::FORMAT_MINIMUM)
        && duration(old, crate::schema::keywords::FORMAT_MINIMUM).is_none_or(|before| before < least)
    {
        says.push(format!("must be at least {least}, and could be shorter"));
    }
    if let Some(most) = duration(new, crate::schema::keywords::FORMAT_MAXIMUM)
        && duration(old, crate::schema::keywords::FORMAT_MAXIMUM).is_none_or(|before| before > most)
    {
        says.push(format!("must be at most {most}, and could be longer"));
    }
}

//! Phrases for the condition of a keyword ("must be at least 1") and for the value that violates it ("is 0").

use serde_json::Value as Json;

use crate::diagnostics::suggest::{join_and, join_or};
use crate::schema::explain::bounds::{Bounds, bounds};
use crate::schema::explain::describe::{describe, describe_type, without_absent};
use crate::schema::explain::site::Site;
use crate::schema::format::describe_format;
use crate::schema::keywords::{FORMAT_MAXIMUM, FORMAT_MINIMUM, PATTERN_ERROR_MESSAGE};
use crate::schema::subschema::Subschema;
use crate::schema::violation::Condition;
use crate::sensitive::display;
use crate::value::{Value, reference};

/// A condition, as the words after "must".
pub(super) struct Must {
    pub(super) words: String,
    /// The bounds that the words contain, which the help need not repeat.
    pub(super) states: Vec<Bounds>,
}

impl<W: Into<String>> From<W> for Must {
    fn from(words: W) -> Self {
        Self { words: words.into(), states: Vec::new() }
    }
}

/// Returns the phrases for the condition of a keyword and for the value that violates it.
pub(super) fn breach(condition: &Condition, keyword: &str, site: &Site<'_>) -> (Must, Option<String>) {
    let bounded = |verb: &str, bounds: String| {
        let words = format!("{verb} {bounds}");
        Must { words, states: vec![Bounds::Range(bounds)] }
    };
    let plural = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let bound = |keyword: &str| site.get(keyword).and_then(Json::as_str).unwrap_or_default();
    let must = match condition {
        Condition::Not => {
            let (must, is) = ruled_out(site);
            return (must.into(), is);
        }
        Condition::Type(names) => format!("be {}", expected_type(names, site.view)).into(),
        Condition::Minimum(limit) => bounded("be", format!("at least {limit}")),
        Condition::Maximum(limit) => bounded("be", format!("at most {limit}")),
        Condition::ExclusiveMinimum(limit) => bounded("be", format!("more than {limit}")),
        Condition::ExclusiveMaximum(limit) => bounded("be", format!("less than {limit}")),
        Condition::MultipleOf(factor) => format!("be a multiple of {factor}").into(),
        Condition::FormatMinimum => bounded("be", format!("at least {}", bound(FORMAT_MINIMUM))),
        Condition::FormatMaximum => bounded("be", format!("at most {}", bound(FORMAT_MAXIMUM))),
        Condition::MinLength(1) | Condition::MinItems(1) | Condition::MinProperties(1) => "not be empty".into(),
        Condition::MinLength(limit) => bounded("have", format!("at least {}", plural(*limit, "character"))),
        Condition::MaxLength(limit) => bounded("have", format!("at most {}", plural(*limit, "character"))),
        Condition::MinItems(limit) => format!("have at least {}", plural(*limit, "element")).into(),
        Condition::MaxItems(limit) => format!("have at most {}", plural(*limit, "element")).into(),
        Condition::UnevaluatedItems => match limit_of_elements(site) {
            Some(limit) => format!("have at most {}", plural(limit, "element")).into(),
            None => other_elements(site).into(),
        },
        Condition::MinProperties(limit) => format!("have at least {}", plural(*limit, "key")).into(),
        Condition::MaxProperties(limit) => format!("have at most {}", plural(*limit, "key")).into(),
        Condition::Contains => contents(site).into(),
        Condition::Enum(options) if options.is_empty() => "be one of the values of the schema".into(),
        Condition::Enum(options) => {
            format!("be {}", join_or(&options.iter().map(display::json).collect::<Vec<_>>())).into()
        }
        Condition::Const(value) => format!("be {}", display::json(value)).into(),
        Condition::Pattern(pattern) => match site.get(PATTERN_ERROR_MESSAGE).and_then(Json::as_str) {
            Some(words) => pattern_in_words(words.strip_prefix("must ").unwrap_or(words).to_owned(), site),
            None => format!("match {pattern}").into(),
        },
        Condition::Format(format) => match describe_format(format) {
            Some((words, _)) => format!("be {words}").into(),
            None => format!("have the format {format}").into(),
        },
        Condition::Nothing => "not be here".into(),
        Condition::UniqueItems
        | Condition::NoOtherKeys(_)
        | Condition::Required(_)
        | Condition::PropertyNames(..)
        | Condition::NoAlternative(_)
        | Condition::SeveralAlternatives(_)
        | Condition::Other => format!("keep {keyword} of the schema").into(),
    };
    let is = match condition {
        Condition::MinLength(1) | Condition::MinItems(1) | Condition::MinProperties(1) => None,
        Condition::Contains | Condition::Nothing => None,
        Condition::MinLength(_)
        | Condition::MaxLength(_)
        | Condition::MinItems(_)
        | Condition::MaxItems(_)
        | Condition::UnevaluatedItems
        | Condition::MinProperties(_)
        | Condition::MaxProperties(_) => has(site),
        _ => is(site),
    };
    (must, is)
}

/// Returns the condition of a pattern in the words of the schema, which may contain the examples.
fn pattern_in_words(words: String, site: &Site<'_>) -> Must {
    let bounds = [site.stated, site.view].into_iter().flatten().find_map(bounds);
    let named = bounds.filter(|bounds| bounds.are_examples() && words.contains(&bounds.to_string()));
    Must { words, states: named.into_iter().collect() }
}

/// Returns the phrase for the value, if it can be displayed on one line.
pub(super) fn is(site: &Site<'_>) -> Option<String> {
    if let Some(unresolved) = site.unresolved {
        // The reference is public unless the field is secret itself.
        let hidden = site.in_secret || site.views().any(Subschema::is_secret);
        return Some(format!("is the value of {}", display::short(&display::unresolved(unresolved, hidden))));
    }
    let node = site.node?;
    if node.is_null() && !node.is_absent() {
        return Some("is null".to_owned());
    }
    if site.is_hidden() && !site.is_secret() {
        return Some(format!("is {}", node.value.kind()));
    }
    display::value(node, site.is_secret()).map(|value| format!("is {value}"))
}

/// Returns the phrase for the number of elements, keys or characters of the value.
fn has(site: &Site<'_>) -> Option<String> {
    let count = match &site.node?.value {
        // The length of a secret is confidential.
        _ if site.is_hidden() => return None,
        Value::String(text) => reference::unescaped(text).as_deref().unwrap_or(text).chars().count(),
        Value::List(elements) => elements.len(),
        Value::Table(table) => table.values().filter(|node| !node.is_absent()).count(),
        _ => return None,
    };
    Some(if count == 0 { "has none".to_owned() } else { format!("has {count}") })
}

/// Returns the number of elements that `unevaluatedItems: false` admits, where `prefixItems` alone describes elements.
fn limit_of_elements(site: &Site<'_>) -> Option<u64> {
    const OTHERS: [&str; 8] = ["contains", "allOf", "anyOf", "oneOf", "if", "$ref", "$dynamicRef", "dependentSchemas"];
    let is_described = |keyword: &&str| site.get(keyword).is_some();
    let refuses_others = site.get("unevaluatedItems") == Some(&Json::Bool(false));
    let described = site.get("prefixItems").and_then(Json::as_array).map_or(0, Vec::len);
    (refuses_others && described > 0 && !OTHERS.iter().any(is_described)).then_some(described as u64)
}

/// Returns the condition of `unevaluatedItems` on elements that nothing else describes.
fn other_elements(site: &Site<'_>) -> String {
    let wanted = site.stated.and_then(|view| view.pointer("/unevaluatedItems")).map(describe).unwrap_or_default();
    match wanted.is_empty() {
        true => "have no elements but those that the schema describes".to_owned(),
        false => format!("have no elements but those that the schema describes and {}", join_or(&wanted)),
    }
}

/// Returns the condition of `contains`.
fn contents(site: &Site<'_>) -> String {
    let wanted = site.stated.and_then(|view| view.pointer("/contains")).map(describe).unwrap_or_default();
    let count = |keyword: &str| site.get(keyword).and_then(Json::as_u64);
    let number = match (count("minContains").unwrap_or(1), count("maxContains")) {
        (1, None) => "an element that is".to_owned(),
        (1, Some(1)) => "exactly one element that is".to_owned(),
        (least, None) => format!("at least {least} elements that are"),
        (least, Some(most)) if least == most => format!("exactly {most} elements that are"),
        (least, Some(most)) => format!("{least} to {most} elements that are"),
    };
    let wanted = if wanted.is_empty() { "of the kind that the schema asks for".to_owned() } else { join_or(&wanted) };
    format!("hold {number} {wanted}")
}

/// Returns the phrases for `not`.
fn ruled_out(site: &Site<'_>) -> (String, Option<String>) {
    let Some(excluded) = site.stated.and_then(|view| view.pointer("/not")) else {
        return ("not fit what the schema rules out".to_owned(), is(site));
    };
    // One of several excluded things is there.
    let mut views = std::iter::once(excluded).chain(excluded.alternatives());
    if let Some(facts) = views.find_map(|view| excluded_keys(view, site)) {
        return match facts.as_slice() {
            [only] => (format!("not have {only}"), None),
            facts => (format!("not have {} at once", join_and(facts).replace("the key ", "")), None),
        };
    }
    let names_values = excluded.get("const").or(excluded.get("enum")).is_some();
    match describe(excluded) {
        words if names_values => (format!("not be {}", join_or(&words)), None),
        words if !words.is_empty() => (format!("not be {}", join_or(&words)), is(site)),
        _ => match excluded.text("title").map(str::to_owned).or_else(|| excluded.summary()) {
            Some(words) => (format!("not be what the schema rules out ({words})"), is(site)),
            None => ("not be what the schema rules out".to_owned(), is(site)),
        },
    }
}

/// Returns the keys and values of a table that an excluded schema asks for, if the table has all of them.
fn excluded_keys(excluded: Subschema<'_>, site: &Site<'_>) -> Option<Vec<String>> {
    let table = site.node?.as_table()?;
    let required: Vec<&str> =
        excluded.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    let has_all = required.iter().all(|key| table.get(*key).is_some_and(|node| !node.is_absent()));
    let facts: Vec<String> = required
        .iter()
        .map(|key| match excluded.field(key).and_then(|view| view.get("const")) {
            Some(value) => format!("{key} = {}", display::json(value)),
            None => format!("the key {key}"),
        })
        .collect();
    (has_all && !facts.is_empty()).then_some(facts)
}

/// Names the types that a schema admits; a format is more precise than its type.
fn expected_type(names: &[String], view: Option<Subschema<'_>>) -> String {
    if let Some((words, _)) = view.and_then(|view| view.text("format")).and_then(describe_format) {
        return format!("{words} in a string");
    }
    let names = names.iter().map(|name| describe_type(name).to_owned()).collect();
    join_or(&without_absent(names))
}

/// Returns the summary and the bounds of a field.
pub(super) fn help_of(view: Subschema<'_>) -> Option<String> {
    help_without(Some(view), None, |_| false)
}

/// Returns the summary of a field, and its bounds unless `is_stated` says that the message contains them.
pub(super) fn help_without(
    view: Option<Subschema<'_>>,
    stated: Option<Subschema<'_>>,
    is_stated: impl FnOnce(&Bounds) -> bool,
) -> Option<String> {
    let sources = || [view, stated].into_iter().flatten();
    let summary = sources().find_map(Subschema::summary);
    // The subschema with the violated keyword has the most specific bounds.
    let bounds = stated.and_then(bounds).or_else(|| view.and_then(bounds)).filter(|bounds| !is_stated(bounds));
    let bounds = bounds.map(|bounds| bounds.to_string());
    // A description may give the bounds itself.
    let bounds = bounds.filter(|bounds| summary.as_ref().is_none_or(|summary| !says(summary, bounds)));
    let parts: Vec<String> = [summary, bounds].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Tells whether a summary contains bounds, whatever its punctuation: `Between 1 and 9`, `[1, 9]` and `1-9` are all `1 to 9`.
fn says(summary: &str, bounds: &str) -> bool {
    if summary.contains(bounds) {
        return true;
    }
    let numbers = |text: &str| -> Vec<String> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.';
        let words = text.split(|c: char| !is_part(c)).map(|word| word.trim_matches('.'));
        words.filter(|word| word.contains(|c: char| c.is_ascii_digit())).map(str::to_owned).collect()
    };
    let wanted = numbers(bounds);
    !wanted.is_empty() && numbers(summary) == wanted && !summary.contains("default")
}

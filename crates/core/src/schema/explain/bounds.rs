//! The range of a field, or examples of its values.

use std::fmt;

use serde_json::Value as Json;

use crate::diagnostics::suggest::join_or;
use crate::schema::format::describe_format;
use crate::schema::keywords::{FORMAT_MAXIMUM, FORMAT_MINIMUM};
use crate::schema::subschema::Subschema;
use crate::sensitive::display;

/// The values that a field admits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bounds {
    /// A range: `1 to 10000`.
    Range(String),
    /// Examples, if it has no range: `a, b or c`.
    Examples(String),
}

impl Bounds {
    /// Tells whether these are examples.
    pub fn are_examples(&self) -> bool {
        matches!(self, Self::Examples(_))
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(range) => f.write_str(range),
            Self::Examples(examples) => write!(f, "such as {examples}"),
        }
    }
}

/// Returns the range of a field, or else examples of its values.
pub fn bounds(view: Subschema<'_>) -> Option<Bounds> {
    let number = |keyword: &str| view.get(keyword).map(display::json);
    let equals = |keyword: &str, number: u64| view.get(keyword).and_then(Json::as_u64) == Some(number);
    let text = |keyword: &str| view.text(keyword).map(str::to_owned);
    // The limits of an integer type say nothing about the field.
    let is_type_limit = equals("maximum", u32::MAX.into()) || equals("maximum", i64::MAX.unsigned_abs());
    // In draft 4 these say of the other bound that it is exclusive.
    let is_flag = |keyword: &str| view.get(keyword) == Some(&Json::Bool(true));
    let (is_above, is_below) = (is_flag("exclusiveMinimum"), is_flag("exclusiveMaximum"));
    let exclusive = |keyword: &str, flagged: &str| match view.get(keyword)? {
        Json::Bool(flag) => number(flagged).filter(|_| *flag),
        limit => Some(display::json(limit)),
    };
    let to = number("maximum").filter(|_| !is_type_limit && !is_below);
    let from = number("minimum").filter(|_| !is_above && (to.is_some() || !equals("minimum", 0)));
    let exclusive_limits = [
        exclusive("exclusiveMinimum", "minimum").map(|limit| format!("more than {limit}")),
        exclusive("exclusiveMaximum", "maximum").map(|limit| format!("less than {limit}")),
    ];
    let exclusive: Vec<String> = exclusive_limits.into_iter().flatten().collect();
    let numbers = match (exclusive.as_slice(), range(from, to)) {
        ([], numbers) => numbers,
        (_, Some(numbers)) => Some(format!("{numbers} and {}", exclusive.join(" and "))),
        (_, None) => Some(exclusive.join(" and ")),
    };
    numbers
        .or_else(|| range(text(FORMAT_MINIMUM), text(FORMAT_MAXIMUM)))
        .or_else(|| {
            let least = number("minLength").filter(|_| !equals("minLength", 1) || view.get("maxLength").is_some());
            let lengths = range(least, number("maxLength"))?;
            let last = if view.get("maxLength").is_some() { "maxLength" } else { "minLength" };
            Some(format!("{lengths} character{}", if equals(last, 1) { "" } else { "s" }))
        })
        .map(Bounds::Range)
        .or_else(|| {
            let examples = view.get("examples").and_then(Json::as_array)?;
            let examples: Vec<String> = examples.iter().filter_map(Json::as_str).map(str::to_owned).collect();
            (!examples.is_empty()).then(|| Bounds::Examples(join_or(&examples)))
        })
        .or_else(|| {
            let format = view.text("format")?;
            let (_, example) = describe_format(format)?;
            // TOML has times without an offset alone: this one is a string in every format.
            let is_text = format == "time";
            Some(Bounds::Examples(if is_text { format!("\"{example}\"") } else { example.to_owned() }))
        })
}

fn range(from: Option<String>, to: Option<String>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("at least {from}")),
        (None, Some(to)) => Some(format!("at most {to}")),
        (None, None) => None,
    }
}

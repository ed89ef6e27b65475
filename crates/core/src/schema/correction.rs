//! Corrections for rejected values.

use std::fmt;

use serde_json::Value as Json;

use crate::diagnostics::suggest::{did_you_mean, nearest};
use crate::environment::Environment;
use crate::schema::format::Format;
use crate::schema::keywords::UNIT;
use crate::schema::subschema::Subschema;
use crate::schema::variable_name::variable_name;
use crate::sensitive::display;
use crate::toml;
use crate::types::{Duration, url};
use crate::value::reference::is_unresolved;
use crate::value::{Node, Path, Segment, Value, json};

/// A value that the schema does not admit.
pub struct RejectedValue<'a> {
    /// The path of the value.
    pub path: &'a Path,
    /// The value.
    pub node: &'a Node,
    /// The subschema of the field.
    pub view: Subschema<'a>,
    /// The prefix of environment variables, for a model.
    pub env_prefix: Option<&'a str>,
    /// True if the source is Nix, with its own syntax for lists, tables and references.
    pub nix: bool,
    /// The default, if there is one.
    pub default: Option<&'a Json>,
}

/// The correction of a rejected value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// The value to write in its place, as a literal.
    Replace(String),
    /// An instruction in the imperative.
    Instruction(String),
}

impl fmt::Display for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replace(value) => f.write_str(&did_you_mean(std::slice::from_ref(value))),
            Self::Instruction(instruction) => f.write_str(instruction),
        }
    }
}

impl RejectedValue<'_> {
    /// Returns a correction, if one is likely.
    pub fn correction(&self) -> Option<Correction> {
        let text = self.node.as_str();
        if text.is_some_and(|text| text.contains(":-${")) {
            let instruction = "the default of a reference is plain text: it holds no other reference";
            return Some(Correction::Instruction(instruction.to_owned()));
        }
        if text.is_some_and(|text| text.contains("${") && !is_unresolved(text)) {
            let form = if self.nix { "secret \"NAME\"" } else { "${NAME} or ${NAME:-default}" };
            return Some(Correction::Instruction(format!("write a reference as {form}")));
        }
        if self.view.is_secret() {
            return None;
        }
        if self.view.hides_value(self.node) {
            let instruction = match text {
                Some(text) if is_unresolved(text) => self.unquoted(text),
                _ if self.admits("object") => self.as_table(),
                _ => None,
            };
            return instruction.map(Correction::Instruction);
        }
        match &self.node.value {
            Value::String(text) if self.admits("string") => self.similar_option(text).or_else(|| self.format(text)),
            Value::String(text) => self.unquoted(text).map(Correction::Instruction),
            Value::Datetime(text) => self.format(text).or_else(|| self.quoted(text).map(Correction::Instruction)),
            Value::Integer(_) | Value::Float(_) | Value::Bool(_) => self.scalar(),
            Value::List(elements) => self.list(elements).map(Correction::Instruction),
            Value::Table(_) if self.is_duration() => self.duration_table().map(Correction::Instruction),
            Value::Table(_) => match (self.types().as_slice(), self.path.0.as_slice()) {
                (["array"], _) if self.nix && self.lists_tables() => {
                    Some(Correction::Instruction("write [ { … } ]".to_owned()))
                }
                (["array"], [.., Segment::Key(_)]) if self.lists_tables() => {
                    Some(Correction::Instruction(format!("write [[{0}]], or {0} = [{{ … }}]", self.path)))
                }
                _ => None,
            },
            Value::Null => None,
        }
    }

    fn types(&self) -> Vec<&str> {
        let own = self.view.types();
        if own.is_empty() { self.view.alternatives().flat_map(Subschema::types).collect() } else { own }
    }

    fn admits(&self, name: &str) -> bool {
        self.types().contains(&name)
    }

    fn lists_tables(&self) -> bool {
        self.view.element(0, self.node).is_some_and(|view| view.properties().is_some())
    }

    fn is_duration(&self) -> bool {
        self.view.text("format") == Some(Duration::FORMAT)
    }

    fn number(&self, keyword: &str) -> Option<f64> {
        self.view.get(keyword).and_then(Json::as_f64)
    }

    /// Corrects a word that resembles an option of the schema.
    fn similar_option(&self, text: &str) -> Option<Correction> {
        let views = || std::iter::once(self.view).chain(self.view.alternatives());
        let listed = views().filter_map(|view| view.get("enum")?.as_array()).flatten();
        let words = listed.chain(views().filter_map(|view| view.get("const"))).filter_map(Json::as_str);
        let words: Vec<&str> = words.collect();
        let environment = text.parse::<Environment>().ok().map(Environment::name).filter(|name| words.contains(name));
        let word = environment.or_else(|| nearest(text, words));
        // The nearest option may be the word itself, if it violates another keyword.
        word.filter(|word| *word != text).map(|word| Correction::Replace(format!("\"{word}\"")))
    }

    /// Corrects a text that nearly has the required format.
    fn format(&self, text: &str) -> Option<Correction> {
        let mut views = std::iter::once(self.view).chain(self.view.alternatives());
        let format = views.find_map(|view| view.text("format")).and_then(Format::named)?;
        // A correction would display the password.
        if !url::credentials(text).is_empty() || !url::query_secrets(text).is_empty() {
            return None;
        }
        if format.name == crate::types::Url::FORMAT && !text.is_empty() && !text.contains("://") {
            // The scheme is missing; the scheme of the default is the most likely one.
            let default = self.default.and_then(Json::as_str).and_then(|default| default.split_once(':'));
            let scheme = default.map_or("https", |(scheme, _)| scheme);
            let whole = format!("{scheme}://{text}");
            return format.admits(&whole).then(|| Correction::Replace(format!("\"{whole}\"")));
        }
        format.correct(text).map(Correction::Instruction)
    }

    /// Puts a value in quotes.
    fn quoted(&self, text: &str) -> Option<String> {
        if matches!(self.node.value, Value::Bool(_)) || self.view.get("enum").is_some() {
            return None;
        }
        let fits = self.view.text("format").and_then(Format::named).is_none_or(|format| format.admits(text));
        (self.admits("string") && fits && self.view.text("format") != Some("date-time"))
            .then(|| format!("write \"{text}\" in quotes"))
    }

    /// Removes quotes, or converts a string to the admitted type.
    fn unquoted(&self, text: &str) -> Option<String> {
        if is_unresolved(text) {
            // An element of a list has no variable of its own.
            let has_variable = self.path.0.iter().all(|step| matches!(step, Segment::Key(_)));
            return Some(match self.env_prefix.filter(|_| has_variable) {
                Some(prefix) => format!(
                    "a reference is always a string: remove the key, and set {} on the node",
                    variable_name(prefix, self.path)
                ),
                None => "a reference is always a string: write the value itself".to_owned(),
            });
        }
        let trimmed = text.trim();
        let is_null = ["", "null", "none", "nil"].contains(&trimmed.to_lowercase().as_str());
        if is_null && (self.admits("null") || self.view.is_optional()) {
            return Some("remove the key: what is absent is not written".to_owned());
        }
        let value = if self.admits("integer") && trimmed.parse::<i64>().is_ok() {
            Some(trimmed.to_owned())
        } else if self.admits("integer") && self.view.text(UNIT) == Some("bytes") {
            bytes(trimmed).map(|bytes| bytes.to_string())
        } else if self.admits("number") && trimmed.parse::<f64>().is_ok_and(f64::is_finite) {
            Some(trimmed.to_owned())
        } else if self.admits("number") && self.view.text(UNIT) == Some("fraction") {
            trimmed.strip_suffix('%').and_then(|percent| percent.trim().parse().ok()).and_then(fraction)
        } else if self.admits("boolean") {
            boolean(trimmed).map(str::to_owned)
        } else {
            None
        };
        match value {
            Some(value) if value == text => Some(format!("write {value} without quotes")),
            Some(value) => Some(format!("write {value}")),
            None if self.admits("array") => self.split_list(text),
            None if self.admits("object") => self.as_table(),
            None => None,
        }
    }

    /// Splits a comma-separated list, the form of environment variables.
    fn split_list(&self, text: &str) -> Option<String> {
        let element = self.view.element(0, self.node);
        if element.is_some_and(|view| view.is_secret() || !view.types().iter().all(|name| *name == "string")) {
            return None;
        }
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let quoted: Vec<String> = parts
            .map(|part| toml::inline(&Node::generated(Value::String(display::redacted(part).into_owned()))))
            .collect();
        Some(if self.nix {
            format!("write [ {} ]", quoted.join(" "))
        } else {
            format!("write [{}]", quoted.join(", "))
        })
    }

    /// Describes the table that the schema requires.
    fn as_table(&self) -> Option<String> {
        self.view.properties()?;
        match self.path.0.last()? {
            // A header would open the list, not its element.
            Segment::Key(key) if self.path.0.iter().any(|step| matches!(step, Segment::Index(_))) => {
                Some(format!("write {key} = {{ … }}"))
            }
            Segment::Key(_) if self.nix => Some(format!("write {} = {{ … }}", self.path)),
            Segment::Key(_) => Some(format!("write [{}], and what belongs to it below", self.path)),
            Segment::Index(_) => {
                let required = self.view.get("required").and_then(Json::as_array)?;
                let keys = required.iter().filter_map(Json::as_str);
                let keys: Vec<String> =
                    keys.map(|key| format!("{key} = …{}", if self.nix { ";" } else { "" })).collect();
                Some(format!("write {{ {} }}", keys.join(if self.nix { " " } else { ", " })))
            }
        }
    }

    /// Corrects a number or a boolean.
    fn scalar(&self) -> Option<Correction> {
        let written = toml::inline(self.node);
        match &self.node.value {
            Value::Integer(_) | Value::Float(_)
                if !self.is_duration() && self.types() == ["string"] && self.view.text("format").is_some() =>
            {
                self.format(&written).or_else(|| self.quoted(&written).map(Correction::Instruction))
            }
            _ => self.scalar_instruction(&written).map(Correction::Instruction),
        }
    }

    fn scalar_instruction(&self, written: &str) -> Option<String> {
        match &self.node.value {
            Value::Integer(seconds) if self.is_duration() && *seconds >= 0 => {
                return Some(format!("write \"{seconds}s\" if seconds are meant"));
            }
            Value::Float(seconds) if self.is_duration() && *seconds >= 0.0 && *seconds < 1e9 => {
                return Some(format!("write \"{:.0}ms\" if seconds are meant", seconds * 1000.0));
            }
            Value::Integer(0 | 1) if self.types() == ["boolean"] => {
                return Some(format!("write {}", self.node.value == Value::Integer(1)));
            }
            // Beyond 2^53 a float does not identify an integer.
            Value::Float(float)
                if self.admits("integer") && !self.admits("number") && float.fract() == 0.0 && float.abs() < 9e15 =>
            {
                return Some(format!("write {float:.0}"));
            }
            _ if self.types() == ["string"] => return self.quoted(written),
            _ if self.types() == ["array"] => return Some(format!("write [{written}]")),
            _ if self.types() == ["object"] => return self.as_table(),
            _ => {}
        }
        let value = match self.node.value {
            Value::Integer(integer) => integer as f64,
            Value::Float(float) => float,
            _ => return None,
        };
        let maximum = self.number("maximum");
        if self.view.text(UNIT) == Some("fraction") && value >= 1.0 && maximum.is_some_and(|maximum| value > maximum) {
            let fraction = fraction(value).filter(|fraction| fraction.parse::<f64>().ok() <= maximum)?;
            return Some(format!("write {fraction} if {written} percent are meant"));
        }
        let step = self.number("multipleOf").filter(|step| *step > 0.0 && self.admits("integer"))?;
        let (below, above) = ((value / step).floor() * step, (value / step).ceil() * step);
        (below < above && above.abs() < 9e15).then(|| format!("the nearest are {below:.0} and {above:.0}"))
    }

    /// Corrects a list in the place of a table or of its only element.
    fn list(&self, elements: &[Node]) -> Option<String> {
        match elements {
            [_, ..] if self.types() == ["object"] && elements.iter().all(|element| element.as_table().is_some()) => {
                (!self.nix).then(|| format!("write [{0}] once, not [[{0}]]", self.path))
            }
            [only] if self.admits_kind(&only.value) && !self.view.hides_value(only) => {
                let written = display::redacted(&toml::inline(only)).into_owned();
                Some(format!("write {written} without brackets"))
            }
            _ => None,
        }
    }

    fn admits_kind(&self, value: &Value) -> bool {
        match value {
            Value::Bool(_) => self.admits("boolean"),
            Value::Integer(_) => self.admits("integer") || self.admits("number"),
            Value::Float(_) => self.admits("number"),
            Value::String(_) => self.admits("string"),
            _ => false,
        }
    }

    /// Corrects a duration in the form of an invalid table.
    fn duration_table(&self) -> Option<String> {
        let seconds = self.node.as_table().and_then(|table| {
            let (_, first) = table.iter().find(|(key, _)| key.starts_with("sec"))?;
            match &first.value {
                Value::Integer(seconds @ 0..) => Some(seconds.to_string()),
                Value::String(text) if text.parse::<u64>().is_ok() => Some(text.clone()),
                _ => None,
            }
        });
        let has_no_nanos = self.node.as_table().is_some_and(|table| match table.get("nanos") {
            None => true,
            Some(nanos) => json::write(nanos) == 0,
        });
        seconds.filter(|_| has_no_nanos).map(|seconds| format!("write \"{seconds}s\""))
    }
}

/// Parses the booleans of other languages.
fn boolean(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "enabled" => Some("true"),
        "false" | "no" | "off" | "0" | "disabled" => Some("false"),
        _ => None,
    }
}

/// Formats a percentage as a fraction, rounded to six digits.
fn fraction(percent: f64) -> Option<String> {
    let text = format!("{:.6}", percent / 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    (percent > 0.0 && percent <= 100.0 && text.contains('.')).then(|| text.to_owned())
}

/// Parses a size with a unit: `64KiB`, `64 k`, `1 MB`.
fn bytes(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_lowercase().as_str() {
        "b" | "bytes" => 1,
        "k" | "kib" => 1024,
        "kb" => 1000,
        "m" | "mib" => 1024 * 1024,
        "mb" => 1_000_000,
        "g" | "gib" => 1024 * 1024 * 1024,
        "gb" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::document::Document;
    use crate::schema::index;

    fn correction(schema: Json, value: Json) -> String {
        let (path, node) = (Path::dotted("a.b"), json::read(value).unwrap());
        let index = index::build(&schema);
        let document = Document::from(schema);
        let rejected = RejectedValue {
            path: &path,
            node: &node,
            view: Subschema::root(&document, &index),
            env_prefix: Some("APP"),
            nix: false,
            default: None,
        };
        rejected.correction().map(|correction| correction.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_value_in_the_wrong_form_is_corrected() {
        use serde_json::json;
        for (schema, value, expected) in [
            (json!({ "type": "integer" }), json!("8333"), "write 8333 without quotes"),
            (json!({ "type": "integer", "x-unit": "bytes" }), json!("64 KiB"), "write 65536"),
            (
                json!({ "type": "integer" }),
                json!("${PORT}"),
                "a reference is always a string: remove the key, and set APP_A__B on the node",
            ),
            (json!({ "type": "integer", "multipleOf": 512 }), json!(1000), "the nearest are 512 and 1024"),
            (json!({ "type": "number", "x-unit": "fraction" }), json!("1.36%"), "write 0.0136"),
            (
                json!({ "type": "number", "x-unit": "fraction", "maximum": 0.1 }),
                json!(2),
                "write 0.02 if 2 percent are meant",
            ),
            (json!({ "type": "boolean" }), json!("yes"), "write true"),
            (json!({ "type": "boolean" }), json!(0), "write false"),
            (json!({ "type": "string" }), json!(["x"]), "write \"x\" without brackets"),
            (json!({ "type": "array" }), json!("a, b"), "write [\"a\", \"b\"]"),
            (json!({ "type": "string", "format": "human-duration" }), json!({ "secs": "5" }), "write \"5s\""),
            (
                json!({ "type": "string", "format": "url" }),
                json!("localhost:80/x"),
                "did you mean \"https://localhost:80/x\"?",
            ),
            (json!({ "type": "string", "enum": ["on"], "x-secret": true }), json!("onn"), ""),
        ] {
            assert_eq!(correction(schema, value), expected);
        }
    }
}

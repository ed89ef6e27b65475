//! The value that was probably meant: what to write in the place of one that the schema does not admit.

use serde_json::Value as Json;

use crate::diagnostics::suggest::nearest;
use crate::environment::Environment;
use crate::schema::format::Format;
use crate::schema::subschema::Subschema;
use crate::sensitive::display;
use crate::toml;
use crate::types::Duration;
use crate::types::url;
use crate::value::reference::is_unresolved;
use crate::value::{Node, Path, Segment, Value, json};

/// A value that is not admitted, and where it stands.
pub struct Wrong<'a> {
    /// Where.
    pub path: &'a Path,
    /// The value.
    pub node: &'a Node,
    /// What the schema says of it.
    pub view: Subschema<'a>,
    /// What environment variables begin with, for a model.
    pub env_prefix: Option<&'a str>,
    /// Whether it is written in Nix, which has other words for lists, tables and references.
    pub nix: bool,
    /// The default, where there is one.
    pub default: Option<&'a Json>,
}

impl Wrong<'_> {
    /// What to write instead, if that can be told.
    pub fn correction(&self) -> Option<String> {
        let text = self.node.as_str();
        if text.is_some_and(|text| text.contains(":-${")) {
            return Some("the default of a reference is plain text: it holds no other reference".to_owned());
        }
        if text.is_some_and(|text| text.contains("${") && !is_unresolved(text)) {
            let form = if self.nix { "secret \"NAME\"" } else { "${NAME} or ${NAME:-default}" };
            return Some(format!("write a reference as {form}"));
        }
        if self.view.is_secret() {
            return None;
        }
        if self.view.hides_value(self.node) {
            return match text {
                Some(text) if is_unresolved(text) => self.bare(text),
                _ if self.admits("object") => self.tabled(),
                _ => None,
            };
        }
        match &self.node.value {
            Value::String(text) if self.admits("string") => self.word(text).or_else(|| self.format(text)),
            Value::String(text) => self.bare(text),
            Value::Datetime(text) => self.format(text).or_else(|| self.quoted(text)),
            Value::Integer(_) | Value::Float(_) | Value::Bool(_) => self.plain(),
            Value::List(elements) => self.list(elements),
            Value::Table(_) if self.is_duration() => self.duration_table(),
            Value::Table(_) => match (self.types().as_slice(), self.path.0.as_slice()) {
                (["array"], _) if self.nix && self.lists_tables() => Some("write [ { … } ]".to_owned()),
                (["array"], [.., Segment::Key(_)]) if self.lists_tables() => {
                    Some(format!("write [[{0}]], or {0} = [{{ … }}]", self.path))
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

    /// A word like one that the schema lists.
    fn word(&self, text: &str) -> Option<String> {
        let views = || std::iter::once(self.view).chain(self.view.alternatives());
        let listed = views().filter_map(|view| view.get("enum")?.as_array()).flatten();
        let words = listed.chain(views().filter_map(|view| view.get("const"))).filter_map(Json::as_str);
        let words: Vec<&str> = words.collect();
        let environment = text.parse::<Environment>().ok().map(Environment::name).filter(|name| words.contains(name));
        let word = environment.or_else(|| nearest(text, words));
        // Near is the word itself too, where something else is wrong with it.
        word.filter(|word| *word != text).map(|word| format!("did you mean \"{word}\"?"))
    }

    fn format(&self, text: &str) -> Option<String> {
        let mut views = std::iter::once(self.view).chain(self.view.alternatives());
        let format = views.find_map(|view| view.text("format")).and_then(Format::named)?;
        // What is shown mended would show the password with it.
        if !url::credentials(text).is_empty() || !url::query_secrets(text).is_empty() {
            return None;
        }
        if format.name == crate::types::Url::FORMAT && !text.is_empty() && !text.contains("://") {
            // A scheme is missing: of a path or a host that of the default is the likeliest.
            let default = self.default.and_then(Json::as_str).and_then(|default| default.split_once(':'));
            let scheme = default.map_or("https", |(scheme, _)| scheme);
            let whole = format!("{scheme}://{text}");
            return format.admits(&whole).then(|| format!("did you mean \"{whole}\"?"));
        }
        format.mend(text)
    }

    /// What is no string, as one.
    fn quoted(&self, text: &str) -> Option<String> {
        if matches!(self.node.value, Value::Bool(_)) || self.view.get("enum").is_some() {
            return None;
        }
        let fits = self.view.text("format").and_then(Format::named).is_none_or(|format| format.admits(text));
        (self.admits("string") && fits && self.view.text("format") != Some("date-time"))
            .then(|| format!("write \"{text}\" in quotes"))
    }

    /// A string where none is admitted.
    fn bare(&self, text: &str) -> Option<String> {
        if is_unresolved(text) {
            // An element of a list has no variable.
            let named = self.path.0.iter().all(|step| matches!(step, Segment::Key(_)));
            return Some(match self.env_prefix.filter(|_| named) {
                Some(prefix) => format!(
                    "a reference is always a string: leave the key out, and give the node {}",
                    variable(prefix, self.path)
                ),
                None => "a reference is always a string: write the value itself".to_owned(),
            });
        }
        let trimmed = text.trim();
        let none = ["", "null", "none", "nil"].contains(&trimmed.to_lowercase().as_str());
        if none && (self.admits("null") || self.view.is_optional()) {
            return Some("remove the key: what is absent is not written".to_owned());
        }
        let value = if self.admits("integer") && trimmed.parse::<i64>().is_ok() {
            Some(trimmed.to_owned())
        } else if self.admits("integer") && self.view.text("x-unit") == Some("bytes") {
            bytes(trimmed).map(|bytes| bytes.to_string())
        } else if self.admits("number") && trimmed.parse::<f64>().is_ok_and(f64::is_finite) {
            Some(trimmed.to_owned())
        } else if self.admits("number") && self.view.text("x-unit") == Some("fraction") {
            trimmed.strip_suffix('%').and_then(|percent| percent.trim().parse().ok()).and_then(share)
        } else if self.admits("boolean") {
            boolean(trimmed).map(str::to_owned)
        } else {
            None
        };
        match value {
            Some(value) if value == text => Some(format!("write {value} without quotes")),
            Some(value) => Some(format!("write {value}")),
            None if self.admits("array") => self.listed(text),
            None if self.admits("object") => self.tabled(),
            None => None,
        }
    }

    /// A list in a string, as environment variables hold them.
    fn listed(&self, text: &str) -> Option<String> {
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

    /// A table is wanted, and none is there.
    fn tabled(&self) -> Option<String> {
        self.view.properties()?;
        match self.path.0.last()? {
            // A header would name the list, not its element.
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

    /// A number or a boolean where something else is admitted, or another one.
    fn plain(&self) -> Option<String> {
        let written = toml::inline(self.node);
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
            // Beyond that a float does not say which integer it is.
            Value::Float(float)
                if self.admits("integer") && !self.admits("number") && float.fract() == 0.0 && float.abs() < 9e15 =>
            {
                return Some(format!("write {float:.0}"));
            }
            Value::Integer(_) | Value::Float(_) if self.types() == ["string"] && self.view.text("format").is_some() => {
                return self.format(&written).or_else(|| self.quoted(&written));
            }
            _ if self.types() == ["string"] => return self.quoted(&written),
            _ if self.types() == ["array"] => return Some(format!("write [{written}]")),
            _ if self.types() == ["object"] => return self.tabled(),
            _ => {}
        }
        let value = match self.node.value {
            Value::Integer(integer) => integer as f64,
            Value::Float(float) => float,
            _ => return None,
        };
        let maximum = self.number("maximum");
        if self.view.text("x-unit") == Some("fraction")
            && value >= 1.0
            && maximum.is_some_and(|maximum| value > maximum)
        {
            let share = share(value).filter(|share| share.parse::<f64>().ok() <= maximum)?;
            return Some(format!("write {share} if {written} percent are meant"));
        }
        let step = self.number("multipleOf").filter(|step| *step > 0.0 && self.admits("integer"))?;
        let (below, above) = ((value / step).floor() * step, (value / step).ceil() * step);
        (below < above && above.abs() < 9e15).then(|| format!("the nearest are {below:.0} and {above:.0}"))
    }

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

    /// A duration as a table that is none.
    fn duration_table(&self) -> Option<String> {
        let seconds = self.node.as_table().and_then(|table| {
            let (_, first) = table.iter().find(|(key, _)| key.starts_with("sec"))?;
            match &first.value {
                Value::Integer(seconds @ 0..) => Some(seconds.to_string()),
                Value::String(text) if text.parse::<u64>().is_ok() => Some(text.clone()),
                _ => None,
            }
        });
        let plain = self.node.as_table().is_some_and(|table| match table.get("nanos") {
            None => true,
            Some(nanos) => json::write(nanos) == 0,
        });
        seconds.filter(|_| plain).map(|seconds| format!("write \"{seconds}s\""))
    }
}

/// The environment variable of a field. A shell names variables with letters, digits and underscores alone.
pub fn variable(prefix: &str, path: &Path) -> String {
    let nameable = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let keys = path.0.iter().filter_map(|segment| match segment {
        Segment::Key(key) => Some(key.to_uppercase().chars().map(nameable).collect()),
        Segment::Index(_) => None,
    });
    format!("{prefix}_{}", keys.collect::<Vec<String>>().join("__"))
}

/// What people write for true and false elsewhere.
fn boolean(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "enabled" => Some("true"),
        "false" | "no" | "off" | "0" | "disabled" => Some("false"),
        _ => None,
    }
}

/// A percentage as the fraction that it is, without the noise of binary fractions.
fn share(percent: f64) -> Option<String> {
    let text = format!("{:.6}", percent / 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    (percent > 0.0 && percent <= 100.0 && text.contains('.')).then(|| text.to_owned())
}

/// A size with a unit: `64KiB`, `64 k`, `1 MB`.
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
    use crate::schema::index::shapes;

    fn correction(schema: Json, value: Json) -> String {
        let (path, node) = (Path::dotted("a.b"), json::read(value).unwrap());
        let shapes = shapes(&schema);
        let wrong = Wrong {
            path: &path,
            node: &node,
            view: Subschema::root(&schema, &shapes),
            env_prefix: Some("APP"),
            nix: false,
            default: None,
        };
        wrong.correction().unwrap_or_default()
    }

    #[test]
    fn what_stands_in_the_wrong_form_is_shown_in_the_right_one() {
        use serde_json::json;
        for (schema, value, said) in [
            (json!({ "type": "integer" }), json!("8333"), "write 8333 without quotes"),
            (json!({ "type": "integer", "x-unit": "bytes" }), json!("64 KiB"), "write 65536"),
            (
                json!({ "type": "integer" }),
                json!("${PORT}"),
                "a reference is always a string: leave the key out, and give the node APP_A__B",
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
            assert_eq!(correction(schema, value), said);
        }
    }
}

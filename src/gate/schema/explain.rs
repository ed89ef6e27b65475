//! Findings from the errors of the validator: what must be, what is, where it stands, and the way out.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::LocationSegment;
use serde_json::Value as Json;

use super::format::Format;
use super::view::View;
use crate::environment::Environment;
use crate::gate::finding::Finding;
use crate::gate::shown;
use crate::gate::suggest::nearest;
use crate::model::{Severity, url};
use crate::tree::reference;
use crate::tree::{Node, Origin, Path, Sources, Value};

/// The rule of unknown keys.
pub const UNKNOWN_KEY: &str = "schema/unknown-key";

/// What a pass is about, for the messages.
pub struct Subject<'a> {
    /// Where the origins of the tree point.
    pub sources: &'a Sources,
    /// The environment whose defaults are shown, if the schema has any.
    pub environment: Option<Environment>,
    /// How much an unknown key weighs.
    pub unknown_keys: Severity,
}

/// One place of an error: the value there and what the schema says of it.
struct Place<'a> {
    path: Path,
    node: Option<&'a Node>,
    view: Option<View<'a>>,
}

/// The findings of one error of the validator.
pub fn findings(error: &ValidationError<'_>, root: View<'_>, tree: &Node, subject: &Subject<'_>) -> Vec<Finding> {
    let path = path_of(error);
    let place = Place { node: tree.get(&path.0), view: root.at(&path.0, tree), path };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().map(|key| self::unexpected(key, &place, root, subject)).collect()
        }
        Kind::Required { property } => {
            vec![missing(property.as_str().unwrap_or_default(), &place, root, tree, subject)]
        }
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            // A table of which no key is known was hardly meant to be the table of an alternative.
            let meant = |node: &Node, view: View<'_>| match node.as_table() {
                Some(table) => !table.is_empty() && (view.properties().is_none() || view.known_keys(node) > 0),
                None => true,
            };
            let chosen = place.node.and_then(|node| place.view?.chosen(node).filter(|(_, view)| meant(node, *view)));
            match chosen.and_then(|(index, _)| context.get(index)) {
                Some(errors) => errors.iter().flat_map(|error| findings(error, root, tree, subject)).collect(),
                None => vec![no_alternative(&place, error.kind().keyword(), subject)],
            }
        }
        _ if is_opaque(&place, error.kind()) => Vec::new(),
        _ => vec![broken_keyword(error, &place, subject)],
    }
}

fn path_of(error: &ValidationError<'_>) -> Path {
    let segments = error.instance_path().into_iter().map(|segment| match segment {
        LocationSegment::Property(key) => crate::tree::Segment::Key(key.into_owned()),
        LocationSegment::Index(index) => crate::tree::Segment::Index(index),
    });
    Path(segments.collect())
}

/// Whether the finding is about the form of a text that is not known before its references are resolved.
fn is_opaque(place: &Place<'_>, kind: &Kind) -> bool {
    let about_form = matches!(
        kind,
        Kind::Pattern { .. }
            | Kind::Enum { .. }
            | Kind::Constant { .. }
            | Kind::MinLength { .. }
            | Kind::MaxLength { .. }
            | Kind::ContentEncoding { .. }
            | Kind::ContentMediaType { .. }
    );
    // The gate's own formats look around references themselves.
    let foreign_format = matches!(kind, Kind::Format { format } if Format::named(format).is_none());
    (about_form || foreign_format) && place.node.and_then(Node::as_str).is_some_and(reference::is_opaque)
}

fn unexpected(key: &str, parent: &Place<'_>, root: View<'_>, subject: &Subject<'_>) -> Finding {
    let mut finding = unknown(key, parent, root);
    finding.severity = subject.unknown_keys;
    match parent.node.and_then(|node| node.as_table()?.get(key)) {
        Some(node) => finding.at(subject.sources.places(&node.origin), ""),
        None => finding,
    }
}

/// The finding for a key that the schema does not name, without its place.
pub fn unknown_key(root: View<'_>, path: &Path, tree: &Node) -> Finding {
    let table = path.parent().unwrap_or_default();
    // The table need not be there: what is unknown may be all that was said of it.
    let empty = Node::bare(Value::Table(crate::tree::Table::new()));
    let node = tree.get(&table.0).unwrap_or(&empty);
    let parent = Place { node: Some(node), view: root.at(&table.0, tree), path: table };
    unknown(path.last_key().unwrap_or_default(), &parent, root)
}

fn unknown(key: &str, parent: &Place<'_>, root: View<'_>) -> Finding {
    let path = parent.path.key(key);
    let node = parent.node.and_then(|node| node.as_table()?.get(key));
    let held = node.filter(|node| node.as_table().is_some_and(|table| !table.is_empty())).map_or(1, Node::keys);
    let what = if held > 1 { format!("unknown table {path} with {held} keys") } else { format!("unknown key {path}") };
    let mut finding = Finding::error(UNKNOWN_KEY, path, what);
    finding.keyword = Some("additionalProperties".into());
    match meant(key, parent, root) {
        Some(name) => finding.help(format!("did you mean {name}?")),
        None if parent.path.0.is_empty() => finding.help("remove it: nothing reads it"),
        None => finding.help(format!("remove it: nothing reads it; {} knows {}", parent.path, known(parent))),
    }
}

/// The finding for a whole float where the schema wants an integer, without its place: the tree does not hold it.
pub fn whole_float(root: View<'_>, path: &Path, value: i64, tree: &Node) -> Finding {
    let mut finding =
        Finding::error(path.field(), path.clone(), format!("{path} must be an integer, and is {value}.0"));
    finding.keyword = Some("type".into());
    let help = root.at(&path.0, tree).and_then(help_of).map(|help| format!("; {help}")).unwrap_or_default();
    finding.help(format!("write {value}{help}"))
}

/// Whether somebody wrote this key; a default that was filled in is nobody's.
fn is_written(table: &Node, key: &str) -> bool {
    table.as_table().and_then(|table| table.get(key)).is_some_and(|node| node.origin != Origin::Unwritten)
}

/// A known key like `key` in the same table, or the same key in another one.
fn meant(key: &str, parent: &Place<'_>, root: View<'_>) -> Option<String> {
    let node = parent.node?;
    let view = parent.view?;
    let chosen = view.chosen(node).map(|(_, view)| view);
    let names = [Some(view), chosen].into_iter().flatten().filter_map(View::properties).flat_map(|names| names.keys());
    if let Some(name) = nearest(key, names.map(String::as_str).filter(|name| !is_written(node, name))) {
        return Some(parent.path.key(name).to_string());
    }
    let sections = root.properties()?;
    let elsewhere = sections.iter().find(|(_, section)| section["properties"].get(key).is_some());
    elsewhere.map(|(section, _)| Path::root().key(section).key(key).to_string())
}

fn known(parent: &Place<'_>) -> String {
    let chosen = parent.node.and_then(|node| parent.view?.chosen(node)).map(|(_, view)| view);
    let names = chosen.or(parent.view).and_then(View::properties);
    let names: Vec<&str> = names.into_iter().flat_map(|names| names.keys()).map(String::as_str).collect();
    match names.len() {
        0 => "no keys".to_owned(),
        1..=12 => names.join(", "),
        many => format!("{many} keys, see `confgate schema`"),
    }
}

fn missing(key: &str, parent: &Place<'_>, root: View<'_>, tree: &Node, subject: &Subject<'_>) -> Finding {
    let path = parent.path.key(key);
    let owner = if parent.path.0.is_empty() { "the file".to_owned() } else { parent.path.to_string() };
    let mut finding = Finding::error(path.field(), path.clone(), format!("{owner} needs {key}, which is missing"));
    finding.keyword = Some("required".into());
    // A missing key is nobody's line: the table that should hold it is shown, not a sibling.
    if let Some(node) = parent.node.filter(|_| !parent.path.0.is_empty()) {
        finding = finding.at(subject.sources.places(&node.origin), "here");
    }
    let view = root.at(&path.0, tree);
    match view.and_then(help_of) {
        Some(help) => finding.help(format!("add {key}: {help}")),
        None => finding.help(format!("add {key}")),
    }
}

fn no_alternative(place: &Place<'_>, keyword: &str, subject: &Subject<'_>) -> Finding {
    let alternatives: Vec<String> = place.view.into_iter().flat_map(View::alternatives).flat_map(describe).collect();
    let must = if alternatives.is_empty() {
        "fit one alternative of the schema".into()
    } else {
        format!("be {}", either(&alternatives))
    };
    let finding = finished(keyword, &must, place, subject);
    match place.node.and_then(Node::as_table) {
        Some(table) if !table.is_empty() => {
            let keys: Vec<&str> = table.keys().map(String::as_str).collect();
            finding.note(format!("the table has {}", keys.join(", ")))
        }
        _ => finding,
    }
}

/// What values this schema admits, in a few words each.
fn describe(view: View<'_>) -> Vec<String> {
    if let Some(Json::Array(values)) = view.get("enum") {
        return values.iter().map(shown::json).collect();
    }
    if let Some(value) = view.get("const") {
        return vec![shown::json(value)];
    }
    if let Some(format) = view.text("format").and_then(Format::named) {
        return vec![format.words.to_owned()];
    }
    match (view.types().as_slice(), view.properties()) {
        (["object"], Some(names)) if names.len() == 1 => {
            let name = names.keys().next().map_or("", String::as_str);
            vec![format!("a table with the key {name}")]
        }
        ([], _) => vec!["another value".to_owned()],
        (types, _) => types.iter().map(|name| type_words(name).to_owned()).collect(),
    }
}

fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn type_words(name: &str) -> &'static str {
    match name {
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a string",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        "null" => "absent",
        _ => "a value",
    }
}

fn broken_keyword(error: &ValidationError<'_>, place: &Place<'_>, subject: &Subject<'_>) -> Finding {
    let plural = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let bound = |keyword: &str| place.view.and_then(|view| view.text(keyword)).unwrap_or_default();
    let must = match error.kind() {
        Kind::Type { kind } => format!("be {}", expected_type(kind, place.view)),
        Kind::Minimum { limit } => format!("be at least {limit}"),
        Kind::Maximum { limit } => format!("be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("be a multiple of {multiple_of}"),
        Kind::MinLength { limit: 1 } => "not be empty".to_owned(),
        Kind::MinLength { limit } => format!("have at least {}", plural(*limit, "character")),
        Kind::MaxLength { limit } => format!("have at most {}", plural(*limit, "character")),
        Kind::MinItems { limit } => format!("have at least {}", plural(*limit, "element")),
        Kind::MaxItems { limit } => format!("have at most {}", plural(*limit, "element")),
        Kind::AdditionalItems { limit } => format!("have at most {}", plural(*limit as u64, "element")),
        Kind::MinProperties { limit } => format!("have at least {}", plural(*limit, "key")),
        Kind::MaxProperties { limit } => format!("have at most {}", plural(*limit, "key")),
        Kind::UniqueItems => "not hold an element twice".to_owned(),
        Kind::Contains => "hold an element of the kind that the schema asks for".to_owned(),
        Kind::Enum { options } => match options.as_array().map(Vec::as_slice) {
            Some(options) => format!("be {}", either(&options.iter().map(shown::json).collect::<Vec<_>>())),
            None => "be one of the values of the schema".to_owned(),
        },
        Kind::Constant { expected_value } => format!("be {}", shown::json(expected_value)),
        Kind::Pattern { pattern } => format!("match {pattern}"),
        Kind::Format { format } => match Format::named(format) {
            Some(format) => format!("be {}", format.words),
            None => format!("have the format {format}"),
        },
        Kind::Custom { message, .. } if message == "formatMinimum" => format!("be at least {}", bound("formatMinimum")),
        Kind::Custom { message, .. } if message == "formatMaximum" => format!("be at most {}", bound("formatMaximum")),
        Kind::Not { .. } => "not fit what the schema rules out".to_owned(),
        Kind::OneOfMultipleValid { .. } => "fit one alternative of the schema alone".to_owned(),
        Kind::PropertyNames { .. } => "have only keys that the schema admits".to_owned(),
        Kind::FalseSchema => "not be here".to_owned(),
        _ => format!("keep {} of the schema", error.kind().keyword()),
    };
    let keyword = match error.kind() {
        Kind::Custom { message, .. } => message.as_str(),
        kind => kind.keyword(),
    };
    finished(keyword, &must, place, subject)
}

fn expected_type(kind: &TypeKind, view: Option<View<'_>>) -> String {
    // A format says more than the type of the text that has it.
    if let Some(format) = view.and_then(|view| view.text("format")).and_then(Format::named) {
        return format!("{} in a string", format.words);
    }
    let names: Vec<String> = match kind {
        TypeKind::Single(name) => vec![type_words(&name.to_string()).to_owned()],
        TypeKind::Multiple(names) => names.iter().map(|name| type_words(&name.to_string()).to_owned()).collect(),
    };
    either(&names)
}

/// The finding with all that is the same for every keyword: value, place, default and help.
fn finished(keyword: &str, must: &str, place: &Place<'_>, subject: &Subject<'_>) -> Finding {
    let secret = place.view.is_some_and(|view| view.marked("x-secret"));
    let name = if place.path.0.is_empty() { "the file".to_owned() } else { place.path.to_string() };
    let mut message = format!("{name} must {must}");
    if let Some(value) = place.node.and_then(|node| shown::value(node, secret)) {
        message.push_str(&format!(", and is {value}"));
    }
    let mut finding = Finding::error(place.path.field(), place.path.clone(), message);
    finding.keyword = Some(keyword.to_owned());
    if let Some(node) = place.node {
        finding = finding.at(subject.sources.places(&node.origin), "set here");
    }
    let Some(view) = place.view else { return finding };
    if let Some(environment) = subject.environment
        && let Some(default) = view.default_in(environment)
    {
        finding = finding.note(format!("default in {environment}: {}", shown::json(default)));
    }
    let ways = [place.node.and_then(|node| correction(node, view)), help_of(view)];
    let ways: Vec<String> = ways.into_iter().flatten().collect();
    if ways.is_empty() { finding } else { finding.help(ways.join("; ")) }
}

/// What the field is, and its bounds.
fn help_of(view: View<'_>) -> Option<String> {
    let parts: Vec<String> = [view.summary(), bounds(view)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The values that it may have: `1 to 10000`.
pub fn bounds(view: View<'_>) -> Option<String> {
    let range = |from: Option<String>, to: Option<String>, unit: &str| match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}{unit}")),
        (Some(from), None) => Some(format!("at least {from}{unit}")),
        (None, Some(to)) => Some(format!("at most {to}{unit}")),
        (None, None) => None,
    };
    let number = |keyword: &str| view.get(keyword).map(shown::json);
    // The bounds of an integer type alone are no decision of anybody.
    let to = number("maximum").filter(|limit| !["4294967295", "9223372036854775807"].contains(&limit.as_str()));
    let from = number("minimum").filter(|limit| to.is_some() || limit != "0");
    range(from, to, "")
        .or_else(|| {
            let text = |keyword: &str| view.text(keyword).map(str::to_owned);
            range(text("formatMinimum"), text("formatMaximum"), "")
        })
        .or_else(|| range(number("minLength"), number("maxLength"), " characters"))
        .or_else(|| view.text("format").and_then(Format::named).map(|format| format!("such as {}", format.example)))
}

/// The value that was probably meant.
fn correction(node: &Node, view: View<'_>) -> Option<String> {
    if view.marked("x-secret") {
        return None;
    }
    let types = view.types();
    let duration = view.text("format") == Some(crate::model::Duration::FORMAT);
    match &node.value {
        Value::String(text) if !types.contains(&"string") => {
            let bare = match types.as_slice() {
                ["integer"] => text.parse::<i64>().is_ok(),
                ["number"] => text.parse::<f64>().is_ok_and(f64::is_finite),
                ["boolean"] => text == "true" || text == "false",
                _ => false,
            };
            bare.then(|| format!("write {text} without quotes"))
        }
        Value::String(text) => {
            let options = [Some(view), view.chosen(node).map(|(_, view)| view)].into_iter().flatten();
            let words = options.filter_map(|view| view.get("enum")?.as_array()).flatten().filter_map(Json::as_str);
            nearest(text, words).map(|word| format!("did you mean \"{word}\"?"))
        }
        Value::Float(float) if types == ["integer"] && float.fract() == 0.0 => Some(format!("write {float:.0}")),
        Value::Integer(seconds) if duration => Some(format!("write \"{seconds}s\" if seconds are meant")),
        Value::Float(seconds) if duration && *seconds >= 0.0 => {
            Some(format!("write \"{:.0}ms\" if seconds are meant", seconds * 1000.0))
        }
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) if types == ["string"] => {
            Some(format!("write \"{}\" in quotes", crate::tree::write::inline(node)))
        }
        _ if types == ["array"] && node.as_str().is_some() => {
            Some(format!("write [{}]", url::without_userinfo(&crate::tree::write::inline(node))))
        }
        _ => None,
    }
}

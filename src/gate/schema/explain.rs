//! Findings from the errors of the validator: what must be, what is, where it stands, and the way out.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::LocationSegment;
use serde_json::Value as Json;

use super::correct::Wrong;
use super::format::{Format, described};
use super::view::View;
use crate::environment::Environment;
use crate::gate::finding::Finding;
use crate::gate::shown;
use crate::gate::suggest::nearest;
use crate::model::{Duration, Severity};
use crate::tree::reference;
use crate::tree::{self, Node, Origin, Path, Sources, Span, Value};

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
    /// What environment variables of the model begin with, if there is one.
    pub env_prefix: Option<&'a str>,
}

/// One place of an error: the value there and what the schema says of it.
struct Place<'a> {
    path: Path,
    node: Option<&'a Node>,
    view: Option<View<'a>>,
    /// The part of the schema that was not kept.
    stated: Option<View<'a>>,
}

impl<'a> Place<'a> {
    fn of(error: &ValidationError<'_>, root: View<'a>, tree: &'a Node) -> Self {
        let path = path_of(error);
        let pointer = error.schema_path().to_string();
        let stated = pointer.rsplit_once('/').and_then(|(part, _)| root.pointer(part));
        Place { node: tree.get(&path.0), view: root.at(&path.0, tree).or(stated), stated, path }
    }

    fn is_secret(&self) -> bool {
        [self.view, self.stated].into_iter().flatten().any(View::is_secret)
    }

    /// What the part that was not kept says, or else what is said of the value anywhere.
    fn get(&self, keyword: &str) -> Option<&'a Json> {
        [self.stated, self.view].into_iter().flatten().find_map(|view| view.get(keyword))
    }
}

/// The findings of one error of the validator.
pub fn findings(error: &ValidationError<'_>, root: View<'_>, tree: &Node, subject: &Subject<'_>) -> Vec<Finding> {
    let place = Place::of(error, root, tree);
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let keyword = error.kind().keyword();
            unexpected.iter().map(|key| self::unexpected(key, keyword, &place, root, subject)).collect()
        }
        Kind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            let by_another = error.schema_path().to_string().ends_with("/dependentRequired");
            let needing = by_another.then(|| needing(key, &place)).flatten();
            vec![missing(key, needing, &place, root, tree, subject)]
        }
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            // A table of which no key is known was hardly meant to be the table of an alternative, nor a word that none
            // knows to be that of the first with words.
            let meant = |node: &Node, view: View<'_>| match node.as_table() {
                Some(table) => !table.is_empty() && (!view.is_table() || view.known_keys(node) > 0),
                None => view.get("enum").is_none() && view.get("const").is_none(),
            };
            if place.node.is_some_and(|node| is_opaque_text(node) && admits_text(&place)) {
                return Vec::new();
            }
            let chosen = place.node.and_then(|node| place.view?.chosen(node).filter(|(_, view)| meant(node, *view)));
            match chosen.and_then(|(index, _)| context.get(index)) {
                Some(errors) => errors.iter().flat_map(|error| findings(error, root, tree, subject)).collect(),
                None => vec![no_alternative(&place, error.kind().keyword(), subject)],
            }
        }
        Kind::PropertyNames { error } => vec![wrong_name(error, &place, root, subject)],
        Kind::UniqueItems => vec![repeated(&place, subject)],
        _ if is_opaque(&place, error.kind()) => Vec::new(),
        _ => vec![broken_keyword(error.kind(), &place, subject)],
    }
}

/// Whether an alternative admits strings, of which a reference may become any.
fn admits_text(place: &Place<'_>) -> bool {
    place.view.is_some_and(|view| view.alternatives().any(|view| view.types().contains(&"string")))
}

fn is_opaque_text(node: &Node) -> bool {
    node.as_str().is_some_and(reference::is_opaque)
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
    (about_form || foreign_format) && place.node.is_some_and(is_opaque_text)
}

fn unexpected(key: &str, keyword: &str, parent: &Place<'_>, root: View<'_>, subject: &Subject<'_>) -> Finding {
    let mut finding = unknown(key, parent, root);
    finding.keyword = Some(keyword.to_owned());
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
    let empty = Node::bare(Value::Table(crate::tree::Table::default()));
    let node = tree.get(&table.0).unwrap_or(&empty);
    let parent = Place { node: Some(node), view: root.at(&table.0, tree), stated: None, path: table };
    unknown(path.last_key().unwrap_or_default(), &parent, root)
}

/// Whether an unknown key was probably meant to be one whose value nobody may see.
pub fn means_secret(root: View<'_>, path: &Path, tree: &Node) -> bool {
    let (Some(table), Some(key)) = (path.parent(), path.last_key()) else { return false };
    let parent = Place { node: tree.get(&table.0), view: root.at(&table.0, tree), stated: None, path: table };
    let meant = meant(key, &parent, root);
    // A word for a secret that nobody thought of stands where the secret does not.
    let empty = || {
        parent
            .node
            .zip(parent.view)
            .is_some_and(|(node, view)| view.fields().any(|(name, field)| field.is_secret() && !is_written(node, name)))
    };
    if meant.is_empty() {
        empty()
    } else {
        meant.iter().any(|path| root.at(&path.0, tree).is_some_and(View::is_secret))
    }
}

fn unknown(key: &str, parent: &Place<'_>, root: View<'_>) -> Finding {
    let path = parent.path.key(key);
    let node = parent.node.and_then(|node| node.as_table()?.get(key));
    let held = node.filter(|node| node.as_table().is_some_and(|table| !table.is_empty())).map_or(1, Node::keys);
    let name = shown::path(&path);
    let what = if held > 1 { format!("unknown table {name} with {held} keys") } else { format!("unknown key {name}") };
    let mut finding = Finding::error(UNKNOWN_KEY, path, what);
    finding.keyword = Some("additionalProperties".into());
    let meant: Vec<String> = meant(key, parent, root).iter().map(Path::to_string).collect();
    match (meant.is_empty(), known(parent)) {
        (false, _) => finding.help(format!("did you mean {}?", either(&meant))),
        (true, Some(known)) => finding.help(format!("remove it: nothing reads it; {known}")),
        (true, None) => finding.help("remove it: nothing reads it"),
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

/// The known keys that `key` was probably meant to be: one like it in the same table, the same one elsewhere, or the
/// table that knows the keys below it.
fn meant(key: &str, parent: &Place<'_>, root: View<'_>) -> Vec<Path> {
    let (Some(node), Some(view)) = (parent.node, parent.view) else { return Vec::new() };
    let mut names = view.names(node);
    // Of alternatives none may be chosen yet.
    names.extend(view.alternatives().filter_map(View::properties).flat_map(|names| names.keys()).map(String::as_str));
    names.retain(|name| !is_written(node, name));
    if let Some(name) = nearest(key, names.iter().copied()) {
        return vec![parent.path.key(name)];
    }
    let elsewhere = root.paths_of(key);
    let below = elsewhere.iter().filter(|path| path.0.starts_with(&parent.path.0)).cloned().collect();
    let mut paths: Vec<Path> =
        if parent.path.0.is_empty() || !elsewhere.iter().any(|path| path.0.starts_with(&parent.path.0)) {
            elsewhere
        } else {
            below
        };
    let depth = paths.first().map_or(0, |path| path.0.len());
    paths.retain(|path| path.0.len() == depth);
    match paths.len() {
        // A name that stands everywhere points nowhere.
        4.. => Vec::new(),
        1.. => paths,
        0 => {
            let inner = node.as_table().and_then(|table| table.get(key));
            let alike = |name: &&str| {
                let known = inner.and_then(|inner| Some(view.property(name, node)?.known_keys(inner))).unwrap_or(0);
                known > 1 && inner.and_then(Node::as_table).is_some_and(|table| known * 2 > table.len())
            };
            names.into_iter().find(alike).map(|name| parent.path.key(name)).into_iter().collect()
        }
    }
}

/// What the table of an unknown key knows.
fn known(parent: &Place<'_>) -> Option<String> {
    let view = parent.view?;
    let names = view.names(parent.node?);
    let root = parent.path.0.is_empty();
    let owner = if root { "the file".to_owned() } else { parent.path.to_string() };
    let patterns = view.get("patternProperties").and_then(Json::as_object).into_iter().flat_map(|names| names.keys());
    let patterns: Vec<String> = patterns.map(|pattern| format!("keys that match {pattern}")).collect();
    match (names.len(), patterns.is_empty()) {
        (0, true) => Some(format!("{owner} knows no keys")),
        (0, false) => Some(format!("{owner} knows {}", either(&patterns))),
        (1..=16, _) => Some(format!(
            "{owner} knows {}",
            names.into_iter().map(str::to_owned).chain(patterns).collect::<Vec<_>>().join(", ")
        )),
        (many, _) => Some(format!("{owner} knows {many} keys, see `confgate schema`")),
    }
}

/// The key whose presence makes `key` required.
fn needing<'a>(key: &str, parent: &Place<'a>) -> Option<&'a str> {
    let table = parent.node?.as_table()?;
    let needs = |names: &Json| names.as_array().is_some_and(|names| names.iter().any(|name| name == key));
    let all = parent.stated?.get("dependentRequired")?.as_object()?.iter();
    all.filter(|(by, _)| table.contains_key(*by)).find(|(_, names)| needs(names)).map(|(by, _)| by.as_str())
}

fn missing(
    key: &str,
    needed_by: Option<&str>,
    parent: &Place<'_>,
    root: View<'_>,
    tree: &Node,
    subject: &Subject<'_>,
) -> Finding {
    let path = parent.path.key(key);
    let owner = if parent.path.0.is_empty() { "the file".to_owned() } else { parent.path.to_string() };
    let needs = needed_by.map_or(owner, |by| parent.path.key(by).to_string());
    let mut finding = Finding::error(path.field(), path.clone(), format!("{needs} needs {key}, which is missing"));
    finding.keyword = Some(if needed_by.is_some() { "dependentRequired" } else { "required" }.into());
    let needing = needed_by.and_then(|by| parent.node?.as_table()?.get(by));
    // A missing key is nobody's line: the table that should hold it is shown, not a sibling.
    if let Some(node) = needing.or(parent.node.filter(|_| !parent.path.0.is_empty())) {
        finding = finding.at(subject.sources.places(&node.origin), if needing.is_some() { "set here" } else { "here" });
    } else if let Some(source) = &subject.sources.text {
        let place = tree::Place { source: source.clone(), span: Span::default(), position: (0, 0) };
        finding = finding.at([place], "");
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
    let is = match place.node.and_then(Node::as_table) {
        Some(table) if !table.is_empty() => {
            let keys: Vec<&str> = table.keys().map(String::as_str).collect();
            Some(format!(
                "is a table with {} {}",
                if keys.len() == 1 { "the key" } else { "the keys" },
                keys.join(", ")
            ))
        }
        _ => is(place),
    };
    let finding = finished(keyword, &must, is, place, subject);
    // A key like the one of an alternative says more than what the field is.
    let names = || {
        place.view.into_iter().flat_map(View::alternatives).filter_map(View::properties).flat_map(|names| names.keys())
    };
    let keys = place.node.and_then(Node::as_table).into_iter().flat_map(|table| table.keys());
    let meant: Vec<String> = keys
        .filter_map(|key| nearest(key, names().map(String::as_str)))
        .map(|name| place.path.key(name).to_string())
        .collect();
    if !meant.is_empty() {
        return finding.help(format!("did you mean {}?", either(&meant)));
    }
    // A word of an alternative that stands in a table of its own.
    let only =
        place.node.and_then(Node::as_table).filter(|table| table.len() == 1).and_then(|table| table.values().next());
    let word = only.and_then(Node::as_str).filter(|word| {
        let listed =
            place.view.into_iter().flat_map(View::alternatives).filter_map(|view| view.get("enum")?.as_array());
        listed.flatten().any(|value| value == word)
    });
    match word {
        Some(word) => finding.help(format!("write {} = \"{word}\"", place.path)),
        None => finding,
    }
}

/// The finding for a key whose name is not admitted.
fn wrong_name(error: &ValidationError<'_>, table: &Place<'_>, root: View<'_>, subject: &Subject<'_>) -> Finding {
    let name = error.instance().as_str().unwrap_or_default().to_owned();
    let pointer = error.schema_path().to_string();
    let stated = pointer.rsplit_once('/').and_then(|(part, _)| root.pointer(part));
    let node = Node::bare(Value::String(name.clone()));
    let place = Place { path: table.path.key(&name), node: Some(&node), view: stated, stated };
    let (must, _) = breach(error.kind(), &place);
    let mut finding = Finding::error(
        place.path.field(),
        place.path.clone(),
        format!("the key of {} must {must}", shown::path(&place.path)),
    );
    finding.keyword = Some("propertyNames".to_owned());
    if let Some(value) = table.node.and_then(|node| node.as_table()?.get(&name)) {
        finding = finding.at(subject.sources.places(&value.origin), "");
    }
    let words = place.get("enum").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    match nearest(&name, words) {
        Some(word) => finding.help(format!("did you mean {word}?")),
        None => finding.help("give it another name, or remove it"),
    }
}

/// The finding for a list that holds the same twice.
fn repeated(place: &Place<'_>, subject: &Subject<'_>) -> Finding {
    let elements = match place.node.map(|node| &node.value) {
        Some(Value::List(elements)) => elements.as_slice(),
        _ => &[],
    };
    let pair = elements.iter().enumerate().find_map(|(second, element)| {
        let first = elements[..second].iter().position(|earlier| earlier == element)?;
        Some((first, second))
    });
    let mut finding = finished("uniqueItems", "not hold an element twice", None, place, subject);
    if let Some((first, second)) = pair {
        let path = |index| place.path.index(index);
        finding.message.push_str(&format!(", and {} is {} again", path(second), path(first)));
        finding.labels.clear();
        finding = finding
            .at(subject.sources.places(&elements[second].origin), "again here")
            .at(subject.sources.places(&elements[first].origin), "first here");
        return finding.help("leave one of both out");
    }
    finding
}

/// What values this schema admits, in a few words each.
fn describe(view: View<'_>) -> Vec<String> {
    if let Some(Json::Array(values)) = view.get("enum") {
        return values.iter().map(shown::json).collect();
    }
    if let Some(value) = view.get("const") {
        return vec![shown::json(value)];
    }
    if let Some((words, _)) = view.text("format").and_then(described) {
        return vec![words.to_owned()];
    }
    match (view.types().as_slice(), view.properties()) {
        (["object"], Some(names)) if names.len() == 1 => {
            let name = names.keys().next().map_or("", String::as_str);
            vec![format!("a table with the key {name}")]
        }
        ([], _) => vec!["another value".to_owned()],
        ([name @ ("integer" | "number")], _) => {
            let bounds = bounds(view).map(|bounds| format!(" ({bounds})")).unwrap_or_default();
            vec![format!("{}{bounds}", type_words(name))]
        }
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

fn broken_keyword(kind: &Kind, place: &Place<'_>, subject: &Subject<'_>) -> Finding {
    let (must, is) = breach(kind, place);
    let keyword = match kind {
        Kind::Custom { message, .. } => message.as_str(),
        kind => kind.keyword(),
    };
    let finding = finished(keyword, &must, is, place, subject);
    if matches!(kind, Kind::FalseSchema) { finding.help("remove it") } else { finding }
}

/// What must be, after "must", and what is, after "and".
fn breach(kind: &Kind, place: &Place<'_>) -> (String, Option<String>) {
    let plural = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let bound = |keyword: &str| place.get(keyword).and_then(Json::as_str).unwrap_or_default();
    let has = || has(place);
    match kind {
        Kind::Type { kind } => (format!("be {}", expected_type(kind, place.view)), is(place)),
        Kind::Minimum { limit } => (format!("be at least {limit}"), is(place)),
        Kind::Maximum { limit } => (format!("be at most {limit}"), is(place)),
        Kind::ExclusiveMinimum { limit } => (format!("be more than {limit}"), is(place)),
        Kind::ExclusiveMaximum { limit } => (format!("be less than {limit}"), is(place)),
        Kind::MultipleOf { multiple_of } => (format!("be a multiple of {multiple_of}"), is(place)),
        Kind::MinLength { limit: 1 } | Kind::MinItems { limit: 1 } | Kind::MinProperties { limit: 1 } => {
            ("not be empty".to_owned(), None)
        }
        Kind::MinLength { limit } => (format!("have at least {}", plural(*limit, "character")), has()),
        Kind::MaxLength { limit } => (format!("have at most {}", plural(*limit, "character")), has()),
        Kind::MinItems { limit } => (format!("have at least {}", plural(*limit, "element")), has()),
        Kind::MaxItems { limit } => (format!("have at most {}", plural(*limit, "element")), has()),
        Kind::AdditionalItems { limit } => (format!("have at most {}", plural(*limit as u64, "element")), has()),
        Kind::UnevaluatedItems { .. } => match place.get("prefixItems").and_then(Json::as_array) {
            Some(items) => (format!("have at most {}", plural(items.len() as u64, "element")), has()),
            None => ("have no elements but those that the schema describes".to_owned(), has()),
        },
        Kind::MinProperties { limit } => (format!("have at least {}", plural(*limit, "key")), has()),
        Kind::MaxProperties { limit } => (format!("have at most {}", plural(*limit, "key")), has()),
        Kind::Contains => (contents(place), None),
        Kind::Enum { options } => match options.as_array().map(Vec::as_slice) {
            Some(options) => {
                (format!("be {}", either(&options.iter().map(shown::json).collect::<Vec<_>>())), is(place))
            }
            None => ("be one of the values of the schema".to_owned(), is(place)),
        },
        Kind::Constant { expected_value } => (format!("be {}", shown::json(expected_value)), is(place)),
        Kind::Pattern { pattern } => {
            let words = place.get("patternErrorMessage").and_then(Json::as_str);
            let words = words.map(|words| words.strip_prefix("must ").unwrap_or(words).to_owned());
            (words.unwrap_or_else(|| format!("match {pattern}")), is(place))
        }
        Kind::Format { format } => match described(format) {
            Some((words, _)) => (format!("be {words}"), is(place)),
            None => (format!("have the format {format}"), is(place)),
        },
        Kind::Custom { message, .. } if message == "formatMinimum" => {
            (format!("be at least {}", bound("formatMinimum")), is(place))
        }
        Kind::Custom { message, .. } if message == "formatMaximum" => {
            (format!("be at most {}", bound("formatMaximum")), is(place))
        }
        Kind::Not { .. } => ruled_out(place),
        Kind::OneOfMultipleValid { .. } => ("fit only one alternative of the schema".to_owned(), is(place)),
        Kind::FalseSchema => ("not be here".to_owned(), None),
        _ => (format!("keep {} of the schema", kind.keyword()), is(place)),
    }
}

/// What the value is, where a line can show it.
fn is(place: &Place<'_>) -> Option<String> {
    place.node.and_then(|node| shown::value(node, place.is_secret())).map(|value| format!("is {value}"))
}

/// How much the value has of what is counted.
fn has(place: &Place<'_>) -> Option<String> {
    let count = match &place.node?.value {
        // How long a secret is, is a part of it.
        _ if place.is_secret() => return None,
        Value::String(text) => text.chars().count(),
        Value::List(elements) => elements.len(),
        Value::Table(table) => table.values().filter(|node| !node.is_null()).count(),
        _ => return None,
    };
    Some(if count == 0 { "has none".to_owned() } else { format!("has {count}") })
}

/// What a list must hold.
fn contents(place: &Place<'_>) -> String {
    let wanted = place.stated.and_then(|view| view.pointer("/contains")).map(describe).unwrap_or_default();
    let count = |keyword: &str| place.get(keyword).and_then(Json::as_u64);
    let number = match (count("minContains").unwrap_or(1), count("maxContains")) {
        (1, None) => "an element that is".to_owned(),
        (1, Some(1)) => "exactly one element that is".to_owned(),
        (least, None) => format!("at least {least} elements that are"),
        (least, Some(most)) if least == most => format!("exactly {most} elements that are"),
        (least, Some(most)) => format!("{least} to {most} elements that are"),
    };
    let wanted = if wanted.is_empty() || wanted == ["another value"] {
        "of the kind that the schema asks for".to_owned()
    } else {
        either(&wanted)
    };
    format!("hold {number} {wanted}")
}

/// What a value must not be.
fn ruled_out(place: &Place<'_>) -> (String, Option<String>) {
    let Some(no) = place.stated.and_then(|view| view.pointer("/not")) else {
        return ("not fit what the schema rules out".to_owned(), is(place));
    };
    let keys = no.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let keys: Vec<&str> = keys.collect();
    match (keys.as_slice(), no.get("const").or(no.get("enum")), describe(no)) {
        ([only], ..) => (format!("not have the key {only}"), None),
        ([first @ .., last], ..) => (format!("not have {} and {last} at once", first.join(", ")), None),
        (_, Some(_), words) => (format!("not be {}", either(&words)), None),
        (_, None, words) if words != ["another value"] => (format!("not be {}", either(&words)), is(place)),
        _ => ("not fit what the schema rules out".to_owned(), is(place)),
    }
}

fn expected_type(kind: &TypeKind, view: Option<View<'_>>) -> String {
    // A format says more than the type of the text that has it.
    if let Some((words, _)) = view.and_then(|view| view.text("format")).and_then(described) {
        return format!("{words} in a string");
    }
    let names: Vec<String> = match kind {
        TypeKind::Single(name) => vec![type_words(&name.to_string()).to_owned()],
        TypeKind::Multiple(names) => names.iter().map(|name| type_words(&name.to_string()).to_owned()).collect(),
    };
    either(&names)
}

/// The finding for a value that is of another kind than its schema, in other words than the validator's.
pub fn other_kind(path: &Path, node: &Node, root: View<'_>, tree: &Node, subject: &Subject<'_>, must: &str) -> Finding {
    let view = root.at(&path.0, tree);
    let place = Place { path: path.clone(), node: Some(node), view, stated: view };
    finished("type", must, is(&place), &place, subject)
}

/// The finding with all that is the same for every keyword: value, place, default and help.
fn finished(keyword: &str, must: &str, is: Option<String>, place: &Place<'_>, subject: &Subject<'_>) -> Finding {
    let name = if place.path.0.is_empty() { "the file".to_owned() } else { shown::path(&place.path) };
    let mut message = format!("{name} must {must}");
    if let Some(is) = is {
        message.push_str(&format!(", and {is}"));
    }
    let mut finding = Finding::error(place.path.field(), place.path.clone(), message);
    finding.keyword = Some(keyword.to_owned());
    if let Some(node) = place.node {
        finding = finding.at(subject.sources.places(&node.origin), "set here");
    }
    let Some(view) = place.view else { return finding };
    let default = subject.environment.and_then(|environment| Some((environment, view.default_in(environment)?)));
    // The default of the environment itself is that it is this one, and a long one tells little when it is cut.
    if let Some((environment, default)) =
        default.filter(|(_, default)| !view.marked("x-environment") && shown::fits(default))
    {
        finding = finding.note(format!("default in {environment}: {}", shown::json(default)));
    }
    if view.text("format") == Some(Duration::FORMAT) && place.node.is_some_and(|node| node.as_table().is_some()) {
        finding = finding.note("as a table a duration is { secs = 30, nanos = 0 }, with nanos below 1000000000");
    }
    let wrong = |node| Wrong {
        path: &place.path,
        node,
        view,
        env_prefix: subject.env_prefix,
        nix: !subject.sources.nix.is_empty(),
        default: default.map(|(_, default)| default),
    };
    let correction = place.node.and_then(|node| wrong(node).correction());
    // A question is an answer by itself.
    let fact = match &correction {
        Some(way) if way.ends_with('?') => None,
        // Nor does who has the right value need examples.
        Some(_) => help_without(Some(view), place.stated, |bounds| bounds.starts_with("such as ")),
        None => help_without(Some(view), place.stated, |bounds| finding.message.contains(bounds)),
    };
    let ways: Vec<String> = [correction, fact].into_iter().flatten().collect();
    if ways.is_empty() { finding } else { finding.help(ways.join("; ")) }
}

/// What the field is, and its bounds.
fn help_of(view: View<'_>) -> Option<String> {
    help_without(Some(view), None, |_| false)
}

/// What the field is, and its bounds, unless they are said already.
fn help_without(
    view: Option<View<'_>>,
    stated: Option<View<'_>>,
    is_said: impl FnOnce(&str) -> bool,
) -> Option<String> {
    let either = || [view, stated].into_iter().flatten();
    let summary = either().find_map(View::summary);
    // The part that was not kept knows its bounds better than the rest.
    let bounds = stated.and_then(bounds).or_else(|| view.and_then(bounds)).filter(|bounds| !is_said(bounds));
    let parts: Vec<String> = [summary, bounds].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The values that it may have: `1 to 10000`.
pub fn bounds(view: View<'_>) -> Option<String> {
    let number = |keyword: &str| view.get(keyword).map(shown::json);
    let text = |keyword: &str| view.text(keyword).map(str::to_owned);
    // The bounds of an integer type alone are no decision of anybody.
    let to = number("maximum").filter(|limit| !["4294967295", "9223372036854775807"].contains(&limit.as_str()));
    let from = number("minimum").filter(|limit| to.is_some() || limit != "0");
    let exclusive = [
        number("exclusiveMinimum").map(|limit| format!("more than {limit}")),
        number("exclusiveMaximum").map(|limit| format!("less than {limit}")),
    ];
    let exclusive: Vec<String> = exclusive.into_iter().flatten().collect();
    let numbers = match (exclusive.as_slice(), range(from, to)) {
        ([], numbers) => numbers,
        (_, Some(numbers)) => Some(format!("{numbers} and {}", exclusive.join(" and "))),
        (_, None) => Some(exclusive.join(" and ")),
    };
    numbers
        .or_else(|| range(text("formatMinimum"), text("formatMaximum")))
        .or_else(|| {
            let least = number("minLength").filter(|least| least != "1" || view.get("maxLength").is_some());
            let lengths = range(least, number("maxLength"))?;
            Some(format!("{lengths} character{}", if lengths.ends_with(" 1") { "" } else { "s" }))
        })
        .or_else(|| {
            let examples = view.get("examples").and_then(Json::as_array)?;
            let examples: Vec<String> = examples.iter().filter_map(Json::as_str).map(str::to_owned).collect();
            (!examples.is_empty()).then(|| format!("such as {}", either(&examples)))
        })
        .or_else(|| view.text("format").and_then(described).map(|(_, example)| format!("such as {example}")))
}

fn range(from: Option<String>, to: Option<String>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("at least {from}")),
        (None, Some(to)) => Some(format!("at most {to}")),
        (None, None) => None,
    }
}

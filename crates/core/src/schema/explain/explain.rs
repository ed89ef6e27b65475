use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value as Json;

use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Severity};
use crate::environment::Environment;
use crate::schema::correction::Wrong;
use crate::schema::explain::unknown;
use crate::schema::explain::words::{breach, describe, either, help_of, help_without, is};
use crate::schema::format::Format;
use crate::schema::subschema::Subschema;
use crate::sensitive::display;
use crate::types::Duration;
use crate::value::{self, Node, Path, Sources, Span, Value, reference};

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
    /// Whether references were resolved, so that what still looks like one is none.
    pub resolved: bool,
}

/// One place of an error: the value there and what the schema says of it.
pub(crate) struct Place<'a> {
    pub(crate) path: Path,
    pub(crate) node: Option<&'a Node>,
    pub(crate) view: Option<Subschema<'a>>,
    /// The part of the schema that was not kept.
    pub(crate) stated: Option<Subschema<'a>>,
    /// How the value was written, when there is a secret in it now.
    pub(crate) written: Option<&'a str>,
    /// Whether it stands in a secret.
    pub(crate) inside: bool,
}

impl<'a> Place<'a> {
    fn of(error: &ValidationError<'_>, root: Subschema<'a>, tree: &'a Node, sources: &'a Sources) -> Self {
        let path = tree.path_of(error.instance_path().as_str());
        let pointer = error.schema_path().to_string();
        let stated = pointer.rsplit_once('/').and_then(|(part, _)| root.pointer(part));
        let written = sources.resolved.get(&path).map(String::as_str);
        let inside = root.hides(&path.0, tree);
        Place { inside, node: tree.get(&path.0), view: root.at(&path.0, tree).or(stated), stated, path, written }
    }

    pub(crate) fn is_secret(&self) -> bool {
        self.inside
            || self.written.is_some()
            || [self.view, self.stated].into_iter().flatten().any(Subschema::is_secret)
    }

    /// Whether nobody may see the value: it is a secret, or stands where a table or a list with secrets belongs.
    pub(crate) fn is_hidden(&self) -> bool {
        let hides = |node| [self.view, self.stated].into_iter().flatten().any(|view| view.hides_value(node));
        self.is_secret() || self.node.is_some_and(hides)
    }

    /// What the part that was not kept says, or else what is said of the value anywhere.
    pub(crate) fn get(&self, keyword: &str) -> Option<&'a Json> {
        [self.stated, self.view].into_iter().flatten().find_map(|view| view.get(keyword))
    }
}

/// The diagnostics of one error of the validator.
pub fn diagnostics(
    error: &ValidationError<'_>,
    root: Subschema<'_>,
    tree: &Node,
    subject: &Subject<'_>,
) -> Vec<Diagnostic> {
    let place = Place::of(error, root, tree, subject.sources);
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let keyword = error.kind().keyword();
            unexpected.iter().map(|key| unknown::unexpected(key, keyword, &place, root, subject)).collect()
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
            let meant = |node: &Node, view: Subschema<'_>| match node.as_table() {
                Some(table) => !table.is_empty() && (!view.is_table() || view.known_keys(node) > 0),
                None => view.get("enum").is_none() && view.get("const").is_none(),
            };
            let opaque = |node: &Node| is_opaque_text(node) && admits_text(&place);
            if !subject.resolved && place.node.is_some_and(opaque) {
                return Vec::new();
            }
            let chosen = place.node.and_then(|node| place.view?.chosen(node).filter(|(_, view)| meant(node, *view)));
            match chosen.and_then(|(index, _)| context.get(index)) {
                Some(errors) => errors.iter().flat_map(|error| diagnostics(error, root, tree, subject)).collect(),
                None => vec![no_alternative(&place, error.kind().keyword(), subject)],
            }
        }
        Kind::PropertyNames { error } => vec![wrong_name(error, &place, root, subject)],
        Kind::UniqueItems => vec![repeated(&place, subject)],
        _ if !subject.resolved && is_opaque(&place, error.kind()) => Vec::new(),
        _ => vec![broken_keyword(error.kind(), &place, subject)],
    }
}

/// Whether an alternative admits strings, of which a reference may become any.
fn admits_text(place: &Place<'_>) -> bool {
    place.view.is_some_and(|view| view.alternatives().any(|view| view.types().contains(&"string")))
}

fn is_opaque_text(node: &Node) -> bool {
    node.as_str().is_some_and(reference::is_unresolved)
}

/// Whether the diagnostic is about the form of a text that is not known before its references are resolved.
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

/// The diagnostic for a whole float where the schema wants an integer, without its place: the tree does not hold it.
pub fn whole_float(root: Subschema<'_>, path: &Path, value: i64, tree: &Node) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(path.field(), path.clone(), format!("{path} must be an integer, and is {value}.0"));
    diagnostic.keyword = Some("type".into());
    let help = root.at(&path.0, tree).and_then(help_of).map(|help| format!("; {help}")).unwrap_or_default();
    diagnostic.help(format!("write {value}{help}"))
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
    root: Subschema<'_>,
    tree: &Node,
    subject: &Subject<'_>,
) -> Diagnostic {
    let path = parent.path.key(key);
    let owner = if parent.path.0.is_empty() { "the file".to_owned() } else { parent.path.to_string() };
    let needs = needed_by.map_or(owner, |by| parent.path.key(by).to_string());
    let mut diagnostic =
        Diagnostic::error(path.field(), path.clone(), format!("{needs} needs {key}, which is missing"));
    diagnostic.keyword = Some(if needed_by.is_some() { "dependentRequired" } else { "required" }.into());
    let needing = needed_by.and_then(|by| parent.node?.as_table()?.get(by));
    // A missing key is nobody's line: the table that should hold it is shown, not a sibling.
    if let Some(node) = needing.or(parent.node.filter(|_| !parent.path.0.is_empty())) {
        diagnostic =
            diagnostic.at(subject.sources.locations(&node.origin), if needing.is_some() { "set here" } else { "here" });
    } else if let Some(source) = &subject.sources.text {
        let place = value::Location { source: source.clone(), span: Span::default(), position: (0, 0) };
        diagnostic = diagnostic.at([place], "");
    }
    let view = root.at(&path.0, tree);
    match view.and_then(help_of) {
        Some(help) => diagnostic.help(format!("add {key}: {help}")),
        None => diagnostic.help(format!("add {key}")),
    }
}

fn no_alternative(place: &Place<'_>, keyword: &str, subject: &Subject<'_>) -> Diagnostic {
    let alternatives: Vec<String> =
        place.view.into_iter().flat_map(Subschema::alternatives).flat_map(describe).collect();
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
    let diagnostic = finished(keyword, &must, is, place, subject);
    // A key like the one of an alternative says more than what the field is.
    let names = || {
        place
            .view
            .into_iter()
            .flat_map(Subschema::alternatives)
            .filter_map(Subschema::properties)
            .flat_map(|names| names.keys())
    };
    let keys = place.node.and_then(Node::as_table).into_iter().flat_map(|table| table.keys());
    let meant: Vec<String> = keys
        .filter_map(|key| nearest(key, names().map(String::as_str)))
        .map(|name| place.path.key(name).to_string())
        .collect();
    if !meant.is_empty() {
        return diagnostic.help(format!("did you mean {}?", either(&meant)));
    }
    // A word of an alternative that stands in a table of its own.
    let only =
        place.node.and_then(Node::as_table).filter(|table| table.len() == 1).and_then(|table| table.values().next());
    let word = only.and_then(Node::as_str).filter(|word| {
        let listed =
            place.view.into_iter().flat_map(Subschema::alternatives).filter_map(|view| view.get("enum")?.as_array());
        listed.flatten().any(|value| value == word)
    });
    match word {
        Some(word) => diagnostic.help(format!("write {} = \"{word}\"", place.path)),
        None => diagnostic,
    }
}

/// The diagnostic for a key whose name is not admitted.
fn wrong_name(
    error: &ValidationError<'_>,
    table: &Place<'_>,
    root: Subschema<'_>,
    subject: &Subject<'_>,
) -> Diagnostic {
    let name = error.instance().as_str().unwrap_or_default().to_owned();
    let pointer = error.schema_path().to_string();
    let stated = pointer.rsplit_once('/').and_then(|(part, _)| root.pointer(part));
    let node = Node::generated(Value::String(name.clone()));
    let place =
        Place { path: table.path.key(&name), node: Some(&node), view: stated, stated, written: None, inside: false };
    let (must, _) = breach(error.kind(), &place);
    let mut diagnostic = Diagnostic::error(
        place.path.field(),
        place.path.clone(),
        format!("the key of {} must {must}", display::path(&place.path)),
    );
    diagnostic.keyword = Some("propertyNames".to_owned());
    if let Some(value) = table.node.and_then(|node| node.as_table()?.get(&name)) {
        diagnostic = diagnostic.at(subject.sources.locations(&value.origin), "");
    }
    let words = place.get("enum").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    match nearest(&name, words) {
        Some(word) => diagnostic.help(format!("did you mean {word}?")),
        None => diagnostic.help("give it another name, or remove it"),
    }
}

/// The diagnostic for a list that holds the same twice.
fn repeated(place: &Place<'_>, subject: &Subject<'_>) -> Diagnostic {
    let elements = match place.node.map(|node| &node.value) {
        Some(Value::List(elements)) => elements.as_slice(),
        _ => &[],
    };
    let pair = elements.iter().enumerate().find_map(|(second, element)| {
        let first = elements[..second].iter().position(|earlier| earlier == element)?;
        Some((first, second))
    });
    let mut diagnostic = finished("uniqueItems", "not hold an element twice", None, place, subject);
    if let Some((first, second)) = pair {
        let path = |index| place.path.index(index);
        diagnostic.message.push_str(&format!(", and {} is {} again", path(second), path(first)));
        diagnostic.labels.clear();
        diagnostic = diagnostic
            .at(subject.sources.locations(&elements[second].origin), "again here")
            .at(subject.sources.locations(&elements[first].origin), "first here");
        return diagnostic.help("leave one of both out");
    }
    diagnostic
}

fn broken_keyword(kind: &Kind, place: &Place<'_>, subject: &Subject<'_>) -> Diagnostic {
    let (must, is) = breach(kind, place);
    let keyword = match kind {
        Kind::Custom { message, .. } => message.as_str(),
        kind => kind.keyword(),
    };
    let diagnostic = finished(keyword, &must, is, place, subject);
    if matches!(kind, Kind::FalseSchema) { diagnostic.help("remove it") } else { diagnostic }
}

/// The diagnostic for a value that is of another kind than its schema, in other words than the validator's.
pub fn other_kind(
    path: &Path,
    node: &Node,
    root: Subschema<'_>,
    tree: &Node,
    subject: &Subject<'_>,
    must: &str,
) -> Diagnostic {
    let view = root.at(&path.0, tree);
    let written = subject.sources.resolved.get(path).map(String::as_str);
    let place =
        Place { path: path.clone(), node: Some(node), view, stated: view, written, inside: root.hides(&path.0, tree) };
    finished("type", must, is(&place), &place, subject)
}

/// The diagnostic with all that is the same for every keyword: value, place, default and help.
fn finished(keyword: &str, must: &str, is: Option<String>, place: &Place<'_>, subject: &Subject<'_>) -> Diagnostic {
    let name = if place.path.0.is_empty() { "the file".to_owned() } else { display::path(&place.path) };
    let mut message = format!("{name} must {must}");
    if let Some(is) = is {
        message.push_str(&format!(", and {is}"));
    }
    let mut diagnostic = Diagnostic::error(place.path.field(), place.path.clone(), message);
    diagnostic.keyword = Some(keyword.to_owned());
    if let Some(node) = place.node {
        diagnostic = diagnostic.at(subject.sources.locations(&node.origin), "set here");
    }
    let Some(view) = place.view else { return diagnostic };
    let default = subject.environment.and_then(|environment| Some((environment, view.default_in(environment)?)));
    // The default of the environment itself is that it is this one, and a long one tells little when it is cut.
    if let Some((environment, default)) =
        default.filter(|(_, default)| !view.marked("x-environment") && display::fits(default))
    {
        diagnostic = diagnostic.note(format!("default in {environment}: {}", display::json(default)));
    }
    if view.text("format") == Some(Duration::FORMAT) && place.node.is_some_and(|node| node.as_table().is_some()) {
        diagnostic = diagnostic.note("as a table a duration is { secs = 30, nanos = 0 }, with nanos below 1000000000");
    }
    let wrong = |node| Wrong {
        path: &place.path,
        node,
        view,
        env_prefix: subject.env_prefix,
        nix: !subject.sources.nix.is_empty(),
        default: default.map(|(_, default)| default),
    };
    // Nothing is made of a secret.
    let correction = place.node.filter(|_| place.written.is_none()).and_then(|node| wrong(node).correction());
    // A question is an answer by itself.
    let fact = match &correction {
        Some(way) if way.ends_with('?') => None,
        // Nor does who has the right value need examples.
        Some(_) => help_without(Some(view), place.stated, |bounds| bounds.starts_with("such as ")),
        None => help_without(Some(view), place.stated, |bounds| diagnostic.message.contains(bounds)),
    };
    let ways: Vec<String> = [correction, fact].into_iter().flatten().collect();
    if ways.is_empty() { diagnostic } else { diagnostic.help(ways.join("; ")) }
}

//! The layer of environment variables: every leaf of the schema has one, and the schema says what its text is.

use std::ffi::OsStr;

use confgate_core::diagnostics::{Diagnostic, Severity, suggest};
use confgate_core::gate::Gate;
use confgate_core::schema::Subschema;
use confgate_core::schema::fields::at;
use confgate_core::toml;
use confgate_core::value::{Location, Node, Origin, Path, Segment, Source, Span, Table, Value};
use serde_json::Value as Json;

use crate::load::variable_names::{Meaning, Names};
use crate::system::SystemContext;

/// The rule of variables that set nothing.
pub const UNKNOWN_VARIABLE: &str = "environment/unknown-variable";

/// What the variables of a machine say.
#[derive(Debug)]
pub struct Variables {
    /// Their values, as a tree.
    pub tree: Node,
    /// The variables that the origins in the tree name, in their order.
    pub sources: Vec<Source>,
    /// Names that mean nothing, values that are no text.
    pub found: Vec<Diagnostic>,
    /// How many fields they set.
    pub set: usize,
}

/// Reads the variables of `host`. The origins in the tree count sources from `first`.
pub fn read(gate: &Gate, names: &Names, host: &SystemContext, first: usize) -> Variables {
    let tree = Node::generated(Value::Table(Table::default()));
    let mut layer = Variables { tree, sources: Vec::new(), found: Vec::new(), set: 0 };
    let start = names.start();
    for (name, value) in host.with_prefix(&start) {
        match names.meaning(name) {
            Meaning::Field(path) => layer.field(gate, names, host, path, (name, value), first),
            Meaning::Unknown => layer.found.push(unknown(name, names)),
            Meaning::FoundSecret | Meaning::Secret(_) => {}
        }
    }
    layer
}

impl Variables {
    fn field(
        &mut self,
        gate: &Gate,
        names: &Names,
        host: &SystemContext,
        path: &Path,
        (name, value): (&str, &OsStr),
        first: usize,
    ) {
        let Some(text) = value.to_str() else {
            let message = format!("{name} is not UTF-8");
            let help = format!("set {name} to a text, or unset it");
            self.found.push(Diagnostic::error(path.field(), path.clone(), message).at([place(name)], "").help(help));
            return;
        };
        if let Some(whole) = names.whole(name).filter(|whole| host.get(whole).is_some()) {
            if host.get(whole) != Some(value) {
                let message = format!("{name} and {whole} set {path} to different values, and {whole} counts");
                let diagnostic = Diagnostic::new(Severity::Warning, "environment/two-variables", path.clone(), message);
                self.found.push(diagnostic.at([place(name)], "").help(format!("unset {name}")));
            }
            return;
        }
        let Some(view) = at(gate.view(), path) else { return };
        let source = u16::try_from(first + self.sources.len()).unwrap_or(u16::MAX);
        self.sources.push(Source::new(name, ""));
        let mut node = typed(view, text);
        stamp(&mut node, &Origin::Layer { source, key: Span::default(), value: Span::default() });
        insert(&mut self.tree, path, node);
        self.set += 1;
    }
}

fn place(name: &str) -> Location {
    Location { source: Source::new(name, ""), span: Span::default(), position: (0, 0) }
}

fn unknown(name: &str, names: &Names) -> Diagnostic {
    let message = format!("{name} sets nothing: no field has this variable");
    let diagnostic = Diagnostic::new(Severity::Warning, UNKNOWN_VARIABLE, Path::root(), message).at([place(name)], "");
    let all: Vec<String> = names.all().collect();
    match suggest::nearest(name, all.iter().map(String::as_str)) {
        Some(nearest) => diagnostic.help(format!("did you mean {nearest}?")),
        None => diagnostic.help("unset it, or see the reference for the variables of every field"),
    }
}

/// Says of a value and all that is in it where it was written.
pub fn stamp(node: &mut Node, origin: &Origin) {
    node.origin = origin.clone();
    match &mut node.value {
        Value::List(elements) => elements.iter_mut().for_each(|element| stamp(element, origin)),
        Value::Table(table) => table.values_mut().for_each(|child| stamp(child, origin)),
        _ => {}
    }
}

/// Puts a value at `path`, with the tables around it.
pub fn insert(tree: &mut Node, path: &Path, node: Node) {
    let Some((last, parents)) = path.0.split_last() else { return };
    let mut table = tree;
    for step in parents {
        let Some(entries) = made_table(table) else { return };
        let place = match entries.get_index_of(key(step)) {
            Some(place) => place,
            None => entries.insert_full(key(step).to_owned(), Node::generated(Value::Table(Table::default()))).0,
        };
        table = &mut entries[place];
    }
    if let Some(entries) = made_table(table) {
        entries.insert(key(last).to_owned(), node);
    }
}

fn key(step: &Segment) -> &str {
    match step {
        Segment::Key(key) => key,
        Segment::Index(_) => "",
    }
}

/// The entries of a table; what is none becomes one.
fn made_table(node: &mut Node) -> Option<&mut Table> {
    if node.as_table().is_none() {
        node.value = Value::Table(Table::default());
    }
    node.as_table_mut()
}

/// The value that a text stands for in a field. What is not of the field's type stays a text, for the gate to refuse.
///
/// A string is the text as it is. A list is written with commas or as in TOML; a table, or a list of tables, as in TOML. An
/// empty text says of a field that may be absent that it is, and of a list that it is empty.
pub fn typed(view: Subschema<'_>, text: &str) -> Node {
    let kinds = Kinds::of(view);
    if text.is_empty() && view.is_optional() {
        return Node::generated(Value::Null);
    }
    let trimmed = text.trim();
    let value = match () {
        () if kinds.list && (text.is_empty() || !kinds.string) => list(view, trimmed),
        () if kinds.table && trimmed.starts_with('{') => in_toml(trimmed).map(|node| node.value),
        () => None,
    };
    let value = value.or_else(|| kinds.boolean.then(|| boolean(trimmed))?);
    let value = value.or_else(|| kinds.integer.then(|| trimmed.parse().ok().map(Value::Integer))?);
    let value = value.or_else(|| kinds.float.then(|| trimmed.parse().ok().map(Value::Float))?);
    Node::generated(value.unwrap_or_else(|| Value::String(text.to_owned())))
}

/// The kinds of values that a field may have.
#[derive(Default)]
struct Kinds {
    boolean: bool,
    integer: bool,
    float: bool,
    string: bool,
    list: bool,
    table: bool,
}

impl Kinds {
    fn of(view: Subschema<'_>) -> Self {
        let mut kinds = Self::default();
        for view in std::iter::once(view).chain(view.alternatives()).chain(view.parts()) {
            kinds.boolean |= view.names_type("boolean");
            kinds.integer |= view.names_type("integer");
            kinds.float |= view.names_type("number");
            kinds.string |= view.names_type("string");
            kinds.list |= view.names_type("array");
            kinds.table |= view.names_type("object") || view.is_table();
            // Values that are listed have kinds of their own.
            let listed = view.get("enum").and_then(Json::as_array).into_iter().flatten();
            for value in listed.chain(view.get("const")) {
                kinds.boolean |= value.is_boolean();
                kinds.integer |= value.is_i64();
                kinds.float |= value.is_f64();
                kinds.string |= value.is_string();
            }
        }
        kinds
    }
}

/// What people write for true and false in variables.
pub fn boolean(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(Value::Bool(true)),
        "false" | "0" | "no" | "off" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn list(view: Subschema<'_>, text: &str) -> Option<Value> {
    // An IPv6 address with a port begins like a list of TOML and is none.
    if text.starts_with('[')
        && let Some(node) = in_toml(text)
    {
        return Some(node.value);
    }
    let missing = Node::generated(Value::List(Vec::new()));
    let element = |index| {
        let own = view.element(index, &missing);
        own.or_else(|| view.alternatives().find_map(|view| view.element(index, &missing)))
    };
    let texts = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    let elements = texts.enumerate().map(|(index, text)| match element(index) {
        Some(view) => typed(view, text),
        None => Node::generated(Value::String(text.to_owned())),
    });
    Some(Value::List(elements.collect()))
}

/// A value as it stands behind `key =` in TOML, if the text is one.
fn in_toml(text: &str) -> Option<Node> {
    let source = Source::new("", format!("value = {text}\n"));
    let (mut tree, errors) = toml::read(&source);
    let table = tree.as_table_mut().filter(|table| errors.is_empty() && table.len() == 1)?;
    table.shift_remove("value")
}

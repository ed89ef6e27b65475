//! The walk over the fields of a schema: each is tried with values at its bounds, and left out.

use crate::diagnostics::{Diagnostic, Severity};
use crate::environment::Environment;
use crate::gate::ConfigSpec;
use crate::gate::fill::fill_defaults;
use crate::gate::normalize::read_other_forms;
use crate::schema::{ExplainContext, Subschema, keywords};
use crate::sensitive::display;
use crate::testing::candidates::values;
use crate::testing::disagreement::{Disagreement, Kind};
use crate::testing::probe::Names;
use crate::toml;
use crate::value::{Node, Path, Segment, Sources, Table, Value};

/// The largest number of configs that are tried.
const MAX_TRIALS: usize = 200_000;

/// The deepest field.
const MAX_DEPTH: usize = 16;

/// A value that serde does not read.
pub(super) struct Unread {
    pub path: Path,
    pub message: String,
}

/// The config type, by what serde does with a tree.
pub(super) struct ConfigType<'t> {
    /// Reads a tree, and writes what was read.
    pub read: &'t dyn Fn(&Node) -> Result<Node, Unread>,
    /// Returns the names that serde reads in a tree.
    pub names: &'t dyn Fn(&Node) -> Vec<Names>,
}

/// Comparison of a schema with a config type.
pub(super) struct Walk<'t> {
    spec: &'t ConfigSpec,
    config_type: ConfigType<'t>,
    environment: Environment,
    trials: usize,
    /// The subschemas around the current field, because a schema may contain itself.
    open: Vec<String>,
    pub found: Vec<Disagreement>,
}

/// The result of trying a config.
enum Trial {
    /// The schema rejects it.
    Invalid,
    /// The schema admits it, and serde does not read it.
    Unread,
    /// Both admit it; serde writes this tree.
    Read(Node),
}

impl<'t> Walk<'t> {
    pub(super) fn new(spec: &'t ConfigSpec, config_type: ConfigType<'t>) -> Self {
        let environment = Environment::Development;
        Self { spec, config_type, environment, trials: 0, open: Vec::new(), found: Vec::new() }
    }

    /// Compares the defaults of the model in an environment with the schema.
    pub(super) fn defaults(&mut self, environment: Environment, defaults: &Node) {
        self.environment = environment;
        let before = self.found.len();
        for error in self.errors(defaults) {
            let message = format!("the schema rejects the default in {environment}: {}", error.message);
            self.report(&error.path, Kind::DefaultRejected, message);
        }
        if let Err(unread) = (self.config_type.read)(defaults) {
            let name = name_of(&unread.path);
            let message = format!("serde does not read the default of {name} that it writes: {}", unread.message);
            self.report(&unread.path, Kind::NotReadAgain, message);
        }
        if self.found.len() > before {
            return;
        }
        let filled = self.spec.defaults(environment);
        for error in self.errors(&filled) {
            let message = format!("a config without values is not valid in {environment}: {}", error.message);
            self.report(&error.path, Kind::DefaultLost, message);
        }
        let Ok(read) = (self.config_type.read)(&filled) else { return };
        let change = crate::value::diff::changes(defaults, &read);
        if let Some(change) = change.first() {
            let shown = |node: Option<&Node>| node.map_or_else(|| "absent".to_owned(), toml::inline);
            let name = name_of(&change.path);
            let message = format!(
                "the default of {name} in {environment} is {}, and a config without values has {}",
                shown(change.old),
                shown(change.new)
            );
            self.report(&change.path, Kind::DefaultLost, message);
        }
    }

    /// Tries every field, if the defaults are valid.
    pub(super) fn fields(&mut self) {
        self.environment = Environment::Development;
        let base = self.spec.defaults(self.environment);
        if matches!(self.trial(&base, &Path::root()), Trial::Read(_)) {
            self.inner(&base, &Path::root(), self.spec.view());
        }
    }

    /// Tries one field with every candidate, without a value, and with every form of the values in it.
    fn field(&mut self, base: &Node, path: &Path, view: Subschema<'_>) {
        let is_left_out =
            view.marked(keywords::RETIRED) || view.marked(keywords::PROFILES) || view.marked(keywords::VERSION);
        let is_too_deep = path.0.len() > MAX_DEPTH || self.trials > MAX_TRIALS;
        if is_left_out || is_too_deep || self.open.iter().filter(|open| *open == view.place()).count() > 1 {
            return;
        }
        self.open.push(view.place().to_owned());
        let (mut lost, mut kept) = (None, false);
        for value in values(view) {
            let node = Node::generated(value);
            let tree = with(base, path, node.clone());
            let Trial::Read(read) = self.trial(&tree, path) else { continue };
            match read.get(&path.0).filter(|read| !read.is_null()) {
                None => lost = lost.or(Some(node)),
                Some(read) => {
                    kept = true;
                    self.compare_numbers(path, &node, read);
                }
            }
        }
        if let Some(lost) = lost.filter(|_| !kept) {
            let name = name_of(path);
            let message =
                format!("the schema describes {name}, and serde does not read it: {} is lost", toml::inline(&lost));
            self.report(path, Kind::TypeIgnores, message);
        }
        self.without(base, path);
        self.absent(base, path, view);
        self.inner(base, path, view);
        self.open.pop();
    }

    /// Tries the fields, elements and entries of a value.
    fn inner(&mut self, base: &Node, path: &Path, view: Subschema<'_>) {
        for (instance, children) in instances(view, base.get(&path.0)) {
            let tree = with(base, path, instance);
            if !matches!(self.trial(&tree, path), Trial::Read(_)) {
                continue;
            }
            self.compare_names(&tree, path);
            for (step, child) in children {
                let mut path = path.clone();
                path.0.push(step);
                self.field(&tree, &path, child);
            }
        }
    }

    /// Leaves a field out: the schema and serde agree whether it is required.
    fn without(&mut self, base: &Node, path: &Path) {
        if !matches!(path.0.last(), Some(Segment::Key(_))) {
            return;
        }
        let mut tree = base.clone();
        // A field that is absent from the base was left out already.
        if tree.remove(&path.0).is_none() {
            return;
        }
        // The defaults of the schema would hide what serde requires.
        let unfilled = (self.config_type.read)(&tree);
        self.normalize(&mut tree);
        let errors = self.errors(&tree);
        let name = name_of(path);
        let is_missing = |error: &Diagnostic| error.path == *path && error.keyword.as_deref() == Some("required");
        if errors.is_empty() {
            if let Err(unread) = (self.config_type.read)(&tree) {
                let message =
                    format!("the schema admits that {name} is absent, and serde requires it: {}", unread.message);
                self.report(path, Kind::TypeRequires, message);
            }
        } else if errors.iter().any(is_missing) && unfilled.is_ok() {
            let message = format!("the schema requires {name}, and serde has a default for it");
            self.report(path, Kind::SchemaRequires, message);
        }
    }

    /// Makes an optional field with a default absent: serde writes null, or the default comes back when a saved config is read.
    fn absent(&mut self, base: &Node, path: &Path, view: Subschema<'_>) {
        if !view.is_optional() || !view.has_default() {
            return;
        }
        let tree = with(base, path, Node::generated(Value::Null));
        if let Trial::Read(written) = self.trial(&tree, path)
            && written.get(&path.0).is_none()
        {
            let name = name_of(path);
            let message = format!("serde does not write that {name} is absent, and its default would come back");
            self.report(path, Kind::AbsenceLost, message);
        }
    }

    /// Tries a config: reports it if the schema admits it and serde does not, or writes what the schema rejects.
    fn trial(&mut self, tree: &Node, path: &Path) -> Trial {
        self.trials += 1;
        let mut tree = tree.clone();
        self.normalize(&mut tree);
        if !self.errors(&tree).is_empty() {
            return Trial::Invalid;
        }
        match (self.config_type.read)(&tree) {
            Err(unread) => {
                // Serde does not know the path of a value in a flattened field.
                let path = if unread.path.0.starts_with(&path.0) { &unread.path } else { path };
                let value =
                    tree.get(&path.0).map_or_else(|| "absent".to_owned(), |node| display::short(&toml::inline(node)));
                let name = name_of(path);
                let message = format!("the schema admits {name} = {value}, and serde rejects it: {}", unread.message);
                self.report(path, Kind::TypeRejects, message);
                Trial::Unread
            }
            Ok(written) => {
                let mut again = written.clone();
                self.normalize(&mut again);
                let changed = again
                    .get(&path.0)
                    .is_some_and(|node| matches!(node.value, Value::Float(float) if !float.is_finite()));
                // A number that became infinite is reported with its value.
                if let Some(error) = self.errors(&again).into_iter().next().filter(|_| !changed) {
                    let message = format!("serde writes what the schema rejects: {}", error.message);
                    self.report(&error.path, Kind::SchemaRejects, message);
                }
                Trial::Read(written)
            }
        }
    }

    /// Reports a number that serde changed by more than a float rounds.
    fn compare_numbers(&mut self, path: &Path, wanted: &Node, read: &Node) {
        let number = |node: &Node| match node.value {
            Value::Integer(integer) => Some(integer as f64),
            Value::Float(float) => Some(float),
            _ => None,
        };
        let (Some(one), Some(other)) = (number(wanted), number(read)) else { return };
        let is_near = (one - other).abs() <= one.abs() * f64::from(f32::EPSILON);
        let is_same_integer = match (&wanted.value, &read.value) {
            (Value::Integer(one), Value::Integer(other)) => one == other,
            _ => true,
        };
        if !is_near || !is_same_integer {
            let name = name_of(path);
            let shown = |node: &Node| match node.value {
                // TOML has no exponent in its canonical form, and 300 zeros say less.
                Value::Float(float) if float.abs() >= 1e16 => format!("{float:e}"),
                _ => toml::inline(node),
            };
            let message = format!("the schema admits {name} = {}, and serde reads {}", shown(wanted), shown(read));
            self.report(path, Kind::TypeChanges, message);
        }
    }

    /// Reports names that serde reads at a path and the schema does not have.
    fn compare_names(&mut self, tree: &Node, around: &Path) {
        for Names { path, fields, variants } in (self.config_type.names)(tree) {
            if !path.0.starts_with(&around.0) {
                continue;
            }
            let Some(view) = self.spec.view().at(&path.0, tree) else { continue };
            for name in fields.iter().filter(|name| !describes_key(view, name)) {
                let path = path.key(name);
                let message = format!(
                    "serde reads {} (an alias, or a field that the schema leaves out), and the schema does not have it",
                    name_of(&path)
                );
                self.report(&path, Kind::Alias, message);
            }
            let listed = variants.iter().any(|name| describes_variant(view, name));
            for name in variants.iter().filter(|name| listed && !describes_variant(view, name)) {
                let message = format!(
                    "serde reads {} = \"{name}\" (an alias, or a variant that the schema leaves out), and the schema does not have it",
                    name_of(&path)
                );
                self.report(&path, Kind::Alias, message);
            }
        }
    }

    fn normalize(&self, tree: &mut Node) {
        read_other_forms(self.spec.view(), tree);
        fill_defaults(self.spec.view(), tree, self.environment);
    }

    fn errors(&self, tree: &Node) -> Vec<Diagnostic> {
        let context = ExplainContext {
            sources: &Sources::default(),
            environment: None,
            unknown_keys: Severity::Error,
            env_prefix: None,
            resolved: true,
        };
        let mut found = self.spec.schema.diagnostics(tree, &context);
        found.retain(|diagnostic| diagnostic.severity == Severity::Error);
        found
    }

    /// Adds a disagreement, once for each field and kind.
    fn report(&mut self, path: &Path, kind: Kind, message: String) {
        if self.found.iter().any(|known| known.path == *path && known.kind == kind && kind != Kind::Alias)
            || self.found.iter().any(|known| known.message == message)
        {
            return;
        }
        self.found.push(Disagreement { path: path.clone(), kind, message, help: kind.help() });
    }
}

fn name_of(path: &Path) -> String {
    if path.0.is_empty() { "the config".to_owned() } else { path.to_string() }
}

/// Returns the tree with a value at a path whose table or list exists.
fn with(base: &Node, path: &Path, value: Node) -> Node {
    let mut tree = base.clone();
    let Some((last, parent)) = path.0.split_last() else { return value };
    match (last, tree.get_mut(parent).map(|node| &mut node.value)) {
        (Segment::Key(key), Some(Value::Table(table))) => {
            table.insert(key.clone(), value);
        }
        (Segment::Index(index), Some(Value::List(elements))) => match elements.get_mut(*index) {
            Some(element) => *element = value,
            None => elements.push(value),
        },
        _ => {}
    }
    tree
}

/// Subschemas of the values in a table or list, each with the step to it.
type Children<'s> = Vec<(Segment, Subschema<'s>)>;

/// Returns the forms of a value that has others in it: each with the subschemas of those. `current` is the value in the base.
fn instances<'s>(view: Subschema<'s>, current: Option<&Node>) -> Vec<(Node, Children<'s>)> {
    let mut found = Vec::new();
    let fields = fields_of(view);
    let current_table = current.and_then(Node::as_table);
    if !fields.is_empty() {
        let tables = || values(view).into_iter().find(|value| matches!(value, Value::Table(_)));
        let instance = current_table.map(|table| Value::Table(table.clone())).or_else(tables);
        let children = fields.iter().map(|(name, field)| (Segment::Key((*name).into()), *field)).collect();
        found.extend(instance.map(|instance| (Node::generated(instance), children)));
    }
    if let Some(others) = view.others() {
        // An entry of a map: one that is there, else the one of a candidate.
        let of = |table: &Table| table.keys().find(|key| !fields.iter().any(|(name, _)| **key == ***name)).cloned();
        let candidates = || values(view).into_iter().map(Node::generated);
        let own = current.cloned().into_iter().chain(candidates());
        let entry = own.into_iter().find_map(|node| Some((of(node.as_table()?)?, node)));
        found.extend(entry.map(|(key, node)| (node, vec![(Segment::Key(key), others)])));
    }
    if view.names_type("array") {
        let lists = current.cloned().into_iter().chain(values(view).into_iter().map(Node::generated));
        let filled =
            lists.into_iter().find(|node| matches!(&node.value, Value::List(elements) if !elements.is_empty()));
        if let Some(list) = filled {
            let children =
                view.elements().enumerate().map(|(index, element)| (Segment::Index(index), element)).collect();
            found.push((list, children));
        }
    }
    for alternative in view.alternatives().chain(view.parts().filter(|part| part.alternatives().next().is_some())) {
        // The keys of the other alternatives go: those that no field of the table itself has.
        let own = current_table.filter(|_| view.is_table()).into_iter().flatten();
        let kept = own.filter(|(key, _)| fields.iter().any(|(name, _)| **key == ***name));
        let kept: Table = kept.map(|(key, node)| (key.clone(), node.clone())).collect();
        for (mut instance, children) in instances(alternative, None) {
            if let Some(table) = instance.as_table_mut() {
                for (key, node) in kept.clone() {
                    table.get_or_insert_with(key, || node);
                }
            }
            found.push((instance, children));
        }
    }
    found
}

/// Returns the fields of a table and of its parts.
fn fields_of<'s>(view: Subschema<'s>) -> Vec<(&'s String, Subschema<'s>)> {
    view.fields().chain(view.parts().flat_map(fields_of)).collect()
}

fn describes_key(view: Subschema<'_>, name: &str) -> bool {
    view.field(name).is_some() || view.parts().chain(view.alternatives()).any(|inner| describes_key(inner, name))
}

/// Returns whether a subschema has a variant of an enum: as a listed text, or as the only key of a table.
fn describes_variant(view: Subschema<'_>, name: &str) -> bool {
    let is_listed =
        view.get("enum").and_then(serde_json::Value::as_array).is_some_and(|names| names.iter().any(|it| it == name));
    is_listed
        || view.get("const").is_some_and(|constant| constant == name)
        || view.field(name).is_some()
        || view.alternatives().chain(view.parts()).any(|inner| describes_variant(inner, name))
}

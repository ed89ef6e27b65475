//! A config to start from: every field with its default and its description.

use std::fmt::Write;

use confgate_core::edit;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::gate::fill::{default_of, requires};
use confgate_core::render::wrap;
use confgate_core::schema::{Subschema, bounds, keywords};
use confgate_core::sensitive::display;
use confgate_core::value::{Node, Path, Segment, Table, Value};
use confgate_core::{profile, toml};

/// Longest line of a comment, in characters.
const LINE: usize = 100;

/// Depth to which tables that are commented out are written: a section may contain itself.
const MAX_DEPTH: usize = 8;

/// The text of a config to start from, and its values.
pub(crate) struct CommentedConfig {
    pub text: String,
    /// The values that are read from the text.
    #[cfg_attr(not(feature = "live"), expect(dead_code, reason = "compared by a command that writes a project"))]
    pub tree: Node,
}

/// Returns a config with every field, its default and its description, which names its schema. A section that the defaults do not
/// hold is commented out, unless it is required.
pub(crate) fn commented(gate: &Gate, defaults: &Node, environment: Environment, schema: &str) -> CommentedConfig {
    let empty = Node::generated(Value::Table(Table::default()));
    let mut page = Page { text: format!("#:schema {schema}\n"), tree: empty, defaults, environment };
    let view = gate.view();
    page.comment(view.text("description").unwrap_or_default());
    if gate.has_type() {
        let file = schema.trim_start_matches("./");
        page.comment(&format!("`confgate schema > {file}` writes the schema that editors check this file by."));
    }
    page.table(view, &Path::root(), true);
    if let Some(path) = gate.profiles_path() {
        page.profiles(path, view.at(&path.0, defaults).and_then(|view| view.text("description")));
    }
    CommentedConfig { text: page.text, tree: page.tree }
}

/// Commented config, written table by table.
struct Page<'d> {
    text: String,
    tree: Node,
    defaults: &'d Node,
    environment: Environment,
}

impl<'d> Page<'d> {
    /// Writes the fields of a table, then the tables in it. Those of a table that is not live are commented out.
    fn table(&mut self, view: Subschema<'_>, path: &Path, is_live: bool) {
        let defaults = self.defaults;
        let empty = Node::generated(Value::Table(Table::default()));
        let node = defaults.get(&path.0).unwrap_or(&empty);
        let value_of = |name: &str| -> Option<&'d Node> {
            defaults.get(&path.0)?.as_table()?.get(name).filter(|node| !node.is_null())
        };
        let names = || view.properties().into_iter().flat_map(|names| names.keys());
        // A field with a form of a table may have another value.
        let is_section = |name: &str, view: &Subschema<'_>| {
            view.is_table() && value_of(name).is_none_or(|value| value.as_table().is_some())
        };
        let (tables, fields): (Vec<_>, Vec<_>) = names()
            .filter_map(|name| Some((name, view.property(name, node)?)))
            .partition(|(name, view)| is_section(name, view));
        // Profiles are arrays of tables, which TOML requires after the fields.
        let is_written = |view: &Subschema<'_>| !view.marked("deprecated") && !view.marked(profile::MARK);
        for (name, view) in fields.into_iter().filter(|(_, view)| is_written(view)) {
            self.text.push('\n');
            self.comment(view.text("description").unwrap_or_default());
            self.facts(view);
            match value_of(name).filter(|_| is_live).and_then(assignment(name)) {
                Some(lines) => {
                    self.text.push_str(&lines);
                    self.set(&path.key(name), value_of(name));
                }
                None => {
                    let default = if is_live { None } else { default_of(view, self.environment) };
                    let line = default.as_ref().and_then(inline).map_or(String::new(), |value| format!(" {value}"));
                    let _ = writeln!(self.text, "# {} ={line}", edit::key(name));
                }
            }
        }
        // Values that the defaults of the table hold, and the schema does not name.
        let is_named = |key: &str| names().any(|name| name == key);
        let others = defaults.get(&path.0).and_then(Node::as_table).into_iter().flat_map(|table| table.iter());
        for (key, value) in others.filter(|(key, value)| is_live && !is_named(key) && !value.is_null()) {
            if let Some(lines) = assignment(key)(value) {
                let _ = write!(self.text, "\n{lines}");
                self.set(&path.key(key), Some(value));
            }
        }
        for (name, section) in tables {
            let is_live = is_live && (value_of(name).is_some() || requires(view, name));
            let path = path.key(name);
            if !is_live && path.0.len() > MAX_DEPTH {
                continue;
            }
            self.text.push('\n');
            self.comment(section.text("description").unwrap_or_default());
            if is_live {
                let _ = writeln!(self.text, "[{path}]");
                self.set(&path, Some(&empty));
            } else {
                let _ = writeln!(self.text, "# [{path}]");
            }
            self.table(section, &path, is_live);
        }
    }

    /// Puts a value that was written into the tree.
    fn set(&mut self, path: &Path, value: Option<&Node>) {
        let Some(((Segment::Key(key), parent), value)) = path.0.split_last().zip(value) else { return };
        if let Some(table) = self.tree.get_mut(parent).and_then(Node::as_table_mut) {
            table.insert(key.clone(), value.clone());
        }
    }

    /// Writes an example of a profile, commented out.
    fn profiles(&mut self, path: &Path, description: Option<&str>) {
        self.text.push('\n');
        self.comment(description.unwrap_or_default());
        let _ = writeln!(self.text, "# [[{path}]]");
        for line in profile::EXAMPLE.lines() {
            let _ = writeln!(self.text, "# {line}");
        }
    }

    fn comment(&mut self, text: &str) {
        for paragraph in text.lines() {
            for line in wrap(paragraph, LINE - 2) {
                let _ = writeln!(self.text, "{}", format!("# {line}").trim_end());
            }
        }
    }

    /// Writes the permitted values and properties of a field on one line.
    fn facts(&mut self, view: Subschema<'_>) {
        let options = view
            .get("enum")
            .and_then(serde_json::Value::as_array)
            .map(|options| options.iter().map(display::json).collect::<Vec<_>>().join(", "));
        let unit = view.text(keywords::UNIT).map(|unit| format!("in {unit}"));
        let restart = (view.text(keywords::RELOAD) == Some(keywords::RELOAD_RESTART))
            .then(|| "a change needs a restart".to_owned());
        let secret = view.is_secret().then(|| "secret: write ${SECRET_NAME}".to_owned());
        let optional = view.is_optional().then(|| "optional".to_owned());
        let facts: Vec<String> =
            [options, bounds(view).map(|bounds| bounds.to_string()), unit, optional, secret, restart]
                .into_iter()
                .flatten()
                .collect();
        if !facts.is_empty() {
            self.comment(&format!("({})", facts.join("; ")));
        }
    }
}

/// Returns the lines that set a field to a value; `None` if TOML cannot represent it. A table is written inline: a header would end
/// the table around it.
fn assignment(name: &str) -> impl Fn(&Node) -> Option<String> {
    move |value| {
        let single = Node::generated(Value::Table(Table::from_iter([(name.to_owned(), value.clone())])));
        let lines = toml::write(&single).ok()?;
        if holds_table(value) {
            inline(value).map(|value| format!("{} = {value}\n", edit::key(name)))
        } else {
            Some(lines)
        }
    }
}

/// Returns a value on one line; `None` if TOML cannot represent it.
fn inline(value: &Node) -> Option<String> {
    let single = Node::generated(Value::Table(Table::from_iter([("value".to_owned(), value.clone())])));
    (!value.is_null() && toml::write(&single).is_ok()).then(|| toml::inline(value))
}

fn holds_table(value: &Node) -> bool {
    match &value.value {
        Value::Table(_) => true,
        Value::List(elements) => elements.iter().any(holds_table),
        _ => false,
    }
}

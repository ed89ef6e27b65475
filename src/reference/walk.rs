//! Walk over a schema that collects every table and field.

use confgate_core::describe as words;
use confgate_core::describe::default_text;
use confgate_core::diagnostics::codes;
use confgate_core::environment::Environment;
use confgate_core::gate::{ConfigSpec, RuleInfo};
use confgate_core::schema::Subschema;
use confgate_core::types::Url;
use confgate_core::value::{Node, Path, Segment};
use serde_json::Value as Json;

use crate::reference::field::Field;
use crate::reference::section::Section;

/// The depth of tables that are described. A chain of references may be longer than a config is deep.
const MAX_NESTING: usize = 32;

/// The number of fields after which no more tables are described. Tables that refer to the same definitions have more fields
/// than the schema has text.
const MAX_FIELDS: usize = 1 << 16;

/// Result of the walk.
#[derive(Default)]
pub struct Found {
    /// Tables, each before its nested tables.
    pub sections: Vec<Section>,
    /// Deprecated keys of the top level, with their descriptions.
    pub retired: Vec<(String, String)>,
    /// Formats of strings, each once.
    pub formats: Vec<String>,
}

/// Collects the tables and fields of a gate's schema.
pub fn walk(gate: &ConfigSpec, rules: &[RuleInfo]) -> Found {
    let defaults = Environment::ALL.map(|environment| gate.defaults(environment));
    let mut walk = Walk { gate, rules, defaults, found: Found::default(), fields: 0, open: Vec::new() };
    let root =
        Table { name: String::new(), path: Path::root(), form: None, settable: true, view: gate.view(), reload: None };
    walk.table(root);
    let mut found = walk.found;
    if found.sections[0].fields.is_empty() {
        found.sections.remove(0);
        for section in &mut found.sections {
            let in_fields = section.fields.iter_mut().flat_map(|field| &mut field.tables);
            for index in in_fields.chain(&mut section.tables) {
                *index -= 1;
            }
        }
    }
    found
}

struct Walk<'g> {
    gate: &'g ConfigSpec,
    rules: &'g [RuleInfo],
    defaults: [Node; 4],
    found: Found,
    /// Number of fields and tables found.
    fields: usize,
    /// Enclosing tables with the indexes of their sections. A recursive schema refers to one of them.
    open: Vec<(&'g str, usize)>,
}

/// Table that is not visited yet.
struct Table<'g> {
    name: String,
    path: Path,
    /// Variant, if a value can be one of several tables.
    form: Option<String>,
    /// True if environment variables can set its fields: those in elements of lists and entries of maps have none.
    settable: bool,
    view: Subschema<'g>,
    /// Method that applies changes, inherited from the enclosing table.
    reload: Option<&'g str>,
}

impl<'g> Walk<'g> {
    /// Visits a table and its nested tables, and returns the index of its section.
    fn table(&mut self, table: Table<'g>) -> usize {
        if let Some((_, section)) = self.open.iter().find(|(open, _)| *open == table.view.place()) {
            return *section;
        }
        self.fields += 1;
        let place = self.found.sections.len();
        self.open.push((table.view.place(), place));
        let about = if table.path.0.is_empty() { None } else { table.view.text("description") };
        self.found.sections.push(Section {
            name: table.name.clone(),
            path: table.path.clone(),
            form: table.form.clone(),
            about: about.unwrap_or_default().to_owned(),
            fields: Vec::new(),
            tables: Vec::new(),
        });
        let mut inner = Vec::new();
        for (key, view, required) in entries(table.view) {
            if table.path.0.is_empty() && view.marked("deprecated") {
                let about = view.text("description").unwrap_or_default();
                self.found.retired.push((key.to_owned(), about.to_owned()));
                continue;
            }
            let below = table.below(key, view);
            if view.is_table() {
                inner.push((below, None));
                continue;
            }
            let at = self.found.sections[place].fields.len();
            let field = self.field(key, &below, required);
            self.found.sections[place].fields.push(field);
            self.fields += 1;
            inner.extend(below.tables().into_iter().map(|table| (table, Some(at))));
        }
        // Tables outside named fields: additional entries, and alternatives of the whole table.
        inner.extend(table.others().into_iter().map(|table| (table, None)));
        for (table, field) in inner {
            if table.path.0.len() > MAX_NESTING || self.fields >= MAX_FIELDS {
                continue;
            }
            let section = self.table(table);
            let around = &mut self.found.sections[place];
            match field {
                Some(field) => around.fields[field].tables.push(section),
                None => around.tables.push(section),
            }
        }
        // Not before: the tables below know their field by its index.
        self.found.sections[place].fields.sort_by_key(|field| !field.important);
        self.open.pop();
        place
    }

    fn field(&mut self, key: &str, at: &Table<'g>, required: bool) -> Field {
        let view = at.view;
        self.note_formats(view, 0);
        let mut defaults = [const { None }; 4];
        for ((slot, environment), tree) in defaults.iter_mut().zip(Environment::ALL).zip(&self.defaults) {
            *slot = default_text(view, &at.path, tree, environment);
        }
        let examples = view.get("examples").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        Field {
            key: Path::root().key(key).to_string(),
            name: at.name.clone(),
            path: at.path.clone(),
            about: view.text("description").unwrap_or_default().to_owned(),
            kind: words::kind(view),
            limits: words::limits(view),
            unit: view.text(confgate_core::schema::keywords::UNIT).map(str::to_owned),
            examples: examples.iter().map(confgate_core::sensitive::display::json).collect(),
            choices: words::choices(view),
            required: required && defaults.iter().all(Option::is_none),
            defaults,
            variables: if at.settable { self.gate.variables(&at.path) } else { Vec::new() },
            reload: at.reload.map(str::to_owned),
            secret: view.is_secret(),
            important: view.marked(confgate_core::schema::keywords::IMPORTANT),
            deprecated: view.marked("deprecated"),
            names_environment: view.marked(confgate_core::schema::keywords::ENVIRONMENT),
            rules: self.rules_of(at),
            tables: Vec::new(),
        }
    }

    fn rules_of(&self, at: &Table<'_>) -> Vec<usize> {
        // A URL can contain a password, which the rule about plain-text secrets finds.
        let may_contain_secret = at.view.is_secret() || at.view.text("format") == Some(Url::FORMAT);
        let reads_field = |rule: &RuleInfo| {
            rule.reads.iter().any(|read| Path::dotted(read).overlaps(&at.path))
                || (may_contain_secret && rule.name == codes::SECRETS_NO_PLAIN_TEXT.name)
        };
        let rules = self.rules.iter().enumerate();
        rules.filter(|(_, rule)| reads_field(rule)).map(|(place, _)| place).collect()
    }

    fn note_formats(&mut self, view: Subschema<'_>, depth: usize) {
        if let Some(format) = view.text("format")
            && !self.found.formats.iter().any(|known| known == format)
        {
            self.found.formats.push(format.to_owned());
        }
        if depth < 4 {
            for inner in view.elements().chain(view.alternatives()).chain(view.parts()).chain(view.others()) {
                self.note_formats(inner, depth + 1);
            }
        }
    }
}

/// Returns the named entries of a table and of its parts, with their keys. The flag is true for required ones.
fn entries<'g>(view: Subschema<'g>) -> Vec<(&'g str, Subschema<'g>, bool)> {
    let own = view.fields().map(|(key, inner)| (key.as_str(), inner, view.requires(key)));
    let mut all: Vec<_> = own.collect();
    for part in view.parts() {
        for (key, inner, required) in entries(part) {
            match all.iter_mut().find(|(known, ..)| *known == key) {
                Some((.., known)) => *known |= required,
                None => all.push((key, inner, required || view.requires(key))),
            }
        }
    }
    all
}

impl<'g> Table<'g> {
    fn below(&self, key: &str, view: Subschema<'g>) -> Self {
        let step = Path::root().key(key).to_string();
        let name = if self.name.is_empty() { step } else { format!("{}.{step}", self.name) };
        let reload = view.text(confgate_core::schema::keywords::RELOAD).or(self.reload);
        Self { name, path: self.path.key(key), form: None, settable: self.settable, view, reload }
    }

    /// Returns the tables in the elements, entries and alternatives of a value that is not a table itself.
    fn tables(&self) -> Vec<Self> {
        let mut found = self.others();
        for element in self.view.elements() {
            let path = Path([&self.path.0[..], &[Segment::Index(0)]].concat());
            found.extend(self.inside("[]", path, element));
        }
        found
    }

    fn others(&self) -> Vec<Self> {
        let mut found = Vec::new();
        if let Some(others) = self.view.others() {
            let dot = if self.name.is_empty() { "" } else { "." };
            found.extend(self.inside(&format!("{dot}*"), self.path.key("*"), others));
        }
        for (pattern, matching) in self.view.patterns() {
            let dot = if self.name.is_empty() { "" } else { "." };
            let mut tables = self.inside(&format!("{dot}*"), self.path.key("*"), matching);
            for table in &mut tables {
                table.form = table.form.take().or_else(|| Some(format!("keys that match {pattern}")));
            }
            found.extend(tables);
        }
        for alternative in self.view.alternatives() {
            match words::tag(alternative) {
                Some((key, inner)) => found.push(self.below(key, inner)),
                None => {
                    let mut tables = self.inside("", self.path.clone(), alternative);
                    for table in &mut tables {
                        table.form = table.form.take().or(words::form(alternative));
                    }
                    found.extend(tables);
                }
            }
        }
        found
    }

    /// Returns `view` itself if it is a table, else the tables in it.
    fn inside(&self, step: &str, path: Path, view: Subschema<'g>) -> Vec<Self> {
        // Types nested deeper are not described.
        let is_too_deep = self.name.matches("[]").count() + self.name.matches('*').count() > 4;
        let settable = self.settable && step.is_empty();
        let table =
            Self { name: format!("{}{step}", self.name), path, form: None, settable, view, reload: self.reload };
        match () {
            () if is_too_deep => Vec::new(),
            () if view.is_table() => vec![table],
            () => table.tables(),
        }
    }
}

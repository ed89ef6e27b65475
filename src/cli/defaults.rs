//! `confgate defaults`: the whole config of an environment when nobody says anything.

use std::fmt::Write;

use clap::Args;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::profile;
use confgate_core::render::wrap;
use confgate_core::schema::{Subschema, bounds};
use confgate_core::toml;
use confgate_core::value::{Node, Path, Table, Value};

use crate::cli::output::Output;
use crate::cli::{DONE, Failure};

/// How long a line of comment is at most.
const LINE: usize = 100;

/// Print the defaults of an environment as TOML.
#[derive(Debug, Args)]
pub struct Defaults {
    /// Environment whose defaults they are: Development, Testing, Staging or Production.
    #[arg(long, short, value_name = "ENVIRONMENT", default_value = "Development")]
    environment: Environment,
    /// Write what each field is above it: a file to start from.
    #[arg(long)]
    commented: bool,
}

impl Defaults {
    pub fn run(self, output: &mut Output, gate: &Gate) -> Result<u8, Failure> {
        let environment = self.environment;
        let defaults = gate.defaults(environment);
        let text = if self.commented { commented(gate, &defaults) } else { toml::write(&defaults)? };
        output.put(&text)?;
        Ok(DONE)
    }
}

fn commented(gate: &Gate, defaults: &Node) -> String {
    let name = gate.model_name().unwrap_or("config");
    let mut page = Starter { text: format!("#:schema ./{name}.schema.json\n"), defaults };
    let view = gate.view();
    page.comment(view.text("description").unwrap_or_default());
    page.comment(&format!("`confgate schema > {name}.schema.json` writes the schema that editors check this file by."));
    page.table(view, &Path::root());
    if let Some(path) = gate.profiles_path() {
        page.profiles(path, view.at(&path.0, defaults).and_then(|view| view.text("description")));
    }
    page.text
}

struct Starter<'d> {
    text: String,
    defaults: &'d Node,
}

impl Starter<'_> {
    /// The fields of a table, then the tables in it.
    fn table(&mut self, view: Subschema<'_>, path: &Path) {
        let Some(names) = view.properties() else { return };
        let tree = self.defaults;
        let empty = Node::generated(Value::Table(Table::default()));
        let node = tree.get(&path.0).unwrap_or(&empty);
        let (tables, fields): (Vec<_>, Vec<_>) = names
            .keys()
            .filter_map(|name| Some((name, view.property(name, node)?)))
            .partition(|(_, view)| view.is_table());
        // Profiles come last, where they have a table each.
        let shown = |view: &Subschema<'_>| !view.marked("deprecated") && !view.marked(profile::MARK);
        for (name, view) in fields.into_iter().filter(|(_, view)| shown(view)) {
            self.text.push('\n');
            self.comment(view.text("description").unwrap_or_default());
            self.facts(view);
            match node.as_table().and_then(|table| table.get(name)) {
                Some(value) => {
                    let single = Node::generated(Value::Table(Table::from_iter([(name.clone(), value.clone())])));
                    // A default is what TOML can say: it was rendered before.
                    self.text.push_str(&toml::write(&single).unwrap_or_default());
                }
                None => {
                    let _ = writeln!(self.text, "# {name} =");
                }
            }
        }
        for (name, view) in tables {
            let path = path.key(name);
            self.text.push('\n');
            self.comment(view.text("description").unwrap_or_default());
            let _ = writeln!(self.text, "[{path}]");
            self.table(view, &path);
        }
    }

    /// A profile that nobody asked for, in comments.
    fn profiles(&mut self, path: &Path, about: Option<&str>) {
        self.text.push('\n');
        self.comment(about.unwrap_or_default());
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

    /// What the field admits, on one line.
    fn facts(&mut self, view: Subschema<'_>) {
        let options = view
            .get("enum")
            .and_then(serde_json::Value::as_array)
            .map(|options| options.iter().map(confgate_core::sensitive::display::json).collect::<Vec<_>>().join(", "));
        let unit = view.text("x-unit").map(|unit| format!("in {unit}"));
        let restart = (view.text("x-reload") == Some("restart")).then(|| "a change needs a restart".to_owned());
        let secret = view.is_secret().then(|| "secret: write ${SECRET_NAME}".to_owned());
        let optional = view.is_optional().then(|| "optional".to_owned());
        let facts: Vec<String> =
            [options, bounds(view), unit, optional, secret, restart].into_iter().flatten().collect();
        if !facts.is_empty() {
            self.comment(&format!("({})", facts.join("; ")));
        }
    }
}

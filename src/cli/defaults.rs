//! `confgate defaults`: default config of an environment.

use std::fmt::Write;

use clap::Args;
use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, ValidateOptions, written};
use confgate_core::render::wrap;
use confgate_core::schema::{Subschema, bounds};
use confgate_core::value::{Node, Path, Source, Table, Value};
use confgate_core::{profile, toml};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;

/// Longest line of a comment, in characters.
const LINE: usize = 100;

/// Print the defaults of an environment as TOML.
#[derive(Debug, Args)]
pub struct Defaults {
    /// Print the defaults of this environment: Development, Testing, Staging or Production.
    #[arg(long, short, value_name = "ENVIRONMENT", default_value = "Development")]
    environment: Environment,
    /// Describe each field in a comment above it, as a file to start from.
    #[arg(long)]
    commented: bool,
}

impl Defaults {
    pub fn run(self, output: &mut Output, gate: &Gate) -> Result<ExitStatus, CliError> {
        let environment = self.environment;
        let defaults = gate.defaults(environment);
        let schema = format!("./{}.schema.json", gate.model_name().unwrap_or("config"));
        let text = if self.commented { commented(gate, &defaults, &schema) } else { toml::write(&defaults)? };
        let options = ValidateOptions { environment: Some(environment), ..ValidateOptions::default() };
        written::verify(gate.spec(), &defaults, Input::text(&Source::new("the defaults", text.as_str()), options))?;
        output.put(&text)?;
        Ok(ExitStatus::Success)
    }
}

/// Returns a config with every field, its default and its description, which names its schema.
pub(crate) fn commented(gate: &Gate, defaults: &Node, schema: &str) -> String {
    let mut page = CommentedConfig { text: format!("#:schema {schema}\n"), defaults };
    let view = gate.view();
    page.comment(view.text("description").unwrap_or_default());
    if gate.has_type() {
        let file = schema.trim_start_matches("./");
        page.comment(&format!("`confgate schema > {file}` writes the schema that editors check this file by."));
    }
    page.table(view, &Path::root());
    if let Some(path) = gate.profiles_path() {
        page.profiles(path, view.at(&path.0, defaults).and_then(|view| view.text("description")));
    }
    page.text
}

/// Commented config, written table by table.
struct CommentedConfig<'d> {
    text: String,
    defaults: &'d Node,
}

impl CommentedConfig<'_> {
    /// Writes the fields of a table, then the tables in it.
    fn table(&mut self, view: Subschema<'_>, path: &Path) {
        let Some(names) = view.properties() else { return };
        let tree = self.defaults;
        let empty = Node::generated(Value::Table(Table::default()));
        let node = tree.get(&path.0).unwrap_or(&empty);
        let (tables, fields): (Vec<_>, Vec<_>) = names
            .keys()
            .filter_map(|name| Some((name, view.property(name, node)?)))
            .partition(|(_, view)| view.is_table());
        // Profiles are arrays of tables, which TOML requires after the fields.
        let is_written = |view: &Subschema<'_>| !view.marked("deprecated") && !view.marked(profile::MARK);
        for (name, view) in fields.into_iter().filter(|(_, view)| is_written(view)) {
            self.text.push('\n');
            self.comment(view.text("description").unwrap_or_default());
            self.facts(view);
            match node.as_table().and_then(|table| table.get(name)) {
                Some(value) => {
                    let single = Node::generated(Value::Table(Table::from_iter([(name.clone(), value.clone())])));
                    // A default can always be written as TOML.
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
            .map(|options| options.iter().map(confgate_core::sensitive::display::json).collect::<Vec<_>>().join(", "));
        let unit = view.text(confgate_core::schema::keywords::UNIT).map(|unit| format!("in {unit}"));
        let restart = (view.text(confgate_core::schema::keywords::RELOAD)
            == Some(confgate_core::schema::keywords::RELOAD_RESTART))
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

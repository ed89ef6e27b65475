//! The files that Confgate writes for a config, each by the code of the command that writes it.

use std::fs;
use std::path::Path;

use confgate::agent::Output;
use confgate::builder::{BuildContext, BuildRequest, SchemaFiles, SchemaMap};
use confgate::bundle::config_name;
use confgate::gate::written;
use confgate::load::{LoadOptions, Loader};
use confgate::schema::{InvalidSchema, SchemaSource};
use confgate::value::{Format, Node, Value, json};
use confgate::{Environment, Gate, Input, Source, SystemContext, ValidateOptions, toml, yaml};
use serde_json::{Value as Json, json};

const ENVIRONMENT: Environment = Environment::Development;

/// A file that Confgate wrote.
pub struct Written {
    /// The command and its options.
    pub by: &'static str,
    /// Format of the text.
    pub format: Format,
    /// The text.
    pub text: String,
}

impl Written {
    /// Returns the extension of the file.
    pub fn extension(&self) -> &'static str {
        self.format.extensions()[0]
    }
}

/// A schema in a file, and the files that stand for the URLs that it refers to.
pub struct SchemaOnDisk<'a> {
    /// The schema.
    pub schema: &'a Json,
    /// Its file.
    pub path: &'a Path,
    /// URLs and their files or directories.
    pub maps: &'a [(String, String)],
}

impl SchemaOnDisk<'_> {
    /// Makes the gate of the schema; the error is what the schema is rejected for.
    pub fn gate(&self) -> Result<Gate, String> {
        self.gate_by(|source| Gate::of_schema(source))
    }

    fn gate_by(&self, build: impl FnOnce(SchemaSource<'_>) -> Result<Gate, InvalidSchema>) -> Result<Gate, String> {
        let maps: Vec<SchemaMap> = self.maps.iter().map(|(url, path)| SchemaMap::new(url, path)).collect();
        let loaded = SchemaFiles::load(self.schema.clone(), self.path, &maps, build);
        loaded.map(|loaded| loaded.gate).map_err(|error| error.to_string())
    }

    /// Writes a config that the gate admits by the agent, the builder and `render`, in every format that can hold it.
    ///
    /// # Errors
    ///
    /// One of them writes nothing.
    pub fn write(&self, gate: &Gate, config: &Path) -> Result<Vec<Written>, String> {
        let folder = tempfile::tempdir().unwrap();
        let service = self.gate_by(|source| Gate::of_service(source, "game", "GAME"))?;
        let tree = read(gate, &source(config), false).1;
        let mut files = self.bundles(&tree, folder.path())?;
        for format in Format::ALL {
            let texts = [
                ("agent --once", agent(&service, config, format, folder.path())),
                ("render", render(gate, config, format, false)),
                ("render --complete", render(gate, config, format, true)),
            ];
            for (by, text) in texts {
                match text {
                    Err(error) if format == Format::Toml && has_null(&tree) && error.contains("would change") => {}
                    Err(error) => return Err(format!("{by} to {format} fails: {error}")),
                    Ok(text) => files.push(Written { by, format, text }),
                }
            }
        }
        Ok(files)
    }

    /// Writes what the builder of `mkBundle` writes.
    fn bundles(&self, tree: &Node, folder: &Path) -> Result<Vec<Written>, String> {
        let maps: serde_json::Map<String, Json> =
            self.maps.iter().map(|(url, path)| (url.clone(), json!(path))).collect();
        let orders = Format::ALL.map(|format| {
            json!({ "name": "game", "environment": ENVIRONMENT.name(), "settings": json::write(tree), "origins": {},
                "problems": [], "format": format.extensions()[0] })
        });
        let request = json!({ "orders": orders, "sources": {}, "schema": self.path, "schemaMap": maps });
        let request: BuildRequest = serde_json::from_value(request).unwrap();
        let context = BuildContext::new(&request, &|| unreachable!("the request has a schema"));
        let context = context.map_err(|error| error.to_string())?;
        let mut written = Vec::new();
        for order in &request.bundles {
            let failed = |error: String| format!("mkBundle to {} fails: {error}", order.format);
            let bundle = context.build(order).map_err(|error| failed(error.to_string()))?;
            let Some(files) = bundle.files else { return Err(failed(bundle.report.to_string())) };
            let out = folder.join(format!("bundle-{}", order.format));
            files.write(&out).unwrap();
            let text = fs::read_to_string(out.join(config_name(order.format))).unwrap();
            written.push(Written { by: "mkBundle", format: order.format, text });
        }
        Ok(written)
    }
}

/// Reports if TOML cannot hold a tree.
fn has_null(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::List(elements) => elements.iter().any(has_null),
        Value::Table(table) => table.values().any(has_null),
        _ => false,
    }
}

/// Reads a file.
pub fn source(config: &Path) -> Source {
    let format = Format::of_file(config).unwrap();
    Source::in_format(format, config.display().to_string(), fs::read_to_string(config).unwrap())
}

/// Validates a text. Returns the report of a text that is rejected, and the tree.
pub fn read(gate: &Gate, source: &Source, fill_defaults: bool) -> (Result<(), String>, Node) {
    let outcome = gate.validate(Input::text(source, options(fill_defaults)));
    let report = if outcome.report.admits() { Ok(()) } else { Err(outcome.report.to_string()) };
    (report, outcome.tree)
}

fn options(fill_defaults: bool) -> ValidateOptions {
    ValidateOptions { environment: Some(ENVIRONMENT), fill_defaults, ..ValidateOptions::default() }
}

/// Writes what `agent --once` writes.
fn agent(gate: &Gate, config: &Path, format: Format, folder: &Path) -> Result<String, String> {
    let loader = Loader::new(gate.clone(), SystemContext::bare().folder(folder)).environment(ENVIRONMENT).at(config);
    let loaded = loader.load(&LoadOptions::default()).map_err(|refused| refused.report.to_string())?;
    let path = folder.join(format!("agent.{}", format.extensions()[0]));
    Output::new(&path, format, 0o600).write(&loaded, loader.gate()).map_err(|error| error.to_string())?;
    Ok(fs::read_to_string(path).unwrap())
}

/// Writes what `render` writes.
fn render(gate: &Gate, config: &Path, format: Format, fill_defaults: bool) -> Result<String, String> {
    let (report, tree) = read(gate, &source(config), fill_defaults);
    report?;
    let text = text(&tree, format);
    let reread = Input::text(&Source::in_format(format, "rendered", text.as_str()), options(fill_defaults));
    written::verify(gate.spec(), &tree, reread).map_err(|error| error.to_string())?;
    Ok(text)
}

/// Writes a tree.
pub fn text(tree: &Node, format: Format) -> String {
    match format {
        Format::Toml => toml::write(tree).unwrap(),
        Format::Json => serde_json::to_string(&json::write(tree)).unwrap(),
        Format::Yaml => yaml::write(tree),
    }
}

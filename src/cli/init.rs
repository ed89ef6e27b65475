//! `confgate init`: the files that a project starts from.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, ValidateOptions, written};
use confgate_core::pretty_json::document;
use confgate_core::toml;
use confgate_core::value::{Node, Source, Sources, Value};
use confgate_runtime::atomic_file::{self, Mode};

use crate::cli::commented_config::commented;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::project::PROJECT_FILE;

/// Workflow that checks the configs of each change.
const WORKFLOW: &str = include_str!("init/workflow.yml");

/// Start a project: a commented config, `confgate.toml`, and a workflow that checks both.
///
/// The config has every field of the schema with its default and its description. A file that exists stays as it is.
#[derive(Debug, Args)]
pub struct Init {
    /// Directory of the project.
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,
    /// JSON Schema of the service, instead of the bundled model. A copy is made if it is outside of the directory.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Name of the service. [default: that of the bundled model, else the name of the schema's file]
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
}

impl Init {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let gate = input::gate(self.schema.as_deref(), &[], &|| model())?;
        let service = self.service(&gate)?;
        let schema_name = self.schema_name(&service);
        let project_file = toml::write(&project(&service, &schema_name, gate.has_type()))?;
        let environment = Environment::Development;
        let config = commented(&gate, &gate.defaults(environment), environment, &format!("./{schema_name}"));
        let options = ValidateOptions { environment: Some(environment), ..ValidateOptions::default() };
        let reread = Input::text(&Source::new(format!("{service}.toml"), config.text.as_str()), options);
        let values = Input { tree: config.tree.clone(), sources: Sources::default(), found: Vec::new(), options };
        written::compare(gate.spec(), &config.tree, &reread.tree)?;
        // A config that lacks required fields is written nevertheless, and its values are those of the schema.
        if gate.validate(values).report.admits() {
            written::verify_partial(gate.spec(), &config.tree, reread)?;
        }
        let mut files = vec![
            (PathBuf::from(format!("{service}.toml")), config.text),
            (PathBuf::from(PROJECT_FILE), project_file),
            (PathBuf::from(".github/workflows/confgate.yml"), WORKFLOW.to_owned()),
        ];
        match &self.schema {
            None => files.push((PathBuf::from(&schema_name), document(gate.schema()))),
            Some(schema) if schema_name != self.relative(schema).unwrap_or_default() => {
                let bytes = input::read_file(schema, confgate_files::SizeLimit::SCHEMA)?;
                files.push((PathBuf::from(&schema_name), String::from_utf8_lossy(&bytes).into_owned()));
            }
            Some(_) => {}
        }
        output.report_only();
        for (name, text) in &files {
            let path = self.directory.join(name);
            if path.exists() {
                output.put(&format!("– {}     skipped (it exists)\n", name.display()))?;
                continue;
            }
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| CliError::file(folder, error))?;
            }
            atomic_file::create(&path, text.as_bytes(), Mode::Default)?;
            output.put(&format!("✓ {}\n", name.display()))?;
        }
        self.report(&gate, &files[0].0, output)
    }

    /// Displays what the new config lacks, and the next step.
    fn report(&self, gate: &Gate, config: &Path, output: &mut Output) -> Result<ExitStatus, CliError> {
        let path = self.directory.join(config);
        let text = String::from_utf8_lossy(&input::read_file(&path, confgate_files::SizeLimit::CONFIG)?).into_owned();
        let source = Source::new(path.display().to_string(), text);
        let report = gate.validate(Input::text(&source, ValidateOptions::default())).report;
        let file = path.strip_prefix(".").unwrap_or(&path).display();
        let next = match report.errors() {
            0 => format!("next: `confgate check {file}`, and the settings of your editor in docs/editors.md\n"),
            _ => format!("next: set the required fields of {file}, which `confgate check {file}` lists\n"),
        };
        output.put(&next)?;
        Ok(ExitStatus::Success)
    }

    fn service(&self, gate: &Gate) -> Result<String, CliError> {
        let of_file = || {
            let name = self.schema.as_deref()?.file_name()?.to_str()?;
            Some(name.trim_end_matches(".json").trim_end_matches(".schema").to_owned())
        };
        let name = self.service.clone().or_else(|| gate.model_name().map(str::to_owned)).or_else(of_file);
        let name = name.unwrap_or_else(|| "service".to_owned()).to_lowercase().replace(['_', ' ', '.'], "-");
        let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && !name.ends_with('-');
        if is_name { Ok(name) } else { Err(CliError::InvalidService(name)) }
    }

    /// Returns the path of the schema, relative to the project.
    fn schema_name(&self, service: &str) -> String {
        let own = self.schema.as_deref().and_then(|schema| self.relative(schema));
        own.unwrap_or_else(|| format!("{service}.schema.json"))
    }

    /// Returns the path of a file inside the directory, relative to it.
    fn relative(&self, file: &Path) -> Option<String> {
        let real = |path: &Path| fs::canonicalize(path).ok();
        let (file, directory) = (real(file)?, real(&self.directory)?);
        file.strip_prefix(directory).ok()?.to_str().map(str::to_owned)
    }
}

/// Returns the content of `confgate.toml`. The model of the program needs no entry: the config names it.
fn project(service: &str, schema: &str, has_model: bool) -> Node {
    let text = |text: &str| Node::generated(Value::String(text.to_owned()));
    let list = |values: Vec<Node>| Node::generated(Value::List(values));
    let mut entries = vec![("service".to_owned(), text(service))];
    if !has_model {
        let entry =
            [("files".to_owned(), list(vec![text(&format!("{service}.toml"))])), ("schema".to_owned(), text(schema))];
        let entry = Node::generated(Value::Table(entry.into_iter().collect()));
        entries.push(("schemas".to_owned(), list(vec![entry])));
    }
    Node::generated(Value::Table(entries.into_iter().collect()))
}

//! Options that select a service without a model in this program.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use confgate_core::diagnostics::Report;
use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::render::human::{self, Style};
use confgate_core::value::Format;
use confgate_files::SizeLimit;

use crate::cli::error::CliError;
use crate::cli::input;
use crate::cli::project::ProjectOfFile;
use crate::cli::schemas::{SchemaArgs, SchemaSource, Schemas};

/// Schema and name of a service that is not the bundled model.
#[derive(Debug, Args)]
pub(crate) struct ServiceArgs {
    #[command(flatten)]
    schema: SchemaArgs,
    /// Set the name of a service that is not the bundled model. Its variables begin with the name in capitals: GAME_CONFIG_PATH,
    /// GAME_ENV. [default: the one in confgate.toml]
    #[arg(long, value_name = "NAME")]
    service: Option<ServiceName>,
}

impl ServiceArgs {
    /// Returns the gate of the service whose config is at `config`: that of a schema that the config, the option or the project
    /// names, else that of the model.
    pub fn gate(
        &self,
        config: Option<&Path>,
        format: Option<Format>,
        max_size: Option<SizeLimit>,
        model: &(dyn Fn() -> Gate + Sync),
    ) -> Result<Gate, CliError> {
        let schemas = Schemas::new(&self.schema, model);
        let file = config.unwrap_or(Path::new("config"));
        let file = if file.is_dir() { self.file_in(file, &schemas)? } else { file.to_owned() };
        let project = schemas.projects().of(&file)?;
        if let Some((name, report)) = schemas.projects().rejected().first() {
            return Err(Rejected::error(Path::new(name), report));
        }
        let input = read_input(&file, format, max_size, &project)?;
        let file = match schemas.locate(&file, &input, &project) {
            Err(diagnostic) => return Err(Rejected::error(&file, &Report::new(vec![*diagnostic]))),
            Ok((SchemaSource::Model { .. } | SchemaSource::Project, _)) if self.service.is_none() => return Ok(model()),
            Ok((SchemaSource::Model { .. } | SchemaSource::Project | SchemaSource::MetaSchema(_), _)) => {
                return Err(CliError::ServiceWithoutSchema);
            }
            Ok((SchemaSource::Option(path), _)) => return self.service_gate(&path, &project, &schemas),
            Ok((SchemaSource::Named(file), _)) => file,
        };
        self.service_gate(&file.path, &project, &schemas).map_err(|error| match error {
            error @ CliError::File { .. } => Rejected::error(&file.path, &Report::new(vec![file.unusable(&error)])),
            other => other,
        })
    }

    /// Returns the config of an environment in a directory that an entry of the project describes, else a name that none has.
    fn file_in(&self, directory: &Path, schemas: &Schemas<'_>) -> Result<PathBuf, CliError> {
        for environment in Environment::ALL {
            for extension in Format::ALL.into_iter().flat_map(|format| format.extensions()) {
                let file = directory.join(format!("{}.{extension}", environment.name().to_lowercase()));
                if file.is_file() && schemas.projects().of(&file)?.entry().is_some() {
                    return Ok(file);
                }
            }
        }
        Ok(directory.join("config"))
    }

    fn service_gate(&self, schema: &Path, project: &ProjectOfFile, schemas: &Schemas<'_>) -> Result<Gate, CliError> {
        let (entry, project) = (project.entry(), project.project());
        let of_project = || entry.and_then(|entry| entry.service.clone()).or_else(|| project?.service.clone());
        let name = self.service.as_ref().map(|name| name.0.clone()).or_else(of_project);
        let Some(name) = name else { return Err(CliError::NoServiceName) };
        let prefix = entry.and_then(|entry| entry.env_prefix.clone()).or_else(|| project?.env_prefix.clone());
        let prefix = prefix.unwrap_or_else(|| name.to_uppercase().replace('-', "_"));
        let maps = schemas.maps_of(project);
        // A process has one service until it exits, so that leaking its name is bounded.
        let name: &'static str = Box::leak(name.into_boxed_str());
        let prefix: &'static str = Box::leak(prefix.into_boxed_str());
        input::schema_gate_with(schema, &maps, |source| Gate::of_service(source, name, prefix))
    }
}

/// Reads the text of a config, if it is a file: it may name its schema. Other problems are those of the load.
fn read_input(
    file: &Path,
    format: Option<Format>,
    max_size: Option<SizeLimit>,
    project: &ProjectOfFile,
) -> Result<Input, CliError> {
    let format = format.or_else(|| project.entry()?.format).or_else(|| Format::of_file(file)).unwrap_or_default();
    let bytes = if file.is_file() { input::read_config(file, format, max_size)? } else { Vec::new() };
    // A sealed file is not a text.
    let bytes = String::from_utf8(bytes).map(String::into_bytes).unwrap_or_default();
    Ok(input::parse(file, format, bytes, ValidateOptions::default()))
}

/// The report of a file that a command needs, and cannot use.
#[derive(Debug, thiserror::Error)]
#[error("rejected\n{0}")]
struct Rejected(String);

impl Rejected {
    fn error(file: &Path, report: &Report) -> CliError {
        let text = human::report(report, Style::default());
        CliError::file(file, Self(text.trim_end().to_owned()))
    }
}

/// Name that is valid in the names of files, variables and metrics.
#[derive(Debug, Clone)]
struct ServiceName(String);

/// A service name with other characters than the permitted ones.
#[derive(Debug, thiserror::Error)]
#[error("use lowercase letters, digits and hyphens: game, chat-relay")]
struct InvalidServiceName;

impl FromStr for ServiceName {
    type Err = InvalidServiceName;

    fn from_str(text: &str) -> Result<Self, InvalidServiceName> {
        let is_permitted = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_valid = text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_permitted);
        if is_valid && !text.ends_with('-') { Ok(Self(text.to_owned())) } else { Err(InvalidServiceName) }
    }
}

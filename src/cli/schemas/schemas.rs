//! The schemas of the files of a command.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use confgate_builder::SchemaMap;
use confgate_core::bundle::SCHEMA_FILE;
use confgate_core::diagnostics::{Diagnostic, Report, Severity, codes};
use confgate_core::gate::{Gate, Input};
use confgate_core::render::human;
use confgate_core::schema::meta_schema;
use confgate_core::value::{self, Format, Location, Node};

use crate::cli::error::{CliError, FileError};
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::path_name::{is_named, is_stdin};
use crate::cli::project::{PROJECT_FILE, Project, ProjectEntry, ProjectOfFile, Projects, project_gate};
use crate::cli::schemas::args::SchemaArgs;
use crate::cli::schemas::bundle_schema::BundleSchema;
use crate::cli::schemas::named_schema::{self, NamedSchema, is_url};
use crate::cli::schemas::{Chosen, SchemaChoice};

/// Schemas of the files of a command. Each is compiled once.
pub(crate) struct Schemas<'m> {
    model: &'m (dyn Fn() -> Gate + Sync),
    model_gate: OnceLock<Arc<Gate>>,
    /// The schema of the option.
    option: Option<PathBuf>,
    maps: Vec<SchemaMap>,
    projects: Projects,
    /// The compiled schemas.
    gates: Mutex<HashMap<GateKey, Arc<OnceLock<Compiled>>>>,
}

/// File of a schema, and directory of the project whose mappings apply to it.
type GateKey = (PathBuf, Option<PathBuf>);

/// A compiled schema, or the message of its error.
type Compiled = Result<Arc<Gate>, Arc<CliError>>;

/// Source of the schema of a config.
pub(crate) enum SchemaSource {
    /// The model of this program; a guess if nothing names a schema.
    Model { is_guess: bool },
    /// The schema of `confgate.toml`.
    Project,
    /// The file of the option `--schema`.
    Option(PathBuf),
    /// A file that the config or its project names.
    Named(SchemaFile),
    /// The built-in meta-schema at a URL: the config is a schema itself.
    MetaSchema(String),
}

/// A reference to a schema that leads to a file.
pub(crate) struct SchemaFile {
    /// The file.
    pub path: PathBuf,
    reference: String,
    place: Option<Location>,
}

impl SchemaFile {
    /// Creates the diagnostic about a file that cannot be used.
    pub fn unusable(&self, error: &CliError) -> Diagnostic {
        let reason = match error {
            CliError::File { source, .. } if is_url(&self.reference) => format!("{}: {source}", self.path.display()),
            CliError::File { source, .. } => source.to_string(),
            other => other.to_string(),
        };
        let message = format!("the schema {} cannot be used: {reason}", self.reference);
        let is_part = self.reference.split_once('#').is_some_and(|(_, part)| !part.is_empty()) && !self.path.exists();
        let help = match is_part {
            true => format!("name a whole schema; that of a part is {{ \"$ref\": \"{}\" }}", self.reference),
            false => "correct the reference, or the schema; a path is relative to this file".to_owned(),
        };
        Diagnostic::error(&codes::SCHEMA_NOT_FOUND, value::Path::root(), message)
            .at(self.place.clone(), "named here")
            .help(help)
    }
}

impl<'m> Schemas<'m> {
    /// Creates the schemas of a command. `model` makes the gate of the model of this program.
    pub fn new(args: &SchemaArgs, model: &'m (dyn Fn() -> Gate + Sync)) -> Self {
        Self {
            model,
            model_gate: OnceLock::new(),
            option: args.schema().map(Path::to_owned),
            maps: args.maps().to_vec(),
            projects: Projects::default(),
            gates: Mutex::default(),
        }
    }

    /// Returns the projects of the files.
    pub fn projects(&self) -> &Projects {
        &self.projects
    }

    /// Returns the gate of the model.
    pub fn model(&self) -> &Arc<Gate> {
        self.model_gate.get_or_init(|| Arc::new((self.model)()))
    }

    /// Returns the gate of the model, if a file needed it.
    pub fn used_model(&self) -> Option<&Gate> {
        self.model_gate.get().map(|gate| &**gate)
    }

    /// Returns the files of the schemas that were compiled.
    pub fn files(&self) -> Vec<PathBuf> {
        let gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        // A built-in meta-schema has a URL in place of a file.
        gates.keys().map(|(file, _)| file.clone()).filter(|file| !is_url(&file.to_string_lossy())).collect()
    }

    /// Compiles the schema of the option, while another thread may parse the config.
    pub fn prepare(&self, project: &ProjectOfFile) {
        if let Some(option) = &self.option {
            // The choice of the schema reports an error.
            let _ = self.gate_of(option, project.project());
        }
    }

    /// Chooses and compiles the schema of a config. The diagnostic of the inner error says why the schema cannot be used.
    pub fn choose(
        &self,
        path: &Path,
        input: &Input,
        project: &ProjectOfFile,
    ) -> Result<Result<SchemaChoice, Box<Diagnostic>>, CliError> {
        let (source, mut found) = match self.locate(path, input, project) {
            Ok(located) => located,
            Err(diagnostic) => return Ok(Err(diagnostic)),
        };
        let is_guess = matches!(source, SchemaSource::Model { is_guess: true });
        let mut file = None;
        let gate = match source {
            SchemaSource::Model { .. } => self.model().clone(),
            SchemaSource::Project => Arc::new(project_gate().map_err(|error| CliError::file(path, error))?),
            SchemaSource::Option(option) => {
                let gate = self.gate_of(&option, project.project()).map_err(CliError::Shared)?;
                file = Some(option);
                gate
            }
            SchemaSource::MetaSchema(url) => self.meta_gate(&url).map_err(CliError::Shared)?,
            SchemaSource::Named(named) => match self.gate_of(&named.path, project.project()) {
                Ok(gate) => {
                    file = Some(named.path);
                    gate
                }
                Err(error) => return Ok(Err(Box::new(named.unusable(&error)))),
            },
        };
        let of_project = project.project().map_or(&[][..], |project| &project.accept);
        let of_entry = project.entry().map_or(&[][..], |entry| &entry.accept);
        let accepted = || of_project.iter().chain(of_entry);
        found.extend(accepted().filter_map(|check| check.problem(&gate)));
        let accept = accepted().map(|check| check.name.clone()).collect();
        Ok(Ok(SchemaChoice { gate, file, is_guess, found, accept }))
    }

    /// Finds the schema of a config, with warnings about the choice.
    pub fn locate(
        &self,
        path: &Path,
        input: &Input,
        project: &ProjectOfFile,
    ) -> Result<(SchemaSource, Vec<Diagnostic>), Box<Diagnostic>> {
        if is_named(path, PROJECT_FILE) {
            return Ok((SchemaSource::Project, Vec::new()));
        }
        let entry = project.entry().zip(project.project());
        if let Some(own) = BundleSchema::beside(path) {
            return self.locate_in_bundle(own, entry);
        }
        let named = input.sources.text.as_ref().and_then(|source| {
            let named = named_schema::find(source, &input.tree)?;
            let place = Location::in_text(source, named.span);
            Some((named, place))
        });
        if let Some((named, place)) = named {
            if self.is_model(&named) {
                let found = self.ignored_option(&named, &place, None);
                return Ok((SchemaSource::Model { is_guess: false }, found));
            }
            let directory = if is_stdin(path) { Path::new("") } else { path.parent().unwrap_or(Path::new("")) };
            match self.file_of(&named.reference, directory, project.project()) {
                Some(file) => {
                    let found = self.ignored_option(&named, &place, Some(&file));
                    let file = SchemaFile { path: file, reference: named.reference, place: Some(place) };
                    return Ok((SchemaSource::Named(file), found));
                }
                None if self.option.is_none() && entry.is_none() && meta_schema(&named.reference).is_some() => {
                    return Ok((SchemaSource::MetaSchema(named.reference), Vec::new()));
                }
                // A URL that leads nowhere does not say which schema it is. An option or an entry does.
                None if self.option.is_none() && entry.is_none() => {
                    return Err(Box::new(self.unmapped(&named.reference, project.project(), Some(place))));
                }
                None => {}
            }
        }
        if let Some(option) = &self.option {
            return Ok((SchemaSource::Option(option.clone()), Vec::new()));
        }
        let Some((entry, project)) = entry else {
            return Ok((SchemaSource::Model { is_guess: true }, Vec::new()));
        };
        self.locate_of_entry(entry, project)
    }

    fn locate_of_entry(
        &self,
        entry: &ProjectEntry,
        project: &Project,
    ) -> Result<(SchemaSource, Vec<Diagnostic>), Box<Diagnostic>> {
        let place = entry.place.clone();
        match self.file_of(&entry.schema, &project.directory, Some(project)) {
            Some(path) => {
                let file = SchemaFile { path, reference: entry.schema.clone(), place };
                Ok((SchemaSource::Named(file), Vec::new()))
            }
            None => Err(Box::new(self.unmapped(&entry.schema, Some(project), place))),
        }
    }

    /// Chooses the gate of a config. Prints the diagnostic and fails if the schema that is named cannot be used.
    pub fn choose_or_fail(&self, path: &Path, input: &Input, output: &mut Output) -> Result<Chosen, CliError> {
        let project = self.projects.of(path)?;
        let rejected = self.projects.rejected();
        if let Some((name, report)) = rejected.first() {
            output.put(&human::report(report, output.style))?;
            output.flush()?;
            return Err(CliError::file(Path::new(name), FileError::Rejected));
        }
        match self.choose(path, input, &project)? {
            Ok(choice) => {
                // Standard output is for the result.
                let style = output.style.plain();
                eprint!("{}", human::report(&Report::new(choice.found), style));
                let foreign = if choice.is_guess { foreign(&choice.gate, input) } else { None };
                Ok(Chosen { gate: choice.gate, foreign, accept: choice.accept })
            }
            Err(unusable) => {
                output.put(&human::report(&Report::new(vec![*unusable]), output.style))?;
                output.flush()?;
                Err(CliError::file(path, FileError::NoSchema))
            }
        }
    }

    /// Returns whether a config names the schema of the model, by the name under which `confgate defaults --commented` refers to
    /// it. The model has rules that its schema lacks.
    /// Finds the schema of the config of a bundle. The line that names the schema in the bundle is for editors: the model or the options
    /// of this program decide, and the bundle's own schema only where they say nothing.
    fn locate_in_bundle(
        &self,
        own: BundleSchema,
        entry: Option<(&ProjectEntry, &Project)>,
    ) -> Result<(SchemaSource, Vec<Diagnostic>), Box<Diagnostic>> {
        let source = match (own.model, &self.option, entry) {
            (_, Some(option), _) => SchemaSource::Option(option.clone()),
            (Some(model), None, _) if self.model().model_name() == Some(&*model) => {
                SchemaSource::Model { is_guess: false }
            }
            (_, None, Some((entry, project))) => return self.locate_of_entry(entry, project),
            _ => SchemaSource::Named(SchemaFile { path: own.file, reference: SCHEMA_FILE.to_owned(), place: None }),
        };
        Ok((source, Vec::new()))
    }

    fn is_model(&self, named: &NamedSchema) -> bool {
        let name = Path::new(&named.reference).file_name().and_then(|name| name.to_str());
        let Some(name) = name.and_then(|name| name.strip_suffix(".schema.json")) else { return false };
        !is_url(&named.reference) && self.model().model_name() == Some(name)
    }

    /// Warns of an option that a file overrides.
    fn ignored_option(&self, named: &NamedSchema, place: &Location, file: Option<&Path>) -> Vec<Diagnostic> {
        let Some(option) = &self.option else { return Vec::new() };
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if file.is_some_and(|file| real(file) == real(option)) {
            return Vec::new();
        }
        let message =
            format!("the config names {} as its schema, so --schema {} is not used", named.reference, option.display());
        let diagnostic = Diagnostic::new(Severity::Warning, &codes::SCHEMA_TWO_SCHEMAS, value::Path::root(), message);
        vec![diagnostic.at([place.clone()], "").help("remove one of the two")]
    }

    /// Returns the file that a reference leads to; `None` for a URL that is not mapped.
    fn file_of(&self, reference: &str, directory: &Path, project: Option<&Project>) -> Option<PathBuf> {
        if reference.starts_with("file://") || !is_url(reference) {
            let path = |reference: &str| directory.join(reference.strip_prefix("file://").unwrap_or(reference));
            // An empty fragment names the whole document. A path may end with a number sign.
            let bare = reference.strip_suffix('#').filter(|_| !path(reference).exists());
            return Some(path(bare.unwrap_or(reference)));
        }
        SchemaMap::locate(&self.maps_of(project), reference)
    }

    /// Creates the diagnostic about a URL without a file. A mapping may name a directory that does not exist.
    fn unmapped(&self, url: &str, project: Option<&Project>, place: Option<Location>) -> Diagnostic {
        unmapped(url, SchemaMap::missing(&self.maps_of(project), url), place)
    }

    /// Returns the mappings of the options, which take precedence, and of the project.
    pub fn maps_of(&self, project: Option<&Project>) -> Vec<SchemaMap> {
        let of_project = project.into_iter().flat_map(|project| &project.schema_map);
        self.maps.iter().chain(of_project).cloned().collect()
    }

    /// Returns the gate of a built-in meta-schema.
    fn meta_gate(&self, url: &str) -> Compiled {
        let url_path = Path::new(url);
        let compile = || {
            let schema = meta_schema(url).unwrap_or_default();
            Gate::of_schema(schema).map(Arc::new).map_err(|error| Arc::new(CliError::file(url_path, error)))
        };
        self.cell(url_path, None).get_or_init(compile).clone()
    }

    /// Returns the place of a compiled schema.
    fn cell(&self, path: &Path, project: Option<&Project>) -> Arc<OnceLock<Compiled>> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = project.map(|project| project.directory.clone());
        gates.entry((path.to_owned(), directory)).or_default().clone()
    }

    /// Returns the gate of the schema of a bundle, which its evaluation names.
    #[cfg(feature = "lsp")]
    pub fn of_bundle(&self, schema: &Path, project: &ProjectOfFile) -> Option<Arc<Gate>> {
        self.gate_of(schema, project.project()).ok()
    }

    /// Returns the gate of a schema file.
    fn gate_of(&self, path: &Path, project: Option<&Project>) -> Compiled {
        let cell = self.cell(path, project);
        let compile = || input::schema_gate(path, &self.maps_of(project)).map(Arc::new).map_err(Arc::new);
        cell.get_or_init(compile).clone()
    }
}

fn unmapped(url: &str, missing: Option<PathBuf>, place: Option<Location>) -> Diagnostic {
    if let Some(missing) = missing {
        let message = format!("the schema {url} cannot be used: {} not found", missing.display());
        return Diagnostic::error(&codes::SCHEMA_NOT_FOUND, value::Path::root(), message)
            .at(place, "named here")
            .help("correct the file or directory that stands for the URL");
    }
    let message = format!("the schema {url} is a URL, and no file stands for it");
    let help = format!(
        "give its file with --schema-map {url}=FILE, or in [schema-map] of {PROJECT_FILE}; the network is not used"
    );
    Diagnostic::error(&codes::SCHEMA_NOT_FOUND, value::Path::root(), message).at(place, "named here").help(help)
}

/// Returns whether a config has keys, and none of them is one of the model.
pub(crate) fn is_foreign(gate: &Gate, tree: &Node) -> bool {
    let (Some(table), Some(known)) = (tree.as_table(), gate.view().properties()) else { return false };
    !table.is_empty() && !table.keys().any(|key| known.contains_key(key.as_str()))
}

/// Creates the diagnostic for a config without any key of the model. It stands in place of those for each of its keys, unless one
/// of them has a suggestion.
pub(crate) fn foreign(gate: &Gate, input: &Input) -> Option<Diagnostic> {
    if input.found.iter().any(Diagnostic::is_syntax) || !is_foreign(gate, &input.tree) {
        return None;
    }
    let (_, first) = input.tree.as_table()?.get_index(0)?;
    let name = gate.model_name().unwrap_or("the model of this program");
    let message = format!("the config has no key in common with {name}");
    let comment = match input.sources.text.as_ref()?.format() {
        Format::Toml => "#:schema FILE in its first line",
        Format::Yaml => "# yaml-language-server: $schema=FILE in its first line",
        Format::Json => "the key \"$schema\"",
    };
    let help = format!("name its schema: with {comment}, with --schema FILE, or in {PROJECT_FILE}");
    Some(
        Diagnostic::error(&codes::SCHEMA_NOT_NAMED, value::Path::root(), message)
            .at(input.sources.locations(&first.origin), "unknown")
            .help(help),
    )
}

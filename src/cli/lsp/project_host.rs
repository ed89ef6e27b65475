//! Choice of schemas and validation for the language server, as `check` does both.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use confgate_core::diagnostics::{Report, Severity};
use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::value::{Format, Source};
use confgate_lsp::{Analysis, Checked, Host, NixSchema};

use crate::cli::error::CliError;
use crate::cli::file_check::{CheckedFile, FileCheck};
use crate::cli::lsp::nix_bundles::NixBundles;
use crate::cli::path_name::display_name;
use crate::cli::project::{PROJECT_FILE, Project, project_gate};
use crate::cli::schemas::{SchemaArgs, Schemas};

/// Host of the language server.
pub(super) struct ProjectHost<'m> {
    args: &'m SchemaArgs,
    environment: Option<Environment>,
    model: &'m (dyn Fn() -> Gate + Sync),
    /// The bundles that were evaluated, whose files have their schemas.
    bundles: &'m NixBundles<'m>,
    /// The schemas and projects that were read.
    schemas: RefCell<Schemas<'m>>,
}

impl<'m> ProjectHost<'m> {
    pub(super) fn new(
        args: &'m SchemaArgs,
        environment: Option<Environment>,
        model: &'m (dyn Fn() -> Gate + Sync),
        bundles: &'m NixBundles<'m>,
    ) -> Self {
        Self { args, environment, model, bundles, schemas: RefCell::new(Schemas::new(args, model)) }
    }

    fn checked(&self, file: &Path, language: Option<Format>, text: &str) -> Result<Checked, CliError> {
        let schemas = self.schemas.borrow();
        let is_project_file = file.file_name().is_some_and(|name| name == PROJECT_FILE);
        let project = schemas.projects().of(file)?;
        if !is_project_file && let Some((name, report)) = project.rejection() {
            return Ok(blocked(name, report));
        }
        let format = if is_project_file { Format::Toml } else { project.format(file).or(language).unwrap_or_default() };
        let check = FileCheck {
            schemas: &schemas,
            environment: self.environment,
            unknown_keys: Severity::Error,
            accept: &[],
            denies_warnings: false,
            #[cfg(feature = "flags")]
            flags: None,
        };
        let CheckedFile { mut report, mut gate, schema_file, is_foreign, tree, sources } =
            check.run(file, &project, format, text.as_bytes().to_vec())?;
        // Editors open files of all kinds. Their schemas are given by the project, if it gives any.
        if is_foreign && project.project().is_none_or(|project| !project.entries.is_empty()) {
            (report, gate) = (Report::default(), None);
        }
        if is_project_file {
            let gate = project_gate().map_err(|error| CliError::file(file, error))?;
            if let Err(rejection) = Project::read(file, &display_name(file), text.as_bytes().to_vec(), &gate) {
                report = rejection;
            }
        }
        let source = sources.text.unwrap_or_else(|| Source::in_format(format, display_name(file), text));
        let options = ValidateOptions { environment: self.environment, ..ValidateOptions::default() };
        Ok(Checked::File(Analysis { source, tree, report, gate, schema_file, options }))
    }
}

impl Host for ProjectHost<'_> {
    fn check(&self, file: &Path, language: Option<Format>, text: &str) -> Checked {
        self.checked(file, language, text).unwrap_or_else(|error| Checked::Failed(error.to_string()))
    }

    fn nix_schema(&self, file: &Path, text: &str) -> Option<NixSchema> {
        let schemas = self.schemas.borrow();
        let project = schemas.projects().of(file).ok()?;
        // Comments are written as in TOML.
        let source = Source::in_format(Format::Toml, display_name(file), comments_at_top(text));
        let input = Input::text(&source, ValidateOptions::default());
        let choice = schemas.choose(file, &input, &project).ok()?.ok()?;
        // A Nix file that belongs to no project may be anything.
        if choice.is_guess && project.project().is_none() {
            return None;
        }
        let of_entry = project.entry().and_then(|entry| entry.service.clone());
        let of_project = || project.project().and_then(|project| project.service.clone());
        let of_bundle = || {
            let schema = self.bundles.schema_of(file).filter(|_| choice.is_guess)?;
            Some((schemas.of_bundle(&schema, &project)?, schema))
        };
        let (gate, schema_file) = match of_bundle() {
            Some((gate, schema)) => (gate, Some(schema)),
            None => (choice.gate.clone(), choice.file.clone()),
        };
        let of_model = || gate.model_name().map(str::to_owned);
        let service = of_entry.or_else(of_project).or_else(of_model);
        Some(NixSchema { gate, schema_file, service })
    }

    fn forget(&self) {
        self.schemas.replace(Schemas::new(self.args, self.model));
    }

    fn inputs(&self, file: &Path) -> Vec<PathBuf> {
        let projects = file.ancestors().skip(1).map(|folder| folder.join(PROJECT_FILE));
        projects.chain(self.schemas.borrow().files()).collect()
    }
}

/// Returns the result for a file below an invalid `confgate.toml`.
fn blocked(name: &str, report: &Report) -> Checked {
    let by = std::path::absolute(name).unwrap_or_else(|_| PathBuf::from(name));
    let place = report.diagnostics().iter().find_map(|diagnostic| diagnostic.place());
    let source = place.map_or_else(|| Source::new(name, ""), |place| place.source.clone());
    Checked::Blocked { by, source, report: report.clone() }
}

/// Returns the comments and empty lines at the start of a text.
fn comments_at_top(text: &str) -> String {
    let is_comment = |line: &&str| line.trim().is_empty() || line.starts_with('#');
    text.split_inclusive('\n').take_while(is_comment).collect()
}

//! Validation of the text of one file: the report of `check`, of its watch and of the language server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use confgate_core::diagnostics::{Diagnostic, Report, Severity, codes};
use confgate_core::environment::Environment;
use confgate_core::flags::Date;
#[cfg(feature = "flags")]
use confgate_core::flags::check_conditions;
use confgate_core::gate::{Gate, Input, Outcome, ValidateOptions};
use confgate_core::value::{Format, Node, Sources};
use confgate_core::{parallel, profile};

use crate::cli::error::CliError;
#[cfg(feature = "flags")]
use crate::cli::flags::declared_flags;
use crate::cli::input;
use crate::cli::path_name::is_named;
use crate::cli::project::ProjectOfFile;
use crate::cli::schemas::{SchemaChoice, Schemas, foreign, is_foreign};

/// Options of the validation of files.
pub(crate) struct FileCheck<'a> {
    pub schemas: &'a Schemas<'a>,
    pub environment: Option<Environment>,
    /// Level of unknown keys.
    pub unknown_keys: Severity,
    /// Accepted warnings, beside those of the project.
    pub accept: &'a [String],
    pub denies_warnings: bool,
    /// The flags file that declares the flags of conditions.
    #[cfg(feature = "flags")]
    pub flags: Option<&'a Path>,
}

/// A file that was validated.
pub(crate) struct CheckedFile {
    pub report: Report,
    /// The gate; `None` if the schema of the file cannot be used.
    pub gate: Option<Arc<Gate>>,
    /// File of the schema.
    #[cfg_attr(not(feature = "lsp"), expect(dead_code, reason = "read by the language server"))]
    pub schema_file: Option<PathBuf>,
    /// True if nothing names a schema, and no key is one of the model.
    #[cfg_attr(not(feature = "lsp"), expect(dead_code, reason = "read by the language server"))]
    pub is_foreign: bool,
    /// The values as they are written.
    pub tree: Node,
    pub sources: Sources,
}

/// Returns what the extension of a file says, where it is not one of TOML, JSON or YAML.
fn note_on_extension(file: &Path) -> Option<String> {
    match file.extension()?.to_str()? {
        extension @ ("jsonc" | "json5" | "hjson" | "geojson" | "webmanifest") => Some(format!(
            "files with the extension .{extension} are read as TOML; --input json reads JSON, which has no comments"
        )),
        "nix" => Some("`nix build` checks modules, in the bundle that mkBundle makes of them".to_owned()),
        _ => None,
    }
}

impl FileCheck<'_> {
    /// Validates the bytes of a file whose project is valid.
    pub fn run(
        &self,
        file: &Path,
        project: &ProjectOfFile,
        format: Format,
        bytes: Vec<u8>,
    ) -> Result<CheckedFile, CliError> {
        let options = ValidateOptions {
            environment: self.environment,
            unknown_keys: self.unknown_keys,
            today: Some(Date::of(SystemTime::now())),
            ..ValidateOptions::default()
        };
        let is_large = bytes.len() >= parallel::LARGE;
        let parse = || input::parse(file, format, bytes, options);
        let (mut input, ()) = parallel::both(is_large, parse, || self.schemas.prepare(project));
        let is_guess = format == Format::Toml && project.format(file).is_none();
        if let Some(note) = is_guess.then(|| note_on_extension(file)).flatten()
            && let Some(syntax) = input.found.iter_mut().find(|diagnostic| diagnostic.is_syntax())
        {
            syntax.notes.push(note);
        }
        let SchemaChoice { gate, file: schema_file, is_guess, found: mut warnings, accept } =
            match self.schemas.choose(file, &input, project)? {
                Ok(choice) => choice,
                Err(unusable) => {
                    let Input { tree, sources, mut found, .. } = input;
                    found.push(*unusable);
                    let report = Report::new(found);
                    return Ok(CheckedFile { report, gate: None, schema_file: None, is_foreign: false, tree, sources });
                }
            };
        let is_foreign = is_guess && is_foreign(&gate, &input.tree);
        let foreign = if is_foreign { foreign(&gate, &input) } else { None };
        let Input { tree, sources, mut found, options } = input;
        found.append(&mut warnings);
        if is_named(file, profile::BESIDE) {
            found.extend(gate.beside_profiles(&tree, &sources));
        }
        #[cfg(feature = "flags")]
        found.extend(self.undeclared_flags(&gate, &tree, &sources, options)?);
        let Outcome { mut report, tree, .. } = gate.validate_as_written(tree, &sources, found, options);
        if let Some(report) = report_of_foreign(foreign, &report) {
            return Ok(CheckedFile { report, gate: Some(gate), schema_file, is_foreign, tree, sources });
        }
        report.accept(self.accept);
        report.accept(&accept);
        if self.denies_warnings {
            report.deny_warnings();
        }
        Ok(CheckedFile { report, gate: Some(gate), schema_file, is_foreign, tree, sources })
    }

    /// Reports the flags and variants of conditions that the flags file does not declare.
    #[cfg(feature = "flags")]
    fn undeclared_flags(
        &self,
        gate: &Gate,
        tree: &Node,
        sources: &Sources,
        options: ValidateOptions,
    ) -> Result<Vec<Diagnostic>, CliError> {
        let (Some(file), Some(path)) = (self.flags, gate.profiles_path()) else { return Ok(Vec::new()) };
        let declared = declared_flags(file)?;
        let profiles = gate.take_profiles(&mut tree.clone(), sources, options).profiles;
        Ok(check_conditions(&profiles, &declared, path, sources))
    }
}

/// Returns the report of a config that may be that of another service, in place of one about its keys.
pub(crate) fn report_of_foreign(foreign: Option<Diagnostic>, report: &Report) -> Option<Report> {
    foreign.filter(|_| !is_misspelled(report)).map(|foreign| Report::new(vec![foreign]))
}

/// Returns whether most unknown keys of a config have a suggestion.
fn is_misspelled(report: &Report) -> bool {
    let unknown = report.diagnostics().iter().filter(|diagnostic| diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY));
    let (near, far): (Vec<_>, Vec<_>) = unknown.partition(|diagnostic| !diagnostic.suggestions.is_empty());
    near.len() > far.len()
}

//! `confgate bundles`: list of built bundles.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::bundle::{Manifest, ManifestDiagnostic};
use confgate_core::diagnostics::Severity;
use confgate_core::render::count;
use confgate_files::SizeLimit;

use crate::cli::bundle_directory::{MANIFEST, bundles_in};
use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::input::read_file;
use crate::cli::output::Output;

/// List bundles, one per line: name, environment, keys, diagnostics, path.
#[derive(Debug, Args)]
pub struct Bundles {
    /// Bundles, or directories of bundles such as `result`.
    #[arg(required = true, value_name = "DIR")]
    directories: Vec<PathBuf>,
}

impl Bundles {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let mut bundles = Vec::new();
        for directory in &self.directories {
            bundles.extend(bundles_in(directory)?);
        }
        let manifests = bundles.iter().map(|path| read_manifest(path)).collect::<Result<Vec<Manifest>, CliError>>()?;
        let name_width = manifests.iter().map(|manifest| manifest.name.len()).max().unwrap_or(0);
        let environment_width = manifests.iter().map(|manifest| manifest.environment.name().len()).max().unwrap_or(0);
        for (path, manifest) in bundles.iter().zip(&manifests) {
            let real_path = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            output.put(&format!(
                "{:name_width$}  {:environment_width$}  {}  {}  {}\n",
                manifest.name,
                manifest.environment,
                count(manifest.keys, "key"),
                summary(&manifest.diagnostics),
                real_path.display(),
            ))?;
        }
        Ok(ExitStatus::Success)
    }
}

/// Returns the number of errors and warnings. A bundle with errors was built without validation.
fn summary(diagnostics: &[ManifestDiagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    match (errors, diagnostics.len() - errors) {
        (0, 0) => "no diagnostics".to_owned(),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("not validated: {}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

fn read_manifest(bundle: &Path) -> Result<Manifest, CliError> {
    let path = bundle.join(MANIFEST);
    let text = read_file(&path, SizeLimit::BUNDLE_FILE)?;
    serde_json::from_slice(&text).map_err(|error| CliError::file(&path, FileError::InvalidManifest(error)))
}

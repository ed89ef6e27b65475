//! `confgate bundles`: what a build left.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::bundle::{Manifest, ManifestDiagnostic};
use confgate_core::diagnostics::Severity;
use confgate_core::render::count;

use crate::cli::output::Output;
use crate::cli::{DONE, Failure};

/// List bundles, a line each: environment, keys, diagnostics, path.
#[derive(Debug, Args)]
pub struct Bundles {
    /// Bundles, or folders of them such as `result`.
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
}

impl Bundles {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let mut found = Vec::new();
        for folder in &self.folders {
            found.extend(bundles_in(folder)?);
        }
        let manifests = found.iter().map(|path| read(path)).collect::<Result<Vec<Manifest>, Failure>>()?;
        let name = manifests.iter().map(|manifest| manifest.name.len()).max().unwrap_or(0);
        let environment = manifests.iter().map(|manifest| manifest.environment.name().len()).max().unwrap_or(0);
        for (path, manifest) in found.iter().zip(&manifests) {
            let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            let keys = count(manifest.keys, "key");
            let diagnostics =
                if manifest.diagnostics.is_empty() { "no findings".to_owned() } else { told(&manifest.diagnostics) };
            output.put(&format!(
                "{:name$}  {:environment$}  {keys}  {diagnostics}  {}\n",
                manifest.name,
                manifest.environment,
                real.display(),
            ))?;
        }
        Ok(DONE)
    }
}

fn told(diagnostics: &[ManifestDiagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    match (errors, diagnostics.len() - errors) {
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("not checked: {}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// The folder itself when it is a bundle, else those in it.
pub fn bundles_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if folder.join("manifest.json").exists() {
        return Ok(vec![folder.to_owned()]);
    }
    let failed = |error: std::io::Error| Failure(format!("{}: {error}", folder.display()));
    let entries = fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut found: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    found.retain(|path| path.join("manifest.json").exists());
    found.sort();
    if found.is_empty() {
        return Err(Failure(format!("{}: no bundle in it", folder.display())));
    }
    Ok(found)
}

fn read(bundle: &Path) -> Result<Manifest, Failure> {
    let path = bundle.join("manifest.json");
    let failed = |reason: String| Failure(format!("{}: {reason}", path.display()));
    let text = fs::read(&path).map_err(|error| failed(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| failed(format!("not a manifest: {error}")))
}

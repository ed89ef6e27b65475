use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use confgate_core::bundle::{Manifest, SCHEMA_FILE};
use confgate_core::diagnostics::Report;
use confgate_core::pretty_json::document;
use serde::Serialize;

use crate::error::BuildError;

/// Validated config and its rendered files.
pub struct Bundle {
    /// Diagnostics of the config.
    pub report: Report,
    /// Files to write, or `None` if the config is rejected.
    pub files: Option<BundleFiles>,
}

/// Names and texts of a bundle's files.
pub struct BundleFiles(Vec<(&'static str, String)>);

impl BundleFiles {
    /// Renders the files beside the config, whose name and text are given.
    pub fn new(
        config: (&'static str, String),
        origins: &BTreeMap<String, impl Serialize>,
        manifest: &Manifest,
    ) -> Self {
        Self(vec![config, ("origins.json", one_line_per_entry(origins)), ("manifest.json", document(manifest))])
    }

    /// Adds the text of the schema, for editors.
    #[must_use]
    pub fn with_schema(mut self, schema: Option<String>) -> Self {
        self.0.extend(schema.map(|schema| (SCHEMA_FILE, schema)));
        self
    }

    /// Returns the text of the config.
    pub fn config(&self) -> &str {
        self.0.first().map_or("", |(_, text)| text)
    }

    /// Returns the names and texts.
    pub fn into_files(self) -> Vec<(&'static str, String)> {
        self.0
    }

    /// Creates a directory and writes the files to it.
    ///
    /// # Errors
    ///
    /// The directory or a file cannot be written.
    pub fn write(&self, directory: &Path) -> Result<(), BuildError> {
        fs::create_dir(directory).map_err(BuildError::io(directory))?;
        for (name, text) in &self.0 {
            let path = directory.join(name);
            fs::write(&path, text).map_err(BuildError::io(&path))?;
        }
        Ok(())
    }
}

/// Renders a JSON object with one line for each entry: a reader finds a value beside its places, and the files of a fleet stay small.
fn one_line_per_entry(map: &BTreeMap<String, impl Serialize>) -> String {
    let lines: Vec<String> = map
        .iter()
        .map(|(key, value)| {
            // Maps with string keys and plain values always serialize.
            let key = serde_json::to_string(key).unwrap_or_default();
            format!("  {key}: {}", serde_json::to_string(value).unwrap_or_default())
        })
        .collect();
    if lines.is_empty() { "{}\n".to_owned() } else { format!("{{\n{}\n}}\n", lines.join(",\n")) }
}

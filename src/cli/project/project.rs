//! A project: its `confgate.toml`, read and validated.

use std::path::{Path, PathBuf};

use confgate_builder::SchemaMap;
use confgate_core::diagnostics::{Diagnostic, Report};
use confgate_core::gate::{Gate, Input, Outcome, ValidateOptions};
use confgate_core::value::{self, Format, Location, Sources};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::cli::project::accepted_check::AcceptedCheck;
use crate::cli::project::entry::ProjectEntry;
use crate::cli::project::project_file::{ProjectFile, SchemaEntry};

/// Name of the file.
pub(crate) const PROJECT_FILE: &str = "confgate.toml";

/// Settings of a project.
#[derive(Debug)]
pub(crate) struct Project {
    /// Directory of the file.
    pub directory: PathBuf,
    #[cfg_attr(
        not(any(feature = "live", feature = "lsp")),
        expect(dead_code, reason = "read by commands that load configs, and by the language server")
    )]
    pub service: Option<String>,
    #[cfg_attr(not(feature = "live"), expect(dead_code, reason = "read by commands that load configs"))]
    pub env_prefix: Option<String>,
    /// Accepted warnings, with their places in the file.
    pub accept: Vec<AcceptedCheck>,
    /// Formats of the files that a directory stands for.
    pub formats: Vec<Format>,
    /// URLs of schemas, and the files or directories that stand for them.
    pub schema_map: Vec<SchemaMap>,
    pub entries: Vec<ProjectEntry>,
    /// Bundles that are built from Nix files.
    #[cfg_attr(not(feature = "lsp"), expect(dead_code, reason = "read by the language server"))]
    pub bundles: Vec<String>,
}

impl Project {
    /// Reads the text of a `confgate.toml`. Returns its report if it is rejected.
    pub fn read(path: &Path, name: &str, bytes: Vec<u8>, gate: &Gate) -> Result<Self, Report> {
        let input = Input::bytes(Format::Toml, name.to_owned(), bytes, ValidateOptions::default());
        let sources = input.sources.clone();
        let Outcome { report, tree, .. } = gate.validate(input);
        if !report.admits() {
            return Err(report);
        }
        let mut found = report.diagnostics().to_vec();
        // A tree that fits the schema of the type deserializes.
        let file = ProjectFile::deserialize(&tree).unwrap_or_default();
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut entries = Vec::with_capacity(file.schemas.len());
        for (index, entry) in file.schemas.into_iter().enumerate() {
            let at = value::Path::root().key("schemas").index(index);
            let locate = |path: &value::Path| location(&tree, path, &sources);
            match compile(&entry.files) {
                Ok(files) => {
                    let accept = AcceptedCheck::list(&entry.accept, |element| locate(&at.key("accept").index(element)));
                    entries.push(project_entry(entry, files, locate(&at.key("schema")), accept));
                }
                Err((element, error)) => {
                    let path = at.key("files").index(element);
                    let message = format!("{path} is not a pattern: {}", error.kind());
                    let diagnostic = Diagnostic::error(path.field(), path.clone(), message)
                        .at(locate(&path), "")
                        .help("write a path such as config/*.yaml or **/settings.json");
                    found.push(diagnostic);
                }
            }
        }
        let report = Report::new(found);
        if !report.admits() {
            return Err(report);
        }
        let formats = if file.formats.is_empty() {
            vec![Format::Toml]
        } else {
            file.formats.into_iter().map(Format::from).collect()
        };
        let accept = AcceptedCheck::list(&file.accept, |element| {
            location(&tree, &value::Path::root().key("accept").index(element), &sources)
        });
        let schema_map =
            file.schema_map.into_iter().map(|(url, path)| SchemaMap::new(url, directory.join(path))).collect();
        Ok(Self {
            service: file.service,
            env_prefix: file.env_prefix,
            accept,
            formats,
            schema_map,
            entries,
            bundles: file.nix.bundles,
            directory,
        })
    }

    /// Returns the entry of a file, by its absolute path.
    pub fn entry(&self, file: &Path) -> Option<&ProjectEntry> {
        let relative = file.strip_prefix(&self.directory).ok()?;
        self.entries.iter().find(|entry| entry.matches(relative))
    }
}

fn project_entry(
    entry: SchemaEntry,
    files: GlobSet,
    place: Option<Location>,
    accept: Vec<AcceptedCheck>,
) -> ProjectEntry {
    ProjectEntry {
        files,
        schema: entry.schema,
        place,
        format: entry.format.map(Format::from),
        service: entry.service,
        env_prefix: entry.env_prefix,
        accept,
    }
}

/// Compiles patterns. Fails with the index of a wrong one.
fn compile(patterns: &[String]) -> Result<GlobSet, (usize, globset::Error)> {
    let mut set = GlobSetBuilder::new();
    for (index, pattern) in patterns.iter().enumerate() {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        let glob = GlobBuilder::new(pattern).literal_separator(true).build().map_err(|error| (index, error))?;
        set.add(glob);
    }
    set.build().map_err(|error| (0, error))
}

fn location(tree: &value::Node, path: &value::Path, sources: &Sources) -> Option<Location> {
    let node = tree.get(&path.0)?;
    sources.value_location(&node.origin)
}

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use confgate_core::bundle::{Digests, Manifest};
use confgate_core::diagnostics::{Diagnostic, Severity};
use confgate_core::gate::{Gate, Input, ValidateOptions, accepted, written};
use confgate_core::pretty_json::document;
use confgate_core::schema;
use confgate_core::value::{self, Origin, Source, Sources, json};
use confgate_files::SizeLimit;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::bundle_files::{Bundle, BundleFiles};
use crate::error::BuildError;
use crate::hidden_places::hidden_places;
use crate::render::{render_config, schema_line};
use crate::request::{BuildRequest, BundleRequest};
use crate::schema_files::{LoadedSchema, SchemaFiles, SchemaMap};

/// Common inputs of all bundles of a request: read, hashed and compiled once.
pub struct BuildContext {
    gate: Gate,
    schema_digest: String,
    sources: HashMap<String, HashedSource>,
    check: bool,
    accept: Vec<String>,
    deny_warnings: bool,
    /// Text of the schema, if the bundles hold it.
    schema_text: Option<String>,
}

/// Nix file and its SHA-256 in hexadecimal.
struct HashedSource {
    source: Source,
    digest: String,
}

impl BuildContext {
    /// Reads the files that the request names. `bundled` makes the gate if the request has no schema.
    ///
    /// # Errors
    ///
    /// A file cannot be read, the schema is invalid, or an accepted warning has an unknown name.
    pub fn new(request: &BuildRequest, bundled: &dyn Fn() -> Gate) -> Result<Self, BuildError> {
        let RequestedSchema { gate, digest: schema_digest, text } = match &request.schema {
            Some(path) => load_schema(path, request)?,
            None => {
                let gate = bundled();
                let text = document(gate.schema());
                RequestedSchema { gate, digest: sha256_hex(text.as_bytes()), text: Some(text) }
            }
        };
        accepted::check_names(&request.accept, &gate)?;
        let mut sources = HashMap::with_capacity(request.sources.len());
        for (name, path) in &request.sources {
            let bytes = confgate_files::read(path, SizeLimit::BUILD_INPUT).map_err(BuildError::read(path))?;
            let source = Source::new(name.clone(), String::from_utf8_lossy(&bytes));
            sources.insert(name.clone(), HashedSource { source, digest: sha256_hex(&bytes) });
        }
        Ok(Self {
            gate,
            schema_digest,
            sources,
            check: request.check,
            accept: request.accept.clone(),
            deny_warnings: request.deny_warnings,
            schema_text: text.filter(|_| request.with_schema),
        })
    }

    /// Validates and renders one bundle.
    ///
    /// # Errors
    ///
    /// The settings contain a number that no config can hold, or, in a build without a check, a value that TOML cannot express.
    pub fn build(&self, request: &BundleRequest) -> Result<Bundle, BuildError> {
        let input = self.input(request)?;
        let secret_places = hidden_places(&request.problems, &self.gate, &input.tree, &input.sources);
        let mut outcome = self.gate.validate(input);
        outcome.report = std::mem::take(&mut outcome.report).with_secrets(secret_places);
        outcome.report.accept(&self.accept);
        if self.deny_warnings {
            outcome.report.deny_warnings();
        }
        let admitted = outcome.report.admits();
        if self.check && !admitted {
            return Ok(Bundle { report: outcome.report, files: None });
        }
        let (file, mut text) = render_config(&outcome.tree, request.format, &request.name)?;
        if self.schema_text.is_some() {
            text.insert_str(0, &schema_line(request.format));
        }
        let config = (file, text);
        if admitted {
            let options = ValidateOptions { environment: Some(outcome.environment), ..options(request) };
            let reread = Input::text(&Source::in_format(request.format, config.0, config.1.as_str()), options);
            written::verify(self.gate.spec(), &outcome.tree, reread).map_err(BuildError::settings(&request.name))?;
        }
        let manifest = Manifest {
            name: request.name.clone(),
            environment: outcome.environment,
            model: self.gate.model_name().map(str::to_owned),
            admitted,
            keys: outcome.tree.leaf_count(),
            diagnostics: outcome.report.diagnostics().iter().map(Into::into).collect(),
            digests: Digests {
                schema: self.schema_digest.clone(),
                settings: sha256_hex(config.1.as_bytes()),
                sources: self.sources_of(request).map(|(name, file)| (name.clone(), file.digest.clone())).collect(),
            },
        };
        let files = BundleFiles::new(config, &request.origins, &manifest).with_schema(self.schema_text.clone());
        Ok(Bundle { report: outcome.report, files: Some(files) })
    }

    /// Returns the Nix files that the values and problems of a bundle refer to, in the order of their names.
    fn sources_of<'a>(&'a self, request: &'a BundleRequest) -> impl Iterator<Item = (&'a String, &'a HashedSource)> {
        let names: BTreeSet<&str> = request.files().collect();
        names.into_iter().filter_map(|name| self.sources.get_key_value(name))
    }

    /// Makes the input of the gate: the settings with their origins, and the problems as diagnostics.
    fn input(&self, request: &BundleRequest) -> Result<Input, BuildError> {
        let mut tree = json::read(request.settings.clone()).map_err(BuildError::settings(&request.name))?;
        for (pointer, origins) in &request.origins {
            if let Some(node) = tree.get_mut(&value::Path::from_pointer(pointer).0) {
                node.origin = Origin::Nix(Arc::from(origins.set.as_slice()));
            }
        }
        let sources = Sources {
            nix: self.sources_of(request).map(|(name, file)| (name.clone(), file.source.clone())).collect(),
            ..Sources::default()
        };
        let found: Vec<Diagnostic> =
            request.problems.iter().map(|problem| problem.diagnostic(&self.gate, &tree, &sources)).collect();
        Ok(Input { tree, sources, found, options: options(request) })
    }
}

/// Returns the options by which a bundle is validated.
fn options(request: &BundleRequest) -> ValidateOptions {
    ValidateOptions {
        environment: Some(request.environment),
        plain_secrets: Severity::Error,
        fill_defaults: true,
        ..ValidateOptions::default()
    }
}

/// Schema of a request.
struct RequestedSchema {
    gate: Gate,
    /// Digest of the schema and the documents that it refers to: that of the file if it refers to none, and else that of the digests
    /// of all.
    digest: String,
    /// Text of the schema, if it refers to no other document.
    text: Option<String>,
}

fn load_schema(path: &Path, request: &BuildRequest) -> Result<RequestedSchema, BuildError> {
    let bytes = confgate_files::read(path, SizeLimit::SCHEMA).map_err(BuildError::read(path))?;
    let schema: Json =
        schema::from_bytes(&bytes).map_err(|source| BuildError::SchemaText { path: path.to_owned(), source })?;
    let maps: Vec<SchemaMap> = request.schema_map.iter().map(|(url, path)| SchemaMap::new(url, path)).collect();
    let LoadedSchema { gate, documents } =
        SchemaFiles::load(schema, path, &maps, |source| Gate::of_schema(source)).map_err(BuildError::schema(path))?;
    let own = sha256_hex(&bytes);
    if documents.is_empty() {
        return Ok(RequestedSchema { gate, digest: own, text: String::from_utf8(bytes).ok() });
    }
    let digests: Vec<String> = [own].into_iter().chain(documents.iter().map(|bytes| sha256_hex(bytes))).collect();
    Ok(RequestedSchema { gate, digest: sha256_hex(digests.join("\n").as_bytes()), text: None })
}

fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

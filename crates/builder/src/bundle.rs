//! Bundles: the config, `origins.json` and `manifest.json`, or a report and nothing.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use confgate_core::bundle::{Digests, Manifest};
use confgate_core::diagnostics::{Diagnostic, Report, Severity};
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::pretty_json::document;
use confgate_core::toml;
use confgate_core::value::{self, Origin, Source, Sources, json};
use serde::Serialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::error::{BuildError, request, variable};
use crate::request::{Format, Order, Request};

/// What a build came to.
#[derive(Debug)]
pub struct Built {
    /// Everything that was found.
    pub report: Report,
    /// Whether the config was refused and nothing was written.
    pub refused: bool,
}

/// Builds the bundle that Nix asks for through the environment of a builder.
///
/// # Errors
///
/// The request cannot be read or the output cannot be written. A config that is refused is no error: its report says so.
pub fn build(bundled: &dyn Fn() -> Gate) -> Result<Built, BuildError> {
    let out = variable("out")?;
    let asked: Request = request()?;
    let shared = Shared::new(&asked, bundled)?;
    let [order] = asked.orders.as_slice() else {
        return Err(BuildError::refused(Path::new("orders"), &"a bundle is made from one order"));
    };
    let bundle = shared.make(order)?;
    if let Some(files) = &bundle.files {
        files.write(&out)?;
    }
    Ok(Built { refused: bundle.files.is_none(), report: bundle.report })
}

/// What all orders of a request share: read, hashed and compiled once.
pub struct Shared {
    gate: Gate,
    schema_digest: String,
    sources: HashMap<String, (Source, String)>,
    check: bool,
    accept: Vec<String>,
    deny_warnings: bool,
}

/// One config, examined and rendered.
pub struct Bundle {
    /// Everything that was found.
    pub report: Report,
    /// What is to be written; nothing when the config was refused.
    pub files: Option<Files>,
}

/// The files of a bundle and their texts.
pub struct Files(Vec<(&'static str, String)>);

impl Shared {
    /// Reads what the request names.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or the schema is none.
    pub fn new(asked: &Request, bundled: &dyn Fn() -> Gate) -> Result<Self, BuildError> {
        let (gate, schema_text) = match &asked.schema {
            Some(path) => {
                let text = fs::read(path).map_err(BuildError::io(path))?;
                (own_gate(&text, path)?, text)
            }
            None => {
                let gate = bundled();
                let text = document(gate.schema()).into_bytes();
                (gate, text)
            }
        };
        let sources = asked.sources.iter().map(|(name, path)| {
            let bytes = fs::read(path).map_err(BuildError::io(path))?;
            let source = Source::new(name.clone(), String::from_utf8_lossy(&bytes));
            Ok((name.clone(), (source, digest(&bytes))))
        });
        let sources = sources.collect::<Result<_, BuildError>>()?;
        let schema_digest = digest(&schema_text);
        let Request { check, deny_warnings, .. } = *asked;
        Ok(Self { gate, schema_digest, sources, check, accept: asked.accept.clone(), deny_warnings })
    }

    /// Examines and renders one config.
    ///
    /// # Errors
    ///
    /// The order holds a number that no config can hold, or what TOML cannot say although it was not checked.
    pub fn make(&self, order: &Order) -> Result<Bundle, BuildError> {
        let input = self.input(order)?;
        let problems = order.problems.iter();
        let hidden = problems.flat_map(|problem| problem.hidden(&self.gate, &input.tree, &input.sources));
        let hidden: Vec<_> = hidden.collect();
        let mut outcome = self.gate.examine(input);
        outcome.report = std::mem::take(&mut outcome.report).hiding(hidden);
        outcome.report.accept(&self.accept);
        if self.deny_warnings {
            outcome.report.deny_warnings();
        }
        let admitted = outcome.report.admits();
        if self.check && !admitted {
            return Ok(Bundle { report: outcome.report, files: None });
        }
        let (name, text) = match order.format {
            Format::Toml => {
                let text = toml::write(&outcome.tree);
                ("config.toml", text.map_err(|error| BuildError::refused(Path::new(&order.name), &error))?)
            }
            Format::Json => ("config.json", document(&json::write(&outcome.tree))),
        };
        let manifest = Manifest {
            name: order.name.clone(),
            environment: outcome.environment,
            model: self.gate.model_name().map(str::to_owned),
            admitted,
            keys: outcome.tree.leaf_count(),
            diagnostics: outcome.report.diagnostics().iter().map(Into::into).collect(),
            digests: Digests {
                schema: self.schema_digest.clone(),
                settings: digest(text.as_bytes()),
                sources: self.sources_of(order).map(|(name, (_, digest))| (name.clone(), digest.clone())).collect(),
            },
        };
        let origins = entries(&order.origins);
        let files = vec![(name, text), ("origins.json", origins), ("manifest.json", document(&manifest))];
        Ok(Bundle { report: outcome.report, files: Some(Files(files)) })
    }

    /// The files that define values of this order.
    fn sources_of<'a>(&'a self, order: &'a Order) -> impl Iterator<Item = (&'a String, &'a (Source, String))> {
        let named: std::collections::BTreeSet<&str> = order.files().collect();
        named.into_iter().filter_map(|name| self.sources.get_key_value(name))
    }

    fn input(&self, order: &Order) -> Result<Input, BuildError> {
        let tree = json::read(order.settings.clone());
        let mut tree = tree.map_err(|error| BuildError::refused(Path::new(&order.name), &error))?;
        for (pointer, written) in &order.origins {
            if let Some(node) = tree.get_mut(&value::Path::from_pointer(pointer).0) {
                node.origin = Origin::Nix(Arc::from(written.set.as_slice()));
            }
        }
        let nix = self.sources_of(order).map(|(name, (source, _))| (name.clone(), source.clone()));
        let sources = Sources { nix: nix.collect(), ..Sources::default() };
        let problems = order.problems.iter();
        let found: Vec<Diagnostic> = problems.map(|problem| problem.diagnostic(&self.gate, &tree, &sources)).collect();
        let options = ValidateOptions {
            environment: Some(order.environment),
            plain_secrets: Severity::Error,
            fill_defaults: true,
            ..ValidateOptions::default()
        };
        Ok(Input { tree, sources, found, options })
    }
}

impl Files {
    /// Writes the files to a folder, which is made for them.
    ///
    /// # Errors
    ///
    /// The folder or a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), BuildError> {
        fs::create_dir(folder).map_err(BuildError::io(folder))?;
        for (name, text) in &self.0 {
            let path = folder.join(name);
            fs::write(&path, text).map_err(BuildError::io(&path))?;
        }
        Ok(())
    }
}

fn own_gate(text: &[u8], path: &Path) -> Result<Gate, BuildError> {
    let schema: Json = serde_json::from_slice(text).map_err(|error| BuildError::refused(path, &error))?;
    Gate::of_schema(schema).map_err(|error| BuildError::refused(path, &error))
}

/// A JSON object with a line for each entry, in order: a reader finds a value with its places, and a fleet of them stays
/// small.
fn entries(map: &BTreeMap<String, impl Serialize>) -> String {
    let lines: Vec<String> = map
        .iter()
        .map(|(key, value)| {
            // Like a whole document, these always serialize.
            let key = serde_json::to_string(key).unwrap_or_default();
            format!("  {key}: {}", serde_json::to_string(value).unwrap_or_default())
        })
        .collect();
    if lines.is_empty() { "{}\n".to_owned() } else { format!("{{\n{}\n}}\n", lines.join(",\n")) }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

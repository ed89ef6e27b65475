//! Configs of bundles that the gate admitted.

use std::collections::BTreeMap;

use confgate_core::bundle::{ValueOrigins, config_name, definition_of};
use confgate_core::diagnostics::{Report, Severity};
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::value::{Definition, Format, Node, Path};
use confgate_deploy::Bundle;
use thiserror::Error;

/// The config of a bundle, in its canonical form.
#[derive(Debug, Clone)]
pub struct GatedConfig {
    /// The values.
    pub tree: Node,
    /// The Nix definitions of the values, by their JSON Pointers.
    pub origins: BTreeMap<String, ValueOrigins>,
    /// Diagnostics that do not reject it.
    pub report: Report,
    /// Format of its file.
    pub format: Format,
}

/// The reason why a bundle is not published.
#[derive(Debug, Error)]
pub enum GateError {
    /// The bundle is one of another service.
    #[error("the bundle is for {}, and the program for {}", named(.bundle), named(.program))]
    OtherService {
        /// Model of the bundle.
        bundle: Option<String>,
        /// Model of the gate.
        program: Option<String>,
    },
    /// The gate rejects the config.
    #[error("rejected by the gate\n{0}")]
    Rejected(#[source] Box<Report>),
    /// The origins are not those of a bundle.
    #[error("origins.json: {0}")]
    Origins(#[source] serde_json::Error),
    /// The bundle holds no config.
    #[error("the bundle holds no config")]
    NoConfig,
}

fn named(model: &Option<String>) -> &str {
    model.as_deref().unwrap_or("a service without a model")
}

/// Returns the options by which the config of a bundle is validated: as in its build, so that no secret in plain text passes.
pub(crate) fn options(bundle: &Bundle) -> ValidateOptions {
    ValidateOptions {
        environment: Some(bundle.manifest.environment),
        plain_secrets: Severity::Error,
        fill_defaults: true,
        ..ValidateOptions::default()
    }
}

impl GatedConfig {
    /// Passes the config of a bundle through the gate, as it was built: references stand in the place of secrets.
    ///
    /// # Errors
    ///
    /// The bundle is one of another service, or the gate rejects its config.
    pub fn of(bundle: &Bundle, gate: &Gate) -> Result<Self, GateError> {
        if !bundle.is_for(gate) {
            let program = gate.model_name().map(str::to_owned);
            return Err(GateError::OtherService { bundle: bundle.manifest.model.clone(), program });
        }
        let file = |is_wanted: &dyn Fn(&str) -> bool| bundle.files.iter().find(|file| is_wanted(&file.name));
        let config = file(&|name| Format::ALL.map(config_name).contains(&name)).ok_or(GateError::NoConfig)?;
        let format = Format::of_file(config.name.as_ref()).unwrap_or_default();
        let origins = file(&|name| name == "origins.json").map_or(&b"{}"[..], |file| &file.bytes);
        let origins: BTreeMap<String, ValueOrigins> = serde_json::from_slice(origins).map_err(GateError::Origins)?;
        let name = format!("{}/{}", bundle.manifest.name, config.name);
        let input = Input::bytes(format, name, config.bytes.to_vec(), options(bundle));
        let outcome = gate.validate(input);
        if !outcome.report.admits() {
            return Err(GateError::Rejected(Box::new(outcome.report)));
        }
        Ok(Self { tree: outcome.tree, origins, report: outcome.report, format })
    }

    /// Returns the definition of a value: of itself, else of what contains it, else of what it contains.
    pub fn definition_of(&self, path: &Path) -> Option<&Definition> {
        definition_of(&self.origins, path)
    }
}

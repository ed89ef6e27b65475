//! Inputs of a load that do not depend on the config type.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use confgate_core::diagnostics::{Diagnostic, Severity, codes};
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::schema::fields::restart_fields;
use confgate_core::value;
use jiff::Timestamp;

use crate::load::bundle::environment_of;
use crate::load::location::{ConfigLocation, candidates};
use crate::load::secret_sources::SecretSources;
use crate::load::variables::variable_place;
use crate::profile::ResourceMeter;
use crate::secrets::SecretBackends;
use crate::system::SystemContext;
use crate::variable_names::{CONFIG_PATH, ENV, VariableNames};

/// Inputs of a load: gate, location of the config, secret sources, system context and clock.
pub(crate) struct LoadContext {
    pub(super) gate: Gate,
    pub(super) names: Option<VariableNames>,
    pub(super) system: SystemContext,
    pub(super) environment: Option<Environment>,
    pub(super) location: ConfigLocation,
    pub(super) secrets: SecretSources,
    pub(super) unknown_keys: Severity,
    pub(super) meter: Mutex<ResourceMeter>,
    pub(super) clock: fn() -> Timestamp,
    restart_only: OnceLock<Vec<value::Path>>,
}

impl LoadContext {
    pub(super) fn new(gate: Gate, system: SystemContext) -> Self {
        Self {
            names: VariableNames::of(&gate),
            secrets: SecretSources::from_variables(&system, gate.env_prefix(), SecretBackends::default()),
            gate,
            system,
            environment: None,
            location: ConfigLocation::Default,
            unknown_keys: Severity::Error,
            meter: Mutex::new(ResourceMeter::new()),
            clock: Timestamp::now,
            restart_only: OnceLock::new(),
        }
    }

    /// Returns the gate, without the config type.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Returns the paths of the restart-only fields.
    pub fn restart_only(&self) -> &[value::Path] {
        self.restart_only.get_or_init(|| restart_fields(self.gate.view()))
    }

    /// Returns the current time of the clock.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Returns the system context.
    pub fn system(&self) -> &SystemContext {
        &self.system
    }

    /// Returns the files and directories that change when a secret or the decryption key does.
    pub fn watched(&self) -> Vec<PathBuf> {
        self.secrets.watched()
    }

    /// Returns the files that a load reads or searches in `environment`, without those of secrets.
    pub fn inputs(&self, environment: Environment) -> Vec<PathBuf> {
        self.config_path().map_or_else(Vec::new, |path| candidates(&path, environment))
    }

    /// Returns the environment of a load.
    pub fn environment(&self) -> Environment {
        self.detect_environment(self.config_path().as_deref()).0
    }

    /// Returns the file or directory in which the config is searched.
    pub(super) fn config_path(&self) -> Option<PathBuf> {
        match &self.location {
            ConfigLocation::None | ConfigLocation::Values(_) => None,
            ConfigLocation::Path(path) => Some(self.system.path(path)),
            ConfigLocation::Default => {
                let set = self.names.as_ref().and_then(|names| self.system.get(&names.setting(CONFIG_PATH)));
                Some(self.system.path(set.filter(|path| !path.is_empty()).unwrap_or("config".as_ref())))
            }
        }
    }

    /// Determines the environment: that of the loader, else that of the variable, else that of a bundle, else Development.
    /// An invalid value of the variable is a warning.
    pub(super) fn detect_environment(&self, config_path: Option<&Path>) -> (Environment, Option<Diagnostic>) {
        if let Some(environment) = self.environment {
            return (environment, None);
        }
        let fallback = || config_path.and_then(environment_of).unwrap_or(Environment::Development);
        let Some(name) = self.names.as_ref().map(|names| names.setting(ENV)) else { return (fallback(), None) };
        let value = self.system.get(&name).map(|value| value.to_string_lossy());
        let Some(text) = value.filter(|text| !text.trim().is_empty()) else { return (fallback(), None) };
        match text.parse() {
            Ok(environment) => (environment, None),
            Err(unknown) => {
                let environment = fallback();
                let message = format!("{name} is {text:?}, and the node is in {environment}");
                let diagnostic =
                    Diagnostic::new(Severity::Warning, &codes::ENVIRONMENT_UNKNOWN, value::Path::root(), message);
                (environment, Some(diagnostic.at([variable_place(&name)], "").help(unknown.to_string())))
            }
        }
    }
}

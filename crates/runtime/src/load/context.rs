//! Inputs of a load that do not depend on the config type.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use confgate_core::diagnostics::{Diagnostic, Severity, codes};
use confgate_core::environment::{Environment, UnknownEnvironment};
use confgate_core::gate::Gate;
use confgate_core::schema::fields::restart_fields;
use confgate_core::value::{self, Format, Node};
use confgate_files::SizeLimit;
use jiff::Timestamp;

use crate::load::bundle::{BundleFiles, environment_of};
use crate::load::error::Refused;
use crate::load::location::{ConfigLocation, candidates, variable_place};
use crate::load::region::{self, RegionOverride, RegionSource};
use crate::load::secret_sources::SecretSources;
use crate::profile::{FlagVariants, ResourceMeter};
use crate::secrets::SecretBackends;
use crate::system::SystemContext;
use crate::variable_names::{CONFIG_PATH, ENV, VariableNames};

/// The environment of a load, before the config is read.
pub(super) struct DetectedEnvironment {
    /// The environment.
    pub environment: Environment,
    /// False if nothing names it: the config may name another one.
    pub is_named: bool,
    /// A variable that names no known environment.
    pub unknown: Option<UnknownVariable>,
}

/// A variable that selects the environment, with a value that is not one.
pub(super) struct UnknownVariable {
    variable: String,
    value: String,
    error: UnknownEnvironment,
}

impl UnknownVariable {
    /// Returns the warning about it; `environment` is the one of the load.
    pub(super) fn warning(&self, environment: Environment) -> Diagnostic {
        let message = format!("{} is {:?}, and the node is in {environment}", self.variable, self.value);
        Diagnostic::new(Severity::Warning, &codes::ENVIRONMENT_UNKNOWN, value::Path::root(), message)
            .at([variable_place(&self.variable)], "")
            .help(self.error.to_string())
    }
}

/// Inputs of a load: gate, location of the config, secret sources, system context and clock.
pub(crate) struct LoadContext {
    pub(super) gate: Gate,
    pub(super) names: Option<VariableNames>,
    pub(super) system: SystemContext,
    pub(super) environment: Option<Environment>,
    /// The environment of a config if nothing names one.
    pub(super) default_environment: Environment,
    pub(super) location: ConfigLocation,
    /// Format of a config file, in place of the one that its name stands for.
    pub(super) format: Option<Format>,
    /// Largest size of a config.
    pub(super) max_config_size: SizeLimit,
    pub(super) secrets: SecretSources,
    pub(super) unknown_keys: Severity,
    pub(super) meter: Mutex<ResourceMeter>,
    pub(super) clock: fn() -> Timestamp,
    /// The override of the region, in place of the file beside the config.
    pub(super) region_override: Option<RegionSource>,
    /// The flags that conditions of profiles read.
    pub(super) flags: Option<Arc<dyn FlagVariants>>,
    restart_only: OnceLock<Vec<value::Path>>,
    /// The last result of [`inputs`](Self::inputs): a watch compares the same files again and again.
    candidates: Mutex<Option<Candidates>>,
}

/// The files that a load may read at a path in an environment.
struct Candidates {
    path: PathBuf,
    environment: Environment,
    files: Vec<PathBuf>,
}

impl LoadContext {
    pub(super) fn new(gate: Gate, system: SystemContext) -> Self {
        Self {
            names: VariableNames::of(&gate),
            secrets: SecretSources::from_variables(&system, gate.env_prefix(), SecretBackends::default()),
            gate,
            system,
            environment: None,
            default_environment: Environment::Development,
            location: ConfigLocation::Default,
            format: None,
            max_config_size: SizeLimit::CONFIG,
            unknown_keys: Severity::Error,
            meter: Mutex::new(ResourceMeter::new()),
            clock: Timestamp::now,
            region_override: None,
            flags: None,
            restart_only: OnceLock::new(),
            candidates: Mutex::default(),
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
        let mut files = self.config_files(environment);
        files.extend(self.region_override_file());
        files
    }

    /// Returns the files that a load of the config reads or searches.
    fn config_files(&self, environment: Environment) -> Vec<PathBuf> {
        let Some(path) = self.config_path() else { return Vec::new() };
        let mut last = self.candidates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = last.as_ref().filter(|last| last.path == path && last.environment == environment) {
            return last.files.clone();
        }
        let files = candidates(&path, environment);
        *last = Some(Candidates { path, environment, files: files.clone() });
        files
    }

    /// Returns the file with the override of the region, which may be missing.
    fn region_override_file(&self) -> Option<PathBuf> {
        match &self.region_override {
            Some(RegionSource::File(path)) => Some(self.system.path(path)),
            Some(RegionSource::Memory(_)) => None,
            None => region::beside(&self.config_path()?),
        }
    }

    /// Reads the override of the region, if there is one that has values and has not expired.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not an override.
    pub(super) fn read_region_override(&self) -> Result<Option<RegionOverride>, Refused> {
        let found = match &self.region_override {
            Some(RegionSource::Memory(found)) => found.clone(),
            _ => self.region_override_file().map_or(Ok(None), |path| region::read(&path))?,
        };
        Ok(found.filter(|found| found.applies_at(self.now())))
    }

    /// Returns the environment of a load.
    pub fn environment(&self) -> Environment {
        self.detect_environment(self.config_path().as_deref()).environment
    }

    /// Returns the file or directory in which the config is searched.
    pub(super) fn config_path(&self) -> Option<PathBuf> {
        match &self.location {
            ConfigLocation::None | ConfigLocation::Values(_) | ConfigLocation::Bundle(_) => None,
            ConfigLocation::Path(path) => Some(self.system.path(path)),
            ConfigLocation::Default => {
                let set = self.names.as_ref().and_then(|names| self.system.get(&names.setting(CONFIG_PATH)));
                Some(self.system.path(set.filter(|path| !path.is_empty()).unwrap_or("config".as_ref())))
            }
        }
    }

    /// Determines the environment: that of the loader, else that of the variable, else that of the variable of the field in the
    /// config that names it, else that of a bundle. Otherwise the config may name one, and the default applies if it does not.
    pub(super) fn detect_environment(&self, config_path: Option<&Path>) -> DetectedEnvironment {
        let named = |environment| DetectedEnvironment { environment, is_named: true, unknown: None };
        if let Some(environment) = self.environment {
            return named(environment);
        }
        let variable = self.names.as_ref().map(|names| names.setting(ENV));
        let value = variable.and_then(|name| {
            let text = self.system.get(&name)?.to_string_lossy().into_owned();
            (!text.trim().is_empty()).then_some((name, text))
        });
        let unknown = match value {
            Some((variable, value)) => match value.parse() {
                Ok(environment) => return named(environment),
                Err(error) => Some(UnknownVariable { variable, value, error }),
            },
            None => None,
        };
        let of_bundle = || match &self.location {
            ConfigLocation::Bundle(content) => BundleFiles::Memory(content).environment(),
            _ => config_path.and_then(environment_of),
        };
        match self.environment_of_field().or_else(of_bundle) {
            Some(environment) => DetectedEnvironment { unknown, ..named(environment) },
            None => DetectedEnvironment { environment: self.default_environment, is_named: false, unknown },
        }
    }

    /// Returns the environment of a load whose config file is known: one that nothing else names is the one that the values of the
    /// program or the file name.
    pub(super) fn environment_with(&self, detected: &DetectedEnvironment, file: &Node) -> Environment {
        if detected.is_named {
            return detected.environment;
        }
        let of_program = match &self.location {
            ConfigLocation::Values(values) => self.gate.named_environment(values),
            _ => None,
        };
        of_program.or_else(|| self.gate.named_environment(file)).unwrap_or(detected.environment)
    }

    /// Returns the environment in the variable of the field that names the environment of a config.
    fn environment_of_field(&self) -> Option<Environment> {
        let variables = self.gate.variables(self.gate.environment_path()?);
        let text = variables.iter().find_map(|name| self.system.text(name))?;
        Environment::ALL.into_iter().find(|environment| environment.name() == text)
    }
}

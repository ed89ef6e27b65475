//! The loader: builder of a load, from all layers to the typed config.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use confgate_core::diagnostics::{Diagnostic, Severity, codes};
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::{Model, Untyped};
use confgate_core::value::{Format, Path};
use confgate_files::SizeLimit;
use jiff::Timestamp;

use crate::load::context::LoadContext;
use crate::load::location::ConfigLocation;
use crate::load::merge::merge_layers;
use crate::load::region::{RegionOverride, RegionSource};
use crate::load::secret_sources::SecretSources;
use crate::load::{LoadOptions, LoadedConfig, Reference, Refused, references};
use crate::profile::{FlagVariants, ResourceMeter};
use crate::secrets::{Decryptor, Provider, SecretBackends, SecretLookup};
use crate::system::SystemContext;

/// Loader of the config of a service: it finds the config, merges all layers over it, and passes the result through the gate.
///
/// ```
/// use confgate_bitcraps::Config;
/// use confgate_core::environment::Environment;
/// use confgate_runtime::load::{LoadOptions, Loader};
/// use confgate_runtime::system::SystemContext;
///
/// let system = SystemContext::bare().variable("BITCRAPS_ENV", "prod").variable("BITCRAPS_LISTEN_PORT", "9000");
/// let loader = Loader::of::<Config>(system);
/// let (config, loaded) = loader.config(&LoadOptions::default()).expect("the config is valid");
/// assert_eq!((config.network.listen_port, config.security.pow_difficulty), (9000, 20));
/// assert_eq!(loaded.environment, Environment::Production);
/// ```
pub struct Loader<M = Untyped> {
    gate: Gate<M>,
    context: LoadContext,
}

impl Loader {
    /// Returns a loader of the config type `M`.
    pub fn of<M: Model>(system: SystemContext) -> Loader<M> {
        Loader::new(Gate::of::<M>(), system)
    }
}

impl<M> Loader<M> {
    /// Returns a loader of configs that a gate accepts.
    ///
    /// Secrets come from the providers in `BITCRAPS_SECRETS` ([`ProviderOrder`](crate::secrets::ProviderOrder)), by default from
    /// variables (`BITCRAPS_SECRET_<NAME>`), from systemd's credentials (`$CREDENTIALS_DIRECTORY`), and from the directories of
    /// sops-nix and agenix, `/run/secrets` and `/run/agenix`. With the feature `seal`, sealed values are opened with the
    /// identity file in `BITCRAPS_IDENTITY`, else with the credential `identity`.
    pub fn new(gate: Gate<M>, system: SystemContext) -> Self {
        Self { context: LoadContext::new(gate.untyped(), system), gate }
    }

    /// Sets the environment, in place of the one in `BITCRAPS_ENV`.
    #[must_use]
    pub fn environment(mut self, environment: impl Into<Option<Environment>>) -> Self {
        self.context.environment = environment.into();
        self
    }

    /// Sets the environment of a config if neither a variable nor the config names one, in place of Development.
    #[must_use]
    pub fn default_environment(mut self, environment: Environment) -> Self {
        self.context.default_environment = environment;
        self
    }

    /// Sets the location of the config.
    #[must_use]
    pub fn location(mut self, location: ConfigLocation) -> Self {
        self.context.location = location;
        self
    }

    /// Sets the format of a config file, in place of the one that its extension stands for.
    #[must_use]
    pub fn format(mut self, format: impl Into<Option<Format>>) -> Self {
        self.context.format = format.into();
        self
    }

    /// Sets the largest size of a config in bytes, in place of 64 MiB.
    #[must_use]
    pub fn max_config_size(mut self, bytes: impl Into<Option<u64>>) -> Self {
        self.context.max_config_size = bytes.into().map_or(SizeLimit::CONFIG, SizeLimit::bytes);
        self
    }

    /// Sets the file with the override of this node's region, which may be missing. [default: `region-override.json` beside a config
    /// whose path ends with `current`, the link to the active generation]
    #[must_use]
    pub fn region_override(mut self, file: impl Into<PathBuf>) -> Self {
        self.context.region_override = Some(RegionSource::File(file.into()));
        self
    }

    /// Sets the override of this node's region, or none, in place of one in a file.
    #[must_use]
    pub fn with_region_override(mut self, region_override: Option<RegionOverride>) -> Self {
        self.context.region_override = Some(RegionSource::Memory(region_override));
        self
    }

    /// Sets the path of the config: a file, a bundle, or a directory of them.
    #[must_use]
    pub fn at(self, path: impl Into<PathBuf>) -> Self {
        self.location(ConfigLocation::Path(path.into()))
    }

    /// Adds the secret backends of other crates: the provider for Vault, and the decryptor of sealed values.
    #[must_use]
    pub fn backends(mut self, backends: SecretBackends) -> Self {
        self.context.secrets = SecretSources::from_variables(&self.context.system, self.gate.env_prefix(), backends);
        self
    }

    /// Replaces the secret providers. They are asked in this order.
    #[must_use]
    pub fn providers(mut self, providers: Vec<Box<dyn Provider>>) -> Self {
        self.context.secrets.set_providers(providers);
        self
    }

    /// Replaces the decryptor of sealed values and files.
    #[must_use]
    pub fn decryptor(mut self, decryptor: Box<dyn Decryptor>) -> Self {
        self.context.secrets.decryptor = decryptor;
        self
    }

    /// Sets the level of unknown keys in the file.
    #[must_use]
    pub fn unknown_keys(mut self, severity: Severity) -> Self {
        self.context.unknown_keys = severity;
        self
    }

    /// Replaces the meter of CPU and memory usage.
    #[must_use]
    pub fn meter(mut self, meter: ResourceMeter) -> Self {
        self.context.meter = Mutex::new(meter);
        self
    }

    /// Replaces the clock.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> Timestamp) -> Self {
        self.context.clock = clock;
        self
    }

    /// Sets the feature flags that conditions of profiles read.
    #[must_use]
    pub fn flags(mut self, flags: impl Into<Option<Arc<dyn FlagVariants>>>) -> Self {
        self.context.flags = flags.into();
        self
    }

    /// Returns the current time of the clock.
    pub fn now(&self) -> Timestamp {
        self.context.now()
    }

    /// Returns the gate.
    pub fn gate(&self) -> &Gate<M> {
        &self.gate
    }

    /// Returns the system context.
    pub fn system(&self) -> &SystemContext {
        self.context.system()
    }

    /// Returns the secret providers, in order.
    pub fn secret_providers(&self) -> &[Box<dyn Provider>] {
        &self.context.secrets.providers
    }

    /// Returns the files and directories that change when a secret or the decryption key does.
    pub fn watched(&self) -> Vec<PathBuf> {
        self.context.watched()
    }

    /// Returns the files that a load reads or searches in `environment`, without those of secrets.
    pub fn inputs(&self, environment: Environment) -> Vec<PathBuf> {
        self.context.inputs(environment)
    }

    /// Finds the references to secrets in the config and in all its profiles, active or not.
    ///
    /// # Errors
    ///
    /// The config cannot be read.
    pub fn references(&self) -> Result<Vec<Reference>, Refused> {
        references::find_references(&self.context)
    }

    /// Looks up the secret of each reference.
    ///
    /// # Errors
    ///
    /// The configuration of the secret providers is invalid.
    pub fn look_up(&self, references: &[Reference]) -> Result<Vec<SecretLookup>, Refused> {
        references::look_up(&self.context, references)
    }

    /// Returns the inputs of a load that do not depend on the config type.
    pub(crate) fn context(&self) -> &LoadContext {
        &self.context
    }

    /// Loads the config as its Rust type, with the origins of its values.
    ///
    /// # Errors
    ///
    /// The config is rejected; the report has the diagnostics of all layers.
    pub fn config(&self, options: &LoadOptions<'_>) -> Result<(M, LoadedConfig), Refused> {
        let (config, loaded) = self.load_optional(options)?;
        let untyped = || {
            Diagnostic::error(&codes::SCHEMA_NO_TYPE, Path::root(), "a schema alone has no config type to load into")
        };
        Ok((config.ok_or_else(untyped)?, loaded))
    }

    /// Loads the config as a tree, with the origins of its values.
    ///
    /// # Errors
    ///
    /// The config is rejected; the report has the diagnostics of all layers.
    pub fn load(&self, options: &LoadOptions<'_>) -> Result<LoadedConfig, Refused> {
        self.load_optional(options).map(|(_, loaded)| loaded)
    }

    /// Loads the config. A gate without a config type returns the tree alone.
    fn load_optional(&self, options: &LoadOptions<'_>) -> Result<(Option<M>, LoadedConfig), Refused> {
        let merged = merge_layers(&self.context, options)?;
        merged.validate(|tree, sources, found, options| self.gate.validate_tree(tree, sources, found, options))
    }
}

impl<M> fmt::Debug for Loader<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader")
            .field("gate", &self.gate)
            .field("system", &self.context.system)
            .field("environment", &self.context.environment)
            .field("location", &self.context.location)
            .finish_non_exhaustive()
    }
}

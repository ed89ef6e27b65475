//! A whole load: every layer, merged, and the gate.

use std::fmt;
use std::path::PathBuf;
use std::sync::Mutex;

use confgate_core::diagnostics::{Diagnostic, Severity, codes};
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::model::{Model, Untyped};
use confgate_core::value::Path;
use jiff::Timestamp;

use crate::load::context::LoadContext;
use crate::load::file::Choice;
use crate::load::secret_sources::SecretSources;
use crate::load::{LoadOptions, LoadedConfig, Reference, Refused};
use crate::profile::Machine;
use crate::secrets::{Answer, Decryptor, Provider, SecretBackends};
use crate::system::SystemContext;

/// Loads the config of a service: finds it, lays every layer on it, and asks the gate.
///
/// ```
/// use confgate_bitcraps::Config;
/// use confgate_runtime::load::{LoadOptions, Loader};
/// use confgate::{Environment, SystemContext};
///
/// let host = SystemContext::bare().variable("BITCRAPS_ENV", "prod").variable("BITCRAPS_LISTEN_PORT", "9000");
/// let loader = Loader::of::<Config>(host);
/// let (config, loaded) = loader.config(&LoadOptions::default()).expect("the gate admits it");
/// assert_eq!((config.network.listen_port, config.security.pow_difficulty), (9000, 20));
/// assert_eq!(loaded.environment, Environment::Production);
/// ```
pub struct Loader<M = Untyped> {
    gate: Gate<M>,
    context: LoadContext,
}

impl Loader {
    /// A loader of the config type `M` on a machine.
    pub fn of<M: Model>(host: SystemContext) -> Loader<M> {
        Loader::new(Gate::of::<M>(), host)
    }
}

impl<M> Loader<M> {
    /// A loader of what a gate admits.
    ///
    /// Secrets come from where `BITCRAPS_SECRETS` says ([`Order`](crate::secrets::Order)), by default from variables
    /// (`BITCRAPS_SECRET_<NAME>`), from systemd's credentials (`$CREDENTIALS_DIRECTORY`), and from `/run/secrets` and
    /// `/run/agenix`, where sops-nix and agenix put them. With the feature `seal`, what is sealed is opened with the identity
    /// file that `BITCRAPS_IDENTITY` names, else with the credential `identity`.
    pub fn new(gate: Gate<M>, host: SystemContext) -> Self {
        Self { context: LoadContext::new(gate.untyped(), host), gate }
    }

    /// Loads for this environment, whatever the machine says.
    #[must_use]
    pub fn environment(mut self, environment: impl Into<Option<Environment>>) -> Self {
        self.context.environment = environment.into();
        self
    }

    /// Where the config is read from.
    #[must_use]
    pub fn choice(mut self, choice: Choice) -> Self {
        self.context.choice = choice;
        self
    }

    /// Reads the config from this file, bundle, or folder of them.
    #[must_use]
    pub fn at(self, path: impl Into<PathBuf>) -> Self {
        self.choice(Choice::At(path.into()))
    }

    /// Adds the secret backends of other crates: Vault, and the decryptor of sealed values.
    #[must_use]
    pub fn backends(mut self, backends: SecretBackends) -> Self {
        self.context.asked = SecretSources::of(&self.context.host, self.gate.env_prefix(), backends);
        self
    }

    /// Who is asked for secrets, in this order, in the place of those that are asked by default.
    #[must_use]
    pub fn providers(mut self, providers: Vec<Box<dyn Provider>>) -> Self {
        self.context.asked.instead(providers);
        self
    }

    /// Who opens sealed values and files, in the place of the node's identity file.
    #[must_use]
    pub fn opener(mut self, opener: Box<dyn Decryptor>) -> Self {
        self.context.asked.opener = opener;
        self
    }

    /// How much an unknown key in the file weighs.
    #[must_use]
    pub fn unknown_keys(mut self, severity: Severity) -> Self {
        self.context.unknown_keys = severity;
        self
    }

    /// Who says how busy the machine is.
    #[must_use]
    pub fn machine(mut self, machine: Machine) -> Self {
        self.context.machine = Mutex::new(machine);
        self
    }

    /// Who says what time it is.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> Timestamp) -> Self {
        self.context.clock = clock;
        self
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.context.now()
    }

    /// The gate.
    pub fn gate(&self) -> &Gate<M> {
        &self.gate
    }

    /// The machine.
    pub fn host(&self) -> &SystemContext {
        self.context.host()
    }

    /// Who is asked for secrets.
    pub fn asked(&self) -> &[Box<dyn Provider>] {
        &self.context.asked.providers
    }

    /// Files and folders that change when a secret does, or the key to what is sealed.
    pub fn watched(&self) -> Vec<PathBuf> {
        self.context.watched()
    }

    /// The files that a load reads or looks for in `environment`, without those of secrets.
    pub fn inputs(&self, environment: Environment) -> Vec<PathBuf> {
        self.context.inputs(environment)
    }

    /// The references in the config and in all its profiles, whether they hold now or not.
    ///
    /// # Errors
    ///
    /// The config cannot be read.
    pub fn references(&self) -> Result<Vec<Reference>, Refused> {
        self.context.references()
    }

    /// Asks for what each of these references stands for.
    ///
    /// # Errors
    ///
    /// It is not known whom to ask.
    pub fn look_up(&self, references: &[Reference]) -> Result<Vec<Answer>, Refused> {
        self.context.look_up(references)
    }

    /// All of it but the config type.
    pub(crate) fn context(&self) -> &LoadContext {
        &self.context
    }

    /// Loads, and makes the typed config.
    ///
    /// # Errors
    ///
    /// The report of everything that is wrong with any layer.
    pub fn config(&self, given: &LoadOptions<'_>) -> Result<(M, LoadedConfig), Refused> {
        let (config, loaded) = self.load_all(given)?;
        let untyped = || {
            Diagnostic::error(&codes::SCHEMA_NO_TYPE, Path::root(), "a schema alone has no config type to load into")
        };
        Ok((config.ok_or_else(untyped)?, loaded))
    }

    /// Loads.
    ///
    /// # Errors
    ///
    /// The report of everything that is wrong with any layer.
    pub fn load(&self, given: &LoadOptions<'_>) -> Result<LoadedConfig, Refused> {
        self.load_all(given).map(|(_, loaded)| loaded)
    }

    fn load_all(&self, given: &LoadOptions<'_>) -> Result<(Option<M>, LoadedConfig), Refused> {
        let merged = self.context.merged(given)?;
        merged.validated(|tree, sources, found, options| self.gate.validate_tree(tree, sources, found, options))
    }
}

impl<M> fmt::Debug for Loader<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader")
            .field("gate", &self.gate)
            .field("host", &self.context.host)
            .field("environment", &self.context.environment)
            .field("choice", &self.context.choice)
            .finish_non_exhaustive()
    }
}

//! A whole load: every layer, merged, before the gate.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use confgate_core::diagnostics::{Diagnostic, Report, Severity};
use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, Outcome, ValidateOptions, plain_secrets};
use confgate_core::model::Model;
use confgate_core::profile::Profile;
use confgate_core::value::{Location, Node, Origin, Path, Source, Sources, Span, Table, Value};
use jiff::Timestamp;

use crate::load::base::Written;
use crate::load::file::{self, Choice};
use crate::load::profiles::{self, Overlays};
use crate::load::secret_sources::SecretSources;
use crate::load::stack::Stack;
use crate::load::variable_names::Names;
use crate::load::variables::{self, insert, stamp};
use crate::load::{Kind, LoadOptions, LoadedConfig, Refused};
use crate::profile::{Machine, Usage};
use crate::secrets::{Decryptor, Provider, SecretBackends, Used, resolve};
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
/// let (config, loaded) = loader.config::<Config>(&LoadOptions::default()).expect("the gate admits it");
/// assert_eq!((config.network.listen_port, config.security.pow_difficulty), (9000, 20));
/// assert_eq!(loaded.environment, Environment::Production);
/// ```
pub struct Loader {
    pub(super) gate: Arc<Gate>,
    pub(super) names: Option<Names>,
    pub(super) host: SystemContext,
    pub(super) environment: Option<Environment>,
    pub(super) choice: Choice,
    pub(super) asked: SecretSources,
    pub(super) unknown_keys: Severity,
    machine: Mutex<Machine>,
    clock: fn() -> Timestamp,
}

impl Loader {
    /// A loader of the config type `M` on a machine.
    pub fn of<M: Model>(host: SystemContext) -> Self {
        Self::new(Arc::new(Gate::of::<M>()), host)
    }

    /// A loader of what a gate admits.
    ///
    /// Secrets come from where `BITCRAPS_SECRETS` says ([`Order`](crate::secrets::Order)), by default from variables
    /// (`BITCRAPS_SECRET_<NAME>`), from systemd's credentials (`$CREDENTIALS_DIRECTORY`), and from `/run/secrets` and
    /// `/run/agenix`, where sops-nix and agenix put them. With the feature `seal`, what is sealed is opened with the identity
    /// file that `BITCRAPS_IDENTITY` names, else with the credential `identity`.
    pub fn new(gate: Arc<Gate>, host: SystemContext) -> Self {
        Self {
            names: Names::of(&gate),
            asked: SecretSources::of(&host, gate.env_prefix(), SecretBackends::default()),
            gate,
            host,
            environment: None,
            choice: Choice::Look,
            unknown_keys: Severity::Error,
            machine: Mutex::new(Machine::new()),
            clock: Timestamp::now,
        }
    }

    /// Loads for this environment, whatever the machine says.
    #[must_use]
    pub fn environment(mut self, environment: impl Into<Option<Environment>>) -> Self {
        self.environment = environment.into();
        self
    }

    /// Where the config is read from.
    #[must_use]
    pub fn choice(mut self, choice: Choice) -> Self {
        self.choice = choice;
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
        self.asked = SecretSources::of(&self.host, self.gate.env_prefix(), backends);
        self
    }

    /// Who is asked for secrets, in this order, in the place of those that are asked by default.
    #[must_use]
    pub fn providers(mut self, providers: Vec<Box<dyn Provider>>) -> Self {
        self.asked.instead(providers);
        self
    }

    /// Who opens sealed values and files, in the place of the node's identity file.
    #[must_use]
    pub fn opener(mut self, opener: Box<dyn Decryptor>) -> Self {
        self.asked.opener = opener;
        self
    }

    /// How much an unknown key in the file weighs.
    #[must_use]
    pub fn unknown_keys(mut self, severity: Severity) -> Self {
        self.unknown_keys = severity;
        self
    }

    /// Who says how busy the machine is.
    #[must_use]
    pub fn machine(mut self, machine: Machine) -> Self {
        self.machine = Mutex::new(machine);
        self
    }

    /// Who says what time it is.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> Timestamp) -> Self {
        self.clock = clock;
        self
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The gate.
    pub fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// The machine.
    pub fn host(&self) -> &SystemContext {
        &self.host
    }

    /// Who is asked for secrets.
    pub fn asked(&self) -> &[Box<dyn Provider>] {
        &self.asked.providers
    }

    /// Files and folders that change when a secret does, or the key to what is sealed.
    pub fn watched(&self) -> Vec<PathBuf> {
        self.asked.watched()
    }

    /// The files that a load reads or looks for in `environment`, without those of secrets.
    pub fn inputs(&self, environment: Environment) -> Vec<PathBuf> {
        self.folder().map_or_else(Vec::new, |folder| file::candidates(&folder, environment))
    }

    /// The names of the profiles of a config that hold now, and when others may. Nothing is read.
    pub(crate) fn profiles_now(&self, loaded: &LoadedConfig) -> (Vec<String>, Option<Timestamp>) {
        let given = LoadOptions { held: &loaded.active, ..LoadOptions::default() };
        let overlays = self.overlays(&loaded.conditions, loaded.environment, &given);
        (overlays.active.into_iter().map(|profile| profile.name).collect(), overlays.next_look)
    }

    /// Loads, and makes the typed config.
    ///
    /// # Errors
    ///
    /// The report of everything that is wrong with any layer.
    ///
    /// # Panics
    ///
    /// When the gate is another than that of `M`.
    pub fn config<M: Model>(&self, given: &LoadOptions<'_>) -> Result<(M, LoadedConfig), Refused> {
        let (config, loaded) = self.load_any(given)?;
        match config.downcast::<M>() {
            Ok(config) => Ok((*config, loaded)),
            Err(_) => panic!("the loader is not one of {}", M::NAME),
        }
    }

    /// Loads.
    ///
    /// # Errors
    ///
    /// The report of everything that is wrong with any layer.
    pub fn load(&self, given: &LoadOptions<'_>) -> Result<LoadedConfig, Refused> {
        self.load_all(given).map(|(_, loaded)| loaded)
    }

    /// Loads, and makes the config of whatever type the gate's model has.
    pub(crate) fn load_any(&self, given: &LoadOptions<'_>) -> Result<(Box<dyn Any + Send>, LoadedConfig), Refused> {
        let (config, loaded) = self.load_all(given)?;
        let untyped =
            || Diagnostic::error("schema/no-type", Path::root(), "a schema alone has no config type to load into");
        Ok((config.ok_or_else(untyped)?, loaded))
    }

    fn load_all(&self, given: &LoadOptions<'_>) -> Result<(Option<Box<dyn Any + Send>>, LoadedConfig), Refused> {
        self.asked.begin()?;
        let Written { environment, doubt, found, mut input, overridden } = self.written()?;
        self.gate.bring_up_to_date(&mut input).map_err(|report| Refused { report })?;
        let Input { tree, sources, found: mut diagnostics, options } = input;
        diagnostics.extend(doubt);
        let view = self.gate.view();
        let plain = plain_secrets::plain(view, &tree);
        // Nobody reads what was sealed as a whole.
        let told = plain.iter().filter(|_| !sources.text.as_ref().is_some_and(Source::is_sealed));
        diagnostics.extend(told.filter_map(|it| it.diagnostic(&sources, Severity::Warning, self.gate.env_prefix())));
        let mut hidden: Vec<Location> = plain.iter().flat_map(|it| it.places(&sources)).collect();
        let mut stack = Stack::on(tree, sources);
        if let Choice::Values(values) = &self.choice {
            lay_given(&mut stack, Kind::File, "the program", &Path::root(), values.clone());
        }
        let profiles = profiles::take(self, &mut stack, found.as_ref(), environment, &mut diagnostics)?;
        let overlays = self.overlays(&profiles, environment, given);
        diagnostics.extend(
            overlays
                .unknowns
                .iter()
                .map(|says| Diagnostic::new(Severity::Warning, "profiles/unknown", Path::root(), says.clone())),
        );
        let mut used = self.resolved(&mut stack, &mut diagnostics);
        for profile in &overlays.active {
            used.extend(self.lay_profile(profile, &mut stack, &mut diagnostics));
        }
        hidden.extend(self.secret_places(&stack));
        let variables = self.lay_variables(&mut stack, &mut diagnostics);
        for given in given.overrides {
            lay_given(&mut stack, Kind::Override, &given.reason, &given.path, given.value.clone());
        }
        let Stack { tree, sources, layers, covered } = stack;
        let outcome =
            self.gate.examine_tree(tree, &sources, diagnostics, ValidateOptions { resolved: true, ..options });
        let (environment, tree, report, config) = taken_apart(outcome, hidden);
        if !report.admits() {
            return Err(Refused { report });
        }
        let active = overlays.active.into_iter().map(|profile| profile.name).collect();
        let (names, next_look) = (overlays.all, overlays.next_look);
        let loaded = LoadedConfig {
            environment,
            found,
            tree,
            report,
            sources,
            layers,
            covered,
            overridden,
            used,
            variables,
            active,
            profiles: names,
            conditions: profiles.into_iter().map(without_values).collect(),
            next_look,
        };
        Ok((config, loaded))
    }

    fn overlays(&self, profiles: &[Profile], environment: Environment, given: &LoadOptions<'_>) -> Overlays {
        if profiles.is_empty() {
            return Overlays::default();
        }
        let asked = || match profiles.iter().any(|profile| profile.when.asks_usage()) {
            true => self.machine.lock().unwrap_or_else(PoisonError::into_inner).usage(),
            false => Usage::default(),
        };
        profiles::which(self, profiles, environment, self.now(), asked(), given.held)
    }

    /// Resolves the references in the stack so far.
    fn resolved(&self, stack: &mut Stack, diagnostics: &mut Vec<Diagnostic>) -> Vec<Used> {
        resolve(&mut stack.tree, &self.asked.resolver(&self.host), &mut stack.sources, diagnostics)
    }

    fn lay_profile(&self, profile: &Profile, stack: &mut Stack, diagnostics: &mut Vec<Diagnostic>) -> Vec<Used> {
        let mut set = profile.set.clone();
        let mut sources = Sources { resolved: HashMap::new(), ..stack.sources.clone() };
        let used = resolve(&mut set, &self.asked.resolver(&self.host), &mut sources, diagnostics);
        stack.lay(set, sources.resolved);
        used
    }

    /// Where references to secrets stand.
    fn secret_places(&self, stack: &Stack) -> Vec<Location> {
        let Stack { tree, sources, .. } = stack;
        sources.resolved.keys().filter_map(|path| sources.value_location(&tree.get(&path.0)?.origin)).collect()
    }

    fn lay_variables(&self, stack: &mut Stack, diagnostics: &mut Vec<Diagnostic>) -> usize {
        let Some(names) = &self.names else { return 0 };
        let read = variables::read(&self.gate, names, &self.host, stack.layers.len());
        for source in read.sources {
            let name = source.name().to_owned();
            stack.declare(Kind::Variable, name, source);
        }
        diagnostics.extend(read.found);
        stack.lay(read.tree, HashMap::new());
        read.set
    }
}

/// Lays what a program gave: a value for `path`, or for the root a whole config.
fn lay_given(stack: &mut Stack, kind: Kind, name: &str, path: &Path, mut value: Node) {
    let source = stack.declare(kind, name, Source::new(name, ""));
    stamp(&mut value, &Origin::Layer { source, key: Span::default(), value: Span::default() });
    let tree = match path.0.is_empty() {
        true => value,
        false => {
            let mut tree = Node::generated(Value::Table(Table::default()));
            insert(&mut tree, path, value);
            tree
        }
    };
    stack.lay(tree, HashMap::new());
}

/// A profile by its conditions alone.
fn without_values(profile: Profile) -> Profile {
    Profile { set: Node::generated(Value::Null), ..profile }
}

type Parts = (Environment, Node, Report, Option<Box<dyn Any + Send>>);

fn taken_apart(outcome: Outcome, hidden: Vec<Location>) -> Parts {
    let (environment, tree) = (outcome.environment, outcome.tree);
    let mut places = outcome.report.secrets().to_vec();
    places.extend(hidden);
    (environment, tree, outcome.report.hiding(places), outcome.config)
}

impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader")
            .field("gate", &self.gate)
            .field("host", &self.host)
            .field("environment", &self.environment)
            .field("choice", &self.choice)
            .finish_non_exhaustive()
    }
}

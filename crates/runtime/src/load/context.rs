//! A load up to the gate, and what remains of it behind the gate: everything that does not depend on the config type.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use confgate_core::bundle::Overridden;
use confgate_core::diagnostics::{Diagnostic, Severity, codes};
use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, Outcome, Phase, ValidateOptions, plain_secrets};
use confgate_core::profile::Profile;
use confgate_core::value::{Node, Origin, Path, Place, Source, Sources, Span, Table, Value};
use jiff::Timestamp;

use crate::load::base::Written;
use crate::load::file::{self, Choice, Found};
use crate::load::profiles::{self, Overlays};
use crate::load::secret_sources::SecretSources;
use crate::load::stack::Stack;
use crate::load::variable_names::Names;
use crate::load::variables::{self, insert, stamp};
use crate::load::{Kind, LoadOptions, LoadedConfig, Refused};
use crate::profile::{Machine, Usage};
use crate::secrets::{SecretBackends, Used, resolve};
use crate::system::SystemContext;

/// What a load reads, and from where.
pub struct LoadContext {
    pub(super) gate: Gate,
    pub(super) names: Option<Names>,
    pub(super) host: SystemContext,
    pub(super) environment: Option<Environment>,
    pub(super) choice: Choice,
    pub(super) asked: SecretSources,
    pub(super) unknown_keys: Severity,
    pub(super) machine: Mutex<Machine>,
    pub(super) clock: fn() -> Timestamp,
}

/// All layers, merged: what the gate validates, and what the loaded config keeps of them.
pub(super) struct Merged {
    found: Option<Found>,
    overridden: HashMap<Path, Vec<Overridden>>,
    diagnostics: Vec<Diagnostic>,
    hidden: Vec<Place>,
    options: ValidateOptions,
    profiles: Vec<Profile>,
    overlays: Overlays,
    used: Vec<Used>,
    variables: usize,
    stack: Stack,
}

impl Merged {
    /// Hands the tree to `validate`, which is the gate.
    ///
    /// # Errors
    ///
    /// The gate rejects it.
    pub(super) fn validated<M>(
        mut self,
        validate: impl FnOnce(Node, &Sources, Vec<Diagnostic>, ValidateOptions) -> Outcome<M>,
    ) -> Result<(Option<M>, LoadedConfig), Refused> {
        let tree = std::mem::replace(&mut self.stack.tree, Node::bare(Value::Null));
        let diagnostics = std::mem::take(&mut self.diagnostics);
        let outcome =
            validate(tree, &self.stack.sources, diagnostics, ValidateOptions { phase: Phase::Load, ..self.options });
        let Outcome { report, environment, tree, config } = outcome;
        self.loaded(Outcome { report, environment, tree, config: None }).map(|loaded| (config, loaded))
    }

    fn loaded(self, outcome: Outcome) -> Result<LoadedConfig, Refused> {
        let Outcome { report, environment, tree, .. } = outcome;
        let Self { found, overridden, hidden, profiles, overlays, used, variables, stack, .. } = self;
        let Stack { sources, layers, covered, .. } = stack;
        let mut places = report.secrets().to_vec();
        places.extend(hidden);
        let report = report.hiding(places);
        if !report.admits() {
            return Err(Refused { report });
        }
        let active = overlays.active.into_iter().map(|profile| profile.name).collect();
        let (names, next_look) = (overlays.all, overlays.next_look);
        Ok(LoadedConfig {
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
        })
    }
}

impl LoadContext {
    pub(super) fn new(gate: Gate, host: SystemContext) -> Self {
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

    /// The gate, without the config type.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The machine.
    pub fn host(&self) -> &SystemContext {
        &self.host
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

    /// Reads all layers and merges them.
    pub(super) fn merged(&self, given: &LoadOptions<'_>) -> Result<Merged, Refused> {
        self.asked.begin()?;
        let Written { environment, doubt, found, mut input, overridden } = self.written()?;
        self.gate.migrate(&mut input).map_err(|report| Refused { report })?;
        let Input { tree, sources, found: mut diagnostics, options } = input;
        diagnostics.extend(doubt);
        let view = self.gate.view();
        let plain = plain_secrets::find(view, &tree);
        // Nobody reads what was sealed as a whole.
        let told = plain.iter().filter(|_| !sources.text.as_ref().is_some_and(Source::is_sealed));
        diagnostics.extend(told.filter_map(|it| it.diagnostic(&sources, Severity::Warning, self.gate.env_prefix())));
        let mut hidden: Vec<Place> = plain.iter().flat_map(|it| it.places(&sources)).collect();
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
                .map(|says| Diagnostic::new(Severity::Warning, &codes::PROFILES_UNKNOWN, Path::root(), says.clone())),
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
        Ok(Merged { found, overridden, diagnostics, hidden, options, profiles, overlays, used, variables, stack })
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
    fn secret_places(&self, stack: &Stack) -> Vec<Place> {
        let Stack { tree, sources, .. } = stack;
        sources.resolved.keys().filter_map(|path| sources.value(&tree.get(&path.0)?.origin)).collect()
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
            let mut tree = Node::bare(Value::Table(Table::default()));
            insert(&mut tree, path, value);
            tree
        }
    };
    stack.lay(tree, HashMap::new());
}

/// A profile by its conditions alone.
fn without_values(profile: Profile) -> Profile {
    Profile { set: Node::bare(Value::Null), ..profile }
}

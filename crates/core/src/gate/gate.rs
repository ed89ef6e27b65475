use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::diagnostics::{Diagnostic, Report};
use crate::environment::Environment;
use crate::gate::input::{Input, ValidateOptions};
use crate::gate::model_info::{Mismatch, ModelInfo, Verdict, run};
use crate::gate::outcome::Outcome;
use crate::gate::profiles::check::{ProfileContext, check};
use crate::gate::redact::Visibility;
use crate::gate::spec::ConfigSpec;
use crate::gate::validate::{validate, validate_as_written};
use crate::gate::{normalize, profiles, version};
use crate::migrate::{self, Scope};
use crate::model::{Model, Untyped};
use crate::profile::{self, Profile, TakenProfiles};
use crate::schema::{InvalidSchema, Schema, SchemaSource, Subschema, generate};
use crate::value::{Location, Node, Path, Source, Sources};

/// Validator of a config type: its [specification](ConfigSpec), and the conversion of a tree into the type.
///
/// A gate of [`Untyped`] validates the same and returns trees alone. A config of one type does not come out of the gate of
/// another:
///
/// ```
/// use confgate_bitcraps::Config;
/// use confgate_core::environment::Environment;
/// use confgate_core::gate::Gate;
/// use confgate_core::value::Source;
///
/// let outcome = Gate::of::<Config>().check(&Source::new("a.toml", ""), Environment::Testing);
/// let config: Option<Config> = outcome.config;
/// ```
///
/// ```compile_fail,E0308
/// use confgate_bitcraps::Config;
/// use confgate_core::environment::Environment;
/// use confgate_core::gate::Gate;
/// use confgate_core::value::Source;
///
/// struct Other;
///
/// let outcome = Gate::of::<Config>().check(&Source::new("a.toml", ""), Environment::Testing);
/// let config: Option<Other> = outcome.config;
/// ```
pub struct Gate<M = Untyped> {
    spec: Arc<ConfigSpec>,
    run: fn(&ModelInfo, &Node) -> Result<Verdict<M>, Mismatch>,
}

impl Gate {
    /// The gate of a model.
    ///
    /// # Panics
    ///
    /// Never for a model whose schema passes its own tests: a schema attribute that is not a JSON Schema (a pattern that
    /// does not parse) is a mistake in the program.
    pub fn of<M: Model>() -> Gate<M> {
        let compiled = M::compiled_schema().and_then(|bytes| Schema::from_compiled(bytes, generate::schema::<M>));
        match compiled.map_or_else(|| Schema::from_types(generate::schema::<M>()), Ok) {
            Ok(schema) => {
                let spec = ConfigSpec::new(schema, Some(ModelInfo::of::<M>()));
                debug_assert_eq!(migrate::check_migrations(M::migrations(), spec.version().unwrap_or_default()), []);
                Gate { spec: Arc::new(spec), run: |_, tree| run(tree) }
            }
            Err(invalid) => panic!("the schema of {}: {invalid}", M::NAME),
        }
    }

    /// The gate of a JSON Schema, which has no rules between fields. A [`SchemaSource`] brings the documents that it refers to.
    ///
    /// # Errors
    ///
    /// The document is not a JSON Schema, or one of its references cannot be followed.
    pub fn of_schema<'s>(schema: impl Into<SchemaSource<'s>>) -> Result<Self, InvalidSchema> {
        Ok(Self::without_type(ConfigSpec::new(Schema::new(schema)?, None)))
    }

    /// The gate of a service that is not written in Rust: a JSON Schema, what the service is called, and what its environment
    /// variables begin with. Defaults are those of the schema. A typed config of it is [`Untyped`]:
    /// its values are in what was loaded.
    ///
    /// # Errors
    ///
    /// The document is not a JSON Schema, or one of its references cannot be followed.
    ///
    /// ```
    /// use confgate_core::environment::Environment;
    /// use confgate_core::gate::Gate;
    /// use confgate_core::value::Value;
    ///
    /// let schema = serde_json::json!({ "properties": { "port": { "type": "integer", "default": 8080 } } });
    /// let gate = Gate::of_service(schema, "relay", "RELAY")?;
    /// let defaults = gate.defaults(Environment::Production);
    /// assert_eq!(defaults.as_table().unwrap()["port"].value, Value::Integer(8080));
    /// assert_eq!(gate.variables(&confgate_core::value::Path::dotted("port")), ["RELAY_PORT"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_service<'s>(
        schema: impl Into<SchemaSource<'s>>,
        name: &'static str,
        env_prefix: &'static str,
    ) -> Result<Self, InvalidSchema> {
        let model = ModelInfo::without_type(name, env_prefix);
        Ok(Self::without_type(ConfigSpec::new(Schema::new(schema)?, Some(model))))
    }

    fn without_type(spec: ConfigSpec) -> Self {
        Gate { spec: Arc::new(spec), run: run_untyped }
    }
}

impl<M> Gate<M> {
    /// The gate of the same model that drops the typed config: for code that works on any gate.
    #[must_use]
    pub fn untyped(&self) -> Gate {
        Gate { spec: self.spec.clone(), run: run_untyped }
    }

    /// The specification.
    pub fn spec(&self) -> &Arc<ConfigSpec> {
        &self.spec
    }

    /// Reads and validates a TOML text.
    pub fn check(&self, source: &Source, environment: impl Into<Option<Environment>>) -> Outcome<M> {
        let options = ValidateOptions { environment: environment.into(), ..ValidateOptions::default() };
        self.validate(Input::text(source, options))
    }

    /// Validates a config.
    pub fn validate(&self, input: Input) -> Outcome<M> {
        let Input { tree, sources, found, options } = input;
        self.validate_tree(tree, &sources, found, options)
    }

    /// Validates a tree whose sources are needed afterwards.
    pub fn validate_tree(
        &self,
        tree: Node,
        sources: &Sources,
        found: Vec<Diagnostic>,
        options: ValidateOptions,
    ) -> Outcome<M> {
        let mut config = None;
        let (outcome, complete) = validate(&self.spec, tree, sources, found, options, &mut self.keeping(&mut config));
        outcome.with_config(config.filter(|_| complete))
    }

    /// Validates a tree for the report alone: it is not converted to its canonical form.
    pub fn validate_as_written(
        &self,
        tree: Node,
        sources: &Sources,
        found: Vec<Diagnostic>,
        options: ValidateOptions,
    ) -> Outcome<M> {
        let mut config = None;
        let (outcome, complete) =
            validate_as_written(&self.spec, tree, sources, found, options, &mut self.keeping(&mut config));
        outcome.with_config(config.filter(|_| complete))
    }

    /// Migrates a config to the current version, before other layers are merged into it.
    ///
    /// # Errors
    ///
    /// The config is of a newer version, or a migration does not apply to it.
    pub fn migrate(&self, input: &mut Input) -> Result<(), Report> {
        match version::update(&self.spec, &mut input.tree, &input.sources, input.options.phase) {
            Ok(warning) => {
                input.found.extend(warning);
                Ok(())
            }
            Err(failure) => {
                let mut diagnostics = std::mem::take(&mut input.found);
                diagnostics.extend(failure.diagnostics);
                Err(Report::new(diagnostics).with_secrets(failure.hidden))
            }
        }
    }

    /// The tables of a tree that migrations apply to.
    pub fn migration_scope(&self, tree: &Node) -> Option<Scope<'_>> {
        version::scope(&self.spec, tree)
    }

    /// The diagnostic for a value that cannot be migrated.
    pub fn problem(&self, problem: &migrate::MigrationProblem, sources: &Sources) -> Diagnostic {
        version::problem_diagnostic(problem, sources)
    }

    /// Locates the values of problems that are secrets, or may be secrets by their names.
    pub fn secrets_in(&self, problems: &[migrate::MigrationProblem], sources: &Sources) -> Vec<Location> {
        version::secrets_in(&self.spec, problems, sources)
    }

    /// Returns whether a field is a secret, or may have been one in an older version by its name.
    pub fn may_be_secret(&self, path: &Path) -> bool {
        version::may_be_secret(&self.spec, path)
    }

    /// Reports what does not belong in a file of profiles, where the config has any.
    pub fn beside_profiles(&self, tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
        let Some(path) = self.profiles_path() else { return Vec::new() };
        let mut others = tree.clone();
        others.remove(&path.0);
        profile::beside(&others, sources)
    }

    /// Removes the profiles from a config, and validates their form. What they set is validated by
    /// [`check_profiles`](Self::check_profiles).
    ///
    /// ```
    /// use confgate_bitcraps::Config;
    /// use confgate_core::gate::{Gate, ValidateOptions};
    /// use confgate_core::toml;
    /// use confgate_core::value::{Source, Sources};
    ///
    /// let text = "[[profiles]]\nname = 'night'\nwhen.time = '22:00-06:00'\nset.network.max_connections = 100\n";
    /// let source = Source::new("production.toml", text);
    /// let (mut tree, _) = toml::read(&source);
    /// let taken = Gate::of::<Config>().take_profiles(&mut tree, &Sources::from_text(&source), ValidateOptions::default());
    /// assert_eq!((taken.profiles[0].name.as_str(), tree.leaf_count()), ("night", 1));
    /// ```
    pub fn take_profiles(&self, tree: &mut Node, sources: &Sources, options: ValidateOptions) -> TakenProfiles {
        profiles::take(&self.spec, tree, sources, options)
    }

    /// Validates what profiles set, merged into a config without profiles: each profile alone, and with those before it that may be
    /// active at the same time. Diagnostics of the config itself are left out.
    pub fn check_profiles(
        &self,
        config: &Node,
        profiles: &[Profile],
        sources: &Sources,
        environment: Environment,
        options: ValidateOptions,
    ) -> Vec<Diagnostic> {
        let mut tree = config.clone();
        normalize::read_other_forms(self.view(), &mut tree);
        let context = ProfileContext { spec: &self.spec, tree: &tree, sources, environment, options, invalid: &[] };
        check(&context, profiles).found
    }

    /// Converts the list of profiles in a config to a table by name, and returns the names in their order. A list with unnamed or
    /// duplicate profiles is left as it is.
    pub fn name_profiles(&self, tree: &mut Node) -> Option<Vec<String>> {
        profiles::name_profiles(&self.spec, tree)
    }

    /// Returns the subschema of the value at `path` in a config whose profiles may have been converted by
    /// [`name_profiles`](Self::name_profiles).
    pub fn subschema_in(&self, path: &Path, tree: &Node) -> Option<Subschema<'_>> {
        profiles::subschema_in(&self.spec, path, tree)
    }

    /// Returns the visibility of the value at `path` in such a config.
    pub fn visibility_in(&self, path: &Path, tree: &Node) -> Visibility<'_> {
        profiles::visibility_in(&self.spec, path, tree)
    }

    /// Runs the rules, and keeps the config that they were run on.
    fn keeping<'k>(
        &self,
        config: &'k mut Option<M>,
    ) -> impl FnMut(&ModelInfo, &Node) -> Result<Vec<usize>, Mismatch> + use<'k, M> {
        let run = self.run;
        move |model, tree| {
            let verdict = run(model, tree)?;
            *config = Some(verdict.config);
            Ok(verdict.broken)
        }
    }
}

fn run_untyped(model: &ModelInfo, tree: &Node) -> Result<Verdict<Untyped>, Mismatch> {
    model.run(tree).map(|broken| Verdict { config: Untyped, broken })
}

impl<M> Deref for Gate<M> {
    type Target = ConfigSpec;

    fn deref(&self) -> &ConfigSpec {
        &self.spec
    }
}

impl<M> Clone for Gate<M> {
    fn clone(&self) -> Self {
        Self { spec: self.spec.clone(), run: self.run }
    }
}

impl<M> fmt::Debug for Gate<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("model", &self.model_name()).field("schema", self.schema()).finish_non_exhaustive()
    }
}

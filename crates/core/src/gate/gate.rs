use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::diagnostics::Diagnostic;
use crate::environment::Environment;
use crate::gate::input::{Input, ValidateOptions};
use crate::gate::outcome::Outcome;
use crate::gate::rules::{Mismatch, ModelInfo, Verdict, run};
use crate::gate::spec::ConfigSpec;
use crate::migrate;
use crate::model::{Model, Untyped};
use crate::schema::{InvalidSchema, Schema, generate};
use crate::value::{Node, Source, Sources};

/// Validator of a config type: its [specification](ConfigSpec), and the conversion of a tree into the type.
///
/// A gate of [`Untyped`] validates the same and returns trees alone. A config of one type does not come out of the gate of
/// another:
///
/// ```
/// use confgate::{Environment, Gate, Source, bitcraps::Config};
///
/// let outcome = Gate::of::<Config>().check(&Source::new("a.toml", ""), Environment::Testing);
/// let config: Option<Config> = outcome.config;
/// ```
///
/// ```compile_fail,E0308
/// use confgate::{Environment, Gate, Source, bitcraps::Config};
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
        match Schema::of_types(generate::schema::<M>()) {
            Ok(schema) => {
                let spec = ConfigSpec::new(schema, Some(ModelInfo::of::<M>()));
                debug_assert_eq!(migrate::flaws(M::migrations(), spec.version().unwrap_or_default()), [""; 0]);
                Gate { spec: Arc::new(spec), run: |_, tree| run(tree) }
            }
            Err(invalid) => panic!("the schema of {}: {invalid}", M::NAME),
        }
    }

    /// The gate of a JSON Schema, which has no rules between fields.
    ///
    /// # Errors
    ///
    /// The document is not a JSON Schema, or refers to something outside itself.
    pub fn of_schema(schema: Json) -> Result<Self, InvalidSchema> {
        Ok(Self::without_type(ConfigSpec::new(Schema::new(schema)?, None)))
    }

    /// The gate of a service that is not written in Rust: a JSON Schema, what the service is called, and what its environment
    /// variables begin with. Defaults are those of the schema. A typed config of it is [`Untyped`](crate::model::Untyped):
    /// its values are in what was loaded.
    ///
    /// # Errors
    ///
    /// The document is no JSON Schema, or refers to something outside itself.
    ///
    /// ```
    /// use confgate_runtime::load::{LoadOptions, Loader};
    /// use confgate::{Gate, SystemContext};
    ///
    /// let schema = serde_json::json!({ "properties": { "port": { "type": "integer", "default": 8080 } } });
    /// let gate = Gate::of_service(schema, "relay", "RELAY")?;
    /// let host = SystemContext::bare().variable("RELAY_PORT", "9090");
    /// let loaded = Loader::new(gate, host).load(&LoadOptions::default())?;
    /// assert_eq!(loaded.tree.as_table().unwrap()["port"].value, confgate_core::value::Value::Integer(9090));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_service(schema: Json, name: &'static str, env_prefix: &'static str) -> Result<Self, InvalidSchema> {
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

    /// Reads and examines a TOML text.
    pub fn check(&self, source: &Source, environment: impl Into<Option<Environment>>) -> Outcome<M> {
        let options = ValidateOptions { environment: environment.into(), ..ValidateOptions::default() };
        self.examine(Input::toml(source, options))
    }

    /// Examines a config.
    pub fn examine(&self, input: Input) -> Outcome<M> {
        let Input { tree, sources, found, options } = input;
        self.examine_tree(tree, &sources, found, options)
    }

    /// Examines a tree whose sources are needed afterwards.
    pub fn examine_tree(
        &self,
        tree: Node,
        sources: &Sources,
        found: Vec<Diagnostic>,
        options: ValidateOptions,
    ) -> Outcome<M> {
        let mut config = None;
        let (outcome, complete) = self.spec.validate(tree, sources, found, options, &mut self.keeping(&mut config));
        outcome.with_config(config.filter(|_| complete))
    }

    /// Examines a tree for the report alone: the tree is not brought into its canonical form.
    pub fn assess(
        &self,
        tree: Node,
        sources: &Sources,
        found: Vec<Diagnostic>,
        options: ValidateOptions,
    ) -> Outcome<M> {
        let mut config = None;
        let (outcome, complete) = self.spec.report(tree, sources, found, options, &mut self.keeping(&mut config));
        outcome.with_config(config.filter(|_| complete))
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

use std::any::Any;
use std::fmt;

use serde_json::Value as Json;

use crate::diagnostics::{Diagnostic, Report, Severity};
use crate::environment::Environment;
use crate::gate::input::{Input, ValidateOptions};
use crate::gate::profiles::check::Base;
use crate::gate::rules::{Case, RuleInfo, RuleSet};
use crate::gate::version::Version;
use crate::gate::{normalize, plain_secrets, profiles};
use crate::model::Model;
use crate::schema::{self, InvalidSchema, Schema, Subject, Subschema, UNKNOWN_KEY, generate};
use crate::sensitive::display;
use crate::syntax::{self, SYNTAX};
use crate::value::{Location, Node, Origin, Path, Source, Sources};
use crate::{migrate, profile};

/// The rule of keys that older versions wrote.
pub const RETIRED_KEY: &str = "schema/retired-key";

/// The rule of files that cannot be read.
pub const UNREADABLE: &str = "file/unreadable";

/// The rule of keys that are still read, and should be written no more.
pub const DEPRECATED: &str = "schema/deprecated";

/// A schema and, for a model, its rules.
pub struct Gate {
    pub(crate) schema: Schema,
    pub(crate) judge: Option<RuleSet>,
    pub(crate) environment_path: Option<Path>,
    pub(crate) profiles_path: Option<Path>,
    pub(crate) version: Option<Version>,
    /// The fields that are still read, and should be written no more.
    deprecated: Vec<Path>,
}

/// What the gate made of a config.
pub struct Outcome {
    /// Everything that was found.
    pub report: Report,
    /// The environment whose defaults were used.
    pub environment: Environment,
    /// The config in its canonical form. Meaningful when the report admits it.
    pub tree: Node,
    /// The typed config, if every value is known.
    pub config: Option<Box<dyn Any + Send>>,
}

impl fmt::Debug for Outcome {
    // Neither tree nor config: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("report", &self.report)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

impl Outcome {
    /// The typed config, when it was admitted, every value is known, and the gate is the one of `M`.
    pub fn into_config<M: Model>(self) -> Result<M, Report> {
        match self.config.map(Box::<dyn Any + Send>::downcast::<M>) {
            Some(Ok(config)) if self.report.admits() => Ok(*config),
            _ => Err(self.report),
        }
    }
}

impl Gate {
    /// The gate of a model.
    ///
    /// # Panics
    ///
    /// Never for a model whose schema passes its own tests: a schema attribute that is no JSON Schema (a pattern that
    /// does not parse) is a mistake in the program.
    pub fn of<M: Model>() -> Self {
        match Schema::of_types(generate::schema::<M>()) {
            Ok(schema) => {
                let gate = Self::new(schema, Some(RuleSet::of::<M>()));
                debug_assert_eq!(migrate::check_migrations(M::migrations(), gate.version().unwrap_or_default()), []);
                gate
            }
            Err(invalid) => panic!("the schema of {}: {invalid}", M::NAME),
        }
    }

    /// The gate of a JSON Schema, which has no rules between fields.
    ///
    /// # Errors
    ///
    /// The document is no JSON Schema, or refers to something outside itself.
    pub fn of_schema(schema: Json) -> Result<Self, InvalidSchema> {
        Ok(Self::new(Schema::new(schema)?, None))
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
    /// let loaded = Loader::new(gate.into(), host).load(&LoadOptions::default())?;
    /// assert_eq!(loaded.tree.as_table().unwrap()["port"].value, confgate_core::value::Value::Integer(9090));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_service(schema: Json, name: &'static str, env_prefix: &'static str) -> Result<Self, InvalidSchema> {
        Ok(Self::new(Schema::new(schema)?, Some(RuleSet::without_type(name, env_prefix))))
    }

    fn new(schema: Schema, judge: Option<RuleSet>) -> Self {
        let environment_path = schema.view().find_marked("x-environment");
        let profiles_path = schema.view().find_marked(profile::MARK);
        let version = Version::of(schema.view());
        let deprecated = schema.view().deprecated();
        Self { schema, judge, environment_path, profiles_path, version, deprecated }
    }

    /// The schema as a document.
    pub fn schema(&self) -> &Json {
        self.schema.json()
    }

    /// What the schema says, value by value.
    pub fn view(&self) -> Subschema<'_> {
        self.schema.view()
    }

    /// The rules between fields, in their order.
    pub fn rules(&self) -> &[RuleInfo] {
        self.judge.as_ref().map_or(&[], |judge| &judge.rules)
    }

    /// The model's name, for a gate that has one.
    pub fn model_name(&self) -> Option<&'static str> {
        self.judge.as_ref().map(|judge| judge.name)
    }

    /// Whether that is a config type of this program, and not a name beside a schema.
    pub fn has_type(&self) -> bool {
        self.judge.as_ref().is_some_and(|judge| judge.typed)
    }

    /// What environment variables of the model begin with, for a gate that has one.
    pub fn env_prefix(&self) -> Option<&'static str> {
        self.judge.as_ref().map(|judge| judge.env_prefix)
    }

    /// The environment variables of the field at `path`, the one of every field before the short ones; none for a gate
    /// without a model.
    pub fn variables(&self, path: &Path) -> Vec<String> {
        let Some(judge) = &self.judge else { return Vec::new() };
        // Profiles are for files.
        if self.profiles_path.as_ref().is_some_and(|profiles| path.0.starts_with(&profiles.0)) {
            return Vec::new();
        }
        let aliases = judge.aliases.iter().filter(|(_, field)| Path::dotted(field) == *path);
        let short = aliases.map(|(name, _)| (*name).to_owned());
        [schema::variable(judge.env_prefix, path)].into_iter().chain(short).collect()
    }

    /// Reads and examines a TOML text.
    pub fn check(&self, source: &Source, environment: impl Into<Option<Environment>>) -> Outcome {
        let options = ValidateOptions { environment: environment.into(), ..ValidateOptions::default() };
        self.examine(Input::toml(source, options))
    }

    /// The whole config of `environment` when nothing is written.
    pub fn defaults(&self, environment: Environment) -> Node {
        let mut tree = Node::generated(crate::value::Value::Table(crate::value::Table::default()));
        normalize::fill_defaults(self.schema.view(), &mut tree, environment);
        normalize::canonical(self.schema.view(), &mut tree, Some(environment));
        tree
    }

    /// Examines a config.
    pub fn examine(&self, input: Input) -> Outcome {
        let Input { tree, sources, found, options } = input;
        self.examine_tree(tree, &sources, found, options)
    }

    /// Examines a tree whose sources somebody needs afterwards.
    pub fn examine_tree(
        &self,
        tree: Node,
        sources: &Sources,
        found: Vec<Diagnostic>,
        options: ValidateOptions,
    ) -> Outcome {
        let mut outcome = self.assess(tree, sources, found, options);
        let fills = self.fills_defaults(options).then_some(outcome.environment);
        normalize::canonical(self.schema.view(), &mut outcome.tree, fills);
        outcome
    }

    fn fills_defaults(&self, options: ValidateOptions) -> bool {
        self.judge.is_some() || options.fill_defaults
    }

    /// The same for whoever wants the report alone: the tree is not brought into its canonical form.
    pub fn assess(
        &self,
        mut tree: Node,
        sources: &Sources,
        mut found: Vec<Diagnostic>,
        options: ValidateOptions,
    ) -> Outcome {
        let view = self.schema.view();
        let (environment, disagreement) = self.environment(&tree, sources, options.environment);
        found.extend(disagreement);
        match self.updated(&mut tree, sources, options.resolved) {
            Ok(warning) => found.extend(warning),
            Err(stuck) => return stuck.outcome(found, environment, tree),
        }
        normalize::read_other_forms(view, &mut tree);
        if self.fills_defaults(options) {
            normalize::fill_defaults(view, &mut tree, environment);
        }
        let broken_text = found.iter().any(|diagnostic| diagnostic.code == SYNTAX);
        let subject = Subject {
            sources,
            environment: Some(environment),
            unknown_keys: options.unknown_keys,
            env_prefix: self.env_prefix(),
            resolved: options.resolved,
        };
        let mut by_schema = self.schema.diagnostics(&tree, &subject);
        // What profiles set is checked as the config will be with it.
        by_schema.retain(|diagnostic| !profiles::in_overlay(view, &diagnostic.path, &tree));
        if options.resolved {
            // A reference that was not resolved was told of, and is no wrong value on top of it.
            let missing = |path: &Path| found.iter().any(|it| it.severity == Severity::Error && it.path == *path);
            by_schema.retain(|diagnostic| !missing(&diagnostic.path));
        }
        let misspelt = found.iter().chain(&by_schema);
        let mut hidden = misspelt_secrets(view, misspelt, &tree, sources);
        if let (true, Some(source)) = (broken_text, &sources.text) {
            found.extend(syntax::sound(by_schema, source, &tree));
        } else {
            found.extend(by_schema);
        }
        for diagnostic in &found {
            if diagnostic.code == UNKNOWN_KEY && diagnostic.severity == Severity::Warning {
                tree.remove(&diagnostic.path.0);
            }
        }
        found.extend(retire(view, &mut tree, sources));
        found.extend(self.deprecated(&tree, sources));
        let plain = plain_secrets::plain(view, &tree);
        let told_of = plain.iter().filter(|_| !options.resolved);
        let in_plain = told_of.filter_map(|it| it.diagnostic(sources, options.plain_secrets, self.env_prefix()));
        // What was meant to be a reference and is refused for its form is one mistake.
        let told = |diagnostic: &Diagnostic| {
            let text = tree.get(&diagnostic.path.0).and_then(Node::as_str);
            let refused = |other: &Diagnostic| other.path == diagnostic.path && other.severity == Severity::Error;
            text.is_some_and(|text| text.contains("${")) && found.iter().any(refused)
        };
        let in_plain: Vec<Diagnostic> = in_plain.filter(|diagnostic| !told(diagnostic)).collect();
        found.extend(in_plain);
        hidden.extend(plain.iter().flat_map(|it| it.places(sources)));
        let list = self.profiles_path.as_ref().and_then(|path| tree.remove(&path.0));
        let faults = faults(&found);
        let mut config = None;
        if let (Some(judge), false) = (&self.judge, broken_text) {
            let resolved = options.resolved;
            let case = Case { tree: &tree, view, sources, environment, resolved, faults: faults.clone() };
            let (broken, made) = judge.judge(&case);
            found.extend(broken);
            config = made;
        }
        if let Some(mut list) = list {
            if !broken_text {
                let base = Base { gate: self, tree: &tree, sources, environment, options, faults: &faults };
                let (in_profiles, of_profiles) = self.examine_profiles(&mut list, &base, &found);
                found.extend(in_profiles);
                hidden.extend(of_profiles);
            }
            self.put_profiles(&mut tree, list);
        }
        if let (true, Some(source)) = (broken_text, &sources.text) {
            syntax::hide(&mut hidden, source, &view.secret_names());
        }
        let report = Report::new(found).hiding(hidden);
        Outcome { report, environment, tree, config }
    }

    /// Says what is written, read, and should be written no more.
    fn deprecated(&self, tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
        let written = self.deprecated.iter().filter_map(|path| Some((path, tree.get(&path.0)?)));
        let written = written.filter(|(_, node)| !matches!(node.origin, Origin::Generated));
        let warned = written.map(|(path, node)| {
            let diagnostic =
                Diagnostic::new(Severity::Warning, DEPRECATED, path.clone(), format!("{path} is deprecated"));
            let diagnostic = diagnostic.at(sources.locations(&node.origin), "");
            let why = self.view().at(&path.0, tree).and_then(|view| view.text("description")).map(str::to_owned);
            why.into_iter().fold(diagnostic.help("write it no more"), Diagnostic::note)
        });
        warned.collect()
    }

    /// The diagnostic for a key that the schema does not name, found by somebody else than the schema.
    pub fn unknown_key(&self, path: &Path, tree: &Node) -> Diagnostic {
        schema::unknown_key(self.schema.view(), path, tree)
    }

    /// The diagnostic for a whole float where the schema wants an integer, when the float itself is not at hand.
    pub fn whole_float(&self, path: &Path, value: i64, tree: &Node) -> Diagnostic {
        schema::whole_float(self.schema.view(), path, value, tree)
    }

    /// A value for `path` as messages show it.
    pub fn shown(&self, path: &Path, value: &Node, tree: &Node) -> Option<String> {
        display::value(value, self.schema.view().conceals(&path.0, tree, value))
    }

    /// The environment that a config names itself, else Development.
    pub fn environment_of(&self, tree: &Node) -> Environment {
        self.environment(tree, &Sources::default(), None).0
    }

    /// The environment of a config, and a diagnostic when it names another one than it was submitted for.
    fn environment(
        &self,
        tree: &Node,
        sources: &Sources,
        given: Option<Environment>,
    ) -> (Environment, Option<Diagnostic>) {
        let named = self.environment_path.as_ref().and_then(|path| Some((path, tree.get(&path.0)?)));
        let Some((path, node)) = named else { return (given.unwrap_or(Environment::Development), None) };
        let own = Environment::ALL.into_iter().find(|environment| node.as_str() == Some(environment.name()));
        match (given, own) {
            (Some(given), Some(own)) if given != own => {
                let message = format!("{path} is {own}, and the config is meant for {given}");
                let diagnostic = Diagnostic::error("environment/agrees", path.clone(), message);
                let diagnostic = diagnostic.at(sources.locations(&node.origin), "set here");
                (given, Some(diagnostic.help(format!("remove it, or write \"{given}\""))))
            }
            (given, own) => (given.or(own).unwrap_or(Environment::Development), None),
        }
    }
}

/// The values that have diagnostics of their own and are not what the type wants.
fn faults(found: &[Diagnostic]) -> Vec<Path> {
    let faulty = |diagnostic: &&Diagnostic| {
        diagnostic.severity == Severity::Error && diagnostic.code != plain_secrets::NO_PLAIN_TEXT
    };
    found.iter().filter(faulty).map(|diagnostic| diagnostic.path.clone()).collect()
}

/// Where values stand under unknown keys that were probably meant to be those of secrets.
pub(crate) fn misspelt_secrets<'f>(
    view: Subschema<'_>,
    found: impl IntoIterator<Item = &'f Diagnostic>,
    tree: &Node,
    sources: &Sources,
) -> Vec<Location> {
    let misspelt = found.into_iter().filter(|diagnostic| diagnostic.code == UNKNOWN_KEY);
    let misspelt = misspelt.filter(|diagnostic| schema::means_secret(view, &diagnostic.path, tree));
    let misspelt = misspelt.filter_map(|diagnostic| tree.get(&diagnostic.path.0));
    misspelt.flat_map(|node| plain_secrets::places_within(node, sources)).collect()
}

/// Takes out the keys at the top that nobody reads any more, and says so.
pub(crate) fn retire(view: Subschema<'_>, tree: &mut Node, sources: &Sources) -> Vec<Diagnostic> {
    let Some(table) = tree.as_table_mut() else { return Vec::new() };
    let names = view.properties().into_iter().flatten().filter(|(_, property)| property["x-retired"] == true);
    let retired = names.filter_map(|(name, property)| Some((name, property, table.shift_remove(name)?)));
    retired
        .map(|(name, property, node)| {
            let message = format!("{name} is no longer read");
            let diagnostic = Diagnostic::new(Severity::Warning, RETIRED_KEY, Path::root().key(name), message);
            let why = property["description"].as_str().map(str::to_owned);
            let diagnostic = diagnostic.at(sources.locations(&node.origin), "").help("remove it");
            why.into_iter().fold(diagnostic, Diagnostic::note)
        })
        .collect()
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("model", &self.model_name()).field("schema", &self.schema).finish_non_exhaustive()
    }
}

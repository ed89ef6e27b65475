use std::fmt;

use serde_json::Value as Json;

use crate::diagnostics::{Diagnostic, Report, Severity, codes};
use crate::environment::Environment;
use crate::gate::input::ValidateOptions;
use crate::gate::outcome::Outcome;
use crate::gate::profiles::check::Base;
use crate::gate::rules::{Case, Mismatch, ModelInfo, RuleInfo};
use crate::gate::version::Version;
use crate::gate::{normalize, plain_secrets, profiles};
use crate::schema::{self, Schema, Subject, Subschema};
use crate::sensitive::display;
use crate::value::{Node, Origin, Path, Place, Sources};
use crate::{profile, syntax};

/// Specification of a config, independent of its Rust type: the schema and, for a model, its names, versions and rules.
///
/// A [`Gate`](crate::gate::Gate) dereferences to it.
pub struct ConfigSpec {
    pub(crate) schema: Schema,
    pub(crate) model: Option<ModelInfo>,
    pub(crate) environment_path: Option<Path>,
    pub(crate) profiles_path: Option<Path>,
    pub(crate) version: Option<Version>,
    /// The fields that are still read, and should be written no more.
    deprecated: Vec<Path>,
}

/// Builds the typed config of a tree and runs the rules: returns the indices of the broken ones.
pub(super) type RunRules<'r> = &'r mut dyn FnMut(&ModelInfo, &Node) -> Result<Vec<usize>, Mismatch>;

impl ConfigSpec {
    pub(super) fn new(schema: Schema, model: Option<ModelInfo>) -> Self {
        let environment_path = schema.view().find_marked("x-environment");
        let profiles_path = schema.view().find_marked(profile::MARK);
        let version = Version::of(schema.view());
        let deprecated = schema.view().deprecated();
        Self { schema, model, environment_path, profiles_path, version, deprecated }
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
        self.model.as_ref().map_or(&[], |model| &model.rules)
    }

    /// The model's name, for a gate that has one.
    pub fn model_name(&self) -> Option<&'static str> {
        self.model.as_ref().map(|model| model.name)
    }

    /// Whether that is a config type of this program, and not a name beside a schema.
    pub fn has_type(&self) -> bool {
        self.model.as_ref().is_some_and(|model| model.typed)
    }

    /// What environment variables of the model begin with, for a gate that has one.
    pub fn env_prefix(&self) -> Option<&'static str> {
        self.model.as_ref().map(|model| model.env_prefix)
    }

    /// The environment variables of the field at `path`, the one of every field before the short ones; none for a gate
    /// without a model.
    pub fn variables(&self, path: &Path) -> Vec<String> {
        let Some(model) = &self.model else { return Vec::new() };
        // Profiles are for files.
        if self.profiles_path.as_ref().is_some_and(|profiles| path.0.starts_with(&profiles.0)) {
            return Vec::new();
        }
        let aliases = model.aliases.iter().filter(|(_, field)| Path::dotted(field) == *path);
        let short = aliases.map(|(name, _)| (*name).to_owned());
        [schema::variable(model.env_prefix, path)].into_iter().chain(short).collect()
    }

    /// The whole config of `environment` when nothing is written.
    pub fn defaults(&self, environment: Environment) -> Node {
        let mut tree = Node::bare(crate::value::Value::Table(crate::value::Table::default()));
        normalize::fill_defaults(self.schema.view(), &mut tree, environment);
        normalize::canonical(self.schema.view(), &mut tree, Some(environment));
        tree
    }

    /// Validates a tree and brings it into its canonical form. The returned flag says whether the last config that `run` built is
    /// the one of the tree.
    pub(super) fn validate(
        &self,
        tree: Node,
        sources: &Sources,
        found: Vec<Diagnostic>,
        options: ValidateOptions,
        run: RunRules<'_>,
    ) -> (Outcome<()>, bool) {
        let (mut outcome, complete) = self.report(tree, sources, found, options, run);
        let fills = self.fills_defaults(options).then_some(outcome.environment);
        normalize::canonical(self.schema.view(), &mut outcome.tree, fills);
        (outcome, complete)
    }

    fn fills_defaults(&self, options: ValidateOptions) -> bool {
        self.model.is_some() || options.fill_defaults
    }

    /// Validates a tree, and leaves it as it is written. The returned flag says whether the last config that `run` built is the one
    /// of the tree.
    pub(super) fn report(
        &self,
        mut tree: Node,
        sources: &Sources,
        mut found: Vec<Diagnostic>,
        options: ValidateOptions,
        run: RunRules<'_>,
    ) -> (Outcome<()>, bool) {
        let view = self.schema.view();
        let (environment, disagreement) = self.environment(&tree, sources, options.environment);
        found.extend(disagreement);
        match self.updated(&mut tree, sources, options.resolved) {
            Ok(warning) => found.extend(warning),
            Err(stuck) => return (stuck.outcome(found, environment, tree), false),
        }
        normalize::read_other_forms(view, &mut tree);
        if self.fills_defaults(options) {
            normalize::fill_defaults(view, &mut tree, environment);
        }
        let broken_text = found.iter().any(|diagnostic| diagnostic.is(&codes::TOML_SYNTAX));
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
            if diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY) && diagnostic.severity == Severity::Warning {
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
        let mut complete = false;
        if let (Some(model), false) = (&self.model, broken_text) {
            let resolved = options.resolved;
            let case = Case { tree: &tree, view, sources, environment, resolved, faults: faults.clone() };
            let (broken, all_known) = model.judge(&case, run);
            found.extend(broken);
            complete = all_known;
        }
        if let Some(mut list) = list {
            if !broken_text {
                let base = Base { spec: self, tree: &tree, sources, environment, options, faults: &faults };
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
        (Outcome { report, environment, tree, config: None }, complete)
    }

    /// Says what is written, read, and should be written no more.
    fn deprecated(&self, tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
        let written = self.deprecated.iter().filter_map(|path| Some((path, tree.get(&path.0)?)));
        let written = written.filter(|(_, node)| !matches!(node.origin, Origin::Unwritten));
        let warned = written.map(|(path, node)| {
            let diagnostic = Diagnostic::new(
                Severity::Warning,
                &codes::SCHEMA_DEPRECATED,
                path.clone(),
                format!("{path} is deprecated"),
            );
            let diagnostic = diagnostic.at(sources.places(&node.origin), "");
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
                let diagnostic = Diagnostic::error(&codes::ENVIRONMENT_AGREES, path.clone(), message);
                let diagnostic = diagnostic.at(sources.places(&node.origin), "set here");
                (given, Some(diagnostic.help(format!("remove it, or write \"{given}\""))))
            }
            (given, own) => (given.or(own).unwrap_or(Environment::Development), None),
        }
    }
}

/// The values that have diagnostics of their own and are not what the type wants.
fn faults(found: &[Diagnostic]) -> Vec<Path> {
    let faulty = |diagnostic: &&Diagnostic| {
        diagnostic.severity == Severity::Error && !diagnostic.is(&codes::SECRETS_NO_PLAIN_TEXT)
    };
    found.iter().filter(faulty).map(|diagnostic| diagnostic.path.clone()).collect()
}

/// Where values stand under unknown keys that were probably meant to be those of secrets.
pub(crate) fn misspelt_secrets<'f>(
    view: Subschema<'_>,
    found: impl IntoIterator<Item = &'f Diagnostic>,
    tree: &Node,
    sources: &Sources,
) -> Vec<Place> {
    let misspelt = found.into_iter().filter(|diagnostic| diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY));
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
            let diagnostic =
                Diagnostic::new(Severity::Warning, &codes::SCHEMA_RETIRED_KEY, Path::root().key(name), message);
            let why = property["description"].as_str().map(str::to_owned);
            let diagnostic = diagnostic.at(sources.places(&node.origin), "").help("remove it");
            why.into_iter().fold(diagnostic, Diagnostic::note)
        })
        .collect()
}

impl fmt::Debug for ConfigSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigSpec")
            .field("model", &self.model_name())
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

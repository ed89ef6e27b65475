use std::fmt;

use serde_json::Value as Json;

use crate::diagnostics::Diagnostic;
use crate::environment::Environment;
use crate::flags;
use crate::gate::input::ValidateOptions;
use crate::gate::model_info::{ModelInfo, RuleInfo};
use crate::gate::valid_defaults::{DefaultsContext, fill_valid_defaults};
use crate::gate::version_field::VersionField;
use crate::gate::{fill, normalize};
use crate::migrate::Migration;
use crate::profile;
use crate::schema::{self, Schema, Subschema, search, secrecy};
use crate::sensitive::display;
use crate::value::{Node, Path, Sources, Value};

/// Specification of a config, independent of its Rust type: the schema and, for a model, its names, versions and rules.
///
/// A [`Gate`](crate::gate::Gate) dereferences to it.
pub struct ConfigSpec {
    pub(crate) schema: Schema,
    pub(crate) model: Option<ModelInfo>,
    pub(crate) environment_path: Option<Path>,
    pub(crate) profiles_path: Option<Path>,
    pub(crate) version: Option<VersionField>,
    /// Path of the table with feature flags, if the schema marks one.
    pub(super) flags_path: Option<Path>,
    /// Deprecated fields: they are still read.
    pub(super) deprecated: Vec<Path>,
}

impl ConfigSpec {
    pub(super) fn new(schema: Schema, model: Option<ModelInfo>) -> Self {
        let environment_path = search::find_marked(schema.view(), crate::schema::keywords::ENVIRONMENT);
        let profiles_path = search::find_marked(schema.view(), profile::MARK);
        let version = VersionField::find(schema.view());
        let flags_path = search::find_marked(schema.view(), flags::MARK);
        let deprecated = search::deprecated(schema.view());
        Self { schema, model, environment_path, profiles_path, version, flags_path, deprecated }
    }

    /// The schema as a document.
    pub fn schema(&self) -> &Json {
        self.schema.json()
    }

    /// The compiled form of the schema of a model: see [`Model::compiled_schema`](crate::model::Model::compiled_schema).
    pub fn compiled_schema(&self) -> Option<Vec<u8>> {
        self.schema.compiled()
    }

    /// The schema as an index of subschemas.
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

    /// Returns whether the model is a config type of this program, not a name beside a schema.
    pub fn has_type(&self) -> bool {
        self.model.as_ref().is_some_and(|model| model.typed)
    }

    /// The prefix of the environment variables of the model, if there is one.
    pub fn env_prefix(&self) -> Option<&'static str> {
        self.model.as_ref().map(|model| model.env_prefix)
    }

    /// The environment variables of the field at `path`, the one of every field before the short ones; none for a gate
    /// without a model.
    pub fn variables(&self, path: &Path) -> Vec<String> {
        let Some(model) = &self.model else { return Vec::new() };
        // Profiles are set by files alone.
        if self.profiles_path.as_ref().is_some_and(|profiles| path.0.starts_with(&profiles.0)) {
            return Vec::new();
        }
        let aliases = model.aliases.iter().filter(|(_, field)| Path::dotted(field) == *path);
        let short = aliases.map(|(name, _)| (*name).to_owned());
        [schema::variable_name(model.env_prefix, path)].into_iter().chain(short).collect()
    }

    /// Returns the config of `environment` without any layer above the defaults.
    pub fn defaults(&self, environment: Environment) -> Node {
        let mut tree = Node::generated(crate::value::Value::Table(crate::value::Table::default()));
        match self.has_type() {
            true => fill::fill_defaults(self.schema.view(), &mut tree, environment),
            false => {
                let (schema, sources, options) = (&self.schema, &Sources::default(), ValidateOptions::default());
                // A load reports the defaults that are left out.
                let context = DefaultsContext { schema, env_prefix: None, sources, environment, options };
                fill_valid_defaults(&context, &mut tree);
            }
        }
        normalize::canonical(self.schema.view(), &mut tree, Some(environment));
        tree
    }

    /// The path of the list of profiles, if the schema has one.
    pub fn profiles_path(&self) -> Option<&Path> {
        self.profiles_path.as_ref()
    }

    /// The version that configs are written for: the default of the field that the schema marks with `x-version`.
    pub fn version(&self) -> Option<u64> {
        self.version.as_ref().map(|version| version.current)
    }

    /// The path of the version field.
    pub fn version_path(&self) -> Option<&Path> {
        self.version.as_ref().map(|version| &version.path)
    }

    /// The model's migrations; none for a gate without a model.
    pub fn migrations(&self) -> &'static [Migration] {
        self.model.as_ref().map_or(&[], |model| model.migrations)
    }

    /// The version that a tree says it is written for; `None` when it says none, or what is no version.
    pub fn version_of(&self, tree: &Node) -> Option<u64> {
        match tree.get(&self.version_path()?.0)?.value {
            Value::Integer(version) => version.try_into().ok(),
            _ => None,
        }
    }

    /// The diagnostic for a key that the schema does not name, for keys that are found outside of the schema.
    pub fn unknown_key(&self, path: &Path, tree: &Node, sources: &Sources) -> Diagnostic {
        self.schema.unknown_key(path, tree, sources)
    }

    /// The diagnostic for a whole float where the schema wants an integer, when the float itself is not at hand.
    pub fn whole_float(&self, path: &Path, value: i64, tree: &Node) -> Diagnostic {
        schema::whole_float(self.schema.view(), path, value, tree)
    }

    /// The diagnostic for a value where the schema wants a table, when the value itself is not at hand.
    pub fn not_a_table(&self, path: &Path, found: &str, tree: &Node) -> Diagnostic {
        schema::not_a_table(self.schema.view(), path, found, tree)
    }

    /// A value for `path` as messages show it.
    pub fn shown(&self, path: &Path, value: &Node, tree: &Node) -> Option<String> {
        display::value(value, secrecy::conceals(self.schema.view(), path, tree, value))
    }

    /// The path of the field that names the environment, if the schema marks one with `x-environment`.
    pub fn environment_path(&self) -> Option<&Path> {
        self.environment_path.as_ref()
    }

    /// Returns whether a verdict depends on the environment: that of a model, whose defaults and rules do, and that of a schema with
    /// a field for it.
    pub fn has_environments(&self) -> bool {
        self.has_type() || self.environment_path.is_some()
    }

    /// The environment that a config names itself.
    pub fn named_environment(&self, tree: &Node) -> Option<Environment> {
        let own = self.environment_path.as_ref().and_then(|path| tree.get(&path.0)).and_then(Node::as_str);
        Environment::ALL.into_iter().find(|environment| own == Some(environment.name()))
    }

    /// The environment that a config names itself, else Development.
    pub fn environment_of(&self, tree: &Node) -> Environment {
        self.named_environment(tree).unwrap_or(Environment::Development)
    }
}

impl fmt::Debug for ConfigSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigSpec")
            .field("model", &self.model_name())
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

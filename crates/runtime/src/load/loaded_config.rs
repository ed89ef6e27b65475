//! A loaded config: the validated tree with the origin of every value.

use std::collections::HashMap;
use std::fmt;

use confgate_core::bundle::OverriddenDefinition;
use confgate_core::diagnostics::{Report, suggest};
use confgate_core::edit::FieldName;
use confgate_core::environment::Environment;
use confgate_core::gate::fill::default_of;
use confgate_core::gate::redact::redacted;
use confgate_core::gate::{ConfigSpec, RuleInfo};
use confgate_core::profile::Profile;
use confgate_core::schema::fields::{Field, at, settable_fields};
use confgate_core::schema::{Subschema, bounds};
use confgate_core::value::{Definition, Node, Path, Sources, json};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::load::explanation::{
    Contribution, Explanation, UnknownField, definition_at, for_each_value, place_name, types_in_words,
};
use crate::load::location::FoundConfig;
use crate::load::precedence::{ConfigLayer, LayerKind};
use crate::load::stack::layer_of;
use crate::secrets::UsedSecret;

/// A config that the gate accepted, with the origins of its values.
#[derive(Clone)]
pub struct LoadedConfig {
    /// The environment.
    pub environment: Environment,
    /// The config file or bundle, or `None` if the defaults apply.
    pub found: Option<FoundConfig>,
    /// The whole config in its normalized form, with secrets.
    pub tree: Node,
    /// The warnings.
    pub report: Report,
    /// Sources that the origins of the tree refer to.
    pub sources: Sources,
    /// The layers above the file, which the origins refer to.
    pub layers: Vec<ConfigLayer>,
    /// Values that a later layer replaced, the lowest first.
    pub shadowed: Vec<(Path, Node)>,
    /// Nix definitions that others override, by path.
    pub overridden: HashMap<Path, Vec<OverriddenDefinition>>,
    /// The secrets that the config uses.
    pub secrets: Vec<UsedSecret>,
    /// Number of fields that environment variables set.
    pub variable_count: usize,
    /// Names of the active profiles, in order.
    pub active_profiles: Vec<String>,
    /// Names of all profiles.
    pub profiles: Vec<String>,
    /// The profiles without their values, to evaluate the conditions again while the service runs.
    pub(crate) conditions: Vec<Profile>,
    /// Time of the next check for active profiles and for the expiry of an override, or `None` if neither can change while the
    /// service runs.
    pub next_check: Option<Timestamp>,
    /// Time at which the override of the region expires, if one applies.
    pub region_expires: Option<Timestamp>,
}

impl LoadedConfig {
    /// Returns the config for display: secrets and passwords are redacted, or replaced by their references.
    pub fn redacted(&self, spec: &ConfigSpec) -> Node {
        redacted(spec.view(), &self.tree, &Path::root(), &self.sources)
    }

    /// Returns the path of the config file or bundle, for messages.
    pub fn file(&self) -> Option<String> {
        self.found.as_ref().map(|found| found.path().display().to_string())
    }

    /// Returns the layer that set a value.
    pub fn layer(&self, node: &Node) -> ConfigLayer {
        layer_of(&self.layers, self.file().as_deref(), &node.origin)
    }

    /// Returns the places where a value was written.
    pub fn places(&self, node: &Node) -> Vec<String> {
        self.sources.locations(&node.origin).iter().map(place_name).collect()
    }

    /// Returns the first place where a value was written, or the name of its layer.
    pub fn origin(&self, node: &Node) -> String {
        let layer = self.layer(node);
        match self.places(node).into_iter().next() {
            Some(place) if layer.kind == LayerKind::Profile => format!("{place} (profile {})", layer.name),
            Some(place) => place,
            None if layer.kind == LayerKind::Default => "default".to_owned(),
            None => layer.name.to_string(),
        }
    }

    /// Returns the redacted config with the origin of each value, by JSON pointer.
    pub fn with_origins(&self, spec: &ConfigSpec) -> Json {
        let tree = self.redacted(spec);
        let mut origins = serde_json::Map::new();
        for_each_value(&tree, &Path::root(), &mut |path, node| {
            origins.insert(path.pointer(), self.origin(node).into());
        });
        serde_json::json!({
            "environment": self.environment,
            "file": self.file(),
            "profiles": self.active_profiles,
            "config": json::write(&tree),
            "origins": origins,
        })
    }

    /// Explains the field with this dotted name, in which keys may have quotes: `network.max_connections`.
    ///
    /// # Errors
    ///
    /// The field does not exist.
    pub fn explain(&self, spec: &ConfigSpec, field: &str) -> Result<Explanation, UnknownField> {
        let path = field.parse().map_or_else(|_| Path::dotted(field), |FieldName(path)| path);
        let in_tree = || spec.view().at(&path.0, &self.tree).or_else(|| at(spec.view(), &path));
        let Some(subschema) = (!field.is_empty()).then(in_tree).flatten() else {
            let names: Vec<String> =
                settable_fields(spec.view()).into_iter().map(|leaf| leaf.path.to_string()).collect();
            let nearest = suggest::nearest(field, names.iter().map(String::as_str)).map(str::to_owned);
            return Err(UnknownField { name: field.to_owned(), nearest });
        };
        let leaf = settable_fields(spec.view()).into_iter().find(|leaf| leaf.path == path);
        Ok(self.explain_field(spec, &path, subschema, leaf.as_ref()))
    }

    /// Explains every field that can be set outside of lists, in the order of the schema.
    pub fn explain_all(&self, spec: &ConfigSpec) -> Vec<Explanation> {
        let fields = settable_fields(spec.view()).into_iter();
        fields
            .map(|leaf| {
                let subschema = spec.view().at(&leaf.path.0, &self.tree).unwrap_or(leaf.view);
                self.explain_field(spec, &leaf.path, subschema, Some(&leaf))
            })
            .collect()
    }

    fn explain_field(
        &self,
        spec: &ConfigSpec,
        path: &Path,
        subschema: Subschema<'_>,
        leaf: Option<&Field<'_>>,
    ) -> Explanation {
        let node = self.tree.get(&path.0).filter(|node| !node.is_null());
        let default = default_of(subschema, self.environment);
        let reads_field = |rule: &&RuleInfo| rule.reads.iter().any(|read| Path::dotted(read).overlaps(path));
        Explanation {
            field: path.to_string(),
            path: path.clone(),
            value: node.map(|node| json::write(&redacted(subschema, node, path, &self.sources))),
            about: subschema.text("description").map(str::to_owned),
            kind: types_in_words(subschema),
            bounds: bounds(subschema).map(|bounds| bounds.to_string()),
            unit: subschema.text(confgate_core::schema::keywords::UNIT).map(str::to_owned),
            default: default.as_ref().map(|node| without_references(subschema, node, path)),
            contributions: self.contributions(path, subschema, default.as_ref()),
            variables: if leaf.is_some() { spec.variables(path) } else { Vec::new() },
            reload: leaf.and_then(|leaf| leaf.reload).map(str::to_owned),
            secret: subschema.is_secret(),
            important: subschema.marked(confgate_core::schema::keywords::IMPORTANT),
            rules: spec.rules().iter().filter(reads_field).map(|rule| rule.name).collect(),
        }
    }

    /// Returns the layers that set the value at `path`, in order of precedence, the highest first.
    fn contributions(&self, path: &Path, subschema: Subschema<'_>, default: Option<&Node>) -> Vec<Contribution> {
        let mut contributions = Vec::new();
        let mut add = |layer: ConfigLayer, value: Option<Json>, places: Vec<String>, definitions: Vec<Definition>| {
            let name = Some(layer.name.to_string()).filter(|name| !name.is_empty());
            contributions.push(Contribution { layer: layer.kind, name, value, places, definitions });
        };
        let definitions = |node: &Node| self.sources.locations(&node.origin).iter().filter_map(definition_at).collect();
        let has_secret = self.sources.resolved.contains_key(path);
        for secret in self.secrets.iter().filter(|secret| secret.path == *path && has_secret) {
            let layer =
                ConfigLayer { kind: LayerKind::Secret, name: secret.name.as_deref().unwrap_or_default().into() };
            add(layer, None, vec![secret.place.clone()], Vec::new());
        }
        let current = self.tree.get(&path.0);
        if let Some(node) = current {
            let value = json::write(&redacted(subschema, node, path, &self.sources));
            add(self.layer(node), Some(value), self.places(node), definitions(node));
        }
        let shadowed = self.shadowed.iter().rev().filter_map(|(at, node)| node.get(path.0.strip_prefix(&at.0[..])?));
        for node in shadowed.filter(|node| !node.is_null()) {
            let value = without_references(subschema, node, path);
            add(self.layer(node), Some(value), self.places(node), definitions(node));
        }
        for overridden in self.overridden.get(path).into_iter().flatten() {
            let definition = &overridden.definition;
            let place = format!("{}:{}:{}", definition.file, definition.line, definition.column);
            let layer = ConfigLayer { kind: LayerKind::File, name: self.file().unwrap_or_default().into() };
            add(layer, None, vec![place], vec![definition.clone()]);
        }
        // A field that is absent with its table has no default in effect.
        let is_beneath = current.is_some_and(|node| self.layer(node).kind != LayerKind::Default);
        if let Some(default) = default.filter(|_| is_beneath) {
            let layer = ConfigLayer { kind: LayerKind::Default, name: "".into() };
            add(layer, Some(without_references(subschema, default, path)), Vec::new(), Vec::new());
        }
        contributions
    }
}

impl fmt::Debug for LoadedConfig {
    // Leave out the tree: it holds secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedConfig")
            .field("environment", &self.environment)
            .field("found", &self.found)
            .field("layers", &self.layers)
            .finish_non_exhaustive()
    }
}

/// Redacts a value of another layer than the highest. The reference that stands for the secret at this path is that of the
/// highest layer, and does not belong to this value.
fn without_references(subschema: Subschema<'_>, node: &Node, path: &Path) -> Json {
    json::write(&redacted(subschema, node, path, &Sources::default()))
}

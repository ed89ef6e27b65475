//! Where a value of a running node comes from, and what may be said of it.

use confgate_core::diagnostics::suggest;
use confgate_core::gate::normalize::default_of;
use confgate_core::gate::redact::redacted;
use confgate_core::gate::{Gate, RuleInfo};
use confgate_core::schema::fields::{at, leaves};
use confgate_core::schema::{Subschema, bounds, type_words};
use confgate_core::value::{Location, Node, Path, Sources, Value, json};
use serde::Serialize;
use serde_json::Value as Json;

use crate::load::stack::Stack;
use crate::load::{Kind, Layer, LoadedConfig};

/// All that is known of one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The value, dotted.
    pub field: String,
    /// What it is, without secrets; none when it is absent.
    pub value: Option<Json>,
    /// What it means: the documentation of the field.
    pub about: Option<String>,
    /// Its types, in words.
    pub kind: Option<String>,
    /// What it may be.
    pub bounds: Option<String>,
    /// What it counts.
    pub unit: Option<String>,
    /// What it is when nobody says anything, in this environment.
    pub default: Option<Json>,
    /// Who said something about it, the one that counts first, then those that it took the place of.
    pub contributions: Vec<Contribution>,
    /// The environment variables that set it.
    pub variables: Vec<String>,
    /// Whether a running node takes a new value (`live`) or needs a new start (`restart`).
    pub reload: Option<String>,
    /// Whether nobody may see it.
    pub secret: bool,
    /// The rules that read it, by name.
    pub rules: Vec<&'static str>,
}

/// What one layer says of a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// The kind of the layer.
    pub layer: Kind,
    /// Which one of its kind; none for the defaults.
    pub name: Option<String>,
    /// What it says, without secrets; none where that is not known, or that it is absent.
    pub value: Option<Json>,
    /// Where it says so, as `file:line:column` or the name of a variable.
    pub places: Vec<String>,
}

/// A name that is no field of a config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoField {
    /// The name.
    pub name: String,
    /// The nearest name of a field.
    pub nearest: Option<String>,
}

impl std::fmt::Display for NoField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is no field of this config", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, ": did you mean {nearest}?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for NoField {}

impl LoadedConfig {
    /// Explains the field with this dotted name: `network.max_connections`.
    ///
    /// # Errors
    ///
    /// There is no such field.
    pub fn explain(&self, gate: &Gate, field: &str) -> Result<Explanation, NoField> {
        let path = Path::dotted(field);
        let view = gate.view().at(&path.0, &self.tree).or_else(|| at(gate.view(), &path));
        let Some(view) = view.filter(|_| !field.is_empty()) else {
            let names: Vec<String> = leaves(gate.view()).into_iter().map(|leaf| leaf.path.to_string()).collect();
            let nearest = suggest::nearest(field, names.iter().map(String::as_str)).map(str::to_owned);
            return Err(NoField { name: field.to_owned(), nearest });
        };
        let leaf = leaves(gate.view()).into_iter().find(|leaf| leaf.path == path);
        let node = self.tree.get(&path.0);
        let show = |node: &Node| json::write(&redacted(view, node, &path, &self.sources));
        // What was written in its place is nothing that the default says.
        let bare = |node: &Node| json::write(&redacted(view, node, &path, &Sources::default()));
        let default = default_of(view, self.environment);
        let touches = |rule: &&RuleInfo| rule.reads.iter().any(|read| Path::dotted(read).overlaps(&path));
        Ok(Explanation {
            field: path.to_string(),
            value: node.filter(|node| !node.is_null()).map(show),
            about: view.text("description").map(str::to_owned),
            kind: kind(view),
            bounds: bounds(view),
            unit: view.text("x-unit").map(str::to_owned),
            default: default.as_ref().map(bare),
            contributions: self.contributions(&path, view, default.as_ref()),
            variables: if leaf.is_some() { gate.variables(&path) } else { Vec::new() },
            reload: leaf.and_then(|leaf| leaf.reload).map(str::to_owned),
            secret: view.is_secret(),
            rules: gate.rules().iter().filter(touches).map(|rule| rule.name).collect(),
        })
    }

    /// Who said something of the value at `path`, the one that counts first.
    fn contributions(&self, path: &Path, view: Subschema<'_>, default: Option<&Node>) -> Vec<Contribution> {
        let show = |node: &Node| Some(json::write(&redacted(view, node, path, &self.sources)));
        let bare = |node: &Node| Some(json::write(&redacted(view, node, path, &Sources::default())));
        let mut found = Vec::new();
        let mut add = |layer: Layer, value: Option<Json>, places: Vec<String>| {
            let name = Some(layer.name).filter(|name| !name.is_empty());
            found.push(Contribution { layer: layer.kind, name, value, places });
        };
        for used in self.used.iter().filter(|used| used.path == *path && self.sources.resolved.contains_key(path)) {
            add(
                Layer { kind: Kind::Secret, name: used.name.clone().unwrap_or_default() },
                None,
                vec![used.place.clone()],
            );
        }
        let node = self.tree.get(&path.0);
        if let Some(node) = node {
            add(self.layer(node), show(node), self.places(node));
        }
        let covered = self.covered.iter().rev().filter_map(|(at, node)| {
            let rest = path.0.strip_prefix(&at.0[..])?;
            node.get(rest)
        });
        for node in covered.filter(|node| !node.is_null()) {
            // A copy of a secret's path must not hide what was written.
            add(self.layer(node), bare(node), self.places(node));
        }
        for overridden in self.overridden.get(path).into_iter().flatten() {
            let definition = &overridden.definition;
            let place = format!("{}:{}:{}", definition.file, definition.line, definition.column);
            let layer = Layer { kind: Kind::File, name: self.file().unwrap_or_default() };
            add(layer, None, vec![place]);
        }
        let is_default = node.is_some_and(|node| self.layer(node).kind == Kind::Default);
        if let Some(default) = default.filter(|_| !is_default) {
            add(Layer { kind: Kind::Default, name: String::new() }, bare(default), Vec::new());
        }
        found
    }

    /// The config as people may see it, with where each of its values was written, by JSON pointer.
    pub fn with_origins(&self, gate: &Gate) -> Json {
        let shown = self.shown(gate);
        let mut origins = serde_json::Map::new();
        values(&shown, &Path::root(), &mut |path, node| {
            origins.insert(path.pointer(), self.origin(node).into());
        });
        serde_json::json!({
            "environment": self.environment,
            "file": self.file(),
            "profiles": self.active,
            "config": json::write(&shown),
            "origins": origins,
        })
    }

    /// Where a value stands, in words.
    pub fn places(&self, node: &Node) -> Vec<String> {
        self.sources.locations(&node.origin).iter().map(place_name).collect()
    }

    /// The line that says of a value where it was written: of all its places the first.
    pub fn origin(&self, node: &Node) -> String {
        let layer = Stack::layer_of(&self.layers, self.file().as_deref(), &node.origin);
        match self.places(node).into_iter().next() {
            Some(place) if layer.kind == Kind::Profile => format!("{place} (profile {})", layer.name),
            Some(place) => place,
            None if layer.kind == Kind::Default => "default".to_owned(),
            None => layer.name,
        }
    }
}

/// Every value of a config that stands on a line of its own: what is no table, and lists whole.
pub fn values<'n>(node: &'n Node, path: &Path, visit: &mut dyn FnMut(Path, &'n Node)) {
    match &node.value {
        Value::Table(table) if !table.is_empty() => {
            table.iter().for_each(|(key, child)| values(child, &path.key(key), visit));
        }
        // Tables in a list stand below headers of their own.
        Value::List(elements) if elements.iter().any(|element| element.as_table().is_some()) => {
            elements.iter().enumerate().for_each(|(index, element)| values(element, &path.index(index), visit));
        }
        _ => visit(path.clone(), node),
    }
}

/// A place as messages name it.
pub fn place_name(place: &Location) -> String {
    match place.position {
        (0, _) => place.source.name().to_owned(),
        (line, column) => format!("{}:{line}:{column}", place.source.name()),
    }
}

fn kind(view: Subschema<'_>) -> Option<String> {
    let types: Vec<&str> = view.types().into_iter().map(type_words).collect();
    (!types.is_empty()).then(|| types.join(" or "))
}

impl Explanation {
    /// The value as it would be written in TOML.
    pub fn written(value: &Json) -> String {
        confgate_core::toml::inline_json(value)
    }
}

//! What a load is given, and what comes of it.

use std::collections::HashMap;
use std::fmt;

use confgate_core::bundle::OverriddenDefinition;
use confgate_core::diagnostics::{Diagnostic, Report};
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::gate::redact::redacted;
use confgate_core::model::Model;
use confgate_core::profile::Profile;
use confgate_core::render::{Totals, human};
use confgate_core::schema::fields::at;
use confgate_core::value::{Node, Origin, Path, Source, Sources, Span, Value, json};
use jiff::Timestamp;

use crate::load::file::Found;
use crate::load::stack::Stack;
use crate::load::variables::{self, insert, stamp};
use crate::load::{Kind, Layer};
use crate::secrets::Used;

/// What a load is given beside what the loader finds.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoadOptions<'a> {
    /// Values that count before all others.
    pub overrides: &'a [Override],
    /// The names of the profiles that held at the last load: a share that is near its threshold leaves a profile as it was.
    pub held: &'a [String],
}

/// A value that a program sets, before all other layers.
#[derive(Clone, PartialEq)]
pub struct Override {
    /// The field.
    pub path: Path,
    /// Its value; null for a field that is to be absent.
    pub value: Node,
    /// Who set it, and why: what messages call the place.
    pub reason: String,
}

impl Override {
    /// The value of a field as JSON; null for a field that is to be absent. A number beyond 64 bits is taken as a text, which
    /// the gate refuses.
    pub fn json(path: Path, value: serde_json::Value) -> Self {
        let value = json::read(value).unwrap_or_else(|large| Node::generated(Value::String(large.digits)));
        Self { path, value, reason: "set by the program".to_owned() }
    }

    /// A whole config in the place of all layers but the defaults.
    pub fn config<M: Model>(config: &M) -> Self {
        // A model is plain data: it serializes.
        Self::json(Path::root(), serde_json::to_value(config).unwrap_or_default())
    }

    /// A field by the text that a variable of it would hold: `5`, `true`, `a,b`.
    pub fn text(gate: &Gate, path: Path, text: &str, reason: impl Into<String>) -> Self {
        let value = match at(gate.view(), &path) {
            Some(view) => variables::typed(view, text),
            None => Node::generated(Value::String(text.to_owned())),
        };
        Self { path, value, reason: reason.into() }
    }
}

impl fmt::Debug for Override {
    // The value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Override").field("path", &self.path).field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// A config that was admitted, and where all of it came from.
#[derive(Clone)]
pub struct LoadedConfig {
    /// The environment that it is for.
    pub environment: Environment,
    /// The config file or bundle; nothing when there is none and the defaults count.
    pub found: Option<Found>,
    /// The whole config in its canonical form, secrets and all.
    pub tree: Node,
    /// The warnings.
    pub report: Report,
    /// Where the origins of the tree point.
    pub sources: Sources,
    /// The layers above the file that the origins name.
    pub layers: Vec<Layer>,
    /// Values that a later layer took the place of, the lowest first.
    pub covered: Vec<(Path, Node)>,
    /// Definitions in Nix files that stronger ones put aside.
    pub overridden: HashMap<Path, Vec<OverriddenDefinition>>,
    /// The secrets in it.
    pub used: Vec<Used>,
    /// How many fields environment variables set.
    pub variables: usize,
    /// The names of the profiles that hold, in their order.
    pub active: Vec<String>,
    /// The names of all profiles.
    pub profiles: Vec<String>,
    /// The profiles without what they set: which of them hold is asked again while the service runs.
    pub(crate) conditions: Vec<Profile>,
    /// When other profiles may hold; none when that does not change while the service runs.
    pub next_look: Option<Timestamp>,
}

impl LoadedConfig {
    /// The config as people may see it: secrets and passwords gone, references in their place.
    pub fn shown(&self, gate: &Gate) -> Node {
        redacted(gate.view(), &self.tree, &Path::root(), &self.sources)
    }

    /// The name of the config file, for messages.
    pub fn file(&self) -> Option<String> {
        self.found.as_ref().map(|found| found.path().display().to_string())
    }

    /// Puts running values in the place of those that were loaded, or takes them out where nothing runs.
    pub(crate) fn keep(&mut self, kept: Vec<(Path, Option<Node>)>, running: &Self) {
        for (path, node) in kept {
            self.sources.resolved.remove(&path);
            let Some(mut node) = node else {
                self.tree.remove(&path.0);
                continue;
            };
            if let Some(written) = running.sources.resolved.get(&path) {
                self.sources.resolved.insert(path.clone(), written.clone());
            }
            let before = running.layer(&node);
            let name = match before.kind {
                Kind::Kept => before.name,
                _ => format!("{}, until a restart", running.origin(&node)),
            };
            let source = u16::try_from(self.layers.len()).unwrap_or(u16::MAX);
            self.sources.layers.push(Source::new(name.clone(), ""));
            self.layers.push(Layer { kind: Kind::Kept, name });
            stamp(&mut node, &Origin::Layer { source, key: Span::default(), value: Span::default() });
            insert(&mut self.tree, &path, node);
        }
    }

    /// The layer that a value came from.
    pub fn layer(&self, node: &Node) -> Layer {
        Stack::layer_of(&self.layers, self.file().as_deref(), &node.origin)
    }
}

impl fmt::Debug for LoadedConfig {
    // Neither tree nor config: they hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedConfig")
            .field("environment", &self.environment)
            .field("found", &self.found)
            .field("layers", &self.layers)
            .finish_non_exhaustive()
    }
}

/// A config that was refused. It shows as the whole report.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// Everything that was found.
    pub report: Report,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = human::Style::default();
        f.write_str(&human::report(&self.report, style))?;
        f.write_str(human::totals(Totals::of([&self.report]), style).trim_end())
    }
}

impl std::error::Error for Refused {}

impl From<Diagnostic> for Refused {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { report: Report::new(vec![diagnostic]) }
    }
}

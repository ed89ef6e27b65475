//! The settings in the value of a file: of a module, of a machine, of a list of modules.

use confgate_core::gate::Gate;
use confgate_core::value::{Node, Path, Segment, Table, Value};
use rnix::{SyntaxKind, SyntaxNode};

use crate::nix_text::flow::{Destination, Step, attributes};
use crate::nix_text::marker::MARKER;
use crate::nix_text::values;

/// Attributes of a module that are not settings.
const MODULE_WORDS: [&str; 7] = ["_class", "_file", "_module", "config", "disabledModules", "imports", "key"];

/// Name that stands for a computed one in a path.
const COMPUTED: &str = "NAME";

/// The settings of one schema.
#[derive(Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub gate: &'a Gate,
    /// Name of the service, whose settings are `services.NAME.settings` in a NixOS machine; `None` for any.
    pub service: Option<&'a str>,
}

/// An option of the settings.
#[derive(Debug)]
pub(crate) struct SettingsPath {
    pub path: Path,
    /// The values of the settings as far as the text says.
    pub tree: Node,
}

impl Settings<'_> {
    /// Returns the option at a place in the value of a file.
    pub(super) fn option(&self, destination: &Destination) -> Option<SettingsPath> {
        let start = self.start(destination)?;
        let steps = &destination.steps[start..];
        let segments = steps.iter().map(|step| match step {
            Step::Key(key) => Segment::Key(key.as_str().into()),
            Step::Computed => Segment::Key(COMPUTED.into()),
            Step::Index(index) => Segment::Index(*index),
        });
        let root = destination.sets.iter().find(|(steps, _)| *steps == start);
        let tree = root.map_or_else(|| Node::generated(Value::Table(Table::default())), |(_, set)| values::value(set));
        Some(SettingsPath { path: Path(segments.collect()), tree })
    }

    /// Returns the number of steps to the settings.
    fn start(&self, destination: &Destination) -> Option<usize> {
        let steps = &destination.steps;
        let own = || self.is_module(destination).then_some(0);
        let mut start = self.of_machine(steps).or_else(own).or_else(|| of_list(steps))?;
        loop {
            start += match &steps[start..] {
                [Step::Key(key), Step::Index(_), ..] if key == "imports" && !self.has_option(key) => 2,
                [Step::Key(key), ..] if key == "config" && !self.has_option(key) => 1,
                [Step::Key(key), ..] if !self.has_option(key) => return None,
                _ => return Some(start),
            };
        }
    }

    fn has_option(&self, name: &str) -> bool {
        let empty = Node::generated(Value::Table(Table::default()));
        self.gate.view().property(name, &empty).is_some()
    }

    /// Returns the steps to the settings of a machine.
    fn of_machine(&self, steps: &[Step]) -> Option<usize> {
        let key = |step: &Step, name: &str| matches!(step, Step::Key(key) if key == name);
        let services = steps.iter().position(|step| key(step, "services"))?;
        let settings = services + 1 + steps[services + 1..].iter().position(|step| key(step, "settings"))?;
        let between = &steps[services + 1..settings];
        let is_service = |step: &Step| self.service.is_none_or(|name| key(step, name)) || *step == Step::Computed;
        between.iter().any(is_service).then_some(settings + 1)
    }

    /// Returns whether the value is a module itself.
    fn is_module(&self, destination: &Destination) -> bool {
        match destination.steps.first() {
            Some(Step::Key(key)) => {
                self.has_option(key) || !destination.is_argument && MODULE_WORDS.contains(&key.as_str())
            }
            Some(_) => false,
            None => {
                let set = destination.sets.iter().find(|(steps, _)| *steps == 0);
                !destination.is_argument && set.is_some_and(|(_, set)| self.resembles_module(set))
            }
        }
    }

    /// Returns whether a set has options, or nothing that is unknown in a module.
    fn resembles_module(&self, set: &SyntaxNode) -> bool {
        let entries = set.children().filter(|child| child.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
        let names: Vec<String> = entries
            .filter_map(|entry| match attributes(&entry).next() {
                Some(Step::Key(key)) => Some(key),
                _ => None,
            })
            .filter(|name| name != MARKER)
            .collect();
        names.iter().any(|name| self.has_option(name)) || names.iter().all(|name| MODULE_WORDS.contains(&name.as_str()))
    }
}

/// Returns the steps to a module in a list of them: an argument of `mkBundle`, or a part of a fleet.
fn of_list(steps: &[Step]) -> Option<usize> {
    let key =
        |at: usize, names: &[&str]| matches!(steps.get(at), Some(Step::Key(key)) if names.contains(&key.as_str()));
    let is_index = |at: usize| matches!(steps.get(at), Some(Step::Index(_)));
    (0..steps.len()).find_map(|at| match () {
        () if key(at, &["modules", "common"]) && is_index(at + 1) => Some(at + 2),
        () if key(at, &["tags"]) && is_index(at + 2) => Some(at + 3),
        () => None,
    })
}

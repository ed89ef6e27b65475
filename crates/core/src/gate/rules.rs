//! Names, migrations and rules of a model, independent of its type.

use std::borrow::Cow;

use crate::diagnostics::{Diagnostic, Label, Severity};
use crate::environment::Environment;
use crate::gate::normalize::default_of;
use crate::migrate::Migration;
use crate::model::Model;
use crate::schema::Subschema;
use crate::sensitive::display;
use crate::value::{Node, Origin, Path, Segment, Sources, json};

/// Names, migrations and rules of a model, independent of its type.
pub struct ModelInfo {
    /// [`Model::NAME`].
    pub name: &'static str,
    /// Whether there is a type; else the name is that of a service with a schema alone.
    pub typed: bool,
    /// [`Model::ENV_PREFIX`].
    pub env_prefix: &'static str,
    /// [`Model::aliases`].
    pub aliases: &'static [(&'static str, &'static str)],
    /// [`Model::migrations`].
    pub migrations: &'static [Migration],
    /// The rules, without what tests them.
    pub rules: Vec<RuleInfo>,
    run: fn(&Node) -> Result<Vec<usize>, Mismatch>,
}

/// What is known of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// A stable name, `section/rule`.
    pub name: &'static str,
    /// Whether breaking it refuses the config.
    pub severity: Severity,
    /// One sentence: what must hold or what is wrong.
    pub why: &'static str,
    /// The dotted fields that it reads.
    pub reads: &'static [&'static str],
    /// The way out.
    pub help: &'static str,
}

/// The typed config and the rules that it breaks, by their place in the list of rules.
pub struct Verdict<M> {
    pub config: M,
    pub broken: Vec<usize>,
}

/// A value that the schema admits and the type does not.
pub struct Mismatch {
    path: Path,
    message: String,
}

/// What a tree is to the judge.
pub struct Case<'a> {
    /// The tree, complete.
    pub tree: &'a Node,
    /// The schema.
    pub view: Subschema<'a>,
    /// Where origins point.
    pub sources: &'a Sources,
    /// Whose defaults were filled in.
    pub environment: Environment,
    /// Whether references were resolved: what the type does not take is then no reference.
    pub resolved: bool,
    /// The values that have diagnostics of their own.
    pub faults: Vec<Path>,
}

impl Case<'_> {
    fn hides(&self, path: &Path, value: &Node) -> bool {
        self.view.conceals(&path.0, self.tree, value)
    }
}

impl ModelInfo {
    /// The description of `M`.
    pub fn of<M: Model>() -> Self {
        let rules = M::rules().iter().map(|rule| RuleInfo {
            name: rule.name,
            severity: rule.severity,
            why: rule.why,
            reads: rule.reads,
            help: rule.help,
        });
        Self {
            name: M::NAME,
            typed: true,
            env_prefix: M::ENV_PREFIX,
            aliases: M::aliases(),
            migrations: M::migrations(),
            rules: rules.collect(),
            run: |tree| run::<M>(tree).map(|verdict| verdict.broken),
        }
    }

    /// The description of a service that has no type, and no rules: it admits what the schema does.
    pub fn without_type(name: &'static str, env_prefix: &'static str) -> Self {
        let run = |_: &Node| Ok(Vec::new());
        Self { name, typed: false, env_prefix, aliases: &[], migrations: &[], rules: Vec::new(), run }
    }

    /// Converts a tree into the type, runs the rules on it, and drops it. Returns the indices of the broken rules.
    pub fn run(&self, tree: &Node) -> Result<Vec<usize>, Mismatch> {
        (self.run)(tree)
    }

    /// Makes the typed config and runs the rules. Values with diagnostics of their own, and references that are not
    /// resolved yet where the type wants something else, are replaced by their defaults, and rules that read them wait.
    ///
    /// The returned flag is false when a value had to be replaced: the last config that `run` built is then another than the one
    /// of the tree.
    pub fn judge(
        &self,
        case: &Case<'_>,
        run: &mut dyn FnMut(&Self, &Node) -> Result<Vec<usize>, Mismatch>,
    ) -> (Vec<Diagnostic>, bool) {
        let mut tree = Cow::Borrowed(case.tree);
        let mut unsettled = Vec::new();
        let mut diagnostics = Vec::new();
        // From the back, so that taking an element out of a list moves none that is still to come.
        let mut faults = case.faults.clone();
        faults.sort_by(|a, b| b.cmp(a));
        for fault in &faults {
            unsettled.push(replace(tree.to_mut(), case, fault));
        }
        loop {
            match run(self, &tree) {
                Ok(broken) => {
                    let broken = broken.into_iter().map(|index| self.rules[index]);
                    let settled = broken.filter(|rule| !reads_any(rule, &unsettled));
                    diagnostics.extend(settled.map(|rule| broken_rule(&rule, case)));
                    return (diagnostics, unsettled.is_empty());
                }
                Err(mismatch) => {
                    let known = unsettled.iter().any(|path| path.touches(&mismatch.path));
                    let text = tree.get(&mismatch.path.0).and_then(Node::as_str);
                    let opaque = !case.resolved && text.is_some_and(crate::value::reference::is_opaque);
                    if !known && !opaque {
                        diagnostics.push(mismatched(&mismatch, case));
                    }
                    if mismatch.path.0.is_empty() || unsettled.contains(&mismatch.path) {
                        return (diagnostics, false);
                    }
                    let replaced = replace(tree.to_mut(), case, &mismatch.path);
                    if replaced.0.is_empty() || unsettled.contains(&replaced) {
                        return (diagnostics, false);
                    }
                    unsettled.push(replaced);
                }
            }
        }
    }
}

/// Converts a tree into the type, and runs the rules on it.
pub fn run<M: Model>(tree: &Node) -> Result<Verdict<M>, Mismatch> {
    let config = M::deserialize(tree).or_else(|_| with_path::<M>(tree))?;
    let rules = M::rules().iter().enumerate();
    let broken = rules.filter(|(_, rule)| !(rule.holds)(&config)).map(|(index, _)| index).collect();
    Ok(Verdict { config, broken })
}

/// Says where the type does not take a value, for the price of noting every step on the way.
fn with_path<M: Model>(tree: &Node) -> Result<M, Mismatch> {
    serde_path_to_error::deserialize(json::write(tree))
        .map_err(|error| Mismatch { path: path_of(error.path()), message: error.inner().to_string() })
}

fn path_of(path: &serde_path_to_error::Path) -> Path {
    use serde_path_to_error::Segment as Step;
    let steps = path.iter().filter_map(|step| match step {
        Step::Seq { index } => Some(Segment::Index(*index)),
        Step::Map { key } => Some(Segment::Key(key.clone())),
        Step::Enum { variant } => Some(Segment::Key(variant.clone())),
        Step::Unknown => None,
    });
    Path(steps.collect())
}

/// Puts the default in the place of the value at `path`, or takes it out where it may be absent; where neither is
/// possible, does so with the nearest table or element around it. Gives the path of what was replaced.
fn replace(tree: &mut Node, case: &Case<'_>, path: &Path) -> Path {
    let mut path = path.clone();
    loop {
        let Some(view) = case.view.at(&path.0, case.tree) else {
            // Nobody knows it: it may go.
            tree.remove(&path.0);
            return path;
        };
        if let Some(default) = default_of(view, case.environment) {
            if let Some(node) = tree.get_mut(&path.0) {
                *node = default;
                return path;
            }
        } else if view.is_optional() || matches!(path.0.last(), Some(Segment::Index(_))) {
            tree.remove(&path.0);
            return path;
        }
        match path.parent() {
            Some(parent) => path = parent,
            None => return path,
        }
    }
}

fn reads_any(rule: &RuleInfo, paths: &[Path]) -> bool {
    rule.reads.iter().map(|read| Path::dotted(read)).any(|read| paths.iter().any(|path| path.touches(&read)))
}

fn broken_rule(rule: &RuleInfo, case: &Case<'_>) -> Diagnostic {
    let reads: Vec<Path> = rule.reads.iter().map(|read| Path::dotted(read)).collect();
    let main = reads.first().cloned().unwrap_or_default();
    let mut diagnostic = Diagnostic::of_rule(rule.severity, rule.name, main, rule.why).help(rule.help);
    for path in &reads {
        let view = case.view.at(&path.0, case.tree);
        let node = case.tree.get(&path.0);
        let hidden = node.is_some_and(|node| case.hides(path, node));
        let written = case.sources.resolved.get(path).map(|written| display::short(&display::written(written, hidden)));
        let says = match written.or_else(|| display::value(node?, hidden)) {
            Some(value) => format!("{path} is {value}"),
            None => format!("{path} is absent"),
        };
        match node.map(|node| &node.origin) {
            // The default of the environment itself is that it is this one.
            Some(Origin::Unwritten) if view.is_some_and(|view| view.marked("x-environment")) => {
                diagnostic = diagnostic.note(says);
            }
            Some(Origin::Unwritten) => {
                diagnostic = diagnostic.note(format!("{says}, the default in {}", case.environment));
            }
            None => diagnostic = diagnostic.note(says),
            Some(origin) => {
                let places = case.sources.places(origin);
                diagnostic.labels.extend(places.into_iter().map(|place| Label { place, text: says.clone() }));
            }
        }
    }
    diagnostic
}

fn mismatched(mismatch: &Mismatch, case: &Case<'_>) -> Diagnostic {
    let node = case.tree.get(&mismatch.path.0);
    let hidden = node.is_some_and(|node| case.hides(&mismatch.path, node));
    let secret = hidden || case.sources.resolved.contains_key(&mismatch.path);
    // What serde says may quote the value.
    let reason = if secret { "its type does not take it" } else { mismatch.message.as_str() };
    let message = format!("{} is not read by the program: {reason}", mismatch.path);
    let diagnostic = Diagnostic::error(mismatch.path.field(), mismatch.path.clone(), message);
    let places = node.map(|node| case.sources.places(&node.origin)).unwrap_or_default();
    diagnostic
        .at(places, "set here")
        .help("the schema admits it and the config type does not: tell the author of the service")
}

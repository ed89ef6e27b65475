//! Builds the typed config, and runs the rules between its fields.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::diagnostics::{Diagnostic, Label, Severity, codes};
use crate::environment::Environment;
use crate::gate::fill::default_of;
use crate::gate::input::Phase;
use crate::gate::model_info::{Mismatch, ModelInfo, RuleInfo};
use crate::gate::pass::Pass;
use crate::gate::stages::elements_at_fault::elements_at_fault;
use crate::schema::{Subschema, secrecy};
use crate::sensitive::display;
use crate::value::{Node, Origin, Path, Segment, Sources, reference};

/// Builds the typed config of a tree and runs the rules on it: returns the indices of the broken ones.
pub type RunRules<'r> = &'r mut dyn FnMut(&ModelInfo, &Node) -> Result<Vec<usize>, Mismatch>;

/// Runs the rules on the tree without its profiles. Returns whether the last config that `run` built is the one of the tree.
pub fn run(pass: &mut Pass<'_>, run: RunRules<'_>) -> bool {
    pass.profiles = pass.spec.profiles_path.as_ref().and_then(|path| pass.tree.remove(&path.0));
    pass.invalid = invalid(&pass.diagnostics);
    let Some(model) = pass.spec.model.as_ref().filter(|_| !pass.has_syntax_errors) else { return false };
    let context = RuleContext {
        tree: &pass.tree,
        view: pass.spec.view(),
        sources: pass.sources,
        environment: pass.environment,
        phase: pass.options.phase,
        invalid: &pass.invalid,
    };
    let (broken, complete) = check(model, &context, run);
    pass.diagnostics.extend(broken);
    complete
}

/// Returns the paths of values with errors that the type may not accept.
fn invalid(diagnostics: &[Diagnostic]) -> Vec<Path> {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error && !diagnostic.is(&codes::SECRETS_NO_PLAIN_TEXT))
        .map(|diagnostic| diagnostic.path.clone())
        .collect()
}

/// Inputs of the rules.
pub struct RuleContext<'a> {
    /// The tree, with its defaults.
    pub tree: &'a Node,
    /// The schema.
    pub view: Subschema<'a>,
    /// Sources that the origins point to.
    pub sources: &'a Sources,
    /// The environment whose defaults were filled in.
    pub environment: Environment,
    /// Before [`Phase::Load`], a text that the type does not accept may be a reference.
    pub phase: Phase,
    /// Paths of values that have errors already.
    pub invalid: &'a [Path],
}

impl RuleContext<'_> {
    /// Returns the number of elements that the schema asks for in a list.
    fn least_elements(&self, list: &Path) -> usize {
        let view = self.view.at(&list.0, self.tree);
        let least = view.and_then(|view| view.get("minItems")).and_then(Json::as_u64).unwrap_or_default();
        usize::try_from(least).unwrap_or(usize::MAX)
    }

    fn hides(&self, path: &Path, value: &Node) -> bool {
        secrecy::conceals(self.view, path, self.tree, value)
    }
}

/// Builds the typed config and runs the rules. Values with diagnostics of their own, and references that are not
/// resolved yet where the type wants something else, are replaced by their defaults, and rules that read them are skipped.
///
/// The returned flag is false when a value had to be replaced: the last config that `run` built is then another than the one
/// of the tree.
pub fn check(model: &ModelInfo, context: &RuleContext<'_>, run: RunRules<'_>) -> (Vec<Diagnostic>, bool) {
    let mut tree = Cow::Borrowed(context.tree);
    let mut replaced = Vec::new();
    let mut diagnostics = Vec::new();
    // From the back: the last element of a list takes the place of one that is removed. Their order does not matter, since rules
    // that read such a list are skipped.
    let mut invalid: Vec<&Path> = context.invalid.iter().collect();
    invalid.sort_by(|a, b| b.cmp(a));
    for path in invalid {
        replaced.push(replace(tree.to_mut(), context, path));
    }
    loop {
        match run(model, &tree) {
            Ok(broken) => {
                let settled = broken.into_iter().filter(|index| !reads_any(&model.rules[*index], &replaced));
                diagnostics.extend(settled.map(|index| {
                    broken_rule(&model.rules[index], context, &|list| match context.sources.is_large() {
                        true => Vec::new(),
                        false => elements_at_fault(model, index, &tree, list, context.least_elements(list)),
                    })
                }));
                return (diagnostics, replaced.is_empty());
            }
            Err(mismatch) => {
                let known = replaced.iter().any(|path| path.overlaps(&mismatch.path));
                let text = tree.get(&mismatch.path.0).and_then(Node::as_str);
                let opaque = context.phase == Phase::Build && text.is_some_and(reference::is_unresolved);
                if !known && !opaque {
                    diagnostics.push(mismatched(&mismatch, context));
                }
                if mismatch.path.0.is_empty() || replaced.contains(&mismatch.path) {
                    return (diagnostics, false);
                }
                let path = replace(tree.to_mut(), context, &mismatch.path);
                if path.0.is_empty() || replaced.contains(&path) {
                    return (diagnostics, false);
                }
                replaced.push(path);
            }
        }
    }
}

/// Replaces the value at `path` by its default, or removes it where it is optional; where neither is possible, does so with the
/// nearest table or element around it. Returns the path of the replaced value.
fn replace(tree: &mut Node, context: &RuleContext<'_>, path: &Path) -> Path {
    let mut path = path.clone();
    loop {
        let Some(view) = context.view.at(&path.0, context.tree) else {
            // The schema does not describe this path, so the value can be removed.
            tree.swap_remove(&path.0);
            return path;
        };
        if let Some(default) = default_of(view, context.environment) {
            if let Some(node) = tree.get_mut(&path.0) {
                *node = default;
                return path;
            }
        } else if view.is_optional() || matches!(path.0.last(), Some(Segment::Index(_))) {
            tree.swap_remove(&path.0);
            return path;
        }
        match path.parent() {
            Some(parent) => path = parent,
            None => return path,
        }
    }
}

fn reads_any(rule: &RuleInfo, paths: &[Path]) -> bool {
    rule.reads.iter().map(|read| Path::dotted(read)).any(|read| paths.iter().any(|path| path.overlaps(&read)))
}

/// Returns the diagnostic of a broken rule. Where the elements of a list are at fault, it is about them and not about the list.
fn broken_rule(
    rule: &RuleInfo,
    context: &RuleContext<'_>,
    elements_at_fault: &dyn Fn(&Path) -> Vec<usize>,
) -> Diagnostic {
    let mut reads: Vec<Path> = Vec::new();
    for read in rule.reads.iter().map(|read| Path::dotted(read)) {
        let elements = elements_at_fault(&read);
        reads.extend(elements.iter().map(|index| read.index(*index)));
        if elements.is_empty() {
            reads.push(read);
        }
    }
    let main = reads.first().cloned().unwrap_or_default();
    let mut diagnostic = Diagnostic::of_rule(rule.severity, rule.name, main, rule.why).help(rule.help);
    for path in &reads {
        let view = context.view.at(&path.0, context.tree);
        let node = context.tree.get(&path.0);
        let hidden = node.is_some_and(|node| context.hides(path, node));
        let written =
            context.sources.resolved.get(path).map(|written| display::short(&display::unresolved(written, hidden)));
        let is_element = matches!(path.0.last(), Some(Segment::Index(_)));
        let text = match written.or_else(|| display::value(node?, hidden)) {
            Some(_) if is_element && node.is_some_and(|node| node.as_table().is_some()) => {
                format!("{path} breaks the rule")
            }
            Some(value) => format!("{path} is {value}"),
            None => format!("{path} is absent"),
        };
        match node.map(|node| &node.origin) {
            // The environment field has no default of its own.
            Some(Origin::Generated) if view.is_some_and(|view| view.marked(crate::schema::keywords::ENVIRONMENT)) => {
                diagnostic = diagnostic.note(text);
            }
            Some(Origin::Generated) => {
                diagnostic = diagnostic.note(format!("{text}, the default in {}", context.environment));
            }
            None => diagnostic = diagnostic.note(text),
            Some(origin) => {
                let places = context.sources.locations(origin);
                diagnostic.labels.extend(places.into_iter().map(|place| Label { place, text: text.clone() }));
            }
        }
    }
    diagnostic
}

fn mismatched(mismatch: &Mismatch, context: &RuleContext<'_>) -> Diagnostic {
    let node = context.tree.get(&mismatch.path.0);
    let hidden = node.is_some_and(|node| context.hides(&mismatch.path, node));
    let secret = hidden || context.sources.resolved.contains_key(&mismatch.path);
    // Serde's message may quote the value.
    let reason = if secret { "its type does not take it" } else { mismatch.message.as_str() };
    let message = format!("{} is not read by the program: {reason}", mismatch.path);
    let diagnostic = Diagnostic::error(mismatch.path.field(), mismatch.path.clone(), message);
    let places = node.map(|node| context.sources.locations(&node.origin)).unwrap_or_default();
    diagnostic
        .at(places, "set here")
        .help("write another value: the schema of the service admits more than its config type (`check_model` in its tests finds such fields)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::stages::test_pass::TestPass;

    #[test]
    fn a_plain_secret_is_not_an_invalid_value() {
        let error = |code| Diagnostic::error(code, Path::dotted("a"), "");
        assert!(invalid(&[error(&codes::SECRETS_NO_PLAIN_TEXT)]).is_empty());
        assert_eq!(invalid(&[error(&codes::SCHEMA_UNKNOWN_KEY)]), [Path::dotted("a")]);
    }

    #[test]
    fn profiles_are_out_of_the_tree_while_rules_run() {
        let schema = serde_json::json!({ "properties": { "profiles": { "type": "array", "x-profiles": true } } });
        let test = TestPass::new(schema, "profiles = []\n");
        let pass = test.run(|pass| assert!(!run(pass, &mut |model, tree| model.run(tree))));
        assert!(pass.profiles.is_some() && pass.tree.as_table().unwrap().is_empty());
    }
}

//! Trials of suggestions by validation.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use crate::diagnostics::Diagnostic;
use crate::schema::explain::{
    self, Edit, ExplainContext, Explainer, Trial, TypeTrial, admits_kind, without_consequences,
};
use crate::schema::subschema::Subschema;
use crate::schema::validator::{PartValidators, Validator};
use crate::schema::violation::{Condition, Violation};
use crate::value::{Node, Path};

/// The maximum number of nodes that the trials of one report validate with whole configs. Trials beyond it consider the value alone,
/// so that the time of a report stays linear in the size of the config.
const MAX_NODES: usize = 50_000;

/// The work of explaining a violation, as the number of nodes whose validation takes as long.
const NODES_PER_VIOLATION: usize = 50;

/// The trials of the suggestions of one report: a value by its subschema, and an edit by the whole config with it.
pub struct ValidationTrial<'a> {
    /// Compiles the schema when it is first asked for.
    validator: &'a (dyn Fn() -> &'a Validator + 'a),
    root: Subschema<'a>,
    tree: &'a Node,
    context: &'a ExplainContext<'a>,
    parts: PartValidators<'a>,
    /// The verdicts on values so far, because lists repeat values and tables repeat keys.
    verdicts: RefCell<HashMap<String, bool>>,
    nodes: OnceCell<usize>,
    validated: Cell<usize>,
}

impl<'a> ValidationTrial<'a> {
    /// Creates the trials of a report on `tree`.
    pub fn new(
        validator: &'a (dyn Fn() -> &'a Validator + 'a),
        parts: PartValidators<'a>,
        root: Subschema<'a>,
        tree: &'a Node,
        context: &'a ExplainContext<'a>,
    ) -> Self {
        let (verdicts, nodes, validated) = (RefCell::default(), OnceCell::new(), Cell::new(0));
        Self { validator, root, tree, context, parts, verdicts, nodes, validated }
    }

    /// Returns the diagnostics at `path` and around it, and in the value there if it is not a table.
    fn problems(&self, tree: &Node, path: &Path) -> Vec<Diagnostic> {
        let pointer = path.pointer();
        let is_relevant = |violation: &Violation| {
            let instance = violation.instance.as_str();
            let is_around = |outer: &str, inner: &str| {
                inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            is_around(instance, &pointer) || is_around(&pointer, instance)
        };
        // A mistake elsewhere may be the reason for one at this place.
        let mut violations = without_consequences((self.validator)().violations(tree).collect(), self.root);
        violations.retain(is_relevant);
        let cost = violations.iter().map(weight).sum::<usize>() * NODES_PER_VIOLATION;
        self.validated.set(self.validated.get() + cost);
        let explainer = Explainer::new(self.root, tree, self.context, &TypeTrial);
        violations.iter().flat_map(|violation| explain::diagnostics(violation, &explainer)).collect()
    }
}

impl Trial for ValidationTrial<'_> {
    fn admits(&self, view: Subschema<'_>, value: &Node) -> bool {
        if !admits_kind(view, value) {
            return false;
        }
        let key = format!("{} {:?}", view.place(), value.value);
        if let Some(known) = self.verdicts.borrow().get(&key) {
            return *known;
        }
        let verdict = self.parts.is_valid(view.place(), value).unwrap_or(true);
        self.verdicts.borrow_mut().insert(key, verdict);
        verdict
    }

    fn accepts(&self, edit: &Edit<'_>) -> bool {
        let nodes = *self.nodes.get_or_init(|| count(self.tree));
        if self.validated.get() + nodes > MAX_NODES {
            return true;
        }
        self.validated.set(self.validated.get() + nodes);
        let Some(edited) = edit.apply(self.tree) else { return false };
        let place = edit.place();
        let name =
            |diagnostic: &Diagnostic| (diagnostic.path.clone(), diagnostic.code.clone(), diagnostic.keyword.clone());
        let before: HashSet<_> = self.problems(self.tree, place).iter().map(name).collect();
        let is_table = edited.get(&place.0).is_some_and(|node| node.as_table().is_some());
        self.problems(&edited, place).iter().all(|diagnostic| {
            let is_at_place = diagnostic.path == *place || !is_table && diagnostic.path.0.starts_with(&place.0);
            let is_around = place.0.starts_with(&diagnostic.path.0);
            !is_at_place && (!is_around || before.contains(&name(diagnostic)))
        })
    }
}

/// Counts a violation with those of the alternatives in it.
fn weight(violation: &Violation) -> usize {
    match &violation.condition {
        Condition::NoAlternative(branches) => 1 + branches.iter().flatten().map(weight).sum::<usize>(),
        _ => 1,
    }
}

/// Counts the nodes of a tree.
fn count(node: &Node) -> usize {
    use crate::value::Value;
    1 + match &node.value {
        Value::Table(table) => table.values().map(count).sum(),
        Value::List(elements) => elements.iter().map(count).sum(),
        _ => 0,
    }
}

//! Alternatives of a union, each with the violations that rule it out.

use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::site::Site;
use crate::schema::subschema::Subschema;
use crate::schema::violation::{Condition, Violation};
use crate::value::{Node, Value};

/// The maximum number of unions within unions that are read as one.
const MAX_NESTED: usize = 8;

/// An alternative of a union, with the violations that rule it out.
#[derive(Debug, Clone)]
pub(super) struct Branch<'a, 'v> {
    pub(super) view: Option<Subschema<'a>>,
    pub(super) violations: &'v [Violation],
}

impl<'a, 'v> Branch<'a, 'v> {
    /// Returns the alternatives of a union. A union that is an alternative of another one is replaced by its own alternatives.
    pub(super) fn all(union: &Violation, branches: &'v [Vec<Violation>], explainer: &Explainer<'a>) -> Vec<Self> {
        let mut found = Vec::new();
        collect(union, branches, explainer, MAX_NESTED, &mut found);
        found
    }

    /// Tells whether the violations say that values of this type are not admitted at all.
    pub(super) fn rejects_type(&self, site: &Site<'_>, instance: &str) -> bool {
        let own = self.own_violations(instance);
        let Some(node) = site.node else { return false };
        let mut rejecting = own.filter(|violation| match &violation.condition {
            Condition::Type(_) | Condition::Nothing => true,
            Condition::Enum(options) => !options.iter().any(|option| is_same_kind(node, option)),
            Condition::Const(value) => !is_same_kind(node, value),
            _ => false,
        });
        rejecting.next().is_some()
    }

    /// Returns the violations of the value of the union itself, not of a value in it.
    pub(super) fn own_violations(&self, instance: &str) -> impl Iterator<Item = &'v Violation> {
        self.violations.iter().filter(move |violation| violation.instance == instance)
    }

    /// Tells whether the alternative names values for the whole value: `enum` or `const`.
    pub(super) fn names_values(&self) -> bool {
        self.view.is_some_and(|view| view.is_enumerated() || view.get("const").is_some())
    }

    /// Counts the keys of a table that the alternative names, with its parts.
    pub(super) fn known_keys(&self, node: &Node) -> usize {
        self.view.map_or(0, |view| known_keys(view, node, MAX_NESTED))
    }
}

fn known_keys(view: Subschema<'_>, node: &Node, depth: usize) -> usize {
    let parts = view.parts().filter(|_| depth > 0).map(|part| known_keys(part, node, depth - 1)).sum::<usize>();
    view.known_keys(node) + parts
}

fn collect<'a, 'v>(
    union: &Violation,
    branches: &'v [Vec<Violation>],
    explainer: &Explainer<'a>,
    depth: usize,
    found: &mut Vec<Branch<'a, 'v>>,
) {
    for (index, violations) in branches.iter().enumerate() {
        match violations.as_slice() {
            [inner @ Violation { condition: Condition::NoAlternative(branches), .. }]
                if depth > 0 && inner.instance == union.instance =>
            {
                collect(inner, branches, explainer, depth - 1, found);
            }
            _ => {
                let view = explainer.root.pointer(&format!("{}/{index}", union.schema));
                found.push(Branch { view, violations });
            }
        }
    }
}

/// Tells whether a value and a value of the schema have the same type.
fn is_same_kind(node: &Node, json: &serde_json::Value) -> bool {
    match &node.value {
        Value::Null => json.is_null(),
        Value::Bool(_) => json.is_boolean(),
        Value::Integer(_) | Value::Float(_) => json.is_number(),
        Value::String(_) | Value::Datetime(_) => json.is_string(),
        Value::List(_) => json.is_array(),
        Value::Table(_) => json.is_object(),
    }
}

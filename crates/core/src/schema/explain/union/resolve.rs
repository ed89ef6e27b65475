//! The choice of the alternative that a value is an attempt at.

use std::borrow::Cow;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::join_or;
use crate::schema::explain::belongs::belongs;
use crate::schema::explain::describe::{describe, distinct};
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::finish::not_an_option;
use crate::schema::explain::missing::missing_tag;
use crate::schema::explain::site::Site;
use crate::schema::explain::union::branch::Branch;
use crate::schema::explain::union::needs_one::needs_one;
use crate::schema::explain::union::summary::summary;
use crate::schema::explain::union::tag::Tag;
use crate::schema::explain::unknown::misspelt_tag;
use crate::schema::violation::{Condition, Violation};
use crate::sensitive::display;
use crate::value::{Node, Value, json, reference};

/// The explanation of a union: complete diagnostics, and violations that are still to be explained.
#[derive(Default)]
pub(in crate::schema::explain) struct Resolved<'v> {
    pub(in crate::schema::explain) diagnostics: Vec<Diagnostic>,
    pub(in crate::schema::explain) violations: Vec<Cow<'v, Violation>>,
}

impl<'v> From<Diagnostic> for Resolved<'v> {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic], violations: Vec::new() }
    }
}

impl<'v> From<&Branch<'_, 'v>> for Resolved<'v> {
    fn from(branch: &Branch<'_, 'v>) -> Self {
        Self { diagnostics: Vec::new(), violations: branch.violations.iter().map(Cow::Borrowed).collect() }
    }
}

/// Explains why a value fits none of the alternatives of a union.
pub(in crate::schema::explain) fn resolve<'v>(
    union: &Violation,
    violations: &'v [Vec<Violation>],
    site: &Site<'_>,
    explainer: &Explainer<'_>,
) -> Resolved<'v> {
    let all = Branch::all(union, violations, explainer);
    let summary = || Resolved::from(summary(union, site, &all, explainer));
    let Some(node) = site.node else { return summary() };
    let fitting: Vec<Branch<'_, 'v>> =
        all.iter().filter(|branch| !branch.rejects_type(site, &union.instance)).cloned().collect();
    match (&node.value, fitting.as_slice()) {
        (_, []) => summary(),
        (Value::Table(_), fitting) => match table(union, &all, fitting, site, node, explainer) {
            Some(resolved) => resolved,
            None => summary(),
        },
        (Value::List(_), fitting) => nearest_list(union, fitting).map_or_else(summary, Resolved::from),
        (_, [only]) if !only.names_values() => Resolved::from(only),
        _ => summary(),
    }
}

/// Explains a table by the alternative that it is an attempt at.
fn table<'v>(
    union: &Violation,
    all: &[Branch<'_, 'v>],
    fitting: &[Branch<'_, 'v>],
    site: &Site<'_>,
    node: &Node,
    explainer: &Explainer<'_>,
) -> Option<Resolved<'v>> {
    if let [only] = fitting {
        // Beside words such as "fast", the table of one more word is not meant by one without its key.
        let is_attempt = !all.iter().any(Branch::names_values)
            || only.view.is_none_or(|view| !view.is_table())
            || only.known_keys(node) > 0;
        return is_attempt.then(|| Resolved::from(only));
    }
    if let Some(tag) = Tag::of(fitting)
        && let Some(resolved) = tagged(&tag, union, fitting, site, node, explainer)
    {
        return Some(resolved);
    }
    if let Some(diagnostic) = needs_one(site, &union.keyword, &union.instance, fitting, explainer) {
        return Some(diagnostic.into());
    }
    let index = nearest_table(union, fitting, node)?;
    Some(with_foreign_keys(index, &|index| described(&fitting[index]), union, fitting, site, explainer))
}

/// Describes an alternative in a few words; empty if it has nothing to be called by.
fn described(branch: &Branch<'_, '_>) -> String {
    branch.view.map(describe).unwrap_or_default().into_iter().next().unwrap_or_default()
}

/// Explains a table whose alternatives are distinguished by the value of a key.
fn tagged<'v>(
    tag: &Tag<'_>,
    union: &Violation,
    fitting: &[Branch<'_, 'v>],
    site: &Site<'_>,
    node: &Node,
    explainer: &Explainer<'_>,
) -> Option<Resolved<'v>> {
    let options = tag.options();
    let Some(value) = node.as_table()?.get(tag.key).filter(|value| !value.is_absent()) else {
        let requires = |branch: &Branch<'_, '_>| {
            branch
                .own_violations(&union.instance)
                .any(|violation| violation.condition == Condition::Required(tag.key.to_owned()))
        };
        return fitting.iter().all(requires).then(|| {
            misspelt_tag(tag.key, &options, site, explainer)
                .unwrap_or_else(|| missing_tag(tag.key, tag.view, &options, site, explainer))
                .into()
        });
    };
    let matching = tag.with_value(&json::write(value));
    match matching.as_slice() {
        [] if !explainer.context.resolved && value.as_str().is_some_and(reference::is_unresolved) => {
            Some(Resolved::default())
        }
        [] => Some(not_an_option(tag.key, value, tag.view, options, site, explainer).into()),
        [only] => {
            let written = |index: usize| {
                let values: Vec<String> = tag.values(index).iter().map(|value| display::json(value)).collect();
                format!("{} = {}", tag.key, join_or(&values))
            };
            Some(with_foreign_keys(*only, &written, union, fitting, site, explainer))
        }
        several => {
            let fitting: Vec<Branch<'_, 'v>> = several.iter().map(|index| fitting[*index].clone()).collect();
            nearest_table(union, &fitting, node).map(|index| Resolved::from(&fitting[index]))
        }
    }
}

/// Explains the violations of an alternative. A key that another alternative has is not an unknown one; `name_of` names the
/// alternatives.
fn with_foreign_keys<'v>(
    index: usize,
    name_of: &dyn Fn(usize) -> String,
    union: &Violation,
    fitting: &[Branch<'_, 'v>],
    site: &Site<'_>,
    explainer: &Explainer<'_>,
) -> Resolved<'v> {
    let owners = |key: &str| -> Vec<String> {
        let others = fitting.iter().enumerate().filter(|(other, _)| *other != index);
        let knowing = others.filter(|(_, branch)| branch.view.is_some_and(|view| view.field(key).is_some()));
        let names = knowing.map(|(other, _)| name_of(other)).filter(|name| !name.is_empty() && *name != name_of(index));
        distinct(names)
    };
    let mut resolved = Resolved::default();
    for violation in fitting[index].violations {
        match &violation.condition {
            Condition::NoOtherKeys(keys) if violation.instance == union.instance => {
                let (foreign, unknown): (Vec<&String>, Vec<&String>) =
                    keys.iter().partition(|key| !owners(key).is_empty());
                let diagnostics = foreign
                    .into_iter()
                    .map(|key| belongs(key, &owners(key), &name_of(index), violation, site, explainer));
                resolved.diagnostics.extend(diagnostics);
                if !unknown.is_empty() {
                    let condition = Condition::NoOtherKeys(unknown.into_iter().cloned().collect());
                    resolved.violations.push(Cow::Owned(Violation { condition, ..violation.clone() }));
                }
            }
            _ => resolved.violations.push(Cow::Borrowed(violation)),
        }
    }
    resolved
}

/// Finds the alternative with most of the keys of a table, and then the fewest violations; `None` if no alternative has a key of
/// the table.
fn nearest_table(union: &Violation, fitting: &[Branch<'_, '_>], node: &Node) -> Option<usize> {
    let unknown = |branch: &Branch<'_, '_>| {
        let counts = branch.own_violations(&union.instance).map(|violation| match &violation.condition {
            Condition::NoOtherKeys(keys) => keys.len(),
            _ => 0,
        });
        // A key whose subschema is `false` is one that the alternative excludes.
        let is_excluded = |violation: &&Violation| matches!(violation.condition, Condition::Nothing);
        counts.sum::<usize>() + branch.violations.iter().filter(is_excluded).count()
    };
    let score = |branch: &Branch<'_, '_>| {
        let known = branch.known_keys(node);
        let missing = branch.violations.len();
        (known > 0, known as i64 - 2 * unknown(branch) as i64 - missing as i64)
    };
    let best = fitting.iter().map(score).max()?;
    // Equally near alternatives are all named.
    let mut nearest = fitting.iter().enumerate().filter(|(_, branch)| score(branch) == best);
    let (index, first) = nearest.next().filter(|_| best.0)?;
    let is_same = |other: &Branch<'_, '_>| {
        let keys = |branch: &Branch<'_, '_>| {
            branch.violations.iter().map(|it| (it.instance.clone(), it.condition.clone())).collect::<Vec<_>>()
        };
        keys(other) == keys(first)
    };
    nearest.all(|(_, branch)| is_same(branch)).then_some(index)
}

/// Finds the alternative that the fewest elements of a list violate; `None` if several are equally near.
fn nearest_list<'b, 'a, 'v>(union: &Violation, fitting: &'b [Branch<'a, 'v>]) -> Option<&'b Branch<'a, 'v>> {
    let score = |branch: &Branch<'_, '_>| (branch.own_violations(&union.instance).count(), branch.violations.len());
    let best = fitting.iter().map(score).min()?;
    let mut nearest = fitting.iter().filter(|branch| score(branch) == best);
    let first = nearest.next()?;
    nearest.next().is_none().then_some(first)
}

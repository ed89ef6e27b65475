//! The diagnostics of one violation.

use serde_json::Value as Json;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::suggest::nearest;
use crate::schema::explain::alternatives::{attempted_alternative, no_alternative};
use crate::schema::explain::context::ExplainContext;
use crate::schema::explain::finish::finish;
use crate::schema::explain::phrases::{breach, help_of};
use crate::schema::explain::site::{Site, key_place};
use crate::schema::explain::unknown::{suggest_key, unexpected_key};
use crate::schema::format::Format;
use crate::schema::subschema::Subschema;
use crate::schema::violation::{Condition, Violation};
use crate::sensitive::display;
use crate::value::{self, Node, Path, Span, Value, reference};

/// Returns the diagnostics of one violation.
pub fn diagnostics(
    violation: &Violation,
    root: Subschema<'_>,
    tree: &Node,
    context: &ExplainContext<'_>,
) -> Vec<Diagnostic> {
    let site = Site::new(violation, root, tree, context.sources);
    let keyword = &violation.keyword;
    match &violation.condition {
        Condition::NoOtherKeys(unexpected) => {
            unexpected.iter().map(|key| unexpected_key(key, keyword, &site, root, context)).collect()
        }
        Condition::Required(key) => {
            let is_dependent = violation.schema.ends_with("/dependentRequired");
            let required_by = is_dependent.then(|| requiring_key(key, &site)).flatten();
            vec![missing(key, required_by, &site, root, tree, context)]
        }
        Condition::NoAlternative(violations) => {
            let may_become_text = |node: &Node| is_opaque_text(node) && admits_text(&site);
            if !context.resolved && site.node.is_some_and(may_become_text) {
                return Vec::new();
            }
            match attempted_alternative(&site).and_then(|index| violations.get(index)) {
                Some(violations) => violations.iter().flat_map(|it| diagnostics(it, root, tree, context)).collect(),
                None => vec![no_alternative(&site, keyword, context)],
            }
        }
        Condition::PropertyNames(name, violation) => vec![wrong_name(name, violation, &site, root, context)],
        Condition::UniqueItems => vec![repeated(&site, context)],
        _ if !context.resolved && is_undecided(&site, violation) => Vec::new(),
        condition => {
            let (must, is) = breach(condition, keyword, &site);
            let diagnostic = finish(keyword, must, is, &site, context);
            vec![if *condition == Condition::Nothing { diagnostic.help("remove it") } else { diagnostic }]
        }
    }
}

/// Tells whether an alternative admits strings; a reference may resolve to any string.
fn admits_text(site: &Site<'_>) -> bool {
    site.view.is_some_and(|view| view.alternatives().any(|view| view.types().contains(&"string")))
}

fn is_opaque_text(node: &Node) -> bool {
    node.as_str().is_some_and(reference::is_unresolved)
}

/// Tells whether the violation is about the form of a text with references, which is not known before they are resolved.
fn is_undecided(site: &Site<'_>, violation: &Violation) -> bool {
    let about_form = match &violation.condition {
        // The formats of the gate consider references themselves.
        Condition::Format(format) => Format::named(format).is_none(),
        _ => matches!(
            violation.keyword.as_str(),
            "pattern" | "enum" | "const" | "minLength" | "maxLength" | "contentEncoding" | "contentMediaType"
        ),
    };
    about_form && site.node.is_some_and(is_opaque_text)
}

/// Creates the diagnostic for a whole float where the schema requires an integer, without a label: the tree may have no such
/// value.
pub fn whole_float(root: Subschema<'_>, path: &Path, value: i64, tree: &Node) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(path.field(), path.clone(), format!("{path} must be an integer, and is {value}.0"));
    diagnostic.keyword = Some("type".into());
    let help = root.at(&path.0, tree).and_then(help_of).map(|help| format!("; {help}")).unwrap_or_default();
    diagnostic.help(format!("write {value}{help}"))
}

/// Finds the key whose presence requires `key`.
fn requiring_key<'a>(key: &str, parent: &Site<'a>) -> Option<&'a str> {
    let table = parent.node?.as_table()?;
    let needs = |names: &Json| names.as_array().is_some_and(|names| names.iter().any(|name| name == key));
    let all = parent.stated?.get("dependentRequired")?.as_object()?.iter();
    all.filter(|(by, _)| table.contains_key(*by)).find(|(_, names)| needs(names)).map(|(by, _)| by.as_str())
}

/// Creates the diagnostic for a missing key.
fn missing(
    key: &str,
    needed_by: Option<&str>,
    parent: &Site<'_>,
    root: Subschema<'_>,
    tree: &Node,
    context: &ExplainContext<'_>,
) -> Diagnostic {
    let path = parent.path.key(key);
    let owner = if parent.path.0.is_empty() { "the file".to_owned() } else { parent.path.to_string() };
    let needs = needed_by.map_or(owner, |by| parent.path.key(by).to_string());
    let mut diagnostic =
        Diagnostic::error(path.field(), path.clone(), format!("{needs} needs {key}, which is missing"));
    diagnostic.keyword = Some(if needed_by.is_some() { "dependentRequired" } else { "required" }.into());
    let requiring_node = needed_by.and_then(|by| parent.node?.as_table()?.get(by));
    // A missing key has no line of its own. Point at the table that should have it, not at a sibling.
    if let Some(node) = requiring_node.or(parent.node.filter(|_| !parent.path.0.is_empty())) {
        diagnostic = diagnostic
            .at(context.sources.locations(&node.origin), if requiring_node.is_some() { "set here" } else { "here" });
    } else if let Some(source) = &context.sources.text {
        let place = value::Location { source: source.clone(), span: Span::default(), position: (0, 0) };
        diagnostic = diagnostic.at([place], "");
    }
    match root.at(&path.0, tree).and_then(help_of) {
        Some(help) => diagnostic.help(format!("add {key}: {help}")),
        None => diagnostic.help(format!("add {key}")),
    }
}

/// Creates the diagnostic for a key whose name is not admitted.
fn wrong_name(
    name: &str,
    violation: &Violation,
    table: &Site<'_>,
    root: Subschema<'_>,
    context: &ExplainContext<'_>,
) -> Diagnostic {
    let stated = violation.subschema().and_then(|pointer| root.pointer(pointer));
    let node = Node::generated(Value::String(name.to_owned()));
    let path = table.path.key(name);
    let site = Site { path, node: Some(&node), view: stated, stated, unresolved: None, in_secret: false };
    let (must, _) = breach(&violation.condition, &violation.keyword, &site);
    let message = format!("the key of {} must {}", display::path(&site.path), must.words);
    let mut diagnostic = Diagnostic::error(site.path.field(), site.path.clone(), message);
    diagnostic.keyword = Some("propertyNames".to_owned());
    let value = table.node.and_then(|node| node.as_table()?.get(name));
    if let Some(value) = value {
        diagnostic = diagnostic.at(context.sources.locations(&value.origin), "");
    }
    let words = site.get("enum").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    match nearest(name, words) {
        Some(word) => {
            let place = value.and_then(|node| key_place(node, context.sources));
            diagnostic.suggest(&[word.to_owned()], vec![suggest_key(&table.path.key(word), table, place.as_ref())])
        }
        None => diagnostic.help("give it another name, or remove it"),
    }
}

/// Creates the diagnostic for a list with equal elements.
fn repeated(site: &Site<'_>, context: &ExplainContext<'_>) -> Diagnostic {
    let elements = match site.node.map(|node| &node.value) {
        Some(Value::List(elements)) => elements.as_slice(),
        _ => &[],
    };
    let pair = elements.iter().enumerate().find_map(|(second, element)| {
        let first = elements[..second].iter().position(|earlier| earlier == element)?;
        Some((first, second))
    });
    let mut diagnostic = finish("uniqueItems", "not hold an element twice".into(), None, site, context);
    if let Some((first, second)) = pair {
        let path = |index| site.path.index(index);
        diagnostic.message.push_str(&format!(", and {} is {} again", path(second), path(first)));
        diagnostic.labels.clear();
        diagnostic = diagnostic
            .at(context.sources.locations(&elements[second].origin), "again here")
            .at(context.sources.locations(&elements[first].origin), "first here");
        return diagnostic.help("remove one of the two");
    }
    diagnostic
}

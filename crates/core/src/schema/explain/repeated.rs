//! Diagnostics for lists with equal elements.

use std::collections::HashMap;

use crate::diagnostics::Diagnostic;
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::finish::finish;
use crate::schema::explain::site::Site;
use crate::value::{Node, Value, json};

/// Creates the diagnostic for a list with equal elements.
pub(super) fn repeated(site: &Site<'_>, explainer: &Explainer<'_>) -> Diagnostic {
    let elements = match site.node.map(|node| &node.value) {
        Some(Value::List(elements)) => elements.as_slice(),
        _ => &[],
    };
    let mut diagnostic = finish("uniqueItems", "not hold an element twice".into(), None, site, explainer);
    if let Some((first, second)) = first_pair(elements) {
        let path = |index| site.path.index(index);
        let sources = explainer.context.sources;
        diagnostic.message.push_str(&format!(", and {} is {} again", path(second), path(first)));
        diagnostic.labels.clear();
        diagnostic = diagnostic
            .at(sources.locations(&elements[second].origin), "again here")
            .at(sources.locations(&elements[first].origin), "first here");
        return diagnostic.help("remove one of the two");
    }
    diagnostic
}

/// Finds the first two equal elements.
fn first_pair(elements: &[Node]) -> Option<(usize, usize)> {
    let mut first: HashMap<String, usize> = HashMap::new();
    elements.iter().enumerate().find_map(|(second, element)| {
        // JSON Schema compares numbers by value, and tables without their order.
        let first = *first.entry(comparable(element)).or_insert(second);
        (first < second).then_some((first, second))
    })
}

/// Returns a text that is equal for equal values.
fn comparable(node: &Node) -> String {
    match &node.value {
        Value::List(elements) => format!("[{}]", elements.iter().map(comparable).collect::<Vec<_>>().join(",")),
        Value::Table(table) => {
            let mut entries: Vec<String> =
                table.iter().map(|(key, value)| format!("{key:?}:{}", comparable(value))).collect();
            entries.sort_unstable();
            format!("{{{}}}", entries.join(","))
        }
        Value::Float(float) if float.fract() == 0.0 && float.abs() < 9e15 => format!("{float:.0}"),
        _ => json::write(node).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toml;
    use crate::value::Source;

    #[test]
    fn equal_elements_are_found_whatever_their_form() {
        for (text, pair) in [
            ("[1, 2, 1.0]", Some((0, 2))),
            ("[{ a = 1, b = 2 }, { b = 2, a = 1 }]", Some((0, 1))),
            ("['1', 1, [1], [[1]]]", None),
        ] {
            let tree = toml::read(&Source::new("x.toml", format!("a = {text}\n"))).0;
            let Value::List(elements) = &tree.as_table().unwrap()["a"].value else { panic!("a list") };
            assert_eq!(first_pair(elements), pair, "{text}");
        }
    }
}

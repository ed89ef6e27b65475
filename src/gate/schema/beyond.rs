//! What a tree can hold and no schema speaks of: numbers that are not finite, and null in a list.

use super::explain::Subject;
use crate::gate::finding::Finding;
use crate::tree::{Node, Path, Value, write};

/// The findings for such values.
pub fn findings(tree: &Node, subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    walk(tree, &Path::root(), subject, &mut found);
    found
}

fn walk(node: &Node, path: &Path, subject: &Subject<'_>, found: &mut Vec<Finding>) {
    match &node.value {
        Value::Float(float) if !float.is_finite() => {
            let message = format!("{path} must be a finite number, and is {}", write::inline(node));
            let finding = Finding::error(path.field(), path.clone(), message);
            found.push(finding.at(subject.sources.places(&node.origin), "set here").help("write a number"));
        }
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let path = path.index(index);
                if element.is_null() {
                    let message = format!("{path} is null, and a list cannot hold what is absent");
                    let finding = Finding::error(path.field(), path.clone(), message);
                    found.push(finding.at(subject.sources.places(&node.origin), "in this list").help("leave it out"));
                } else {
                    walk(element, &path, subject, found);
                }
            }
        }
        Value::Table(table) => table.iter().for_each(|(key, child)| walk(child, &path.key(key), subject, found)),
        _ => {}
    }
}

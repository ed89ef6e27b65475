//! The size of an expression with its references replaced.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, codes};
use crate::flags::document::{Document, Flag};
use crate::flags::site::Site;
use crate::value::{Node, Value};

/// Largest number of nodes of the targeting of a flag with its references replaced. References to references multiply.
pub const MAX_NODES: usize = 20_000;

/// Largest depth of such targeting.
pub const MAX_DEPTH: usize = 128;

/// Upper bound of the nodes and the levels that a step of a ramp, and a ramp as a whole, add.
const RAMP_NODES: usize = 20;
const RAMP_DEPTH: usize = 8;

/// Number of nodes and of levels.
#[derive(Clone, Copy, Default)]
struct Size {
    nodes: usize,
    depth: usize,
}

/// Sizes of the shared expressions that were measured. One that is being measured is empty: a circle is reported elsewhere.
type Sizes<'a> = BTreeMap<&'a str, Size>;

/// Checks the size of the targeting of a flag.
pub(super) fn check(document: &Document<'_>, flag: &Flag<'_>, targeting: &Site<'_>, found: &mut Vec<Diagnostic>) {
    let evaluators: BTreeMap<&str, &Node> =
        document.evaluators().into_iter().map(|(name, site)| (name, site.node)).collect();
    let Size { mut nodes, mut depth } = measure(targeting.node, &evaluators, &mut Sizes::new());
    if let Some(ramp) = flag.site.key("ramp") {
        // A ramp decides where targeting does not, for which targeting is evaluated twice.
        let steps = ramp.key("steps").map_or(0, |steps| steps.elements().len());
        nodes = nodes.saturating_mul(2).saturating_add((steps + 1) * RAMP_NODES);
        depth = depth.saturating_add(RAMP_DEPTH);
    }
    let (many, most) = match (nodes > MAX_NODES, depth > MAX_DEPTH) {
        (true, _) => (format!("{nodes} nodes"), MAX_NODES),
        (_, true) => (format!("{depth} levels"), MAX_DEPTH),
        _ => return,
    };
    let message = format!("{} has {many} with its references replaced, and {most} is the most", targeting.path);
    let help = "compare fewer values, such as by an attribute of the context that the program computes";
    found.push(targeting.error(&codes::FLAGS_TOO_LARGE, message).help(help));
}

fn measure<'a>(node: &'a Node, evaluators: &BTreeMap<&'a str, &'a Node>, sizes: &mut Sizes<'a>) -> Size {
    let mut size = Size { nodes: 1, depth: 0 };
    let mut add = |inner: Size| {
        size.nodes = size.nodes.saturating_add(inner.nodes);
        size.depth = size.depth.max(inner.depth);
    };
    match &node.value {
        Value::List(elements) => elements.iter().for_each(|element| add(measure(element, evaluators, sizes))),
        Value::Table(table) => match (table.len(), table.get("$ref").and_then(Node::as_str)) {
            (1, Some(name)) => add(reference(name, evaluators, sizes)),
            _ => table.iter().for_each(|(_, child)| add(measure(child, evaluators, sizes))),
        },
        _ => {}
    }
    size.depth = size.depth.saturating_add(1);
    size
}

fn reference<'a>(name: &'a str, evaluators: &BTreeMap<&'a str, &'a Node>, sizes: &mut Sizes<'a>) -> Size {
    if let Some(size) = sizes.get(name) {
        return *size;
    }
    let Some(node) = evaluators.get(name) else { return Size::default() };
    sizes.insert(name, Size::default());
    let size = measure(node, evaluators, sizes);
    sizes.insert(name, size);
    size
}

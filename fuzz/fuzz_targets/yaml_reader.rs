//! Reads any text as YAML: mistakes and origins have places in the text, and what is written of the tree is read back.

#![no_main]

use confgate::value::{Format, Node, Origin, Source, Span, Value};
use confgate::yaml;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let (tree, errors) = yaml::read(&Source::in_format(Format::Yaml, "fuzz.yaml", text));
    errors.iter().for_each(|error| assert_in(text, error.span));
    assert_origins(text, &tree);
    if errors.is_empty() {
        let written = yaml::write(&tree);
        let (again, errors) = yaml::read(&Source::in_format(Format::Yaml, "again.yaml", written.as_str()));
        assert!(errors.is_empty(), "{errors:?}\n{written}");
        assert_eq!(without_nulls(again), without_nulls(tree), "{written}");
    }
    Corpus::Keep
});

fn assert_in(text: &str, span: Span) {
    let range = span.range();
    assert!(range.start <= range.end && text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
}

fn assert_origins(text: &str, node: &Node) {
    if let Origin::Text { key, value } = node.origin {
        assert_in(text, key);
        assert_in(text, value);
    }
    match &node.value {
        Value::Table(table) => table.values().for_each(|node| assert_origins(text, node)),
        Value::List(elements) => elements.iter().for_each(|node| assert_origins(text, node)),
        _ => {}
    }
}

/// Leaves out nulls in tables, as the writer does.
fn without_nulls(mut node: Node) -> Node {
    match &mut node.value {
        Value::Table(table) => {
            table.retain(|_, node| !node.is_null());
            table.values_mut().for_each(|node| *node = without_nulls(std::mem::replace(node, Node::generated(Value::Null))));
        }
        Value::List(elements) => {
            elements.iter_mut().for_each(|node| *node = without_nulls(std::mem::replace(node, Node::generated(Value::Null))));
        }
        _ => {}
    }
    node
}

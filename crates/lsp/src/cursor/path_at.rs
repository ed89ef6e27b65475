//! The value whose key or text contains a byte.

use std::ops::Range;

use confgate_core::value::{Node, Origin, Path, Value};

/// Returns the path of the innermost value whose key or text contains a byte, and the range of its key or text.
pub(crate) fn path_at(tree: &Node, byte: usize) -> Option<(Path, Range<usize>)> {
    let mut best = None;
    search(tree, &mut Path::root(), byte, &mut best);
    best
}

fn search(node: &Node, path: &mut Path, byte: usize, best: &mut Option<(Path, Range<usize>)>) {
    let mut visit = |child: &Node, path: &mut Path| {
        if let Origin::Text { key, value } = child.origin {
            // The list of a header contains its elements: a range of the same length replaces none.
            for range in [key.range(), value.range()] {
                let is_smaller = best.as_ref().is_none_or(|(_, known)| range.len() < known.len());
                if range.start <= byte && byte <= range.end && is_smaller {
                    *best = Some((path.clone(), range));
                }
            }
        }
        search(child, path, byte, best);
    };
    match &node.value {
        Value::Table(table) => {
            for (key, child) in table {
                path.0.push(confgate_core::value::Segment::Key(key.clone()));
                visit(child, path);
                path.0.pop();
            }
        }
        Value::List(elements) => {
            for (index, child) in elements.iter().enumerate() {
                path.0.push(confgate_core::value::Segment::Index(index));
                visit(child, path);
                path.0.pop();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use confgate_core::syntax::Reading;
    use confgate_core::value::{Format, Source};

    use super::*;

    /// Returns the path at the bar in a text.
    fn path(format: Format, marked: &str) -> String {
        let at = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let source = Source::in_format(format, "x", text);
        path_at(&Reading::of(&source).tree, at).map(|(path, _)| path.to_string()).unwrap_or_default()
    }

    #[test]
    fn keys_values_and_headers_are_found() {
        for (text, expected) in [
            ("[net|work]\nport = 1\n", "network"),
            ("[network]\npo|rt = 1\n", "network.port"),
            ("[network]\nport = 1|\n", "network.port"),
            ("[a.b|.c]\nd = 1\n", "a.b"),
            ("[[a]]\nb = 1\n[[|a]]\nb = 2\n", "a[1]"),
            ("a = [{ b = 1 }, { b = |2 }]\n", "a[1].b"),
            ("a = 1\n\n|\n", ""),
        ] {
            assert_eq!(path(Format::Toml, text), expected, "{text}");
        }
        assert_eq!(path(Format::Json, "{\"a\": {\"b\": [1, t|rue]}}"), "a.b[1]");
        assert_eq!(path(Format::Yaml, "a:\n  b:\n    - c: x|y\n"), "a.b[0].c");
    }
}

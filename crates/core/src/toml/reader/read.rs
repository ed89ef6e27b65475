//! The entry point: the single pass, and recovery where it gives up.

use crate::toml::reader::{SyntaxError, chunks, recovery, sections};
use crate::value::{Node, Origin, Source, Span, Value};

/// Size limit of a file, in bytes. Spans count bytes in 32 bits.
pub const MAX_BYTES: u64 = u32::MAX as u64;

/// Reads a TOML text. Returns all of the tree that can be read, and every syntax error.
///
/// ```
/// use confgate_core::toml;
/// use confgate_core::value::Source;
/// let source = Source::new("app.toml", "[app]\nname = \"x\"\nlevel = \n");
/// let (tree, errors) = toml::read(&source);
/// assert_eq!(tree.as_table().unwrap()["app"].as_table().unwrap()["name"].as_str(), Some("x"));
/// assert_eq!(errors.len(), 1);
/// ```
pub fn read(source: &Source) -> (Node, Vec<SyntaxError>) {
    let text = source.text();
    let (table, errors) = match chunks::read(text) {
        Ok(table) => (table, Vec::new()),
        Err(doubt) => sections::read(text, doubt).unwrap_or_else(|| recovery::read(text)),
    };
    let span = Span::from(0..text.len());
    (Node { value: Value::Table(table), origin: Origin::Text { key: span, value: span } }, errors)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Path;

    fn read_text(text: &str) -> (Node, Vec<SyntaxError>) {
        read(&Source::new("test.toml", text))
    }

    #[test]
    fn keys_and_values_have_their_spans() {
        let text = "[network]\nlisten_port = 8333\npeers = [\"a\", \"b\"]\n";
        let (tree, errors) = read_text(text);
        assert_eq!(errors, []);
        let spans = |path: Path| match &tree.get(&path.0).unwrap().origin {
            Origin::Text { key, value } => (&text[key.range()], &text[value.range()]),
            other => panic!("{other:?}"),
        };
        assert_eq!(spans(Path::dotted("network.listen_port")), ("listen_port", "8333"));
        assert_eq!(spans(Path::dotted("network.peers").index(1)), ("\"b\"", "\"b\""));
    }

    #[test]
    fn inline_tables_may_span_lines_and_end_with_a_comma() {
        let (tree, errors) = read_text("limits = {\n  a = 1, # first\n  b = 2,\n}\n");
        assert_eq!(errors, []);
        assert_eq!(tree.leaf_count(), 2);
    }

    #[test]
    fn a_float_stays_a_float_and_an_integer_an_integer() {
        let (tree, _) = read_text("a = 10.0\nb = 10\nc = 0x1F\nd = 1e3\n");
        let values: Vec<Value> = tree.as_table().unwrap().values().map(|node| node.value.clone()).collect();
        assert_eq!(values, [Value::Float(10.0), Value::Integer(10), Value::Integer(31), Value::Float(1000.0)]);
    }

    #[test]
    fn every_syntax_error_is_found_and_the_rest_is_read() {
        let (tree, errors) = read_text("a = \nb = 1\nc = 'x\nd = 2\n");
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert_eq!(tree.get(&Path::dotted("d").0).map(|node| &node.value), Some(&Value::Integer(2)));
    }

    #[test]
    fn an_integer_beyond_64_bits_is_an_error_with_its_span() {
        let (_, errors) = read_text("a = 99999999999999999999\n");
        assert_eq!(errors[0].span, Span { start: 4, end: 24 });
        assert_eq!(errors[0].message, "a number beyond 64 bits: TOML integers reach to 9223372036854775807");
    }

    #[test]
    fn a_line_ending_in_a_string_is_a_line_feed() {
        // The second text has a mistake, so that it takes the path of recovery.
        for rest in ["", "z = \r\n"] {
            let text = format!(
                "a = \"\"\"\r\nx\r\ny\\r\r\n\"\"\"\r\nb = '''x\r\ny'''\r\nc = \"\"\"x\\\r\n  y\"\"\"\r\nd = \"\\r\\n\"\r\ne = ['''\r\n\r\n''']\r\n{rest}"
            );
            let (tree, errors) = read_text(&text);
            assert_eq!(errors.is_empty(), rest.is_empty());
            let value = |path: &Path| tree.get(&path.0).unwrap().as_str().unwrap();
            assert_eq!(value(&Path::dotted("a")), "x\ny\r\n");
            assert_eq!(["b", "c", "d"].map(|key| value(&Path::dotted(key))), ["x\ny", "xy", "\r\n"]);
            assert_eq!(value(&Path::dotted("e").index(0)), "\n");
            let Origin::Text { value, .. } = tree.get(&Path::dotted("b").0).unwrap().origin else { panic!() };
            assert_eq!(&text[value.range()], "'''x\r\ny'''");
        }
        for text in ["a = \"\"\"x\r\r\n\"\"\"\n", "a = '''x\ry'''\n"] {
            assert_eq!(read_text(text).1[0].message, "carriage return must be followed by newline, expected newline");
        }
    }

    #[test]
    fn an_invalid_number_is_one_error() {
        for text in ["a = 01\n", "a = 0x\n", "a = 0o9\n"] {
            assert_eq!(read_text(text).1.len(), 1, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_causes_a_panic_or_a_span_outside_of_it(text in "(\\PC|\n|[\\[\\]{}=\"'.,#0-9a-c_-]){0,80}") {
            let (_, errors) = read_text(&text);
            for error in errors {
                prop_assert!(error.span.start <= error.span.end && error.span.end as usize <= text.len());
            }
        }
    }
}

//! The entry point: events of the parser, handed to the builder.

use granit_parser::{ErrorKind, Event, Parser, options};

use crate::value::{MAX_DEPTH, Node, Origin, ReadError, Source, Span};
use crate::yaml::builder::TreeBuilder;
use crate::yaml::message;

/// Reads a YAML text. Returns all of the tree that can be read, and the mistakes in the order of the text.
///
/// ```
/// use confgate_core::value::{Format, Source, Value};
/// use confgate_core::yaml;
/// let source = Source::in_format(Format::Yaml, "app.yaml", "app:\n  name: x\n  debug: no\n");
/// let (tree, errors) = yaml::read(&source);
/// assert_eq!(errors, []);
/// let app = tree.as_table().unwrap()["app"].as_table().unwrap();
/// assert_eq!(app["debug"].value, Value::String("no".to_owned()));
/// ```
pub fn read(source: &Source) -> (Node, Vec<ReadError>) {
    let text = source.text();
    let options = options! {
        emit_comments: false,
        // One level more, so that the builder reports the first level beyond the limit.
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let mut builder = TreeBuilder::new(text);
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((Event::StreamEnd, _)) => break,
            Ok((event, span)) => {
                if !builder.event(event, &span) {
                    break;
                }
            }
            // The builder has reported a collection beyond the limit already.
            Err(error) if *error.kind() == ErrorKind::RecursionLimitExceeded && builder.is_skipping() => break,
            Err(error) => {
                builder.fail(message::error(text, &error));
                break;
            }
        }
    }
    let (value, mut errors) = builder.finish();
    errors.sort_by_key(|error| error.span);
    errors.dedup();
    let span = Span::from(0..text.len());
    (Node { value, origin: Origin::Text { key: span, value: span } }, errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Format, Path, Value, json};

    fn read_text(text: &str) -> (Node, Vec<ReadError>) {
        read(&Source::in_format(Format::Yaml, "test.yaml", text))
    }

    /// Returns the text at each mistake, its message and its help.
    fn mistakes(text: &str) -> Vec<(&str, String, String)> {
        let (_, errors) = read_text(text);
        errors.into_iter().map(|error| (&text[error.span.range()], error.message.into(), error.help.into())).collect()
    }

    fn as_json(text: &str) -> serde_json::Value {
        let (tree, errors) = read_text(text);
        assert_eq!(errors, [], "{text}");
        json::write(&tree)
    }

    #[test]
    fn keys_and_values_have_their_spans() {
        let text = "\u{FEFF}# comment\nnetwork:\n  \"port\": 8333 # note\n  péers:\n    - a\n    - 'b c'\n  limits: {low: 1, high: [2]}\n\
                    \x20 text: |\n    one\n    two\n\nempty:\nlast: x\n";
        let (tree, errors) = read_text(text);
        assert_eq!(errors, []);
        let spans = |path: Path| match &tree.get(&path.0).unwrap().origin {
            Origin::Text { key, value } => (&text[key.range()], &text[value.range()]),
            other => panic!("{other:?}"),
        };
        assert_eq!(spans(Path::dotted("network.port")), ("\"port\"", "8333"));
        assert_eq!(spans(Path::dotted("network.péers")), ("péers", "- a\n    - 'b c'"));
        assert_eq!(spans(Path::dotted("network.péers").index(1)), ("'b c'", "'b c'"));
        assert_eq!(spans(Path::dotted("network.limits")), ("limits", "{low: 1, high: [2]}"));
        assert_eq!(spans(Path::dotted("network.limits.high")), ("high", "[2]"));
        assert_eq!(spans(Path::dotted("network.text")), ("text", "one\n    two"));
        assert_eq!(spans(Path::dotted("last")), ("last", "x"));
        let Origin::Text { key, value } = tree.get(&Path::dotted("empty").0).unwrap().origin else { panic!() };
        assert_eq!((&text[key.range()], value.start), ("empty", value.end));
        let Origin::Text { value, .. } = tree.get(&Path::dotted("network").0).unwrap().origin else { panic!() };
        assert!(text[value.range()].starts_with("\"port\"") && text[value.range()].ends_with("two"));
    }

    #[test]
    fn an_empty_text_is_an_empty_table() {
        for text in ["", "\n", "# comment\n", "---\n", "---\n...\n", "--- # x\n"] {
            assert_eq!(as_json(text), serde_json::json!({}), "{text:?}");
        }
        assert!(read_text("~\n").0.is_null());
    }

    #[test]
    fn aliases_stand_for_their_anchors() {
        let text = "base: &base {a: 1, b: [x]}\none: *base\nmany: [*base, &n 2, *n]\n";
        let base = serde_json::json!({ "a": 1, "b": ["x"] });
        assert_eq!(as_json(text), serde_json::json!({ "base": base, "one": base, "many": [base, 2, 2] }));
        let (tree, _) = read_text(text);
        let Origin::Text { key, value } = tree.get(&Path::dotted("one").0).unwrap().origin else { panic!() };
        assert_eq!((&text[key.range()], &text[value.range()]), ("one", "*base"));
        let Origin::Text { key, value } = tree.get(&Path::dotted("one.a").0).unwrap().origin else { panic!() };
        assert_eq!((key.start, value.start), (13, 16));
    }

    #[test]
    fn a_text_that_aliases_make_large_is_rejected() {
        let mut text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (one, next) in "abcdefghi".chars().zip("bcdefghij".chars()) {
            text += &format!("{next}: &{next} [{}]\n", vec![format!("*{one}"); 10].join(", "));
        }
        let (tree, errors) = read_text(&text);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].message, "aliases stand for more than 1000000 values");
        assert!(tree.leaf_count() < 1000);
        let deep: String = (0..100).map(|n| format!("k{}: &a{} [[[*a{n}]]]\n", n + 1, n + 1)).collect();
        let (_, errors) = read_text(&deep.replacen("*a0", "x", 1));
        assert_eq!(errors[0].message, "nested more than 128 levels deep");
    }

    #[test]
    fn each_mistake_has_a_message_and_a_way_out() {
        let mut wrong = Vec::new();
        let quotes = "put it in quotes";
        let tag = "remove it: only !!str, !!int and the like have a meaning";
        for (text, place, message, help) in [
            ("a: 1\nb: 2\na: 3\n", "a", "a is set a second time", "remove one of the two"),
            ("a: 1\n1: 2\n", "1", "a key that is an integer", quotes),
            ("true: 1\n", "true", "a key that is a boolean", quotes),
            ("~: 1\n", "~", "a key that is null", quotes),
            (": 1\n", "", "a key that is null", quotes),
            ("? [a]\n: 1\n", "[a]", "a key that is a list", "write a string"),
            ("{a: 1}: 2\n", "{a: 1}", "a key that is a table", "write a string"),
            (
                "a: &a {x: 1}\nb:\n  <<: *a\n",
                "<<",
                "merge keys are not part of YAML 1.2",
                "write the keys out, or put << in quotes if it is a key of its own",
            ),
            ("a: 1\n---\nb: 2\n", "---", "a second document", "put each document in a file of its own"),
            ("a: !env X\n", "!env", "a tag that is not of YAML's core schema", tag),
            ("a: !!timestamp 2024-05-01\n", "!!timestamp", "a tag that is not of YAML's core schema", tag),
            ("a: !!set {x}\n", "!!set", "a tag that is not of YAML's core schema", tag),
            ("a: !!int x\n", "x", "the tag !!int does not fit the value", "remove the tag, or write a value that fits"),
            (
                "a: !!map [1]\n",
                "!!map",
                "the tag !!map does not fit the value",
                "remove the tag, or write a value that fits",
            ),
            ("a: &x [*x]\n", "*x", "an alias inside of the value that it stands for", "write the value out"),
            (
                "a: *missing\n",
                "*missing",
                "an alias without an anchor",
                "define it before this, with &, or put quotes around the value",
            ),
            (
                "%YAML 1.1\n---\na: no\n",
                "%YAML 1.1",
                "the file is in YAML 1.1, and YAML 1.2 reads some values differently",
                "remove the line, and put strings such as no and 07:00 in quotes",
            ),
            (
                "a: 9223372036854775808\n",
                "9223372036854775808",
                "an integer beyond 64 bits: integers reach to 9223372036854775807",
                "write a number within the limit, or put quotes around it if it is a string",
            ),
            ("a:\n\tb: 1\n", "\t", "a tab in the indentation", "indent with spaces"),
            ("\ta: 1\n", "\t", "a tab in the indentation", "indent with spaces"),
            ("# x\n\t- a\n", "\t", "a tab in the indentation", "indent with spaces"),
            ("---\n \ta: 1\n", "\t", "a tab in the indentation", "indent with spaces"),
            ("-\ta: 1\n", "\t", "a tab in the indentation", "indent with spaces"),
            ("a: \n \t- x\n", "\t", "a tab in the indentation", "indent with spaces"),
            ("a: 1\n\tb: 2\n", "\t", "a tab in the indentation", "indent with spaces"),
            ("- a # \tx\n \n\t- b\n", "\t", "a tab in the indentation", "indent with spaces"),
            ("l: [a, , b]\n", ",", "a value is missing before this comma", "remove the comma, or write the value"),
            ("l: {, a: 1}\n", ",", "a value is missing before this comma", "remove the comma, or write the value"),
            ("l: [[a] [b]]\n", "[", "a comma is missing before this", "put a comma between two entries"),
            ("l: {a: [1] b: 2}\n", "b", "a comma is missing before this", "put a comma between two entries"),
            (
                "# x\n  s: x\ni: 1\n",
                "i",
                "the indentation fits no table or list above it",
                "indent entries of one table or list alike",
            ),
            (
                "[a]\nb: 1\n",
                "b",
                "a second value behind the first one",
                "remove it, or put it below a key of the first one",
            ),
            (
                "s: \"a\u{7}\"\n",
                "\u{7}",
                "a config cannot hold the control character U+0007",
                "remove it, or write \\u0007 in a string in double quotes",
            ),
            (
                "s: a\u{0}b\n",
                "\u{0}",
                "a config cannot hold the control character U+0000",
                "remove it, or write \\u0000 in a string in double quotes",
            ),
            ("s: {{ x }}\n", "{{ x }}", "a template without quotes", "put quotes around the value, braces included"),
            (
                "a: 1\n  b: 2\n",
                ":",
                "a key is not allowed here",
                "put the text before it in quotes, or correct the indentation",
            ),
            (
                "a: b: c\n",
                ":",
                "a key is not allowed here",
                "put the text before it in quotes, or correct the indentation",
            ),
            ("a: [1, 2\n", "[", "a list is not closed", "end it with ]"),
            ("a: {x: 1\n", "{", "a table is not closed", "end it with }"),
            ("a: \"x\n", "\"x", "a string is not closed", "end it with \""),
            ("a: 'x\n", "'x", "a string is not closed", "end it with '"),
            (
                "a: \"\\q\"\n",
                "\\q",
                "unknown escape sequence",
                "write \\\\ for a backslash, or put the string in single quotes",
            ),
            ("a: @x\n", "@", "a value cannot begin with this character", "put the value in quotes"),
            ("a: `x`\n", "`", "a value cannot begin with this character", "put the value in quotes"),
            ("a: 1\nb\n", "b", "a key without a colon", "write key: value"),
            ("- a\nb: 1\n", "b", "an entry of a list begins with -", "put - before it, or correct the indentation"),
        ] {
            let found = mistakes(text);
            if found != [(place, message.to_owned(), help.to_owned())] {
                wrong.push((text, found));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn tabs_that_indent_nothing_are_permitted() {
        let text = "\t\na:\tb\n\t# c\nc: [1,\n\t2]\nd: \"x\n\ty\"\ne:\n-\tf\n";
        assert_eq!(as_json(text), serde_json::json!({ "a": "b", "c": [1, 2], "d": "x y", "e": ["f"] }));
        assert_eq!(as_json("\t{a: 1,\n\tb: 2}"), serde_json::json!({ "a": 1, "b": 2 }));
    }

    #[test]
    fn a_block_of_text_that_the_file_ends_in_has_no_line_feed_at_its_end() {
        // The values are those of PyYAML.
        for (text, expected) in [
            ("s: |\n  x", "x"),
            ("s: |\n  x\n", "x\n"),
            ("s: >\n  x\n  y", "x y"),
            ("s: |+\n  x\n\n  y", "x\n\ny"),
            ("s: |+\n  x\n\n", "x\n\n"),
            ("s: |-\n  x", "x"),
            ("s: |2\n    x", "  x"),
            ("s: |\r\n  x\r\n  y", "x\ny"),
            ("s: |\n  x\r", "x\n"),
            ("s: |\n  x\n ", "x\n"),
            ("s: |\n  x\n  ", "x\n"),
            ("s: |\n  x\n    ", "x\n  "),
            ("s: |\n  x \n  ", "x \n"),
            ("s: |+\n  x\n\n  ", "x\n\n"),
            ("s: |\n  x\n# c", "x\n"),
            ("s: |\n  x\n...", "x\n"),
            ("s: |\n  \t", "\t"),
            ("s: |\n  \t\n", "\t\n"),
            ("s: |", ""),
            ("s: |+\n\n", "\n"),
            ("s: |\n  é", "é"),
        ] {
            assert_eq!(as_json(text), serde_json::json!({ "s": expected }), "{text:?}");
        }
    }

    #[test]
    fn several_mistakes_are_reported_in_one_run() {
        let found = mistakes("1: x\na: !env Y\na: 2\nb: [1, <<: 2]\n");
        assert_eq!(found.iter().map(|(place, ..)| *place).collect::<Vec<_>>(), ["1", "!env", "a", "<<"]);
    }

    #[test]
    fn what_is_before_a_syntax_error_is_read() {
        let (tree, errors) = read_text("a: 1\nb:\n  c: 2\n  d: [3\n");
        assert_eq!(errors.len(), 1);
        assert_eq!(tree.get(&Path::dotted("b.c").0).unwrap().value, Value::Integer(2));
    }

    #[test]
    fn core_tags_are_honored() {
        let text = "a: !!str 1\nb: !!int \"0x1F\"\nc: !!float 3\nd: !!bool \"true\"\ne: ! 12\nf: !!seq [1]\ng: !!map {}\nh: !!str\n";
        let expected =
            serde_json::json!({ "a": "1", "b": 31, "c": 3.0, "d": true, "e": "12", "f": [1], "g": {}, "h": "" });
        assert_eq!(as_json(text), expected);
        assert!(read_text("a: !!null ''\n").0.as_table().unwrap()["a"].is_null());
    }

    #[test]
    fn the_depth_limit_is_reported_with_its_number() {
        let flow = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let block = |depth: usize| (0..depth).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>();
        let mixed = |depth: usize| format!("{}{}\n", "- ".repeat(depth - depth / 2), flow(depth / 2));
        for make in [&flow as &dyn Fn(usize) -> String, &block, &mixed] {
            assert_eq!(read_text(&make(128)).1, [], "{}", make(128));
            for depth in [129, 130, 500, 2000] {
                let (_, errors) = read_text(&make(depth));
                assert_eq!(errors.len(), 1, "{depth} {errors:?}");
                assert_eq!(errors[0].message, "nested more than 128 levels deep");
            }
        }
    }
}

//! Properties: no text makes the reader panic, and what is written is read back.

use proptest::prelude::*;
use proptest::sample::select;

use crate::value::{Format, Node, ReadError, Source, Span, Table, Value};
use crate::yaml::{read, write};

fn read_text(text: &str) -> (Node, Vec<ReadError>) {
    read(&Source::in_format(Format::Yaml, "test.yaml", text))
}

/// Reads a text, and asserts that the mistakes and the origins have places in it.
fn read_safely(text: &str) -> Result<(), TestCaseError> {
    let (tree, errors) = read_text(text);
    let in_text = |span: Span| {
        let range = span.range();
        range.start <= range.end && text.is_char_boundary(range.start) && text.is_char_boundary(range.end)
    };
    for error in errors {
        prop_assert!(in_text(error.span), "{text:?}: {error:?}");
        prop_assert!(!error.message.is_empty() && !error.help.is_empty());
    }
    let mut nodes = vec![&tree];
    while let Some(node) = nodes.pop() {
        if let crate::value::Origin::Text { key, value } = node.origin {
            prop_assert!(in_text(key) && in_text(value), "{text:?}: {node:?}");
        }
        match &node.value {
            Value::Table(table) => nodes.extend(table.values()),
            Value::List(elements) => nodes.extend(elements),
            _ => {}
        }
    }
    Ok(())
}

fn token() -> impl Strategy<Value = String> {
    const TOKENS: &[&str] = &[
        "a",
        "b: ",
        "c:",
        "- ",
        "-",
        "\n",
        "\n  ",
        "\n    ",
        "\n",
        ": ",
        ":",
        "? ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "#x\n",
        " #",
        "&a ",
        "*a",
        "!!str ",
        "!!int ",
        "!x ",
        "!",
        "'q'",
        "\"d\"",
        "\"\\u00e9\"",
        "'",
        "\"",
        "|\n",
        ">-\n",
        "|2\n",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "%TAG ! x\n",
        "<<: ",
        "1",
        "0o7",
        ".inf",
        "~",
        "no",
        "\t",
        " ",
        "é",
        "\u{FEFF}",
        "@",
        "`",
        "%",
        "\u{85}",
        "\r\n",
    ];
    select(TOKENS).prop_map(str::to_owned)
}

/// Generates trees of all values that a YAML text can represent.
fn node() -> impl Strategy<Value = Node> {
    let string = || {
        prop_oneof![
            ".{0,8}",
            "[ -~]{0,8}",
            "\\PC{0,4}",
            select(
                &[
                    "no",
                    "07:00",
                    "1e3",
                    "0o7",
                    "=",
                    "null",
                    "~",
                    "- a",
                    "a: b",
                    "",
                    "\u{85}",
                    "\u{2028}x",
                    "\u{FEFF}",
                    "a\nb\n",
                    "\r",
                    "<<"
                ][..]
            )
            .prop_map(str::to_owned),
        ]
    };
    let single = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        string().prop_map(Value::String),
    ];
    single.prop_map(Node::generated).prop_recursive(5, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|elements| Node::generated(Value::List(elements))),
            prop::collection::vec((string(), inner), 0..5)
                .prop_map(|entries| Node::generated(Value::Table(Table::from_iter(entries)))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_a_panic(text in "(\\PC|\n|\t|[\\[\\]{}:\"',.0-9a-e/\\\\&*!|>#? -]){0,60}") {
        read_safely(&text)?;
    }

    #[test]
    fn tokens_in_any_order_are_read_without_a_panic(tokens in prop::collection::vec(token(), 0..20)) {
        read_safely(&tokens.concat())?;
    }

    #[test]
    fn what_is_written_is_read_back(node in node()) {
        let text = write(&node);
        let (tree, errors) = read_text(&text);
        prop_assert_eq!(errors, vec![], "{}", text);
        prop_assert_eq!(tree, node, "{}", text);
    }
}

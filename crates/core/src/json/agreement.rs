//! Properties: the reader accepts what `serde_json` accepts, with the same values, and no text makes it panic.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value as Json;

use crate::json::read;
use crate::value::{self, Format, Node, ReadError, ReadErrorKind, Source, Span, Value};

fn read_text(text: &str) -> (Node, Vec<ReadError>) {
    read(&Source::in_format(Format::Json, "test.json", text))
}

/// Compares the verdict and the value with those of `serde_json`, which has another depth limit and takes the last of two
/// equal keys.
fn compare(text: &str) -> Result<(), TestCaseError> {
    let (tree, errors) = read_text(text);
    for error in &errors {
        let Span { start, end } = error.span;
        prop_assert!(start <= end && text.is_char_boundary(start as usize) && text.is_char_boundary(end as usize));
        prop_assert!(!error.message.is_empty() && !error.help.is_empty());
    }
    let expected: Result<Json, _> = serde_json::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(text));
    let only_limits = !errors.is_empty() && errors.iter().all(|error| error.kind != ReadErrorKind::Syntax);
    match expected {
        Ok(_) if only_limits => {}
        Ok(expected) => {
            prop_assert_eq!(errors, vec![], "{}", text);
            prop_assert!(is_same(&tree, &expected), "{text}");
        }
        Err(error) => prop_assert!(!errors.is_empty(), "{text}: {error}"),
    }
    Ok(())
}

/// Compares the values. `serde_json` may round a float to the one beside the nearest.
fn is_same(node: &Node, expected: &Json) -> bool {
    match (&node.value, expected) {
        (Value::Table(table), Json::Object(entries)) => {
            let is_entry = |(key, json)| table.get(key).is_some_and(|node| is_same(node, json));
            table.len() == entries.len() && entries.iter().all(is_entry)
        }
        (Value::List(list), Json::Array(elements)) => {
            list.len() == elements.len() && list.iter().zip(elements).all(|(node, json)| is_same(node, json))
        }
        (Value::Float(float), Json::Number(number)) => {
            let expected = number.as_f64().unwrap();
            (float - expected).abs() <= expected.abs() * f64::EPSILON
        }
        (Value::Integer(0), Json::Number(number)) => number.as_f64() == Some(0.0),
        (Value::Null, Json::Null) => true,
        _ => value::json::write(node) == *expected,
    }
}

fn token() -> impl Strategy<Value = String> {
    const TOKENS: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\"",
        "\"\\n\"",
        "\"\\u00e9\"",
        "\"\\uD83D\\uDE00\"",
        "\"\\uD800\"",
        "\"\\x\"",
        "\"",
        "'c'",
        "1",
        "-1",
        "0",
        "01",
        "1.5",
        "1.",
        ".5",
        "1e3",
        "1E+2",
        "-0.0",
        "1e400",
        "9223372036854775808",
        "true",
        "false",
        "null",
        "nul",
        "NaN",
        "Infinity",
        "// x\n",
        "/* y */",
        "/",
        " ",
        "\n",
        "\t",
        "\u{B}",
        "\u{A0}",
        "\u{FEFF}",
        "é",
        "\\",
        "\u{1}",
        "-",
        "+1",
        "0x1F",
        "key",
    ];
    select(TOKENS).prop_map(str::to_owned)
}

/// Generates JSON values.
fn json() -> impl Strategy<Value = Json> {
    let single = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Json::from),
        ".{0,8}".prop_map(Json::from),
    ];
    single.prop_recursive(5, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::hash_map(".{0,5}", inner, 0..5)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_the_same_verdict(text in "(\\PC|\n|[\\[\\]{}:\"',.0-9a-e/\\\\-]){0,60}") {
        compare(&text)?;
    }

    #[test]
    fn tokens_in_any_order_get_the_same_verdict(tokens in prop::collection::vec(token(), 0..16)) {
        compare(&tokens.concat())?;
    }

    #[test]
    fn what_serde_writes_is_read_back(value in json(), is_pretty in any::<bool>()) {
        let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        let (tree, errors) = read_text(&text);
        prop_assert_eq!(errors, vec![]);
        prop_assert!(is_same(&tree, &value), "{text}");
    }
}

/// Texts of the suite of RFC 8259 that readers disagree on.
#[test]
fn corner_cases_get_the_verdict_of_serde_json() {
    for text in [
        "[1,]",
        "[,1]",
        "[1 true]",
        "[\"\t\"]",
        "[\"\\u0000\"]",
        "\"\\uDFAA\"",
        "[\u{B}]",
        "[\u{C}]",
        "{\"a\":\"b\",}",
        "{a:1}",
        "[- 1]",
        "[-]",
        "[1.]",
        "[.1]",
        "[2.e3]",
        "[0e]",
        "[0e+]",
        "[1eE2]",
        "[+1]",
        "[0x42]",
        "[\u{FF11}]",
        "[nan]",
        "[Infinity]",
        "[-Infinity]",
        "[true_]",
        "{\"a\":true-b}",
        "[1_0]",
        "1 2",
        "{}}",
        "[]]",
        "[\"a",
        "{\"a\":1",
        "\u{FEFF}{}",
        "\u{FEFF}\u{FEFF}{}",
        "{}\u{FEFF}",
        "nul",
        "[\"\\\"]",
        "{\"a\"}",
        "{\"a\":1 \"b\":2}",
        "{\"a\" \"b\"}",
        "[\"x\"\"y\"]",
        "\"a\u{7F}b\"",
        "[\"\u{2028}\"]",
        "\u{2028}1",
        "[0,-0,0.0]",
    ] {
        let result = compare(text);
        assert!(result.is_ok(), "{text:?}: {result:?}");
    }
}

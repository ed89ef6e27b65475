//! The entry point: the strict pass, and the lenient one where it fails.

use jsonc_parser::parse_to_ast;

use crate::json::extensions;
use crate::json::message;
use crate::json::options::{LENIENT, STRICT, TOKENS, TREE};
use crate::json::tree::TreeBuilder;
use crate::value::{Node, Origin, ReadError, Source, Span, Table, Value};

/// The byte order mark, which RFC 8259 lets a reader ignore.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Reads a JSON text. Returns all of the tree that can be read, and the mistakes in the order of the text.
///
/// ```
/// use confgate_core::json;
/// use confgate_core::value::{Format, Source};
/// let source = Source::in_format(Format::Json, "app.json", "{\"app\": {\"name\": \"x\"}}");
/// let (tree, errors) = json::read(&source);
/// assert_eq!(errors, []);
/// assert_eq!(tree.as_table().unwrap()["app"].as_table().unwrap()["name"].as_str(), Some("x"));
/// ```
pub fn read(source: &Source) -> (Node, Vec<ReadError>) {
    let whole = source.text();
    let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
    let mut builder = TreeBuilder::new(text, whole.len() - text.len());
    let root = match parse_to_ast(text, &TREE, &STRICT) {
        Ok(result) => {
            builder.errors.extend(white_space(text, builder.offset));
            builder.root(result.value)
        }
        Err(strict) => match parse_to_ast(text, &TOKENS, &LENIENT) {
            Ok(result) => {
                let tokens = result.tokens.unwrap_or_default();
                builder.errors.extend(extensions::errors(text, builder.offset, &tokens));
                let first = message::error(text, builder.offset, &strict);
                // The tokens show most mistakes of the strict pass; a mistake at the same place is the same.
                if !builder
                    .errors
                    .iter()
                    .any(|error| error.span.start <= first.span.start && first.span.start <= error.span.end)
                {
                    builder.errors.push(first);
                }
                builder.root(result.value)
            }
            Err(lenient) => {
                let (first, other) =
                    (message::error(text, builder.offset, &strict), message::error(text, builder.offset, &lenient));
                let is_other = message::is_extension(strict.kind()) && other.span.start > first.span.start;
                builder.errors.push(first);
                builder.errors.extend(is_other.then_some(other));
                Value::Table(Table::default())
            }
        },
    };
    let mut errors = builder.errors;
    errors.sort_by_key(|error| error.span);
    let span = Span::from(0..whole.len());
    (Node { value: root, origin: Origin::Text { key: span, value: span } }, errors)
}

/// Finds white space outside of strings that RFC 8259 does not permit, although the parser does.
fn white_space(text: &str, offset: usize) -> Vec<ReadError> {
    let is_other = |c: char| c.is_whitespace() && !matches!(c, ' ' | '\t' | '\n' | '\r');
    if !text.contains(is_other) {
        return Vec::new();
    }
    let Ok(result) = parse_to_ast(text, &TOKENS, &STRICT) else { return Vec::new() };
    let tokens = result.tokens.unwrap_or_default();
    let ends = std::iter::once(0).chain(tokens.iter().map(|token| token.range.end));
    let starts = tokens.iter().map(|token| token.range.start).chain(std::iter::once(text.len()));
    let gaps = ends.zip(starts).flat_map(|(start, end)| {
        text[start..end].char_indices().filter(|(_, c)| is_other(*c)).map(move |(at, c)| (start + at, c))
    });
    let error = |(at, c): (usize, char)| {
        let span = Span::from(offset + at..offset + at + c.len_utf8());
        let message = format!("the character U+{:04X} between two values", u32::from(c));
        ReadError::syntax(span, message, "write a space in its place")
    };
    gaps.map(error).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Format, Path, ReadErrorKind};

    fn read_text(text: &str) -> (Node, Vec<ReadError>) {
        read(&Source::in_format(Format::Json, "test.json", text))
    }

    /// Returns the text at each mistake, its message and its help.
    fn mistakes(text: &str) -> Vec<(&str, String, String)> {
        let (_, errors) = read_text(text);
        errors.into_iter().map(|error| (&text[error.span.range()], error.message.into(), error.help.into())).collect()
    }

    #[test]
    fn keys_and_values_have_their_spans() {
        for mark in ["", "\u{FEFF}"] {
            let text = format!("{mark}{{\n  \"network\": {{ \"port\": 8333, \"péers\": [\"a\", null, 1.5e3] }}\n}}\n");
            let (tree, errors) = read_text(&text);
            assert_eq!(errors, []);
            let spans = |path: Path| match &tree.get(&path.0).unwrap().origin {
                Origin::Text { key, value } => (&text[key.range()], &text[value.range()]),
                other => panic!("{other:?}"),
            };
            assert_eq!(spans(Path::dotted("network.port")), ("\"port\"", "8333"));
            assert_eq!(spans(Path::dotted("network.péers").index(1)), ("null", "null"));
            assert_eq!(tree.get(&Path::dotted("network.péers").index(2).0).unwrap().value, Value::Float(1500.0));
        }
    }

    #[test]
    fn numbers_are_read_without_loss_or_reported() {
        let (tree, errors) =
            read_text("[9223372036854775807, -9223372036854775808, 9007199254740993, 1.0, -0, 1e-400]");
        assert_eq!(errors, []);
        let Value::List(list) = tree.value else { panic!() };
        let values: Vec<Value> = list.into_iter().map(|node| node.value).collect();
        let integers = [i64::MAX, i64::MIN, 9_007_199_254_740_993].map(Value::Integer);
        assert_eq!(values, [&integers[..], &[Value::Float(1.0), Value::Integer(0), Value::Float(0.0)]].concat());
        let help = "write a number within the limit, or put quotes around it if it is a string";
        assert_eq!(
            mistakes("{\"a\": 9223372036854775808, \"b\": -99999999999999999999, \"c\": 1e400}"),
            [
                (
                    "9223372036854775808",
                    "an integer beyond 64 bits: integers reach to 9223372036854775807".into(),
                    help.into()
                ),
                (
                    "-99999999999999999999",
                    "an integer beyond 64 bits: integers reach to -9223372036854775808".into(),
                    help.into()
                ),
                ("1e400", "a number beyond 64-bit floats, which reach to 1.7976931348623157e308".into(), help.into()),
            ]
        );
    }

    fn first(error: &ReadError) -> Span {
        let ReadErrorKind::Duplicate(first) = error.kind else { panic!("{error:?}") };
        first
    }

    #[test]
    fn a_key_that_is_set_twice_is_reported_with_both_places() {
        let text = "{\"a\": 1, \"b c\": {}, \"\\u0061\": 2, \"b c\": 3}";
        let (tree, errors) = read_text(text);
        let places: Vec<_> = errors.iter().map(|error| (error.span.start, first(error).start)).collect();
        assert_eq!(places, [(20, 1), (33, 9)]);
        assert_eq!(
            errors.iter().map(|error| &*error.message).collect::<Vec<_>>(),
            ["a is set a second time", "\"b c\" is set a second time"]
        );
        assert_eq!(tree.as_table().unwrap()["a"].value, Value::Integer(1));
    }

    #[test]
    fn what_other_dialects_permit_is_reported_in_one_run() {
        let text = "// first\n{\n  a: 'x', /* second */\n  \"b\": [0x1F, +1, .5, 5., NaN,],\n  \"c\": \"\\x41\" \"d\": 1,\n}\n";
        let expected = [
            ("// first", "JSON has no comments: the file has 2"),
            ("a", "a key without quotes"),
            ("'x'", "a string in single quotes"),
            ("0x1F", "a hexadecimal number"),
            ("+1", "a number with a plus sign"),
            (".5", "a number that begins or ends with its decimal point"),
            ("5.", "a number that begins or ends with its decimal point"),
            ("NaN", "JSON has neither infinity nor NaN"),
            (",", "a comma before a closing bracket"),
            ("\\x", "unknown escape sequence"),
            ("", "a comma is missing here"),
            (",", "a comma before a closing bracket"),
        ];
        let found = mistakes(text);
        let found: Vec<(&str, &str)> = found.iter().map(|(place, message, _)| (*place, message.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_mistake_has_a_message_and_a_way_out() {
        let mut wrong = Vec::new();
        for (text, place, message, help) in [
            ("", "", "the file is empty", "write {} for a config without settings"),
            (" \n", "", "the file is empty", "write {} for a config without settings"),
            ("{\"a\": 1", "{", "a table is not closed", "end it with }"),
            ("{\"a\": [1, 2}", "}", "a closing bracket without an opening one", "remove it"),
            ("[1, [2", "[", "a list is not closed", "end it with ]"),
            ("{\"a\" 1}", "1", "a colon is missing before this", "write \"key\": value"),
            ("{\"a\": }", "}", "a value is missing before this", "write one, or null"),
            ("{\"a\":", "", "a value is missing before this", "write one, or null"),
            ("{\"a\": ,}", ",", "a value is missing before this", "write one, or null"),
            ("[1,,2]", ",", "unexpected comma", "remove it"),
            ("{,}", ",", "unexpected comma", "remove it"),
            (
                "{\"a\": 01}",
                "01",
                "a number does not begin with 0",
                "remove the zeros, or put quotes around it if it is a string",
            ),
            (
                "-012",
                "-012",
                "a number does not begin with 0",
                "remove the zeros, or put quotes around it if it is a string",
            ),
            ("{\"a\": True}", "True", "a boolean is true or false", "write true"),
            ("{\"a\": FALSE}", "FALSE", "a boolean is true or false", "write false"),
            ("{\"a\": None}", "None", "a value without a meaning in JSON", "write null"),
            ("[undefined]", "undefined", "a value without a meaning in JSON", "write null"),
            ("{\"a\": yes}", "yes", "a value without quotes", "put double quotes around it"),
            (
                "{\"a\": \"x\n\"}",
                "\n",
                "a string cannot hold the control character U+000A",
                "write \\u000A in its place",
            ),
            ("{\"a\": \"x}\n", "\"x}", "a string is not closed", "end it with \""),
            ("{\"a\": \"\\q\"}", "\\q", "unknown escape sequence", "write \\\\ for a backslash"),
            (
                "{\"a\": \"\\u12\"}",
                "\\u12",
                "not the number of a character",
                "write \\u and four hexadecimal digits, such as \\u00E9",
            ),
            (
                "{\"a\": \"\\uD800\"}",
                "\\uD800",
                "half of a surrogate pair",
                "write the character itself, or both halves",
            ),
            ("{} {}", "{", "a second value behind the first one", "remove it: a JSON file has one value"),
            (
                "{\"a\": 1}\n{\"a\": 2}",
                "{",
                "a second value behind the first one",
                "remove it: a JSON file has one value",
            ),
            ("{\"a\":\u{A0}1}", "\u{A0}", "the character U+00A0 between two values", "write a space in its place"),
            (
                "{\"a\": 1.}",
                "1.",
                "a number that begins or ends with its decimal point",
                "write a digit on both sides of the point",
            ),
            ("{\"a\": -}", "}", "a number without digits", "write its digits"),
            (
                "{\"a\": @}",
                "@",
                "unexpected character",
                "remove it, or put double quotes around the text that it belongs to",
            ),
            ("{[1]: 2}", "[", "a key is missing here", "write \"key\": value"),
            ("{\"a\": 1} /* x", "/* x", "a comment is not closed", "remove it: JSON has no comments"),
        ] {
            let found = mistakes(text);
            if found.first() != Some(&(place, message.to_owned(), help.to_owned())) {
                wrong.push((text, found));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_comment_does_not_hide_the_mistakes_behind_it() {
        let found = mistakes("{ // x\n\"a\": 1, \"b\": [\n");
        assert_eq!(found.iter().map(|(place, ..)| *place).collect::<Vec<_>>(), ["// x", "["]);
    }

    #[test]
    fn a_number_that_the_lenient_pass_ends_too_early_is_named_as_one() {
        let second = |text| mistakes(text).into_iter().map(|(place, message, _)| (place, message)).nth(1);
        let zero = "a number does not begin with 0".to_owned();
        assert_eq!(second("{\"a\": .5, \"b\": 01}"), Some(("01", zero.clone())));
        assert_eq!(second("{'a': 1, \"b\": -012, \"c\": 1}"), Some(("-012", zero)));
        assert_eq!(second("{'a': 1, \"b\": 1.2.3}"), Some(("1.2.3", "invalid number".to_owned())));
        let colon = "a colon is missing before this".to_owned();
        assert_eq!(second("{'a': 1, 5}"), Some(("}", colon.clone())));
        assert_eq!(second("{'a': 1, 0 1}"), Some(("1", colon)));
    }

    #[test]
    fn the_depth_limit_is_reported_with_its_number() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(read_text(&nested(128)).1, []);
        for depth in [129, 300, 1_000, 100_000] {
            let (_, errors) = read_text(&nested(depth));
            assert_eq!(errors.len(), 1, "{depth}");
            assert_eq!(errors[0].message, "nested more than 128 levels deep");
        }
        let (_, errors) = read_text(&format!("{}1{}", "{\"a\":".repeat(129), "}".repeat(129)));
        assert_eq!(errors[0].span, Span::from(128 * 5..128 * 5 + 1));
    }

    #[test]
    fn a_mistake_behind_a_multi_byte_character_is_cut_at_characters() {
        assert_eq!(mistakes("{\"é\": tru}")[0].0, "tru");
        assert_eq!(mistakes("{\"a\": \"\\é\"}")[0].0, "\\é");
    }
}

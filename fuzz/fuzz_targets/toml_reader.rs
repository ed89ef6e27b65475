//! Compares the reader with the crate `toml` on any text: both accept the same texts, and read the same values at the same
//! spans. The single pass of the reader accepts valid texts alone, so every text that it accepts is compared. They differ in one
//! thing: the reader takes a line ending in a string for a line feed, and the crate keeps the carriage return.

#![no_main]

use std::ops::Range;

use confgate::toml::Mistake;
use confgate::value::{Node, Origin, Source, Span, Value};
use libfuzzer_sys::{Corpus, fuzz_target};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let (tree, errors) = confgate::toml::read(&Source::new("fuzz.toml", text));
    // The crate limits headers, dotted keys and brackets each alone, and the reader all of them together.
    if errors.iter().any(|error| error.mistake == Mistake::TooDeep) {
        return Corpus::Keep;
    }
    let (root, parse_errors) = DeTable::parse_recoverable(text);
    let Value::Table(table) = &tree.value else { panic!("the root is {}", tree.value.kind()) };
    let too_large = compare_table(text, table, root.get_ref(), parse_errors.is_empty());
    assert_eq!(errors.is_empty(), parse_errors.is_empty() && !too_large, "{errors:?}\n{parse_errors:?}");

    if errors.is_empty() {
        let canonical = confgate::toml::write(&tree).expect("a tree without nulls can be written");
        let (again, errors) = confgate::toml::read(&Source::new("again.toml", canonical.as_str()));
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(again, tree);
    }
    Corpus::Keep
});

/// Compares the entries of a table. Returns whether a number does not fit in 64 bits, which only the reader rejects.
fn compare_table(text: &str, table: &confgate::value::Table, expected: &DeTable<'_>, is_valid: bool) -> bool {
    assert_eq!(table.len(), expected.len());
    let mut too_large = false;
    for (key, value) in expected {
        let node = &table[key.get_ref().as_ref()];
        too_large |= compare_value(text, node, key.span(), value, is_valid);
    }
    too_large
}

fn compare_value(text: &str, node: &Node, key: Range<usize>, expected: &Spanned<DeValue<'_>>, is_valid: bool) -> bool {
    assert_eq!(node.origin, Origin::Text { key: Span::from(key), value: Span::from(expected.span()) });
    let raw = expected.span();
    match (&node.value, expected.get_ref()) {
        (Value::String(string), DeValue::String(expected)) => {
            let raw = &text[raw];
            if !raw.contains("\r\n") {
                assert_eq!(string, expected);
            } else if is_valid {
                let line = format!("x = {}", raw.replace("\r\n", "\n"));
                let (table, errors) = DeTable::parse_recoverable(&line);
                assert!(errors.is_empty(), "{errors:?}");
                assert_eq!(table.get_ref()["x"].get_ref().as_str(), Some(string.as_str()));
            }
        }
        (Value::Bool(boolean), DeValue::Boolean(expected)) => assert_eq!(boolean, expected),
        (Value::Datetime(datetime), DeValue::Datetime(expected)) => {
            let mut expected = *expected;
            // The reader adds the seconds that a text may omit.
            expected.time.iter_mut().for_each(|time| time.second = time.second.or(Some(0)));
            assert_eq!(*datetime, expected.to_string());
        }
        (Value::Float(float), DeValue::Float(expected)) => {
            let expected = expected.as_str().parse().unwrap_or(f64::NAN);
            assert!(*float == expected || float.is_nan() && expected.is_nan());
        }
        (Value::Integer(integer), DeValue::Integer(expected)) => {
            let expected = i64::from_str_radix(expected.as_str(), expected.radix());
            assert_eq!(*integer, expected.clone().unwrap_or(0));
            return expected.is_err() && is_valid;
        }
        (Value::List(elements), DeValue::Array(expected)) => {
            assert_eq!(elements.len(), expected.len());
            let pairs = elements.iter().zip(expected);
            return pairs.fold(false, |too_large, (node, value)| {
                compare_value(text, node, value.span(), value, is_valid) | too_large
            });
        }
        (Value::Table(table), DeValue::Table(expected)) => return compare_table(text, table, expected, is_valid),
        (value, expected) => panic!("{value:?} in place of {expected:?}"),
    }
    false
}

//! Values that follow each other without a separator, which the parser takes for one word: `[8080 8081]`.

use crate::syntax::text::Text;
use crate::toml::{self, SyntaxError};
use crate::value::{Source, Span};

/// The second of several values that follow each other.
pub(super) struct Several {
    pub(super) second: Span,
    /// The semicolon between the first two.
    pub(super) separator: Option<Span>,
}

/// The maximum length of a word that is tried as a value. Numbers, booleans and dates are shorter.
const MAX_BYTES: usize = 64;

/// Finds the second value in a word that begins with a complete one. The second is a value as well, or the key of another entry.
pub(super) fn several(text: &Text<'_>, error: &SyntaxError) -> Option<Several> {
    let start = text.leaf(error.span.range().start).unwrap_or(error.span).range().start;
    let rest = text.rest(start);
    let length = rest.find([' ', '\t'])?;
    let first = &rest[..length];
    let value = first.trim_end_matches(';');
    let second = rest[length..].trim_start();
    let from = start + rest.len() - second.len();
    let end = second.find([' ', '\t', ',', ']', '}', '=', ';', '#']).unwrap_or(second.len());
    let is_key = second[end..].trim_start().starts_with('=');
    let is_whole = is_value(value) && (is_value(&second[..end]) || is_key && end > 0);
    let separator = (value.len() < first.len()).then(|| Span::from(start + value.len()..start + first.len()));
    is_whole.then(|| Several { second: Span::from(from..from + end), separator })
}

/// Tells whether the rest of a line is a value with a comment, or the beginning of one over several lines.
pub(super) fn is_entry(rest: &str) -> bool {
    let opens = ["[", "{", "\"\"\"", "'''"];
    opens.iter().any(|open| rest.trim_start().starts_with(open))
        || toml::read(&Source::new("", format!("value = {rest}\n"))).1.is_empty()
}

/// Tells whether a word is a number, a boolean or a date.
fn is_value(word: &str) -> bool {
    let is_short = !word.is_empty() && word.len() <= MAX_BYTES && !word.contains(['"', '\'', '\n', '#']);
    is_short && toml::read(&Source::new("", format!("value = {word}\n"))).1.is_empty()
}

/// Tells whether a word would be a float if it had a digit on both sides of its point: `.5`, `5.`, `1.e3`.
pub(super) fn lacks_digits_at_point(word: &str) -> bool {
    let word = word.strip_prefix(['+', '-']).unwrap_or(word);
    let (mantissa, exponent) = word.split_once(['e', 'E']).unwrap_or((word, "0"));
    let Some((whole, fraction)) = mantissa.split_once('.') else { return false };
    let is_incomplete = whole.is_empty() != fraction.is_empty();
    is_incomplete && are_digits(whole) && are_digits(fraction) && is_exponent(exponent)
}

/// Tells whether a word is a float whose exponent has no digits: `1e`, `1.5e+`.
pub(super) fn lacks_exponent(word: &str) -> bool {
    let word = word.strip_prefix(['+', '-']).unwrap_or(word);
    let Some((mantissa, "" | "+" | "-")) = word.split_once(['e', 'E']) else { return false };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    !whole.is_empty() && !fraction.is_empty() && are_digits(whole) && are_digits(fraction)
}

fn is_exponent(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && are_digits(digits)
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_without_some_of_their_digits_are_recognized() {
        for word in [".5", "5.", "-.5e3", "+1.e-5", "1_0."] {
            assert!(lacks_digits_at_point(word) && !lacks_exponent(word), "{word}");
        }
        for word in ["1e", "1.5e+", "-2E-"] {
            assert!(lacks_exponent(word) && !lacks_digits_at_point(word), "{word}");
        }
        for word in [".", "1.5", "1.2.3", "1.x", "e", ".e5", "1.e", "x.", "-", "5.e+"] {
            assert!(!lacks_digits_at_point(word) && !lacks_exponent(word), "{word}");
        }
    }

    #[test]
    fn numbers_booleans_and_dates_are_values() {
        for word in ["8080", "-1.5e3", "0xff", "true", "2024-05-01", "10:00:00"] {
            assert!(is_value(word), "{word}");
        }
        for word in ["", "5s", "abc", "1.", "#", "8080#"] {
            assert!(!is_value(word), "{word}");
        }
    }
}

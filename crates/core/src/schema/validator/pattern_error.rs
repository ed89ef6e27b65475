//! Reasons why a text is not a regular expression.

use fancy_regex::{CompileError, Error, Regex};
use serde_json::json;

/// Returns the message for a text that is not a regular expression, with the reason if the engine has one. `translated` is the
/// text for the engine.
pub fn not_a_pattern(text: &str, translated: &str) -> String {
    let reason = Regex::new(translated).err().and_then(|error| reason(text, translated, &error));
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{} is not a regular expression{reason}", json!(text))
}

fn reason(text: &str, translated: &str, error: &Error) -> Option<String> {
    match error {
        Error::ParseError(position, error) => {
            let reason = lower(&error.to_string());
            // A place in the text for the engine is none in the text of the schema.
            let before = text.get(..*position).filter(|_| text == translated);
            Some(match before {
                Some(before) => format!("{reason}, at character {}", before.chars().count() + 1),
                None => reason,
            })
        }
        Error::CompileError(error) => match &**error {
            // The error of the inner engine shows the pattern in lines of its own; the last one is the reason.
            CompileError::InnerError(error) => {
                let report = error.syntax_error()?.to_string();
                report.lines().last()?.strip_prefix("error: ").map(str::to_owned)
            }
            error => Some(lower(&error.to_string())),
        },
        _ => None,
    }
}

/// Returns a message of the engine as a part of a sentence.
fn lower(message: &str) -> String {
    let mut characters = message.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_not_a_regular_expression_has_its_reason() {
        for (text, expected) in [
            (
                "(a",
                "\"(a\" is not a regular expression: opening parenthesis without closing parenthesis, at character 3",
            ),
            (
                "ü[z-a]",
                "\"ü[z-a]\" is not a regular expression: invalid character class range, the start must be <= the end",
            ),
        ] {
            assert_eq!(not_a_pattern(text, text), expected);
        }
    }

    #[test]
    fn a_translated_text_has_a_reason_without_a_place() {
        let message = "\"[^](\" is not a regular expression: opening parenthesis without closing parenthesis";
        assert_eq!(not_a_pattern("[^](", r"[\s\S]("), message);
    }

    #[test]
    fn a_text_that_the_engine_reads_has_no_reason() {
        assert_eq!(not_a_pattern("a", "a"), "\"a\" is not a regular expression");
    }
}

//! Suggestions: replacements for a misspelt name or a rejected value, as data and in words.

use crate::diagnostics::similar_names::similar;
use crate::value::{Location, Path};

/// A replacement for a misspelt name or a rejected value. A help that asks "did you mean …?" or says "write …" has one for each
/// text that can be written as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The text to write at `place`; without a place, the name of a field or a variable, or the value.
    pub replacement: String,
    /// The text to replace; `None` if a replacement there is not enough, as for a key that belongs to another table.
    pub place: Option<Location>,
    /// The path that the key gets; `None` for a value and for text that is not TOML.
    pub path: Option<Path>,
}

/// Finds the known name that is nearest to `name`, if one is near enough to be a misspelling.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    similar(name, known).first().map(|(_, name)| *name)
}

/// Joins words with commas and "or": `a`, `a or b`, `a, b or c`.
pub fn join_or(words: &[String]) -> String {
    joined(words, "or")
}

/// Joins words with commas and "and": `a`, `a and b`, `a, b and c`.
pub fn join_and(words: &[String]) -> String {
    joined(words, "and")
}

fn joined(words: &[String], conjunction: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

/// Formats suggestions as a question: `did you mean a or b?`.
pub fn did_you_mean(words: &[String]) -> String {
    format!("did you mean {}?", join_or(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_several_names_is_found() {
        let known = ["max_connections", "max_packet_size", "enable_compression", "listen_port", "username"];
        assert_eq!(nearest("max_conections", known), Some("max_connections"));
        assert_eq!(nearest("compression", known), Some("enable_compression"));
        assert_eq!(nearest("user", known), Some("username"));
        assert_eq!(nearest("tcp_nodelay", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn words_are_joined_as_in_a_sentence() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!((join_or(&words[..1]), join_or(&words)), ("a".to_owned(), "a, b or c".to_owned()));
        assert_eq!(join_and(&words[..2]), "a and b");
    }
}

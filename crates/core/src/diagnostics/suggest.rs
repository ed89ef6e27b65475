//! Suggestions for misspelt names.

use crate::value::Location;

/// A replacement for a misspelt name or value.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The text to write at `place`; without a place, the name of a field or a variable.
    pub replacement: String,
    /// The text to replace; `None` if a replacement there is not enough, as for a key that belongs to another table.
    pub place: Option<Location>,
}

/// Finds the known name that is nearest to `name`, if one is near enough to be a typo.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // A text that is much longer than any name is not a misspelt one, and the comparison is quadratic.
    if name.len() > 128 {
        return None;
    }
    let normalized = |text: &str| text.to_lowercase().replace('-', "_");
    let wanted = normalized(name);
    let tolerance = (wanted.chars().count() / 3).max(1);
    let ranked = known.into_iter().map(|candidate| {
        let other = normalized(candidate);
        let distance = strsim::damerau_levenshtein(&wanted, &other);
        // A missing word is a near miss as well: `compression` for `enable_compression`, `max_heap` for `max_heap_mb`.
        let missing_word =
            wanted.len() >= 4 && (other.ends_with(&format!("_{wanted}")) || other.starts_with(&format!("{wanted}_")));
        // So is a prefix: `user` for `username`.
        let prefix = wanted.len() >= 4 && other.starts_with(&wanted) && other.len() <= wanted.len() + 4;
        (if missing_word || prefix { distance.min(tolerance) } else { distance }, candidate)
    });
    ranked.filter(|(distance, _)| *distance <= tolerance).min_by_key(|(distance, _)| *distance).map(|(_, found)| found)
}

/// Joins words with commas and "or": `a`, `a or b`, `a, b or c`.
pub fn join_or(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
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
    fn typos_are_recognized_and_other_words_are_not() {
        let known =
            ["max_connections", "max_packet_size", "enable_compression", "listen_port", "max_heap_mb", "username"];
        assert_eq!(nearest("max_conections", known), Some("max_connections"));
        assert_eq!(nearest("Listen-Port", known), Some("listen_port"));
        assert_eq!(nearest("compression", known), Some("enable_compression"));
        assert_eq!(nearest("user", known), Some("username"));
        assert_eq!(nearest("max_heap", known), Some("max_heap_mb"));
        assert_eq!(nearest("tcp_nodelay", known), None);
        assert_eq!(nearest("", known), None);
    }
}

//! The name that somebody probably meant.

/// The nearest of `known` to `name`, if one is near enough to be a slip of the hand.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // What is much longer than any name is none that was misspelt, and comparing it takes its time.
    if name.len() > 128 {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace('-', "_");
    let wanted = plain(name);
    let tolerated = (wanted.chars().count() / 3).max(1);
    let ranked = known.into_iter().map(|candidate| {
        let other = plain(candidate);
        let distance = strsim::damerau_levenshtein(&wanted, &other);
        // A word more or less is near as well: `compression` for `enable_compression`, `max_heap` for `max_heap_mb`.
        let words =
            wanted.len() >= 4 && (other.ends_with(&format!("_{wanted}")) || other.starts_with(&format!("{wanted}_")));
        // So is the beginning of one: `user` for `username`.
        let begun = wanted.len() >= 4 && other.starts_with(&wanted) && other.len() <= wanted.len() + 4;
        (if words || begun { distance.min(tolerated) } else { distance }, candidate)
    });
    ranked.filter(|(distance, _)| *distance <= tolerated).min_by_key(|(distance, _)| *distance).map(|(_, found)| found)
}

/// `a`, `a or b`, `a, b or c`.
pub fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The question whether one of these was meant.
pub fn question(words: &[String]) -> String {
    format!("did you mean {}?", either(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_hand_are_understood_and_other_words_are_not() {
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

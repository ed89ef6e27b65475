//! Similarity of names: the known names that a misspelt one may mean.
//!
//! Names are compared word by word, and only the words that differ count. `enable_ble` and `enable_tcp` share most of their
//! letters and mean different things; `enable_ble` and `enable_bluetooth` differ in an abbreviation. A candidate with another
//! unit, another number or the opposite word is never similar, however few letters differ.

use crate::diagnostics::unit_word::UnitWord;

/// The maximum length of a misspelt name, in bytes. A longer text is not a name.
const MAX_BYTES: usize = 128;

/// Pairs of words that differ in few letters and mean opposite or different things.
const DISTINCT: &[(&str, &str)] = &[
    ("enable", "disable"),
    ("enabled", "disabled"),
    ("include", "exclude"),
    ("includes", "excludes"),
    ("included", "excluded"),
    ("inbound", "outbound"),
    ("incoming", "outgoing"),
    ("ingress", "egress"),
    ("input", "output"),
    ("import", "export"),
    ("upload", "download"),
    ("upstream", "downstream"),
    ("internal", "external"),
    ("increase", "decrease"),
    ("increment", "decrement"),
    ("encode", "decode"),
    ("encrypt", "decrypt"),
    ("before", "after"),
    ("http", "https"),
    ("ws", "wss"),
];

/// Prefixes that turn a word into its opposite.
const NEGATIONS: &[&str] = &["un", "non", "no", "dis", "in", "de", "anti", "not"];

/// Words that turn a name into its opposite, or into an exception from it.
const NEGATING_WORDS: &[&str] =
    &["no", "not", "non", "never", "without", "skip", "ignore", "disable", "disabled", "exclude", "deny", "forbid"];

/// Words without a meaning of their own, which a misspelt name may have too many of.
const FILLERS: &[&str] =
    &["the", "of", "is", "to", "value", "setting", "settings", "option", "options", "config", "configuration", "param"];

/// Words that many tables of a schema have: such a word alone does not say which field is meant.
const GENERIC: &[&str] = &[
    "active",
    "address",
    "args",
    "count",
    "description",
    "enable",
    "enabled",
    "env",
    "file",
    "format",
    "host",
    "id",
    "interval",
    "key",
    "kind",
    "level",
    "limit",
    "max",
    "min",
    "mode",
    "name",
    "options",
    "path",
    "port",
    "size",
    "source",
    "target",
    "timeout",
    "title",
    "type",
    "url",
    "value",
    "version",
];

/// Returns the known names that `name` may be a misspelling of, with their distance, the nearest first. Equally near names keep
/// their order.
pub fn similar<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<(u32, &'k str)> {
    if name.is_empty() || name.len() > MAX_BYTES {
        return Vec::new();
    }
    let wanted = Words::of(name);
    let ranked = known.into_iter().filter(|candidate| candidate.len() <= MAX_BYTES);
    let mut found: Vec<(u32, &str)> =
        ranked.filter_map(|candidate| Some((wanted.distance(&Words::of(candidate))?, candidate))).collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.dedup_by_key(|(_, name)| *name);
    found
}

/// Tells whether a name is a single common word, which does not say which of several fields is meant.
pub fn is_generic(name: &str) -> bool {
    let words = Words::of(name);
    matches!(words.list.as_slice(), [only] if GENERIC.contains(&only.as_str()))
}

/// Splits a name at separators and before capitals, in lower case: `listen-port`, `listen_port` and `listenPort` have the same words.
pub fn words(name: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && after_lower {
            list.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        after_lower = c.is_lowercase() || c.is_ascii_digit();
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    list.extend((!word.is_empty()).then_some(word));
    list
}

/// The words of a name.
struct Words {
    list: Vec<String>,
    joined: String,
}

impl Words {
    fn of(name: &str) -> Self {
        let list = words(name);
        Self { joined: list.concat(), list }
    }

    /// Returns the distance to a known name, or `None` if it is not similar.
    fn distance(&self, known: &Self) -> Option<u32> {
        if self.list.is_empty() || known.list.is_empty() {
            return None;
        }
        if self.joined == known.joined {
            return Some(0);
        }
        if self.digits() != known.digits() || self.contradicts_unit(known) {
            return None;
        }
        let (own, other) = different(&self.list, &known.list);
        let shared: usize = self.list.iter().filter(|word| known.list.contains(word)).map(|word| letters(word)).sum();
        match (own.as_slice(), other.as_slice()) {
            // The same words in another order.
            ([], []) => Some(1),
            // A missing word: `compression` for `enable_compression`.
            ([], [missing]) if shared >= 4 && !negates(missing) && !is_generic_list(&self.list) => Some(6),
            ([extra], []) if shared >= 4 && FILLERS.contains(extra) => Some(6),
            (own, other) if own.len() == other.len() => {
                own.iter().zip(other).map(|(own, other)| word_distance(own, other)).sum()
            }
            _ => None,
        }
        .or_else(|| self.joined_distance(known, &own, &other))
    }

    /// Compares names whose words are split in another way, and a beginning with the whole: `user` for `username`.
    fn joined_distance(&self, known: &Self, own: &[&str], other: &[&str]) -> Option<u32> {
        let (a, b) = (&self.joined, &known.joined);
        if own.iter().chain(other).any(|word| negates(word)) || are_distinct(a, b) {
            return None;
        }
        let is_start = |short: &str, long: &str| {
            letters(short) >= 4 && long.starts_with(short) && letters(long) <= letters(short) + 4
        };
        if self.list.len() == 1 && known.list.len() == 1 && is_start(a, b) && !is_generic_list(&self.list) {
            return Some(4);
        }
        let differs_in_split = self.list.len() != known.list.len();
        (differs_in_split && letters(a) >= 6 && is_within(a, b, 1)).then_some(2)
    }

    /// Returns the digits of the name. `ipv4` and `ipv6`, or `tls1.2` and `tls1.3`, are different things.
    fn digits(&self) -> String {
        self.joined.chars().filter(char::is_ascii_digit).collect()
    }

    fn unit(&self) -> Option<UnitWord> {
        let (last, others) = self.list.split_last()?;
        let named = others.iter().rev().find_map(|word| UnitWord::of(word));
        UnitWord::at_the_end(last).filter(|_| !others.is_empty()).or(named)
    }

    /// Tells whether the known name has another unit, or none where this name has one: the number would get another meaning.
    fn contradicts_unit(&self, known: &Self) -> bool {
        self.unit().is_some_and(|unit| known.unit() != Some(unit))
    }
}

fn is_generic_list(words: &[String]) -> bool {
    matches!(words, [only] if GENERIC.contains(&only.as_str()))
}

fn letters(word: &str) -> usize {
    word.chars().count()
}

fn negates(word: &str) -> bool {
    NEGATING_WORDS.contains(&word)
}

/// Returns the words of each list that the other does not have.
fn different<'w>(own: &'w [String], other: &'w [String]) -> (Vec<&'w str>, Vec<&'w str>) {
    let mut rest: Vec<&str> = other.iter().map(String::as_str).collect();
    let mut unmatched = Vec::new();
    for word in own {
        match rest.iter().position(|other| *other == word.as_str()) {
            Some(at) => drop(rest.remove(at)),
            None => unmatched.push(word.as_str()),
        }
    }
    (unmatched, rest)
}

/// Returns the distance of two different words, or `None` if one is not a misspelling of the other.
fn word_distance(own: &str, known: &str) -> Option<u32> {
    if are_distinct(own, known) {
        return None;
    }
    if UnitWord::of(own).is_some_and(|unit| UnitWord::of(known) == Some(unit)) || is_plural(own, known) {
        return Some(1);
    }
    let longest = letters(own).max(letters(known));
    let tolerance = match longest {
        0..=2 => return None,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    let typos = (letters(own).abs_diff(letters(known)) <= tolerance)
        .then(|| strsim::damerau_levenshtein(own, known))
        .filter(|distance| *distance <= tolerance && (longest > 5 || !is_substitution(own, known)));
    let typos = typos.and_then(|distance| u32::try_from(distance).ok()).map(|distance| distance + 1);
    typos.or_else(|| (is_abbreviation(own, known) || is_abbreviation(known, own)).then_some(4))
}

/// Tells whether one word is the plural of the other.
fn is_plural(one: &str, other: &str) -> bool {
    let is_plural_of =
        |plural: &str, word: &str| letters(word) > 2 && plural.strip_prefix(word).is_some_and(|end| end == "s");
    is_plural_of(one, other) || is_plural_of(other, one)
}

fn are_distinct(one: &str, other: &str) -> bool {
    let is_pair = |(a, b): &(&str, &str)| (*a, *b) == (one, other) || (*a, *b) == (other, one);
    let is_negated =
        |word: &str, base: &str| NEGATIONS.iter().any(|negation| word.strip_prefix(negation) == Some(base));
    DISTINCT.iter().any(is_pair) || is_negated(one, other) || is_negated(other, one)
}

/// Tells whether short words differ in one letter that was replaced, which usually makes another word: `mode` and `node`. A
/// replaced letter in the middle of a longer one is a typo.
fn is_substitution(one: &str, other: &str) -> bool {
    let differing = one.chars().zip(other.chars()).filter(|(a, b)| a != b).count();
    let same_start = one.chars().next() == other.chars().next();
    letters(one) == letters(other) && differing == 1 && (letters(one) < 5 || !same_start)
}

/// Tells whether a word abbreviates another one: it has the same first letter, and its letters in the same order.
fn is_abbreviation(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    letters(short) >= 3
        && letters(long) >= letters(short) + 2
        && short.chars().next() == long.chars().next()
        && short.chars().all(|c| rest.any(|other| other == c))
}

/// Tells whether two words differ in at most `tolerance` typos.
fn is_within(one: &str, other: &str, tolerance: usize) -> bool {
    letters(one).abs_diff(letters(other)) <= tolerance && strsim::damerau_levenshtein(one, other) <= tolerance
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names<'k>(name: &str, known: &[&'k str]) -> Vec<&'k str> {
        similar(name, known.iter().copied()).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn typos_other_spellings_and_abbreviations_are_recognized() {
        for (wrong, right) in [
            ("max_conections", "max_connections"),
            ("Listen-Port", "listen_port"),
            ("listenPort", "listen_port"),
            ("listenport", "listen_port"),
            ("port_listen", "listen_port"),
            ("listen_prot", "listen_port"),
            ("frist", "first"),
            ("compression", "enable_compression"),
            ("user", "username"),
            ("max_heap", "max_heap_mb"),
            ("enable_ble", "enable_bluetooth"),
            ("metric_port", "metrics_port"),
            ("timeout_seconds", "timeout_secs"),
            ("time_out_ms", "timeout_ms"),
            ("db_pasword", "db_password"),
            ("Memory", "memory"),
            ("is_compression", "compression"),
        ] {
            assert_eq!(names(wrong, &[right]), [right], "{wrong}");
        }
    }

    #[test]
    fn names_that_mean_something_else_are_not_similar_however_few_letters_differ() {
        for (name, other) in [
            ("enable_ble", "enable_tcp"),
            ("enable_tcp", "enable_tls"),
            ("metrics_retention_hours", "metric_retention_days"),
            ("timeout_ms", "timeout_secs"),
            ("timeout_ms", "timeout"),
            ("cache_bytes", "cache_mb"),
            ("enable_cache", "disable_cache"),
            ("verify", "no_verify"),
            ("cache_verify", "skip_cache_verify"),
            ("secure", "insecure"),
            ("include", "exclude"),
            ("inbound_limit", "outbound_limit"),
            ("min_size", "max_size"),
            ("tls1.2", "tls1.3"),
            ("ipv4", "ipv6"),
            ("eu-west-1", "eu-west-2"),
            ("mode", "node"),
            ("http", "https"),
            ("host", "post"),
            ("read_timeout", "timeout"),
            ("enabled", "tls_enabled"),
            ("tcp_nodelay", "listen_port"),
            ("", "a"),
        ] {
            assert_eq!(names(name, &[other]), [""; 0], "{name} {other}");
        }
    }

    #[test]
    fn the_nearest_name_comes_first() {
        let known = ["read_timeouts", "reads_timeout", "read_timeout"];
        assert_eq!(names("raed_timeout", &known)[0], "read_timeout");
        assert_eq!(names("READ-TIMEOUT", &known)[0], "read_timeout");
    }

    proptest! {
        #[test]
        fn similarity_ends_for_any_names(a in "\\PC{0,40}", b in "\\PC{0,40}") {
            let found = similar(&a, [b.as_str()]);
            prop_assert!(found.len() <= 1);
        }

        #[test]
        fn a_name_is_similar_to_itself_in_any_case_and_with_any_separator(name in "[a-z]{2,8}(_[a-z]{2,8}){0,3}") {
            let shouted = name.to_uppercase().replace('_', "-");
            prop_assert_eq!(similar(&shouted, [name.as_str()]), [(0, name.as_str())]);
        }
    }
}

//! The ranges of a source line to mask.
//!
//! The report knows the places of the secrets that the schema marks. A line can contain others: the value of a misspelt
//! key, a password in a URL, or any secret in a text that is not TOML. These are recognized by their form and by the name
//! before them. A value that is masked needlessly does no harm, so the tests are broad.

use std::ops::Range;

use crate::sensitive::scanner;
use crate::sensitive::words::{self, WORDS, letters};
use crate::types::url;
use crate::value::reference::{has_plain_secret, has_reference, is_only_references};

/// Returns the ranges of bytes of `line` to mask, sorted and disjoint; `known` are those of secrets that the tree knows, and `public`
/// those of values whose name sounds like that of a secret and that are none.
pub fn secret_ranges(line: &str, known: &[Range<usize>], public: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = known.to_vec();
    found.extend(passwords(line));
    found.extend(scanner::known_keys(line));
    let is_public = |range: &Range<usize>| public.iter().any(|public| public.start == range.start);
    found.extend(values_of_secret_names(line).into_iter().filter(|range| !is_public(range)));
    found.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found.into_iter().filter(|range| !range.is_empty()) {
        match merged.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Returns the offset behind the first name of a secret in a line that cannot be parsed. `names` are the secret fields of
/// the schema. Only letters are compared, because a typo may have put any other character between them.
pub fn end_of_secret_name(line: &str, names: &[&str]) -> Option<usize> {
    let line_letters: Vec<(usize, char)> =
        line.char_indices().filter(|(_, c)| c.is_alphabetic()).map(|(at, c)| (at, c.to_ascii_lowercase())).collect();
    let reduced = |name: &str| name.chars().filter(|c| c.is_alphabetic()).map(|c| c.to_ascii_lowercase()).collect();
    let known = || WORDS.iter().chain(names);
    let ends = known().map(|name| reduced(name)).filter(|name: &Vec<char>| name.len() > 2).filter_map(|name| {
        let at = line_letters.windows(name.len()).position(|window| window.iter().map(|(_, c)| c).eq(&name))?;
        line_letters.get(at + name.len() - 1).map(|(at, c)| at + c.len_utf8())
    });
    let similar = line
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.len() > 4)
        .find(|word| known().any(|name| words::resembles(word, name)));
    let end_of_similar = similar.and_then(|word| Some(line.find(word)? + word.len()));
    // A password of a URL may stand before an @, even outside of quotes.
    let end_of_user = line.find('@').and_then(|at| Some(line[..at].find(':')? + 1));
    let end = ends.chain(end_of_similar).chain(end_of_user).min()?;
    let rest = &line[end..];
    Some(end + rest.len() - rest.trim_start_matches([' ', '\t', '=', ':']).len())
}

/// Returns the ranges of possible passwords in URLs.
fn passwords(line: &str) -> Vec<Range<usize>> {
    let users = url::credentials(line).into_iter();
    let passwords = users.filter_map(|user| {
        let scheme = line[..user.start].ends_with("://");
        let colon = line[user.clone()].find(':').filter(|_| scheme);
        // Without a scheme the range already begins behind a colon; with a scheme and no colon it is a user name alone.
        match (scheme, colon) {
            (true, colon) => colon.map(|colon| user.start + colon + 1..user.end),
            (false, _) => Some(user),
        }
    });
    let is_public = |password: &str| is_only_references(password) && !has_plain_secret(password);
    let passwords = passwords.filter(|password| !is_public(&line[password.clone()]));
    let in_query = url::query_secrets(line).into_iter().filter(|value| holds_secret_text(&line[value.clone()]));
    passwords.chain(in_query).collect()
}

/// Tells whether a value, with or without quotes, contains text beside references without defaults.
fn holds_secret_text(value: &str) -> bool {
    // In Nix a reference is escaped.
    let value = value.trim().trim_end_matches(';').trim_matches(['"', '\'']).replace("\\${", "${");
    !has_reference(&value) || has_plain_secret(&value)
}

/// Returns the ranges of the values behind `=` whose key contains one of the [`WORDS`]; also behind the first `:`, a common
/// mistake in TOML.
fn values_of_secret_names(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = line[from..].find('=').or_else(|| line[from..].find(": ").filter(|_| from == 0)) {
        let separator = from + at;
        let key = key_before(&line[from..separator]);
        let name = letters(&key);
        let value = &line[separator + 1..];
        let start = separator + 1 + (value.len() - value.trim_start().len());
        let is_secret = words::path_names_secret(key.split('.'));
        let end = if is_secret { end_of_value(line, start, &name) } else { start };
        if start < end && holds_secret_text(&line[start..end]) {
            found.push(start..end);
        }
        from = end.max(separator + 1);
    }
    found
}

/// Returns the key at the end of a text, with the names of tables before its dots, and without quotes.
fn key_before(text: &str) -> String {
    let is_outside = |c: char| ",{[(;#".contains(c);
    let key = text.rsplit(is_outside).next().unwrap_or(text);
    let words = key.replace(['"', '\''], "");
    words.split_whitespace().collect::<Vec<_>>().join("_").replace("_._", ".").replace("._", ".").replace("_.", ".")
}

/// Returns the end of the value that begins at `start`; `start` itself for a value that need not be masked.
fn end_of_value(line: &str, start: usize, name: &str) -> usize {
    let value = &line[start..];
    if let Some(quote) = value.chars().next().filter(|c| ['"', '\''].contains(c)) {
        let behind = value[1..].find(quote).map_or(value.len(), |end| end + 2);
        // A quote inside the value looks like its end: mask the rest of the line.
        let closed =
            value[behind..].trim_start().starts_with([',', '}', ']', '#']) || value[behind..].trim().is_empty();
        return if closed { start + behind } else { line.len() };
    }
    let word = value.split([',', '}', ']', '#', ' ']).next().unwrap_or_default();
    // `max_token_count = 5` is a count; `pin_secret = 1234` is a secret.
    let is_count = word.parse::<f64>().is_ok() && !WORDS.iter().any(|part| name.ends_with(part));
    let is_table = value.starts_with('{');
    // A text without quotes is an expression in Nix, and in TOML a mistake that may be the secret itself.
    let is_expression = value.trim_end().ends_with(';');
    if is_count || is_table || is_expression || ["true", "false", ""].contains(&word) { start } else { line.len() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(line: &str) -> String {
        let mut text = line.to_owned();
        for range in secret_ranges(line, &[], &[]).into_iter().rev() {
            text.replace_range(range, "***");
        }
        text
    }

    #[test]
    fn passwords_and_values_of_secret_names_are_masked() {
        assert_eq!(masked("url = \"pg://u:hunter2@db/x\" # a"), "url = \"pg://u:***@db/x\" # a");
        assert_eq!(masked("turn = { url = 'x', Password = 'hunter2' }"), "turn = { url = 'x', Password = *** }");
        assert_eq!(masked("api_token = \"abc"), "api_token = ***");
        assert_eq!(masked("password = \"hunt\"er2\""), "password = ***");
        assert_eq!(masked("password = \"${SECRET_A:-hunter2}\""), "password = ***");
        assert_eq!(masked("url = \"pg://u:${SECRET_A:-hunter2}@db\""), "url = \"pg://u:***@db\"");
        assert_eq!(masked("password = \"hunter2\\${SECRET_A:-}\";"), "password = ***");
        assert_eq!(masked("url = 'https://x?sig=hunter2&a=b'"), "url = 'https://x?sig=***&a=b'");
        assert_eq!(masked("password = hunter2 # x"), "password = ***");
        assert_eq!(masked("  password: hunter2"), "  password: ***");
        assert_eq!(masked("pin_secret = 1234"), "pin_secret = ***");
        assert_eq!(masked("secrets = { token = 'abc', level = 1 }"), "secrets = { token = ***, level = 1 }");
    }

    #[test]
    fn in_a_broken_line_the_letters_of_a_name_are_enough() {
        let visible = |line: &'static str| end_of_secret_name(line, &["pin_code"]).map(|end| &line[..end]);
        assert_eq!(visible("alert_w[eb=hook = \"https://x\""), Some("alert_w[eb=hook = "));
        assert_eq!(visible("pin. Code 1234"), Some("pin. Code "));
        assert_eq!(visible("url = \"https://x\""), None);
    }

    #[test]
    fn references_and_other_values_are_not_masked() {
        for line in [
            "password = \"${SECRET_A}\"",
            "password = \"\\${SECRET_A}\";",
            "token = 'https://x/${SECRET_A}'",
            "url = 'https://x?token=${SECRET_A}&page=1'",
            "url = \"pg://u:${SECRET_A}@db\"",
            "max_token_count = 5",
            "a = \"b\"",
            "://",
            "show_password = true",
            "# a: b",
            "secret_rotation = 30 # d",
            "alert_webhook = secret;",
        ] {
            assert_eq!(masked(line), line);
        }
    }

    proptest! {
        #[test]
        fn ranges_lie_in_the_line_on_character_boundaries(line in "(token|password|=|\"|'|://|:|@|é| |x){0,14}") {
            for range in secret_ranges(&line, &[], &[]) {
                prop_assert!(line.get(range).is_some());
            }
        }
    }
}

//! What of a source line must not be shown.
//!
//! The tree knows the secrets of the fields that the schema marks. A line can hold others: the value of a misspelt
//! key, a password in a URL that nobody parsed, a file that is no TOML. Those are told by how they look, and rather too
//! many are hidden than one too few.

use std::ops::Range;

use crate::diagnostics::suggest::nearest;
use crate::types::url;
use crate::value::reference::{has_plain_secret, has_reference, is_only_references};

/// Parts of names of keys whose values are hidden. Only letters of names are looked at.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passwrod",
    "passcode",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "webhook",
    "credential",
    "privatekey",
    "apikey",
];

/// The bytes of `line` to hide, in order and apart; `known` are those that the tree knows.
pub fn hidden(line: &str, known: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = known.to_vec();
    found.extend(passwords(line));
    found.extend(value_of_secret_name(line));
    found.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in found.into_iter().filter(|range| !range.is_empty()) {
        match apart.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// Where the name of a secret ends in a line that is broken, so that nobody knows what belongs to what: `names` are those
/// that the schema knows. Only letters count: a slip may have put anything between them.
pub fn end_of_secret_name(line: &str, all: &[&str]) -> Option<usize> {
    let letters: Vec<(usize, char)> =
        line.char_indices().filter(|(_, c)| c.is_alphabetic()).map(|(at, c)| (at, c.to_ascii_lowercase())).collect();
    let plain = |name: &str| name.chars().filter(|c| c.is_alphabetic()).map(|c| c.to_ascii_lowercase()).collect();
    let names = NAMES.iter().chain(all).map(|name| plain(name));
    let ends = names.filter(|name: &Vec<char>| name.len() > 2).filter_map(|name| {
        let at = letters.windows(name.len()).position(|window| window.iter().map(|(_, c)| c).eq(&name))?;
        letters.get(at + name.len() - 1).map(|(at, c)| at + c.len_utf8())
    });
    let near = line
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.len() > 4)
        .find(|word| nearest(word, NAMES.iter().chain(all).copied()).is_some());
    let near = near.and_then(|word| Some(line.find(word)? + word.len()));
    // Before an @ there may be a password, wherever its quotes are.
    let user = line.find('@').and_then(|at| Some(line[..at].find(':')? + 1));
    let end = ends.chain(near).chain(user).min()?;
    let rest = &line[end..];
    Some(end + rest.len() - rest.trim_start_matches([' ', '\t', '=', ':']).len())
}

/// What may be passwords of URLs in a line.
fn passwords(line: &str) -> Vec<Range<usize>> {
    let users = url::credentials(line).into_iter();
    let passwords = users.filter_map(|user| {
        let scheme = line[..user.start].ends_with("://");
        let colon = line[user.clone()].find(':').filter(|_| scheme);
        // Without a scheme it begins behind a colon, and without a colon a user stands there alone.
        match (scheme, colon) {
            (true, colon) => colon.map(|colon| user.start + colon + 1..user.end),
            (false, _) => Some(user),
        }
    });
    let shown = |password: &str| is_only_references(password) && !has_plain_secret(password);
    let passwords = passwords.filter(|password| !shown(&line[password.clone()]));
    let in_query = url::query_secrets(line).into_iter().filter(|value| gives_away(&line[value.clone()]));
    passwords.chain(in_query).collect()
}

/// Whether a value, with or without its quotes, holds something of a secret.
fn gives_away(value: &str) -> bool {
    // In Nix a reference is escaped.
    let value = value.trim().trim_end_matches(';').trim_matches(['"', '\'']).replace("\\${", "${");
    !has_reference(&value) || has_plain_secret(&value)
}

/// The value behind `=` when the name before it sounds like a secret's, and behind `:`, which people write for it.
fn value_of_secret_name(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = line[from..].find('=').or_else(|| line[from..].find(": ").filter(|_| from == 0)) {
        let joint = from + at;
        let name: String = line[from..joint].chars().filter(|c| c.is_alphabetic()).collect();
        let name = name.to_lowercase();
        let value = &line[joint + 1..];
        let start = joint + 1 + (value.len() - value.trim_start().len());
        let end = if NAMES.iter().any(|part| name.contains(part)) { end_of_value(line, start, &name) } else { start };
        if start < end && gives_away(&line[start..end]) {
            found.push(start..end);
        }
        from = end.max(joint + 1);
    }
    found
}

/// Where the value that begins at `start` ends; `start` itself for one that may be shown.
fn end_of_value(line: &str, start: usize, name: &str) -> usize {
    let value = &line[start..];
    if let Some(quote) = value.chars().next().filter(|c| ['"', '\''].contains(c)) {
        let behind = value[1..].find(quote).map_or(value.len(), |end| end + 2);
        // A quote inside of it ends it too early.
        let closed =
            value[behind..].trim_start().starts_with([',', '}', ']', '#']) || value[behind..].trim().is_empty();
        return if closed { start + behind } else { line.len() };
    }
    let word = value.split([',', '}', ']', '#', ' ']).next().unwrap_or_default();
    let counts = word.parse::<f64>().is_ok() && !NAMES.iter().any(|part| name.ends_with(part));
    let table = value.starts_with('{');
    // Without quotes it is an expression in Nix, and in TOML a mistake that may be the secret itself.
    let expression = value.trim_end().ends_with(';');
    if counts || table || expression || ["true", "false", ""].contains(&word) { start } else { line.len() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(line: &str) -> String {
        let mut text = line.to_owned();
        for range in hidden(line, &[]).into_iter().rev() {
            text.replace_range(range, "***");
        }
        text
    }

    #[test]
    fn passwords_and_values_of_secret_names_are_hidden() {
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
        let shown = |line: &'static str| end_of_secret_name(line, &["pin_code"]).map(|end| &line[..end]);
        assert_eq!(shown("alert_w[eb=hook = \"https://x\""), Some("alert_w[eb=hook = "));
        assert_eq!(shown("pin. Code 1234"), Some("pin. Code "));
        assert_eq!(shown("url = \"https://x\""), None);
    }

    #[test]
    fn references_and_other_values_are_shown() {
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
        fn what_is_hidden_lies_in_the_line_on_characters(line in "(token|password|=|\"|'|://|:|@|é| |x){0,14}") {
            for range in hidden(&line, &[]) {
                prop_assert!(line.get(range).is_some());
            }
        }
    }
}

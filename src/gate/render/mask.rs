//! What of a source line must not be shown.
//!
//! The tree knows the secrets of the fields that the schema marks. A line can hold others: the value of a misspelt
//! key, a password in a URL that nobody parsed, a file that is no TOML. Those are told by how they look, and rather too
//! many are hidden than one too few.

use std::ops::Range;

use crate::model::url;
use crate::tree::reference::holds_reference;

/// Parts of names of keys whose values are hidden.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passwrod",
    "passphrase",
    "secret",
    "token",
    "webhook",
    "credential",
    "private_key",
    "api_key",
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

/// The passwords of the URLs in a line.
fn passwords(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let begin = |rest: &str| ["://", "turn:", "turns:"].iter().filter_map(|scheme| rest.find(scheme)).min();
    while let Some(at) = begin(&line[from..]) {
        let scheme = from + at;
        let rest = &line[scheme..];
        let end = rest.find(['"', '\'', ' ', '\t']).unwrap_or(rest.len());
        if let Some(user) = url::userinfo(&rest[..end])
            && let Some((name, password)) = rest[user.clone()].split_once(':')
            && !holds_reference(password)
        {
            found.push(scheme + user.start + name.len() + 1..scheme + user.end);
        }
        from = scheme + 3;
    }
    found
}

/// The value behind `=` when the name before it sounds like a secret's, and behind `:`, which people write for it.
fn value_of_secret_name(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = line[from..].find('=').or_else(|| line[from..].find(": ").filter(|_| from == 0)) {
        let joint = from + at;
        let name = line[from..joint].trim().trim_matches(['"', '\'']).to_lowercase();
        let value = &line[joint + 1..];
        let start = joint + 1 + (value.len() - value.trim_start().len());
        let end = if NAMES.iter().any(|part| name.contains(part)) { end_of_value(line, start, &name) } else { start };
        if start < end && !holds_reference(&line[start..end]) {
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
        assert_eq!(masked("password = hunter2 # x"), "password = ***");
        assert_eq!(masked("  password: hunter2"), "  password: ***");
        assert_eq!(masked("pin_secret = 1234"), "pin_secret = ***");
        assert_eq!(masked("secrets = { token = 'abc', level = 1 }"), "secrets = { token = ***, level = 1 }");
    }

    #[test]
    fn references_and_other_values_are_shown() {
        for line in [
            "password = \"${SECRET_A}\"",
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

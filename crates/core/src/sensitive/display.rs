//! Display of values in messages: short, on one line, without secrets.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value as Json;

use crate::sensitive::scanner;
use crate::toml;
use crate::types::url;
use crate::value::reference::{
    MASK, blank_references, defaults, has_plain_secret, has_reference, is_only_references, mask_plain_secret,
};
use crate::value::{Node, Path, Value};

/// The maximum number of characters of a displayed value.
const MAX_CHARS: usize = 60;

/// The placeholder for a secret.
pub const SECRET_PLACEHOLDER: &str = "[secret]";

/// Displays a value of a tree as TOML; a list or a table by its kind; `None` for null.
pub fn value(node: &Node, secret: bool) -> Option<String> {
    match &node.value {
        Value::Null => None,
        _ if secret => Some(SECRET_PLACEHOLDER.to_owned()),
        Value::List(elements) if elements.is_empty() => Some("an empty list".to_owned()),
        Value::Table(table) if table.is_empty() => Some("an empty table".to_owned()),
        Value::Table(_) | Value::List(_) => Some(node.value.kind().to_owned()),
        // A float this large has hundreds of digits in decimal notation.
        Value::Float(float) if float.is_finite() && float.abs() >= 1e16 => Some(format!("{float:e}")),
        // A text over several lines, and one with characters that cannot be seen, is displayed on one line with its escapes.
        Value::String(text) => {
            let shown = redacted(text);
            Some(short(&if shown.contains(is_hidden) {
                escaped(&shown)
            } else {
                toml::inline(&Node::generated(Value::String(shown.into_owned())))
            }))
        }
        _ => Some(short(&toml::inline(node))),
    }
}

/// Writes a text as a basic string of TOML, with every character escaped that cannot be seen.
fn escaped(text: &str) -> String {
    let mut escaped = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            c if is_hidden(c) => escaped.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped + "\""
}

/// Displays a whole text without credentials of URLs. Of a secret only its references remain, without their defaults.
pub fn text(text: &str, secret: bool) -> String {
    match secret {
        true if !has_reference(text) => SECRET_PLACEHOLDER.to_owned(),
        true => redacted(&mask_plain_secret(text)).into_owned(),
        false => redacted(text).into_owned(),
    }
}

/// Displays the unresolved text of a value that was resolved since.
pub fn unresolved(unresolved: &str, secret: bool) -> String {
    // A sealed value has no references: its source text is a description in words, which is not secret.
    text(unresolved, secret && has_reference(unresolved))
}

/// Removes possible credentials from a text: passwords of URLs, values behind names of secrets, and keys that have the form of a well-known
/// kind. References stay, because a name is not secret; their defaults are redacted.
pub fn redacted(text: &str) -> Cow<'_, str> {
    let mut edits = Vec::new();
    let bare = blank_references(text);
    for user in url::credentials(&bare) {
        let password = bare[user.clone()].find(':').map_or(user.start, |colon| user.start + colon + 1)..user.end;
        match is_only_references(&text[password.clone()]) {
            true => edits.push((password.clone(), mask_plain_secret(&text[password]))),
            false => edits.push((user, MASK.to_owned())),
        }
    }
    for value in url::query_secrets(&bare).into_iter().filter(|value| has_plain_secret(&text[value.clone()])) {
        edits.push((value.clone(), mask_plain_secret(&text[value])));
    }
    edits.extend(scanner::known_keys(&bare).into_iter().map(|key| (key, MASK.to_owned())));
    for (at, default) in defaults(text) {
        if let Cow::Owned(replacement) = redacted(default) {
            edits.push((at..at + default.len(), replacement));
        }
    }
    edits.retain(|(range, replacement)| text[range.clone()] != **replacement);
    let mut redacted = Cow::Borrowed(text);
    for (range, replacement) in disjoint(edits).into_iter().rev() {
        redacted.to_mut().replace_range(range, &replacement);
    }
    redacted
}

/// Sorts edits, and merges overlapping ones into one that masks the whole range.
fn disjoint(mut edits: Vec<(Range<usize>, String)>) -> Vec<(Range<usize>, String)> {
    edits.sort_by_key(|(range, _)| range.start);
    let mut merged: Vec<(Range<usize>, String)> = Vec::new();
    for (range, replacement) in edits {
        match merged.last_mut().filter(|(last, _)| last.end > range.start) {
            Some(last) => *last = (last.0.start..last.0.end.max(range.end), MASK.to_owned()),
            None => merged.push((range, replacement)),
        }
    }
    merged
}

/// Displays a value of a schema, such as an option of `enum` or a default.
pub fn json(value: &Json) -> String {
    short(&redacted(&value.to_string()))
}

/// Displays a path. Only an excessively long one, such as one with a page of text as a key, is cut.
pub fn path(path: &Path) -> String {
    let text = path.to_string();
    match text.char_indices().nth(MAX_CHARS * 3) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Tells whether [`json`] displays a value without cutting it.
pub fn fits(value: &Json) -> bool {
    value.to_string().chars().count() <= MAX_CHARS
}

/// Tells whether a character can change the state of a terminal or hide text: control characters, and those that override
/// the direction of text.
pub fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Tells whether a character cannot be seen in a value: one that is [unsafe](is_unsafe), white space that looks like a space or
/// ends a line, and characters without a width.
fn is_hidden(c: char) -> bool {
    let has_no_width = matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}');
    is_unsafe(c) || has_no_width || c.is_whitespace() && c != ' '
}

/// Replaces every character that is [unsafe](is_unsafe) for a terminal.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.contains(is_unsafe) { text.replace(is_unsafe, "\u{FFFD}").into() } else { text.into() }
}

/// Displays a text on one line, cut to 60 characters, with [unsafe](is_unsafe) characters escaped.
pub fn short(text: &str) -> String {
    // Only the start of a long text is visited.
    let start = text.chars().take(MAX_CHARS + 1);
    let escaped = start.map(|c| match c {
        '\n' => "\\n".to_owned(),
        c if is_hidden(c) => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    });
    let text: String = escaped.collect();
    if text.chars().count() <= MAX_CHARS {
        return text;
    }
    let cut: String = text.chars().take(MAX_CHARS - 1).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_and_a_secret_is_not_displayed() {
        let node = Node::generated(Value::String("x".repeat(99)));
        assert_eq!(value(&node, false).unwrap().chars().count(), MAX_CHARS);
        assert_eq!(value(&node, true).unwrap(), "[secret]");
        let url = Node::generated(Value::String("pg://user:hunter2@db/x".into()));
        assert_eq!(value(&url, false).unwrap(), "\"pg://***@db/x\"");
        assert_eq!(redacted("pg://${USER}:hunter2@db"), "pg://***@db");
        assert_eq!(redacted("pg://node:${SECRET_DB}@db"), "pg://node:${SECRET_DB}@db");
        assert_eq!(redacted("pg://${U:-node}:${SECRET_DB:-hun/t@r}@db"), "pg://${U:-node}:${SECRET_DB:-***}@db");
        assert_eq!(redacted("${URL:-pg://u:hunter2@db} ${A}${"), "${URL:-pg://***@db} ${A}${");
        assert_eq!(redacted("pg://db/x?user=u&password=hun:ter2&a=1"), "pg://db/x?user=u&password=***&a=1");
        assert_eq!(redacted("pg://db/x?user=u&password=hun:t@er2&a=1"), "pg://***&a=1");
        assert_eq!(
            redacted("https://x?sig=${SECRET_A}&token=${SECRET_B:-a}"),
            "https://x?sig=${SECRET_A}&token=${SECRET_B:-***}"
        );
        assert_eq!(text("https://x/${SECRET_A}", true), "https://x/${SECRET_A}");
        assert_eq!(text("hunter3${SECRET_A:-hunter2}", true), "***${SECRET_A:-***}");
        assert_eq!(value(&Node::generated(Value::Float(1e300)), false).unwrap(), "1e300");
        let unseen = Node::generated(Value::String("a\u{200B}b\u{A0}c\u{2028}d\u{FEFF} é".into()));
        assert_eq!(value(&unseen, false).unwrap(), "\"a\\u200Bb\\u00A0c\\u2028d\\uFEFF é\"");
        assert_eq!(short("a\u{202E}b\u{1b}[0m"), "a\\u202Eb\\u001B[0m");
    }

    #[test]
    fn keys_of_known_kinds_are_masked_in_every_text() {
        let token = "ghp_1234567890abcdefghijklmnopqrstuvwxyz";
        assert_eq!(redacted(&format!("key {token}, next")), "key ***, next");
        assert_eq!(redacted(&format!("${{A:-{token}}}")), "${A:-***}");
        assert_eq!(text(&format!("Bearer {token}"), false), "Bearer ***");
        let text = |text: &str| Node::generated(Value::String(text.to_owned()));
        assert_eq!(value(&text(token), false).unwrap(), "\"***\"");
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\n";
        assert_eq!(value(&text(key), false).unwrap(), "\"***\\n\"");
        assert_eq!(value(&text("a \"b\""), false).unwrap(), "'a \"b\"'");
    }
}

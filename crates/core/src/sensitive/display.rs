//! Values as messages show them: short, on one line, without secrets.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value as Json;

use crate::toml;
use crate::types::url;
use crate::value::reference::{
    MASK, blank_references, defaults, has_plain_secret, has_reference, is_only_references, mask_plain_secret,
};
use crate::value::{Node, Path, Value};

/// How many characters of a value are shown.
const LONGEST: usize = 60;

/// What stands in for a secret.
pub const SECRET: &str = "[secret]";

/// A value of a tree, as it would be written; `None` for one that a line cannot show.
pub fn value(node: &Node, secret: bool) -> Option<String> {
    match &node.value {
        Value::Null => None,
        _ if secret => Some(SECRET.to_owned()),
        Value::List(elements) if elements.is_empty() => Some("an empty list".to_owned()),
        Value::Table(table) if table.is_empty() => Some("an empty table".to_owned()),
        Value::Table(_) | Value::List(_) => Some(node.value.kind().to_owned()),
        // Three hundred digits say less than where the point is.
        Value::Float(float) if float.is_finite() && float.abs() >= 1e16 => Some(format!("{float:e}")),
        _ => Some(short(&redacted(&toml::inline(node)))),
    }
}

/// A text whole: of a secret its references alone, without their defaults, and no user and password of a URL.
pub fn text(text: &str, secret: bool) -> String {
    match secret {
        true if !has_reference(text) => SECRET.to_owned(),
        true => redacted(&mask_plain_secret(text)).into_owned(),
        false => redacted(text).into_owned(),
    }
}

/// What was written in the place of a value that is known now.
pub fn written(written: &str, secret: bool) -> String {
    // A sealed value is told of in words.
    text(written, secret && has_reference(written))
}

/// A text without what may be users and passwords. A reference gives nothing away, and its default may.
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
    for (at, default) in defaults(text) {
        if let Cow::Owned(shown) = redacted(default) {
            edits.push((at..at + default.len(), shown));
        }
    }
    edits.retain(|(range, shown)| text[range.clone()] != **shown);
    let mut redacted = Cow::Borrowed(text);
    for (range, shown) in apart(edits).into_iter().rev() {
        redacted.to_mut().replace_range(range, &shown);
    }
    redacted
}

/// Edits in order; those that meet are one that leaves all of it out.
fn apart(mut edits: Vec<(Range<usize>, String)>) -> Vec<(Range<usize>, String)> {
    edits.sort_by_key(|(range, _)| range.start);
    let mut apart: Vec<(Range<usize>, String)> = Vec::new();
    for (range, shown) in edits {
        match apart.last_mut().filter(|(last, _)| last.end > range.start) {
            Some(last) => *last = (last.0.start..last.0.end.max(range.end), MASK.to_owned()),
            None => apart.push((range, shown)),
        }
    }
    apart
}

/// A value of a schema: an option of `enum`, a default.
pub fn json(value: &Json) -> String {
    short(&redacted(&value.to_string()))
}

/// A path as messages name it: whole, unless somebody made a key of a page of text.
pub fn path(path: &Path) -> String {
    let text = path.to_string();
    match text.char_indices().nth(LONGEST * 3) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Whether a value of a schema is shown whole.
pub fn fits(value: &Json) -> bool {
    value.to_string().chars().count() <= LONGEST
}

/// Whether a terminal does something else with a character than to show it: control characters, and those that turn the
/// direction of a text around and are not seen.
pub fn is_hostile(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text with nothing in it that a terminal obeys.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.contains(is_hostile) { text.replace(is_hostile, "\u{FFFD}").into() } else { text.into() }
}

/// A text on one line of at most so many characters, with nothing in it that a terminal obeys.
pub fn short(text: &str) -> String {
    // Long texts are not walked through.
    let start = text.chars().take(LONGEST + 1);
    let escaped = start.map(|c| match c {
        '\n' => " ".to_owned(),
        c if is_hostile(c) => c.escape_unicode().to_string(),
        c => c.to_string(),
    });
    let text: String = escaped.collect();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let kept: String = text.chars().take(LONGEST - 1).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_and_a_secret_is_not_shown() {
        let node = Node::generated(Value::String("x".repeat(99)));
        assert_eq!(value(&node, false).unwrap().chars().count(), LONGEST);
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
        assert_eq!(short("a\u{202E}b\u{1b}[0m"), "a\\u{202e}b\\u{1b}[0m");
    }
}

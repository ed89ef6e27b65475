//! Values as messages show them: short, on one line, without secrets.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value as Json;

use crate::model::url;
use crate::tree::reference::{holds_reference, is_reference};
use crate::tree::{Node, Path, Value, write};

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
        _ => Some(short(&redacted(&write::inline(node)))),
    }
}

/// A text whole: nothing of a secret, unless it is a reference, and no user and password of a URL.
pub fn text(text: &str, secret: bool) -> String {
    if secret && !holds_reference(text) { SECRET.to_owned() } else { redacted(text).into_owned() }
}

/// A text without what may be users and passwords. One that is a reference gives nothing away.
pub fn redacted(text: &str) -> Cow<'_, str> {
    let plain = |range: &Range<usize>| {
        let user = &text[range.clone()];
        !is_reference(user.split_once(':').map_or(user, |(_, password)| password))
    };
    let mut redacted = Cow::Borrowed(text);
    for range in url::credentials(text).into_iter().rev().filter(plain) {
        redacted.to_mut().replace_range(range, "***");
    }
    redacted
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
        let node = Node::bare(Value::String("x".repeat(99)));
        assert_eq!(value(&node, false).unwrap().chars().count(), LONGEST);
        assert_eq!(value(&node, true).unwrap(), "[secret]");
        let url = Node::bare(Value::String("pg://user:hunter2@db/x".into()));
        assert_eq!(value(&url, false).unwrap(), "\"pg://***@db/x\"");
        assert_eq!(redacted("pg://${USER}:hunter2@db"), "pg://***@db");
        assert_eq!(redacted("pg://node:${SECRET_DB}@db"), "pg://node:${SECRET_DB}@db");
        assert_eq!(value(&Node::bare(Value::Float(1e300)), false).unwrap(), "1e300");
        assert_eq!(short("a\u{202E}b\u{1b}[0m"), "a\\u{202e}b\\u{1b}[0m");
    }
}

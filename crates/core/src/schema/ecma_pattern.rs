//! Regular expressions of ECMA 262 in the words of the engine of the validator.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::schema::resolve::{Dialect, escaped, follow, subschemas};

/// The patterns that are written differently for the engine: the text for the engine and the text of the schema.
pub type Translations = HashMap<String, String>;

/// Translates the patterns of a resolved schema; `None` if the engine reads all of them as they are.
pub fn translated(schema: &Json, dialect: Dialect) -> Option<(Json, Translations)> {
    let mut places = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut open = vec![(schema, String::new(), dialect)];
    while let Some((inner, pointer, around)) = open.pop() {
        let around = around.within(inner);
        if !seen.insert(pointer.clone()) {
            continue;
        }
        let own = inner.get("pattern").and_then(Json::as_str);
        let keys = inner.get("patternProperties").and_then(Json::as_object);
        let mut patterns = own.into_iter().chain(keys.into_iter().flat_map(|keys| keys.keys().map(String::as_str)));
        if patterns.any(|pattern| translate(pattern).is_some()) {
            places.push(pointer.clone());
        }
        let below = subschemas(around, inner).flat_map(|found| found.each);
        open.extend(below.map(|(step, inner)| (inner, format!("{pointer}{step}"), around)));
        open.extend(follow(schema, dialect, inner));
    }
    if places.is_empty() {
        return None;
    }
    let (mut json, mut translations) = (schema.clone(), Translations::new());
    // The places below a pattern have its text in their pointers, so the innermost are the first.
    places.sort_by_key(|place| std::cmp::Reverse(place.len()));
    for place in places {
        if let Some(inner) = json.pointer_mut(&place) {
            translate_schema(inner, &mut translations);
        }
    }
    Some((json, translations))
}

fn translate_schema(schema: &mut Json, translations: &mut Translations) {
    if let Some(Json::String(pattern)) = schema.get_mut("pattern")
        && let Some(other) = translate(pattern)
    {
        translations.insert(other.clone(), std::mem::replace(pattern, other));
    }
    if let Some(Json::Object(keys)) = schema.get_mut("patternProperties") {
        let named = std::mem::take(keys).into_iter().map(|(pattern, inner)| (translate(&pattern), pattern, inner));
        let named: Vec<_> = named.collect();
        for (other, pattern, inner) in named {
            let mut key = other.unwrap_or_else(|| pattern.clone());
            // Two patterns may become the same.
            while keys.contains_key(&key) {
                key.push_str("(?:)");
            }
            if key != pattern {
                translations.insert(key.clone(), pattern);
            }
            keys.insert(key, inner);
        }
    }
}

/// Puts the patterns of the schema back into a JSON Pointer.
pub fn original_pointer(pointer: &str, translations: &Translations) -> String {
    let original = |token: &str| {
        let name = token.replace("~1", "/").replace("~0", "~");
        translations.get(&name).map_or_else(|| token.to_owned(), |original| escaped(original))
    };
    pointer.split('/').map(original).collect::<Vec<_>>().join("/")
}

/// Translates one pattern; `None` if the engine reads it as it is.
///
/// The engine has other words for what ECMA 262 writes as `\0`, `[^]`, `[]`, `[\b]`, `\k<name>` and as two escapes of a
/// surrogate pair.
fn translate(pattern: &str) -> Option<String> {
    let groups = named_groups(pattern);
    let (mut text, mut rest) = (String::with_capacity(pattern.len()), pattern);
    let (mut in_class, mut changed) = (false, false);
    while let Some(first) = rest.chars().next() {
        let (length, other) = match first {
            '\\' => escape(rest, in_class, &groups),
            '[' if !in_class && rest.starts_with("[^]") => (3, Some(r"[\s\S]".to_owned())),
            '[' if !in_class && rest.starts_with("[]") => (2, Some(r"[^\s\S]".to_owned())),
            '[' => {
                in_class = true;
                (1, None)
            }
            ']' => {
                in_class = false;
                (1, None)
            }
            other => (other.len_utf8(), None),
        };
        changed |= other.is_some();
        text.push_str(other.as_deref().unwrap_or(&rest[..length]));
        rest = &rest[length..];
    }
    changed.then_some(text)
}

/// Returns the length of an escape, and its translation.
fn escape(text: &str, in_class: bool, groups: &[&str]) -> (usize, Option<String>) {
    let after = &text[1..];
    let Some(letter) = after.chars().next() else { return (1, None) };
    let length = 1 + letter.len_utf8();
    match letter {
        '0' if !after[1..].starts_with(|c: char| c.is_ascii_digit()) => (length, Some(r"\x00".to_owned())),
        'b' if in_class => (length, Some(r"\x08".to_owned())),
        'k' if !in_class && !groups.is_empty() => {
            let name = after[1..].strip_prefix('<').and_then(|name| name.split_once('>')).map(|(name, _)| name);
            match name.and_then(|name| Some((name, groups.iter().position(|group| *group == name)?))) {
                // The empty group ends the number.
                Some((name, index)) => (length + name.len() + 2, Some(format!(r"\{}(?:)", index + 1))),
                None => (length, None),
            }
        }
        'u' => match (code_unit(after), after.get(5..).and_then(|low| code_unit(low.strip_prefix('\\')?))) {
            (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
                let character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                (12, Some(format!(r"\u{{{character:x}}}")))
            }
            _ => (length, None),
        },
        _ => (length, None),
    }
}

/// Returns the code unit of an escape of `u` and four hexadecimal digits.
fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if are_digits { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// Returns the names of the capture groups, in their order; a group without a name has the empty one.
fn named_groups(pattern: &str) -> Vec<&str> {
    let (mut groups, mut in_class) = (Vec::new(), false);
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            '\\' => length += rest[1..].chars().next().map_or(0, char::len_utf8),
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let named = rest.strip_prefix("(?<").filter(|name| !name.starts_with(['=', '!']));
                match named.and_then(|name| name.split_once('>')) {
                    Some((name, _)) => groups.push(name),
                    None if !rest.starts_with("(?") => groups.push(""),
                    None => {}
                }
            }
            _ => {}
        }
        rest = &rest[length..];
    }
    groups
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_engine_writes_differently_is_translated() {
        for (pattern, other) in [
            (r"^\0$", r"^\x00$"),
            ("[^]", r"[\s\S]"),
            ("a[]b", r"a[^\s\S]b"),
            (r"[\b]", r"[\x08]"),
            (r"(a)(?<y>b)\k<y>1", r"(a)(?<y>b)\2(?:)1"),
            (r"^\uD83D\uDC32*$", r"^\u{1f432}*$"),
        ] {
            assert_eq!(translate(pattern).as_deref(), Some(other), "{pattern}");
        }
        for same in [r"\b[^]a]", r"\\0", r"[[]", r"\k<y>", "^a$", r"\u0041", r"(?<=a)\k<a>", "\\"] {
            // `[^]a]` is the class of everything, then `a]`.
            let expected = (same == r"\b[^]a]").then(|| r"\b[\s\S]a]".to_owned());
            assert_eq!(translate(same), expected, "{same}");
        }
    }

    #[test]
    fn the_patterns_of_a_schema_are_put_back_into_pointers() {
        let schema = json!({ "patternProperties": {
            "[^]": { "patternProperties": { r"^\0": { "pattern": r"[\b]" } } }, r"[\s\S]": {},
        } });
        let (json, translations) = translated(&schema, Dialect::default()).unwrap();
        let keys: Vec<&String> = json["patternProperties"].as_object().unwrap().keys().collect();
        assert_eq!(keys, [r"[\s\S]", r"[\s\S](?:)"]);
        let pointer = r"/patternProperties/[\s\S]/patternProperties/^\x00/pattern";
        assert_eq!(json.pointer(pointer), Some(&json!(r"[\x08]")));
        assert_eq!(original_pointer(pointer, &translations), r"/patternProperties/[^]/patternProperties/^\0/pattern");
        assert!(translated(&json!({ "pattern": "^a$", "enum": [{ "pattern": "[^]" }] }), Dialect::default()).is_none());
    }
}

//! Regular expressions of ECMA 262 in the words of the engine of the validator.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::schema::ecma_syntax::translate;
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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

//! JSON Pointers, and their form as the fragment of a reference.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value as Json;

use super::dialect::Dialect;

/// The characters that a path or a fragment of a URI does not admit.
const NOT_IN_FRAGMENTS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Escapes a name for a JSON Pointer.
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The URI of a resolved schema. A part of another dialect has this URI with its place behind it.
pub const RESOLVED: &str = "urn:confgate:schema";

/// Returns the reference to a place in the same document.
pub fn reference_to(pointer: &str) -> String {
    format!("#{}", utf8_percent_encode(pointer, NOT_IN_FRAGMENTS))
}

/// Returns the URI of the part of a resolved schema at a place.
pub fn part_uri(place: &str) -> String {
    format!("{RESOLVED}{}", utf8_percent_encode(place, NOT_IN_FRAGMENTS))
}

/// Returns the JSON Pointer in a reference or a location of a resolved schema.
pub fn resolved_pointer(reference: &str) -> Option<String> {
    let (part, pointer) = split(reference)?;
    Some(part + &pointer)
}

/// Returns the place of the part and the pointer in it.
fn split(reference: &str) -> Option<(String, String)> {
    let (part, fragment) = reference.split_once('#')?;
    let place = if part.is_empty() { part } else { part.strip_prefix(RESOLVED)? };
    let decode = |text: &str| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
    Some((decode(place)?, decode(fragment)?))
}

/// Returns the target of a `$ref` in a resolved schema, with its JSON Pointer; `None` for a schema without `$ref`, or with one that
/// leads nowhere.
pub fn reference_target<'d>(document: &'d Json, schema: &Json) -> Option<(&'d Json, String)> {
    let pointer = resolved_pointer(schema.get("$ref")?.as_str()?)?;
    Some((document.pointer(&pointer)?, pointer))
}

/// Returns the target of a `$ref` as [`reference_target`] does, with its dialect. The root of the document has the dialect `root`.
pub fn follow<'d>(document: &'d Json, root: Dialect, schema: &Json) -> Option<(&'d Json, String, Dialect)> {
    let (part, within) = split(schema.get("$ref")?.as_str()?)?;
    let pointer = part.clone() + &within;
    let target = document.pointer(&pointer)?;
    let around = if part.is_empty() { root } else { root.within(document.pointer(&part)?) };
    Some((target, pointer, around.within(target)))
}

/// Finds the value that a fragment names by a JSON Pointer, with the pointer in its one canonical spelling.
///
/// Generators write names such as `Vec<T>` or `100%` into fragments without percent-encoding, so the text as it is written is
/// tried after the decoded one.
pub fn locate<'d>(document: &'d Json, fragment: &str) -> Option<(&'d Json, String)> {
    let decoded = percent_decode_str(fragment).decode_utf8().ok();
    let decoded = decoded.and_then(|pointer| walk(document, &pointer));
    decoded.or_else(|| walk(document, fragment))
}

fn walk<'d>(document: &'d Json, pointer: &str) -> Option<(&'d Json, String)> {
    let mut found = (document, String::with_capacity(pointer.len()));
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        found.0 = match found.0 {
            Json::Object(object) => object.get(&name)?,
            Json::Array(list) => list.get(array_index(&name)?)?,
            _ => return None,
        };
        found.1.push('/');
        found.1.push_str(&escaped(&name));
    }
    Some(found)
}

/// Reads an index as RFC 6901 writes it: digits without a leading zero.
fn array_index(token: &str) -> Option<usize> {
    let is_canonical = token == "0" || token.starts_with(|c: char| c.is_ascii_digit() && c != '0');
    if is_canonical { token.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_fragment_is_found_decoded_or_as_it_is_written() {
        let document =
            json!({ "$defs": { "x y": 1, "Vec<T>": 2, "100%": 3, "a/b": 4, "m~n": 5, "p%25": 6 }, "l": [7, 8] });
        for (fragment, value) in [
            ("/$defs/x%20y", 1),
            ("/$defs/x y", 1),
            ("/$defs/Vec<T>", 2),
            ("/$defs/Vec%3CT%3E", 2),
            ("/$defs/100%", 3),
            ("/$defs/a~1b", 4),
            ("/$defs/m~0n", 5),
            ("/$defs/p%2525", 6),
            ("/$defs/p%25", 6),
            ("/l/1", 8),
        ] {
            let (found, pointer) = locate(&document, fragment).unwrap_or_else(|| panic!("{fragment}"));
            assert_eq!((found, document.pointer(&pointer)), (&json!(value), Some(&json!(value))), "{fragment}");
            for again in [reference_to(&pointer), part_uri("") + &reference_to(&pointer), part_uri(&pointer) + "#"] {
                assert_eq!(resolved_pointer(&again).as_deref(), Some(pointer.as_str()), "{again}");
            }
        }
        for nowhere in ["/$defs/z", "/l/01", "/l/-", "/l/2", "/l/1/x"] {
            assert_eq!(locate(&document, nowhere), None, "{nowhere}");
        }
    }
}

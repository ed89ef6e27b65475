//! The references of a resolved schema.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value as Json;

use super::dialect::Dialect;

/// The characters that a path or a fragment of a URI does not admit.
pub const NOT_IN_FRAGMENTS: &AsciiSet = &CONTROLS
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_leads_to_the_place_that_it_was_made_for() {
        let document = json!({ "$defs": { "x y%20/?#<é>": { "a": { "$schema": Dialect::Draft7.uri() } } } });
        let place = "/$defs/x y%20~1?#<é>";
        let inner = format!("{place}/a");
        for reference in [reference_to(&inner), part_uri("") + &reference_to(&inner), part_uri(place) + "#/a"] {
            assert!(fluent_uri::UriRef::parse(reference.as_str()).is_ok(), "{reference}");
            assert_eq!(resolved_pointer(&reference).as_deref(), Some(inner.as_str()), "{reference}");
            let schema = json!({ "$ref": reference });
            assert_eq!(reference_target(&document, &schema).map(|(_, pointer)| pointer), Some(inner.clone()));
            let dialect = follow(&document, Dialect::default(), &schema).map(|(.., dialect)| dialect);
            assert_eq!(dialect, Some(Dialect::Draft7));
        }
        for elsewhere in ["other.json#/a", "urn:example:a#", "/a"] {
            assert_eq!(resolved_pointer(elsewhere), None, "{elsewhere}");
        }
    }
}

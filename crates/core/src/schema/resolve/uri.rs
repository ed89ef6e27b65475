//! URIs of resources, and the resolution of references against them.

use fluent_uri::{Uri, UriRef};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The base of a schema without a URI of its own.
pub const NO_BASE: &str = "schema:///";

/// The characters that no part of a URI admits.
const NOT_IN_URIS: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// Splits a reference into the part before the fragment, and the fragment.
pub fn split(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or((reference, ""))
}

/// Resolves a reference without a fragment against an absolute URI. Returns `None` if the two do not make a URI.
pub fn join(base: &str, reference: &str) -> Option<String> {
    if reference.is_empty() {
        return Some(base.to_owned());
    }
    // Names of files are written with spaces and letters beyond ASCII.
    let encoded = utf8_percent_encode(reference, NOT_IN_URIS).to_string();
    let reference = UriRef::parse(encoded.as_str()).ok()?;
    let base = Uri::parse(base).ok()?;
    let resolved = reference.resolve_against(&base).ok()?.normalize();
    Some(split(resolved.as_str()).0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_against_their_base() {
        for (base, reference, resolved) in [
            (NO_BASE, "other.json", "schema:///other.json"),
            (NO_BASE, "https://Example.net/a/../b", "https://example.net/b"),
            ("https://example.net/s/root.json", "t.json", "https://example.net/s/t.json"),
            ("https://example.net/s/root.json", "/t.json", "https://example.net/t.json"),
            ("file:///srv/a/s.json", "../b/my file.json", "file:///srv/b/my%20file.json"),
            ("file:///srv/a/s.json", "gr\u{f6}\u{df}e.json", "file:///srv/a/gr%C3%B6%C3%9Fe.json"),
            ("urn:uuid:deadbeef", "", "urn:uuid:deadbeef"),
            ("urn:uuid:deadbeef", "urn:example:a", "urn:example:a"),
        ] {
            assert_eq!(join(base, reference).as_deref(), Some(resolved), "{base} {reference}");
        }
        for reference in ["http://[", "1:2"] {
            assert_eq!(join(NO_BASE, reference), None, "{reference}");
        }
    }

    #[test]
    fn the_fragment_begins_at_the_first_number_sign() {
        assert_eq!(split("a.json#/b#c"), ("a.json", "/b#c"));
        assert_eq!(split("a.json"), ("a.json", ""));
    }
}

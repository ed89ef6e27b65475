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

/// Tells whether a text is a URI reference as it is written.
pub fn is_regular(reference: &str) -> bool {
    UriRef::parse(reference).is_ok()
}

/// A reference that names no resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnusableReference {
    #[error("it is not a URI reference")]
    Malformed,
    #[error("it cannot be resolved against {0}")]
    NotRelativeTo(String),
}

/// Resolves a reference without a fragment against an absolute URI.
///
/// # Errors
///
/// The two do not make a URI.
pub fn join(base: &str, reference: &str) -> Result<String, UnusableReference> {
    if reference.is_empty() {
        return Ok(base.to_owned());
    }
    // Names of files are written with spaces and letters beyond ASCII.
    let encoded = utf8_percent_encode(reference, NOT_IN_URIS).to_string();
    let reference = UriRef::parse(encoded.as_str()).map_err(|_| UnusableReference::Malformed)?;
    let not_relative = || UnusableReference::NotRelativeTo(base.to_owned());
    let base = Uri::parse(base).map_err(|_| not_relative())?;
    let resolved = reference.resolve_against(&base).map_err(|_| not_relative())?.normalize();
    Ok(split(resolved.as_str()).0.to_owned())
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
            assert_eq!(join(base, reference).as_deref(), Ok(resolved), "{base} {reference}");
        }
        for reference in ["http://[", "1:2"] {
            assert_eq!(join(NO_BASE, reference), Err(UnusableReference::Malformed), "{reference}");
        }
        let error = join("urn:example:a", "b.json").unwrap_err();
        assert_eq!(error.to_string(), "it cannot be resolved against urn:example:a");
    }

    #[test]
    fn the_fragment_begins_at_the_first_number_sign() {
        assert_eq!(split("a.json#/b#c"), ("a.json", "/b#c"));
        assert_eq!(split("a.json"), ("a.json", ""));
    }
}

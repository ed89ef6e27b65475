use confgate_core::types::url::Url;

/// Parses a URL that is written in this crate.
pub(crate) fn url_literal(text: &str) -> Url {
    text.parse().expect("URLs in this crate are well-formed")
}

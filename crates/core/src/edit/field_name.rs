//! Dotted names of fields, as people write them.

use std::str::FromStr;

use crate::toml;
use crate::value::{MAX_DEPTH, Path, Source};

/// Dotted name of a field, on the command line or in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldName(pub Path);

/// A name that no field can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFieldName {
    /// A key is missing, or its quotes are not closed.
    #[error("write a dotted field: network.max_connections")]
    Incomplete,
    /// A bracket without a number.
    #[error(
        "write the place in a list as a number from 0, as in peers[0]; a key with a bracket needs quotes: '\"a[b\"'"
    )]
    Index,
    /// The field is deeper than a config can be.
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

impl FromStr for FieldName {
    type Err = InvalidFieldName;

    /// Parses a dotted key of TOML, in which keys may have quotes, and indices in brackets: `routes."a.b"[0].port`.
    fn from_str(text: &str) -> Result<Self, InvalidFieldName> {
        let mut path = Path::root();
        let mut rest = text.trim();
        loop {
            let (key, after_key) = split_key(rest).ok_or(InvalidFieldName::Incomplete)?;
            path = path.key(&key);
            rest = after_key.trim_start();
            while let Some(after) = rest.strip_prefix('[') {
                let (index, after) = after.split_once(']').ok_or(InvalidFieldName::Index)?;
                let is_number = index.chars().all(|c| c.is_ascii_digit());
                let index = index.parse().ok().filter(|_| is_number).ok_or(InvalidFieldName::Index)?;
                path = path.index(index);
                rest = after.trim_start();
            }
            if path.0.len() > MAX_DEPTH {
                return Err(InvalidFieldName::TooDeep);
            }
            if rest.is_empty() {
                return Ok(Self(path));
            }
            rest = rest.strip_prefix('.').ok_or(InvalidFieldName::Incomplete)?.trim_start();
        }
    }
}

/// Splits the first key, which may have quotes, from a dotted name.
fn split_key(text: &str) -> Option<(String, &str)> {
    let Some(quote) = text.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
        let end = text.find(['.', '[']).unwrap_or(text.len());
        let key = text[..end].trim_end();
        return (!key.is_empty() && !key.contains(['"', '\''])).then(|| (key.to_owned(), &text[end..]));
    };
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == quote && !is_escaped;
        is_escaped = quote == '"' && c == '\\' && !is_escaped;
        ends.then_some(at + 1)
    })?;
    let (tree, errors) = toml::read(&Source::new("", format!("{} = 0\n", &text[..end])));
    let (key, _) = tree.as_table().filter(|_| errors.is_empty())?.get_index(0)?;
    Some((key.to_string(), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_name_may_have_quotes_and_indices() {
        for (text, expected) in [
            ("network.port", Ok("network.port")),
            ("peers[1].host", Ok("peers[1].host")),
            ("matrix[1][0]", Ok("matrix[1][0]")),
            ("routes.\"a.b\".port", Ok("routes.\"a.b\".port")),
            ("routes.'a.b'[0].port", Ok("routes.\"a.b\"[0].port")),
            ("\"lo[-1]\"", Ok("\"lo[-1]\"")),
            ("\"a\\\"b\" . c", Ok("\"a\\\"b\".c")),
            ("", Err(InvalidFieldName::Incomplete)),
            ("a..b", Err(InvalidFieldName::Incomplete)),
            ("a.\"b", Err(InvalidFieldName::Incomplete)),
            ("a[0]b", Err(InvalidFieldName::Incomplete)),
            ("lo[-1]", Err(InvalidFieldName::Index)),
            ("lo[x].y", Err(InvalidFieldName::Index)),
            ("lo[", Err(InvalidFieldName::Index)),
            ("lo[]", Err(InvalidFieldName::Index)),
        ] {
            let parsed = text.parse::<FieldName>().map(|name| name.0.to_string());
            assert_eq!(parsed.as_deref(), expected.as_ref().copied(), "{text}");
        }
    }
}

//! Paths of values in arguments, in the syntax of messages.

use confgate_core::value::{Path, Segment};

/// Reason why a text is not the path of a value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyPathError {
    #[error("a key is missing, or its quotation mark is not closed")]
    MissingKey,
    #[error("a bracket is not closed")]
    OpenBracket,
    #[error("brackets contain the index of an element, from 0")]
    InvalidIndex,
    #[error("keys are separated by dots")]
    MissingDot,
}

/// Parses the path of a value: `network.turn_servers[0]."a key"`.
pub fn parse_key_path(text: &str) -> Result<Path, KeyPathError> {
    let mut segments = Vec::new();
    let mut rest = text;
    loop {
        let (key, after_key) = split_key(rest).ok_or(KeyPathError::MissingKey)?;
        segments.push(Segment::Key(key.into()));
        rest = after_key;
        while let Some(inner) = rest.strip_prefix('[') {
            let (index, after_index) = inner.split_once(']').ok_or(KeyPathError::OpenBracket)?;
            segments.push(Segment::Index(index.parse().map_err(|_| KeyPathError::InvalidIndex)?));
            rest = after_index;
        }
        if rest.is_empty() {
            return Ok(Path(segments));
        }
        rest = rest.strip_prefix('.').ok_or(KeyPathError::MissingDot)?;
    }
}

/// Splits the first key, quoted or bare, from the rest of a text.
fn split_key(text: &str) -> Option<(String, &str)> {
    if text.starts_with('"') {
        let mut strings = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let key = strings.next()?.ok()?;
        return Some((key, &text[strings.byte_offset()..]));
    }
    let end = text.find(['.', '[']).unwrap_or(text.len());
    (end > 0).then(|| (text[..end].to_owned(), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_parsed_as_messages_display_it() {
        for name in ["a", "network.turn_servers[0].url", "\"a.b[0]\".c", "a[0][12].\"\\\"\"", "0.é-_"] {
            assert_eq!(parse_key_path(name).map(|path| path.to_string()), Ok(name.replace("é-_", "\"é-_\"")), "{name}");
        }
        let segments = [Segment::Key("a".into()), Segment::Index(3), Segment::Key("b.c".into())];
        assert_eq!(parse_key_path("a[3].\"b.c\"").unwrap().0, segments);
    }

    #[test]
    fn an_invalid_path_is_rejected_with_the_reason() {
        for (name, error) in [
            ("", KeyPathError::MissingKey),
            ("a..b", KeyPathError::MissingKey),
            ("a.", KeyPathError::MissingKey),
            ("\"a", KeyPathError::MissingKey),
            ("a[0", KeyPathError::OpenBracket),
            ("a[-1]", KeyPathError::InvalidIndex),
            ("a[0]b", KeyPathError::MissingDot),
            ("\"a\"b", KeyPathError::MissingDot),
        ] {
            assert_eq!(parse_key_path(name), Err(error), "{name}");
        }
    }
}

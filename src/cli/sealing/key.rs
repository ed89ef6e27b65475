//! The names of values, as messages write them.

use confgate_core::value::{Path, Segment};

/// Reads the name of a value: `network.turn_servers[0]."a key"`.
pub fn path(text: &str) -> Result<Path, String> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        let (step, behind) = key(rest).ok_or("a key is missing, or not closed")?;
        steps.push(Segment::Key(step));
        rest = behind;
        while let Some(inner) = rest.strip_prefix('[') {
            let (index, behind) = inner.split_once(']').ok_or("a bracket is not closed")?;
            let index = index.parse().map_err(|_| "between brackets stands the number of an element, from 0")?;
            steps.push(Segment::Index(index));
            rest = behind;
        }
        if rest.is_empty() {
            return Ok(Path(steps));
        }
        rest = rest.strip_prefix('.').ok_or("keys are separated by dots")?;
    }
}

/// The key that a text begins with, and what is behind it.
fn key(text: &str) -> Option<(String, &str)> {
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
    fn a_name_is_read_as_messages_write_it() {
        for name in ["a", "network.turn_servers[0].url", "\"a.b[0]\".c", "a[0][12].\"\\\"\"", "0.é-_"] {
            assert_eq!(path(name).map(|path| path.to_string()), Ok(name.replace("é-_", "\"é-_\"")), "{name}");
        }
        let steps = [Segment::Key("a".to_owned()), Segment::Index(3), Segment::Key("b.c".to_owned())];
        assert_eq!(path("a[3].\"b.c\"").unwrap().0, steps);
    }

    #[test]
    fn what_is_no_name_says_why() {
        for (name, why) in [
            ("", "a key is missing, or not closed"),
            ("a..b", "a key is missing, or not closed"),
            ("a.", "a key is missing, or not closed"),
            ("\"a", "a key is missing, or not closed"),
            ("a[0", "a bracket is not closed"),
            ("a[-1]", "between brackets stands the number of an element, from 0"),
            ("a[0]b", "keys are separated by dots"),
            ("\"a\"b", "keys are separated by dots"),
        ] {
            assert_eq!(path(name), Err(why.to_owned()), "{name}");
        }
    }
}

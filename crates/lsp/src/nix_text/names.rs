//! Names of attributes, as Nix writes them.

use rnix::{SyntaxKind, SyntaxNode};

/// Words that are no names.
const KEYWORDS: [&str; 10] = ["assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"];

/// Returns whether a character can be a part of a name without quotes.
pub(super) fn is_name_char(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '\'')
}

/// Writes the name of an attribute, in quotes where it needs them.
pub(crate) fn attribute(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(is_name_char)
        && !KEYWORDS.contains(&name);
    if is_plain { name.to_owned() } else { string(name) }
}

/// Writes a string.
pub(crate) fn string(text: &str) -> String {
    let mut written = String::from('"');
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' | '\\' => written.extend(['\\', character]),
            '$' if rest.peek() == Some(&'{') => written.push_str("\\$"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            _ => written.push(character),
        }
    }
    written.push('"');
    written
}

/// Returns the name of an attribute; `None` for one that is computed.
pub(super) fn name_of(attribute: &SyntaxNode) -> Option<String> {
    match attribute.kind() {
        SyntaxKind::NODE_IDENT => Some(attribute.text().to_string()),
        SyntaxKind::NODE_STRING => plain_string(attribute),
        _ => None,
    }
}

/// Returns the text of a string in double quotes without interpolations.
pub(super) fn plain_string(string: &SyntaxNode) -> Option<String> {
    if string.children().next().is_some() {
        return None;
    }
    let text = string.text().to_string();
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut unescaped = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(character) = rest.next() {
        unescaped.push(match character {
            '\\' => match rest.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            },
            other => other,
        });
    }
    Some(unescaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_strings_are_quoted_as_nix_needs_it() {
        for (name, written) in [
            ("port", "port"),
            ("max-size'", "max-size'"),
            ("with", "\"with\""),
            ("4th", "\"4th\""),
            ("a.b", "\"a.b\""),
            ("${x}", "\"\\${x}\""),
            ("é\"\n", "\"é\\\"\\n\""),
        ] {
            assert_eq!(attribute(name), written);
            let root = rnix::Root::parse(&format!("{{ {written} = 1; }}")).syntax();
            let path = root.descendants().find(|node| node.kind() == SyntaxKind::NODE_ATTRPATH).unwrap();
            assert_eq!(name_of(&path.first_child().unwrap()).as_deref(), Some(name));
        }
        assert_eq!(string("a$b"), "\"a$b\"");
    }
}

//! The schema that a config names itself.

use confgate_core::gate::schema_reference::SCHEMA_KEY;
use confgate_core::value::{Format, Node, Origin, Source, Span};

/// Reference to a schema in a config: a path or a URL, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedSchema {
    pub reference: String,
    pub span: Span,
}

impl NamedSchema {
    /// Returns the comment that names the schema in the first line of a config. JSON has no comments, and a comment ends a path at
    /// its first space.
    pub fn comment(&self, format: Format) -> Option<String> {
        let reference =
            Some(&self.reference).filter(|text| !text.contains(|c: char| c.is_whitespace() || c.is_control()))?;
        match format {
            Format::Toml => Some(format!("#:schema {reference}\n")),
            Format::Yaml => Some(format!("# yaml-language-server: $schema={reference}\n")),
            Format::Json => None,
        }
    }
}

/// Finds the schema that a config names: in a comment at its top (`#:schema PATH` in TOML,
/// `# yaml-language-server: $schema=PATH` in YAML), else in the key `$schema` of JSON and YAML.
pub(crate) fn find(source: &Source, tree: &Node) -> Option<NamedSchema> {
    in_comment(source).or_else(|| in_key(source, tree))
}

fn in_comment(source: &Source) -> Option<NamedSchema> {
    let (marker, start) = match source.format() {
        Format::Toml => ("#:schema", ""),
        Format::Yaml => ("yaml-language-server:", "$schema="),
        Format::Json => return None,
    };
    let text = source.text();
    for line in text.lines() {
        let content = line.trim_start_matches('\u{FEFF}').trim();
        let is_head = content.is_empty()
            || content.starts_with('#')
            || source.format() == Format::Yaml && (content == "---" || content.starts_with('%'));
        if !is_head {
            return None;
        }
        let comment =
            if source.format() == Format::Yaml { content.trim_start_matches('#').trim_start() } else { content };
        let Some(rest) = comment.strip_prefix(marker) else { continue };
        if !rest.starts_with([' ', '\t']) {
            continue;
        }
        let mut words = rest.split_whitespace();
        let reference = if start.is_empty() { words.next() } else { words.find_map(|word| word.strip_prefix(start)) };
        let Some(reference) = reference.filter(|reference| !reference.is_empty()) else { continue };
        // The reference is a part of the text.
        let at = reference.as_ptr().addr() - text.as_ptr().addr();
        return Some(NamedSchema { reference: reference.to_owned(), span: Span::from(at..at + reference.len()) });
    }
    None
}

fn in_key(source: &Source, tree: &Node) -> Option<NamedSchema> {
    if source.format() == Format::Toml {
        return None;
    }
    let node = tree.as_table()?.get(SCHEMA_KEY)?;
    match node.origin {
        Origin::Text { value, .. } => Some(NamedSchema { reference: node.as_str()?.to_owned(), span: value }),
        _ => None,
    }
}

/// Returns whether a reference to a schema is a URL, and not a path.
pub(super) fn is_url(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    // A scheme of one letter is a drive.
    scheme.is_some_and(|scheme| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

#[cfg(test)]
mod tests {
    use confgate_core::syntax::Reading;

    use super::*;

    fn named(format: Format, text: &str) -> Option<String> {
        let source = Source::in_format(format, "x", text);
        let found = find(&source, &Reading::of(&source).tree)?;
        assert!(text[found.span.range()].contains(&found.reference), "{found:?}");
        Some(found.reference)
    }

    #[test]
    fn a_comment_or_a_key_names_the_schema() {
        for (text, reference) in [
            ("#:schema ./a.json\nx = 1\n", "./a.json"),
            ("# note\n\n#:schema https://x.test/a.json # more\n", "https://x.test/a.json"),
            ("\u{FEFF}#:schema a.json", "a.json"),
        ] {
            assert_eq!(named(Format::Toml, text).as_deref(), Some(reference), "{text}");
        }
        for text in [
            "x = 1\n#:schema a.json\n",
            "#:schemas a.json\n",
            "#:schema\n",
            "# :schema a.json\n",
            "\"$schema\" = 'a'\n",
        ] {
            assert_eq!(named(Format::Toml, text), None, "{text}");
        }
        for text in [
            "# yaml-language-server: $schema=a.json\nx: 1\n",
            "---\n#yaml-language-server:  foo=1 $schema=a.json\nx: 1\n$schema: b.json\n",
            "x: 1\n$schema: a.json\n",
        ] {
            assert_eq!(named(Format::Yaml, text).as_deref(), Some("a.json"), "{text}");
        }
        assert_eq!(named(Format::Yaml, "x: 1\n# yaml-language-server: $schema=a.json\n"), None);
        assert_eq!(named(Format::Json, "{\"x\": 1, \"$schema\": \"a.json\"}").as_deref(), Some("a.json"));
        assert_eq!(named(Format::Json, "{\"$schema\": 1}"), None);
        assert_eq!(named(Format::Json, "[]"), None);
    }
}

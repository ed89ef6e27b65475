//! References inside strings: `${SECRET_NAME}`, `${NAME}`, `${NAME:-default}`; `$${` stands for a literal `${`.
//!
//! While a config is built, nobody knows what a reference will be. The gate checks what stands around it and leaves
//! the rest to the load.

use std::borrow::Cow;

/// A part of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// Text that stands for itself.
    Text(&'t str),
    /// A reference to a secret or an environment variable, and what it is when there is none.
    Reference {
        /// The name between the braces.
        name: &'t str,
        /// The text after `:-`.
        default: Option<&'t str>,
    },
}

/// Takes a string apart. What looks like a reference but names nothing (`${}`, `${a b}`, an open brace) is text.
///
/// ```
/// use confgate::tree::reference::{Part, parts};
/// let found: Vec<Part> = parts("redis://:${SECRET_REDIS}@${HOST:-cache}:6379").collect();
/// assert_eq!(found[1], Part::Reference { name: "SECRET_REDIS", default: None });
/// assert_eq!(found[3], Part::Reference { name: "HOST", default: Some("cache") });
/// ```
pub fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(at) = rest[from..].find('$').map(|at| from + at) {
            let after = &rest[at + 1..];
            if after.starts_with("${") {
                // An escape: one dollar stands for itself.
                if at > 0 {
                    let before = &rest[..at];
                    rest = &rest[at..];
                    return Some(Part::Text(before));
                }
                let literal = &rest[1..3];
                rest = &rest[3..];
                return Some(Part::Text(literal));
            }
            if let Some((reference, length)) = reference_at(after) {
                if at > 0 {
                    let before = &rest[..at];
                    rest = &rest[at..];
                    return Some(Part::Text(before));
                }
                rest = &rest[1 + length..];
                return Some(reference);
            }
            from = at + 1;
        }
        Some(Part::Text(std::mem::take(&mut rest)))
    })
}

/// The reference whose `{` begins `text`, and its length.
fn reference_at(text: &str) -> Option<(Part<'_>, usize)> {
    let inner = text.strip_prefix('{')?;
    let inner = &inner[..inner.find('}')?];
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    let first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let named = name.starts_with(first) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    named.then_some((Part::Reference { name, default }, inner.len() + 2))
}

/// What a value that is sealed with age begins with.
pub const SEALED: &str = "encrypted:";

/// Whether `text` is a sealed value, which nobody can read before the node opens it.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(SEALED)
}

/// Whether what `text` will be is not known yet: a reference stands in it, or it is sealed.
pub fn is_opaque(text: &str) -> bool {
    is_sealed(text) || holds_reference(text)
}

/// Whether a reference may begin in `text`. Every text of a config is asked, and next to none has the letter at all, for
/// which the search is the shortest.
pub fn may_begin(text: &str) -> bool {
    text.contains('$') && text.contains("${")
}

/// Whether a reference stands in `text`.
pub fn holds_reference(text: &str) -> bool {
    may_begin(text) && parts(text).any(|part| matches!(part, Part::Reference { .. }))
}

/// Whether `text` is references alone, with no text of its own.
pub fn is_reference(text: &str) -> bool {
    !text.is_empty() && parts(text).all(|part| matches!(part, Part::Reference { .. }))
}

/// `text` with each reference replaced by its default, or else by `0`, which is a letter of a name and a digit of a
/// port alike: what the text around the references can be checked by.
pub fn with_placeholders(text: &str) -> Cow<'_, str> {
    if !may_begin(text) {
        return text.into();
    }
    let filled: String = parts(text)
        .map(|part| match part {
            Part::Text(text) => text,
            Part::Reference { default, .. } => default.unwrap_or("0"),
        })
        .collect();
    filled.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_escaped_reference_is_text() {
        assert_eq!(parts("a$${B}c").collect::<Vec<_>>(), [Part::Text("a"), Part::Text("${"), Part::Text("B}c")]);
        assert!(!holds_reference("a$${B}c"));
    }

    #[test]
    fn what_names_nothing_is_text() {
        for text in ["${}", "${a b}", "${1A}", "$", "${", "${A", "{A}", "$A"] {
            assert!(!holds_reference(text), "{text}");
        }
    }

    #[test]
    fn a_string_of_references_alone_has_no_text_of_its_own() {
        assert!(is_reference("${A}${B:-x}"));
        assert!(!is_reference("${A} "));
        assert!(!is_reference(""));
    }

    #[test]
    fn placeholders_keep_a_url_a_url() {
        assert_eq!(with_placeholders("pg://u:${SECRET_P}@h:${PORT:-5432}/x"), "pg://u:0@h:5432/x");
    }

    proptest! {
        #[test]
        fn any_text_comes_apart_without_loss(text in "[$:{}A-c_0-]{0,24}|.{0,12}") {
            let whole: String = parts(&text).map(|part| match part {
                Part::Text("${") => "$${".to_owned(),
                Part::Text(text) => text.to_owned(),
                Part::Reference { name, default: None } => format!("${{{name}}}"),
                Part::Reference { name, default: Some(default) } => format!("${{{name}:-{default}}}"),
            }).collect();
            prop_assert_eq!(whole.replace("$${", "${"), text.replace("$${", "${"));
        }
    }
}

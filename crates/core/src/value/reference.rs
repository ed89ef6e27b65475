//! References inside strings: `${SECRET_NAME}`, `${NAME}`, `${NAME:-default}`; `$${` stands for a literal `${`.
//!
//! While a config is built, nobody knows what a reference will be. The gate checks what stands around it and leaves
//! the rest to the load.

use std::borrow::Cow;
use std::ops::Range;

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

impl Part<'_> {
    /// Whether it is a reference to a secret that has no default: that the secret stands nowhere else.
    fn needs_secret(&self) -> bool {
        matches!(self, Self::Reference { name, default: None } if name.starts_with(SECRET))
    }
}

/// The names of references to secrets begin with it.
pub const SECRET: &str = "SECRET_";

/// Takes a string apart. What looks like a reference but names nothing (`${}`, `${a b}`, an open brace) is text.
///
/// ```
/// use confgate_core::value::reference::{Part, parts};
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

/// The same, each part with the bytes of the text that it takes.
pub fn located(text: &str) -> impl Iterator<Item = (Range<usize>, Part<'_>)> {
    let mut end = 0;
    parts(text).map(move |part| {
        let start = end;
        end += match &part {
            Part::Text(_) if text[start..].starts_with("$${") => "$${".len(),
            Part::Text(text) => text.len(),
            Part::Reference { name, default } => "${}".len() + name.len() + default.map_or(0, |text| text.len() + 2),
        };
        (start..end, part)
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

/// Whether a reference to a secret in `text` does not say to which one.
pub fn is_nameless(text: &str) -> bool {
    may_begin(text) && parts(text).any(|part| matches!(part, Part::Reference { name: SECRET, .. }))
}

/// What to do about one that does not.
pub const NAME_IT: &str = "write the name of the secret behind SECRET_, as in ${SECRET_DB_PASSWORD}";

/// Whether `text` is references alone, with no text of its own.
pub fn is_reference(text: &str) -> bool {
    !text.is_empty() && parts(text).all(|part| matches!(part, Part::Reference { .. }))
}

/// Whether a secret that is written like this is there in plain text, all of it or a part. The default of a secret is; other text
/// is nothing without the secret that stands beside it, and so it is where none does that has to be given.
pub fn holds_plain(text: &str) -> bool {
    if is_sealed(text) {
        return false;
    }
    let needs_secret = parts(text).any(|part| part.needs_secret());
    parts(text).any(|part| match part {
        Part::Text(_) => !needs_secret,
        Part::Reference { default, .. } if default.is_none_or(str::is_empty) => false,
        Part::Reference { name, .. } => !needs_secret || name.starts_with(SECRET),
    })
}

/// A secret as it may be shown: the references without what of it is there in plain text.
pub fn revealed(text: &str) -> String {
    let needs_secret = parts(text).any(|part| part.needs_secret());
    let mut shown = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Text(_) if !needs_secret => shown.push_str(HIDDEN),
            Part::Text("${") => shown.push_str("$${"),
            Part::Text(text) => shown.push_str(text),
            Part::Reference { name, default: None } => shown.extend(["${", name, "}"]),
            Part::Reference { name, default: Some(default) } => {
                let hides = !default.is_empty() && (!needs_secret || name.starts_with(SECRET));
                shown.extend(["${", name, ":-", if hides { HIDDEN } else { default }, "}"]);
            }
        }
    }
    shown
}

/// What stands in for plain text that nobody may see.
pub const HIDDEN: &str = "***";

/// The text with a letter in the place of every byte of a reference: what a default holds is not of the text around it.
pub fn blanked(text: &str) -> Cow<'_, str> {
    if !may_begin(text) {
        return text.into();
    }
    let written = located(text).map(|(bytes, part)| match part {
        Part::Text(part) if part.len() == bytes.len() => part.to_owned(),
        _ => "x".repeat(bytes.len()),
    });
    written.collect::<String>().into()
}

/// The defaults in a text, each with the byte where it begins.
pub fn defaults(text: &str) -> impl Iterator<Item = (usize, &str)> {
    located(text).filter_map(|(bytes, part)| {
        let Part::Reference { default: Some(default), .. } = part else { return None };
        Some((bytes.end - "}".len() - default.len(), default))
    })
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
    fn a_secret_has_a_name() {
        assert!(is_nameless("a${SECRET_}") && is_nameless("${SECRET_:-x}"));
        assert!(!is_nameless("${SECRET_A}") && !is_nameless("${SECRET}") && !is_nameless("$${SECRET_}"));
    }

    #[test]
    fn a_string_of_references_alone_has_no_text_of_its_own() {
        assert!(is_reference("${A}${B:-x}"));
        assert!(!is_reference("${A} "));
        assert!(!is_reference(""));
    }

    #[test]
    fn a_secret_is_plain_where_it_has_a_default_or_nothing_beside_the_text_has_to_be_given() {
        for (text, shown) in [
            ("hunter2", "***"),
            ("${SECRET_A:-hunter2}", "${SECRET_A:-***}"),
            ("${HOOK:-https://hooks.example/hunter2}", "${HOOK:-***}"),
            ("hunter3${SECRET_A:-}", "***${SECRET_A:-}"),
            ("hunter3${HOST}", "***${HOST}"),
            ("https://x/${SECRET_A:-hunter2}/${HOST:-h}", "***${SECRET_A:-***}***${HOST:-***}"),
            ("https://x/${SECRET_A}${SECRET_B:-hunter2}", "https://x/${SECRET_A}${SECRET_B:-***}"),
            ("$${", "***"),
        ] {
            assert!(holds_plain(text), "{text}");
            assert_eq!(revealed(text), shown);
        }
        for text in [
            "",
            "${SECRET_A}",
            "${SECRET_A:-}",
            "${HOOK}${TOKEN:-}",
            "https://x/${SECRET_A}",
            "https://${HOST:-hooks.example}/${SECRET_A}?$${",
        ] {
            assert!(!holds_plain(text), "{text}");
            assert_eq!(revealed(text), text);
        }
        assert!(!holds_plain("encrypted:abc"));
    }

    #[test]
    fn a_default_is_found_where_it_stands() {
        let text = "a$${${A:-bc}${B}${C:-}d";
        assert_eq!(
            defaults(text).collect::<Vec<_>>(),
            [(text.find("bc").unwrap(), "bc"), (text.find("}d").unwrap(), "")]
        );
        assert_eq!(blanked("a@${A:-b@c}@"), "a@xxxxxxxxx@");
        assert_eq!(blanked("${A}${"), "xxxx${");
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
            prop_assert_eq!(blanked(&text).len(), text.len());
            prop_assert!(located(&text).all(|(bytes, _)| text.get(bytes).is_some()));
        }
    }
}

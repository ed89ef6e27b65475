//! References inside strings: `${SECRET_NAME}`, `${NAME}`, `${NAME:-default}`; `$${` stands for a literal `${`.
//!
//! A reference has no value while a config is built. The gate then checks the text around it; the load resolves it and checks
//! the whole.

use std::borrow::Cow;
use std::ops::Range;

use crate::byte_search::has_byte;

/// A part of a string: literal text or a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// Literal text.
    Text(&'t str),
    /// A reference to a secret or an environment variable.
    Reference {
        /// The name between the braces.
        name: &'t str,
        /// The text after `:-`, used where the name is not set.
        default: Option<&'t str>,
    },
}

impl Part<'_> {
    /// Returns whether the part is a reference to a secret without a default, so that the string is useless without the secret.
    fn needs_secret(&self) -> bool {
        matches!(self, Self::Reference { name, default: None } if name.starts_with(SECRET_PREFIX))
    }
}

/// Prefix of the names of references to secrets.
pub const SECRET_PREFIX: &str = "SECRET_";

/// Splits a string into its parts. A malformed reference (`${}`, `${a b}`, an open brace) is text.
///
/// ```
/// use confgate_core::value::reference::{Part, parts};
/// let found: Vec<Part> = parts("redis://:${SECRET_REDIS}@${HOST:-cache}:6379").collect();
/// assert_eq!(found[1], Part::Reference { name: "SECRET_REDIS", default: None });
/// assert_eq!(found[3], Part::Reference { name: "HOST", default: Some("cache") });
/// ```
pub fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    let mut has_end = true;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(at) = rest[from..].find('$').map(|at| from + at) {
            let after = &rest[at + 1..];
            if after.starts_with("${") {
                // An escape: the first dollar is dropped.
                if at > 0 {
                    let before = &rest[..at];
                    rest = &rest[at..];
                    return Some(Part::Text(before));
                }
                let literal = &rest[1..3];
                rest = &rest[3..];
                return Some(Part::Text(literal));
            }
            if let Some((reference, length)) = reference_at(after, &mut has_end) {
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

/// Splits a string into its parts, each with its bytes in the string.
pub fn parts_with_ranges(text: &str) -> impl Iterator<Item = (Range<usize>, Part<'_>)> {
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

/// Returns the reference whose `{` starts `text`, and its length. Sets `has_end` to false if no `}` follows, so that the text is
/// searched to its end once, and not for each brace.
fn reference_at<'t>(text: &'t str, has_end: &mut bool) -> Option<(Part<'t>, usize)> {
    let inner = text.strip_prefix('{').filter(|_| *has_end)?;
    let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    let (name, rest) = inner.split_at(name_end);
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if rest.starts_with('}') {
        return Some((Part::Reference { name, default: None }, "{}".len() + name.len()));
    }
    let default = rest.strip_prefix(":-")?;
    let Some(end) = default.find('}') else {
        // None of the braces that follow is closed either.
        *has_end = false;
        return None;
    };
    Some((Part::Reference { name, default: Some(&default[..end]) }, "{:-}".len() + name.len() + end))
}

/// Prefix of a value that is sealed with age.
pub const SEALED_PREFIX: &str = "encrypted:";

/// Returns whether `text` is a sealed value, which only the node can decrypt.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(SEALED_PREFIX)
}

/// Returns whether the value of `text` is not known yet: it contains a reference, or it is sealed.
pub fn is_unresolved(text: &str) -> bool {
    is_sealed(text) || has_reference(text)
}

/// Returns whether `text` may contain a reference. This runs on every string of a config, and the search for one byte rejects
/// nearly all of them at once.
pub fn may_have_reference(text: &str) -> bool {
    has_byte(text, b'$') && text.contains("${")
}

/// Returns whether the value of `text` may not be known yet, as [`is_unresolved`] decides.
pub(crate) fn may_be_unresolved(text: &str) -> bool {
    is_sealed(text) || may_have_reference(text)
}

/// Returns whether `text` contains a reference.
pub fn has_reference(text: &str) -> bool {
    may_have_reference(text) && parts(text).any(|part| matches!(part, Part::Reference { .. }))
}

/// Returns what a load makes of `text`, if it has escapes and no references: each `$${` is then a literal `${`.
pub fn unescaped(text: &str) -> Option<String> {
    if !may_have_reference(text) || !text.contains("$${") {
        return None;
    }
    let literal = |part| match part {
        Part::Text(text) => Some(text),
        Part::Reference { .. } => None,
    };
    parts(text).map(literal).collect()
}

/// Returns the text that a load makes `text` of, if it makes something else of `text` itself.
pub fn escaped(text: &str) -> Option<String> {
    let is_literal = !may_have_reference(text) || !text.contains("$${") && !has_reference(text);
    (!is_literal).then(|| text.replace("${", "$${"))
}

/// Returns whether `text` contains a reference to a secret without a name: `${SECRET_}`.
pub fn has_unnamed_secret(text: &str) -> bool {
    may_have_reference(text) && parts(text).any(|part| matches!(part, Part::Reference { name: SECRET_PREFIX, .. }))
}

/// Help text of a reference to a secret without a name.
pub const UNNAMED_SECRET_HELP: &str = "write its name in capitals, digits and `_`, starting with a capital: ${SECRET_DB_PASSWORD}, in Nix secret \"DB_PASSWORD\"";

/// Returns whether `text` consists of references only.
pub fn is_only_references(text: &str) -> bool {
    !text.is_empty() && parts(text).all(|part| matches!(part, Part::Reference { .. }))
}

/// Returns whether `text`, the value of a secret field, contains the secret in plain text, whole or in part.
///
/// The default of a secret is plain text. Other text is harmless beside a required secret, without which it is useless, and is
/// plain text otherwise.
pub fn has_plain_secret(text: &str) -> bool {
    if is_sealed(text) {
        return false;
    }
    let needs_secret = parts(text).any(|part| part.needs_secret());
    parts(text).any(|part| match part {
        Part::Text(_) => !needs_secret,
        Part::Reference { default, .. } if default.is_none_or(str::is_empty) => false,
        Part::Reference { name, .. } => !needs_secret || name.starts_with(SECRET_PREFIX),
    })
}

/// Returns the value of a secret field with its plain text masked, so that only references are displayed.
pub fn mask_plain_secret(text: &str) -> String {
    let needs_secret = parts(text).any(|part| part.needs_secret());
    let mut masked = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Text(_) if !needs_secret => masked.push_str(MASK),
            Part::Text("${") => masked.push_str("$${"),
            Part::Text(text) => masked.push_str(text),
            Part::Reference { name, default: None } => masked.extend(["${", name, "}"]),
            Part::Reference { name, default: Some(default) } => {
                let is_plain = !default.is_empty() && (!needs_secret || name.starts_with(SECRET_PREFIX));
                masked.extend(["${", name, ":-", if is_plain { MASK } else { default }, "}"]);
            }
        }
    }
    masked
}

/// Replacement of masked text.
pub const MASK: &str = "***";

/// Replaces every byte of a reference with a letter, so that offsets stay and a default is not mistaken for the text around it.
pub fn blank_references(text: &str) -> Cow<'_, str> {
    if !may_have_reference(text) {
        return text.into();
    }
    let blanked: String = parts_with_ranges(text)
        .map(|(bytes, part)| match part {
            Part::Text(literal) if literal.len() == bytes.len() => literal.to_owned(),
            _ => "x".repeat(bytes.len()),
        })
        .collect();
    blanked.into()
}

/// Returns the defaults of the references in `text`, each with the byte where it starts.
pub fn defaults(text: &str) -> impl Iterator<Item = (usize, &str)> {
    parts_with_ranges(text).filter_map(|(bytes, part)| {
        let Part::Reference { default: Some(default), .. } = part else { return None };
        Some((bytes.end - "}".len() - default.len(), default))
    })
}

/// Replaces each reference with its default, or else with `0`, which is valid in a name and in a port. The result checks the
/// text around the references.
pub fn with_placeholders(text: &str) -> Cow<'_, str> {
    if !may_have_reference(text) {
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
    fn an_escaped_text_is_read_as_itself() {
        for text in ["${x}", "a ${x:-b} ${", "$${x}", "$$${x} ${{ y }}", "${SECRET_A}$"] {
            let escaped = escaped(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(unescaped(&escaped).as_deref(), Some(text));
        }
        for text in ["${{ github.sha }}", "$x", "${", "${}", "$$", ""] {
            assert_eq!((escaped(text), unescaped(text)), (None, None), "{text}");
        }
        assert_eq!(unescaped("$${x} ${y}"), None, "the value is not known");
    }

    #[test]
    fn a_text_without_an_end_of_a_reference_is_searched_once() {
        // A search to the end for each of a million braces would take hours.
        for start in ["${", "${A:-", "${A", "${9}", "$${", "$"] {
            let text = start.repeat(1 << 20);
            assert!(!has_reference(&text) && !is_only_references(&text), "{start}");
        }
        let closed = format!("{}}}", "${A:-".repeat(1 << 20));
        assert_eq!(parts(&closed).count(), 1);
    }

    #[test]
    fn an_escaped_reference_is_text() {
        assert_eq!(parts("a$${B}c").collect::<Vec<_>>(), [Part::Text("a"), Part::Text("${"), Part::Text("B}c")]);
        assert!(!has_reference("a$${B}c"));
    }

    #[test]
    fn a_malformed_reference_is_text() {
        for text in ["${}", "${a b}", "${1A}", "$", "${", "${A", "{A}", "$A"] {
            assert!(!has_reference(text), "{text}");
        }
    }

    #[test]
    fn a_secret_has_a_name() {
        assert!(has_unnamed_secret("a${SECRET_}") && has_unnamed_secret("${SECRET_:-x}"));
        assert!(
            !has_unnamed_secret("${SECRET_A}")
                && !has_unnamed_secret("${SECRET}")
                && !has_unnamed_secret("$${SECRET_}")
        );
    }

    #[test]
    fn a_string_of_references_only_is_recognized() {
        assert!(is_only_references("${A}${B:-x}"));
        assert!(!is_only_references("${A} "));
        assert!(!is_only_references(""));
    }

    #[test]
    fn a_secret_is_plain_in_a_default_and_in_text_without_a_required_secret() {
        for (text, masked) in [
            ("hunter2", "***"),
            ("${SECRET_A:-hunter2}", "${SECRET_A:-***}"),
            ("${HOOK:-https://hooks.example/hunter2}", "${HOOK:-***}"),
            ("hunter3${SECRET_A:-}", "***${SECRET_A:-}"),
            ("hunter3${HOST}", "***${HOST}"),
            ("https://x/${SECRET_A:-hunter2}/${HOST:-h}", "***${SECRET_A:-***}***${HOST:-***}"),
            ("https://x/${SECRET_A}${SECRET_B:-hunter2}", "https://x/${SECRET_A}${SECRET_B:-***}"),
            ("$${", "***"),
        ] {
            assert!(has_plain_secret(text), "{text}");
            assert_eq!(mask_plain_secret(text), masked);
        }
        for text in [
            "",
            "${SECRET_A}",
            "${SECRET_A:-}",
            "${HOOK}${TOKEN:-}",
            "https://x/${SECRET_A}",
            "https://${HOST:-hooks.example}/${SECRET_A}?$${",
        ] {
            assert!(!has_plain_secret(text), "{text}");
            assert_eq!(mask_plain_secret(text), text);
        }
        assert!(!has_plain_secret("encrypted:abc"));
    }

    #[test]
    fn a_default_is_found_with_its_offset() {
        let text = "a$${${A:-bc}${B}${C:-}d";
        assert_eq!(
            defaults(text).collect::<Vec<_>>(),
            [(text.find("bc").unwrap(), "bc"), (text.find("}d").unwrap(), "")]
        );
        assert_eq!(blank_references("a@${A:-b@c}@"), "a@xxxxxxxxx@");
        assert_eq!(blank_references("${A}${"), "xxxx${");
    }

    #[test]
    fn placeholders_keep_a_url_a_url() {
        assert_eq!(with_placeholders("pg://u:${SECRET_P}@h:${PORT:-5432}/x"), "pg://u:0@h:5432/x");
    }

    proptest! {
        #[test]
        fn any_text_splits_without_loss(text in "[$:{}A-c_0-]{0,24}|.{0,12}") {
            let whole: String = parts(&text).map(|part| match part {
                Part::Text("${") => "$${".to_owned(),
                Part::Text(text) => text.to_owned(),
                Part::Reference { name, default: None } => format!("${{{name}}}"),
                Part::Reference { name, default: Some(default) } => format!("${{{name}:-{default}}}"),
            }).collect();
            prop_assert_eq!(whole.replace("$${", "${"), text.replace("$${", "${"));
            prop_assert_eq!(blank_references(&text).len(), text.len());
            prop_assert!(parts_with_ranges(&text).all(|(bytes, _)| text.get(bytes).is_some()));
        }
    }
}

//! Settings of TOML that are commented out.

/// A line of a comment that would be a part of the config without its number sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommentedOut {
    /// `# [table]`
    Header,
    /// `# key = value`
    Entry,
}

impl CommentedOut {
    /// Reads a comment with its number sign; `None` for prose.
    pub fn of(comment: &str) -> Option<Self> {
        let text = comment.trim_start_matches('#').trim();
        let header = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        if let Some(name) = header {
            let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
            return is_key(name).then_some(Self::Header);
        }
        let (key, value) = text.split_once('=')?;
        (is_key(key) && !value.starts_with('=') && !value.trim().is_empty()).then_some(Self::Entry)
    }
}

/// Returns whether a text is a key of TOML. Quoted keys with a point or an equals sign are not recognized.
fn is_key(text: &str) -> bool {
    let is_quoted = |part: &str| {
        ['"', '\''].iter().any(|quote| part.len() > 1 && part.starts_with(*quote) && part.ends_with(*quote))
    };
    // A space behind a point is one of prose: `e.g. port = 80`.
    let is_bare = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    text.trim().split('.').all(|part| is_bare(part) || is_quoted(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_from_prose() {
        for (comment, expected) in [
            ("# port = 80", Some(CommentedOut::Entry)),
            ("#port=80", Some(CommentedOut::Entry)),
            ("## db.'url' = \"x\"", Some(CommentedOut::Entry)),
            ("# [server]", Some(CommentedOut::Header)),
            ("# [[routes]]", Some(CommentedOut::Header)),
            ("# [a.\"b c\"]", Some(CommentedOut::Header)),
            ("# e.g. port = 80", None),
            ("# port == 80", None),
            ("# port =", None),
            ("# The port.", None),
            ("# [see the docs]", None),
            ("#", None),
        ] {
            assert_eq!(CommentedOut::of(comment), expected, "{comment}");
        }
    }
}

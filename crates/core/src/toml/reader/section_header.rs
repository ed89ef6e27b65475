//! The headers that begin sections: those of top-level tables and lists, `[name]` and `[[name]]`.

/// Tells whether a section begins at the start of a line.
pub(super) fn is_at(text: &str, line: usize) -> bool {
    let bytes = &text.as_bytes()[line..];
    if bytes.first() != Some(&b'[') {
        return false;
    }
    let brackets = if bytes.get(1) == Some(&b'[') { 2 } else { 1 };
    let name = &bytes[brackets..];
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let length = name.iter().take_while(|byte| is_bare(byte)).count();
    length > 0 && name[length..].starts_with(&b"]]"[..brackets])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_begins_with_one_bare_name() {
        for line in ["[a]\n", "[[a-b_1]]", "[a] # b", "[a]]"] {
            assert!(is_at(&format!("x = 1\n{line}"), 6), "{line}");
        }
        for line in ["[a.b]", "[[a.b]]", "[ a ]", "[\"a\"]", "[]", "[a", "[[a]", " [a]", "a = [b]", ""] {
            assert!(!is_at(&format!("x = 1\n{line}"), 6), "{line}");
        }
    }
}

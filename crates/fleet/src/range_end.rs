//! Ranges of keys.

/// Returns the end of the range of a prefix: the first key after those that begin with it.
pub(crate) fn range_end(prefix: &str) -> Vec<u8> {
    let mut end = prefix.as_bytes().to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    // The end of the whole store.
    vec![0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_after_its_prefix() {
        assert_eq!(range_end("/a/"), b"/a0");
        assert_eq!(range_end("\u{10ffff}"), [0xf4, 0x8f, 0xbf, 0xc0]);
        assert_eq!(range_end(""), [0]);
    }
}

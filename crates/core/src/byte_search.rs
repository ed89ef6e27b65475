//! Search for bytes in texts, most of which are short: the vectors of `memchr` take longer to set up than eight bytes at a time to
//! compare.

/// The length from which `memchr` is faster.
const LONG: usize = 32;

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH_BITS: u64 = ONES << 7;

/// Tells whether a text has a byte.
pub(crate) fn has_byte(text: &str, byte: u8) -> bool {
    match text.len() {
        LONG.. => memchr::memchr(byte, text.as_bytes()).is_some(),
        _ => short_has_any(text.as_bytes(), [byte]),
    }
}

/// Tells whether a text has one of three bytes.
pub(crate) fn has_any_byte(text: &str, bytes: [u8; 3]) -> bool {
    match text.len() {
        LONG.. => memchr::memchr3(bytes[0], bytes[1], bytes[2], text.as_bytes()).is_some(),
        _ => short_has_any(text.as_bytes(), bytes),
    }
}

fn short_has_any<const N: usize>(text: &[u8], wanted: [u8; N]) -> bool {
    let Some(end) = text.last_chunk::<8>() else { return text.iter().any(|byte| wanted.contains(byte)) };
    let has_any = |block: &[u8; 8]| {
        let block = u64::from_le_bytes(*block);
        // The high bit of a byte is set if the byte is the wanted one.
        let found = wanted.iter().fold(0, |found, byte| {
            let difference = block ^ (ONES * u64::from(*byte));
            found | difference.wrapping_sub(ONES) & !difference
        });
        found & HIGH_BITS != 0
    };
    text.as_chunks::<8>().0.iter().any(has_any) || has_any(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_search_finds_what_a_search_by_bytes_finds(text in "[a-d#$%@é\u{7F}\u{0}]{0,40}", wanted in "[ad@$]") {
            let byte = wanted.as_bytes()[0];
            prop_assert_eq!(has_byte(&text, byte), text.contains(char::from(byte)));
            let any = [b'@', b'$', byte];
            prop_assert_eq!(has_any_byte(&text, any), text.bytes().any(|other| any.contains(&other)));
        }

        #[test]
        fn one_byte_is_found_anywhere(before in "[a-z]{0,33}", after in "[a-z]{0,33}") {
            let text = format!("{before}${after}");
            prop_assert!(has_byte(&text, b'$') && has_any_byte(&text, [b'?', b'@', b'$']));
            prop_assert!(!has_byte(&text, b'@') && !has_any_byte(&text, [b'?', b'@', b'!']));
        }
    }
}

//! Search for bytes in texts, most of which are short: the vectors of `memchr` take longer to set up than eight bytes at a time to
//! compare.

/// The length from which `memchr` is faster.
const LONG: usize = 32;

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH_BITS: u64 = ONES << 7;

/// Returns a block of one byte.
const fn all(byte: u8) -> u64 {
    ONES * byte as u64
}

/// Tells whether a text has a byte.
pub(crate) fn has_byte(text: &str, byte: u8) -> bool {
    match text.len() {
        LONG.. => memchr::memchr(byte, text.as_bytes()).is_some(),
        _ => short_has_any(text.as_bytes(), |block| equal(block, byte), |other| other == byte),
    }
}

/// Tells whether a text has one of three bytes.
pub(crate) fn has_any_byte(text: &str, bytes: [u8; 3]) -> bool {
    match text.len() {
        LONG.. => memchr::memchr3(bytes[0], bytes[1], bytes[2], text.as_bytes()).is_some(),
        _ => {
            let [first, second, third] = bytes;
            let in_block = |block| equal(block, first) | equal(block, second) | equal(block, third);
            short_has_any(text.as_bytes(), in_block, |other| bytes.contains(&other))
        }
    }
}

/// Tells whether a short text has a byte. `in_block` returns the high bits of those bytes in a block, and perhaps of bytes behind the
/// first one.
#[inline(always)]
fn short_has_any(text: &[u8], in_block: impl Fn(u64) -> u64, is_wanted: impl Fn(u8) -> bool) -> bool {
    let Some(end) = text.last_chunk::<8>() else { return text.iter().any(|byte| is_wanted(*byte)) };
    let has_any = |block: &[u8; 8]| in_block(u64::from_le_bytes(*block)) & HIGH_BITS != 0;
    text.as_chunks::<8>().0.iter().any(has_any) || has_any(end)
}

/// Returns the high bit of the first byte of a block that is the wanted one, and other bits.
#[inline(always)]
const fn equal(block: u64, byte: u8) -> u64 {
    let difference = block ^ all(byte);
    difference.wrapping_sub(ONES) & !difference
}

/// Tells whether a text has a capital letter of ASCII.
pub(crate) fn has_upper_case(text: &str) -> bool {
    let (blocks, rest) = text.as_bytes().as_chunks::<8>();
    blocks.iter().any(|block| upper_case(u64::from_le_bytes(*block)) != 0) || rest.iter().any(u8::is_ascii_uppercase)
}

/// Returns the high bit of each byte of a block that is a capital letter.
const fn upper_case(block: u64) -> u64 {
    // Without the high bits, no sum of two bytes carries into the next byte.
    let ascii = block & !HIGH_BITS;
    (ascii + all(0x80 - b'A')) & !(ascii + all(0x7F - b'Z')) & !block & HIGH_BITS
}

/// Returns the number of letters, digits, `_` and `-` of ASCII at the start of a text. Such words are most of a config.
pub(crate) fn word_length(text: &[u8]) -> usize {
    let (blocks, _) = text.as_chunks::<8>();
    for (index, block) in blocks.iter().enumerate() {
        let others = outside_of_words(u64::from_le_bytes(*block));
        if others != 0 {
            return 8 * index + others.trailing_zeros() as usize / 8;
        }
    }
    let rest = &text[8 * blocks.len()..];
    let in_rest = rest.iter().position(|byte| !is_in_word(*byte)).unwrap_or(rest.len());
    8 * blocks.len() + in_rest
}

/// Tells whether a byte is a letter, a digit, `_` or `-`.
pub(crate) const fn is_in_word(byte: u8) -> bool {
    const IN_WORD: [bool; 256] = {
        let mut in_word = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            in_word[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-');
            byte += 1;
        }
        in_word
    };
    IN_WORD[byte as usize]
}

/// Returns the high bit of each byte of a block that is not in a word.
const fn outside_of_words(block: u64) -> u64 {
    let ascii = block & !HIGH_BITS;
    let lower = ascii | all(b' ');
    let letters = (lower + all(0x80 - b'a')) & !(lower + all(0x7F - b'z'));
    let digits = (ascii + all(0x80 - b'0')) & !(ascii + all(0x7F - b'9'));
    let signs = !((ascii ^ all(b'_')) + all(0x7F)) | !((ascii ^ all(b'-')) + all(0x7F));
    (block | !(letters | digits | signs)) & HIGH_BITS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_block_tells_the_class_of_each_byte() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut block = [b'a'; 8];
                block[place] = byte;
                let expected = |is_found: bool| if is_found { 0x80 << (8 * place) } else { 0 };
                let found = u64::from_le_bytes(block);
                assert_eq!(outside_of_words(found), expected(!is_in_word(byte)), "{byte} at {place}");
                assert_eq!(upper_case(found), expected(byte.is_ascii_uppercase()), "{byte} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_search_finds_what_a_search_by_bytes_finds(text in "[a-d#$%@é\u{7F}\u{0}]{0,40}", wanted in "[ad@$]") {
            let byte = wanted.as_bytes()[0];
            prop_assert_eq!(has_byte(&text, byte), text.contains(char::from(byte)));
            let any = [b'@', b'$', byte];
            prop_assert_eq!(has_any_byte(&text, any), text.bytes().any(|other| any.contains(&other)));
            let capital = text.to_uppercase();
            prop_assert_eq!(has_upper_case(&capital), capital.bytes().any(|byte| byte.is_ascii_uppercase()));
        }

        #[test]
        fn a_word_ends_where_a_search_by_bytes_ends(text in "[a-zA-Z0-9_-]{0,20}[ =.:+é@`{]?[a-z.]{0,20}") {
            for start in 0..=text.len() {
                let rest = &text.as_bytes()[start..];
                let is_other = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"_-".contains(byte);
                prop_assert_eq!(word_length(rest), rest.iter().position(is_other).unwrap_or(rest.len()));
            }
        }

        #[test]
        fn one_byte_is_found_anywhere(before in "[a-z]{0,33}", after in "[a-z]{0,33}") {
            let text = format!("{before}${after}");
            prop_assert!(has_byte(&text, b'$') && has_any_byte(&text, [b'?', b'@', b'$']));
            prop_assert!(!has_byte(&text, b'@') && !has_any_byte(&text, [b'?', b'@', b'!']));
        }
    }
}

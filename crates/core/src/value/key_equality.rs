//! Equality of keys.

/// Tells whether two keys are equal. Most keys have four to 32 bytes: two loads from each take less time than a call of `memcmp`.
///
/// It is inlined in builds for size as well: a check of a small file compares hundreds of keys.
#[inline(always)]
pub(crate) fn are_equal_keys(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        8..=16 => ends(one, u64::from_le_bytes) == ends(other, u64::from_le_bytes),
        17..=32 => ends(one, u128::from_le_bytes) == ends(other, u128::from_le_bytes),
        4..8 => ends(one, u32::from_le_bytes) == ends(other, u32::from_le_bytes),
        _ => one == other,
    }
}

/// Returns the first and the last `N` bytes as numbers. They overlap in a short text, and are of a text that has as many.
#[inline(always)]
fn ends<const N: usize, W>(bytes: &[u8], number: fn([u8; N]) -> W) -> (W, W) {
    let (first, last) = (bytes.first_chunk(), bytes.last_chunk());
    (number(*first.unwrap_or(&[0; N])), number(*last.unwrap_or(&[0; N])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_equal_as_texts_are(key in "[ab]{0,40}", index in 0_usize..40, other in "[ab]{0,40}") {
            prop_assert!(are_equal_keys(&key, &key.clone()));
            prop_assert_eq!(are_equal_keys(&key, &other), key == other);
            // One byte differs, in any place.
            let changed: String =
                key.chars().enumerate().map(|(at, letter)| if at == index { 'c' } else { letter }).collect();
            prop_assert_eq!(are_equal_keys(&key, &changed), index >= key.len());
        }
    }
}

//! Equality of keys.

/// Tells whether two keys are equal. Most keys have four to 32 bytes: two loads from each take less time than a call of `memcmp`.
pub(crate) fn are_equal_keys(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        4..8 => ends::<4>(one) == ends::<4>(other),
        8..16 => ends::<8>(one) == ends::<8>(other),
        16..=32 => ends::<16>(one) == ends::<16>(other),
        _ => one == other,
    }
}

/// Returns the first and the last `N` bytes, which overlap in a short text.
fn ends<const N: usize>(bytes: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    bytes.first_chunk().zip(bytes.last_chunk())
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

//! The smallest edit between two texts.

use std::ops::Range;

/// Returns the bytes to replace and the text to write there; `None` if the texts are equal. The edit consists of whole lines, so
/// that the cursor stays where nothing changes.
pub(crate) fn minimal_edit<'n>(old: &str, new: &'n str) -> Option<(Range<usize>, &'n str)> {
    if old == new {
        return None;
    }
    let lines = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
    let (old_lines, new_lines) = (lines(old), lines(new));
    let same = old_lines.iter().zip(&new_lines).take_while(|(one, other)| one == other);
    let start: usize = same.clone().map(|(line, _)| line.len()).sum();
    let first = same.count();
    let rest = old_lines[first..].iter().rev().zip(new_lines[first..].iter().rev());
    let end: usize = rest.take_while(|(one, other)| one == other).map(|(line, _)| line.len()).sum();
    Some((start..old.len() - end, &new[start..new.len() - end]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_edit_makes_the_new_text(old in "[ab\n]{0,12}", new in "[ab\n]{0,12}") {
            let mut text = old.clone();
            if let Some((range, replacement)) = minimal_edit(&old, &new) {
                text.replace_range(range, replacement);
            }
            prop_assert_eq!(text, new);
        }
    }

    #[test]
    fn unchanged_lines_stay() {
        assert_eq!(minimal_edit("a\nb\nc\n", "a\nx\nc\n"), Some((2..4, "x\n")));
        assert_eq!(minimal_edit("a\n", "a\n"), None);
    }
}

//! Texts that many configs have in common.

use std::collections::HashSet;
use std::sync::Arc;

/// Texts, each of which is kept once: most nodes of a fleet have the same fields, values and places.
#[derive(Debug, Default)]
pub(super) struct Texts(HashSet<Arc<str>>);

impl Texts {
    /// Returns the shared copy of a text.
    pub fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        self.0.insert(shared.clone());
        shared
    }

    /// Forgets the texts that no config has any more.
    pub fn forget_unused(&mut self) {
        self.0.retain(|text| Arc::strong_count(text) > 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_as_long_as_it_is_used() {
        let mut texts = Texts::default();
        let (one, other) = (texts.share("a"), texts.share("a"));
        assert!(Arc::ptr_eq(&one, &other));
        drop((one, other));
        texts.forget_unused();
        assert!(texts.0.is_empty());
    }
}

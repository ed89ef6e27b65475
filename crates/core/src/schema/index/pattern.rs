use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::schema::validator::KeyPattern;

/// A regular expression for keys, compiled when it is used.
#[derive(Debug, Serialize, Deserialize)]
pub struct LazyPattern {
    pattern: String,
    #[serde(skip)]
    compiled: OnceLock<Option<KeyPattern>>,
}

impl LazyPattern {
    pub(super) fn new(pattern: &str) -> Self {
        Self { pattern: pattern.to_owned(), compiled: OnceLock::new() }
    }

    /// Returns the text of the schema.
    pub fn text(&self) -> &str {
        &self.pattern
    }

    /// Tells whether a key matches.
    pub fn matches(&self, key: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| KeyPattern::new(&self.pattern));
        compiled.as_ref().is_some_and(|pattern| pattern.matches(key))
    }
}

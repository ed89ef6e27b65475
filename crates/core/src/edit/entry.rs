//! An entry on its way from one position of a text to another, or a new one.

/// An entry to insert: its value with its comments.
#[derive(Debug, Default)]
pub struct Entry {
    /// The value, as it is written.
    pub value: String,
    /// The comment lines above the entry.
    pub comments_above: Vec<String>,
    /// The rest of the last line after the value.
    pub rest_of_line: String,
}

impl Entry {
    /// Creates an entry without comments.
    pub fn of_value(value: String) -> Self {
        Self { value, ..Self::default() }
    }

    /// Returns the lines of the entry under a key.
    pub fn lines(&self, key: &str, indentation: &str, line_ending: &str) -> String {
        let above: String =
            self.comments_above.iter().map(|comment| format!("{indentation}{comment}{line_ending}")).collect();
        format!("{above}{indentation}{key} = {}{}{line_ending}", self.value, self.rest_of_line)
    }
}

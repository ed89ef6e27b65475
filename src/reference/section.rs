//! Table of a config.

use confgate_core::value::Path;

use crate::reference::field::Field;

/// Table of a config, with a section of its own in the reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Dotted name, empty for the top level. An element of a list is `turn_servers[]`, any entry of a table `labels.*`.
    pub name: String,
    /// Path of the table.
    pub path: Path,
    /// Variant, if a value can be one of several tables: `type = "file"`.
    pub form: Option<String>,
    /// Description in the schema.
    pub about: String,
    /// Fields in the order of the schema, without nested tables.
    pub fields: Vec<Field>,
    /// Indexes of the sections of nested tables.
    pub tables: Vec<usize>,
}

impl Section {
    /// Returns the title of the section.
    pub fn title(&self) -> String {
        let name = if self.name.is_empty() { "Top level" } else { &self.name };
        match &self.form {
            Some(form) => format!("{name}, {form}"),
            None => name.to_owned(),
        }
    }
}

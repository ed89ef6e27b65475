//! Reference of a config type.

use confgate_core::describe::plain;
use confgate_core::gate::{ConfigSpec, RuleInfo, plain_secrets};
use confgate_core::schema::describe_format;

use crate::reference::field::Field;
use crate::reference::section::Section;
use crate::reference::walk;

/// Reference of a config type: all tables, fields and rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Name of the model, or title of a schema without a model.
    pub name: String,
    /// Description of the whole config.
    pub about: String,
    /// Tables, each before its nested tables.
    pub sections: Vec<Section>,
    /// Rules of the model, then those of every model.
    pub rules: Vec<RuleInfo>,
    /// Formats of strings, with an example each.
    pub formats: Vec<(&'static str, &'static str)>,
    /// Deprecated keys of the top level, with their descriptions.
    pub retired: Vec<(String, String)>,
}

impl Reference {
    /// Builds the reference from the schema and the rules of a gate.
    pub fn of(gate: &ConfigSpec) -> Self {
        let view = gate.view();
        let name = gate.model_name().or(view.text("title")).unwrap_or("config");
        let rules: Vec<RuleInfo> =
            gate.rules().iter().copied().chain([plain_secrets::RULE, plain_secrets::LIKELY_RULE]).collect();
        let found = walk::walk(gate, &rules);
        Self {
            name: name.to_owned(),
            about: view.text("description").unwrap_or_default().to_owned(),
            sections: found.sections,
            rules,
            formats: found
                .formats
                .iter()
                .filter_map(|format| describe_format(format))
                .map(|(words, example)| (plain(words), example))
                .collect(),
            retired: found.retired,
        }
    }

    /// Iterates over all fields, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// Iterates over the fields whose default depends on the environment.
    pub fn differing(&self) -> impl Iterator<Item = &Field> {
        self.fields().filter(|field| field.differs() && !field.names_environment)
    }
}

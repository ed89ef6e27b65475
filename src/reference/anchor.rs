//! Anchors of links.

use std::collections::HashMap;

use confgate_core::value::Path;

use crate::reference::Reference;

/// Anchors of a page, in its order.
pub struct Anchors {
    /// The names in use, each with the number that was last put behind it.
    used: HashMap<String, usize>,
    sections: Vec<String>,
    fields: Vec<Vec<String>>,
    rules: Vec<String>,
}

impl Anchors {
    /// Names all sections, fields and rules with `name_of`. Repeated names are numbered, as code hosts do. `before` are the titles
    /// above the sections, `between` those above the rules.
    pub fn new(reference: &Reference, name_of: fn(&str) -> String, before: &[&str], between: &[&str]) -> Self {
        let mut anchors = Self { used: HashMap::new(), sections: Vec::new(), fields: Vec::new(), rules: Vec::new() };
        for name in before {
            anchors.unique(name_of(name));
        }
        for section in &reference.sections {
            let name = anchors.unique(name_of(&section.title()));
            anchors.sections.push(name);
            let fields = section.fields.iter().map(|field| anchors.unique(name_of(&field.name))).collect();
            anchors.fields.push(fields);
        }
        for name in between {
            anchors.unique(name_of(name));
        }
        anchors.rules = reference.rules.iter().map(|rule| anchors.unique(name_of(rule.name))).collect();
        anchors
    }

    /// Returns a name that is not in use, and reserves it.
    fn unique(&mut self, wanted: String) -> String {
        let mut number = self.used.get(&wanted).copied();
        let mut name = wanted.clone();
        while let Some(last) = number {
            name = format!("{wanted}-{}", last + 1);
            number = if self.used.contains_key(&name) { Some(last + 1) } else { None };
            self.used.insert(wanted.clone(), last + 1);
        }
        self.used.insert(name.clone(), 0);
        name
    }

    /// Returns the anchor of a section.
    pub fn section(&self, place: usize) -> &str {
        &self.sections[place]
    }

    /// Returns the anchor of a field, by the indexes of its section and itself.
    pub fn field(&self, section: usize, place: usize) -> &str {
        &self.fields[section][place]
    }

    /// Returns the anchor of a rule.
    pub fn rule(&self, place: usize) -> &str {
        &self.rules[place]
    }

    /// Returns the anchor of the field or table at a dotted path.
    pub fn read(&self, reference: &Reference, read: &str) -> Option<&str> {
        let path = Path::dotted(read);
        let sections = || reference.sections.iter().zip(&self.sections).zip(&self.fields);
        for ((section, _), anchors) in sections() {
            if let Some(place) = section.fields.iter().position(|field| field.path == path) {
                return Some(&anchors[place]);
            }
        }
        sections().find(|((section, _), _)| section.path == path).map(|((_, anchor), _)| anchor.as_str())
    }
}

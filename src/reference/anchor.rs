//! The names under which links find what they lead to.

use std::collections::HashSet;

use confgate_core::value::Path;

use crate::reference::Reference;

/// The anchors of all that a page has, in the order in which it stands there.
pub struct Anchors {
    used: HashSet<String>,
    sections: Vec<String>,
    fields: Vec<Vec<String>>,
    rules: Vec<String>,
}

impl Anchors {
    /// Names everything with `name_of`; what would have the name of something before it is numbered, as code hosts do.
    /// `before` are names that the page has on its own above the sections, `between` those that stand above the rules.
    pub fn new(reference: &Reference, name_of: fn(&str) -> String, before: &[&str], between: &[&str]) -> Self {
        let mut anchors = Self { used: HashSet::new(), sections: Vec::new(), fields: Vec::new(), rules: Vec::new() };
        for name in before {
            anchors.name(name_of(name));
        }
        for section in &reference.sections {
            let name = anchors.name(name_of(&section.title()));
            anchors.sections.push(name);
            let fields = section.fields.iter().map(|field| anchors.name(name_of(&field.name))).collect();
            anchors.fields.push(fields);
        }
        for name in between {
            anchors.name(name_of(name));
        }
        anchors.rules = reference.rules.iter().map(|rule| anchors.name(name_of(rule.name))).collect();
        anchors
    }

    /// A name that nothing else has.
    fn name(&mut self, wanted: String) -> String {
        let numbered = (1..).map(|number| format!("{wanted}-{number}"));
        let name = std::iter::once(wanted.clone()).chain(numbered).find(|name| !self.used.contains(name));
        let name = name.unwrap_or(wanted);
        self.used.insert(name.clone());
        name
    }

    /// The anchor of a section.
    pub fn section(&self, place: usize) -> &str {
        &self.sections[place]
    }

    /// The anchor of a field, by its section and its place there.
    pub fn field(&self, section: usize, place: usize) -> &str {
        &self.fields[section][place]
    }

    /// The anchor of a rule.
    pub fn rule(&self, place: usize) -> &str {
        &self.rules[place]
    }

    /// The anchor of the field or the table at a dotted path, as rules name them.
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

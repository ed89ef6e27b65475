use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use jsonschema::{Draft, Registry};
use serde_json::{Value as Json, json};

use super::options::options;
use super::validator::Validator;
use crate::schema::document::Document;
use crate::schema::ecma_pattern::{self, Translations};
use crate::schema::resolve::{Dialect, RESOLVED, reference_to};
use crate::value::Node;

/// The maximum number of subschemas that are compiled on their own for one report.
const MAX_PARTS: usize = 256;

/// The validators of subschemas, each compiled when it is first asked for.
pub struct PartValidators<'s> {
    /// Read when a part is compiled, because a model generates it then.
    document: &'s Document,
    dialect: Dialect,
    /// The document with patterns of the engine, if it has others.
    translated: OnceCell<Option<(Json, Translations)>>,
    compiled: RefCell<HashMap<String, Option<Validator>>>,
}

impl<'s> PartValidators<'s> {
    /// Creates the validators of the subschemas of a resolved document.
    pub fn new(document: &'s Document, dialect: Dialect) -> Self {
        Self { document, dialect, translated: OnceCell::new(), compiled: RefCell::default() }
    }

    /// Tells whether the subschema at a JSON Pointer admits a value; `None` if that subschema cannot be compiled on its own.
    pub fn is_valid(&self, pointer: &str, value: &Node) -> Option<bool> {
        let mut compiled = self.compiled.borrow_mut();
        if compiled.len() >= MAX_PARTS && !compiled.contains_key(pointer) {
            return None;
        }
        let validator = compiled.entry(pointer.to_owned()).or_insert_with(|| self.compile(pointer));
        validator.as_ref().map(|validator| validator.is_valid(value))
    }

    fn compile(&self, pointer: &str) -> Option<Validator> {
        let document = self.document.json();
        let translated = self.translated.get_or_init(|| ecma_pattern::translated(document, self.dialect));
        let document = translated.as_ref().map_or(document, |(document, _)| document);
        let registry = Registry::new().add(RESOLVED, document).and_then(|registry| registry.prepare()).ok()?;
        let reference = json!({ "$ref": format!("{RESOLVED}{}", reference_to(pointer)) });
        let compiled = options().with_draft(Draft::Draft4).with_registry(&registry).build(&reference).ok()?;
        Some(Validator { compiled, translations: Translations::new(), has_parts: false })
    }
}

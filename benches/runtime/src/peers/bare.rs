//! Parts of Confgate without the gate: the file as a JSON value, variables inserted into it, a compiled schema, serde.

use std::path::Path;

use confgate::bitcraps::Config;
use confgate::gate::Gate;
use jsonschema::Validator;
use serde_json::Value;

use crate::case::PREFIX;

pub struct Bare {
    validator: Validator,
}

impl Bare {
    pub fn new() -> Self {
        let gate = Gate::of::<Config>();
        Self { validator: jsonschema::validator_for(gate.schema()).expect("it is a schema") }
    }

    pub fn load(&self, path: &Path) -> Config {
        let text = std::fs::read_to_string(path).expect("the file is there");
        let mut value: Value = toml::from_str(&text).expect("the file is good");
        for (name, text) in std::env::vars() {
            let Some(field) = name.strip_prefix(PREFIX) else { continue };
            let field = field.to_ascii_lowercase();
            let target = field.split("__").try_fold(&mut value, |value, key| value.get_mut(key));
            *target.expect("the field is there") = serde_json::from_str(&text).unwrap_or(Value::String(text));
        }
        self.validator.validate(&value).expect("the schema admits it");
        serde_json::from_value(value).expect("the type takes it")
    }
}

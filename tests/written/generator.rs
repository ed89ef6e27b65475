//! Generator of schemas with every keyword in use.

use serde_json::{Map, Value as Json, json};

use crate::choices::Choices;
use crate::sampler::Sampler;

const KEYS: [&str; 5] = ["a", "b", "c", "d", "e"];
const DEFINITIONS: [&str; 3] = ["first", "second", "third"];
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Returns a schema of a whole config.
pub fn schema(choices: &mut Choices<'_>) -> Json {
    let mut definitions = Map::new();
    // A definition refers to later ones alone, so that no instance is infinite.
    for (index, name) in DEFINITIONS.iter().enumerate().rev() {
        let definition = Generator { definitions: &definitions, names: &DEFINITIONS[index + 1..] }.any(choices, 2);
        definitions.insert((*name).to_owned(), definition);
    }
    let mut schema = Generator { definitions: &definitions, names: &DEFINITIONS }.table(choices, 3);
    schema["$schema"] = json!(DIALECT);
    schema["$defs"] = Json::Object(definitions);
    schema
}

struct Generator<'a> {
    definitions: &'a Map<String, Json>,
    /// The definitions that may be referred to.
    names: &'a [&'a str],
}

impl Generator<'_> {
    fn any(&self, choices: &mut Choices<'_>, depth: usize) -> Json {
        let mut schema = if depth == 0 {
            leaf(choices)
        } else {
            match choices.below(12) {
                0..4 => leaf(choices),
                4..7 => self.table(choices, depth - 1),
                7 => self.list(choices, depth - 1),
                8 if !self.names.is_empty() => json!({ "$ref": format!("#/$defs/{}", choices.pick(self.names)) }),
                9 => json!({ "anyOf": self.some(choices, depth - 1) }),
                10 => json!({ "oneOf": self.some(choices, depth - 1) }),
                _ => json!({ "allOf": self.some(choices, depth - 1) }),
            }
        };
        match choices.below(8) {
            0..3 => {}
            3..6 => schema["default"] = Sampler::new(self.definitions).value(&schema, choices),
            6 => schema["default"] = choices.pick(&[json!(null), json!({}), json!(7), json!("x"), json!([])]).clone(),
            _ => schema = json!({ "anyOf": [schema, { "type": "null" }], "default": null }),
        }
        schema
    }

    fn some(&self, choices: &mut Choices<'_>, depth: usize) -> Vec<Json> {
        let count = 1 + choices.below(3);
        (0..count).map(|_| self.any(choices, depth)).collect()
    }

    fn list(&self, choices: &mut Choices<'_>, depth: usize) -> Json {
        let mut schema = json!({ "type": "array" });
        match choices.below(4) {
            0 => schema["items"] = self.any(choices, depth),
            1 => {
                schema["prefixItems"] = json!(self.some(choices, depth));
                schema["items"] = choices.pick(&[json!(true), json!(false)]).clone();
            }
            2 => {
                schema["contains"] = leaf(choices);
                schema["maxContains"] = json!(3);
            }
            _ => {
                schema["items"] = leaf(choices);
                schema["uniqueItems"] = json!(true);
                schema["maxItems"] = json!(2);
            }
        }
        schema
    }

    fn table(&self, choices: &mut Choices<'_>, depth: usize) -> Json {
        let mut properties = Map::new();
        for _ in 0..1 + choices.below(4) {
            properties.insert((*choices.pick(&KEYS)).to_owned(), self.any(choices, depth));
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if choices.once_in(2) {
            schema["required"] = json!([choices.pick(&KEYS)]);
        }
        for _ in 0..choices.below(3) {
            let (keyword, value) = match choices.below(14) {
                0 => ("additionalProperties", json!(false)),
                1 => ("additionalProperties", self.any(choices, depth.saturating_sub(1))),
                2 => ("patternProperties", json!({ "^x-": self.any(choices, depth.saturating_sub(1)) })),
                3 => ("unevaluatedProperties", json!(false)),
                4 => ("dependentRequired", json!({ *choices.pick(&KEYS): [choices.pick(&KEYS)] })),
                5 => ("dependentSchemas", json!({ *choices.pick(&KEYS): self.part(choices) })),
                6 => ("minProperties", json!(1)),
                7 => ("maxProperties", json!(1 + choices.below(3))),
                8 => ("propertyNames", json!({ "pattern": "^[a-dx-]" })),
                9 => ("not", json!({ "required": [choices.pick(&KEYS)] })),
                10 => ("allOf", json!([self.part(choices)])),
                11 => ("anyOf", json!([self.part(choices), self.part(choices)])),
                12 => ("oneOf", json!([self.part(choices), self.part(choices)])),
                _ => {
                    schema["if"] = json!({ "required": [choices.pick(&KEYS)] });
                    schema["then"] = self.part(choices);
                    ("else", self.part(choices))
                }
            };
            schema[keyword] = value;
        }
        if choices.once_in(3) {
            schema["default"] = json!({});
        }
        schema
    }

    /// Returns a schema of some keys of a table.
    fn part(&self, choices: &mut Choices<'_>) -> Json {
        let key = *choices.pick(&KEYS);
        let mut part = json!({ "properties": { key: self.any(choices, 0) } });
        if choices.once_in(2) {
            part["required"] = json!([key]);
        }
        part
    }
}

fn leaf(choices: &mut Choices<'_>) -> Json {
    let leaves = [
        json!({}),
        json!({ "type": "string" }),
        json!({ "type": "integer", "minimum": 1, "maximum": 9 }),
        json!({ "type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5 }),
        json!({ "type": "boolean" }),
        json!({ "enum": ["no", "07:00", "2020-01-01", 1, 1.5, true] }),
        json!({ "const": "only" }),
        json!({ "const": 3 }),
        json!({ "type": ["integer", "null"] }),
        json!({ "type": "string", "pattern": "^[a-z]+$", "minLength": 1, "maxLength": 4 }),
        json!({ "type": "string", "format": "date" }),
        json!({ "type": "string", "format": "ipv4" }),
        json!({ "type": ["string", "integer"] }),
        json!({ "type": "array", "items": { "type": "string" } }),
        json!({ "type": "integer" }),
        json!({ "type": "number" }),
    ];
    choices.pick(&leaves).clone()
}

//! Values that mostly satisfy a schema.

use serde_json::{Map, Value as Json, json};

use crate::choices::Choices;

/// Values of a schema. Null is not among them, since TOML has none.
pub struct Sampler<'a> {
    definitions: &'a Map<String, Json>,
}

impl<'a> Sampler<'a> {
    /// Makes the values of schemas that refer to these definitions.
    pub fn new(definitions: &'a Map<String, Json>) -> Self {
        Self { definitions }
    }

    /// Returns a value, which the schema may reject.
    pub fn value(&self, schema: &Json, choices: &mut Choices<'_>) -> Json {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
            return self.value(&self.definitions[name], choices);
        }
        if let Some(options) = schema["enum"].as_array() {
            return choices.pick(options).clone();
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        let is_null = |branch: &&Json| branch["type"] == "null";
        for keyword in ["anyOf", "oneOf"] {
            if let (Some(branches), None) = (schema[keyword].as_array(), schema.get("properties")) {
                let branches: Vec<&Json> = branches.iter().filter(|branch| !is_null(branch)).collect();
                return if branches.is_empty() {
                    json!(1)
                } else {
                    self.value(branches[choices.below(branches.len())], choices)
                };
            }
        }
        if let (Some(parts), None) = (schema["allOf"].as_array(), schema.get("properties")) {
            return self.all_of(parts, choices);
        }
        match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
            Some("object") => self.table(schema, choices),
            Some("array") => self.list(schema, choices),
            Some("string") => text(schema, choices),
            Some("integer") => json!(1 + choices.below(9)),
            Some("number") => choices.pick(&[json!(1), json!(0.5), json!(2.5), json!(1e300)]).clone(),
            Some("boolean") => json!(choices.once_in(2)),
            _ if schema.get("properties").is_some() => self.table(schema, choices),
            _ => choices.pick(&[json!("x"), json!(1), json!({}), json!([1, "two"]), json!({ "z": -0.25 })]).clone(),
        }
    }

    /// Returns the tables of all parts together, else the value of the first.
    fn all_of(&self, parts: &[Json], choices: &mut Choices<'_>) -> Json {
        let values: Vec<Json> = parts.iter().map(|part| self.value(part, choices)).collect();
        if values.iter().all(Json::is_object) {
            return values.into_iter().filter_map(|value| value.as_object().cloned()).flatten().collect();
        }
        values.into_iter().next().unwrap_or_else(|| json!(1))
    }

    fn table(&self, schema: &Json, choices: &mut Choices<'_>) -> Json {
        let mut table = Map::new();
        let required = |key: &str| schema["required"].as_array().is_some_and(|keys| keys.contains(&json!(key)));
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            if required(key) || choices.once_in(2) {
                table.insert(key.clone(), self.value(property, choices));
            }
        }
        for key in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            if !table.contains_key(key) {
                table.insert(key.to_owned(), json!(1));
            }
        }
        if let Some(property) = schema["patternProperties"]["^x-"].as_object().filter(|_| choices.once_in(2)) {
            table.insert("x-1".to_owned(), self.value(&Json::Object(property.clone()), choices));
        }
        if schema["additionalProperties"].is_object() && choices.once_in(2) {
            table.insert("x-more".to_owned(), self.value(&schema["additionalProperties"], choices));
        }
        let parts = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|keyword| schema[keyword].as_array());
        for parts in parts.filter(|parts| !parts.is_empty()) {
            let more = self.value(choices.pick(parts), choices);
            for (key, value) in more.as_object().into_iter().flatten() {
                table.entry(key).or_insert_with(|| value.clone());
            }
        }
        Json::Object(table)
    }

    fn list(&self, schema: &Json, choices: &mut Choices<'_>) -> Json {
        let first = schema["prefixItems"].as_array().into_iter().flatten();
        let mut elements: Vec<Json> = first.map(|item| self.value(item, choices)).collect();
        if schema["contains"].is_object() {
            elements.push(self.value(&schema["contains"], choices));
        } else if schema["items"].is_object() {
            elements.extend((0..choices.below(3)).map(|_| self.value(&schema["items"], choices)));
        }
        Json::Array(elements)
    }
}

fn text(schema: &Json, choices: &mut Choices<'_>) -> Json {
    let texts = match (schema["format"].as_str(), schema.get("pattern")) {
        (Some("date"), _) => vec!["2020-02-29"],
        (Some("ipv4"), _) => vec!["127.0.0.1"],
        (_, Some(_)) => vec!["abc", "z"],
        _ => vec!["text", "", "no", "1e3", "12:30:45", "2001-01-01", "# ü\n\u{85}\u{7f}", " a: b ", "~", "0o17", "<<"],
    };
    json!(choices.pick(&texts))
}

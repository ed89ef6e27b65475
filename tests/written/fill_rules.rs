//! The keys that may be written: those of the author, and those of the defaults.

use serde_json::Value as Json;

/// Returns the first key or value of a written config that neither the author wrote nor a default of the schema explains.
///
/// This knows less than Confgate: a default of any alternative explains a key, whether or not the alternative applies.
pub fn unexplained(schema: &Json, author: &Json, written: &Json) -> Option<String> {
    let rules = Rules { root: schema };
    let mut places = Vec::new();
    rules.expand(schema, &mut places);
    rules.check(&places, author, written, "")
}

struct Rules<'a> {
    root: &'a Json,
}

impl<'a> Rules<'a> {
    /// Adds a schema and all schemas that apply to the same value.
    fn expand(&self, schema: &'a Json, places: &mut Vec<&'a Json>) {
        if places.iter().any(|place| std::ptr::eq(*place, schema)) {
            return;
        }
        places.push(schema);
        if let Some(target) = schema["$ref"].as_str().and_then(|reference| self.target(reference)) {
            self.expand(target, places);
        }
        let lists = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
        let branches = ["if", "then", "else"].into_iter().filter_map(|keyword| schema.get(keyword));
        let dependent = schema["dependentSchemas"].as_object().into_iter().flat_map(|schemas| schemas.values());
        for part in lists.chain(branches).chain(dependent) {
            self.expand(part, places);
        }
    }

    /// Returns the target of a reference in the document, or in the meta-schema of draft-04, whose parts others describe schemas by.
    fn target(&self, reference: &str) -> Option<&'a Json> {
        let draft04: &'static Json = &referencing::meta::DRAFT4;
        let of_draft04 = reference.strip_prefix("http://json-schema.org/draft-04/schema#");
        let target = of_draft04.or_else(|| reference.strip_prefix('#'))?;
        // The definitions of public schemas are percent-encoded.
        let target = percent_encoding::percent_decode_str(target).decode_utf8().unwrap();
        let own = self.root.pointer(&target).filter(|_| of_draft04.is_none());
        Some(own.or_else(|| draft04.pointer(&target)).unwrap())
    }

    /// Returns the schemas that may apply to an entry of a table.
    fn entry(&self, places: &[&'a Json], key: &str) -> Vec<&'a Json> {
        let mut found = Vec::new();
        for place in places {
            let patterns = place["patternProperties"].as_object().into_iter().flat_map(|patterns| patterns.values());
            let others = ["additionalProperties", "unevaluatedProperties"].map(|keyword| place.get(keyword));
            for schema in place["properties"].get(key).into_iter().chain(patterns).chain(others.into_iter().flatten()) {
                self.expand(schema, &mut found);
            }
        }
        found
    }

    /// Returns the schemas that may apply to an element of a list.
    fn element(&self, places: &[&'a Json], index: usize) -> Vec<&'a Json> {
        let mut found = Vec::new();
        for place in places {
            let others = ["items", "contains", "unevaluatedItems"].into_iter().filter_map(|keyword| place.get(keyword));
            for schema in place["prefixItems"].get(index).into_iter().chain(others) {
                self.expand(schema, &mut found);
            }
        }
        found
    }

    fn check(&self, places: &[&'a Json], author: &Json, written: &Json, path: &str) -> Option<String> {
        match (author, written) {
            (Json::Object(author), Json::Object(written)) => {
                let lost = author.iter().find(|(key, value)| !value.is_null() && !written.contains_key(*key));
                if let Some((key, _)) = lost {
                    return Some(format!("{path}/{key} is lost"));
                }
                written.iter().find_map(|(key, value)| {
                    let path = format!("{path}/{key}");
                    let entry = self.entry(places, key);
                    // A null may stay, be left out, or be replaced by a default.
                    match author.get(key).filter(|author| !author.is_null() || value.is_null()) {
                        Some(author) => self.check(&entry, author, value, &path),
                        None => self.check_added(places, &entry, key, value, path),
                    }
                })
            }
            (Json::Array(author), Json::Array(written)) if author.len() == written.len() => {
                author.iter().zip(written).enumerate().find_map(|(index, (author, written))| {
                    self.check(&self.element(places, index), author, written, &format!("{path}/{index}"))
                })
            }
            (author, written) if is_equal(author, written) => None,
            _ => Some(format!("{path} is {written}, and was {author}")),
        }
    }

    /// Checks a key that the author did not write: a default of its schema explains it, or it is a required section.
    fn check_added(
        &self,
        parents: &[&'a Json],
        entry: &[&'a Json],
        key: &str,
        value: &Json,
        path: String,
    ) -> Option<String> {
        let is_required =
            parents.iter().any(|parent| parent["required"].as_array().is_some_and(|keys| keys.contains(&key.into())));
        let section = Json::Object(serde_json::Map::new());
        let defaults = entry.iter().filter_map(|schema| schema.get("default")).filter(|default| !default.is_null());
        let mut origins = defaults.chain(Some(&section).filter(|_| is_required && value.is_object()));
        let is_explained = origins.any(|origin| self.check(entry, origin, value, &path).is_none());
        (!is_explained).then(|| format!("{path} is {value}, and was absent"))
    }
}

fn is_equal(one: &Json, other: &Json) -> bool {
    one == other || one.as_f64().is_some() && one.as_f64() == other.as_f64() && (one.is_f64() || other.is_f64())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_explained_by_defaults_alone() {
        let schema = json!({ "required": ["server"], "properties": {
            "port": { "default": 80 }, "host": {},
            "server": { "$ref": "#/$defs/server" },
            "tls": { "properties": { "version": { "default": "1.2" } } },
        }, "$defs": { "server": { "anyOf": [{ "properties": { "name": { "default": "x" } } }] } } });
        let check = |author, written| unexplained(&schema, &author, &written);
        assert_eq!(check(json!({}), json!({ "port": 80, "server": { "name": "x" } })), None);
        assert_eq!(check(json!({ "tls": {} }), json!({ "tls": { "version": "1.2" } })), None);
        let is = |author, written, problem: &str| assert_eq!(check(author, written).as_deref(), Some(problem));
        is(json!({}), json!({ "port": 81 }), "/port is 81, and was absent");
        is(json!({}), json!({ "host": "h" }), "/host is \"h\", and was absent");
        is(json!({}), json!({ "tls": { "version": "1.2" } }), "/tls is {\"version\":\"1.2\"}, and was absent");
        is(json!({ "port": 1 }), json!({ "port": 80 }), "/port is 80, and was 1");
        is(json!({ "port": 1 }), json!({}), "/port is lost");
        is(
            json!({ "host": 9_007_199_254_740_993i64 }),
            json!({ "host": 9_007_199_254_740_992i64 }),
            "/host is 9007199254740992, and was 9007199254740993",
        );
    }
}

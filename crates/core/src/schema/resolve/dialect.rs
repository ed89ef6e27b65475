//! The dialects of JSON Schema, and the keywords of each that hold subschemas.

use serde_json::Value as Json;

/// A draft of JSON Schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// Draft 4.
    Draft4,
    /// Draft 6.
    Draft6,
    /// Draft 7.
    Draft7,
    /// Draft 2019-09.
    Draft201909,
    /// Draft 2020-12.
    #[default]
    Draft202012,
}

impl Dialect {
    /// Returns the dialect that a value of `$schema` names; `None` for another meta-schema.
    pub fn of_uri(uri: &str) -> Option<Self> {
        let name = uri.trim_end_matches('#');
        let name = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://"))?;
        match name.strip_prefix("json-schema.org/")? {
            "draft-04/schema" => Some(Self::Draft4),
            "draft-06/schema" => Some(Self::Draft6),
            "draft-07/schema" => Some(Self::Draft7),
            "draft/2019-09/schema" => Some(Self::Draft201909),
            // The URI without a version names the current draft.
            "draft/2020-12/schema" | "schema" => Some(Self::Draft202012),
            _ => None,
        }
    }

    /// Returns the dialect of a subschema: the one that it names, or that of the schema around it.
    pub fn within(self, schema: &Json) -> Self {
        let named = schema.get("$schema").and_then(Json::as_str);
        named.and_then(Self::of_uri).unwrap_or(self)
    }

    /// Returns the URI of the meta-schema.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Draft4 => "http://json-schema.org/draft-04/schema#",
            Self::Draft6 => "http://json-schema.org/draft-06/schema#",
            Self::Draft7 => "http://json-schema.org/draft-07/schema#",
            Self::Draft201909 => "https://json-schema.org/draft/2019-09/schema",
            Self::Draft202012 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// Returns the keyword that identifies a resource.
    pub fn id_keyword(self) -> &'static str {
        if self == Self::Draft4 { "id" } else { "$id" }
    }

    /// Returns the keyword that holds definitions.
    pub fn definitions_keyword(self) -> &'static str {
        if self.is_classic() { "definitions" } else { "$defs" }
    }

    /// Tells whether the dialect is older than 2019-09: keywords beside `$ref` are ignored, and an anchor is an identifier that
    /// begins with `#`.
    pub fn is_classic(self) -> bool {
        self < Self::Draft201909
    }

    /// Tells whether `schema` is a reference and nothing else in this dialect.
    pub fn is_only_reference(self, schema: &Json) -> bool {
        schema.get("$ref").is_some_and(Json::is_string)
            && (self.is_classic() || schema.as_object().is_some_and(|keywords| keywords.len() == 1))
    }
}

/// The value that the subschemas of a keyword apply to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Application {
    /// The value itself.
    Same,
    /// A value in it, or the name of a key.
    Inner,
    /// No value: definitions.
    Nothing,
}

/// The form of a keyword that holds subschemas.
#[derive(Debug, Clone, Copy)]
enum Form {
    One,
    List,
    /// One subschema or a list of them.
    OneOrList,
    Map,
}

/// The subschemas of one keyword.
pub struct Subschemas<'s> {
    /// The value that they apply to.
    pub application: Application,
    /// Each subschema, with its JSON Pointer below the schema, which begins with `/`.
    pub each: Vec<(String, &'s Json)>,
}

/// Returns the subschemas of `schema`, in the order of its keywords. Values that are not schemas are left out.
pub fn subschemas(dialect: Dialect, schema: &Json) -> impl Iterator<Item = Subschemas<'_>> {
    schema.as_object().into_iter().flatten().filter_map(move |(keyword, value)| {
        let (application, form) = classify(dialect, keyword)?;
        let each = match (form, value) {
            (Form::One | Form::OneOrList, Json::Object(_) | Json::Bool(_)) => vec![(format!("/{keyword}"), value)],
            (Form::List | Form::OneOrList, Json::Array(list)) => {
                list.iter().enumerate().map(|(index, inner)| (format!("/{keyword}/{index}"), inner)).collect()
            }
            (Form::Map, Json::Object(map)) => {
                let step = |name: &str| format!("/{keyword}/{}", super::escaped(name));
                map.iter().map(|(name, inner)| (step(name), inner)).collect()
            }
            _ => return None,
        };
        // `dependencies` holds lists of names as well.
        let each = each.into_iter().filter(|(_, inner)| inner.is_object() || inner.is_boolean()).collect();
        Some(Subschemas { application, each })
    })
}

fn classify(dialect: Dialect, keyword: &str) -> Option<(Application, Form)> {
    use Application::{Inner, Nothing, Same};
    let (since, found) = match keyword {
        "properties" | "patternProperties" => (Dialect::Draft4, (Inner, Form::Map)),
        "additionalProperties" => (Dialect::Draft4, (Inner, Form::One)),
        "items" if dialect < Dialect::Draft202012 => (Dialect::Draft4, (Inner, Form::OneOrList)),
        "items" => (Dialect::Draft4, (Inner, Form::One)),
        "additionalItems" if dialect < Dialect::Draft202012 => (Dialect::Draft4, (Inner, Form::One)),
        "allOf" | "anyOf" | "oneOf" => (Dialect::Draft4, (Same, Form::List)),
        "not" => (Dialect::Draft4, (Same, Form::One)),
        "dependencies" => (Dialect::Draft4, (Same, Form::Map)),
        "definitions" => (Dialect::Draft4, (Nothing, Form::Map)),
        "contains" | "propertyNames" => (Dialect::Draft6, (Inner, Form::One)),
        "if" | "then" | "else" => (Dialect::Draft7, (Same, Form::One)),
        "$defs" => (Dialect::Draft201909, (Nothing, Form::Map)),
        "dependentSchemas" => (Dialect::Draft201909, (Same, Form::Map)),
        "unevaluatedItems" | "unevaluatedProperties" => (Dialect::Draft201909, (Inner, Form::One)),
        "contentSchema" => (Dialect::Draft201909, (Inner, Form::One)),
        "prefixItems" => (Dialect::Draft202012, (Inner, Form::List)),
        _ => return None,
    };
    (dialect >= since).then_some(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(dialect: Dialect, schema: &Json) -> Vec<String> {
        subschemas(dialect, schema).flat_map(|found| found.each).map(|(place, _)| place).collect()
    }

    #[test]
    fn each_dialect_has_its_own_keywords() {
        let schema = json!({
            "items": [{}, true], "additionalItems": {}, "prefixItems": [{}], "if": {}, "$defs": { "a/b": {} },
            "dependencies": { "a": ["b"], "c": {} }, "enum": [{}], "unknown": { "properties": { "x": {} } },
        });
        assert_eq!(places(Dialect::Draft4, &schema), ["/items/0", "/items/1", "/additionalItems", "/dependencies/c"]);
        let all = ["/items/0", "/items/1", "/additionalItems", "/if", "/dependencies/c"];
        assert_eq!(places(Dialect::Draft7, &schema), all);
        assert_eq!(places(Dialect::Draft202012, &schema), ["/prefixItems/0", "/if", "/$defs/a~1b", "/dependencies/c"]);
    }

    #[test]
    fn a_meta_schema_is_known_by_each_of_its_spellings() {
        for uri in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft-07/schema"] {
            assert_eq!(Dialect::of_uri(uri), Some(Dialect::Draft7));
        }
        assert_eq!(Dialect::of_uri("http://json-schema.org/draft-03/schema#"), None);
        assert_eq!(Dialect::of_uri("https://example.net/draft-07/schema"), None);
    }

    #[test]
    fn keywords_beside_a_reference_count_since_2019_09() {
        let schema = json!({ "$ref": "#", "default": 1 });
        assert!(Dialect::Draft7.is_only_reference(&schema));
        assert!(!Dialect::Draft201909.is_only_reference(&schema));
        assert!(!Dialect::Draft7.is_only_reference(&json!({ "$ref": { "type": "string" } })));
    }
}

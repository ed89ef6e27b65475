//! The resolved form of a schema.

use serde_json::Value as Json;

use super::documents::Documents;
use super::problem::{InvalidSchema, SchemaPlace, SchemaProblem};
use super::rewrite::{Rewriter, Rewritten};

/// One document without identifiers and anchors, in which every reference is a JSON Pointer.
///
/// Other documents are among its definitions. The first document keeps its places.
#[derive(Debug)]
pub struct ResolvedSchema {
    /// The document.
    pub json: Json,
    /// True if its parts have several dialects; references then have the URIs of the parts.
    pub is_mixed: bool,
    /// The parts, with their places in the document and the places that they come from.
    origins: Vec<(String, SchemaPlace)>,
}

impl ResolvedSchema {
    /// Rewrites the references of all documents, unless these have problems.
    ///
    /// # Errors
    ///
    /// There are problems, or the references of the schema need too many copies of a resource, one for each dynamic scope.
    pub fn new(documents: Documents, problems: Vec<SchemaProblem>) -> Result<Self, InvalidSchema> {
        if !problems.is_empty() {
            return Err(InvalidSchema::new(problems));
        }
        let Rewritten { json, origins, is_mixed } = Rewriter::rewrite(documents)?;
        Ok(Self { json, is_mixed, origins })
    }

    /// Returns the place in the documents that a place in the resolved schema comes from.
    pub fn origin(&self, pointer: &str) -> SchemaPlace {
        let within = |place: &str| pointer.strip_prefix(place).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let parts = self.origins.iter().filter_map(|(place, origin)| Some((place.len(), within(place)?, origin)));
        let innermost = parts.max_by_key(|(length, ..)| *length);
        match innermost {
            Some((_, rest, origin)) => SchemaPlace { pointer: origin.pointer.clone() + rest, ..origin.clone() },
            None => SchemaPlace { document: None, pointer: pointer.to_owned() },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::resolve::{Retrieve, RetrieveError, SchemaDocument, SchemaSource};

    struct Files(Vec<(&'static str, Json)>);

    impl Retrieve for Files {
        fn retrieve(&self, uri: &str) -> Result<SchemaDocument, RetrieveError> {
            let found = self.0.iter().find(|(known, _)| *known == uri).ok_or("it is not there")?;
            Ok(SchemaDocument { name: found.0.trim_start_matches("file:///").to_owned(), json: found.1.clone() })
        }
    }

    fn resolved(root: Json, files: &Files) -> ResolvedSchema {
        let documents = Documents::load(SchemaSource::new(root, "file:///root.json", files), |_| None);
        let problems = documents.problems();
        ResolvedSchema::new(documents, problems).unwrap()
    }

    #[test]
    fn documents_are_definitions_with_names_of_their_own() {
        let files = Files(vec![
            ("file:///a/part.json", json!({ "$id": "part.json", "allOf": [{ "$ref": "../b/part.json#/$defs/x" }] })),
            ("file:///b/part.json", json!({ "$defs": { "x": { "$anchor": "x", "type": "string" } } })),
        ]);
        let root =
            json!({ "$id": "https://example.net/root", "$ref": "file:///a/part.json", "$defs": { "part.json": {} } });
        let resolved = resolved(root, &files);
        assert_eq!(
            resolved.json,
            json!({ "$ref": "#/$defs/part.json-2", "$defs": {
                "part.json": {},
                "part.json-2": { "allOf": [{ "$ref": "#/$defs/part.json-3/$defs/x" }] },
                "part.json-3": { "$defs": { "x": { "type": "string" } } },
            } })
        );
        for (place, origin) in [
            ("/$defs/part.json-3/$defs/x/type", "b/part.json#/$defs/x/type"),
            ("/$defs/part.json-2", "a/part.json#"),
            ("/$defs/part.json/type", "/$defs/part.json/type"),
            ("", "the root"),
        ] {
            assert_eq!(resolved.origin(place).to_string(), origin, "{place}");
        }
    }

    #[test]
    fn parts_of_another_dialect_have_their_own_uris() {
        let old = json!({ "$schema": "http://json-schema.org/draft-07/schema#", "definitions": { "x": { "$ref": "#/definitions/y" }, "y": {} } });
        let resolved = resolved(json!({ "$ref": "old.json#/definitions/x" }), &Files(vec![("file:///old.json", old)]));
        assert!(resolved.is_mixed);
        assert_eq!(resolved.json["$ref"], "urn:confgate:schema/$defs/old.json#/definitions/x");
        let part = &resolved.json["$defs"]["old.json"];
        assert_eq!(part["$id"], "urn:confgate:schema/$defs/old.json");
        assert_eq!(part["definitions"]["x"]["$ref"], "urn:confgate:schema/$defs/old.json#/definitions/y");
        // The resolved form needs no other document.
        assert_eq!(self::resolved(resolved.json.clone(), &Files(Vec::new())).json, resolved.json);
    }

    #[test]
    fn a_resource_has_a_copy_for_each_dynamic_scope() {
        let strict = |name: &str, types: &str| json!({ "$id": name, "$ref": "list", "$defs": { "of": { "$dynamicAnchor": "of", "type": types } } });
        let resolved = resolved(
            json!({ "$id": "https://example.net/root", "properties": { "a": { "$ref": "texts" }, "b": { "$ref": "numbers" }, "c": { "$ref": "list" } }, "$defs": {
                "list": { "$id": "list", "items": { "$dynamicRef": "#of" }, "$defs": { "of": { "$dynamicAnchor": "of" } } },
                "texts": strict("texts", "string"), "numbers": strict("numbers", "number"),
            } }),
            &Files(Vec::new()),
        );
        let items = |name: &str| {
            let list = resolved.json["properties"][name]["$ref"].as_str().unwrap().trim_start_matches('#');
            let list = resolved.json.pointer(list).unwrap();
            let list = list
                .get("$ref")
                .and_then(Json::as_str)
                .map_or(list, |inner| resolved.json.pointer(&inner[1..]).unwrap());
            resolved.json.pointer(&list["items"]["$ref"].as_str().unwrap()[1..]).unwrap().clone()
        };
        assert_eq!(
            [items("a"), items("b"), items("c")],
            [json!({ "type": "string" }), json!({ "type": "number" }), json!({})]
        );
    }
}

//! However a schema spells its references, its resolved form is the same, and any document is resolved or refused.

use confgate::Gate;
use confgate::schema::{Retrieve, RetrieveError, SchemaDocument, SchemaSource};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value as Json, json};

const ROOT: &str = "https://example.net/schemas/root.json";

/// A definition: the names that it has, and the definitions that its properties refer to.
#[derive(Debug, Clone)]
struct Definition {
    id: bool,
    anchor: bool,
    references: Vec<(Index, Spelling)>,
}

/// A way to refer to a definition.
#[derive(Debug, Clone, Copy)]
enum Spelling {
    Pointer,
    Encoded,
    Relative,
    Name,
}

fn definition() -> impl Strategy<Value = Definition> {
    let spelling =
        prop_oneof![Just(Spelling::Pointer), Just(Spelling::Encoded), Just(Spelling::Relative), Just(Spelling::Name)];
    let references = prop::collection::vec((any::<Index>(), spelling), 0..4);
    (any::<bool>(), any::<bool>(), references).prop_map(|(id, anchor, references)| Definition {
        id,
        anchor,
        references,
    })
}

/// Names with characters that a fragment has in other spellings.
fn name(index: usize) -> String {
    ["a b", "a/b", "a~b", "Vec<T>", "50%", "\u{e9}", "plain"][index % 7].to_owned() + &index.to_string()
}

fn pointer(index: usize) -> String {
    format!("/$defs/{}", name(index).replace('~', "~0").replace('/', "~1"))
}

fn encoded(pointer: &str) -> String {
    let byte = |byte: u8| match byte {
        b'/' | b'~' | b'$' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    pointer.bytes().map(byte).collect()
}

fn spelled(spelling: Spelling, target: usize, definitions: &[Definition]) -> String {
    let Definition { id, anchor, .. } = &definitions[target];
    match (spelling, id, anchor) {
        (Spelling::Name, true, true) => format!("d{target}.json#anchor{target}"),
        (Spelling::Name, true, false) => format!("https://example.net/schemas/d{target}.json"),
        (Spelling::Name, false, true) => format!("root.json#anchor{target}"),
        (Spelling::Relative, ..) => format!("./x/../root.json#{}", encoded(&pointer(target))),
        (Spelling::Encoded | Spelling::Name, ..) => format!("{ROOT}#{}", encoded(&pointer(target))),
        (Spelling::Pointer, ..) => format!("{ROOT}#{}", pointer(target)),
    }
}

fn schema(definitions: &[Definition]) -> Json {
    let of = |index: usize| {
        let Definition { id, anchor, references } = &definitions[index];
        let property = |(at, (target, spelling)): (usize, &(Index, Spelling))| {
            let target = target.index(definitions.len());
            (format!("p{at}"), json!({ "$ref": spelled(*spelling, target, definitions), "default": {} }))
        };
        let properties: Map<String, Json> = references.iter().enumerate().map(property).collect();
        let mut schema = json!({ "type": "object", "properties": properties });
        if *id {
            schema["$id"] = json!(format!("d{index}.json"));
        }
        if *anchor {
            schema["$anchor"] = json!(format!("anchor{index}"));
        }
        (name(index), schema)
    };
    let all: Map<String, Json> = (0..definitions.len()).map(of).collect();
    json!({ "$id": ROOT, "properties": { "start": { "$ref": format!("#{}", pointer(0)) } }, "$defs": all })
}

/// Documents by their URIs.
struct Documents(Vec<(String, Json)>);

impl Retrieve for Documents {
    fn retrieve(&self, uri: &str) -> Result<SchemaDocument, RetrieveError> {
        match self.0.iter().find(|(known, _)| known == uri) {
            Some((_, json)) => Ok(SchemaDocument { name: uri.to_owned(), json: json.clone() }),
            None => Err(format!("{uri} is not there").into()),
        }
    }
}

/// Any document, with many of the keywords that matter to references.
fn document() -> impl Strategy<Value = Json> {
    let names = prop::sample::select(vec![
        "",
        "#",
        "a.json",
        "b.json",
        "#x",
        "#/$defs/x",
        "#/properties/a",
        "urn:a",
        "%",
        "a b#c",
    ]);
    let leaf = prop_oneof![
        names.prop_map(|name| json!(name)),
        any::<bool>().prop_map(Json::Bool),
        any::<i8>().prop_map(|number| json!(number)),
        Just(json!("https://json-schema.org/draft/2019-09/schema")),
        Just(json!("http://json-schema.org/draft-04/schema#")),
        Just(json!(["a"])),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let keywords = prop::sample::select(vec![
            "$ref",
            "$id",
            "id",
            "$anchor",
            "$dynamicRef",
            "$dynamicAnchor",
            "$recursiveRef",
            "$recursiveAnchor",
            "$schema",
            "$defs",
            "definitions",
            "properties",
            "x",
            "a",
            "items",
            "allOf",
            "anyOf",
            "not",
            "if",
            "then",
            "default",
            "dependencies",
            "patternProperties",
            "additionalProperties",
            "unevaluatedProperties",
            "pattern",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
            prop::collection::vec((keywords, inner), 0..5)
                .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_references_are_spelled_the_resolved_schema_is_the_same(definitions in prop::collection::vec(definition(), 1..7)) {
        let plain: Vec<Definition> = definitions
            .iter()
            .map(|Definition { references, .. }| {
                let references = references.iter().map(|(target, _)| (*target, Spelling::Pointer)).collect();
                Definition { id: false, anchor: false, references }
            })
            .collect();
        let [spelled, plain] = [&definitions, &plain].map(|definitions| Gate::of_schema(schema(definitions)).unwrap());
        prop_assert_eq!(spelled.schema(), plain.schema());
        // The resolved form is its own resolved form.
        let again = Gate::of_schema(spelled.schema().clone()).unwrap();
        prop_assert_eq!(again.schema(), spelled.schema());
    }

    #[test]
    fn any_document_is_resolved_or_refused_the_same_every_time(root in document(), a in document(), b in document()) {
        let documents = Documents(vec![("schema:///a.json".to_owned(), a), ("schema:///b.json".to_owned(), b)]);
        let load = || Gate::of_schema(SchemaSource::new(root.clone(), "schema:///root.json", &documents));
        match (load(), load()) {
            (Ok(one), Ok(other)) => {
                prop_assert_eq!(one.schema(), other.schema());
                let again = Gate::of_schema(one.schema().clone());
                prop_assert!(again.is_ok(), "{}\n{:?}", one.schema(), again.err());
            }
            (Err(one), Err(other)) => prop_assert_eq!(one.to_string(), other.to_string()),
            (one, other) => prop_assert!(false, "{:?} {:?}", one.err(), other.err()),
        }
    }
}

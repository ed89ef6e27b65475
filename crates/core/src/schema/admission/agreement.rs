//! The verdict of admission and that of the validator, on generated schemas and trees.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::schema::ordinary::is_ordinary;
use crate::schema::resolve::Dialect;
use crate::schema::validator::Validator;
use crate::value::{Node, Origin, Span, Value, json as tree};

/// Texts that schemas and trees share, so that they meet.
const WORDS: [&str; 10] = ["a", "b", "c", "x-a", "30s", "http://h/p", "${A}", "2h", "äö", "aaaa"];

const DIALECTS: [Option<&str>; 6] = [
    None,
    Some("http://json-schema.org/draft-04/schema#"),
    Some("http://json-schema.org/draft-06/schema#"),
    Some("http://json-schema.org/draft-07/schema#"),
    Some("https://json-schema.org/draft/2019-09/schema"),
    Some("https://json-schema.org/draft/2020-12/schema"),
];

fn scalar() -> impl Strategy<Value = Json> {
    let number = prop_oneof![
        6 => (-2..4_i64).prop_map(Json::from),
        3 => (-2..4_i32).prop_map(|half| json!(f64::from(half) / 2.0)),
        1 => prop::sample::select(vec![json!(i64::MAX), json!(9_007_199_254_740_993_i64), json!(9.3e18)]),
    ];
    prop_oneof![
        2 => prop::sample::select(&WORDS).prop_map(Json::from),
        2 => number,
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
    ]
}

fn instance() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            3 => scalar(),
            2 => prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            1 => prop::collection::vec(scalar(), 9..11).prop_map(Json::from),
            3 => prop::collection::btree_map(prop::sample::select(&WORDS).prop_map(str::to_owned), inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// Returns the object of one keyword.
fn keyword(name: &'static str, value: impl Strategy<Value = Json> + 'static) -> BoxedStrategy<Json> {
    value.prop_map(move |value| json!({ name: value })).boxed()
}

fn choose(values: Vec<Json>) -> BoxedStrategy<Json> {
    prop::sample::select(values).boxed()
}

fn assertion() -> impl Strategy<Value = Json> {
    let name =
        || choose(["null", "boolean", "integer", "number", "string", "array", "object"].map(Json::from).to_vec());
    let names = || prop::collection::btree_set(prop::sample::select(&WORDS), 0..3).prop_map(|names| json!(names));
    let size = || (0..4_u64).prop_map(Json::from);
    let limit = || prop_oneof![(-2..3_i64).prop_map(Json::from), Just(json!(1.5)), Just(json!(u64::MAX))];
    let formats = ["human-duration", "url", "ip", "uint8", "ipv4", "unheard-of"].map(Json::from).to_vec();
    let patterns = ["^a+$", "^x-", "^[a-c]$", "a", "^(a|30s)", "^.*$", r"^\w+$"].map(Json::from).to_vec();
    let dependent = prop::collection::btree_map(prop::sample::select(&WORDS).prop_map(str::to_owned), names(), 0..2);
    prop_oneof![
        keyword("type", name()),
        keyword(
            "type",
            prop::collection::btree_set(prop::sample::select(vec!["null", "integer", "string", "object"]), 1..3)
                .prop_map(|names| json!(names))
        ),
        keyword("enum", prop::collection::vec(instance(), 1..4).prop_map(Json::from)),
        keyword("const", scalar()),
        keyword("minimum", limit()),
        keyword("maximum", limit()),
        keyword("exclusiveMinimum", limit()),
        keyword("exclusiveMaximum", limit()),
        keyword("multipleOf", choose(vec![json!(2), json!(0.5)])),
        keyword("minLength", size()),
        keyword("maxLength", size()),
        keyword("pattern", choose(patterns)),
        keyword("format", choose(formats)),
        keyword("formatMinimum", choose(vec![json!("1m")])),
        keyword("formatMaximum", choose(vec![json!("1h")])),
        keyword("minItems", size()),
        keyword("maxItems", size()),
        keyword("uniqueItems", any::<bool>().prop_map(Json::from)),
        keyword("minProperties", size()),
        keyword("maxProperties", size()),
        keyword("required", names()),
        keyword("dependentRequired", dependent.prop_map(|map| json!(map))),
        keyword("x-note", scalar()),
        keyword("unheardOf", scalar()),
    ]
}

/// Makes a schema of several keywords.
fn schema() -> impl Strategy<Value = Json> {
    let join = |parts: Vec<Json>| {
        let keywords = parts.into_iter().filter_map(|part| match part {
            Json::Object(keywords) => Some(keywords),
            _ => None,
        });
        Json::Object(keywords.flatten().collect())
    };
    let leaf = prop::collection::vec(assertion(), 0..3).prop_map(join);
    leaf.prop_recursive(3, 24, 3, move |inner| {
        let list = || prop::collection::vec(inner.clone(), 1..3).prop_map(Json::from);
        let named = |names: Vec<&'static str>| {
            prop::collection::btree_map(prop::sample::select(names).prop_map(str::to_owned), inner.clone(), 0..4)
                .prop_map(|map| json!(map))
        };
        let or_bool = || prop_oneof![4 => inner.clone(), 1 => any::<bool>().prop_map(Json::from)];
        let applicator = prop_oneof![
            keyword("properties", named(WORDS.to_vec())),
            keyword("patternProperties", named(vec!["^x-", "^a+$", "b"])),
            keyword("additionalProperties", or_bool()),
            keyword("propertyNames", inner.clone()),
            keyword("items", or_bool()),
            keyword("items", list()),
            keyword("prefixItems", list()),
            keyword("contains", inner.clone()),
            keyword("allOf", list()),
            keyword("anyOf", list()),
            keyword("oneOf", list()),
            keyword("not", inner.clone()),
            keyword("if", inner.clone()),
            keyword("then", inner.clone()),
            keyword("else", inner.clone()),
            keyword("unevaluatedProperties", or_bool()),
            keyword("$ref", choose(vec![json!("#/$defs/d"), json!("#/$defs/e/items")])),
        ];
        prop::collection::vec(prop_oneof![applicator, assertion()], 1..5).prop_map(join)
    })
}

/// Makes a document whose references have a target. The target refers to nothing, so that no schema applies itself to the
/// same value.
fn document(root: Json, target: Json, dialect: Option<&str>) -> Json {
    let mut document = root;
    if let Some(document) = document.as_object_mut() {
        document.insert(
            "$defs".to_owned(),
            json!({ "d": without_references(target.clone()), "e": { "items": without_references(target) } }),
        );
        document.extend(dialect.map(|dialect| ("$schema".to_owned(), json!(dialect))));
    }
    document
}

fn without_references(mut schema: Json) -> Json {
    match &mut schema {
        Json::Object(object) => {
            object.remove("$ref");
            object.values_mut().for_each(|value| *value = without_references(value.take()));
        }
        Json::Array(elements) => elements.iter_mut().for_each(|value| *value = without_references(value.take())),
        _ => {}
    }
    schema
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_verdict_contradicts_the_validator(
        root in prop_oneof![2 => assertion(), 3 => schema()],
        target in assertion(),
        dialect in prop::sample::select(&DIALECTS),
        instances in prop::collection::vec(instance(), 32),
    ) {
        let document = document(root, target, dialect);
        decided(&document, &instances);
    }
}

fn admission(document: &Json) -> Admission {
    Admission::new(document, Dialect::default())
}

/// Asserts that the verdicts on instances do not contradict the validator, and returns how many are decided.
fn decided(document: &Json, instances: &[Json]) -> usize {
    let dialect = Dialect::default().within(document);
    if !jsonschema::meta::is_valid(document) {
        return 0;
    }
    let Ok(validator) = Validator::new_trusted(document) else { return 0 };
    let admission = Admission::new(document, dialect);
    let verdicts = instances.iter().flat_map(|instance| {
        let generated = tree::read(instance.clone()).unwrap();
        let written = written(generated.clone());
        [generated, written].map(|tree| {
            let Examination { verdict, is_ordinary } = admission.examine(&tree);
            let is_valid = validator.is_valid(&tree);
            assert!(!is_ordinary || is_valid && has_ordinary_scalars(&tree), "{instance} is unusual for {document}");
            let agrees = verdict == Verdict::Unknown || (verdict == Verdict::Valid) == is_valid;
            assert!(agrees, "{verdict:?} is wrong for {instance} and {document}, {:?}", tree.origin);
            usize::from(verdict != Verdict::Unknown)
        })
    });
    verdicts.sum()
}

fn has_ordinary_scalars(node: &Node) -> bool {
    match &node.value {
        Value::List(elements) => elements.iter().all(has_ordinary_scalars),
        Value::Table(table) => table.values().all(has_ordinary_scalars),
        scalar => is_ordinary(scalar),
    }
}

#[test]
fn an_unusual_scalar_is_found_wherever_it_is() {
    let text = || json!({ "type": "string" });
    let document = json!({
        "properties": { "a": text(), "b": { "items": text() }, "c": { "properties": { "d": {} } } },
        "additionalProperties": { "anyOf": [{ "type": "object" }, { "type": "array", "minItems": 1 }, {}] },
    });
    let admission = admission(&document);
    let examined = |instance: Json| admission.examine(&tree::read(instance).unwrap());
    let ordinary = json!({ "a": "x", "b": ["x"], "c": { "d": 1, "e": true } });
    assert!(examined(ordinary).is_ordinary);
    for instance in [
        json!({ "a": "${X}" }),
        json!({ "b": ["x", "$${x}"] }),
        json!({ "c": { "d": "encrypted:x" } }),
        json!({ "c": { "e": null } }),
        json!({ "f": { "g": ["${X}"] } }),
        json!({ "f": ["${X}"] }),
        json!({ "f": "${X}" }),
        json!({ "f": null }),
    ] {
        let Examination { verdict, is_ordinary } = examined(instance.clone());
        assert_eq!((verdict, is_ordinary), (Verdict::Valid, false), "{instance}");
    }
}

/// Returns a tree as one that was read from a text, in which a null is a value.
fn written(mut node: Node) -> Node {
    node.origin = Origin::Text { key: Span::default(), value: Span::default() };
    match &mut node.value {
        Value::List(elements) => elements.iter_mut().for_each(|element| *element = written(element.clone())),
        Value::Table(table) => table.values_mut().for_each(|entry| *entry = written(entry.clone())),
        _ => {}
    }
    node
}

#[test]
fn each_keyword_alone_has_the_verdicts_of_the_validator() {
    let cases: Json = serde_json::from_str(include_str!("agreement.json")).unwrap();
    let [instances, schemas] = ["instances", "schemas"].map(|name| cases[name].as_array().unwrap());
    let definitions = json!({ "one": { "const": 1 } });
    let mut count = 0;
    for dialect in [DIALECTS[0], DIALECTS[1], DIALECTS[3], DIALECTS[4]] {
        for schema in schemas {
            let mut document = schema.clone();
            if let Some(document) = document.as_object_mut() {
                document.insert("definitions".to_owned(), definitions.clone());
                document.extend(dialect.map(|dialect| ("$schema".to_owned(), json!(dialect))));
            }
            count += decided(&document, instances);
        }
    }
    assert!(count > 10_000, "only {count} instances are decided");
}

#[test]
fn values_without_json_are_left_to_the_validator_where_it_looks_at_them() {
    let document = json!({ "maximum": 3, "maxLength": 12 });
    let (admission, validator) = (admission(&document), Validator::new_trusted(&document).ok().unwrap());
    for (value, verdict) in [
        (Value::Float(f64::NAN), Verdict::Unknown),
        (Value::Datetime("2024-01-01".to_owned()), Verdict::Valid),
        (Value::Datetime("2024-01-01T00:00:00".to_owned()), Verdict::Invalid),
    ] {
        let tree = Node::generated(value);
        assert_eq!(admission.verdict(&tree), verdict, "{tree:?}");
        assert!(verdict == Verdict::Unknown || (verdict == Verdict::Valid) == validator.is_valid(&tree));
    }
}

#[test]
fn schemas_of_common_keywords_are_decided() {
    let document = json!({
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "properties": {
            "name": { "type": "string", "minLength": 1, "pattern": "^[a-z-]+$" },
            "port": { "$ref": "#/$defs/port" },
            "mode": { "oneOf": [
                { "type": "object", "required": ["kind"], "properties": { "kind": { "const": "a" } } },
                { "type": "object", "required": ["kind"], "properties": { "kind": { "const": "b" } } },
            ] },
            "tree": { "$ref": "#" },
        },
        "$defs": { "port": { "type": "integer", "minimum": 1, "maximum": 65535 } },
    });
    let admission = admission(&document);
    let verdict = |instance: Json| admission.verdict(&tree::read(instance).unwrap());
    assert_eq!(
        verdict(json!({ "name": "n", "port": 80, "mode": { "kind": "b" }, "tree": { "name": "m", "port": null } })),
        Verdict::Valid
    );
    let null = tree::read(json!({ "name": "n", "port": null })).unwrap();
    assert_eq!(admission.verdict(&written(null)), Verdict::Invalid);
    for instance in [
        json!({ "port": 80 }),
        json!({ "name": "n", "port": 0 }),
        json!({ "name": "n", "other": 0 }),
        json!({ "name": "n", "mode": { "kind": "c" } }),
        json!({ "name": "n", "tree": { "name": "" } }),
    ] {
        assert_eq!(verdict(instance.clone()), Verdict::Invalid, "{instance}");
    }
    assert_eq!(verdict(json!({ "name": "N" })), Verdict::Unknown);
}

//! Direct evaluation has the results of the engine.

use datalogic_rs::bumpalo::Bump;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::set::compile::{compile_rule, engine};
use crate::set::context::EvaluationContext;
use crate::set::direct::DirectRule;
use crate::set::prepared::PreparedContext;

const VARIANTS: [&str; 3] = ["a", "b", "c"];

const FLAG: &str = "flag";

fn compiled(rule: &Json) -> Option<DirectRule> {
    DirectRule::compile(rule, &|name| VARIANTS.iter().position(|variant| *variant == name))
}

/// Returns what the engine evaluates a rule to: the index of a variant.
fn of_engine(rule: &Json, context: &EvaluationContext) -> Option<usize> {
    let arena = Bump::new();
    let prepared = PreparedContext::of(context, &arena);
    let logic = compile_rule(rule).unwrap();
    let result = engine().evaluate(&logic, prepared.data_of(FLAG), &arena).unwrap();
    result.as_str().map(|name| VARIANTS.iter().position(|variant| *variant == name).unwrap())
}

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "pro", "free", "p", "o", "é", "1", "true", "2026-01-01T00:00:00Z", "pro@example.org"])
        .prop_map(str::to_owned)
}

fn attribute() -> impl Strategy<Value = Json> {
    prop::sample::select(vec!["plan", "email", "targetingKey"]).prop_map(|name| json!({ "var": name }))
}

fn condition() -> impl Strategy<Value = Json> {
    let operator = prop::sample::select(vec!["==", "===", "!=", "!==", "starts_with", "ends_with"]);
    let comparison =
        (operator, attribute(), text()).prop_map(|(operator, left, right)| json!({ operator: [left, right] }));
    let list =
        (attribute(), prop::collection::vec(text(), 0..3)).prop_map(|(left, list)| json!({ "in": [left, list] }));
    prop_oneof![comparison, list].prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({ "and": all })),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({ "or": all })),
            inner.clone().prop_map(|one| json!({ "!": [one] })),
            inner.prop_map(|one| json!({ "!": one })),
        ]
    })
}

fn rule() -> impl Strategy<Value = Json> {
    let variant = prop::sample::select(VARIANTS.to_vec());
    let bucket = (variant.clone(), prop::option::of(0_u64..5)).prop_map(|(name, weight)| match weight {
        Some(weight) => json!([name, weight]),
        None => json!([name]),
    });
    let leaf = prop_oneof![
        variant.prop_map(|name| json!(name)),
        Just(Json::Null),
        prop::collection::vec(bucket, 1..4).prop_map(|buckets| json!({ "fractional": buckets })),
    ];
    leaf.prop_recursive(3, 12, 5, |inner| {
        (condition(), inner.clone(), condition(), inner.clone(), inner, 2_usize..6).prop_map(
            |(first, one, second, two, last, length)| {
                let operands: Vec<Json> = [first, one, second, two, last].into_iter().take(length).collect();
                json!({ "if": operands })
            },
        )
    })
}

fn context() -> impl Strategy<Value = Json> {
    let value = || {
        prop_oneof![
            6 => text().prop_map(|text| json!(text)),
            1 => Just(Json::Null),
            1 => Just(json!(1)),
            1 => Just(json!(true)),
            1 => Just(json!(["pro"])),
        ]
    };
    (prop::option::of(value()), prop::option::of(value()), prop::option::of(value())).prop_map(|(plan, email, key)| {
        let attributes = [("plan", plan), ("email", email), ("targetingKey", key)];
        let present = attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Json::Object(present.collect())
    })
}

proptest! {
    #[test]
    fn a_rule_selects_what_the_engine_selects(rule in rule(), context in context()) {
        let context = EvaluationContext::from_json(&context).unwrap();
        if let Some(selected) = compiled(&rule).and_then(|direct| direct.select(FLAG, context.attributes.as_slice())) {
            prop_assert_eq!(selected, of_engine(&rule, &context));
        }
    }

    #[test]
    fn a_share_selects_the_bucket_of_the_engine(key in ".{1,300}", weights in prop::collection::vec(0_u32..1_000, 3)) {
        let buckets: Vec<Json> = VARIANTS.iter().zip(&weights).map(|(name, weight)| json!([name, weight])).collect();
        let rule = json!({ "fractional": buckets });
        let context = EvaluationContext::new().targeting_key(key);
        if let Some(selected) = compiled(&rule).and_then(|direct| direct.select(FLAG, context.attributes.as_slice())) {
            prop_assert_eq!(selected, of_engine(&rule, &context));
        }
    }
}

#[test]
fn the_usual_targeting_needs_no_engine() {
    let plan = json!({ "var": "plan" });
    let context = EvaluationContext::new().targeting_key("u1").with("plan", "pro").with("n", 3);
    let selected = |rule: Json| compiled(&rule)?.select(FLAG, context.attributes.as_slice());
    assert_eq!(selected(json!({ "if": [{ "==": [plan, "pro"] }, "a", "b"] })), Some(Some(0)));
    assert_eq!(selected(json!({ "if": [{ "!=": ["pro", plan] }, "a"] })), Some(None));
    assert_eq!(selected(json!({ "if": [{ "in": [plan, ["x", "pro"]] }, "c", null] })), Some(Some(2)));
    assert!(selected(json!({ "fractional": [["a", 1], ["b", 1]] })).is_some_and(|index| index.is_some()));
    // A number is compared with a text by the engine, and so is what is not a comparison of texts.
    assert_eq!(selected(json!({ "if": [{ "==": [{ "var": "n" }, "3"] }, "a", "b"] })), None);
    for rule in [
        json!({ "if": [{ ">": [{ "var": "n" }, 2] }, "a", "b"] }),
        json!({ "if": [{ "==": [{ "var": "geo.country" }, "DE"] }, "a", "b"] }),
        json!({ "if": [{ "==": [{ "var": "$flagd" }, "x"] }, "a", "b"] }),
        json!({ "if": [{ "==": [plan, "pro"] }, "unknown", "b"] }),
        json!({ "fractional": [{ "var": "plan" }, ["a", 1], ["b", 1]] }),
        json!({ "fractional": [["a", 0]] }),
        json!({ "fractional": [["a", 0.5], ["b", 1]] }),
        json!({ "fractional": [["a", 4_294_967_295_u32], ["b", 1]] }),
    ] {
        assert!(compiled(&rule).is_none(), "{rule}");
    }
}

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::document::FlagsDocument;

fn set(json: serde_json::Value) -> FlagSet {
    FlagSet::compile(&serde_json::from_value::<FlagsDocument>(json).unwrap()).unwrap()
}

fn refused(flag: serde_json::Value) -> String {
    let document: FlagsDocument = serde_json::from_value(json!({ "flags": { "a": flag } })).unwrap();
    FlagSet::compile(&document).unwrap_err().to_string()
}

#[test]
fn a_document_that_cannot_be_evaluated_is_refused() {
    let variants = json!({ "on": true });
    assert_eq!(
        refused(json!({ "variants": variants, "defaultVariant": "off" })),
        "the default variant \"off\" of flag \"a\" is not one of its variants"
    );
    assert_eq!(
        refused(json!({ "variants": { "on": [1] } })),
        "variant \"on\" of flag \"a\" is neither a boolean, a string, a number nor an object"
    );
    assert_eq!(
        refused(json!({ "variants": variants, "targeting": { "$ref": "b" } })),
        "targeting of flag \"a\" has a reference without a target, or, with its references replaced, more than 20000 nodes or 128 levels"
    );
    let two = refused(json!({ "variants": variants, "targeting": { "==": [1, 1], "!": [1] } }));
    assert!(two.starts_with("targeting of flag \"a\" cannot be compiled: "), "{two}");
    let ramp = json!({ "variant": "on", "steps": [{ "at": "2027-02-30T00:00:00Z", "percent": 1 }] });
    assert_eq!(
        refused(json!({ "variants": variants, "defaultVariant": "on", "ramp": ramp })),
        "the ramp of flag \"a\": \"2027-02-30T00:00:00Z\" is not a time; write one in UTC, such as 2027-01-31T08:00:00Z"
    );
}

#[test]
fn a_value_is_read_as_its_type_alone() {
    let flags = set(json!({ "flags": {
        "b": { "variants": { "on": true }, "defaultVariant": "on" },
        "n": { "variants": { "x": 1.5 }, "defaultVariant": "x" },
        "s": { "variants": { "x": "y" }, "defaultVariant": "x" },
        "o": { "variants": { "x": { "k": 1 } }, "defaultVariant": "x" },
        "off": { "variants": { "on": true }, "defaultVariant": "on", "state": "DISABLED" },
        "lost": { "variants": { "on": true }, "targeting": { "var": "x" } },
    } }));
    let context = EvaluationContext::new().with("x", "none");
    assert_eq!(flags.boolean("b", &context), Ok(true));
    assert_eq!(flags.number("n", &context), Ok(1.5));
    assert_eq!(flags.string("s", &context), Ok("y"));
    assert_eq!(flags.object("o", &context).unwrap()["k"], 1);
    let message = |result: Result<bool, EvaluationError>| {
        result.map_err(|error| format!("{} {error}", error.code())).unwrap_err()
    };
    assert_eq!(message(flags.boolean("s", &context)), "TYPE_MISMATCH flag \"s\" is a string, not a boolean");
    assert_eq!(message(flags.boolean("x", &context)), "FLAG_NOT_FOUND flag \"x\" not found");
    assert_eq!(
        message(flags.boolean("off", &context)),
        "GENERAL flag \"off\" has no value; the program uses its own default"
    );
    assert_eq!(
        message(flags.boolean("lost", &context)),
        "GENERAL targeting of flag \"lost\" returned \"none\", which is not a variant"
    );
}

#[test]
fn a_number_is_not_equal_to_a_word_and_ends_no_evaluation() {
    let targeting = json!({ "if": [{ "==": [{ "var": "plan" }, "pro"] }, "on", "off"] });
    let flags = set(json!({ "flags": { "a": { "variants": { "on": true, "off": false }, "targeting": targeting } } }));
    let of = |plan: serde_json::Value| {
        let context = EvaluationContext::from_json(&json!({ "plan": plan })).unwrap();
        flags.boolean("a", &context)
    };
    assert_eq!(of(json!("pro")), Ok(true));
    for other in [json!(1), json!(1.5), json!(true), json!([1]), json!({ "pro": 1 }), json!(null)] {
        assert_eq!(of(other.clone()), Ok(false), "{other}");
    }
}

#[test]
fn a_sum_of_a_word_is_an_error_with_its_reason() {
    let targeting = json!({ "if": [{ "==": [{ "+": [{ "var": "n" }, 1] }, 2] }, "on", "off"] });
    let flags = set(json!({ "flags": { "a": { "variants": { "on": true, "off": false }, "targeting": targeting } } }));
    let error = flags.boolean("a", &EvaluationContext::new().with("n", "many")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "targeting of flag \"a\" cannot be evaluated: an operand of arithmetic or of a comparison is not a number"
    );
}

#[test]
fn a_request_has_the_last_value_of_each_name_and_a_limited_depth() {
    let targeting = json!({ "if": [{ "==": [{ "var": "plan" }, "pro"] }, "on", "off"] });
    let flags = set(json!({ "flags": { "a": { "variants": { "on": true, "off": false }, "targeting": targeting } } }));
    let of = |body: &str| {
        with_request(body.as_bytes(), |context, _| {
            flags.evaluate_flag(flags.get("a").unwrap(), &context.unwrap()).unwrap().variant().map(str::to_owned)
        })
    };
    assert_eq!(of(r#"{"context":{"plan":"free","plan":"pro"}}"#).as_deref(), Some("on"));
    assert_eq!(of(r#"{"context":{"plan":"pro","plan":"free"}}"#).as_deref(), Some("off"));
    assert_eq!(of(r#"{"context":{"plan":"pro"},"context":{}}"#).as_deref(), Some("off"));
    let nested = |levels: usize| format!("{{\"context\":{{\"a\":{}{}}}}}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(of(&nested(255)).as_deref(), Some("off"));
    let error = with_request(nested(256).as_bytes(), |context, _| context.err());
    assert_eq!(error, Some(RequestError::TooDeep));
}

#[test]
fn a_client_does_not_replace_what_the_evaluation_adds() {
    let targeting = json!({ "if": [{ "==": [{ "var": "$flagd.flagKey" }, "a"] }, "on"] });
    let flags = set(json!({ "flags": { "a": { "variants": { "on": true }, "targeting": targeting } } }));
    let forged = EvaluationContext::from_json(&json!({ "$flagd": { "flagKey": "b", "timestamp": 0 } })).unwrap();
    assert_eq!(flags.evaluate("a", &forged).unwrap().variant(), Some("on"));
}

#[test]
fn a_ramp_begins_at_its_time_for_keys_that_targeting_does_not_decide() {
    let flags = set(json!({ "flags": { "a": {
        "variants": { "on": true, "off": false }, "defaultVariant": "off",
        "targeting": { "if": [{ "==": [{ "var": "plan" }, "pro"] }, "on"] },
        "ramp": { "variant": "on", "steps": [{ "at": "2027-01-01T00:00:00Z", "percent": 100 }] },
    } } }));
    let at = |context: &EvaluationContext, seconds| {
        flags.evaluate_at("a", context, seconds).unwrap().variant().unwrap().to_owned()
    };
    let free = EvaluationContext::new().targeting_key("u1");
    let pro = EvaluationContext::new().with("plan", "pro");
    assert_eq!((at(&free, 1_798_761_599), at(&free, 1_798_761_600)), ("off".to_owned(), "on".to_owned()));
    assert_eq!(at(&pro, 0), "on");
}

#[test]
fn the_digest_changes_with_what_an_evaluation_can_return() {
    let digest = |flag: serde_json::Value| set(json!({ "flags": { "a": flag } })).digest();
    let base = digest(json!({ "variants": { "on": true } }));
    assert_eq!(base, digest(json!({ "variants": { "on": true }, "state": "ENABLED" })));
    assert_ne!(base, digest(json!({ "variants": { "on": false } })));
    assert_ne!(base, digest(json!({ "variants": { "on": true }, "owner": "x" })));
}

/// An expression of targeting that the gate may admit or reject.
fn expression() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!("on")),
        Just(json!("off")),
        Just(json!(null)),
        Just(json!(1)),
        Just(json!(2.5)),
        Just(json!(true)),
        Just(json!("1.2.0")),
        Just(json!({ "var": "plan" })),
        Just(json!({ "var": ["plan", "x"] })),
        Just(json!({ "var": 0 })),
        Just(json!({ "$ref": "known" })),
        Just(json!({ "$ref": "circle" })),
        Just(json!({ "$ref": ["known"] })),
        Just(json!({})),
    ];
    let operators = prop_oneof![
        Just("if"),
        Just("=="),
        Just("!"),
        Just("and"),
        Just("or"),
        Just("in"),
        Just("cat"),
        Just("sem_ver"),
        Just("fractional"),
        Just("starts_with"),
        Just("missing"),
        Just("some"),
        Just("reduce"),
        Just("substr"),
        Just("+"),
        Just("merge"),
        Just("unknown"),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        (
            operators.clone(),
            prop::collection::vec(
                prop_oneof![inner.clone(), prop::collection::vec(inner, 0..3).prop_map(|list| json!(list))],
                0..5,
            ),
        )
            .prop_map(|(operator, operands)| json!({ operator: operands }))
    })
}

proptest! {
    /// The gate knows what the engine accepts: nothing that it admits fails to compile, and nothing ends an evaluation with an operator
    /// that the engine lacks.
    #[test]
    fn flags_that_the_gate_admits_can_be_compiled_and_evaluated(targeting in expression(), known in expression()) {
        let document = json!({
            "flags": { "a": { "variants": { "on": true, "off": false }, "defaultVariant": "off", "targeting": targeting } },
            "$evaluators": { "known": known, "circle": { "!": [{ "$ref": "circle" }] } },
        });
        let text = document.to_string();
        let source = confgate_core::value::Source::new("flags.json", text.as_str());
        let outcome = crate::file::flags_gate().check(&source, confgate_core::environment::Environment::Development);
        let report = outcome.report.clone();
        let is_unread = report.diagnostics().iter().any(|it| it.message.contains("not read by the program"));
        prop_assert!(!is_unread, "{text}");
        if let Ok(file) = outcome.into_config() {
            let context = EvaluationContext::new().targeting_key("u1").with("plan", "pro");
            if let Err(EvaluationError::Targeting { reason, .. }) = file.flags().evaluate("a", &context) {
                prop_assert!(!reason.contains("nvalid operator"), "{text}: {reason}");
            }
        }
    }

    #[test]
    fn no_context_ends_the_program(body in proptest::collection::vec(any::<u8>(), 0..200), text in "(\\{|\\}|\\[|\\]|\"|:|,|[a-z0-9.]|\"context\"|\"plan\"){0,60}") {
        let flags = set(json!({ "flags": { "a": {
            "variants": { "on": true, "off": false },
            "targeting": { "if": [{ "==": [{ "var": "plan" }, "pro"] }, { "fractional": [["on", 1], ["off", 1]] }] },
        } } }));
        for body in [body.as_slice(), text.as_bytes(), format!("{{\"context\":{text}}}").as_bytes()] {
            with_request(body, |context, _| {
                if let Ok(context) = context {
                    let _ = flags.evaluate_flag(&flags.flags()[0], &context);
                }
            });
        }
    }
}

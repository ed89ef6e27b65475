//! Expressions in the words of the engine, where it differs from flagd.
//!
//! In JSON Logic, null is equal to null alone. The engine converts null, so that an absent number is equal to 0, an absent text to the
//! empty one, and an absent boolean to false (`findings/datalogic-null-equals-zero.sh`). An expression is therefore compiled with a
//! comparison of the attribute with null before it. Operators on texts have replacements (`text_operators.rs`).

use serde_json::{Value as Json, json};

use crate::set::text_operators::replacement;

/// Returns an expression of flagd as the engine has to read it.
pub fn for_engine(rule: &Json) -> Json {
    match rule {
        Json::Object(entries) => {
            let entries = entries.iter().map(|(operator, operands)| {
                (replacement(operator).unwrap_or_else(|| operator.clone()), for_engine(operands))
            });
            let rule = Json::Object(entries.collect());
            checked(&rule, "==").or_else(|| Some(json!({ "!": [checked(&rule, "!=")?] }))).unwrap_or(rule)
        }
        Json::Array(elements) => Json::Array(elements.iter().map(for_engine).collect()),
        other => other.clone(),
    }
}

/// Returns the equality of a comparison by this operator, with a comparison of its attributes with null.
fn checked(rule: &Json, operator: &str) -> Option<Json> {
    let entries = rule.as_object().filter(|entries| entries.len() == 1)?;
    let [left, right] = entries.get(operator)?.as_array()?.as_slice() else { return None };
    let equal = json!({ "==": [left, right] });
    let is_null = |value: &Json| json!({ "===": [value, null] });
    match (is_attribute(left), is_attribute(right)) {
        (true, true) => Some(json!({ "if": [is_null(left), is_null(right), is_null(right), false, equal] })),
        (true, false) if is_converted(right) => Some(json!({ "if": [is_null(left), false, equal] })),
        (false, true) if is_converted(left) => Some(json!({ "if": [is_null(right), false, equal] })),
        _ => None,
    }
}

fn is_attribute(rule: &Json) -> bool {
    rule.as_object().is_some_and(|entries| entries.len() == 1 && entries.contains_key("var"))
}

/// Returns whether the engine takes null for this value.
fn is_converted(value: &Json) -> bool {
    match value {
        Json::Bool(value) => !value,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Null | Json::Array(_) | Json::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::set::compile::{compile_rule, engine};

    fn result(rule: &Json, data: &str) -> String {
        let arena = datalogic_rs::bumpalo::Bump::new();
        engine().evaluate(&compile_rule(rule).unwrap(), data, &arena).unwrap().to_json_string()
    }

    #[test]
    fn null_is_equal_to_null_alone() {
        for empty in [json!(0), json!(0.0), json!(""), json!(false)] {
            for (operator, absent, present) in [("==", "false", "true"), ("!=", "true", "false")] {
                for rule in [json!({ operator: [{ "var": "a" }, empty] }), json!({ operator: [empty, { "var": "a" }] })]
                {
                    let nested = json!({ "!!": [{ "or": [false, rule] }] });
                    assert_eq!(result(&nested, "{}"), absent, "{rule}");
                    assert_eq!(result(&nested, "{\"a\":null}"), absent, "{rule}");
                    assert_eq!(result(&nested, &json!({ "a": empty }).to_string()), present, "{rule}");
                }
            }
            let both = json!({ "==": [{ "var": "a" }, { "var": "b" }] });
            assert_eq!(result(&both, &json!({ "a": empty }).to_string()), "false");
            assert_eq!(result(&both, &json!({ "b": empty }).to_string()), "false");
            assert_eq!(result(&both, &json!({ "a": empty, "b": empty }).to_string()), "true");
        }
        assert_eq!(result(&json!({ "==": [{ "var": "a" }, { "var": "b" }] }), "{}"), "true");
        assert_eq!(result(&json!({ "==": [{ "var": "a" }, null] }), "{}"), "true");
    }

    #[test]
    fn a_value_that_is_not_a_text_starts_and_ends_with_nothing() {
        for operator in ["starts_with", "ends_with"] {
            let rule = json!({ operator: [{ "var": "a" }, { "var": "b" }] });
            assert_eq!(result(&rule, r#"{"a":"12321","b":"1"}"#), "true");
            assert_eq!(result(&rule, r#"{"a":"12321","b":""}"#), "true");
            for data in [
                r#"{"a":121,"b":"1"}"#,
                r#"{"a":"1","b":1}"#,
                r#"{"b":""}"#,
                r#"{"a":["1"],"b":"1"}"#,
                r#"{"a":"true","b":true}"#,
            ] {
                assert_eq!(result(&rule, data), "false", "{data}");
            }
        }
    }

    #[test]
    fn a_comparison_with_another_value_stays_as_it_is() {
        for rule in [
            json!({ "==": [{ "var": "a" }, "pro"] }),
            json!({ "==": [{ "+": [{ "var": "a" }, 1] }, 0] }),
            json!({ "===": [{ "var": "a" }, 0] }),
            json!({ "==": [0, 0] }),
        ] {
            assert_eq!(for_engine(&rule), rule);
        }
    }
}

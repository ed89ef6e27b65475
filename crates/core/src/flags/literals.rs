//! Checks of literal operands: names, versions, texts.

use crate::diagnostics::{Diagnostic, codes};
use crate::flags::site::Site;
use crate::value::Value;

/// Checks the literal operands of an operation. `in_element` is set where `var` reads an element of a list.
pub(super) fn check(
    operator: &str,
    operands: &[Site<'_>],
    at: &Site<'_>,
    in_element: bool,
    found: &mut Vec<Diagnostic>,
) {
    match operator {
        "$ref"
            // flagd replaces a reference by its text: a list is not one.
            if at.as_str().is_none() => {
                let message = format!("a reference is the name of an evaluator, and this one is {}", shown(at));
                found.push(at.error(&codes::FLAGS_OPERANDS, message).help("write the name alone: \"$ref\" = \"NAME\""));
            }
        "var" => {
            let Some(path) = operands.first() else { return };
            let is_path = match &path.node.value {
                Value::String(_) | Value::Table(_) => true,
                Value::Integer(_) => in_element,
                _ => false,
            };
            if !is_path {
                let message = format!("var reads an attribute by its name, and this one is {}", shown(path));
                found
                    .push(path.error(&codes::FLAGS_OPERANDS, message).help("write the name of an attribute in quotes"));
            }
        }
        "sem_ver" => {
            for operand in [operands.first(), operands.get(2)].into_iter().flatten() {
                if is_literal(operand) && !operand.as_str().is_some_and(is_version) {
                    let message = format!("sem_ver compares versions, and {} is not one", shown(operand));
                    let help = "write a version in quotes, such as \"1.2.0\"";
                    found.push(operand.error(&codes::FLAGS_OPERANDS, message).help(help));
                }
            }
        }
        "starts_with" | "ends_with" => {
            for operand in operands {
                if is_literal(operand) && operand.as_str().is_none() {
                    let message = format!("{operator} compares texts, and {} is not one", shown(operand));
                    found.push(operand.error(&codes::FLAGS_OPERANDS, message).help("write a text in quotes"));
                }
            }
        }
        _ => {}
    }
}

/// Returns whether a value stands for itself.
fn is_literal(site: &Site<'_>) -> bool {
    !matches!(site.node.value, Value::Table(_))
}

/// Shows a value: a text in quotes, a number as it is, else its kind.
fn shown(site: &Site<'_>) -> String {
    match &site.node.value {
        Value::String(text) => format!("{text:?}"),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Bool(value) => value.to_string(),
        other => other.kind().to_owned(),
    }
}

/// Returns whether a text is a version, of which the last parts may be missing: `v1.2`, `1.2.0-rc.1+5`.
fn is_version(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let (core, rest) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = core.split('.').collect();
    let of_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-.+".contains(&byte);
    parts.len() <= 3 && parts.into_iter().all(is_number) && rest.len() != 1 && rest.bytes().all(of_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_may_lack_its_last_parts() {
        for version in ["1.2.3", "1", "v1.2", "1.2.3-rc.1", "1.2.3+build.5", "V2.0.0-a+b", " 1.0.0 "] {
            assert!(is_version(version), "{version}");
        }
        for text in ["", "1.x", "1.2.3.4", "latest", "1..2", "1.2.3-", "^1.2.0", "1.2.3 beta"] {
            assert!(!is_version(text), "{text}");
        }
    }
}

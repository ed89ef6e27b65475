//! Strings and numbers as YAML scalars that readers of YAML 1.1 and 1.2 read the same.

use std::fmt::Write;

/// Words that a reader of YAML 1.1 or 1.2 takes for something else than a string, in lowercase.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Writes a string as a scalar: plain where all readers read it as a string, else in double quotes.
pub(super) fn string(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Returns whether a string needs no quotes. The first character excludes numbers, dates and indicators.
fn is_plain(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ' ' | '+' | '@');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/'))
        && text.chars().all(is_inner)
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// Writes a string in double quotes, on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Characters that YAML does not permit, or that a reader of YAML 1.1 takes for the end of a line.
            '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => {
                // Writing to a string does not fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Writes a float. Readers of YAML 1.1 need a point, and a sign in the exponent.
pub(super) fn float(float: f64) -> String {
    if float.is_nan() {
        return ".nan".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = format!("{float:?}");
    match text.split_once('e') {
        None => text,
        Some((mantissa, exponent)) => {
            let point = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            format!("{mantissa}{point}e{sign}{exponent}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_reader_would_misread_is_quoted() {
        for text in [
            "",
            "no",
            "Yes",
            "ON",
            "off",
            "y",
            "N",
            "null",
            "Null",
            "~",
            "true",
            "False",
            "07:00",
            "1e3",
            "0o7",
            "0x1F",
            "=",
            "<<",
            "1_000",
            "-1",
            "+1",
            ".5",
            ".inf",
            ".nan",
            "2024-05-01",
            "- a",
            "? a",
            "a: b",
            "a:",
            "#a",
            "a #b",
            " a",
            "a ",
            "[a",
            "{a",
            "*a",
            "&a",
            "!a",
            "%a",
            "|",
            ">",
            "'a",
            "\"a",
            "`a",
            "@a",
            "a\nb",
            "\t",
            "---",
            "...",
            "é",
            "a,b",
            "0",
            "123abc",
        ] {
            let written = string(text);
            assert!(written.starts_with('"') && written.ends_with('"'), "{written}");
        }
        for text in ["a", "info", "hello world", "/var/lib", "a-b_c.d", "node", "yesterday", "_x", "a@b.c", "x1"] {
            assert_eq!(string(text), text);
        }
        assert_eq!(string("a\"\\\n\u{7F}\u{85}\u{2028}\u{1F600}"), "\"a\\\"\\\\\\n\\u007F\\u0085\\u2028\u{1F600}\"");
    }

    #[test]
    fn floats_have_a_point_and_a_signed_exponent() {
        let written = [1.0, -0.5, 1e300, 1.5e-9, f64::INFINITY, f64::NEG_INFINITY, f64::NAN].map(float);
        assert_eq!(written, ["1.0", "-0.5", "1.0e+300", "1.5e-9", ".inf", "-.inf", ".nan"]);
    }
}

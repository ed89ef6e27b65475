//! Any text comes apart into text and references without loss, and what is said of it agrees with its parts.

#![no_main]

use confgate::value::reference::{Part, has_reference, is_only_references, parts, with_placeholders};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let found: Vec<Part> = parts(text).collect();
    let whole: String = found
        .iter()
        .map(|part| match part {
            Part::Text("${") => "$${".to_owned(),
            Part::Text(text) => (*text).to_owned(),
            Part::Reference { name, default: None } => format!("${{{name}}}"),
            Part::Reference { name, default: Some(default) } => format!("${{{name}:-{default}}}"),
        })
        .collect();
    assert_eq!(whole.replace("$${", "${"), text.replace("$${", "${"));

    let references = found.iter().filter(|part| matches!(part, Part::Reference { .. })).count();
    assert_eq!(has_reference(text), references > 0);
    assert_eq!(is_only_references(text), references > 0 && references == found.len());
    if references == 0 && !text.contains("$${") {
        assert_eq!(with_placeholders(text), text);
    }
});

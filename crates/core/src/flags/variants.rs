//! Checks of the variants of a flag, and of its default.

use crate::diagnostics::{Diagnostic, codes};
use crate::flags::document::Flag;
use crate::flags::names::suggest_text;
use crate::flags::site::Site;
use crate::value::Value;

/// Maximum number of variants that a message lists.
const MAX_LISTED: usize = 8;

pub(super) fn check(flag: &Flag<'_>, found: &mut Vec<Diagnostic>) {
    let variants: Vec<(&str, Site<'_>)> = flag.site.key("variants").iter().flat_map(Site::entries).collect();
    let mut of_type: Vec<(&str, &'static str)> = Vec::new();
    for (name, site) in &variants {
        let kind = type_of(&site.node.value);
        if of_type.iter().all(|(_, known)| *known != kind) {
            of_type.push((name, kind));
        }
    }
    if of_type.len() > 1 {
        let listed: Vec<String> =
            of_type.iter().take(MAX_LISTED).map(|(name, kind)| format!("{name} is {kind}")).collect();
        let message = format!("the variants of {} are of several types: {}", flag.site.path, listed.join(", "));
        let at = flag.site.key("variants").unwrap_or_else(|| flag.site.clone());
        found.push(at.error(&codes::FLAGS_MIXED_TYPES, message).help("give all variants values of one type"));
    }
    if let Some(default) = flag.site.key("defaultVariant")
        && let Some(name) = default.as_str()
        && variants.iter().all(|(variant, _)| *variant != name)
    {
        let message = format!("{} is {name:?}, which is not a variant", default.path);
        let diagnostic = default.error(&codes::FLAGS_DEFAULT_VARIANT, message);
        found.push(suggest_text(diagnostic, name, &flag.variants(), "its variants", &default));
    }
}

/// Names the type of a variant, as OpenFeature distinguishes them.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Datetime(_) => "a string",
        other => other.kind(),
    }
}

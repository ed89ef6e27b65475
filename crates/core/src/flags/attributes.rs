//! Checks of the attributes that targeting reads.

use crate::diagnostics::{Diagnostic, codes};
use crate::flags::names::suggest_text;
use crate::flags::site::Site;

/// Attributes that every context has: the key of a client, and those that the evaluation adds.
const ALWAYS: &[&str] = &["targetingKey", "$flagd.flagKey", "$flagd.timestamp"];

/// Checks that an attribute is declared. `reader` names the expression.
pub(super) fn check(at: &Site<'_>, declared: Option<&[&str]>, reader: &str, found: &mut Vec<Diagnostic>) {
    let (Some(declared), Some(path)) = (declared, at.as_str()) else { return };
    let first = path.split('.').next().unwrap_or_default();
    // An empty path is the context itself.
    if path.is_empty() || ALWAYS.contains(&path) || declared.contains(&first) || declared.contains(&path) {
        return;
    }
    let message = format!("{reader} reads the attribute {path}, which the context does not declare");
    let diagnostic = at.error(&codes::FLAGS_UNKNOWN_ATTRIBUTE, message);
    let known: Vec<&str> = declared.iter().chain(ALWAYS).copied().collect();
    found.push(suggest_text(diagnostic, path, &known, "the attributes", at));
}

/// Checks that an attribute whose part is read has parts.
pub(super) fn check_part(at: &Site<'_>, types: &[(&str, &str)], reader: &str, found: &mut Vec<Diagnostic>) {
    let Some(path) = at.as_str() else { return };
    let Some((first, _)) = path.split_once('.') else { return };
    let is_whole = |name: &str| types.iter().any(|(known, _)| *known == name);
    let kind = types.iter().find(|(name, _)| *name == first).map(|(_, kind)| *kind);
    if let Some(kind @ ("string" | "number" | "boolean")) = kind
        && !is_whole(path)
    {
        let message = format!("{reader} reads {path}, a part of the attribute {first}, which is declared as a {kind}");
        let help = format!("read {first}, or declare it as an object");
        found.push(at.error(&codes::FLAGS_UNKNOWN_ATTRIBUTE, message).help(help));
    }
}

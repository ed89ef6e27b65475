//! Reference to a secret, as text and as JSON.

use confgate_runtime::load::Reference;
use serde_json::{Value as Json, json};

/// Returns the path of the referencing field, with its profile.
pub fn field(reference: &Reference) -> String {
    match &reference.profile {
        Some(profile) => format!("{} (profile {profile})", reference.path),
        None => reference.path.to_string(),
    }
}

/// Returns the name of the secret. A sealed value has none.
pub fn name(reference: &Reference) -> String {
    reference.name.clone().unwrap_or_else(|| "sealed".to_owned())
}

/// Returns a reference as JSON.
pub fn reference_json(reference: &Reference) -> Json {
    json!({
        "field": reference.path.to_string(),
        "profile": reference.profile,
        "secret": reference.name,
        "sealed": reference.name.is_none(),
        "default": reference.has_default,
        "origin": reference.origin,
    })
}

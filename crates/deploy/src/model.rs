//! Whose config a bundle holds.

use confgate_core::bundle::Manifest;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_nix_signatures::Sha256Hash;

use crate::DeployError;

/// Refuses a bundle of another service than the gate's. One that was built from a schema alone names no model: a gate that is of a
/// schema itself takes it, and a gate that has a model does when the schema is its own.
pub fn refuse_another(manifest: &Manifest, gate: &Gate) -> Result<(), DeployError> {
    let is_ours = match &manifest.model {
        Some(model) => gate.model_name() == Some(model),
        None => !gate.has_type() || !is_of_another_schema(manifest, gate),
    };
    let here = gate.model_name().unwrap_or("a schema alone").to_owned();
    if is_ours { Ok(()) } else { Err(DeployError::OtherModel { built: manifest.model.clone(), here }) }
}

/// Whether a bundle of the gate's model was built with another schema than this program's: by an older program, or a newer one.
pub fn is_of_another_schema(manifest: &Manifest, gate: &Gate) -> bool {
    gate.has_type() && manifest.digests.schema != Sha256Hash::of(document(gate.schema()).as_bytes()).hexadecimal()
}

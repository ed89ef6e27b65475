//! Check that a bundle is for the service of this program.

use confgate_core::bundle::Manifest;
use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_nix_signatures::Sha256Hash;

/// Returns whether a bundle is for the gate's service. A bundle that was built from a schema alone names no model: a gate that is
/// built from a schema accepts it, and a gate with a model accepts it if the schemas are equal.
pub(crate) fn is_same_service(manifest: &Manifest, gate: &Gate) -> bool {
    match &manifest.model {
        Some(model) => gate.model_name() == Some(model),
        None => !gate.has_type() || !has_other_schema(manifest, gate),
    }
}

/// Returns whether a bundle of the gate's model was built with another schema: by an older or a newer program.
pub(crate) fn has_other_schema(manifest: &Manifest, gate: &Gate) -> bool {
    gate.has_type() && manifest.digests.schema != Sha256Hash::of(document(gate.schema()).as_bytes()).hexadecimal()
}

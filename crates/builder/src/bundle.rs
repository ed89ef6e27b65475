//! Build of one bundle.

use confgate_core::diagnostics::Report;
use confgate_core::gate::Gate;

use crate::context::BuildContext;
use crate::error::BuildError;
use crate::nix_environment::output_path;
use crate::request::BuildRequest;

/// Outcome of the build of one bundle.
#[derive(Debug)]
pub struct BundleOutcome {
    /// Diagnostics of the config.
    pub report: Report,
    /// True if the config was rejected, so that nothing was written.
    pub rejected: bool,
}

/// Builds the bundle that Nix requests. `bundled` makes the gate if the request has no schema.
///
/// # Errors
///
/// The request cannot be read or the output cannot be written. A rejected config is an outcome, not an error.
pub fn build(bundled: &dyn Fn() -> Gate) -> Result<BundleOutcome, BuildError> {
    let out = output_path()?;
    let request = BuildRequest::read()?;
    let context = BuildContext::new(&request, bundled)?;
    let [bundle_request] = request.bundles.as_slice() else {
        return Err(BuildError::BundleCount(request.bundles.len()));
    };
    let bundle = context.build(bundle_request)?;
    if let Some(files) = &bundle.files {
        files.write(&out)?;
    }
    Ok(BundleOutcome { rejected: bundle.files.is_none(), report: bundle.report })
}

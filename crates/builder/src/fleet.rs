//! Build of a fleet: a bundle for every node, in one process, on all cores.

use std::fs;

use confgate_core::diagnostics::Report;
use confgate_core::gate::Gate;
use confgate_core::parallel;

use crate::bundle_files::Bundle;
use crate::context::BuildContext;
use crate::error::BuildError;
use crate::nix_environment::{output_path, read_request};
use crate::request::{BuildRequest, BundleRequest};

/// Outcome of the build of a fleet.
#[derive(Debug)]
pub struct FleetOutcome {
    /// Name and diagnostics of each node, in the order of the request.
    pub reports: Vec<(String, Report)>,
    /// True if the config of a node was rejected, so that nothing was written.
    pub rejected: bool,
}

/// Builds the fleet that Nix requests. `bundled` makes the gate if the request has no schema.
///
/// # Errors
///
/// The request cannot be read or the output cannot be written. A rejected config is an outcome, not an error.
pub fn build(bundled: &dyn Fn() -> Gate) -> Result<FleetOutcome, BuildError> {
    let out = output_path()?;
    let request: BuildRequest = read_request()?;
    let context = BuildContext::new(&request, bundled)?;
    let bundles = parallel::map(&request.bundles, |bundle_request| context.build(bundle_request))
        .into_iter()
        .collect::<Result<Vec<Bundle>, BuildError>>()?;
    let rejected = bundles.iter().any(|bundle| bundle.files.is_none());
    if !rejected {
        fs::create_dir(&out).map_err(BuildError::io(&out))?;
        let nodes: Vec<(&BundleRequest, &Bundle)> = request.bundles.iter().zip(&bundles).collect();
        parallel::map(&nodes, |(bundle_request, bundle)| match &bundle.files {
            Some(files) => files.write(&out.join(&bundle_request.name)),
            None => Ok(()),
        })
        .into_iter()
        .collect::<Result<(), BuildError>>()?;
    }
    let reports = request
        .bundles
        .into_iter()
        .zip(bundles)
        .map(|(bundle_request, bundle)| (bundle_request.name, bundle.report))
        .collect();
    Ok(FleetOutcome { reports, rejected })
}

//! Build of a fleet: a bundle for every node, in one process, on all cores, and the file of its rollout.

use std::fs;
use std::path::Path;

use confgate_core::diagnostics::Report;
use confgate_core::gate::Gate;
use confgate_core::parallel;

use crate::bundle_files::{Bundle, BundleFiles};
use crate::context::BuildContext;
use crate::error::BuildError;
use crate::nix_environment::output_path;
use crate::request::{BuildRequest, BundleRequest, RolloutRequest};

/// Name of the rollout file in a fleet. A node has a folder, so that one of this name is none of it.
pub const ROLLOUT_FILE: &str = "rollout.toml";

/// Name of the schema beside it.
const ROLLOUT_SCHEMA: &str = "rollout.schema.json";

/// Outcome of the build of a fleet.
#[derive(Debug)]
pub struct FleetOutcome {
    /// Name and diagnostics of each node, in the order of the request.
    pub reports: Vec<(String, Report)>,
    /// Diagnostics of the rollout, if the fleet declares one.
    pub rollout: Option<Report>,
    /// True if the config of a node or the rollout was rejected, so that nothing was written.
    pub rejected: bool,
}

/// Builds the fleet that Nix requests. `bundled` makes the gate if the request has no schema.
///
/// # Errors
///
/// The request cannot be read or the output cannot be written. A rejected config is an outcome, not an error.
pub fn build(bundled: &dyn Fn() -> Gate) -> Result<FleetOutcome, BuildError> {
    let out = output_path()?;
    let request = BuildRequest::read()?;
    let context = BuildContext::new(&request, bundled)?;
    let bundles = parallel::map(&request.bundles, |bundle_request| context.build(bundle_request))
        .into_iter()
        .collect::<Result<Vec<Bundle>, BuildError>>()?;
    let rollout = request.rollout.as_ref().map(|rollout| build_rollout(rollout, &request)).transpose()?;
    let rejected = bundles.iter().chain(&rollout).any(|bundle| bundle.files.is_none());
    if !rejected {
        fs::create_dir(&out).map_err(BuildError::io(&out))?;
        let nodes: Vec<(&BundleRequest, &Bundle)> = request.bundles.iter().zip(&bundles).collect();
        parallel::map(&nodes, |(bundle_request, bundle)| match &bundle.files {
            Some(files) => files.write(&out.join(&bundle_request.name)),
            None => Ok(()),
        })
        .into_iter()
        .collect::<Result<(), BuildError>>()?;
        if let (Some(Bundle { files: Some(files), .. }), Some(of)) = (&rollout, &request.rollout) {
            write_rollout(&out, files, of)?;
        }
    }
    let reports = request
        .bundles
        .into_iter()
        .zip(bundles)
        .map(|(bundle_request, bundle)| (bundle_request.name, bundle.report))
        .collect();
    Ok(FleetOutcome { reports, rollout: rollout.map(|bundle| bundle.report), rejected })
}

/// Validates and renders the rollout, by the schema of rollout files.
fn build_rollout(rollout: &RolloutRequest, request: &BuildRequest) -> Result<Bundle, BuildError> {
    let own = BuildRequest {
        bundles: Vec::new(),
        schema: Some(rollout.schema.clone()),
        schema_map: Default::default(),
        // They are codes and fields of the nodes' configs.
        accept: Vec::new(),
        rollout: None,
        with_schema: false,
        ..request.clone()
    };
    BuildContext::new(&own, &|| unreachable!("the request has a schema"))?.build(&rollout.order)
}

/// Writes the rollout file, with its schema beside it, for `check` and editors.
fn write_rollout(out: &Path, files: &BundleFiles, rollout: &RolloutRequest) -> Result<(), BuildError> {
    let path = out.join(ROLLOUT_FILE);
    let text = format!("#:schema ./{ROLLOUT_SCHEMA}\n{}", files.config());
    fs::write(&path, text).map_err(BuildError::io(&path))?;
    let path = out.join(ROLLOUT_SCHEMA);
    fs::copy(&rollout.schema, &path).map_err(BuildError::io(&path))?;
    Ok(())
}

//! The builder of a fleet: a bundle for every node, in one process, on all cores.

use std::fs;

use confgate_core::diagnostics::Report;
use confgate_core::gate::Gate;
use confgate_core::parallel;

use crate::bundle::{Bundle, Shared};
use crate::error::{BuildError, request, variable};
use crate::request::{Order, Request};

/// What a build of a fleet came to.
#[derive(Debug)]
pub struct Built {
    /// The nodes in their order, each with everything that was found.
    pub reports: Vec<(String, Report)>,
    /// Whether any was refused, and so nothing was written.
    pub refused: bool,
}

/// Builds the fleet that Nix asks for through the environment of a builder.
///
/// # Errors
///
/// The request cannot be read or the output cannot be written. A config that is refused is no error: its report says so.
pub fn build(bundled: &dyn Fn() -> Gate) -> Result<Built, BuildError> {
    let out = variable("out")?;
    let asked: Request = request()?;
    let shared = Shared::new(&asked, bundled)?;
    let made = parallel::map(&asked.orders, |order| shared.make(order));
    let bundles = made.into_iter().collect::<Result<Vec<Bundle>, BuildError>>()?;
    let refused = bundles.iter().any(|bundle| bundle.files.is_none());
    if !refused {
        fs::create_dir(&out).map_err(BuildError::io(&out))?;
        let named: Vec<(&Order, &Bundle)> = asked.orders.iter().zip(&bundles).collect();
        let written = parallel::map(&named, |(order, bundle)| match &bundle.files {
            Some(files) => files.write(&out.join(&order.name)),
            None => Ok(()),
        });
        written.into_iter().collect::<Result<(), BuildError>>()?;
    }
    let reports = asked.orders.into_iter().zip(bundles).map(|(order, bundle)| (order.name, bundle.report)).collect();
    Ok(Built { reports, refused })
}

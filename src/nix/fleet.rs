//! The builder of a fleet: a bundle for every node, in one process, on all cores.

use std::fs;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::bundle::{Bundle, Shared};
use super::request::Request;
use super::{BuildError, request, variable};
use crate::gate::Gate;
use crate::gate::finding::Report;

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
    let bundles = make_all(&asked, &shared)?;
    let refused = bundles.iter().any(|bundle| bundle.files.is_none());
    if !refused {
        fs::create_dir(&out).map_err(BuildError::io(&out))?;
        for (order, bundle) in asked.orders.iter().zip(&bundles) {
            if let Some(files) = &bundle.files {
                files.write(&out.join(&order.name))?;
            }
        }
    }
    let reports = asked.orders.into_iter().zip(bundles).map(|(order, bundle)| (order.name, bundle.report)).collect();
    Ok(Built { reports, refused })
}

fn make_all(asked: &Request, shared: &Shared) -> Result<Vec<Bundle>, BuildError> {
    let next = AtomicUsize::new(0);
    let made: Vec<OnceLock<Result<Bundle, BuildError>>> = asked.orders.iter().map(|_| OnceLock::new()).collect();
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((order, place)) = asked.orders.get(index).zip(made.get(index)) else { return };
            place.get_or_init(|| shared.make(order));
        }
    };
    thread::scope(|scope| {
        for _ in 1..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
        work();
    });
    made.into_iter().filter_map(OnceLock::into_inner).collect()
}

//! Metrics and health of the fleet beside a controller.

use std::sync::Arc;
use std::thread;

use confgate_agent::{Site, serve_beside};
use confgate_fleet::insight::{FleetView, Observer, ObserverTimes};
use confgate_fleet::{EndpointOptions, Keys};

use crate::cli::error::CliError;
use crate::cli::fleet::listen_args::ListenArgs;
use crate::cli::fleet::page::{FleetSite, PageMode};

/// Size of the observer's stack: the client of etcd has deep futures, above all without optimization.
const STACK: usize = 8 << 20;

/// Serves `/metrics` and `/health` on a thread of its own, if an address is given. It has a connection of its own, so that a slow
/// client does not delay the controller, and ends with the process.
pub(super) fn observe_beside(listen: &ListenArgs, endpoints: EndpointOptions, keys: Keys) -> Result<(), CliError> {
    let Some(listener) = listen.listener()? else { return Ok(()) };
    let view = Arc::new(FleetView::new(keys.service()));
    let hosts = listen.clients().hosts(Some(&listener));
    let token = listen.clients().token()?;
    let site: Arc<dyn Site> = Arc::new(FleetSite::new(view.clone(), hosts, token, PageMode::MetricsOnly));
    eprintln!("listening on {listener}");
    let serve = move || {
        let observer = Observer { endpoints: &endpoints, keys: &keys, configs: None, times: ObserverTimes::default() };
        if let Err(error) = serve_beside(&site, Some(listener), observer.run(&view)) {
            eprintln!("warning: the metrics are not served: {error}");
        }
    };
    thread::Builder::new().name("confgate-metrics".to_owned()).stack_size(STACK).spawn(serve)?;
    Ok(())
}

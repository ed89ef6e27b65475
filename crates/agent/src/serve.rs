//! Pages beside the work of a program.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use confgate_runtime::service_manager::{ServiceState, notify};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use crate::http::Server;
use crate::listen::Listener;
use crate::site::Site;

/// Runs the work of a program, and answers requests for its pages, until the work ends or a signal ends the program: SIGTERM or
/// SIGINT. Returns the result of the work, or `None` after a signal. The work runs on the thread of the caller.
///
/// # Errors
///
/// The system refuses a signal handler or a socket.
pub fn serve_beside<T>(
    site: &Arc<dyn Site>,
    listener: Option<Listener>,
    work: impl Future<Output = T>,
) -> io::Result<Option<T>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        if let Some(token) = site.token() {
            tokio::spawn(token.clone().follow());
        }
        let address = listener.as_ref().map(ToString::to_string);
        let server = listener.map(|listener| Server::start(listener, site.clone())).transpose()?;
        if let Some(address) = address {
            tracing::info!("listening on {address}");
        }
        notify(&ServiceState::Ready { status: None });
        let mut work = pin!(work);
        let result = poll_fn(|context| {
            if terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready() {
                return Poll::Ready(None);
            }
            work.as_mut().poll(context).map(Some)
        })
        .await;
        notify(&ServiceState::Stopping);
        if let Some(server) = server {
            server.stop().await;
        }
        Ok(result)
    });
    // A read of the token may hang in the system.
    runtime.shutdown_background();
    result
}

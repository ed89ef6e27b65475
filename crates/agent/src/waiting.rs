//! Answers of an agent that follows a fleet and has no config yet.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use confgate_core::pretty_json::document;
use confgate_runtime::live::metrics::MetricsFormat;
use serde_json::json;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::followed::Followed;
use crate::hosts::{AllowedHosts, HostName};
use crate::http::Server;
use crate::listen::Listener;
use crate::site::{JSON, Page, Site};
use crate::token::TokenFile;

/// The status of an agent that waits.
const STATUS: &str = "starting";

/// A server that answers while an agent waits for its first config: `/health` with the status 503 and the reason, `/metrics` with those of
/// the fleet. It ends when it is dropped, and the agent takes over its listener.
pub struct WaitingServer {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The pages of an agent without a config.
struct WaitingSite {
    hosts: AllowedHosts,
    token: Option<Arc<TokenFile>>,
    followed: Arc<dyn Followed>,
}

impl WaitingServer {
    /// Starts to answer requests, on a thread of its own.
    ///
    /// # Errors
    ///
    /// The system refuses a thread or a socket.
    pub fn start(
        listener: &Listener,
        hosts: Vec<HostName>,
        token: Option<TokenFile>,
        followed: Arc<dyn Followed>,
    ) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let token = token.map(Arc::new);
        let site = WaitingSite { hosts: listener.allowed_hosts(hosts), token: token.clone(), followed };
        let server = {
            let _entered = runtime.enter();
            Server::start_on(listener, Arc::new(site))?
        };
        tracing::info!("listening on {listener}");
        let (stop, stopped) = oneshot::channel();
        let run = move || {
            runtime.block_on(async {
                if let Some(token) = token {
                    tokio::spawn(token.follow());
                }
                // The sender is dropped or sends: both end the server.
                let _ = stopped.await;
                server.stop().await;
            });
            // A read of the token may hang in the system.
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("confgate-waiting".to_owned()).spawn(run)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for WaitingServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        // It ends within the time that open requests get.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Site for WaitingSite {
    fn hosts(&self) -> &AllowedHosts {
        &self.hosts
    }

    fn token(&self) -> Option<&Arc<TokenFile>> {
        self.token.as_ref()
    }

    fn page(&self, path: &str, _query: Option<&str>, accept: &str) -> Page {
        match path {
            "/health" => {
                let problems = ["no config runs yet".to_owned()].into_iter().chain(self.followed.problem());
                let health = json!({
                    "status": STATUS,
                    "problems": problems.collect::<Vec<_>>(),
                    "confgate": env!("CARGO_PKG_VERSION"),
                    "fleet": self.followed.health(),
                });
                Page { status: 503, media_type: JSON, text: document(&health) }
            }
            "/metrics" => {
                let format = MetricsFormat::of_accept(accept);
                Page::ok(format.media_type(), format.convert(self.followed.metrics()))
            }
            _ => Page::error(503, "no config runs yet; /health has the reason"),
        }
    }

    fn status_page(&self) -> Page {
        Page { status: 503, media_type: JSON, text: document(&json!({ "status": STATUS })) }
    }
}

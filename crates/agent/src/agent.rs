//! The agent, from its start to the signal that ends it.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::task::Poll;
use std::time::{Duration, Instant};
use std::{io, thread};

use confgate_runtime::child_process;
use confgate_runtime::live::Subscription;
use confgate_runtime::service_manager::{ServiceState, notify};
use thiserror::Error;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use crate::about::About;
use crate::applied::Applied;
use crate::evaluations::Evaluations;
use crate::followed::Followed;
use crate::hosts::{AllowedAddresses, AllowedHosts, HostName};
use crate::http::Server;
use crate::listen::Listener;
use crate::output::{Output, OutputError};
use crate::output_request::{OutputRequest, ReloadReporter};
use crate::output_thread::{CHECK_INTERVAL, OutputThread};
use crate::service::Service;
use crate::state::State;
use crate::target::Target;
use crate::token::TokenFile;
use crate::views::Views;

/// An agent and its tasks.
pub struct Agent {
    /// Name of the service in metrics.
    pub name: String,
    /// The running config.
    pub service: Arc<dyn Service>,
    /// File to keep current.
    pub output: Option<Output>,
    /// Target to notify after each change of the file.
    pub target: Option<Target>,
    /// Number of retries after a failed notification.
    pub retries: u32,
    /// Listener for HTTP requests.
    pub listener: Option<Listener>,
    /// Host names under which clients may address the agent, beside those of this machine.
    pub hosts: Vec<HostName>,
    /// Token that clients send.
    pub token: Option<TokenFile>,
    /// The fleet that the agent follows.
    pub followed: Option<Arc<dyn Followed>>,
    /// The flags that the agent evaluates.
    pub evaluations: Option<Arc<dyn Evaluations>>,
    /// Pages for people, at `/` and below.
    pub views: Option<Arc<dyn Views>>,
    /// Results of applying each version.
    pub applied: Arc<Applied>,
}

/// The longest time between a signal and the end of the output thread, which may hang in the system.
const STOP_TIMEOUT: Duration = Duration::from_millis(1400);

/// An error that ends an agent.
#[derive(Debug, Error)]
pub enum RunError {
    /// The file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The system refuses a thread, a signal handler or a socket.
    #[error("cannot run the agent: {0}")]
    System(#[from] io::Error),
}

impl Agent {
    /// Writes the file, answers requests, and follows changes until SIGTERM or SIGINT.
    ///
    /// # Errors
    ///
    /// The file cannot be written at the start, or the system refuses a thread, a signal handler or a socket.
    pub fn run(self) -> Result<(), RunError> {
        child_process::withhold(self.service.spec());
        // Subscribe before the file is written, so that no change is missed in between.
        let changes = self.service.subscribe();
        let stop = Arc::new(AtomicBool::new(false));
        let state = Arc::new(State::new(&self.name));
        let (sender, receiver) = channel();
        let sender = Arc::new(sender);
        self.service.observe_signals(Box::new(ReloadReporter { requests: Arc::downgrade(&sender) }));
        let mut output_thread = None;
        if let Some(output) = self.output.clone() {
            let worker = OutputThread {
                service: self.service.clone(),
                output,
                target: self.target.clone(),
                state: state.clone(),
                applied: self.applied.clone(),
                retries: self.retries,
                check_interval: CHECK_INTERVAL,
                stop: stop.clone(),
            };
            let tasks = worker.start()?;
            let (alive, ended) = channel::<()>();
            let run = move || {
                let _alive = alive;
                worker.run(tasks, &receiver);
            };
            thread::Builder::new().name("confgate-output".to_owned()).spawn(run)?;
            output_thread = Some(ended);
        } else {
            // A request that cannot be sent needs no output thread.
            drop(receiver);
        }
        let hosts = match &self.listener {
            Some(listener) => listener.allowed_hosts(self.hosts),
            None => AllowedHosts::new(Vec::new(), AllowedAddresses::Loopback),
        };
        let about = Arc::new(About {
            name: self.name,
            service: self.service,
            followed: self.followed,
            evaluations: self.evaluations,
            views: self.views,
            state,
            output: self.output.map(|output| output.path().to_owned()),
            target: self.target,
            hosts,
            token: self.token.map(Arc::new),
        });
        let stopping = serve(about, self.listener, changes, sender);
        // The thread ends with the sender, which is dropped; `stop` kills a command that it waits for.
        stop.store(true, Ordering::Relaxed);
        let deadline = stopping.as_ref().map_or_else(|_| Instant::now(), |signalled| *signalled) + STOP_TIMEOUT;
        if let Some(ended) = output_thread
            && ended.recv_timeout(deadline.saturating_duration_since(Instant::now())) == Err(RecvTimeoutError::Timeout)
        {
            tracing::warn!("the output file cannot be written in time; the agent stops without it");
        }
        tracing::info!("the agent has stopped");
        stopping.map(|_| ())
    }
}

/// Answers requests and forwards changes to the output thread, until SIGTERM or SIGINT. Returns the time of the signal.
fn serve(
    about: Arc<About>,
    listener: Option<Listener>,
    changes: Subscription,
    sender: Arc<Sender<OutputRequest>>,
) -> Result<Instant, RunError> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        if let Some(token) = &about.token {
            tokio::spawn(token.clone().follow());
        }
        let address = listener.as_ref().map(ToString::to_string);
        let server = listener.map(|listener| Server::start(listener, about)).transpose()?;
        tokio::spawn(forward_changes(changes, sender));
        if let Some(address) = address {
            tracing::info!("listening on {address}");
        }
        notify(&ServiceState::Ready { status: None });
        poll_fn(|context| match terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
        let signalled = Instant::now();
        notify(&ServiceState::Stopping);
        if let Some(server) = server {
            server.stop().await;
        }
        Ok(signalled)
    });
    // Drops the tasks, and with them the senders. A read of the token may hang in the system.
    runtime.shutdown_background();
    result
}

async fn forward_changes(mut changes: Subscription, sender: Arc<Sender<OutputRequest>>) {
    while changes.changed().await.is_some() {
        // Without an output file there is no receiver; ignore the error.
        let _ = sender.send(OutputRequest::Changed);
    }
}

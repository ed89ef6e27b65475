//! The agent, from its start to the signal that ends it.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::task::Poll;
use std::{io, thread};

use confgate_runtime::live::Subscription;
use thiserror::Error;
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::about::About;
use crate::http::Server;
use crate::listen::Listener;
use crate::output::{Output, OutputError};
use crate::output_thread::{CHECK_INTERVAL, OutputThread};
use crate::service::Service;
use crate::state::State;
use crate::systemd;
use crate::target::Target;

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
}

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
        // Subscribe before the file is written, so that no change is missed in between.
        let changes = self.service.subscribe();
        let stop = Arc::new(AtomicBool::new(false));
        let state = Arc::new(State::new(&self.name));
        let (sender, receiver) = channel();
        let mut output_thread = None;
        if let Some(output) = self.output.clone() {
            let worker = OutputThread {
                service: self.service.clone(),
                output,
                target: self.target.clone(),
                state: state.clone(),
                retries: self.retries,
                check_interval: CHECK_INTERVAL,
                stop: stop.clone(),
            };
            let tasks = worker.start()?;
            let run = move || worker.run(tasks, &receiver);
            output_thread = Some(thread::Builder::new().name("confgate-output".to_owned()).spawn(run)?);
        }
        let about = Arc::new(About {
            name: self.name,
            service: self.service,
            state,
            output: self.output.map(|output| output.path().to_owned()),
            target: self.target,
        });
        let result = serve(about, self.listener, changes, sender);
        // The thread ends with the sender, which is dropped; `stop` kills a command that it waits for.
        stop.store(true, Ordering::Relaxed);
        if let Some(thread) = output_thread {
            let _ = thread.join();
        }
        tracing::info!("the agent has stopped");
        result
    }
}

/// Answers requests and forwards changes to the output thread, until SIGTERM or SIGINT.
fn serve(
    about: Arc<About>,
    listener: Option<Listener>,
    changes: Subscription,
    sender: Sender<()>,
) -> Result<(), RunError> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let address = listener.as_ref().map(ToString::to_string);
        let server = listener.map(|listener| Server::start(listener, about)).transpose()?;
        // SIGHUP reloads the config elsewhere; here it makes the output thread check the file.
        tokio::spawn(forward_signals(signal(SignalKind::hangup())?, sender.clone()));
        tokio::spawn(forward_changes(changes, sender));
        if let Some(address) = address {
            tracing::info!("listening on {address}");
        }
        systemd::notify("READY=1");
        poll_fn(|context| match terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
        systemd::notify("STOPPING=1");
        if let Some(server) = server {
            server.stop().await;
        }
        Ok(())
    });
    // Drops the tasks, and with them the senders.
    drop(runtime);
    result
}

async fn forward_signals(mut hangups: Signal, sender: Sender<()>) {
    while hangups.recv().await.is_some() {
        // Without an output file there is no receiver; ignore the error.
        let _ = sender.send(());
    }
}

async fn forward_changes(mut changes: Subscription, sender: Sender<()>) {
    while changes.changed().await.is_some() {
        // Without an output file there is no receiver; ignore the error.
        let _ = sender.send(());
    }
}

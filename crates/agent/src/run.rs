//! The agent as a whole: what it does from its start to the signal that ends it.

use std::future::poll_fn;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::task::Poll;
use std::{fmt, io, thread};

use confgate_runtime::live::Subscription;
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::http::Server;
use crate::listen::Listener;
use crate::output::{Output, OutputError};
use crate::reload_thread::{self, Keeper};
use crate::service::Service;
use crate::state::State;
use crate::systemd;
use crate::target::Target;

/// What an agent does.
pub struct Agent {
    /// The name of the service in its metrics.
    pub name: String,
    /// The config that runs.
    pub service: Arc<dyn Service>,
    /// The file to keep current.
    pub output: Option<Output>,
    /// Whom to tell after each change of the file.
    pub target: Option<Target>,
    /// How often the service is told again when it could not be told.
    pub retries: u32,
    /// Where to answer.
    pub listener: Option<Listener>,
}

/// Why an agent cannot run.
#[derive(Debug)]
pub enum RunError {
    /// The file cannot be written.
    Output(OutputError),
    /// The system starts no thread, takes no signal, or does not let sockets be read.
    System(io::Error),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output(error) => error.fmt(f),
            Self::System(error) => write!(f, "the agent cannot run: {error}"),
        }
    }
}

impl std::error::Error for RunError {}

impl From<OutputError> for RunError {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

impl From<io::Error> for RunError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// What answers are made of.
pub(super) struct About {
    pub name: String,
    pub service: Arc<dyn Service>,
    pub state: Arc<State>,
    pub output: Option<PathBuf>,
    pub target: Option<Target>,
}

impl Agent {
    /// Writes the file, answers questions, and follows changes until SIGTERM or SIGINT.
    ///
    /// # Errors
    ///
    /// The file cannot be written at the start, or the system refuses what the agent needs.
    pub fn run(self) -> Result<(), RunError> {
        // Before the file is written for the first time: no change falls between.
        let changes = self.service.subscribe();
        let stop = Arc::new(AtomicBool::new(false));
        let state = Arc::new(State::new(&self.name));
        let (tell, told) = channel();
        let mut keeping = None;
        if let Some(output) = self.output.clone() {
            let keeper = Keeper {
                service: self.service.clone(),
                output,
                target: self.target.clone(),
                state: state.clone(),
                retries: self.retries,
                look: reload_thread::LOOK,
                stop: stop.clone(),
            };
            let todo = keeper.begin()?;
            let run = move || keeper.run(todo, &told);
            keeping = Some(thread::Builder::new().name("confgate-output".to_owned()).spawn(run)?);
        }
        let about = Arc::new(About {
            name: self.name,
            service: self.service,
            state,
            output: self.output.map(|output| output.path().to_owned()),
            target: self.target,
        });
        let result = attend(about, self.listener, changes, tell);
        // The thread ends with the sender, which is gone; what it waits for is killed.
        stop.store(true, Ordering::Relaxed);
        if let Some(thread) = keeping {
            let _ = thread.join();
        }
        tracing::info!("the agent ends");
        result
    }
}

/// Answers, and passes changes on, until it is told to end.
fn attend(
    about: Arc<About>,
    listener: Option<Listener>,
    changes: Subscription,
    tell: Sender<()>,
) -> Result<(), RunError> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let place = listener.as_ref().map(ToString::to_string);
        let server = listener.map(|listener| Server::start(listener, about)).transpose()?;
        // The config is read again elsewhere; whether the file is what it should be is asked here.
        tokio::spawn(pass_signals_on(signal(SignalKind::hangup())?, tell.clone()));
        tokio::spawn(pass_on(changes, tell));
        if let Some(place) = place {
            tracing::info!("answers at {place}");
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
    // With it go the tasks, and with them the sender.
    drop(runtime);
    result
}

async fn pass_signals_on(mut hangups: Signal, tell: Sender<()>) {
    while hangups.recv().await.is_some() {
        let _ = tell.send(());
    }
}

async fn pass_on(mut changes: Subscription, tell: Sender<()>) {
    while changes.changed().await.is_some() {
        // An agent without a file has nobody who would listen.
        let _ = tell.send(());
    }
}

//! The HTTP/1.1 server of the agent, with limits on the size, the time and the number of requests. `respond.rs` answers them.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{sleep, timeout};

use crate::connections::Connections;
use crate::listen::{Listener, Socket};
use crate::respond::{HEALTH, busy, respond};
use crate::site::Site;

/// The number of answers with a config or metrics that are written at a time. The health is always answered.
const MAX_ANSWERS: usize = 64;

/// The longest time in which the head of a request must arrive.
const HEADER_TIMEOUT: Duration = Duration::from_secs(2);

/// The longest time that a request and its response may take together.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// The number of clients that receive events at a time.
const MAX_STREAMS: usize = 32;

/// The longest time for which a client receives events. It connects again by itself.
const STREAM_TIMEOUT: Duration = Duration::from_secs(600);

/// The largest request, in bytes.
const MAX_REQUEST_BYTES: usize = 16 << 10;

/// The longest time that open requests may take when the agent stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// The pause after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A running server.
pub(crate) struct Server {
    connections: Connections,
    accepting: JoinHandle<()>,
    /// Its drop removes a Unix socket.
    _listener: Listener,
}

/// The parts that every connection shares.
#[derive(Clone)]
struct Shared {
    site: Arc<dyn Site>,
    answers: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    connections: Connections,
}

impl Server {
    /// Starts to answer requests.
    pub(crate) fn start(listener: Listener, site: Arc<dyn Site>) -> io::Result<Self> {
        let connections = Connections::default();
        let answers = Arc::new(Semaphore::new(MAX_ANSWERS));
        let streams = Arc::new(Semaphore::new(MAX_STREAMS));
        let shared = Shared { site, answers, streams, connections: connections.clone() };
        let accepting = match listener.socket() {
            Socket::Tcp(socket) => {
                let socket = socket.try_clone()?;
                socket.set_nonblocking(true)?;
                tokio::spawn(accept_tcp(TcpListener::from_std(socket)?, shared))
            }
            Socket::Unix(socket) => {
                let socket = socket.try_clone()?;
                socket.set_nonblocking(true)?;
                tokio::spawn(accept_unix(UnixListener::from_std(socket)?, shared))
            }
        };
        Ok(Self { connections, accepting, _listener: listener })
    }

    /// Stops accepting connections, and waits for open requests.
    pub(crate) async fn stop(self) {
        self.accepting.abort();
        self.connections.close(SHUTDOWN_TIMEOUT).await;
    }
}

async fn accept_tcp(listener: TcpListener, shared: Shared) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => shared.connections.spawn(serve(stream, shared.clone())),
            Err(error) => accept_failed(&error).await,
        }
        // The connections before it are answered before the next one is accepted.
        yield_now().await;
    }
}

async fn accept_unix(listener: UnixListener, shared: Shared) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => shared.connections.spawn(serve(stream, shared.clone())),
            Err(error) => accept_failed(&error).await,
        }
        yield_now().await;
    }
}

/// Waits after a failed accept, for example with too many open files. A client that closed its connection needs no wait.
async fn accept_failed(error: &io::Error) {
    if error.kind() != io::ErrorKind::ConnectionAborted {
        tracing::warn!(%error, "cannot accept a connection");
        sleep(ACCEPT_PAUSE).await;
    }
}

/// Answers one request.
async fn serve<S>(stream: S, shared: Shared)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Shared { site, answers, streams, .. } = shared;
    // Held until the answer is written.
    let permit = Mutex::new(None);
    let is_stream = AtomicBool::new(false);
    let service = service_fn(|request| {
        let hold = |acquired| *permit.lock().unwrap_or_else(PoisonError::into_inner) = Some(acquired);
        let mut response = match answers.clone().try_acquire_owned() {
            _ if request.uri().path() == HEALTH => respond(&*site, &request),
            Err(_) => busy(),
            Ok(acquired) => {
                hold(acquired);
                respond(&*site, &request)
            }
        };
        if response.body().is_stream() {
            match streams.clone().try_acquire_owned() {
                // In the place of the permit for an answer, which others need.
                Ok(acquired) => {
                    hold(acquired);
                    is_stream.store(true, Ordering::Relaxed);
                }
                Err(_) => response = busy(),
            }
        }
        async move { Ok::<_, Infallible>(response) }
    });
    let mut connection = http1::Builder::new();
    connection.keep_alive(false).max_buf_size(MAX_REQUEST_BYTES);
    connection.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    let mut connection = pin!(connection.serve_connection(TokioIo::new(stream), service));
    // A client that disconnects or takes too long is dropped.
    if timeout(REQUEST_TIMEOUT, connection.as_mut()).await.is_err() && is_stream.load(Ordering::Relaxed) {
        let _ = timeout(STREAM_TIMEOUT, connection).await;
    }
}

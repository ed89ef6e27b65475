//! The HTTP/1.1 server of the agent, with limits on the size, the time and the number of requests. `respond.rs` answers those for pages,
//! `ofrep.rs` those to the flags.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, sleep, timeout_at};

use crate::body::ResponseBody;
use crate::connections::Connections;
use crate::listen::{Listener, Socket};
use crate::ofrep;
use crate::respond::{HEALTH, busy, respond};
use crate::site::Site;

/// The number of answers with a config or metrics that are written at a time. The health is always answered.
const MAX_ANSWERS: usize = 64;

/// The longest time in which the head of a request must arrive.
const HEADER_TIMEOUT: Duration = Duration::from_secs(2);

/// The longest time that a request and its response may take together.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest time between two requests to the flags on one connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The number of clients that receive the events of a page at a time.
const MAX_EVENT_CLIENTS: usize = 32;

/// The longest time of a stream. A client opens it again.
const STREAM_TIMEOUT: Duration = Duration::from_secs(3600);

/// The largest head of a request, in bytes, and the largest part of a body that is read at a time.
const MAX_REQUEST_BYTES: usize = 16 << 10;

/// The longest time that open requests may take when the agent stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// The pause after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A running server.
pub(crate) struct Server {
    connections: Connections,
    accepting: JoinHandle<()>,
    /// Its drop removes a Unix socket. A server that waits for another one leaves the listener to it.
    _listener: Option<Listener>,
}

/// The parts that every connection shares.
#[derive(Clone)]
struct Shared {
    site: Arc<dyn Site>,
    answers: Arc<Semaphore>,
    /// Streams of changes of flags that are open.
    streams: Arc<Semaphore>,
    /// Clients of the events of a page.
    event_clients: Arc<Semaphore>,
    connections: Connections,
}

impl Server {
    /// Starts to answer requests.
    pub(crate) fn start(listener: Listener, site: Arc<dyn Site>) -> io::Result<Self> {
        let server = Self::start_on(&listener, site)?;
        Ok(Self { _listener: Some(listener), ..server })
    }

    /// Starts to answer requests to a listener, which another server takes over later.
    pub(crate) fn start_on(listener: &Listener, site: Arc<dyn Site>) -> io::Result<Self> {
        let connections = Connections::default();
        let answers = Arc::new(Semaphore::new(MAX_ANSWERS));
        let streams = ofrep::stream_limit();
        let event_clients = Arc::new(Semaphore::new(MAX_EVENT_CLIENTS));
        let shared = Shared { site, answers, streams, event_clients, connections: connections.clone() };
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
        Ok(Self { connections, accepting, _listener: None })
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

/// Answers the requests of a connection: one, or several to the flags.
async fn serve<S>(stream: S, shared: Shared)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Shared { site, answers, streams, event_clients, .. } = shared;
    // Held until the answer is written.
    let permit = Mutex::new(None);
    let evaluations = site.evaluations().cloned();
    let keeps_alive = evaluations.is_some();
    let time_limit = TimeLimit::new(if keeps_alive { IDLE_TIMEOUT } else { REQUEST_TIMEOUT });
    let service = service_fn(|request: Request<Incoming>| {
        let evaluations = evaluations.clone().filter(|_| request.uri().path().starts_with(ofrep::PREFIX));
        let (site, answers, permit, time_limit) = (&site, &answers, &permit, &time_limit);
        let (streams, event_clients) = (&streams, &event_clients);
        async move {
            let Some(evaluations) = evaluations else {
                time_limit.set(REQUEST_TIMEOUT);
                let mut response = page(&**site, answers, event_clients, permit, &request);
                if response.body().is_stream() {
                    time_limit.set(STREAM_TIMEOUT);
                }
                if keeps_alive {
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                return Ok::<_, Infallible>(response);
            };
            time_limit.set(REQUEST_TIMEOUT);
            let served = ofrep::serve(&**site, &evaluations, streams, request).await;
            time_limit.set(match &served {
                ofrep::Served::Answer(_) => IDLE_TIMEOUT,
                ofrep::Served::Stream(_) => STREAM_TIMEOUT,
            });
            Ok(served.into_response())
        }
    });
    let mut connection = http1::Builder::new();
    connection.keep_alive(keeps_alive).max_buf_size(MAX_REQUEST_BYTES);
    let header_timeout = if keeps_alive { IDLE_TIMEOUT } else { HEADER_TIMEOUT };
    connection.timer(TokioTimer::new()).header_read_timeout(header_timeout);
    let mut connection = pin!(connection.serve_connection(TokioIo::new(stream), service));
    // A client that disconnects or takes too long is dropped.
    while timeout_at(time_limit.end(), connection.as_mut()).await.is_err() && time_limit.end() > Instant::now() {}
}

/// Answers a request for a page.
fn page<B>(
    site: &dyn Site,
    answers: &Arc<Semaphore>,
    event_clients: &Arc<Semaphore>,
    permit: &Mutex<Option<OwnedSemaphorePermit>>,
    request: &Request<B>,
) -> Response<ResponseBody> {
    let hold = |acquired| *permit.lock().unwrap_or_else(PoisonError::into_inner) = Some(acquired);
    let response = match answers.clone().try_acquire_owned() {
        _ if request.uri().path() == HEALTH => respond(site, request),
        Err(_) => busy(),
        Ok(acquired) => {
            hold(acquired);
            respond(site, request)
        }
    };
    if !response.body().is_stream() {
        return response;
    }
    match event_clients.clone().try_acquire_owned() {
        // In the place of the permit for an answer, which others need.
        Ok(acquired) => {
            hold(acquired);
            response
        }
        Err(_) => busy(),
    }
}

/// End of a connection, which its requests move.
struct TimeLimit(Mutex<Instant>);

impl TimeLimit {
    fn new(limit: Duration) -> Self {
        Self(Mutex::new(Instant::now() + limit))
    }

    fn set(&self, limit: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + limit;
    }

    fn end(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

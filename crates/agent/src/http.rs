//! The HTTP/1.1 server of the agent, with limits on the size, the time and the number of requests. `pages.rs` makes the content of the answers.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::about::About;
use crate::listen::{Listener, Socket};
use crate::pages::{Page, TEXT, page};

/// The number of requests that are answered at a time; others wait.
const MAX_REQUESTS: u32 = 64;

/// The longest time that a request and its response may take together.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest request, in bytes.
const MAX_REQUEST_BYTES: usize = 16 << 10;

/// The longest time that open requests may take when the agent stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// The pause after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A running server.
pub(crate) struct Server {
    permits: Arc<Semaphore>,
    accepting: JoinHandle<()>,
    /// Its drop removes a Unix socket.
    _listener: Listener,
}

impl Server {
    /// Starts to answer requests.
    pub(crate) fn start(listener: Listener, about: Arc<About>) -> io::Result<Self> {
        let permits = Arc::new(Semaphore::new(MAX_REQUESTS as usize));
        let accepting = match listener.socket() {
            Socket::Tcp(socket) => {
                let socket = socket.try_clone()?;
                socket.set_nonblocking(true)?;
                tokio::spawn(accept_tcp(TcpListener::from_std(socket)?, permits.clone(), about))
            }
            Socket::Unix(socket) => {
                let socket = socket.try_clone()?;
                socket.set_nonblocking(true)?;
                tokio::spawn(accept_unix(UnixListener::from_std(socket)?, permits.clone(), about))
            }
        };
        Ok(Self { permits, accepting, _listener: listener })
    }

    /// Stops accepting connections, and waits for open requests.
    pub(crate) async fn stop(self) {
        self.accepting.abort();
        // Requests that take longer are dropped.
        let _ = timeout(SHUTDOWN_TIMEOUT, self.permits.acquire_many(MAX_REQUESTS)).await;
    }
}

async fn accept_tcp(listener: TcpListener, permits: Arc<Semaphore>, about: Arc<About>) {
    loop {
        let Ok(permit) = permits.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve(stream, about.clone(), permit))),
            Err(error) => accept_failed(&error).await,
        }
    }
}

async fn accept_unix(listener: UnixListener, permits: Arc<Semaphore>, about: Arc<About>) {
    loop {
        let Ok(permit) = permits.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve(stream, about.clone(), permit))),
            Err(error) => accept_failed(&error).await,
        }
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
async fn serve<S>(stream: S, about: Arc<About>, _permit: OwnedSemaphorePermit)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let response = respond(&about, &request);
        async move { Ok::<_, Infallible>(response) }
    });
    let mut connection = http1::Builder::new();
    connection.keep_alive(false).max_buf_size(MAX_REQUEST_BYTES);
    connection.timer(TokioTimer::new()).header_read_timeout(REQUEST_TIMEOUT);
    // A client that disconnects or takes too long is dropped.
    let _ = timeout(REQUEST_TIMEOUT, connection.serve_connection(TokioIo::new(stream), service)).await;
}

fn respond(about: &About, request: &Request<Incoming>) -> Response<String> {
    let page = match *request.method() {
        Method::GET | Method::HEAD => page(about, request.uri().path(), request.uri().query()),
        _ => Page { status: 405, media_type: TEXT, text: "method not allowed; use GET\n".to_owned() },
    };
    let mut response = Response::new(page.text);
    *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(page.media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if page.status == 405 {
        headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

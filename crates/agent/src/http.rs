//! How questions reach the agent: HTTP/1.1, bounded in size, time and number.

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
use tokio::time::{sleep, timeout};

use crate::listen::{Kind, Listener};
use crate::pages::{Page, answer};
use crate::run::About;

/// How many are answered at a time; others wait.
const AT_A_TIME: usize = 64;

/// How long a question and its answer may take together.
const PATIENCE: Duration = Duration::from_secs(10);

/// How large a question may be, in bytes.
const LARGEST: usize = 16 << 10;

/// How long answers that were begun may take when the agent ends.
const FAREWELL: Duration = Duration::from_secs(2);

/// Who answers. Dropped, it answers nobody any more.
pub struct Server {
    free: Arc<Semaphore>,
    accepting: tokio::task::JoinHandle<()>,
    _listener: Listener,
}

impl Server {
    /// Begins to answer.
    pub fn start(listener: Listener, about: Arc<About>) -> io::Result<Self> {
        let free = Arc::new(Semaphore::new(AT_A_TIME));
        let accepting = match &listener.kind {
            Kind::Port(port) => {
                let port = port.try_clone()?;
                port.set_nonblocking(true)?;
                tokio::spawn(ports(TcpListener::from_std(port)?, free.clone(), about))
            }
            Kind::Socket(socket) => {
                let socket = socket.try_clone()?;
                socket.set_nonblocking(true)?;
                tokio::spawn(sockets(UnixListener::from_std(socket)?, free.clone(), about))
            }
        };
        Ok(Self { free, accepting, _listener: listener })
    }

    /// Takes no new questions, and gives the answers that were begun.
    pub async fn stop(self) {
        self.accepting.abort();
        let all = u32::try_from(AT_A_TIME).unwrap_or(u32::MAX);
        // Whoever takes longer is left.
        let _ = timeout(FAREWELL, self.free.acquire_many(all)).await;
    }
}

async fn ports(listener: TcpListener, free: Arc<Semaphore>, about: Arc<About>) {
    loop {
        let Ok(permit) = free.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(talk(stream, about.clone(), permit))),
            Err(error) => cannot_accept(&error).await,
        }
    }
}

async fn sockets(listener: UnixListener, free: Arc<Semaphore>, about: Arc<About>) {
    loop {
        let Ok(permit) = free.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(talk(stream, about.clone(), permit))),
            Err(error) => cannot_accept(&error).await,
        }
    }
}

/// Who went away before it was answered needs nothing; a process with too many open files tries again later.
async fn cannot_accept(error: &io::Error) {
    if error.kind() != io::ErrorKind::ConnectionAborted {
        tracing::warn!(%error, "a question was not taken");
        sleep(Duration::from_millis(200)).await;
    }
}

/// One question and its answer.
async fn talk<S>(stream: S, about: Arc<About>, _permit: OwnedSemaphorePermit)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let response = respond(&about, &request);
        async move { Ok::<_, Infallible>(response) }
    });
    let mut connection = http1::Builder::new();
    connection.keep_alive(false).max_buf_size(LARGEST).timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // Whoever goes away, or takes too long, is left.
    let _ = timeout(PATIENCE, connection.serve_connection(TokioIo::new(stream), service)).await;
}

fn respond(about: &About, request: &Request<Incoming>) -> Response<String> {
    let page = match *request.method() {
        Method::GET | Method::HEAD => answer(about, request.uri().path(), request.uri().query()),
        _ => {
            Page { status: 405, media: "text/plain; charset=utf-8", text: "this agent is only asked: GET\n".to_owned() }
        }
    };
    let mut response = Response::new(page.text);
    *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(page.media));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if page.status == 405 {
        headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

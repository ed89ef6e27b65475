//! One question over a connection of its own.
//!
//! The thread that asks is a new one with a runtime of its own, so that who waits for it may be in a runtime or not. Over
//! hyper, because clients that do more than this log what they send, tokens included, where somebody asks for every detail.

use std::future::poll_fn;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use confgate_runtime::secrets::ProviderError;
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, Response, Uri, header};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use crate::Settings;
use crate::http::{Answer, Question};

/// The largest answer that is read, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// Makes connections to a server.
pub struct Connector {
    address: String,
    namespace: Option<String>,
    tls: TlsConnector,
}

/// Why a question has no answer.
pub enum Lost {
    /// The certificate of the server.
    Untrusted(String),
    /// The address, the namespace or the token fits in no question.
    Malformed,
    /// The time is over.
    Slow,
    /// What answers is no HTTP server.
    Foreign,
    /// The answer does not end.
    Large,
    /// The connection ended before the answer.
    Broken,
    /// The system.
    Io(io::Error),
}

impl From<io::Error> for Lost {
    fn from(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(error) => Self::Untrusted(error.to_string()),
            None => Self::Io(error),
        }
    }
}

impl From<hyper::Error> for Lost {
    fn from(error: hyper::Error) -> Self {
        match error {
            error if error.is_parse() || error.is_parse_too_large() => Self::Foreign,
            _ => Self::Broken,
        }
    }
}

/// An answer, and how long to wait before the next question where the server says so.
type Answered = (Answer, Option<Duration>);

impl Connector {
    /// The connector to the server of these settings.
    pub fn new(settings: &Settings) -> Result<Self, ProviderError> {
        let roots = match &settings.authority {
            Some(path) => authority(path)?,
            None if settings.address.starts_with("https://") => of_system(),
            None => RootCertStore::empty(),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let versions = versions.map_err(|error| ProviderError::new(format!("no TLS: {error}")))?;
        let config = versions.with_root_certificates(roots).with_no_client_auth();
        Ok(Self {
            address: settings.address.clone(),
            namespace: settings.namespace.clone(),
            tls: TlsConnector::from(Arc::new(config)),
        })
    }

    /// Asks once, within this time.
    pub fn ask(&self, question: Question<'_>, time: Duration) -> Result<Answered, Lost> {
        let asking = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let answer = runtime.block_on(async { tokio::time::timeout(time, self.answer(question)).await });
            // A name that takes longer to look up than there is time is not waited for.
            runtime.shutdown_background();
            answer.unwrap_or(Err(Lost::Slow))
        };
        std::thread::scope(|scope| match scope.spawn(asking).join() {
            Ok(answer) => answer,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    }

    async fn answer(&self, question: Question<'_>) -> Result<Answered, Lost> {
        let uri: Uri = format!("{}/v1/{}", self.address, question.path).parse().map_err(|_| Lost::Malformed)?;
        let request = self.request(question, &uri)?;
        let host = uri.host().ok_or(Lost::Malformed)?.trim_matches(['[', ']']).to_owned();
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let stream = TcpStream::connect((host.as_str(), port)).await?;
        if !secure {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(host).map_err(|_| Lost::Malformed)?;
        exchange(self.tls.connect(name, stream).await?, request).await
    }

    fn request(&self, question: Question<'_>, uri: &Uri) -> Result<Request<String>, Lost> {
        let (path, host) = (uri.path_and_query(), uri.authority());
        let (Some(path), Some(host)) = (path, host) else { return Err(Lost::Malformed) };
        let mut request = Request::builder().uri(path.as_str()).header(header::HOST, host.as_str());
        request = request.header(header::CONNECTION, "close").header("X-Vault-Request", "true");
        if let Some(namespace) = &self.namespace {
            request = request.header("X-Vault-Namespace", namespace);
        }
        if let Some(token) = question.token {
            request = request.header("X-Vault-Token", token.expose());
        }
        let request = match question.body {
            None => request.method("GET").body(String::new()),
            Some(body) => request.method("POST").header(header::CONTENT_TYPE, "application/json").body(body.to_owned()),
        };
        request.map_err(|_| Lost::Malformed)
    }
}

async fn exchange<S>(stream: S, request: Request<String>) -> Result<Answered, Lost>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let (status, wait) = (response.status().as_u16(), retry_after(&response));
    Ok((Answer { status, body: whole(response.into_body()).await? }, wait))
}

fn retry_after(response: &Response<Incoming>) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

async fn whole(mut body: Incoming) -> Result<Zeroizing<Vec<u8>>, Lost> {
    let length = usize::try_from(body.size_hint().exact().unwrap_or(16 << 10)).unwrap_or(MAX_BYTES);
    // In one piece: what a growing buffer leaves behind is not wiped.
    let mut whole = Zeroizing::new(Vec::with_capacity(length.min(MAX_BYTES)));
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Some(data) = frame?.data_ref() {
            whole.extend_from_slice(data);
        }
        if whole.len() > MAX_BYTES {
            return Err(Lost::Large);
        }
    }
    Ok(whole)
}

/// The authorities that this system trusts. One that is broken does not keep the others from being trusted.
fn of_system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// The authorities in a PEM file.
fn authority(path: &Path) -> Result<RootCertStore, ProviderError> {
    let trouble = |why: &str| {
        let trouble = ProviderError::new(format!("the authority of the vault, {}: {why}", path.display()));
        trouble.help("VAULT_CACERT names a PEM file with certificates")
    };
    let bytes = fs::read(path).map_err(|error| trouble(&error.to_string()))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let mut roots = RootCertStore::empty();
    for certificate in certificates.map_err(|_| trouble("not PEM"))? {
        roots.add(certificate).map_err(|_| trouble("a certificate in it is none"))?;
    }
    if roots.is_empty() { Err(trouble("no certificate in it")) } else { Ok(roots) }
}

//! One HTTP exchange with Vault, over a connection of its own.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use ureq::http::{HeaderValue, header};
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body, RequestBuilder};
use zeroize::Zeroizing;

use crate::certificates::{self, CaFileError};
use crate::request::{Request, Response};
use crate::settings::Settings;

// At the level trace, ureq writes all that it sends and receives to the log: tokens and secrets. The features of `log` in the
// manifest compile that level out of the whole program.
const _: () = assert!(
    log::STATIC_MAX_LEVEL as usize <= log::LevelFilter::Debug as usize,
    "the level trace of the log would hold tokens and secrets"
);

/// The largest response that is read, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// The first buffer for a response whose length the server does not announce, in bytes.
const FIRST_BUFFER: u64 = 16 << 10;

/// An HTTP client for one server.
pub struct Transport {
    agent: Agent,
    address: String,
    namespace: Option<String>,
}

/// The reason why an exchange failed. It never holds what was sent.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The TLS handshake failed, as a rule because of the certificate of the server.
    #[error(transparent)]
    Tls(rustls::Error),
    /// The address, the namespace or the token does not fit into a request.
    #[error("the address or the token contains characters that HTTP does not allow")]
    InvalidRequest,
    /// The time is over.
    #[error("timed out")]
    Timeout,
    /// Nothing listens at the address.
    #[error("connection refused")]
    Refused,
    /// The connection ended before the response was complete.
    #[error("connection closed before the response was complete")]
    NoDecryptor,
    /// The server speaks another protocol.
    #[error("the response is not HTTP")]
    NotHttp,
    /// The response is larger than any entry.
    #[error("the response is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// The operating system reports an error: a name that cannot be resolved, a host that cannot be reached.
    #[error(transparent)]
    Io(io::Error),
    /// ureq reports another error.
    #[error(transparent)]
    Other(ureq::Error),
}

impl From<ureq::Error> for TransportError {
    fn from(error: ureq::Error) -> Self {
        use ureq::Error as E;
        match error {
            E::Rustls(error) => Self::Tls(error),
            E::Io(error) => Self::from(error),
            E::Timeout(_) => Self::Timeout,
            E::Http(_) | E::BadUri(_) | E::Tls(_) => Self::InvalidRequest,
            E::Protocol(_) | E::LargeResponseHeader(..) => Self::NotHttp,
            E::BodyExceedsLimit(_) => Self::TooLarge,
            other => Self::Other(other),
        }
    }
}

impl From<io::Error> for TransportError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(error) => Self::Tls(error.clone()),
            None => match error.kind() {
                Kind::ConnectionRefused => Self::Refused,
                Kind::UnexpectedEof | Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => {
                    Self::NoDecryptor
                }
                _ => Self::Io(error),
            },
        }
    }
}

impl Transport {
    /// Creates the client for the server of these settings. It sends nothing yet.
    pub fn new(settings: &Settings) -> Result<Self, CaFileError> {
        let roots = match &settings.ca_file {
            Some(path) => certificates::from_file(path)?,
            None if settings.address.starts_with("https://") => certificates::of_system(),
            None => Vec::new(),
        };
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // A token goes to the configured address and nowhere else.
            .proxy(None)
            .max_redirects(0)
            // Requests are rare: a connection that is kept would be closed by the server before the next one.
            .max_idle_connections(0)
            .user_agent("")
            .accept("")
            .accept_encoding("")
            .build();
        Ok(Self { agent: config.new_agent(), address: settings.address.clone(), namespace: settings.namespace.clone() })
    }

    /// Sends a request once. The timeout covers all of it, from the lookup of the name to the end of the response.
    pub fn send(&self, request: Request<'_>, timeout: Duration) -> Result<Response, TransportError> {
        let url = format!("{}/v1/{}", self.address, request.path);
        let mut response = match request.body {
            None => self.prepare(self.agent.get(url), request, timeout)?.call()?,
            Some(body) => {
                let builder = self.agent.post(url).header(header::CONTENT_TYPE, "application/json");
                self.prepare(builder, request, timeout)?.send(body)?
            }
        };
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok()).map(Duration::from_secs);
        Ok(Response { status: response.status().as_u16(), body: read(response.body_mut())?, retry_after })
    }

    fn prepare<B>(
        &self,
        builder: RequestBuilder<B>,
        request: Request<'_>,
        timeout: Duration,
    ) -> Result<RequestBuilder<B>, TransportError> {
        let mut builder = builder.header(header::CONNECTION, "close").header("X-Vault-Request", "true");
        if let Some(namespace) = self.namespace.as_ref().filter(|_| request.in_namespace) {
            builder = builder.header("X-Vault-Namespace", namespace);
        }
        if let Some(token) = request.token {
            let mut value = HeaderValue::from_str(token.expose()).map_err(|_| TransportError::InvalidRequest)?;
            value.set_sensitive(true);
            builder = builder.header("X-Vault-Token", value);
        }
        Ok(builder.config().timeout_global(Some(timeout)).build())
    }
}

/// Reads a response into memory that is wiped.
fn read(body: &mut Body) -> Result<Zeroizing<Vec<u8>>, TransportError> {
    // One byte more than announced lets the end be seen without a larger buffer.
    let length = body.content_length().unwrap_or(FIRST_BUFFER).min(MAX_BYTES) + 1;
    let mut reader = body.with_config().limit(MAX_BYTES).reader();
    let mut bytes = wiped_buffer(usize::try_from(length).unwrap_or_default());
    let mut filled = 0;
    loop {
        if filled == bytes.len() {
            // A vector that grows leaves a copy behind that is not wiped.
            let mut larger = wiped_buffer(filled * 2);
            larger[..filled].copy_from_slice(&bytes);
            bytes = larger;
        }
        match reader.read(&mut bytes[filled..]).map_err(ureq::Error::from)? {
            0 => break,
            count => filled += count,
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

fn wiped_buffer(length: usize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(vec![0; length])
}

//! HTTP requests to a server: no proxies, no redirects, a limit and a timeout for each answer.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use confgate_core::sensitive::display::redacted;
use confgate_files::SizeLimit;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::http::{HeaderValue, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use zeroize::Zeroizing;

use crate::error::{HttpError, MAX_ANSWER, ServerFileError};
use crate::server_spec::ServerSpec;

// At the level trace, ureq writes all that it sends to the log, tokens included. The features of `log` in the manifest compile that
// level out of the whole program.
const _: () = assert!(
    log::STATIC_MAX_LEVEL as usize <= log::LevelFilter::Debug as usize,
    "the level trace of the log would hold tokens"
);

/// A server, and the requests to it.
pub struct Server {
    agent: ureq::Agent,
    url: String,
    timeout: Duration,
    token: Option<Zeroizing<String>>,
}

impl fmt::Debug for Server {
    // Leave out the token, and a password in the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("url", &redacted(&self.url)).finish_non_exhaustive()
    }
}

impl Server {
    /// Returns a server with the present contents of its files. Sends nothing yet.
    ///
    /// # Errors
    ///
    /// A file with certificates or a token cannot be read.
    pub fn new(spec: &ServerSpec) -> Result<Self, ServerFileError> {
        let https = spec.url.as_str().starts_with("https://");
        let roots = match &spec.ca_file {
            Some(path) => {
                let bytes = confgate_files::read(path, SizeLimit::CA)
                    .map_err(|source| ServerFileError::Unreadable { path: path.clone(), source })?;
                let invalid = || ServerFileError::Invalid { path: path.clone(), expected: "CA certificates in PEM" };
                let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
                certificates.ok().filter(|certificates| !certificates.is_empty()).ok_or_else(invalid)?
            }
            None if https => rustls_native_certs::load_native_certs().certs,
            None => Vec::new(),
        };
        let roots = roots.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
        let token = match &spec.token_file {
            Some(path) => {
                let bytes = confgate_files::read(path, SizeLimit::TOKEN)
                    .map(Zeroizing::new)
                    .map_err(|source| ServerFileError::Unreadable { path: path.clone(), source })?;
                let text = std::str::from_utf8(&bytes).ok().map(str::trim).filter(|token| !token.is_empty());
                let invalid = ServerFileError::Invalid { path: path.clone(), expected: "a token on one line" };
                Some(Zeroizing::new(text.ok_or(invalid)?.to_owned()))
            }
            None => None,
        };
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .build();
        let timeout = spec.timeout.get();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // A token goes to the configured address and nowhere else.
            .proxy(None)
            .max_redirects(0)
            .timeout_global(Some(timeout))
            .build();
        let url = spec.url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { agent: config.new_agent(), url, timeout, token })
    }

    /// Sends a GET request, with these parameters in the address. Returns the status and the body.
    ///
    /// # Errors
    ///
    /// The request failed, or the answer is too large.
    pub fn get(&self, path: &str, parameters: &[(&str, String)]) -> Result<(u16, Vec<u8>), HttpError> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        for (name, value) in parameters {
            request = request.query(name, value);
        }
        if let Some(value) = self.authorization()? {
            request = request.header(header::AUTHORIZATION, value);
        }
        request.call().map_err(|error| self.error(error)).and_then(|answer| self.read(answer))
    }

    /// Sends a POST request with a form. Returns the status and the body.
    ///
    /// # Errors
    ///
    /// The request failed, or the answer is too large.
    pub fn post(&self, path: &str, form: &[(&str, String)]) -> Result<(u16, Vec<u8>), HttpError> {
        let mut request = self.agent.post(format!("{}{path}", self.url));
        if let Some(value) = self.authorization()? {
            request = request.header(header::AUTHORIZATION, value);
        }
        let form = form.iter().map(|(name, value)| (*name, value.as_str()));
        request.send_form(form).map_err(|error| self.error(error)).and_then(|answer| self.read(answer))
    }

    fn authorization(&self) -> Result<Option<HeaderValue>, HttpError> {
        let Some(token) = &self.token else { return Ok(None) };
        let text = Zeroizing::new(format!("Bearer {}", token.as_str()));
        let mut value = HeaderValue::from_str(&text).map_err(|_| HttpError::InvalidRequest)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    fn read(&self, mut answer: ureq::http::Response<ureq::Body>) -> Result<(u16, Vec<u8>), HttpError> {
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        Ok((status, body.map_err(|error| self.error(error))?))
    }

    fn error(&self, error: ureq::Error) -> HttpError {
        match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => HttpError::InvalidRequest,
            ureq::Error::HostNotFound => HttpError::HostNotFound,
            ureq::Error::Timeout(_) => HttpError::TimedOut(self.timeout),
            ureq::Error::BodyExceedsLimit(_) => HttpError::TooLarge,
            ureq::Error::Io(error) => HttpError::Io(error),
            other => HttpError::Protocol(other),
        }
    }
}

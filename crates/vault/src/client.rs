//! Requests to Vault: all requests of a load share one deadline, and those that may succeed later are repeated.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use confgate_core::types::Secret;
use serde::Deserialize;

use crate::certificates::CaFileError;
use crate::error::VaultError;
use crate::request::{Request, Response};
use crate::settings::{LONGEST, Settings};
use crate::transport::{Transport, TransportError};

/// The largest number of attempts at one request.
const MAX_ATTEMPTS: u32 = 5;

/// The pause before the second attempt. It doubles before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// A client for one server.
pub struct Client {
    transport: Transport,
    address: String,
    timeout: Duration,
    /// The deadline of the current load, set by its first request.
    deadline: Cell<Option<Instant>>,
}

/// A failed attempt.
enum Failure {
    /// Another attempt would fail as well.
    Final(VaultError),
    /// Another attempt may succeed, after this time if the server asks for it.
    Retryable(VaultError, Option<Duration>),
}

impl Client {
    /// Creates the client for the server of these settings. It sends nothing yet.
    pub fn new(settings: &Settings) -> Result<Self, CaFileError> {
        let transport = Transport::new(settings)?;
        Ok(Self { transport, address: settings.address.clone(), timeout: settings.timeout, deadline: Cell::new(None) })
    }

    /// Starts another load, whose first request sets a new deadline.
    pub fn begin_load(&self) {
        self.deadline.set(None);
    }

    /// Removes the deadline of the load, for requests that are not part of it, and returns it.
    pub fn suspend_deadline(&self) -> Option<Instant> {
        self.deadline.take()
    }

    /// Restores the deadline of the load.
    pub fn resume_deadline(&self, deadline: Option<Instant>) {
        self.deadline.set(deadline);
    }

    /// Sends a request, and repeats it while another attempt may succeed before the deadline.
    pub fn send(&self, request: Request<'_>) -> Result<Response, VaultError> {
        let deadline = self.deadline.get().unwrap_or_else(|| Instant::now() + self.timeout.min(LONGEST));
        self.deadline.set(Some(deadline));
        let (mut attempt, mut pause) = (1, FIRST_PAUSE);
        loop {
            let (error, wait) = match self.attempt(request, deadline) {
                Ok(response) => return Ok(response),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Retryable(error, wait)) => (error, wait.unwrap_or_else(|| with_jitter(pause))),
            };
            if attempt == MAX_ATTEMPTS || wait >= deadline.saturating_duration_since(Instant::now()) {
                return Err(error);
            }
            std::thread::sleep(wait);
            (attempt, pause) = (attempt + 1, pause * 2);
        }
    }

    fn attempt(&self, request: Request<'_>, deadline: Instant) -> Result<Response, Failure> {
        let response = self.send_once(request, deadline).map_err(|error| self.failed_exchange(error))?;
        let address = || self.address.clone();
        match response.status {
            503 if self.is_sealed(deadline) => Err(Failure::Final(VaultError::Sealed { address: address() })),
            status @ (412 | 429 | 500..) => {
                let hidden: Vec<&Secret> = request.token.into_iter().collect();
                // The server may quote the body of a request, which holds a secret.
                let message = if request.body.is_some() { String::new() } else { response.message(&hidden) };
                let error = VaultError::Status { address: address(), status, message };
                Err(Failure::Retryable(error, response.retry_after))
            }
            301 | 302 | 307 | 308 => Err(Failure::Final(VaultError::Redirected { address: address() })),
            _ => Ok(response),
        }
    }

    fn send_once(&self, request: Request<'_>, deadline: Instant) -> Result<Response, TransportError> {
        let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        self.transport.send(request, left)
    }

    /// Returns `true` if the server reports that it is sealed. A 503 alone may also come from a proxy in front of it.
    fn is_sealed(&self, deadline: Instant) -> bool {
        #[derive(Deserialize)]
        struct SealStatus {
            sealed: bool,
        }
        let response = self.send_once(Request::server_state("sys/seal-status"), deadline);
        let status = response.ok().and_then(|response| serde_json::from_slice(&response.body).ok());
        status.is_some_and(|SealStatus { sealed }| sealed)
    }

    fn failed_exchange(&self, source: TransportError) -> Failure {
        let address = self.address.clone();
        match source {
            TransportError::Tls(source) => Failure::Final(VaultError::Untrusted { address, source }),
            TransportError::InvalidRequest => Failure::Final(VaultError::InvalidRequest { address, source }),
            TransportError::Timeout => Failure::Retryable(VaultError::Timeout { address, timeout: self.timeout }, None),
            TransportError::Refused | TransportError::Io(_) => {
                Failure::Retryable(VaultError::Connect { address, source }, None)
            }
            _ => Failure::Retryable(VaultError::Exchange { address, source }, None),
        }
    }
}

/// Spreads the attempts of nodes that lost the same server at the same moment.
fn with_jitter(pause: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(0_u8) % 512).unwrap_or_default();
    pause + pause * random / 1024
}

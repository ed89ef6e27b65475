//! The login to Vault: the token that it gives, the lease of the token, and its renewal.

use std::path::Path;
use std::time::{Duration, Instant};

use confgate_core::types::Secret;
use confgate_files::SizeLimit;
use confgate_runtime::secrets::directory;
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::client::Client;
use crate::error::VaultError;
use crate::request::{Request, Response};
use crate::settings::{LONGEST, Login, SecretId};

/// A token with less time left is not used: it could expire on its way.
const MARGIN: Duration = Duration::from_secs(2);

/// A login and the token that it gave.
pub struct Session {
    login: Login,
    token: Option<Token>,
    warning: Option<String>,
}

struct Token {
    secret: Secret,
    lease: Lease,
}

/// The validity of a token.
#[derive(Clone, Copy)]
enum Lease {
    /// The server has not been asked yet.
    Unknown,
    Endless,
    Limited {
        from: Instant,
        length: Duration,
        renewable: bool,
    },
}

impl Lease {
    /// A lease that begins now. A server may report more seconds than a clock holds, and none for no limit.
    fn new(seconds: u64, renewable: bool) -> Self {
        match seconds {
            0 => Self::Endless,
            _ => Self::Limited { from: Instant::now(), length: Duration::from_secs(seconds).min(LONGEST), renewable },
        }
    }

    /// Returns `true` while requests may be sent with the token.
    fn is_valid(self) -> bool {
        match self {
            Self::Unknown | Self::Endless => true,
            Self::Limited { from, length, .. } => from.elapsed() + MARGIN < length,
        }
    }

    /// Returns `true` after two thirds of the time.
    fn is_due(self) -> bool {
        matches!(self, Self::Limited { from, length, .. } if from.elapsed() * 3 > length * 2)
    }
}

/// The response to a login or a renewal.
#[derive(Deserialize)]
struct Granted {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    client_token: Secret,
    lease_duration: u64,
    renewable: bool,
}

/// The response to a lookup of the token.
#[derive(Deserialize)]
struct Lookup {
    data: LookupData,
}

#[derive(Deserialize)]
struct LookupData {
    ttl: u64,
    #[serde(default)]
    renewable: bool,
}

impl Session {
    /// Creates a session that logs in with its first request.
    pub fn new(login: Login) -> Self {
        Self { login, token: None, warning: None }
    }

    /// Returns the warning about the file with the credential, such as its permissions.
    pub fn warning(&self) -> Option<String> {
        self.warning.clone()
    }

    /// Returns a valid token, after a login if there is none.
    pub fn token(&mut self, client: &Client) -> Result<Secret, VaultError> {
        match self.token.as_ref().filter(|token| token.lease.is_valid()) {
            Some(token) => Ok(token.secret.clone()),
            None => self.log_in(client),
        }
    }

    /// Returns another token than the rejected one, or `None` if the login cannot give another.
    pub fn replace(&mut self, rejected: &Secret, client: &Client) -> Result<Option<Secret>, VaultError> {
        if matches!(self.login, Login::Token(_)) {
            return Ok(None);
        }
        let token = self.log_in(client)?;
        Ok((token != *rejected).then_some(token))
    }

    /// Renews the token if two thirds of its time are over, or logs in again if it cannot be renewed.
    pub fn renew_if_due(&mut self, client: &Client) -> Result<(), VaultError> {
        self.look_up_lease(client)?;
        let Some(Token { secret, lease }) = self.token.as_ref().filter(|token| token.lease.is_due()) else {
            return Ok(());
        };
        let renewed = match lease {
            Lease::Limited { renewable: true, .. } => renew(secret, client)?,
            _ => None,
        };
        match renewed {
            // The leases of a token get shorter as it approaches its maximum lifetime.
            Some(token) if matches!(token.lease, Lease::Limited { .. }) && token.lease.is_valid() => {
                self.token = Some(token);
            }
            _ => drop(self.log_in(client)?),
        }
        Ok(())
    }

    /// Returns the time until [`renew_if_due`](Self::renew_if_due) has something to do, or `None` if it never has.
    pub fn next_renewal(&self) -> Option<Duration> {
        let Lease::Limited { from, length, .. } = self.token.as_ref()?.lease else { return None };
        Some((from + length * 2 / 3 + Duration::from_millis(50)).saturating_duration_since(Instant::now()))
    }

    /// Asks the server for the lease of a token that came from a variable or a file.
    fn look_up_lease(&mut self, client: &Client) -> Result<(), VaultError> {
        let Some(token) = self.token.as_mut().filter(|token| matches!(token.lease, Lease::Unknown)) else {
            return Ok(());
        };
        let response = client.send(Request::get("auth/token/lookup-self", &token.secret))?;
        let lookup = serde_json::from_slice(&response.body).ok();
        token.lease = lookup.map_or(Lease::Endless, |Lookup { data }| Lease::new(data.ttl, data.renewable));
        Ok(())
    }

    fn log_in(&mut self, client: &Client) -> Result<Secret, VaultError> {
        let token = match self.login.clone() {
            Login::Token(secret) => Token { secret, lease: Lease::Unknown },
            Login::TokenFile(path) => Token { secret: self.read(&path, "the token")?, lease: Lease::Unknown },
            Login::AppRole { mount, role, secret } => {
                let secret = match secret {
                    SecretId::Text(secret) => secret,
                    SecretId::File(path) => self.read(&path, "the secret id")?,
                };
                let body = Zeroizing::new(json!({ "role_id": role, "secret_id": secret.expose() }).to_string());
                log_in_at(client, &mount, &body, &[&Secret::from(role.as_str()), &secret])?
            }
            Login::Kubernetes { mount, role, token } => {
                let token = self.read(&token, "the token of the service account")?;
                // Kubernetes makes this file readable for others, and the token expires soon.
                self.warning = None;
                let body = Zeroizing::new(json!({ "role": role, "jwt": token.expose() }).to_string());
                log_in_at(client, &mount, &body, &[&token])?
            }
        };
        let secret = token.secret.clone();
        self.token = Some(token);
        Ok(secret)
    }

    fn read(&mut self, path: &Path, credential: &'static str) -> Result<Secret, VaultError> {
        let file = directory::read(path, SizeLimit::TOKEN).map_err(VaultError::UnreadableFile)?;
        let known = file.ok_or_else(|| VaultError::MissingFile { credential, path: path.to_owned() })?;
        self.warning = known.warnings.first().map(ToString::to_string);
        Ok(known.secret)
    }
}

fn log_in_at(client: &Client, mount: &str, body: &str, secrets: &[&Secret]) -> Result<Token, VaultError> {
    let path = format!("auth/{mount}/login");
    let response = client.send(Request::post(&path, None, body))?;
    match (response.status, granted_token(&response)) {
        (200, Some(token)) => Ok(token),
        (status, _) => Err(VaultError::LoginRejected { path, status, message: response.message(secrets) }),
    }
}

fn renew(token: &Secret, client: &Client) -> Result<Option<Token>, VaultError> {
    let response = client.send(Request::post("auth/token/renew-self", Some(token), "{}"))?;
    Ok(granted_token(&response).filter(|_| response.status == 200))
}

fn granted_token(response: &Response) -> Option<Token> {
    let Granted { auth } = serde_json::from_slice(&response.body).ok()?;
    Some(Token { secret: auth.client_token, lease: Lease::new(auth.lease_duration, auth.renewable) })
}

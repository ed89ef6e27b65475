//! Being logged in: a token, how long it holds, and how to get the next one.

use std::time::{Duration, Instant};

use confgate_core::types::Secret;
use confgate_runtime::secrets::{ProviderError, directory};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::LONGEST;
use crate::http::{Answer, Http, Question, said};
use crate::settings::{Login, SecretId};

/// A token that ends sooner is not used any more.
const MARGIN: Duration = Duration::from_secs(2);

/// A login, and the token that it gave.
pub struct Session {
    login: Login,
    token: Option<Token>,
    /// What is wrong with the file that the token or the secret id came from.
    warning: Option<String>,
}

struct Token {
    secret: Secret,
    /// When it was given or renewed, and for how long; none for one without an end, or whose end nobody knows.
    lease: Option<(Instant, Duration)>,
    renewable: bool,
    /// Whether the server was asked how long it holds.
    known: bool,
}

impl Token {
    fn ends_in(&self) -> Option<Duration> {
        self.lease.map(|(from, length)| (from + length).saturating_duration_since(Instant::now()))
    }

    /// Two thirds of its time are over.
    fn is_old(&self) -> bool {
        self.lease.is_some_and(|(from, length)| from.elapsed() * 3 > length * 2)
    }
}

/// What the server says of a token that it gave.
#[derive(Deserialize)]
struct LoadOptions {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    client_token: Secret,
    lease_duration: u64,
    renewable: bool,
}

/// What the server says of a token that it is asked about.
#[derive(Deserialize)]
struct Lookup {
    data: LookedUp,
}

#[derive(Deserialize)]
struct LookedUp {
    ttl: u64,
    #[serde(default)]
    renewable: bool,
}

impl Session {
    /// A login that did not happen yet.
    pub fn new(login: Login) -> Self {
        Self { login, token: None, warning: None }
    }

    /// What is wrong with the file that the token or the secret id came from.
    pub fn warning(&self) -> Option<String> {
        self.warning.clone()
    }

    /// A token that holds, after a login where that is needed.
    pub fn token(&mut self, http: &Http) -> Result<Secret, ProviderError> {
        if let Some(token) = self.token.as_ref().filter(|token| token.ends_in().is_none_or(|left| left > MARGIN)) {
            return Ok(token.secret.clone());
        }
        self.log_in(http)
    }

    /// Another token than the one that the server refused; none where there is no way to another.
    pub fn another(&mut self, refused: &Secret, http: &Http) -> Result<Option<Secret>, ProviderError> {
        if matches!(self.login, Login::Token(_)) {
            return Ok(None);
        }
        let token = self.log_in(http)?;
        Ok((token != *refused).then_some(token))
    }

    /// Renews the token when most of its time is over, or logs in again where it cannot be renewed.
    pub fn keep(&mut self, http: &Http) -> Result<(), ProviderError> {
        self.learn_lease(http)?;
        let Some(token) = self.token.as_ref().filter(|token| token.is_old()) else { return Ok(()) };
        let renewed = match token.renewable {
            true => renew(&token.secret, http)?,
            false => None,
        };
        match renewed {
            // A token that has reached its longest life is renewed for less and less.
            Some(renewed) if renewed.ends_in().is_some_and(|left| left > MARGIN) => self.token = Some(renewed),
            _ => drop(self.log_in(http)?),
        }
        Ok(())
    }

    /// How long to wait before [`keep`](Self::keep) has something to do; none when it never has.
    pub fn rest(&self) -> Option<Duration> {
        let (from, length) = self.token.as_ref()?.lease?;
        Some((from + length * 2 / 3 + Duration::from_millis(50)).saturating_duration_since(Instant::now()))
    }

    /// Asks how long a token holds that the server did not give to us.
    fn learn_lease(&mut self, http: &Http) -> Result<(), ProviderError> {
        let Some(token) = self.token.as_mut().filter(|token| !token.known) else { return Ok(()) };
        let question = Question { path: "auth/token/lookup-self", token: Some(&token.secret), body: None };
        let answer = http.ask(question)?;
        token.known = true;
        if let Ok(Lookup { data }) = serde_json::from_slice(&answer.body)
            && data.ttl > 0
        {
            token.lease = lease(data.ttl);
            token.renewable = data.renewable;
        }
        Ok(())
    }

    fn log_in(&mut self, http: &Http) -> Result<Secret, ProviderError> {
        let token = match self.login.clone() {
            Login::Token(secret) => Token { secret, lease: None, renewable: false, known: false },
            Login::TokenFile(path) => {
                let secret = self.read(&path, "the token")?;
                Token { secret, lease: None, renewable: false, known: false }
            }
            Login::AppRole { mount, role, secret } => {
                let secret = match secret {
                    SecretId::Text(secret) => secret,
                    SecretId::File(path) => self.read(&path, "the secret id")?,
                };
                let body = Zeroizing::new(json!({ "role_id": role, "secret_id": secret.expose() }).to_string());
                given(http, &mount, &body, &[&Secret::from(role.as_str()), &secret])?
            }
            Login::Kubernetes { mount, role, token } => {
                let token = self.read(&token, "the token of the service account")?;
                // Kubernetes lets others read it, and it ends soon.
                self.warning = None;
                let body = Zeroizing::new(json!({ "role": role, "jwt": token.expose() }).to_string());
                given(http, &mount, &body, &[&token])?
            }
        };
        let secret = token.secret.clone();
        self.token = Some(token);
        Ok(secret)
    }

    fn read(&mut self, path: &std::path::Path, what: &str) -> Result<Secret, ProviderError> {
        let known = directory::read(path)?.ok_or_else(|| {
            let trouble = ProviderError::new(format!("{what} for the vault is not there: {}", path.display()));
            trouble.help("see that the node is given this file before the service starts")
        })?;
        self.warning = known.warning;
        Ok(known.secret)
    }
}

/// Logs in.
fn given(http: &Http, mount: &str, body: &str, secrets: &[&Secret]) -> Result<Token, ProviderError> {
    let path = format!("auth/{mount}/login");
    let answer = http.ask(Question { path: &path, token: None, body: Some(body) })?;
    match (answer.status, token_of(&answer)) {
        (200, Some(token)) => Ok(token),
        (status, _) => {
            let trouble = ProviderError::new(format!(
                "the vault refuses the login {path} ({status}){}",
                said(&answer.body, secrets)
            ));
            Err(trouble.help("see that the role, its secret and the place of the method are right and not expired"))
        }
    }
}

fn renew(token: &Secret, http: &Http) -> Result<Option<Token>, ProviderError> {
    let question = Question { path: "auth/token/renew-self", token: Some(token), body: Some("{}") };
    let answer = http.ask(question)?;
    Ok(token_of(&answer).filter(|_| answer.status == 200))
}

fn token_of(answer: &Answer) -> Option<Token> {
    let LoadOptions { auth } = serde_json::from_slice(&answer.body).ok()?;
    let lease = lease(auth.lease_duration);
    Some(Token { secret: auth.client_token, lease, renewable: auth.renewable, known: true })
}

/// From now on for so many seconds; none for no end. A server may say more of them than a clock has.
fn lease(seconds: u64) -> Option<(Instant, Duration)> {
    (seconds > 0).then(|| (Instant::now(), Duration::from_secs(seconds).min(LONGEST)))
}

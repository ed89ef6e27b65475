//! A request to Vault and its response.

use std::time::Duration;

use confgate_core::sensitive::display::sanitize;
use confgate_core::types::Secret;
use serde::Deserialize;
use zeroize::Zeroizing;

/// The longest message of a server that is shown, in characters.
const MAX_MESSAGE: usize = 200;

/// A request: a POST with a body, a GET without one.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// The path after `/v1/`.
    pub path: &'r str,
    /// The token that authorizes it.
    pub token: Option<&'r Secret>,
    /// The body, as JSON.
    pub body: Option<&'r str>,
    /// Set for requests about the configured namespace, unset for those about the server.
    pub in_namespace: bool,
}

impl<'r> Request<'r> {
    /// A GET with a token.
    pub fn get(path: &'r str, token: &'r Secret) -> Self {
        Self { path, token: Some(token), body: None, in_namespace: true }
    }

    /// A POST with a body, and with a token unless it is a login.
    pub fn post(path: &'r str, token: Option<&'r Secret>, body: &'r str) -> Self {
        Self { path, token, body: Some(body), in_namespace: true }
    }

    /// A GET about the state of the server, which needs no token.
    pub fn server_state(path: &'r str) -> Self {
        Self { path, token: None, body: None, in_namespace: false }
    }
}

/// A response of Vault.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body, wiped when it is dropped.
    pub body: Zeroizing<Vec<u8>>,
    /// The least time until the next attempt, if the server asks for one.
    pub retry_after: Option<Duration>,
}

impl Response {
    /// Returns `true` if the server says that an entry does not exist: a list of errors without any. Each other answer, such as that
    /// of a proxy, says nothing about the entry.
    pub fn is_absence(&self) -> bool {
        self.status == 404 && self.error_list().is_some_and(|errors| errors.is_empty())
    }

    /// Returns `true` if the body has the form in which a server reports errors.
    pub fn is_error_report(&self) -> bool {
        self.error_list().is_some()
    }

    /// Returns the errors that the server reports, on one line behind a colon and without the secrets.
    pub fn message(&self, secrets: &[&Secret]) -> String {
        let text = secrets
            .iter()
            .map(|secret| secret.expose())
            .filter(|secret| !secret.is_empty())
            .fold(self.error_list().unwrap_or_default().join("; "), |text, secret| text.replace(secret, "***"));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = sanitize(&text).chars().take(MAX_MESSAGE).collect();
        if text.is_empty() { text } else { format!(": {text}") }
    }

    fn error_list(&self) -> Option<Vec<String>> {
        #[derive(Deserialize)]
        struct Body {
            errors: Vec<String>,
        }
        serde_json::from_slice(&self.body).ok().map(|Body { errors }| errors)
    }
}

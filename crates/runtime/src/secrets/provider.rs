use std::fmt;
use std::path::PathBuf;

use confgate_core::types::Secret;

/// Somebody who knows secrets.
pub trait Provider: Send + Sync {
    /// What the order of providers calls it: `variables`, `vault`, the path of a folder.
    fn name(&self) -> String;

    /// A load begins: nothing that was answered before counts any more.
    fn begin(&self) {}

    /// The secret with this name (`DB_PASSWORD`), or `None` when this provider does not have it.
    ///
    /// # Errors
    ///
    /// Whether there is one cannot be said now: the provider is not reached, or may not answer. The next provider is not
    /// asked then, because it could have another secret of that name.
    fn secret(&self, name: &str) -> Result<Option<FoundSecret>, ProviderError>;

    /// Where it would have a secret with this name, for those who look for one that is missing.
    fn place(&self, name: &str) -> String;

    /// Files and folders that change when one of its secrets does.
    fn watched(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Takes somebody who wants to be told when one of its secrets changes that is in no file, for as long as this provider
    /// lives.
    fn watch(&self, _: OnChange) {}
}

/// Tells somebody of a change; `false` when nobody listens any more.
pub type OnChange = Box<dyn Fn() -> bool + Send>;

/// The endings of the variables that say where secrets come from, behind the prefix of a service.
pub const VARIABLES: &[&str] = &[
    "SECRETS",
    "IDENTITY",
    "VAULT_PATH",
    "VAULT_MOUNT",
    "VAULT_VERSION",
    "VAULT_AUTH",
    "VAULT_TOKEN_FILE",
    "VAULT_ROLE",
    "VAULT_SECRET_ID",
    "VAULT_SECRET_ID_FILE",
    "VAULT_JWT_FILE",
    "VAULT_TIMEOUT",
    "VAULT_POLL",
];

/// A secret, and where it was found.
#[derive(Debug, Clone)]
pub struct FoundSecret {
    /// The secret itself.
    pub secret: Secret,
    /// Where it was: a variable, a file, a path in a vault.
    pub place: String,
    /// What is wrong about it and does not keep it from being used.
    pub warning: Option<String>,
}

/// Why a provider cannot answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError {
    /// What it did not do and why, without the secret.
    pub message: String,
    /// The way out, if there is one to tell.
    pub help: Option<String>,
}

impl ProviderError {
    /// A trouble without a way out.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Says the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ProviderError {}

//! The interface of a secret provider.

use std::path::PathBuf;

use confgate_core::types::Secret;

use crate::secrets::SecretWarning;

/// A source of secrets.
pub trait Provider: Send + Sync {
    /// Returns the name in the order of providers: `variables`, `vault`, the path of a directory.
    fn name(&self) -> String;

    /// Starts a load. Cached answers must be discarded.
    fn begin(&self) {}

    /// Returns the secret with this name (`DB_PASSWORD`), or `None` if this provider does not have it.
    ///
    /// # Errors
    ///
    /// The provider cannot answer: it is not reachable, or access is denied. The next provider is not asked, because it could
    /// have another secret of the same name.
    fn secret(&self, name: &str) -> Result<Option<FoundSecret>, ProviderError>;

    /// Describes the place where this provider searches the secret, for messages about a missing one.
    fn place(&self, name: &str) -> String;

    /// Returns the files and directories that change when one of the secrets does.
    fn watched(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Registers a callback for changes of secrets that are not in files. The provider keeps it for its lifetime.
    fn watch(&self, _: OnChange) {}
}

/// Callback for a changed secret. It returns `false` once its receiver is gone.
pub type OnChange = Box<dyn Fn() -> bool + Send>;

/// A secret with the place where it was found.
#[derive(Debug, Clone)]
pub struct FoundSecret {
    /// The secret.
    pub secret: Secret,
    /// The place: a variable, a file, a path in Vault.
    pub place: String,
    /// Problems that do not prevent the use of the secret.
    pub warnings: Vec<SecretWarning>,
}

/// A provider cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProviderError {
    /// The failed operation and its cause, without the secret.
    pub message: String,
    /// The way out, if there is one.
    pub help: Option<String>,
}

impl ProviderError {
    /// Returns an error without help.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Sets the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

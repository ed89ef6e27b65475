//! Errors of requests to Vault, and the help that belongs to each.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use confgate_runtime::secrets::ProviderError;

use crate::certificates::CaFileError;
use crate::transport::TransportError;

/// The reason why Vault cannot say whether it has a secret. No variant holds a secret or a token.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// `VAULT_CACERT` names an unusable file.
    #[error(transparent)]
    CaFile(#[from] CaFileError),
    /// The server is not reached.
    #[error("cannot connect to Vault at {address}")]
    Connect { address: String, source: TransportError },
    /// The server is reached, and its response is unusable.
    #[error("request to Vault at {address} failed")]
    Exchange { address: String, source: TransportError },
    /// The time of the load is over.
    #[error("no response from Vault at {address} within {}", humantime::format_duration(*timeout))]
    Timeout { address: String, timeout: Duration },
    /// TLS fails.
    #[error("Vault at {address} is not trusted")]
    Untrusted { address: String, source: rustls::Error },
    /// The request cannot be written down.
    #[error("cannot send a request to Vault at {address}")]
    InvalidRequest { address: String, source: TransportError },
    /// The server lacks the key to its storage.
    #[error("Vault at {address} is sealed")]
    Sealed { address: String },
    /// The server is a standby that does not forward requests.
    #[error("Vault at {address} redirects to another address")]
    Redirected { address: String },
    /// The server reports an error of its own.
    #[error("Vault at {address} answered {status}{message}")]
    Status { address: String, status: u16, message: String },
    /// The server reports an error for an entry.
    #[error("Vault at {address} answered {status} for {entry}{message}")]
    EntryStatus { address: String, entry: String, status: u16, message: String },
    /// Nothing is mounted there.
    #[error("Vault at {address} has no mount {mount}{message}")]
    NoMount { address: String, mount: String, message: String },
    /// Another engine is mounted there, or a KV store of version 1.
    #[error("mount {mount} of Vault at {address} is not a KV store of version 2")]
    NotKvStore { address: String, mount: String },
    /// The token is unknown or expired.
    #[error("Vault at {address} does not accept the token: it is unknown or expired")]
    TokenRejected { address: String },
    /// The policies of the token do not allow the request.
    #[error("Vault at {address} denies the token access to {mount}/{path}")]
    Denied { address: String, mount: String, path: String },
    /// The server rejects the credentials of a login.
    #[error("Vault rejected the login {path} ({status}){message}")]
    LoginRejected { path: String, status: u16, message: String },
    /// The value of a field is a list, a table or null.
    #[error("{place}: the field is not text")]
    NotText { place: String },
    /// The file with a credential does not exist.
    #[error("{credential} for Vault is missing: {}", path.display())]
    MissingFile { credential: &'static str, path: PathBuf },
    /// The file with a credential cannot be read.
    #[error(transparent)]
    UnreadableFile(ProviderError),
}

impl VaultError {
    /// Returns the way out, as an imperative.
    fn help(&self) -> Option<String> {
        let help = match self {
            Self::CaFile(_) => "set VAULT_CACERT to a PEM file with certificates",
            Self::Connect { .. } | Self::Exchange { .. } | Self::Timeout { .. } => {
                "check that the server runs and that VAULT_ADDR is its address"
            }
            Self::Untrusted { .. } => "set VAULT_CACERT to the certificate of the authority that signed the server's",
            Self::InvalidRequest { .. } => "remove spaces and line ends from VAULT_ADDR and from the token",
            Self::Sealed { .. } => "unseal it: `bao operator unseal`",
            Self::Redirected { .. } => "set VAULT_ADDR to the active server, or to one that forwards requests to it",
            Self::NoMount { .. } => "write the mount of a KV store before the path of the entry, as in secret/bitcraps",
            Self::NotKvStore { mount, .. } => {
                return Some(format!("turn a KV store into one of version 2: `bao kv enable-versioning {mount}`"));
            }
            Self::TokenRejected { .. } => "give the node a valid token, or a login: AppRole, Kubernetes",
            Self::Denied { mount, path, .. } => {
                return Some(format!(
                    "add path \"{mount}/data/{path}\" {{ capabilities = [\"read\"] }} to its policy; a mount that does not exist is denied as well"
                ));
            }
            Self::LoginRejected { .. } => {
                "check the role, its secret and the mount of the method, and that none of them has expired"
            }
            Self::MissingFile { .. } => "put the file on the node before the service starts",
            Self::UnreadableFile(error) => return error.help.clone(),
            Self::Status { .. } | Self::EntryStatus { .. } | Self::NotText { .. } => return None,
        };
        Some(help.to_owned())
    }
}

impl From<&VaultError> for ProviderError {
    /// Writes the error and its sources on one line.
    fn from(error: &VaultError) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message.push_str(&format!(": {cause}"));
            source = cause.source();
        }
        Self { message, help: error.help() }
    }
}

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
    /// The response does not have the form of one.
    #[error("{address} answered {status} for {entry}, and not as Vault does")]
    NotVault { address: String, entry: String, status: u16 },
    /// The namespace does not exist.
    #[error("Vault at {address} has no namespace {namespace}{message}")]
    NoNamespace { address: String, namespace: String, message: String },
    /// Nothing is mounted there.
    #[error("Vault at {address} has no mount {mount}{}{message}", in_namespace(namespace.as_deref()))]
    NoMount { address: String, mount: String, namespace: Option<String>, message: String },
    /// The version of the entry that the settings name does not exist.
    #[error("Vault entry {entry} has no version {version}; the newest is {newest}")]
    NoVersion { entry: String, version: u64, newest: u64 },
    /// The version of the entry was deleted.
    #[error("version {version} of Vault entry {mount}/{path} was deleted at {time}")]
    Deleted { mount: String, path: String, version: u64, time: String },
    /// The data of the version was destroyed.
    #[error("version {version} of Vault entry {entry}, written at {written}, was destroyed")]
    Destroyed { entry: String, version: u64, written: String },
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
    /// The value of a field is a number, a boolean, a list, a table or null.
    #[error("{place}: the field is {kind}, not text")]
    NotText { place: String, kind: &'static str },
    /// The file with a credential does not exist.
    #[error("{credential} for Vault is missing: {}", path.display())]
    MissingFile { credential: &'static str, path: PathBuf },
    /// The file with a credential cannot be read.
    #[error(transparent)]
    UnreadableFile(ProviderError),
}

impl VaultError {
    /// Returns `true` if the error is about one entry, so that others may be read.
    pub fn is_of_entry(&self) -> bool {
        matches!(
            self,
            Self::EntryStatus { .. }
                | Self::NoVersion { .. }
                | Self::Deleted { .. }
                | Self::Destroyed { .. }
                | Self::Denied { .. }
                | Self::NotText { .. }
        )
    }

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
            Self::NotVault { .. } => {
                "check that VAULT_ADDR is the address of the server, and which proxy is in front of it"
            }
            Self::NoNamespace { .. } => {
                "set VAULT_NAMESPACE to a namespace of the server, or remove it for the root namespace"
            }
            Self::NoVersion { .. } => {
                "set the version (…_VAULT_VERSION) to one that exists, or remove it to read the newest"
            }
            Self::Deleted { mount, path, version, .. } => {
                return Some(format!(
                    "restore it: `bao kv undelete -mount={mount} -versions={version} {path}`, or write a new version; remove the entry for good with `bao kv metadata delete`"
                ));
            }
            Self::Destroyed { .. } => "write a new version of the entry, or set …_VAULT_VERSION to another one",
            Self::NotText { .. } => "write it as text, in quotes in JSON: the server changes the digits of numbers",
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
                "check the role, its secret, the mount of the method and the namespace, and that none of them has expired"
            }
            Self::MissingFile { .. } => "put the file on the node before the service starts",
            Self::UnreadableFile(error) => return error.help.clone(),
            Self::Status { .. } | Self::EntryStatus { .. } => return None,
        };
        Some(help.to_owned())
    }
}

fn in_namespace(namespace: Option<&str>) -> String {
    namespace.map(|namespace| format!(" in namespace {namespace}")).unwrap_or_default()
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

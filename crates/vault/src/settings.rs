//! The settings of a KV store: the server, the entries and the login.

use std::path::PathBuf;
use std::time::Duration;

use confgate_core::types::{Secret, url};

/// The default of [`Settings::timeout`].
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// The default of [`Settings::poll_interval`].
pub const DEFAULT_POLL_INTERVAL: Duration = Duration::from_secs(60);

/// The longest time that a setting or a server can ask for: ten years. Longer ones are cut to it, so that no sum overflows.
pub const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// A KV store of version 2 and the way to it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server: `https://vault.example.org:8200`.
    pub address: String,
    /// The namespace, if the server has any.
    pub namespace: Option<String>,
    /// A PEM file with the authorities that may have signed the certificate of the server. The default is those of the system.
    pub ca_file: Option<PathBuf>,
    /// The mount of the KV store: `secret`.
    pub mount: String,
    /// The entry whose fields are the secrets. If it ends with a slash or is empty, each secret has an entry of its own, and
    /// this is the start of its path.
    pub path: String,
    /// The version to read. The default is the newest.
    pub version: Option<u64>,
    /// The login.
    pub login: Login,
    /// The time for all requests of a load together, including retries.
    pub timeout: Duration,
    /// The interval at which the versions of the entries are checked.
    pub poll_interval: Duration,
}

/// A way to get a token.
#[derive(Debug, Clone)]
pub enum Login {
    /// A token.
    Token(Secret),
    /// A file with a token, which another program may renew.
    TokenFile(PathBuf),
    /// The AppRole method, for machines.
    AppRole {
        /// The mount of the method: `approle`.
        mount: String,
        /// The id of the role.
        role: String,
        /// The secret id of the role.
        secret: SecretId,
    },
    /// The Kubernetes method, for pods.
    Kubernetes {
        /// The mount of the method: `kubernetes`.
        mount: String,
        /// The name of the role.
        role: String,
        /// The file with the token of the service account.
        token: PathBuf,
    },
}

/// The secret id of an AppRole.
#[derive(Debug, Clone)]
pub enum SecretId {
    /// The secret id itself.
    Text(Secret),
    /// A file with the secret id, which is read at each login.
    File(PathBuf),
}

impl Settings {
    /// Settings for the newest version of a path that starts with the mount: `secret/bitcraps` for an entry with a field for
    /// each secret, `secret/bitcraps/` for an entry for each secret.
    pub fn new(address: impl Into<String>, path: &str, login: Login) -> Self {
        let (mount, path) = path.split_once('/').unwrap_or((path, ""));
        Self {
            address: without_userinfo(address.into().trim_end_matches('/')),
            namespace: None,
            ca_file: None,
            mount: mount.to_owned(),
            path: path.to_owned(),
            version: None,
            login,
            timeout: DEFAULT_TIMEOUT,
            poll_interval: DEFAULT_POLL_INTERVAL,
        }
    }

    /// Returns `true` if each secret has an entry of its own.
    pub(super) fn has_entry_per_secret(&self) -> bool {
        self.path.is_empty() || self.path.ends_with('/')
    }
}

/// Removes user and password from an address. Vault does not use them, and messages show the address.
pub fn without_userinfo(address: &str) -> String {
    match url::userinfo(address) {
        Some(user) => [&address[..user.start], &address[user.end + 1..]].concat(),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_without_its_password() {
        let settings = Settings::new("http://u:hunter9@v:8200/", "kv/app", Login::Token(Secret::from("t")));
        assert_eq!(settings.address, "http://v:8200");
    }
}

//! Errors of the options that describe the servers.

use std::path::PathBuf;

use confgate_files::ReadFileError;
use thiserror::Error;

/// An invalid option that describes the servers of a store.
#[derive(Debug, Error)]
pub enum EndpointsError {
    /// No server is given.
    #[error("no endpoint; give the servers of etcd as http://HOST:2379 or https://HOST:2379")]
    Missing,
    /// The text is not an address.
    #[error("{0:?} is not an endpoint; write http://HOST:2379 or https://HOST:2379")]
    Invalid(String),
    /// The address holds a user or a password.
    #[error("an endpoint holds a user; use {user} and {password_file}")]
    UserInfo {
        /// The option of the user.
        user: &'static str,
        /// The option of the password file.
        password_file: &'static str,
    },
    /// Some servers are reached with TLS and others without.
    #[error("endpoints with http:// and with https:// cannot be mixed")]
    Mixed,
    /// TLS without the certificates that it trusts.
    #[error("https:// needs the CA certificates of the servers; give them with {0} FILE")]
    NoAuthority(&'static str),
    /// Options of TLS without TLS.
    #[error("{0} needs endpoints with https://")]
    NotTls(&'static str),
    /// A client certificate without its key, or a key without its certificate.
    #[error("{given} needs {missing}; give both or neither")]
    Incomplete {
        /// The option that was given.
        given: &'static str,
        /// The option that is missing.
        missing: &'static str,
    },
    /// A password would be readable on the network.
    #[error("a password would be sent to {0} without encryption; use https://")]
    PlainPassword(String),
    /// A file cannot be read.
    #[error("{option} {path}: {source}", path = path.display())]
    File {
        /// The option.
        option: &'static str,
        /// The file.
        path: PathBuf,
        /// Reason.
        source: ReadFileError,
    },
    /// A file holds something else. The message never quotes it: it may be a secret.
    #[error("{option} {path}: not {expected}", path = path.display())]
    Content {
        /// The option.
        option: &'static str,
        /// The file.
        path: PathBuf,
        /// Noun for the expected content.
        expected: &'static str,
    },
    /// A certificate or a key cannot be used.
    #[error("the certificates or the key cannot be used for TLS: {0}")]
    Tls(String),
    /// A timeout of zero.
    #[error("a timeout of 0 stops every request; give one of at least a millisecond")]
    NoTimeout,
}

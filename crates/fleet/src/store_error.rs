//! Errors of operations on a store.

use std::error::Error as _;
use std::time::Duration;

use confgate_core::sensitive::display::sanitize;
use confgate_files::SizeLimit;
use thiserror::Error;

use crate::endpoints_error::EndpointsError;

/// The longest text of a server that a message quotes, in characters.
const QUOTED: usize = 300;

/// The codes of gRPC that are told apart.
mod grpc {
    pub const CANCELLED: i32 = 1;
    pub const UNKNOWN: i32 = 2;
    pub const INVALID_ARGUMENT: i32 = 3;
    pub const DEADLINE_EXCEEDED: i32 = 4;
    pub const PERMISSION_DENIED: i32 = 7;
    pub const RESOURCE_EXHAUSTED: i32 = 8;
    pub const OUT_OF_RANGE: i32 = 11;
    pub const INTERNAL: i32 = 13;
    pub const UNAVAILABLE: i32 = 14;
    pub const UNAUTHENTICATED: i32 = 16;
}

/// An error of an operation on a store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The options that describe the servers are invalid.
    #[error(transparent)]
    Endpoints(#[from] EndpointsError),
    /// No server answers.
    #[error(
        "cannot reach etcd at {endpoints}: {reason}; check the addresses, the certificates and that a majority of the servers runs"
    )]
    Unreachable {
        /// Addresses of the servers.
        endpoints: String,
        /// Reason of the last attempt.
        reason: String,
    },
    /// The operation takes too long.
    #[error(
        "etcd at {endpoints} does not answer within {timeout:?} ({operation}); raise the timeout, or check that a majority of the servers runs"
    )]
    Timeout {
        /// Addresses of the servers.
        endpoints: String,
        /// The operation.
        operation: &'static str,
        /// The time that it may take.
        timeout: Duration,
    },
    /// The user may not do this.
    #[error("etcd refuses the operation ({operation}): {reason}; check user, password and role")]
    Denied {
        /// The operation.
        operation: &'static str,
        /// Reason that etcd gives.
        reason: String,
    },
    /// The server has no space left.
    #[error("etcd stores nothing more ({operation}): {reason}; compact and defragment it, then disarm the alarm")]
    NoSpace {
        /// The operation.
        operation: &'static str,
        /// Reason that etcd gives.
        reason: String,
    },
    /// The history was compacted, or the server is behind the wanted revision.
    #[error("etcd does not have this revision ({operation}): {reason}")]
    Revision {
        /// The operation.
        operation: &'static str,
        /// Reason that etcd gives.
        reason: String,
    },
    /// Another error of the server.
    #[error("etcd fails ({operation}): {reason}")]
    Server {
        /// The operation.
        operation: &'static str,
        /// Reason that etcd gives.
        reason: String,
    },
    /// A value is larger than the limit.
    #[error("{key}: the value is larger than the limit of {limit}")]
    TooLarge {
        /// The key.
        key: String,
        /// The limit.
        limit: SizeLimit,
    },
    /// A prefix has too many keys or bytes.
    #[error("more than {limit} below {prefix}; remove what is not needed")]
    ListingTooLarge {
        /// The prefix.
        prefix: String,
        /// The limit with its unit.
        limit: String,
    },
    /// A key is not text.
    #[error("a key below {prefix} is not UTF-8: {key}; remove it")]
    Key {
        /// The prefix.
        prefix: String,
        /// The key, with replacement characters.
        key: String,
    },
    /// A transaction has too many keys.
    #[error("the transaction has {keys} keys; etcd takes at most {limit}")]
    TooManyKeys {
        /// Number of keys.
        keys: usize,
        /// The limit.
        limit: usize,
    },
    /// A lease ended.
    #[error("the lease ended: it was not renewed in time")]
    LeaseEnded,
}

impl StoreError {
    /// Returns the error of the client.
    pub(crate) fn of_client(error: &etcd_client::Error, operation: &'static str, endpoints: &str) -> Self {
        let unreachable = |reason| Self::Unreachable { endpoints: endpoints.to_owned(), reason };
        let status = match error {
            etcd_client::Error::GRpcStatus(status) => status,
            other => return unreachable(quoted(&with_sources(other))),
        };
        // A connection that fails has its reason in the sources alone.
        let reason = match status.source() {
            Some(source) => quoted(&with_sources(source)),
            None => quoted(status.message()),
        };
        match status.code() as i32 {
            grpc::UNAVAILABLE | grpc::CANCELLED | grpc::DEADLINE_EXCEEDED => unreachable(reason),
            grpc::UNKNOWN | grpc::INTERNAL if status.source().is_some() => unreachable(reason),
            grpc::PERMISSION_DENIED | grpc::UNAUTHENTICATED => Self::Denied { operation, reason },
            // The one invalid argument that Confgate does not check itself is a wrong user or password.
            grpc::INVALID_ARGUMENT => Self::Denied { operation, reason },
            grpc::RESOURCE_EXHAUSTED => Self::NoSpace { operation, reason },
            grpc::OUT_OF_RANGE => Self::Revision { operation, reason },
            _ => Self::Server { operation, reason },
        }
    }

    /// Returns whether a later attempt may succeed without a change of options: servers and networks come back.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::Timeout { .. }
                | Self::Revision { .. }
                | Self::Server { .. }
                | Self::NoSpace { .. }
        )
    }
}

/// Returns an error with its sources, each once.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let reason = error.to_string();
        if !text.contains(&reason) {
            text = format!("{text}: {reason}");
        }
        source = error.source();
    }
    text
}

/// Returns a text of a server for a message.
fn quoted(text: &str) -> String {
    let text = sanitize(text);
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

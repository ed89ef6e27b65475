//! Errors that end the server.

use std::io;

use thiserror::Error;

/// Reason why the server ends before the client asks it to.
#[derive(Debug, Error)]
pub enum ServerError {
    /// The client does not follow the protocol.
    #[error("the editor does not follow the protocol: {0}")]
    Protocol(#[from] lsp_server::ProtocolError),
    /// The first message of the client cannot be read.
    #[error("the first message of the editor cannot be read: {0}")]
    Initialize(#[source] serde_json::Error),
    /// The connection is broken.
    #[error("the connection to the editor is broken: {0}")]
    Connection(#[from] io::Error),
    /// The client has closed the connection.
    #[error("the editor has closed the connection")]
    Closed,
}

//! The answer to a request.

/// Answer to a request of a client. Its body is JSON, and empty with the status 304.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
    /// Entity tag, in quotes.
    pub etag: Option<String>,
}

impl Answer {
    pub(super) const fn new(status: u16, body: String) -> Self {
        Self { status, body, etag: None }
    }
}

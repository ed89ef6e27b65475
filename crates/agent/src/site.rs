//! The parts of a program that a server of its pages needs.

use std::sync::Arc;

use crate::evaluations::Evaluations;
use crate::events::EventSource;
use crate::hosts::AllowedHosts;
use crate::token::TokenFile;

/// The media type of a plain text.
pub const TEXT: &str = "text/plain; charset=utf-8";

/// The media type of a page for a browser.
pub const HTML: &str = "text/html; charset=utf-8";

/// The media type of a JSON document.
pub const JSON: &str = "application/json";

/// A page.
#[derive(Debug, PartialEq)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Media type of the text.
    pub media_type: &'static str,
    /// Content.
    pub text: String,
}

/// The pages of a program, and the clients that may read them. No request changes anything.
pub trait Site: Send + Sync {
    /// Returns the names under which clients may address the program.
    fn hosts(&self) -> &AllowedHosts;

    /// Returns the token that clients send, if one is needed.
    fn token(&self) -> Option<&Arc<TokenFile>>;

    /// Returns the page at a path. `accept` is the header with the media types that the client reads.
    fn page(&self, path: &str, query: Option<&str>, accept: &str) -> Page;

    /// Returns the events at a path, for a client that stays connected. By default there are none.
    fn events(&self, _path: &str) -> Option<Arc<dyn EventSource>> {
        None
    }

    /// Returns the evaluations of flags, if the program has flags.
    fn evaluations(&self) -> Option<&Arc<dyn Evaluations>> {
        None
    }

    /// Returns the health without its details, for a client without the token.
    fn status_page(&self) -> Page;
}

impl Page {
    /// Returns a page of the status 200.
    pub const fn ok(media_type: &'static str, text: String) -> Self {
        Self { status: 200, media_type, text }
    }

    /// Returns a plain text of another status.
    pub fn error(status: u16, message: &str) -> Self {
        Self { status, media_type: TEXT, text: format!("{message}\n") }
    }
}

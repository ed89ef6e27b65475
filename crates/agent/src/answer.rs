//! The body of an answer: a text, or events.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

use crate::events::EventBody;

/// The body of an answer.
pub(crate) enum Answer {
    /// A text.
    Text(String),
    /// Events, until the client is gone.
    Events(EventBody),
}

impl Answer {
    /// Returns whether the answer stays open.
    pub const fn is_stream(&self) -> bool {
        matches!(self, Self::Events(_))
    }
}

impl From<String> for Answer {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Text(text) => Pin::new(text).poll_frame(context),
            Self::Events(events) => Pin::new(events).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Text(text) => text.is_end_stream(),
            Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Text(text) => text.size_hint(),
            Self::Events(_) => SizeHint::default(),
        }
    }
}

//! Bodies of responses and requests.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use thiserror::Error;
use tokio::sync::mpsc::Receiver;

use crate::events::EventBody;

/// Body of a response.
pub(crate) enum ResponseBody {
    /// A whole text.
    Text(Option<Bytes>),
    /// A text that continues until the sender is dropped.
    Stream(Receiver<Bytes>),
    /// Events of a page, until the client is gone.
    Events(EventBody),
}

impl ResponseBody {
    /// Returns whether the response stays open.
    pub const fn is_stream(&self) -> bool {
        matches!(self, Self::Stream(_) | Self::Events(_))
    }
}

impl From<String> for ResponseBody {
    fn from(text: String) -> Self {
        Self::Text(Some(text.into()).filter(|bytes: &Bytes| !bytes.is_empty()))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Self::Text(text) => Poll::Ready(text.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Stream(parts) => parts.poll_recv(context).map(|part| part.map(|bytes| Ok(Frame::data(bytes)))),
            Self::Events(events) => Pin::new(events).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Text(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Text(text) => SizeHint::with_exact(text.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Stream(_) | Self::Events(_) => SizeHint::default(),
        }
    }
}

/// A body that is not read.
#[derive(Debug, Error)]
pub(crate) enum BodyError {
    /// The body is larger than the limit.
    #[error("the body has more than {0} bytes")]
    TooLarge(usize),
    /// The client ended before its body did.
    #[error("the body ended early")]
    Ended,
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read_body<B>(mut body: B, limit: usize) -> Result<Vec<u8>, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let announced = body.size_hint().lower();
    if announced > limit as u64 {
        return Err(BodyError::TooLarge(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or_default());
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        // Trailers are not read.
        let Ok(part) = frame.map_err(|_| BodyError::Ended)?.into_data() else { continue };
        if bytes.len() + part.len() > limit {
            return Err(BodyError::TooLarge(limit));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_up_to_its_limit() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let text = |text: &str| ResponseBody::from(text.to_owned());
            assert_eq!(read_body(text("12345"), 5).await.unwrap(), b"12345");
            assert_eq!(read_body(text(""), 5).await.unwrap(), b"");
            let error = read_body(text("123456"), 5).await.unwrap_err();
            assert_eq!(error.to_string(), "the body has more than 5 bytes");
            let (sender, receiver) = tokio::sync::mpsc::channel(4);
            for part in ["123", "456"] {
                sender.send(Bytes::from_static(part.as_bytes())).await.unwrap();
            }
            drop(sender);
            assert!(matches!(read_body(ResponseBody::Stream(receiver), 5).await, Err(BodyError::TooLarge(5))));
        });
    }
}

//! Events that a page receives while it stays open, as server-sent events.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame};
use tokio::time::{Instant, Sleep, sleep};

/// The interval of comments that keep a connection alive, and find out that the client is gone.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The wait of a client before it connects again, in milliseconds.
const RETRY: &str = "retry: 2000\n\n";

/// The next event of a source.
pub type NextEvent = Pin<Box<dyn Future<Output = Option<Event>> + Send>>;

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Number that grows with each event of a source.
    pub number: u64,
    /// Name, by which a page chooses its handler.
    pub name: &'static str,
    /// Content.
    pub data: String,
}

/// A source of events about a state. A client that is slow misses states in between, and never the newest one.
pub trait EventSource: Send + Sync {
    /// Waits for an event after the one with this number. Returns `None` if there will be none.
    fn next(&self, after: u64) -> NextEvent;
}

impl Event {
    /// Returns the event in the format of server-sent events. Each line of the content is a field of its own.
    fn encode(&self) -> String {
        let mut text = format!("id: {}\nevent: {}\n", self.number, self.name);
        for line in self.data.split(['\n', '\r']) {
            text.push_str("data: ");
            text.push_str(line);
            text.push('\n');
        }
        text.push('\n');
        text
    }
}

/// The body of an answer with events, which ends with its source.
pub(crate) struct EventBody {
    source: Arc<dyn EventSource>,
    next: NextEvent,
    keep_alive: Pin<Box<Sleep>>,
    has_begun: bool,
}

impl EventBody {
    pub fn new(source: Arc<dyn EventSource>) -> Self {
        let next = source.next(0);
        Self { source, next, keep_alive: Box::pin(sleep(KEEP_ALIVE)), has_begun: false }
    }
}

impl Body for EventBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if !self.has_begun {
            self.has_begun = true;
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(RETRY.as_bytes())))));
        }
        let text = match self.next.as_mut().poll(context) {
            Poll::Ready(None) => return Poll::Ready(None),
            Poll::Ready(Some(event)) => {
                self.next = self.source.next(event.number);
                event.encode()
            }
            Poll::Pending => match self.keep_alive.as_mut().poll(context) {
                Poll::Ready(()) => ":\n\n".to_owned(),
                Poll::Pending => return Poll::Pending,
            },
        };
        self.keep_alive.as_mut().reset(Instant::now() + KEEP_ALIVE);
        Poll::Ready(Some(Ok(Frame::data(text.into()))))
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn, ready};

    use super::*;

    /// A source of three events.
    struct Three;

    impl EventSource for Three {
        fn next(&self, after: u64) -> NextEvent {
            let event = Event { number: after + 1, name: "count", data: format!("{after}\nof three") };
            match after {
                0..3 => Box::pin(ready(Some(event))),
                _ => Box::pin(ready(None)),
            }
        }
    }

    /// A source that stays silent.
    struct Silent;

    impl EventSource for Silent {
        fn next(&self, _: u64) -> NextEvent {
            Box::pin(pending())
        }
    }

    async fn next_text(body: &mut EventBody) -> Option<String> {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        let Ok(frame) = frame;
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
    }

    #[test]
    fn each_state_is_sent_and_the_body_ends_with_its_source() {
        block_on(async {
            let mut body = EventBody::new(Arc::new(Three));
            assert_eq!(next_text(&mut body).await.as_deref(), Some("retry: 2000\n\n"));
            for number in 1..4 {
                let expected = format!("id: {number}\nevent: count\ndata: {}\ndata: of three\n\n", number - 1);
                assert_eq!(next_text(&mut body).await, Some(expected));
            }
            assert_eq!(next_text(&mut body).await, None);
        });
    }

    #[test]
    fn a_silent_source_sends_comments() {
        block_on(async {
            let mut body = EventBody::new(Arc::new(Silent));
            next_text(&mut body).await.unwrap();
            body.keep_alive = Box::pin(sleep(Duration::from_millis(1)));
            assert_eq!(next_text(&mut body).await.as_deref(), Some(":\n\n"));
        });
    }

    #[test]
    fn a_line_feed_in_the_content_begins_no_other_field() {
        let event = Event { number: 1, name: "x", data: "a\r\nevent: forged\n\nb".to_owned() };
        assert_eq!(event.encode(), "id: 1\nevent: x\ndata: a\ndata: \ndata: event: forged\ndata: \ndata: b\n\n");
    }
}

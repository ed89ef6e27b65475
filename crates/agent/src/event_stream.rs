//! The stream of changes: server-sent events that ask clients to evaluate their flags again.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use confgate_runtime::live::Subscription;
use hyper::body::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;

use crate::evaluations::{ChangeEvent, Evaluations};

/// Number of streams that are open at a time. Each keeps a connection.
pub(crate) const MAX_STREAMS: usize = 256;

/// Time after which a stream without events has a comment, so that proxies keep it open and a client that is gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Time after which a client opens the stream again, and the beginning of the stream.
const PREAMBLE: &str = "retry: 2000\n\n";

/// Number of parts that wait for a slow client.
const CAPACITY: usize = 4;

/// Opens a stream. It begins with the event of the current flags, unless the client has it: the flags may have changed since the client
/// evaluated them.
pub(crate) fn stream(
    evaluations: Arc<dyn Evaluations>,
    last: Option<String>,
    permit: OwnedSemaphorePermit,
) -> Receiver<Bytes> {
    let (sender, receiver) = channel(CAPACITY);
    tokio::spawn(async move {
        let _permit = permit;
        follow(&*evaluations, last, &sender).await;
    });
    receiver
}

async fn follow(evaluations: &dyn Evaluations, last: Option<String>, sender: &Sender<Bytes>) {
    // Subscribe before the current flags are read, so that no change is missed in between.
    let mut changes = evaluations.subscribe();
    let mut sent = last;
    if !send(sender, PREAMBLE.to_owned()) {
        return;
    }
    loop {
        let ChangeEvent { id, text } = evaluations.event();
        if sent.as_ref() != Some(&id) {
            if !send(sender, text) {
                return;
            }
            sent = Some(id);
        }
        match next(sender, &mut changes).await {
            Next::Change => {}
            Next::End => return,
            Next::Pause if send(sender, ":\n\n".to_owned()) => {}
            Next::Pause => return,
        }
    }
}

/// The next thing that a stream has to do.
enum Next {
    /// The flags changed.
    Change,
    /// Nothing happened for a while.
    Pause,
    /// The client or the flags are gone.
    End,
}

async fn next(sender: &Sender<Bytes>, changes: &mut Subscription) -> Next {
    let mut closed = pin!(sender.closed());
    let mut change = pin!(timeout(HEARTBEAT, changes.changed()));
    poll_fn(|context| match closed.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(Next::End),
        Poll::Pending => change.as_mut().poll(context).map(|change| match change {
            Ok(Some(_)) => Next::Change,
            Ok(None) => Next::End,
            Err(_) => Next::Pause,
        }),
    })
    .await
}

/// Sends a part. A client that is slow has earlier events to read, each of which leads to the current flags; so this one is left out.
/// Returns whether the client is there.
fn send(sender: &Sender<Bytes>, text: String) -> bool {
    !matches!(sender.try_send(Bytes::from(text)), Err(TrySendError::Closed(_)))
}

//! Waiting for the first of two futures.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// The result of the future that ended first.
#[derive(Debug)]
pub(crate) enum First<A, B> {
    /// The first one.
    One(A),
    /// The second one.
    Other(B),
}

/// Waits until one of two futures ends, and drops the other. The first one has precedence.
pub(crate) async fn race<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> First<A, B> {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|context| {
        if let Poll::Ready(value) = one.as_mut().poll(context) {
            return Poll::Ready(First::One(value));
        }
        other.as_mut().poll(context).map(First::Other)
    })
    .await
}

/// Waits for a future, if there is one, else forever.
pub(crate) async fn if_some<T>(future: Option<impl Future<Output = T>>) -> T {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

/// Runs three futures at once until one of them ends.
pub(crate) async fn race_three<T>(
    one: impl Future<Output = T>,
    other: impl Future<Output = T>,
    third: impl Future<Output = T>,
) -> T {
    match race(race(one, other), third).await {
        First::One(First::One(value) | First::Other(value)) | First::Other(value) => value,
    }
}

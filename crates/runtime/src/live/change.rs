//! What changed, for those who want to know.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use confgate_core::value::Path;
use serde::Serialize;
use serde_json::Value as Json;

use crate::live::reload_reason::ReloadReason;

/// How many changes wait for a subscriber who does not come for them; the oldest go first.
const WAITING: usize = 1024;

/// One config took the place of another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The version that runs now.
    pub version: u64,
    /// Why.
    pub cause: ReloadReason,
    /// The fields that have another value, in the order of the config.
    pub fields: Vec<Field>,
}

/// A field with another value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// The field, dotted: `network.max_connections`.
    pub field: String,
    /// What it was, without secrets; none when it was absent.
    pub old: Option<Json>,
    /// What it is.
    pub new: Option<Json>,
    /// Where the new value was written: `config/production.nix:14:5`, the name of a variable, `default`.
    pub origin: String,
    /// The kind of layer that the new value came from.
    #[serde(skip)]
    pub(super) layer: crate::load::Kind,
    #[serde(skip)]
    pub(super) path: Path,
}

/// Changes as they come. A thread waits with [`recv`](Self::recv), a task with [`changed`](Self::changed), and a loop of its
/// own looks with [`try_recv`](Self::try_recv).
#[derive(Debug)]
pub struct Subscription(Arc<Mailbox>);

#[derive(Debug, Default)]
struct Mailbox {
    content: Mutex<Content>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Content {
    changes: VecDeque<Arc<Change>>,
    missed: u64,
    closed: bool,
    waker: Option<Waker>,
}

impl Mailbox {
    /// Nothing that holds the lock can panic half-way.
    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscription {
    /// Waits for the next change; `None` when the handle is gone and no other will come.
    pub fn recv(&self) -> Option<Arc<Change>> {
        let waits = |content: &mut Content| content.changes.is_empty() && !content.closed;
        let content = self.0.arrived.wait_while(self.0.lock(), waits);
        content.unwrap_or_else(PoisonError::into_inner).changes.pop_front()
    }

    /// Waits for the next change at most so long.
    pub fn recv_timeout(&self, timeout: Duration) -> Option<Arc<Change>> {
        // A time that no clock reaches is none.
        let Some(end) = Instant::now().checked_add(timeout) else { return self.recv() };
        let mut content = self.0.lock();
        while content.changes.is_empty() && !content.closed {
            let left = end.checked_duration_since(Instant::now())?;
            let waited = self.0.arrived.wait_timeout(content, left);
            content = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        content.changes.pop_front()
    }

    /// The next change, if there is one.
    pub fn try_recv(&self) -> Option<Arc<Change>> {
        self.0.lock().changes.pop_front()
    }

    /// The next change, for a task of any runtime; `None` when the handle is gone.
    pub fn changed(&mut self) -> impl Future<Output = Option<Arc<Change>>> + '_ {
        Changed(self)
    }

    /// How many changes were dropped because nobody came for them.
    pub fn missed(&self) -> u64 {
        self.0.lock().missed
    }
}

struct Changed<'s>(&'s mut Subscription);

impl Future for Changed<'_> {
    type Output = Option<Arc<Change>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut content = self.0.0.lock();
        match content.changes.pop_front() {
            Some(change) => Poll::Ready(Some(change)),
            None if content.closed => Poll::Ready(None),
            None => {
                content.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Those who want to know.
#[derive(Debug, Default)]
pub struct Subscribers(Mutex<Vec<(Option<Path>, std::sync::Weak<Mailbox>)>>);

impl Subscribers {
    /// Somebody who wants to know of every change, or of those of one field and what is in it.
    pub fn add(&self, field: Option<Path>) -> Subscription {
        let mailbox = Arc::new(Mailbox::default());
        self.lock().push((field, Arc::downgrade(&mailbox)));
        Subscription(mailbox)
    }

    /// Tells all who care, and forgets those who are gone.
    pub fn tell(&self, change: &Arc<Change>) {
        self.lock().retain(|(wanted, mailbox)| {
            let Some(mailbox) = mailbox.upgrade() else { return false };
            let told = |path: &Path| change.fields.iter().any(|field| field.path.overlaps(path));
            if wanted.as_ref().is_none_or(told) {
                put(&mailbox, change.clone());
            }
            true
        });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Option<Path>, std::sync::Weak<Mailbox>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put(mailbox: &Mailbox, change: Arc<Change>) {
    let mut content = mailbox.lock();
    if content.changes.len() == WAITING {
        content.changes.pop_front();
        content.missed += 1;
    }
    content.changes.push_back(change);
    let waker = content.waker.take();
    drop(content);
    mailbox.arrived.notify_all();
    waker.into_iter().for_each(Waker::wake);
}

impl Drop for Subscribers {
    fn drop(&mut self) {
        for mailbox in self.lock().drain(..).filter_map(|(_, mailbox)| mailbox.upgrade()) {
            let mut content = mailbox.lock();
            content.closed = true;
            let waker = content.waker.take();
            drop(content);
            mailbox.arrived.notify_all();
            waker.into_iter().for_each(Waker::wake);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Kind;

    fn change(version: u64, fields: &[&str]) -> Arc<Change> {
        let field = |name: &&str| Field {
            field: (*name).to_owned(),
            old: None,
            new: None,
            origin: String::new(),
            layer: Kind::File,
            path: Path::dotted(name),
        };
        Arc::new(Change { version, cause: ReloadReason::Reload, fields: fields.iter().map(field).collect() })
    }

    #[test]
    fn a_subscriber_of_a_field_hears_of_it_and_what_is_in_it_alone() {
        let subscribers = Subscribers::default();
        let all = subscribers.add(None);
        let section = subscribers.add(Some(Path::dotted("network")));
        let field = subscribers.add(Some(Path::dotted("network.listen_port")));
        subscribers.tell(&change(1, &["network.listen_port", "app.name"]));
        subscribers.tell(&change(2, &["network.max_connections"]));
        subscribers.tell(&change(3, &["app.name"]));
        let versions = |subscription: &Subscription| {
            std::iter::from_fn(|| subscription.try_recv()).map(|change| change.version).collect::<Vec<_>>()
        };
        assert_eq!((versions(&all), versions(&section), versions(&field)), (vec![1, 2, 3], vec![1, 2], vec![1]));
    }

    #[test]
    fn who_waits_is_woken_by_a_change_and_by_the_end() {
        let subscribers = Subscribers::default();
        let waiting = subscribers.add(None);
        let thread = std::thread::spawn(move || (waiting.recv().map(|change| change.version), waiting.recv()));
        subscribers.tell(&change(7, &[]));
        drop(subscribers);
        assert_eq!(thread.join().unwrap(), (Some(7), None));
    }

    #[test]
    fn a_wait_ends_when_its_time_is_over() {
        let subscribers = Subscribers::default();
        assert_eq!(subscribers.add(None).recv_timeout(Duration::from_millis(5)), None);
    }

    #[test]
    fn a_wait_may_be_longer_than_any_clock_goes() {
        let subscribers = Subscribers::default();
        let subscription = subscribers.add(None);
        subscribers.tell(&change(7, &[]));
        assert_eq!(subscription.recv_timeout(Duration::MAX).map(|change| change.version), Some(7));
    }

    #[test]
    fn who_never_comes_loses_the_oldest_and_can_tell() {
        let subscribers = Subscribers::default();
        let lazy = subscribers.add(None);
        (0..WAITING as u64 + 3).for_each(|version| subscribers.tell(&change(version, &[])));
        assert_eq!((lazy.missed(), lazy.try_recv().map(|change| change.version)), (3, Some(3)));
    }

    #[test]
    fn a_task_is_woken() {
        use std::task::Wake;
        struct Flag(std::sync::atomic::AtomicBool);
        impl Wake for Flag {
            fn wake(self: Arc<Self>) {
                self.0.store(true, std::sync::atomic::Ordering::SeqCst);
            }
        }
        let subscribers = Subscribers::default();
        let mut subscription = subscribers.add(None);
        let flag = Arc::new(Flag(false.into()));
        let waker = Waker::from(flag.clone());
        let mut context = Context::from_waker(&waker);
        let mut changed = std::pin::pin!(subscription.changed());
        assert!(changed.as_mut().poll(&mut context).is_pending());
        subscribers.tell(&change(1, &[]));
        assert!(flag.0.load(std::sync::atomic::Ordering::SeqCst));
        assert!(changed.as_mut().poll(&mut context).is_ready());
    }
}

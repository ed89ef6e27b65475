//! Changes of the running config, and the subscriptions to them.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use confgate_core::gate::ConfigSpec;
use confgate_core::gate::redact::{Visibility, redacted};
use confgate_core::value::diff::changes;
use confgate_core::value::{Node, Path, json};
use serde::Serialize;
use serde_json::Value as Json;

use crate::live::reload_reason::ReloadReason;
use crate::load::{LayerKind, LoadedConfig};

/// Maximum number of changes that wait for a subscriber. Further ones displace the oldest.
const CAPACITY: usize = 1024;

/// Replacement of the running config by another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfigChange {
    /// The version of the new config.
    pub version: u64,
    /// The reason of the reload.
    #[serde(rename = "cause")]
    pub reason: ReloadReason,
    /// The fields with another value, in the order of the config.
    pub fields: Vec<ChangedField>,
}

/// A field with another value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangedField {
    /// The field, as a dotted path: `network.max_connections`.
    pub field: String,
    /// The redacted value before, or `None` if the field was absent.
    pub old: Option<Json>,
    /// The redacted value after, or `None` if the field is absent now.
    pub new: Option<Json>,
    /// Location where the new value was written: `config/production.nix:14:5`, the name of a variable, `default`.
    pub origin: String,
    /// The kind of layer that set the new value.
    #[serde(skip)]
    pub(super) layer: crate::load::LayerKind,
    #[serde(skip)]
    pub(super) path: Path,
}

/// A subscription to changes. A thread blocks in [`recv`](Self::recv), a task awaits [`changed`](Self::changed), and a loop
/// polls [`try_recv`](Self::try_recv).
#[derive(Debug)]
pub struct Subscription(Arc<Mailbox>);

#[derive(Debug, Default)]
struct Mailbox {
    content: Mutex<MailboxContent>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct MailboxContent {
    changes: VecDeque<Arc<ConfigChange>>,
    missed: u64,
    closed: bool,
    waker: Option<Waker>,
}

impl Mailbox {
    /// Locks the content. A poisoned lock is usable: no holder can panic between two writes.
    fn lock(&self) -> MutexGuard<'_, MailboxContent> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscription {
    /// Waits for the next change. Returns `None` once the handle is gone.
    pub fn recv(&self) -> Option<Arc<ConfigChange>> {
        let waits = |content: &mut MailboxContent| content.changes.is_empty() && !content.closed;
        let content = self.0.arrived.wait_while(self.0.lock(), waits);
        content.unwrap_or_else(PoisonError::into_inner).changes.pop_front()
    }

    /// Waits for the next change until a timeout.
    pub fn recv_timeout(&self, timeout: Duration) -> Option<Arc<ConfigChange>> {
        // A timeout beyond the range of the clock is infinite.
        let Some(end) = Instant::now().checked_add(timeout) else { return self.recv() };
        let mut content = self.0.lock();
        while content.changes.is_empty() && !content.closed {
            let remaining = end.checked_duration_since(Instant::now())?;
            let waited = self.0.arrived.wait_timeout(content, remaining);
            content = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        content.changes.pop_front()
    }

    /// Returns the next change, if there is one.
    pub fn try_recv(&self) -> Option<Arc<ConfigChange>> {
        self.0.lock().changes.pop_front()
    }

    /// Waits for the next change in a task of any async runtime. Returns `None` once the handle is gone.
    pub fn changed(&mut self) -> impl Future<Output = Option<Arc<ConfigChange>>> + '_ {
        NextChange(self)
    }

    /// Returns the number of changes that were dropped because the subscriber was too slow.
    pub fn missed(&self) -> u64 {
        self.0.lock().missed
    }
}

struct NextChange<'s>(&'s mut Subscription);

impl Future for NextChange<'_> {
    type Output = Option<Arc<ConfigChange>>;

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

/// All subscriptions of a handle.
#[derive(Debug, Default)]
pub struct Subscribers(Mutex<Vec<(Option<Path>, Weak<Mailbox>)>>);

impl Subscribers {
    /// Adds a subscription to all changes, or to those of one field and its content.
    pub fn add(&self, field: Option<Path>) -> Subscription {
        let mailbox = Arc::new(Mailbox::default());
        self.lock().push((field, Arc::downgrade(&mailbox)));
        Subscription(mailbox)
    }

    /// Delivers a change to the subscribers that it affects, and removes dropped subscriptions.
    pub fn notify(&self, change: &Arc<ConfigChange>) {
        self.lock().retain(|(wanted, mailbox)| {
            let Some(mailbox) = mailbox.upgrade() else { return false };
            let is_affected = |path: &Path| change.fields.iter().any(|field| field.path.overlaps(path));
            if wanted.as_ref().is_none_or(is_affected) {
                deliver(&mailbox, change.clone());
            }
            true
        });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Option<Path>, Weak<Mailbox>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn deliver(mailbox: &Mailbox, change: Arc<ConfigChange>) {
    let mut content = mailbox.lock();
    if content.changes.len() == CAPACITY {
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

/// Returns the fields with different values, redacted. A changed secret has the same display on both sides.
pub(super) fn changed_fields(spec: &ConfigSpec, old: &LoadedConfig, new: &LoadedConfig) -> Vec<ChangedField> {
    let changed = changes(&old.tree, &new.tree).into_iter().map(|change| {
        let display = |node: &Node, loaded: &LoadedConfig| {
            let seen = Visibility::of(spec.view(), &change.path.0, &loaded.tree);
            json::write(&redacted(seen, node, &change.path, &loaded.sources))
        };
        let layer = match (change.old, change.new) {
            (_, Some(node)) => new.layer(node),
            (Some(node), None) => old.layer(node),
            (None, None) => new.layer(&new.tree),
        };
        let is_secret = new.sources.resolved.contains_key(&change.path);
        ChangedField {
            field: change.path.to_string(),
            old: change.old.map(|node| display(node, old)),
            new: change.new.map(|node| display(node, new)),
            origin: change.new.map_or_else(|| "absent".to_owned(), |node| new.origin(node)),
            layer: if is_secret { LayerKind::Secret } else { layer.kind },
            path: change.path,
        }
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(version: u64, fields: &[&str]) -> Arc<ConfigChange> {
        let field = |name: &&str| ChangedField {
            field: (*name).to_owned(),
            old: None,
            new: None,
            origin: String::new(),
            layer: LayerKind::File,
            path: Path::dotted(name),
        };
        Arc::new(ConfigChange { version, reason: ReloadReason::Reload, fields: fields.iter().map(field).collect() })
    }

    #[test]
    fn a_subscriber_of_a_field_is_notified_of_it_and_its_content_alone() {
        let subscribers = Subscribers::default();
        let all = subscribers.add(None);
        let section = subscribers.add(Some(Path::dotted("network")));
        let field = subscribers.add(Some(Path::dotted("network.listen_port")));
        subscribers.notify(&change(1, &["network.listen_port", "app.name"]));
        subscribers.notify(&change(2, &["network.max_connections"]));
        subscribers.notify(&change(3, &["app.name"]));
        let versions = |subscription: &Subscription| {
            std::iter::from_fn(|| subscription.try_recv()).map(|change| change.version).collect::<Vec<_>>()
        };
        assert_eq!((versions(&all), versions(&section), versions(&field)), (vec![1, 2, 3], vec![1, 2], vec![1]));
    }

    #[test]
    fn a_waiting_subscriber_is_woken_by_a_change_and_by_the_end() {
        let subscribers = Subscribers::default();
        let waiting = subscribers.add(None);
        let thread = std::thread::spawn(move || (waiting.recv().map(|change| change.version), waiting.recv()));
        subscribers.notify(&change(7, &[]));
        drop(subscribers);
        assert_eq!(thread.join().unwrap(), (Some(7), None));
    }

    #[test]
    fn a_wait_ends_when_its_time_is_over() {
        let subscribers = Subscribers::default();
        assert_eq!(subscribers.add(None).recv_timeout(Duration::from_millis(5)), None);
    }

    #[test]
    fn a_wait_may_be_longer_than_any_clock_can_represent() {
        let subscribers = Subscribers::default();
        let subscription = subscribers.add(None);
        subscribers.notify(&change(7, &[]));
        assert_eq!(subscription.recv_timeout(Duration::MAX).map(|change| change.version), Some(7));
    }

    #[test]
    fn a_slow_subscriber_loses_the_oldest_and_counts_them() {
        let subscribers = Subscribers::default();
        let lazy = subscribers.add(None);
        (0..CAPACITY as u64 + 3).for_each(|version| subscribers.notify(&change(version, &[])));
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
        subscribers.notify(&change(1, &[]));
        assert!(flag.0.load(std::sync::atomic::Ordering::SeqCst));
        assert!(changed.as_mut().poll(&mut context).is_ready());
    }
}

//! Stores, a service, and what the tests of relays and followers do with them.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use confgate::Gate;
use confgate::bitcraps::Config;
use confgate::fleet::{
    Commit, Digest, EndpointOptions, Keys, Pointer, Position, Release, ReleaseWriter, Selector, SignedBundle, Store,
    Transaction, WatchOptions, WaveName,
};
use confgate_test_support::etcd::Etcd;

use crate::support::{Service, options};

/// Longest wait for anything, long enough for a machine under load.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Times of watchers that do not wait long.
pub fn quick() -> WatchOptions {
    WatchOptions {
        relist: Duration::from_secs(300),
        first_retry: Duration::from_millis(20),
        longest_retry: Duration::from_millis(500),
    }
}

pub fn gate() -> Gate {
    Gate::of::<Config>().untyped()
}

/// Runs work that never ends beside a test, until the test ends.
pub async fn beside<T>(work: impl Future<Output = Infallible>, test: impl Future<Output = T>) -> T {
    let (mut work, mut test) = (pin!(work), pin!(test));
    poll_fn(|context| {
        let _ = work.as_mut().poll(context);
        test.as_mut().poll(context)
    })
    .await
}

/// Polls work a number of times and drops it, as a kill does. Returns whether the test's condition held before.
pub async fn cut_after(polls: usize, work: impl Future<Output = Infallible>) {
    let mut work = pin!(work);
    let mut left = polls;
    let cut = poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        match work.as_mut().poll(context) {
            Poll::Ready(never) => match never {},
            Poll::Pending => Poll::Pending,
        }
    });
    // Work that waits for a change is not polled again.
    let _ = tokio::time::timeout(Duration::from_secs(2), cut).await;
}

/// Waits until an answer of a store is there.
pub async fn until<T>(condition: &str, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = found().await {
            return value;
        }
        assert!(began.elapsed() < TIMEOUT, "not within {TIMEOUT:?}: {condition}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits a moment in which nothing may happen.
pub async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(700)).await;
}

pub async fn connect(etcd: &Etcd) -> Store {
    Store::connect(&quick_options(etcd)).await.unwrap()
}

/// Returns options of a store whose operations give up soon.
pub fn quick_options(etcd: &Etcd) -> EndpointOptions {
    EndpointOptions { timeout: Some(Duration::from_secs(6)), ..options(etcd) }
}

/// Returns a config that the gate admits.
pub fn peers(count: u32) -> String {
    format!("[network]\nmax_connections = {count}\n")
}

/// Stores a release of one bundle, and returns it. No pointer moves.
pub async fn store_release(store: &Store, service: &Service, keys: &Keys, signed: &SignedBundle) -> Digest {
    let writer = ReleaseWriter::new(store, keys, &service.trust);
    writer.write_bundle(signed).await.unwrap();
    let release = Release::of_bundle(keys.service().clone(), signed.digest());
    writer.write_release(&release).await.unwrap().0
}

/// Stores a release of one bundle with this config.
pub async fn release(store: &Store, service: &Service, config: &str) -> Digest {
    store_release(store, service, &service.keys, &service.signed("production", config)).await
}

pub fn pointer(release: Digest, selector: Option<Selector>) -> Pointer {
    let at = "2026-11-30T03:00:00Z".parse().unwrap();
    Pointer { release, by: "alice@ci".to_owned(), at, commit: None, authority: None, selector }
}

/// Moves and deletes pointers in one transaction.
pub async fn point(store: &Store, keys: &Keys, puts: &[(&str, Digest)], deletes: &[&str]) -> Position {
    let mut transaction = Transaction::new();
    for (wave, release) in puts {
        transaction = transaction.put(keys.rollout(&wave.parse().unwrap()), pointer(*release, None).encode());
    }
    for wave in deletes {
        transaction = transaction.delete(keys.rollout(&wave.parse().unwrap()));
    }
    match store.commit(&transaction).await.unwrap() {
        Commit::Done(position) => position,
        Commit::Conflict(conflict) => panic!("{conflict:?}"),
    }
}

/// Stores a release and moves the pointer of all nodes to it.
pub async fn publish(store: &Store, service: &Service, config: &str) -> Digest {
    let digest = release(store, service, config).await;
    point(store, &service.keys, &[("all", digest)], &[]).await;
    digest
}

/// Returns the pointer of a wave, if it is one.
pub async fn pointer_of(store: &Store, keys: &Keys, wave: &str) -> Option<Pointer> {
    let wave: WaveName = wave.parse().unwrap();
    let key = keys.rollout(&wave);
    let (entry, _) = store.get(&key, confgate::fleet::MAX_VALUE).await.ok()?;
    Pointer::decode(&entry?.value, &key).ok()
}

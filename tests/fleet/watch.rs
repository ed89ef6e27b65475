//! Watches: no change is lost and none is invented, whatever happens to the servers.

use std::time::Duration;

use confgate::fleet::{Change, Commit, ListReason, Store, Transaction, Update, WatchOptions, Watcher};
use confgate_test_support::etcd::Etcd;

use crate::support::{next_update, options, with_store};

async fn put(store: &Store, key: &str, value: &str) {
    assert!(matches!(store.commit(&Transaction::new().put(key, value)).await.unwrap(), Commit::Done(_)));
}

fn values(update: &Update) -> Vec<(String, String)> {
    let pair = |key: &str, value: &[u8]| (key.to_owned(), String::from_utf8_lossy(value).into_owned());
    match update {
        Update::Listed { listing, .. } => listing.entries.iter().map(|entry| pair(&entry.key, &entry.value)).collect(),
        Update::Changed { changes, .. } => changes
            .iter()
            .map(|change| match change {
                Change::Put(entry) => pair(&entry.key, &entry.value),
                Change::Deleted { key, .. } => pair(key, b"deleted"),
            })
            .collect(),
        Update::Resumed { .. } => Vec::new(),
        Update::Interrupted { error, .. } => panic!("{error}"),
    }
}

fn list(update: &Update) -> ListReason {
    match update {
        Update::Listed { reason, .. } => *reason,
        other => panic!("{other:?}"),
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
#[ignore = "needs etcd"]
fn a_watcher_lists_and_then_reports_changes_in_their_order() {
    let etcd = Etcd::start();
    with_store(options(&etcd), async |store| {
        put(&store, "/w/a", "1").await;
        put(&store, "/w0", "beside the prefix").await;
        let mut watcher = Watcher::new(store.clone(), "/w/", WatchOptions::default());
        let first = next_update(&mut watcher).await;
        assert_eq!((list(&first), values(&first)), (ListReason::Start, pairs(&[("/w/a", "1")])));
        let both = Transaction::new().put("/w/a", "2").put("/w/b", "2");
        store.commit(&both).await.unwrap();
        assert_eq!(values(&next_update(&mut watcher).await), pairs(&[("/w/a", "2"), ("/w/b", "2")]));
        store.commit(&Transaction::new().delete("/w/a")).await.unwrap();
        assert_eq!(values(&next_update(&mut watcher).await), pairs(&[("/w/a", "deleted")]));
        let position = store.position("/w/").await.unwrap();
        assert_eq!(watcher.position(), Some(position));
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_watcher_resumes_after_its_server_was_killed_and_misses_nothing() {
    let mut etcd = Etcd::start();
    with_store(options(&etcd), async |store| {
        let mut watcher = Watcher::new(store.clone(), "/w/", WatchOptions::default());
        next_update(&mut watcher).await;
        put(&store, "/w/a", "1").await;
        assert_eq!(values(&next_update(&mut watcher).await), pairs(&[("/w/a", "1")]));
    });
    // A watcher that is away while the server dies and keys change: the changes arrive one by one, and once.
    confgate::fleet::Runtime::new().unwrap().block_on(async {
        let store = Store::connect(&crate::support::options(&etcd)).await.unwrap();
        let mut watcher = Watcher::new(store.clone(), "/w/", WatchOptions::default());
        next_update(&mut watcher).await;
        put(&store, "/w/a", "2").await;
        assert_eq!(values(&next_update(&mut watcher).await), pairs(&[("/w/a", "2")]));
        etcd.kill(0);
        let Update::Interrupted { error, .. } = watcher.next().await else { panic!("not interrupted") };
        assert!(error.to_string().starts_with("cannot reach etcd at "), "{error}");
        etcd.start_again(0);
        for value in ["3", "4"] {
            etcd.ctl(&["put", "/w/a", value]);
        }
        let mut seen = Vec::new();
        while seen.len() < 2 {
            let update = next_update(&mut watcher).await;
            assert!(matches!(update, Update::Changed { .. }), "{update:?}");
            seen.extend(values(&update));
        }
        assert_eq!(seen, pairs(&[("/w/a", "3"), ("/w/a", "4")]));
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_watcher_reports_that_its_server_answers_again_although_nothing_changed() {
    let mut etcd = Etcd::start();
    with_store(options(&etcd), async |store| {
        put(&store, "/w/a", "1").await;
        let mut watcher = Watcher::new(store.clone(), "/w/", WatchOptions::default());
        next_update(&mut watcher).await;
        let known = watcher.position().unwrap();
        etcd.kill(0);
        assert!(matches!(watcher.next().await, Update::Interrupted { .. }));
        etcd.start_again(0);
        let resumed = loop {
            match watcher.next().await {
                Update::Interrupted { .. } => {}
                Update::Resumed { position } => break position,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(resumed, known);
        put(watcher.store(), "/w/a", "2").await;
        assert_eq!(values(&next_update(&mut watcher).await), pairs(&[("/w/a", "2")]));
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_watcher_lists_again_after_a_compaction_that_it_slept_through() {
    let mut etcd = Etcd::start();
    with_store(options(&etcd), async |store| {
        let mut watcher = Watcher::new(store.clone(), "/w/", WatchOptions::default());
        put(&store, "/w/a", "1").await;
        put(&store, "/w/gone", "1").await;
        next_update(&mut watcher).await;
        // The watch is not open yet: what happens before it opens is history.
        store.commit(&Transaction::new().delete("/w/gone")).await.unwrap();
        put(&store, "/w/a", "2").await;
        let revision = store.position("/w/").await.unwrap().revision;
        etcd.ctl(&["compact", &revision.to_string()]);
        let update = next_update(&mut watcher).await;
        assert_eq!(list(&update), ListReason::Compacted { oldest: revision });
        assert_eq!(values(&update), pairs(&[("/w/a", "2")]));
        // The same while the server is away.
        etcd.kill(0);
        assert!(matches!(watcher.next().await, Update::Interrupted { .. }));
        etcd.start_again(0);
        etcd.ctl(&["put", "/w/a", "3"]);
        etcd.ctl(&["put", "/w/a", "4"]);
        etcd.ctl(&["compact", &(revision.0 + 2).to_string()]);
        let update = next_update(&mut watcher).await;
        assert!(matches!(list(&update), ListReason::Compacted { .. }));
        assert_eq!(values(&update), pairs(&[("/w/a", "4")]));
        put(watcher.store(), "/w/a", "5").await;
        assert_eq!(values(&next_update(&mut watcher).await), pairs(&[("/w/a", "5")]));
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_watcher_finds_that_its_cluster_was_restored_from_an_older_snapshot() {
    let mut etcd = Etcd::start();
    with_store(options(&etcd), async |store| {
        put(&store, "/w/a", "old").await;
        let snapshot = etcd.save();
        for value in ["newer", "newest"] {
            put(&store, "/w/a", value).await;
        }
        let mut watcher = Watcher::new(store.clone(), "/w/", WatchOptions::default());
        next_update(&mut watcher).await;
        let known = watcher.position().unwrap();
        put(&store, "/w/a", "seen").await;
        assert_eq!(values(&next_update(&mut watcher).await), pairs(&[("/w/a", "seen")]));
        etcd.restore(&snapshot);
        // A watch from the known revision would wait for it in silence.
        let update = next_update(&mut watcher).await;
        let ListReason::OtherCluster { known: before } = list(&update) else { panic!("{update:?}") };
        assert!(before.follows(known) && before.cluster != watcher.position().unwrap().cluster);
        assert_eq!(values(&update), pairs(&[("/w/a", "old")]));
        assert!(watcher.position().unwrap().revision < before.revision);
        etcd.ctl(&["put", "/w/a", "after"]);
        assert_eq!(values(&next_update(&mut watcher).await), pairs(&[("/w/a", "after")]));
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_watcher_finds_that_the_data_of_its_cluster_went_back() {
    let mut etcd = Etcd::start();
    with_store(options(&etcd), async |store| put(&store, "/w/a", "old").await);
    let copy = etcd.copy_data();
    with_store(options(&etcd), async |store| {
        for value in ["newer", "newest"] {
            put(&store, "/w/a", value).await;
        }
        let mut watcher = Watcher::new(store.clone(), "/w/", WatchOptions::default());
        next_update(&mut watcher).await;
        let known = watcher.position().unwrap();
        etcd.put_back(&copy);
        let update = next_update(&mut watcher).await;
        assert_eq!((list(&update), values(&update)), (ListReason::WentBack { known }, pairs(&[("/w/a", "old")])));
        let position = watcher.position().unwrap();
        assert!(position.cluster == known.cluster && position.revision < known.revision);
        etcd.ctl(&["put", "/w/a", "after"]);
        assert_eq!(values(&next_update(&mut watcher).await), pairs(&[("/w/a", "after")]));
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_watcher_lists_from_time_to_time() {
    let etcd = Etcd::start();
    with_store(options(&etcd), async |store| {
        put(&store, "/w/a", "1").await;
        let options = WatchOptions { relist: Duration::from_millis(500), ..WatchOptions::default() };
        let mut watcher = Watcher::new(store.clone(), "/w/", options);
        assert_eq!(list(&next_update(&mut watcher).await), ListReason::Start);
        for _ in 0..3 {
            let update = next_update(&mut watcher).await;
            assert_eq!((list(&update), values(&update)), (ListReason::Periodic, pairs(&[("/w/a", "1")])));
        }
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_watcher_of_a_cluster_survives_the_death_of_each_server_in_turn() {
    let mut etcd = Etcd::start_three();
    with_store(options(&etcd), async |store| {
        let mut watcher = Watcher::new(store.clone(), "/w/", WatchOptions::default());
        next_update(&mut watcher).await;
        for index in 0..3 {
            etcd.kill(index);
            let value = format!("{index}");
            put(watcher.store(), "/w/a", &value).await;
            let mut seen = Vec::new();
            while seen.last() != Some(&("/w/a".to_owned(), value.clone())) {
                seen = values(&next_update(&mut watcher).await);
            }
            etcd.start_again(index);
        }
    });
}

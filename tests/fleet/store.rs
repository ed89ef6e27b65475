//! Operations on a store: reads, listings, transactions, leases.

use std::time::Duration;

use confgate::fleet::{Commit, Condition, EndpointOptions, MAX_VALUE, Runtime, Store, StoreError, Transaction};
use confgate_test_support::etcd::Etcd;

use crate::support::{options, with_store};

#[test]
#[ignore = "needs etcd"]
fn a_transaction_changes_several_keys_or_none() {
    let etcd = Etcd::start();
    with_store(options(&etcd), async |store| {
        let first = Transaction::new().when("/a", Condition::Absent).put("/a", "1").put("/b", "1");
        let Commit::Done(position) = store.commit(&first).await.unwrap() else { panic!("a conflict") };
        let Commit::Conflict(conflict) = store.commit(&first).await.unwrap() else { panic!("no conflict") };
        let (key, found) = &conflict.found[0];
        let found = found.as_ref().unwrap();
        assert_eq!((conflict.found.len(), key.as_str(), found.value.as_slice()), (1, "/a", b"1".as_slice()));
        assert_eq!((found.modified, found.created), (position.revision, position.revision));
        let stale = Transaction::new().when("/a", Condition::Unchanged(position.revision)).put("/a", "2");
        assert!(matches!(store.commit(&stale).await.unwrap(), Commit::Done(_)));
        let both = stale.when("/c", Condition::Absent).put("/b", "2").delete("/c");
        assert!(matches!(store.commit(&both).await.unwrap(), Commit::Conflict(_)));
        let (b, at) = store.get("/b", MAX_VALUE).await.unwrap();
        assert_eq!(b.unwrap().value, b"1");
        assert!(at.follows(position));
        let many = (0..130).fold(Transaction::new(), |all, key| all.put(format!("/many/{key}"), ""));
        let error = store.commit(&many).await.unwrap_err().to_string();
        assert_eq!(error, "the transaction has 130 keys; etcd takes at most 128");
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_listing_has_every_key_of_one_revision_whatever_their_sizes() {
    let etcd = Etcd::start();
    with_store(options(&etcd), async |store| {
        for number in 0..600 {
            let put = Transaction::new().put(format!("/list/{number:04}"), format!("{number}"));
            store.commit(&put).await.unwrap();
        }
        store.commit(&Transaction::new().put("/list0", "beside the prefix")).await.unwrap();
        let listing = store.list("/list/").await.unwrap();
        let keys: Vec<&str> = listing.entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!((keys.len(), keys[0], keys[599]), (600, "/list/0000", "/list/0599"));
        let newest = store.newest("/list/", 300).await.unwrap().entries;
        assert_eq!((newest.len(), newest[0].key.as_str(), newest[299].key.as_str()), (300, "/list/0599", "/list/0300"));
        assert_eq!(store.newest("/list/", 1000).await.unwrap().entries.len(), 600);
        // Twelve values of 1 MiB do not fit into one message.
        for number in 0..12 {
            let put = Transaction::new().put(format!("/large/{number:02}"), vec![b'x'; 1 << 20]);
            store.commit(&put).await.unwrap();
        }
        assert_eq!(store.list("/large/").await.unwrap().entries.len(), 12);
        let keys = store.list_keys("/large/").await.unwrap().entries;
        assert!(keys.len() == 12 && keys.iter().all(|entry| entry.value.is_empty()));
        let error = store.get("/large/00", MAX_VALUE).await.unwrap_err().to_string();
        assert_eq!(error, "/large/00: the value is larger than the limit of 256 KiB");
        for number in 12..65 {
            let put = Transaction::new().put(format!("/large/{number:02}"), vec![b'x'; 1 << 20]);
            store.commit(&put).await.unwrap();
        }
        let error = store.list("/large/").await.unwrap_err().to_string();
        assert_eq!(error, "more than 64 MiB below /large/; remove what is not needed");
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_key_under_a_lease_ends_with_it() {
    let etcd = Etcd::start();
    with_store(options(&etcd), async |store| {
        let mut lease = store.grant_lease(Duration::from_secs(2)).await.unwrap();
        let other = store.grant_lease(Duration::from_secs(60)).await.unwrap();
        let put = Transaction::new().put_under("/held", "1", lease.id()).put_under("/other", "1", other.id());
        store.commit(&put).await.unwrap();
        let is_there = async |key| store.get(key, MAX_VALUE).await.unwrap().0;
        for _ in 0..6 {
            lease.keep().await.unwrap();
            assert!(lease.is_held());
        }
        assert_eq!(is_there("/held").await.unwrap().lease, Some(lease.id()));
        other.revoke().await.unwrap();
        assert_eq!(is_there("/other").await, None);
        std::thread::sleep(Duration::from_secs(5));
        assert!(!lease.is_held());
        let error = lease.renew().await.unwrap_err();
        assert_eq!(error.to_string(), "the lease ended: it was not renewed in time");
        assert_eq!(is_there("/held").await, None);
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_cluster_serves_while_any_one_of_its_servers_is_dead() {
    let mut etcd = Etcd::start_three();
    for index in 0..3 {
        etcd.kill(index);
        with_store(options(&etcd), async |store| {
            let put = Transaction::new().put("/a", format!("{index}"));
            assert!(matches!(store.commit(&put).await.unwrap(), Commit::Done(_)), "{index}");
            assert_eq!(store.get("/a", MAX_VALUE).await.unwrap().0.unwrap().value, format!("{index}").as_bytes());
        });
        etcd.start_again(index);
    }
    etcd.kill(0);
    etcd.kill(1);
    let hasty = EndpointOptions { timeout: Some(Duration::from_secs(2)), ..options(&etcd) };
    let read = async { Store::connect(&hasty).await?.get("/a", MAX_VALUE).await };
    let error = Runtime::new().unwrap().block_on(read).unwrap_err();
    assert!(matches!(error, StoreError::Unreachable { .. } | StoreError::Timeout { .. }), "{error}");
}

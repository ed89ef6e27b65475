//! Releases in a store: written once, read verified.

use std::collections::BTreeMap;

use confgate::fleet::{Release, SignedBundle, Targets, Written};
use confgate::nix_signatures::{SecretKey, Trust};
use confgate_test_support::etcd::Etcd;

use crate::support::{Service, large_config, options, sign, with_store};

#[test]
#[ignore = "needs etcd"]
fn a_bundle_is_written_once_and_read_verified() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let signed = service.signed("production", "[network]\nmax_connections = 500\n");
    with_store(options(&etcd), async |store| {
        let writer = service.writer(&store);
        assert_eq!(writer.write_bundle(&signed).await.unwrap(), Written::New);
        assert_eq!(writer.write_bundle(&signed).await.unwrap(), Written::Unchanged);
        let read = service.reader(&store).bundle(&signed.digest()).await.unwrap();
        assert_eq!(read.bundle.files, signed.bundle.files);
        assert_eq!((read.bundle.nar, read.signer.as_str()), (signed.bundle.nar, "config.example.org-1"));
        // A header and one chunk.
        assert_eq!(store.list_keys(&service.keys.bundles()).await.unwrap().entries.len(), 2);
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_bundle_above_one_mebibyte_is_stored_in_chunks() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let signed = service.signed("production", &large_config());
    with_store(options(&etcd), async |store| {
        service.writer(&store).write_bundle(&signed).await.unwrap();
        let entries = store.list(&service.keys.bundles()).await.unwrap().entries;
        assert!(entries.len() > 3, "{}", entries.len());
        assert!(entries.iter().all(|entry| entry.value.len() < 1 << 20));
        let read = service.reader(&store).bundle(&signed.digest()).await.unwrap();
        assert_eq!(read.bundle.files, signed.bundle.files);
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_second_key_signs_the_bundle_that_is_stored() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let first = service.signed("production", "");
    let other = SecretKey::generate("other-1".parse().unwrap()).unwrap();
    let second: SignedBundle = sign(first.bundle.clone(), &other);
    with_store(options(&etcd), async |store| {
        service.writer(&store).write_bundle(&first).await.unwrap();
        let trust = Trust::new(vec![other.public()]);
        let theirs = confgate::fleet::ReleaseWriter::new(&store, &service.keys, &trust);
        assert_eq!(theirs.write_bundle(&second).await.unwrap(), Written::SignaturesAdded);
        let read = confgate::fleet::ReleaseReader::new(&store, &service.keys, &trust);
        assert_eq!(read.bundle(&first.digest()).await.unwrap().signer.as_str(), "other-1");
        assert_eq!(
            service.reader(&store).bundle(&first.digest()).await.unwrap().signer.as_str(),
            "config.example.org-1"
        );
    });
}

#[test]
#[ignore = "needs etcd"]
fn an_interrupted_publication_is_taken_up() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let signed = service.signed("production", &large_config());
    with_store(options(&etcd), async |store| {
        service.writer(&store).write_bundle(&signed).await.unwrap();
        // As if it was killed before the header, and before a chunk.
        etcd.ctl(&["del", &service.keys.bundle(&signed.digest())]);
        let chunks = store.list_keys(&service.keys.bundles()).await.unwrap().entries;
        etcd.ctl(&["del", &chunks[0].key]);
        assert_eq!(service.writer(&store).write_bundle(&signed).await.unwrap(), Written::New);
        service.reader(&store).bundle(&signed.digest()).await.unwrap();
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_node_reads_its_own_bundle_of_a_fleet() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let names = ["node-1", "node-2"];
    let bundles = names.map(|name| service.signed(name, &format!("# {name}\n")));
    with_store(options(&etcd), async |store| {
        let writer = service.writer(&store);
        let mut nodes = BTreeMap::new();
        for (name, bundle) in names.iter().zip(&bundles) {
            writer.write_bundle(bundle).await.unwrap();
            nodes.insert(name.parse().unwrap(), bundle.digest());
        }
        let release = Release { service: service.keys.service().clone(), targets: Targets::Nodes(nodes) };
        let (digest, written) = writer.write_release(&release).await.unwrap();
        assert_eq!(written, Written::New);
        assert_eq!(writer.write_release(&release).await.unwrap(), (digest, Written::Unchanged));
        let reader = service.reader(&store);
        let read = reader.bundle_of(&digest, &"node-2".parse().unwrap()).await.unwrap();
        assert_eq!(read.bundle.manifest.name, "node-2");
        let error = reader.bundle_of(&digest, &"node-3".parse().unwrap()).await.unwrap_err().to_string();
        assert_eq!(error, format!("release {digest} has no bundle for the node node-3; publish a fleet that has it"));
    });
}

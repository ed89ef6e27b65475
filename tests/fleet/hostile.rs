//! A store that others write to: what is forged, altered or missing is named, and nothing of it is used.

use confgate::deploy::Bundle;
use confgate::fleet::{BundleHeader, Release, ReleaseError, Store, Transaction};
use confgate::nix_signatures::{PathInfo, SecretKey};
use confgate_test_support::etcd::Etcd;

use crate::support::{Service, digest, large_config, options, put, sign, with_store};

/// Returns the error of reading a bundle.
async fn error(service: &Service, store: &Store, signed: &confgate::fleet::SignedBundle) -> String {
    let error = service.reader(store).bundle(&signed.digest()).await.unwrap_err();
    assert!(error.is_rejection(), "{error}");
    error.to_string().replace(&service.keys.bundle(&signed.digest()), "KEY")
}

async fn write(store: &Store, key: &str, value: Vec<u8>) {
    store.commit(&Transaction::new().put(key, value)).await.unwrap();
}

#[test]
#[ignore = "needs etcd"]
fn an_unsigned_or_foreign_bundle_is_rejected_before_its_chunks_are_read() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let signed = service.signed("production", "");
    let archive = signed.bundle.to_tar();
    let key = service.keys.bundle(&signed.digest());
    with_store(options(&etcd), async |store| {
        let unsigned = PathInfo { signatures: Vec::new(), ..signed.signature.clone() };
        write(&store, &key, BundleHeader::of(&archive, unsigned).encode()).await;
        // The chunks are missing too, and the signature is what the message names.
        assert_eq!(error(&service, &store, &signed).await, "KEY: not signed; trusted: config.example.org-1");
        let stranger = SecretKey::generate("stranger-1".parse().unwrap()).unwrap();
        let foreign = sign(signed.bundle.clone(), &stranger);
        write(&store, &key, BundleHeader::of(&archive, foreign.signature).encode()).await;
        assert_eq!(
            error(&service, &store, &signed).await,
            "KEY: signed by stranger-1, which is not trusted; trusted: config.example.org-1"
        );
        let writer = service.writer(&store);
        let foreign = sign(signed.bundle.clone(), &stranger);
        let refused = writer.write_bundle(&foreign).await.unwrap_err().to_string();
        assert!(
            refused.ends_with("signed by stranger-1, which is not trusted; trusted: config.example.org-1"),
            "{refused}"
        );
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_signed_header_over_other_content_is_rejected() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let signed = service.signed("production", "");
    let other = Bundle::read(&service.bundle("other", "# other\n")).unwrap();
    with_store(options(&etcd), async |store| {
        // The archive of another bundle, under the name and the signature of this one.
        let archive = other.to_tar();
        let header = BundleHeader::of(&archive, signed.signature.clone());
        write(&store, &service.keys.bundle(&signed.digest()), header.encode()).await;
        write(&store, &service.keys.chunk(&signed.digest(), &header.chunks[0]), archive).await;
        let message = error(&service, &store, &signed).await;
        assert!(message.starts_with("KEY: the files differ from the signed ones: found sha256:"), "{message}");
        // Bytes that are no archive at all.
        let header = BundleHeader::of(b"garbage", signed.signature.clone());
        write(&store, &service.keys.bundle(&signed.digest()), header.encode()).await;
        write(&store, &service.keys.chunk(&signed.digest(), &header.chunks[0]), b"garbage".to_vec()).await;
        let message = error(&service, &store, &signed).await;
        assert!(message.starts_with("KEY: "), "{message}");
        assert!(matches!(service.reader(&store).bundle(&signed.digest()).await, Err(ReleaseError::Bundle { .. })));
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_missing_an_altered_and_a_longer_chunk_are_named() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let signed = service.signed("production", &large_config());
    with_store(options(&etcd), async |store| {
        service.writer(&store).write_bundle(&signed).await.unwrap();
        let chunk = store.list(&service.keys.bundles()).await.unwrap().entries.into_iter().nth(1).unwrap();
        let length = chunk.value.len();
        let mut altered = chunk.value.clone();
        altered[0] ^= 1;
        write(&store, &chunk.key, altered.clone()).await;
        let found = confgate::fleet::Digest::of(&altered);
        let message = format!(
            "{}: the value was altered: its hash is {found}; remove the key, and publish the release again",
            chunk.key
        );
        let full = async || service.reader(&store).bundle(&signed.digest()).await.unwrap_err().to_string();
        assert_eq!(full().await, message);
        write(&store, &chunk.key, chunk.value[1..].to_vec()).await;
        assert_eq!(full().await, format!("{}: {} bytes in place of {length}", chunk.key, length - 1));
        let longer = [&chunk.value[..], &[0; 600 << 10]].concat();
        write(&store, &chunk.key, longer).await;
        assert_eq!(full().await, format!("{}: the value is larger than the limit of 512 KiB", chunk.key));
        etcd.ctl(&["del", &chunk.key]);
        assert_eq!(full().await, format!("{}: missing from the store; publish the release again", chunk.key));
        // Publication does not build on what is there: it reads all of it back.
        assert_eq!(service.writer(&store).write_bundle(&signed).await.unwrap_err().to_string(), full().await);
    });
}

#[test]
#[ignore = "needs etcd"]
fn garbage_and_values_above_the_limits_are_named() {
    let (etcd, service) = (Etcd::start(), Service::new());
    let signed = service.signed("production", "");
    let key = service.keys.bundle(&signed.digest());
    with_store(options(&etcd), async |store| {
        assert_eq!(error(&service, &store, &signed).await, "KEY: missing from the store; publish the release again");
        put(&etcd, &key, "{\"format\":1,");
        assert_eq!(
            error(&service, &store, &signed).await,
            "KEY: not the header of a bundle: EOF while parsing a value at line 1 column 12; remove the key, and publish again"
        );
        // What others put there is not replaced.
        let refused = service.writer(&store).write_bundle(&signed).await.unwrap_err().to_string();
        assert!(refused.contains("not the header of a bundle"), "{refused}");
        assert_eq!(etcd.ctl(&["get", "--print-value-only", &key]).trim(), "{\"format\":1,");
        put(&etcd, &key, r#"{"format":1,"size":99999999999,"chunks":[],"signatures":[]}"#);
        assert_eq!(
            error(&service, &store, &signed).await,
            "KEY: 99999999999 bytes are more than the limit of 64 MiB for a bundle in a fleet's store"
        );
        write(&store, &key, vec![b' '; 300 << 10]).await;
        assert_eq!(error(&service, &store, &signed).await, "KEY: the value is larger than the limit of 256 KiB");
    });
}

#[test]
#[ignore = "needs etcd"]
fn an_index_of_another_service_or_with_other_bytes_is_rejected() {
    let (etcd, service) = (Etcd::start(), Service::new());
    with_store(options(&etcd), async |store| {
        let foreign = Release::of_bundle("other".parse().unwrap(), digest(""));
        let bytes = foreign.encode().unwrap();
        let name = confgate::fleet::Digest::of(&bytes);
        let key = service.keys.release(&name);
        write(&store, &key, bytes.clone()).await;
        let message = async || service.reader(&store).release(&name).await.unwrap_err().to_string();
        assert_eq!(message().await, format!("{key}: a release of the service other, not of bitcraps"));
        write(&store, &key, [&bytes[..], b" "].concat()).await;
        assert!(message().await.starts_with(&format!("{key}: the value was altered: its hash is ")));
        write(&store, &key, vec![b' '; (1 << 20) + 1]).await;
        assert_eq!(message().await, format!("{key}: the value is larger than the limit of 1 MiB"));
    });
}

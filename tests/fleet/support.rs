//! A service with a key, and what the tests do with its store.

use std::path::PathBuf;
use std::time::Duration;

use confgate::deploy::Bundle;
use confgate::fleet::{
    Digest, EndpointOptions, Keys, ReleaseReader, ReleaseWriter, Runtime, SignedBundle, Store, Update, Watcher,
};
use confgate::nix_signatures::{PathInfo, SecretKey, Trust};
use confgate_test_support::etcd::Etcd;
use tempfile::TempDir;

/// Part of every secret in these tests.
pub const CANARY: &str = "canary-3f9a";

/// The service `bitcraps` with one key.
pub struct Service {
    pub keys: Keys,
    pub key: SecretKey,
    pub trust: Trust,
    pub folder: TempDir,
}

impl Service {
    pub fn new() -> Self {
        let key = SecretKey::generate("config.example.org-1".parse().unwrap()).unwrap();
        let trust = Trust::new(vec![key.public()]);
        Self { keys: Keys::new("bitcraps".parse().unwrap()), key, trust, folder: TempDir::new().unwrap() }
    }

    /// Writes a bundle with this config.
    pub fn bundle(&self, name: &str, config: &str) -> PathBuf {
        confgate_test_support::Bundle { name, config, ..Default::default() }.write(&self.folder.path().join(name))
    }

    /// Returns a bundle, signed by the service's key.
    pub fn signed(&self, name: &str, config: &str) -> SignedBundle {
        sign(Bundle::read(&self.bundle(name, config)).unwrap(), &self.key)
    }

    pub fn reader<'r>(&'r self, store: &'r Store) -> ReleaseReader<'r> {
        ReleaseReader::new(store, &self.keys, &self.trust)
    }

    pub fn writer<'w>(&'w self, store: &'w Store) -> ReleaseWriter<'w> {
        ReleaseWriter::new(store, &self.keys, &self.trust)
    }
}

/// Signs a bundle.
pub fn sign(bundle: Bundle, key: &SecretKey) -> SignedBundle {
    let mut signature = PathInfo::of_source("node", bundle.nar).unwrap();
    signature.sign(key);
    SignedBundle { bundle, signature }
}

/// Returns a bundle of a config above 1 MiB.
pub fn large_config() -> String {
    let comment = "# a comment that makes the config large enough for several chunks\n".repeat(20_000);
    assert!(comment.len() > 1 << 20);
    comment
}

pub fn options(etcd: &Etcd) -> EndpointOptions {
    EndpointOptions { timeout: Some(Duration::from_secs(20)), ..EndpointOptions::plain(etcd.endpoints()) }
}

/// Runs a test with a store.
pub fn with_store<T>(options: EndpointOptions, test: impl AsyncFnOnce(Store) -> T) -> T {
    Runtime::new().unwrap().block_on(async { test(Store::connect(&options).await.unwrap()).await })
}

/// Returns the next update that has entries: neither an interruption nor its end.
pub async fn next_update(watcher: &mut Watcher) -> Update {
    loop {
        match watcher.next().await {
            Update::Interrupted { error, .. } => assert!(error.is_transient(), "{error}"),
            Update::Resumed { .. } => {}
            update => return update,
        }
    }
}

/// Puts a value with `etcdctl`, which needs a password and no key of the service.
pub fn put(etcd: &Etcd, key: &str, value: &str) {
    etcd.ctl(&["put", key, value]);
}

pub fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

//! Limits of what is read from and written to a store.

use confgate_files::SizeLimit;

/// The size of a chunk of a bundle's archive, in bytes. etcd rejects a request above 1.5 MiB.
pub const CHUNK_SIZE: usize = 512 << 10;

/// The largest archive of a bundle in a release.
pub const MAX_RELEASE_BUNDLE: SizeLimit = SizeLimit::bytes(64 << 20);

/// The largest index of a release, which is one value: about ten thousand nodes.
pub const MAX_INDEX: SizeLimit = SizeLimit::bytes(1 << 20);

/// The largest value of other keys: pointers, headers, reports of nodes.
pub const MAX_VALUE: SizeLimit = SizeLimit::bytes(256 << 10);

/// The largest number of keys below a prefix that are listed.
pub const MAX_ENTRIES: usize = 100_000;

/// The largest size of all keys and values below a prefix that are listed.
pub const MAX_LISTING: SizeLimit = SizeLimit::bytes(64 << 20);

/// The largest number of keys in one transaction: the default of `etcd --max-txn-ops`.
pub(crate) const MAX_TRANSACTION_KEYS: usize = 128;

/// The largest message that the client decodes: a request of 1.5 MiB, and what etcd adds to it.
pub(crate) const MAX_MESSAGE: usize = 4 << 20;

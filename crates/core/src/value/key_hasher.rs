//! The hash of keys.

use std::hash::BuildHasher;

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;

/// Hasher of keys. A fast hash is enough, because the author of a config is trusted with the process that reads it. The seed
/// differs between processes and is the same for all maps, so that a map does not store it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KeyHasher;

impl BuildHasher for KeyHasher {
    type Hasher = FoldHasher<'static>;

    fn build_hasher(&self) -> Self::Hasher {
        FoldHasher::with_seed(0x9E37_79B9_7F4A_7C15, SharedSeed::global_random())
    }
}

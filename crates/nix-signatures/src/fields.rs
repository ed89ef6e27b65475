use std::collections::BTreeSet;

use crate::hash::Sha256Hash;
use crate::key::Signature;
use crate::store_path::StorePath;

/// Fields of a path info, as each of its text formats carries them.
pub(crate) struct Fields {
    pub(crate) store_path: StorePath,
    pub(crate) nar_hash: Sha256Hash,
    pub(crate) nar_size: u64,
    pub(crate) references: BTreeSet<StorePath>,
    pub(crate) signatures: Vec<Signature>,
}

//! Digests of the files that a load reads.

use std::io::Read;
use std::path::Path;

use confgate_files::OpenedFile;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::live::watch::Inputs;

/// The largest size of the buffer through which a file is read, in bytes.
const BUFFER: usize = 16 << 10;

/// Digests of the content of all inputs. A filesystem with coarse times can show two contents with one time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InputDigests(Vec<Option<[u8; 32]>>);

impl InputDigests {
    /// Reads the inputs that exist. A file that cannot be read has no digest.
    pub fn of(inputs: &Inputs) -> Self {
        // The whole buffer is wiped afterwards, and most configs are smaller.
        let largest = inputs.files().map(|(_, size)| size).max().unwrap_or_default();
        let size = usize::try_from(largest).map_or(BUFFER, |largest| largest.clamp(1, BUFFER));
        let mut buffer = Zeroizing::new(vec![0; size]);
        Self(inputs.files().map(|(path, size)| digest(path, size, &mut buffer)).collect())
    }
}

/// Returns the digest of a file, up to the size that it had: a file that grows meanwhile has another stamp.
fn digest(path: &Path, size: u64, buffer: &mut [u8]) -> Option<[u8; 32]> {
    let file = OpenedFile::open(path).ok()?;
    let mut file = file.file().take(size);
    let mut hasher = Sha256::new();
    loop {
        match file.read(buffer) {
            Ok(0) => return Some(hasher.finalize().into()),
            Ok(length) => hasher.update(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

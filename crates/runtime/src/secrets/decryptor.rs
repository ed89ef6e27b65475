//! Who opens what is sealed.

use std::path::PathBuf;

use confgate_core::types::Secret;
use zeroize::Zeroizing;

use crate::secrets::ProviderError;

/// What a binary age file of any version begins with.
pub const MAGIC: &[u8] = b"age-encryption.org/";

/// What an armored age file begins with.
pub const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// Whether bytes are a sealed file. Only the beginning is looked at.
pub fn is_sealed_file(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || bytes.trim_ascii_start().starts_with(ARMOR)
}

/// Somebody who opens sealed values and files.
pub trait Decryptor: Send + Sync {
    /// What is sealed in `text`, which begins with `encrypted:`.
    ///
    /// # Errors
    ///
    /// There is no key for it, or it was tampered with.
    fn open(&self, text: &str) -> Result<Secret, ProviderError>;

    /// What is sealed in a file, binary or armored.
    ///
    /// # Errors
    ///
    /// There is no key for it, or it was tampered with.
    fn open_file(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, ProviderError>;

    /// What is wrong about the key and does not keep it from being used.
    fn warning(&self) -> Option<String> {
        None
    }

    /// Files that change when the key does.
    fn watched(&self) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// Nobody: of a program that is built without the feature `seal`.
#[derive(Debug, Clone, Copy)]
pub struct NoDecryptor;

impl NoDecryptor {
    fn trouble() -> ProviderError {
        ProviderError::new("this program is built without what opens it").help("build it with the feature `seal`")
    }
}

impl Decryptor for NoDecryptor {
    fn open(&self, _: &str) -> Result<Secret, ProviderError> {
        Err(Self::trouble())
    }

    fn open_file(&self, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
        Err(Self::trouble())
    }
}

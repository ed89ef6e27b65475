//! The interface of a decryptor, which opens sealed values and files.

use std::path::PathBuf;

use confgate_core::types::Secret;
use zeroize::Zeroizing;

use crate::secrets::ProviderError;

/// The first bytes of a binary age file of any version.
pub const MAGIC: &[u8] = b"age-encryption.org/";

/// The first line of an armored age file.
pub const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// Reports if bytes are a sealed file, by their beginning alone.
pub fn is_sealed_file(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || armored_text(bytes).starts_with(ARMOR)
}

/// Returns a text without the byte order mark and the white space before it, which editors add to armored files.
pub fn armored_text(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start()
}

/// A decryptor of sealed values and files.
pub trait Decryptor: Send + Sync {
    /// Decrypts `text`, which starts with `encrypted:`.
    ///
    /// # Errors
    ///
    /// No key opens the value, or it was modified.
    fn open(&self, text: &str) -> Result<Secret, ProviderError>;

    /// Decrypts the content of a binary or armored file.
    ///
    /// # Errors
    ///
    /// No key opens the file, or it was modified.
    fn open_file(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, ProviderError>;

    /// Describes a problem of the key that does not prevent its use.
    fn warning(&self) -> Option<String> {
        None
    }

    /// Returns the files that change when the key does.
    fn watched(&self) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// Decryptor of a program built without the feature `seal`: it rejects everything.
#[derive(Debug, Clone, Copy)]
pub struct NoDecryptor;

impl NoDecryptor {
    fn error() -> ProviderError {
        ProviderError::new("this program is built without support for sealed values")
            .help("build it with the feature `seal`")
    }
}

impl Decryptor for NoDecryptor {
    fn open(&self, _: &str) -> Result<Secret, ProviderError> {
        Err(Self::error())
    }

    fn open_file(&self, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
        Err(Self::error())
    }
}

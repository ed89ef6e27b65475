//! Decryption of an age file with several keys: limits, choice of the key, errors.

use std::io::{ErrorKind, Read};

use age::{DecryptError, Decryptor};
use zeroize::Zeroizing;

use crate::encoding::to_binary;
use crate::error::OpenError;
use crate::header;

/// Key of the age library that may open a file.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) identity: &'a dyn age::Identity,
    pub(crate) is_passphrase: bool,
}

/// Opens an age file in any encoding with the first key that fits. The content is returned after all of it was authenticated.
///
/// # Errors
///
/// The data is not an age file, was changed or truncated, is beyond the limits, or none of the keys opens it.
pub(crate) fn decrypt(keys: &[Key<'_>], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let binary = to_binary(sealed)?;
    if header::is_of_other_version(&binary) {
        return Err(OpenError::Version);
    }
    if !header::is_bounded(&binary) {
        return Err(OpenError::LongHeader);
    }
    let decryptor = || Decryptor::new_buffered(&binary[..]).map_err(|error| OpenError::from(&error));
    let by_passphrase = decryptor()?.is_scrypt();
    let mut fitting = keys.iter().filter(|key| key.is_passphrase == by_passphrase).peekable();
    let mut last_error = match (fitting.peek(), by_passphrase) {
        (Some(_), true) => OpenError::WrongPassphrase,
        (Some(_), false) => OpenError::WrongIdentity,
        (None, true) => OpenError::NoPassphrase,
        (None, false) => OpenError::NoIdentity,
    };
    for key in fitting {
        match decryptor()?.decrypt(std::iter::once(key.identity)) {
            Ok(reader) => return read(reader, binary.len()),
            Err(DecryptError::NoMatchingKeys) => {}
            // A wrong passphrase cannot be told from a changed header.
            Err(DecryptError::DecryptionFailed) if by_passphrase => {}
            Err(error) => last_error = OpenError::from(&error),
        }
    }
    Err(last_error)
}

/// Returns whether a passphrase opens this file, and no key does; `false` for data that is not an age file.
pub fn is_sealed_by_passphrase(sealed: &[u8]) -> bool {
    to_binary(sealed).is_ok_and(|binary| {
        header::is_bounded(&binary) && Decryptor::new_buffered(&binary[..]).is_ok_and(|decryptor| decryptor.is_scrypt())
    })
}

fn read(mut reader: impl Read, max_length: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    // Reserve the whole capacity: a vector that grows leaves copies in freed memory.
    let mut plain = Zeroizing::new(Vec::with_capacity(max_length));
    match reader.read_to_end(&mut plain) {
        Ok(_) => Ok(plain),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(OpenError::Truncated),
        Err(_) => Err(OpenError::Changed),
    }
}

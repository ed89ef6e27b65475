//! Sealed values: one secret in a config.
//!
//! A sealed value is `encrypted:` and a binary age file in base64 (the standard alphabet, with padding, without line breaks). The age
//! program opens it as well: `cut -d: -f2 | base64 -d | age -d -i identity.txt`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use confgate_core::types::secret::Secret;
use confgate_core::value::reference::SEALED;

use crate::encoding::Encoding;
use crate::error::{OpenError, SealError};
use crate::identity::Identity;
use crate::recipient::Recipient;
use crate::seal::{open, seal};

/// Seals a text as a value for a config. The same text sealed twice gives two values that do not reveal their equality.
///
/// # Errors
///
/// The same as of [`seal`].
pub fn seal_value(recipients: &[Recipient], plain: &Secret) -> Result<String, SealError> {
    let mut sealed = SEALED.to_owned();
    BASE64_STANDARD.encode_string(seal(recipients, Encoding::Binary, plain.expose().as_bytes())?, &mut sealed);
    Ok(sealed)
}

/// Opens a sealed value.
///
/// # Errors
///
/// The text is not a sealed value, cannot be [opened](open), or its content is not text.
pub fn open_value(identities: &[Identity], sealed: &str) -> Result<Secret, OpenError> {
    let plain = open(identities, &age_file(sealed)?)?;
    std::str::from_utf8(&plain).map(Secret::from).map_err(|_| OpenError::NotText)
}

/// Returns the age file in a sealed value.
///
/// # Errors
///
/// The text is not a sealed value, or was changed or truncated.
pub fn age_file(sealed: &str) -> Result<Vec<u8>, OpenError> {
    let text = sealed.strip_prefix(SEALED).ok_or(OpenError::NotSealed)?;
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| OpenError::NotBase64)?;
    // Reject armor: it would be base64 in base64, a second form of the same value.
    if Encoding::of(&bytes) == Some(Encoding::Binary) { Ok(bytes) } else { Err(OpenError::NotAge) }
}

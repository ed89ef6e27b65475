//! Sealed values: one secret in a config.
//!
//! A sealed value is a text: `encrypted:`, then a binary age file in base64 (the standard alphabet, with padding, without
//! line breaks). So the age program opens it: `cut -d: -f2 | base64 -d | age -d -i identity.txt`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use confgate_core::types::Secret;
use confgate_core::value::reference::SEALED_PREFIX;

use crate::{Form, Identity, OpenError, Recipient, SealError, open, seal};

/// Seals a text as a value for a config. Two times the same text gives two values, which do not tell that they are the same.
///
/// # Errors
///
/// Those of [`seal`].
pub fn seal_value(recipients: &[Recipient], plain: &Secret) -> Result<String, SealError> {
    let mut sealed = SEALED_PREFIX.to_owned();
    BASE64_STANDARD.encode_string(seal(recipients, Form::Binary, plain.expose().as_bytes())?, &mut sealed);
    Ok(sealed)
}

/// Opens a sealed value.
///
/// # Errors
///
/// It is no sealed value, those of [`open`], or what is sealed is no text.
pub fn open_value(identities: &[Identity], sealed: &str) -> Result<Secret, OpenError> {
    let plain = open(identities, &age_file(sealed)?)?;
    std::str::from_utf8(&plain).map(Secret::from).map_err(|_| OpenError::NotText)
}

/// The age file that a sealed value holds.
///
/// # Errors
///
/// It is no sealed value, or was changed or cut off.
pub fn age_file(sealed: &str) -> Result<Vec<u8>, OpenError> {
    let text = sealed.strip_prefix(SEALED_PREFIX).ok_or(OpenError::NotSealed)?;
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| OpenError::NotBase64)?;
    // A value has one form: armor in base64 would be base64 in base64.
    if Form::of(&bytes) == Some(Form::Binary) { Ok(bytes) } else { Err(OpenError::NotAge) }
}

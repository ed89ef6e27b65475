use std::io::Write;

use age::Encryptor;
use zeroize::Zeroizing;

use crate::decrypt::{Key, decrypt};
use crate::encoding::{Encoding, armor};
use crate::error::{OpenError, SealError};
use crate::header;
use crate::identity::Identity;
use crate::recipient::Recipient;

/// Seals `plain` for the recipients. Each of them can open it alone.
///
/// # Errors
///
/// There is no recipient, there are more than a header holds, or a passphrase is not the only one.
pub fn seal(recipients: &[Recipient], encoding: Encoding, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    if recipients.is_empty() {
        return Err(SealError::NoRecipient);
    }
    if recipients.len() > 1 && recipients.iter().any(Recipient::is_passphrase) {
        return Err(SealError::PassphraseBesideOthers);
    }
    let binary = encrypt(recipients, plain).expect("the recipients are of one kind, and writes to memory succeed");
    if !header::is_bounded(&binary) {
        return Err(SealError::TooManyRecipients(recipients.len()));
    }
    Ok(match encoding {
        Encoding::Binary => binary,
        Encoding::Armored => armor(&binary).expect("writes to memory succeed"),
    })
}

/// Opens a sealed file, binary or armored, with the first identity that fits. The content is returned after all of it was
/// authenticated.
///
/// # Errors
///
/// The data is not an age file, was changed or truncated, none of the identities opens it, or its work factor is above
/// [`MAX_WORK_FACTOR`](crate::MAX_WORK_FACTOR). No error contains a part of the content or of an identity.
pub fn open(identities: &[Identity], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let keys: Vec<Key<'_>> = identities.iter().map(Identity::key).collect();
    decrypt(&keys, sealed)
}

fn encrypt(recipients: &[Recipient], plain: &[u8]) -> Result<Vec<u8>, age::EncryptError> {
    let encryptor = Encryptor::with_recipients(recipients.iter().map(Recipient::as_age))?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(plain)?;
    writer.finish()?;
    Ok(sealed)
}

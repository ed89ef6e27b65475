use std::borrow::Cow;
use std::io::{ErrorKind, Read, Write};

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::{DecryptError, Decryptor, Encryptor};
use confgate_runtime::secrets::decryptor;
use zeroize::Zeroizing;

use crate::error::{OpenError, SealError};
use crate::header;
use crate::identity::Identity;
use crate::recipient::Recipient;

/// How much work a passphrase is when something is sealed with it: scrypt with N = 2^18, which takes 256 MiB and about a
/// second, as the age program does it.
pub const WORK: u8 = 18;

/// How much work opening may be: scrypt with N = 2^20, which takes 1 GiB. What asks for more is refused.
pub const MOST_WORK: u8 = 20;

/// How a sealed file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The bytes themselves.
    Binary,
    /// As text, between `-----BEGIN AGE ENCRYPTED FILE-----` and its end.
    Armored,
}

impl Form {
    /// The form of a sealed file; `None` for what is no sealed file. Only the beginning is looked at.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(decryptor::MAGIC) {
            Some(Self::Binary)
        } else if bytes.trim_ascii_start().starts_with(decryptor::ARMOR) {
            Some(Self::Armored)
        } else {
            None
        }
    }
}

/// Seals `plain` for all recipients: each of them alone can open it.
///
/// # Errors
///
/// There is no recipient, there are more than a header holds, or a passphrase stands beside another recipient.
pub fn seal(recipients: &[Recipient], form: Form, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    if recipients.is_empty() {
        return Err(SealError::NoRecipient);
    }
    if recipients.len() > 1 && recipients.iter().any(Recipient::is_passphrase) {
        return Err(SealError::PassphraseBesideOthers);
    }
    let binary = encrypt(recipients, plain).expect("recipients are not mixed, and memory takes every write");
    if !header::is_bounded(&binary) {
        return Err(SealError::TooManyRecipients(recipients.len()));
    }
    Ok(match form {
        Form::Binary => binary,
        Form::Armored => armor(&binary).expect("memory takes every write"),
    })
}

fn encrypt(recipients: &[Recipient], plain: &[u8]) -> Result<Vec<u8>, age::EncryptError> {
    let encryptor = Encryptor::with_recipients(recipients.iter().map(Recipient::as_age))?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(plain)?;
    writer.finish()?;
    Ok(sealed)
}

fn armor(binary: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
    writer.write_all(binary)?;
    writer.finish()
}

/// Opens a sealed file, binary or armored, with the first identity that can. Nothing of it is given out before all of it
/// was found unchanged.
///
/// # Errors
///
/// It is no age file, was changed or cut off, none of the identities opens it, or opening would be more work than
/// [`MOST_WORK`]. No error holds anything of what is sealed or of an identity.
pub fn open(identities: &[Identity], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let binary = match Form::of(sealed).ok_or(OpenError::NotAge)? {
        Form::Binary => Cow::Borrowed(sealed),
        Form::Armored => Cow::Owned(unarmor(sealed)?),
    };
    if header::is_of_other_version(&binary) {
        return Err(OpenError::Version);
    }
    if !header::is_bounded(&binary) {
        return Err(OpenError::LongHeader);
    }
    let decryptor = || Decryptor::new_buffered(&binary[..]).map_err(|error| OpenError::of(&error));
    let by_passphrase = decryptor()?.is_scrypt();
    let mut fitting = identities.iter().filter(|identity| identity.is_passphrase() == by_passphrase).peekable();
    let mut refused = match (fitting.peek(), by_passphrase) {
        (Some(_), true) => OpenError::WrongPassphrase,
        (Some(_), false) => OpenError::WrongIdentity,
        (None, true) => OpenError::NoPassphrase,
        (None, false) => OpenError::NoIdentity,
    };
    for identity in fitting {
        match decryptor()?.decrypt(std::iter::once(identity.as_age())) {
            Ok(reader) => return read(reader, binary.len()),
            Err(DecryptError::NoMatchingKeys) => {}
            // The file cannot tell a wrong passphrase from a changed header.
            Err(DecryptError::DecryptionFailed) if by_passphrase => {}
            Err(error) => refused = OpenError::of(&error),
        }
    }
    Err(refused)
}

/// Whether a passphrase opens this file, and no key does. `false` for what is no sealed file.
pub fn is_sealed_by_passphrase(sealed: &[u8]) -> bool {
    let binary = match Form::of(sealed) {
        Some(Form::Binary) => Cow::Borrowed(sealed),
        Some(Form::Armored) => Cow::Owned(unarmor(sealed).unwrap_or_default()),
        None => return false,
    };
    header::is_bounded(&binary) && Decryptor::new_buffered(&binary[..]).is_ok_and(|decryptor| decryptor.is_scrypt())
}

fn unarmor(armored: &[u8]) -> Result<Vec<u8>, OpenError> {
    let mut binary = Vec::new();
    let mut reader = ArmoredReader::new(armored.trim_ascii_start());
    reader.read_to_end(&mut binary).map_err(|_| OpenError::Armor)?;
    Ok(binary)
}

fn read(mut reader: impl Read, at_most: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    // Room for all of it: a vector that grows leaves copies behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(at_most));
    match reader.read_to_end(&mut plain) {
        Ok(_) => Ok(plain),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(OpenError::CutOff),
        Err(_) => Err(OpenError::Changed),
    }
}

use std::borrow::Cow;
use std::io::Read;

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use confgate_runtime::secrets::decryptor;

use crate::error::OpenError;

/// Encoding of a sealed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes of the age format.
    Binary,
    /// Text between `-----BEGIN AGE ENCRYPTED FILE-----` and its end.
    Armored,
}

impl Encoding {
    /// Detects the encoding of a sealed file by its beginning, or returns `None` for another file.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(decryptor::MAGIC) {
            Some(Self::Binary)
        } else if decryptor::armored_text(bytes).starts_with(decryptor::ARMOR) {
            Some(Self::Armored)
        } else {
            None
        }
    }
}

/// Armors a binary age file.
pub(crate) fn armor(binary: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
    std::io::Write::write_all(&mut writer, binary)?;
    writer.finish()
}

/// Returns the binary form of an age file in any encoding.
pub(crate) fn to_binary(sealed: &[u8]) -> Result<Cow<'_, [u8]>, OpenError> {
    match Encoding::of(sealed).ok_or(OpenError::NotAge)? {
        Encoding::Binary => Ok(Cow::Borrowed(sealed)),
        Encoding::Armored => {
            let mut binary = Vec::new();
            let mut reader = ArmoredReader::new(decryptor::armored_text(sealed));
            reader.read_to_end(&mut binary).map_err(|_| OpenError::Armor)?;
            Ok(Cow::Owned(binary))
        }
    }
}

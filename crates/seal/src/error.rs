//! Errors of sealing and opening. No message contains a part of a secret or a key.

use crate::work_factor::MAX_WORK_FACTOR;

/// Reason why data could not be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Without a recipient, the sealed data could never be opened.
    #[error("no recipient given")]
    NoRecipient,
    /// The age format allows no other recipient beside a passphrase.
    #[error("a passphrase must be the only recipient")]
    PassphraseBesideOthers,
    /// The header for this many recipients would be larger than the limit for opening.
    #[error("too many recipients for one file: {0}")]
    TooManyRecipients(usize),
}

/// Reason why sealed data could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The text is not a sealed value.
    #[error("not a sealed value: it does not begin with `encrypted:`")]
    NotSealed,
    /// The text of a sealed value was changed or truncated.
    #[error("the text after `encrypted:` is not base64: it was changed or truncated")]
    NotBase64,
    /// The data is not an age file.
    #[error("not an age file")]
    NotAge,
    /// The version of the age format is unknown.
    #[error("unsupported version of the age format")]
    Version,
    /// The text of an armored file was changed or truncated.
    #[error("the armored text was changed or truncated")]
    Armor,
    /// The header is malformed.
    #[error("the header of the age file is malformed: it was changed")]
    Header,
    /// The header is larger than the limit.
    #[error("the header of the age file is too large")]
    LongHeader,
    /// The end of the file is missing.
    #[error("the age file is truncated")]
    Truncated,
    /// The content is not the sealed one.
    #[error("the age file was changed or truncated after it was sealed")]
    Changed,
    /// The data is sealed for keys, and no identity was given.
    #[error("sealed for a key, and no identity was given")]
    NoIdentity,
    /// None of the identities opens the data.
    #[error("none of the identities opens it: it was sealed for other recipients, or changed afterwards")]
    WrongIdentity,
    /// The data is sealed with a passphrase, and none was given.
    #[error("sealed with a passphrase, and none was given")]
    NoPassphrase,
    /// The passphrase is wrong.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The work factor of the passphrase is above [`MAX_WORK_FACTOR`].
    #[error("the work factor of its passphrase is {needed}, above the maximum of {MAX_WORK_FACTOR}")]
    WorkFactor {
        /// Work factor that the file needs, as a power of two.
        needed: u8,
    },
    /// The content of a sealed value is not text.
    #[error("the sealed value is not UTF-8 text")]
    NotText,
}

impl From<&age::DecryptError> for OpenError {
    fn from(error: &age::DecryptError) -> Self {
        match error {
            // The age library reports an unknown format as well if version 1 is not followed by a header.
            age::DecryptError::InvalidHeader | age::DecryptError::UnknownFormat => Self::Header,
            age::DecryptError::Io(_) => Self::Truncated,
            age::DecryptError::NoMatchingKeys => Self::WrongIdentity,
            age::DecryptError::ExcessiveWork { required, .. } => Self::WorkFactor { needed: *required },
            _ => Self::Changed,
        }
    }
}

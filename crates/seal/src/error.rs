//! Why something could not be sealed or opened. No message holds anything of a secret or a key.

use std::fmt;

/// Why something could not be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealError {
    /// Nobody could open it.
    NoRecipient,
    /// The format of age has a passphrase alone.
    PassphraseBesideOthers,
    /// The header would be larger than what is read again.
    TooManyRecipients(usize),
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRecipient => f.write_str("there is no recipient to seal for"),
            Self::PassphraseBesideOthers => {
                f.write_str("what is sealed with a passphrase cannot be sealed for anyone else as well")
            }
            Self::TooManyRecipients(count) => write!(f, "{count} recipients are more than one file can be sealed for"),
        }
    }
}

impl std::error::Error for SealError {}

/// Why something could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenError {
    /// A text that is no sealed value.
    NotSealed,
    /// A sealed value whose text was changed or cut off.
    NotBase64,
    /// What is no age file.
    NotAge,
    /// An age file of a version that is not known.
    Version,
    /// An armored file whose text was changed or cut off.
    Armor,
    /// A header that makes no sense.
    Header,
    /// A header for more recipients than anybody has.
    LongHeader,
    /// The end is missing.
    CutOff,
    /// It is not what was sealed.
    Changed,
    /// It is sealed for keys, and there is no identity.
    NoIdentity,
    /// None of the identities opens it.
    WrongIdentity,
    /// It is sealed with a passphrase, and there is none.
    NoPassphrase,
    /// The passphrase does not open it.
    WrongPassphrase,
    /// A passphrase that takes longer to try than is allowed: `needed` is the work factor that it asks for, as a power of
    /// two.
    Work {
        /// What it asks for.
        needed: u8,
    },
    /// A sealed value that holds no text.
    NotText,
}

impl OpenError {
    pub(super) fn of(error: &age::DecryptError) -> Self {
        match error {
            // Also what age says when version 1 is followed by something else than a header.
            age::DecryptError::InvalidHeader | age::DecryptError::UnknownFormat => Self::Header,
            age::DecryptError::Io(_) => Self::CutOff,
            age::DecryptError::NoMatchingKeys => Self::WrongIdentity,
            age::DecryptError::ExcessiveWork { required, .. } => Self::Work { needed: *required },
            _ => Self::Changed,
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSealed => "it is not sealed: a sealed value begins with `encrypted:`",
            Self::NotBase64 => "what follows `encrypted:` is not base64: it was changed or cut off",
            Self::NotAge => "it is no age file",
            Self::Version => "it has a version of the age format that is not known here",
            Self::Armor => "the text of the armored age file was changed or cut off",
            Self::Header => "the header of the age file is broken: it was changed",
            Self::LongHeader => "the header of the age file is too large: nobody has so many recipients",
            Self::CutOff => "it is cut off",
            Self::Changed => "it was changed or cut off after it was sealed",
            Self::NoIdentity => "it is sealed for a key, and there is no identity to open it with",
            Self::WrongIdentity => "no identity here opens it: it was sealed for others, or changed afterwards",
            Self::NoPassphrase => "it is sealed with a passphrase, and none was given",
            Self::WrongPassphrase => "the passphrase does not open it",
            Self::Work { needed } => {
                let most = crate::MOST_WORK;
                return write!(f, "its passphrase asks for a work factor of {needed}, and at most {most} is done");
            }
            Self::NotText => "what is sealed in it is not UTF-8 text",
        })
    }
}

impl std::error::Error for OpenError {}

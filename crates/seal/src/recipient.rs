//! Recipients: whom something is sealed for.

use std::fmt;
use std::str::FromStr;

use age::secrecy::SecretString;
use age::ssh::ParseRecipientKeyError;
use confgate_core::types::Secret;

use crate::WORK;

/// Whom something is sealed for: a public key of age (`age1…`), a public key of ssh (`ssh-ed25519 …`, `ssh-rsa …`), or
/// whoever knows a passphrase.
pub struct Recipient(Kind);

enum Kind {
    Age(age::x25519::Recipient),
    Ssh(Box<age::ssh::Recipient>),
    Passphrase(Box<age::scrypt::Recipient>),
}

impl Recipient {
    /// Whoever knows the passphrase. It has to be the only recipient.
    pub fn passphrase(passphrase: &Secret) -> Self {
        let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.expose()));
        // Not what this machine is able to do: the node that opens it may be a slower one.
        recipient.set_work_factor(WORK);
        Self(Kind::Passphrase(Box::new(recipient)))
    }

    /// Reads a file of recipients: one a line, with empty lines and comments after `#`.
    ///
    /// # Errors
    ///
    /// A line is no recipient, or there is none: what is sealed must not be for fewer than the file says.
    pub fn read(text: &str) -> Result<Vec<Self>, RecipientsError> {
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let recipients: Vec<Self> = lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(line, text)| text.parse().map_err(|error| RecipientsError::Line { line, error }))
            .collect::<Result<_, _>>()?;
        if recipients.is_empty() { Err(RecipientsError::Empty) } else { Ok(recipients) }
    }

    pub(super) fn is_passphrase(&self) -> bool {
        matches!(self.0, Kind::Passphrase(_))
    }

    pub(super) fn as_age(&self) -> &dyn age::Recipient {
        match &self.0 {
            Kind::Age(recipient) => recipient,
            Kind::Ssh(recipient) => recipient.as_ref(),
            Kind::Passphrase(recipient) => recipient.as_ref(),
        }
    }
}

impl From<age::x25519::Recipient> for Recipient {
    fn from(recipient: age::x25519::Recipient) -> Self {
        Self(Kind::Age(recipient))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Age(recipient) => write!(f, "Recipient({recipient})"),
            Kind::Ssh(recipient) => write!(f, "Recipient({recipient})"),
            Kind::Passphrase(_) => f.write_str("Recipient([passphrase])"),
        }
    }
}

/// Reads a public key as it is written: `age1…`, `ssh-ed25519 AAAA… comment`, `ssh-rsa AAAA… comment`.
impl FromStr for Recipient {
    type Err = RecipientError;

    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let text = text.trim();
        if let Ok(recipient) = text.parse::<age::x25519::Recipient>() {
            return Ok(Self(Kind::Age(recipient)));
        }
        match text.parse::<age::ssh::Recipient>() {
            Ok(recipient) => Ok(Self(Kind::Ssh(Box::new(recipient)))),
            Err(error) => Err(RecipientError::of(text, error)),
        }
    }
}

/// Why a text is no recipient. None shows the text: it may be a secret in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientError {
    /// The secret half of a key.
    Identity,
    /// A public key of age with a mistake in it.
    Mistyped,
    /// A key of another kind that age knows: of a plugin, or for quantum computers.
    AgeKind(String),
    /// An ssh key of a kind that age has no use for.
    SshKind(String),
    /// An RSA key with fewer than 2048 bits.
    SmallRsa,
    /// An RSA key with more than 4096 bits.
    LargeRsa,
    /// Nothing that is known.
    Unknown,
}

impl RecipientError {
    fn of(text: &str, error: ParseRecipientKeyError) -> Self {
        let lower = text.get(..text.len().min(64)).unwrap_or_default().to_ascii_lowercase();
        match error {
            _ if lower.starts_with("age-secret-key-") || lower.starts_with("age-plugin-") => Self::Identity,
            _ if text.starts_with("-----BEGIN") => Self::Identity,
            _ if lower.starts_with("age1") => match text[4..].rsplit_once('1') {
                Some((kind, _)) if kind.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                    Self::AgeKind(kind.to_ascii_lowercase())
                }
                _ => Self::Mistyped,
            },
            ParseRecipientKeyError::RsaModulusTooSmall => Self::SmallRsa,
            ParseRecipientKeyError::RsaModulusTooLarge => Self::LargeRsa,
            ParseRecipientKeyError::Unsupported(kind) => Self::SshKind(kind),
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for RecipientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity => f.write_str("this is an identity, which must stay secret: a recipient is its public key"),
            Self::Mistyped => f.write_str("this begins like a recipient (age1…), and has a mistake in it"),
            Self::AgeKind(kind) => write!(f, "recipients of the kind age1{kind} cannot be used here"),
            Self::SshKind(kind) => write!(f, "ssh keys of the kind {kind} cannot be recipients: use ssh-ed25519"),
            Self::SmallRsa => f.write_str("this RSA key is too short to be safe: it needs at least 2048 bits"),
            Self::LargeRsa => f.write_str("this RSA key is too long: it may have at most 4096 bits"),
            Self::Unknown => f.write_str("this is no recipient: age1…, ssh-ed25519 … or ssh-rsa …"),
        }
    }
}

impl std::error::Error for RecipientError {}

/// Why a file of recipients cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientsError {
    /// A line is no recipient.
    Line {
        /// Counted from 1.
        line: usize,
        /// Why.
        error: RecipientError,
    },
    /// It names nobody.
    Empty,
}

impl fmt::Display for RecipientsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line, error } => write!(f, "line {line}: {error}"),
            Self::Empty => f.write_str("there is no recipient in it"),
        }
    }
}

impl std::error::Error for RecipientsError {}

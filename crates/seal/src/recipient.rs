//! Recipients: public keys and passphrases that data is sealed for.

use std::fmt;
use std::str::FromStr;

use age::secrecy::SecretString;
use age::ssh::ParseRecipientKeyError;
use confgate_core::types::secret::Secret;

use crate::work_factor::WORK_FACTOR;

/// Recipient of sealed data: a public key of age (`age1…`), a public key of ssh (`ssh-ed25519 …`, `ssh-rsa …`), or a passphrase.
pub struct Recipient(Kind);

enum Kind {
    Age(age::x25519::Recipient),
    Ssh(Box<age::ssh::Recipient>),
    Passphrase(Box<age::scrypt::Recipient>),
}

impl Recipient {
    /// Makes a recipient of a passphrase. It must be the only recipient.
    pub fn passphrase(passphrase: &Secret) -> Self {
        let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.expose()));
        // Do not measure this machine: the one that opens may be slower.
        recipient.set_work_factor(WORK_FACTOR);
        Self(Kind::Passphrase(Box::new(recipient)))
    }

    /// Parses a file of recipients: one a line, with empty lines and comments after `#`.
    ///
    /// # Errors
    ///
    /// A line is not a recipient, since data must not be sealed for fewer recipients than the file lists; or the file has none.
    pub fn read(text: &str) -> Result<Vec<Self>, RecipientsError> {
        let recipients: Vec<Self> = (1..)
            .zip(text.lines().map(str::trim))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(line, text)| text.parse().map_err(|source| RecipientsError::Line { line, source }))
            .collect::<Result<_, _>>()?;
        if recipients.is_empty() { Err(RecipientsError::Empty) } else { Ok(recipients) }
    }

    pub(crate) fn is_passphrase(&self) -> bool {
        matches!(self.0, Kind::Passphrase(_))
    }

    pub(crate) fn as_age(&self) -> &dyn age::Recipient {
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

/// Parses a public key: `age1…`, `ssh-ed25519 AAAA… comment`, `ssh-rsa AAAA… comment`.
impl FromStr for Recipient {
    type Err = RecipientError;

    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let key = text.trim();
        if let Ok(recipient) = key.parse::<age::x25519::Recipient>() {
            return Ok(Self(Kind::Age(recipient)));
        }
        match key.parse::<age::ssh::Recipient>() {
            Ok(recipient) => Ok(Self(Kind::Ssh(Box::new(recipient)))),
            Err(error) => Err(RecipientError::classify(key, error)),
        }
    }
}

/// Reason why a text is not a recipient. No variant contains the text, which may be a secret in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// The text is the private half of a key.
    #[error("this is an identity, which must stay secret: use its public key")]
    Identity,
    /// The text begins like a public key of age and is not a valid one.
    #[error("malformed age recipient (age1…)")]
    Mistyped,
    /// The age format has this kind of key, and it is not supported: a plugin's, or a post-quantum one.
    #[error("recipients of the kind age1{0} are not supported")]
    AgeKind(String),
    /// The age format does not support this kind of ssh key.
    #[error("ssh keys of the kind {0} cannot be recipients: use ssh-ed25519")]
    SshKind(String),
    /// The RSA key has fewer than 2048 bits.
    #[error("the RSA key is too short: the minimum is 2048 bits")]
    SmallRsa,
    /// The RSA key has more than 4096 bits.
    #[error("the RSA key is too long: the maximum is 4096 bits")]
    LargeRsa,
    /// The text has no known form.
    #[error("not a recipient: expected age1…, ssh-ed25519 … or ssh-rsa …")]
    Unknown,
}

impl RecipientError {
    /// Finds the reason why `text`, which the age library rejected with `error`, is not a recipient.
    fn classify(text: &str, error: ParseRecipientKeyError) -> Self {
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

/// Reason why a file of recipients cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipientsError {
    /// A line is not a recipient.
    #[error("line {line}: {source}")]
    Line {
        /// Number of the line, counted from 1.
        line: usize,
        /// Reason why it is not a recipient.
        source: RecipientError,
    },
    /// The file contains no recipient.
    #[error("no recipient found")]
    Empty,
}

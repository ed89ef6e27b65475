//! Identities: private keys and passphrases that open sealed data.

use std::fmt;
use std::io::ErrorKind;
use std::time::SystemTime;

use age::secrecy::{ExposeSecret, SecretString};
use age::ssh::UnsupportedKey;
use confgate_core::types::Secret;
use zeroize::Zeroizing;

use crate::decrypt::{Key, decrypt};
use crate::encoding::Encoding;
use crate::error::OpenError;
use crate::recipient::Recipient;
use crate::work_factor::MAX_WORK_FACTOR;

/// Key that opens sealed data: the private half of a key of age or ssh, or a passphrase.
pub struct Identity(Kind);

enum Kind {
    Age(age::x25519::Identity),
    Ssh(Box<age::ssh::Identity>),
    Passphrase(Box<age::scrypt::Identity>),
}

impl Identity {
    /// Generates a key.
    pub fn generate() -> NewIdentity {
        NewIdentity(age::x25519::Identity::generate())
    }

    /// Makes an identity of a passphrase.
    pub fn passphrase(passphrase: &Secret) -> Self {
        let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase.expose()));
        identity.set_max_work_factor(MAX_WORK_FACTOR);
        Self(Kind::Passphrase(Box::new(identity)))
    }

    /// Parses an identity file: keys of age (`AGE-SECRET-KEY-1…`), one a line, with empty lines and comments after `#`, or one private
    /// key of ssh. Keys of plugins and post-quantum keys are skipped beside others. For a file that is protected by a passphrase, `passphrase` is called once.
    ///
    /// # Errors
    ///
    /// The file has no identity or one of an unsupported kind, or the passphrase is missing or wrong. No error contains a part of the
    /// file.
    ///
    /// ```
    /// use confgate_seal::{Identity, IdentityError};
    ///
    /// assert_eq!(Identity::read(b"# nothing yet\n", &mut || None).unwrap_err(), IdentityError::Empty);
    /// ```
    pub fn read(file: &[u8], passphrase: &mut dyn FnMut() -> Option<Secret>) -> Result<Vec<Self>, IdentityError> {
        if Encoding::of(file).is_some() {
            let passphrase = passphrase().ok_or(IdentityError::Protected)?;
            let plain = decrypt(&[Self::passphrase(&passphrase).key()], file)?;
            return Self::read_plain(&plain, &mut || None);
        }
        Self::read_plain(file, passphrase)
    }

    fn read_plain(file: &[u8], passphrase: &mut dyn FnMut() -> Option<Secret>) -> Result<Vec<Self>, IdentityError> {
        let text = std::str::from_utf8(file).map_err(|_| IdentityError::NotText)?;
        let text = text.trim_start_matches('\u{FEFF}');
        if text.trim_start().starts_with("-----BEGIN") {
            return Ok(vec![parse_ssh(text.trim_start(), passphrase)?]);
        }
        let mut identities = Vec::new();
        // A key of a kind that is not supported does not keep the others of the file from their use.
        let mut unsupported = None;
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match parse_age(line).ok_or_else(|| IdentityError::classify(number, line)) {
                Ok(identity) => identities.push(identity),
                Err(error @ (IdentityError::PostQuantum(_) | IdentityError::Plugin(_))) => {
                    unsupported.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        if identities.is_empty() { Err(unsupported.unwrap_or(IdentityError::Empty)) } else { Ok(identities) }
    }

    /// Returns the key of the age library.
    pub(crate) fn key(&self) -> Key<'_> {
        let (identity, is_passphrase): (&dyn age::Identity, bool) = match &self.0 {
            Kind::Age(identity) => (identity, false),
            Kind::Ssh(identity) => (identity.as_ref(), false),
            Kind::Passphrase(identity) => (identity.as_ref(), true),
        };
        Key { identity, is_passphrase }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Age(_) => "Identity(age)",
            Kind::Ssh(_) => "Identity(ssh)",
            Kind::Passphrase(_) => "Identity(passphrase)",
        })
    }
}

fn parse_age(line: &str) -> Option<Identity> {
    line.parse().ok().map(|identity| Identity(Kind::Age(identity)))
}

fn parse_ssh(text: &str, passphrase: &mut dyn FnMut() -> Option<Secret>) -> Result<Identity, IdentityError> {
    let parsed = age::ssh::Identity::from_buffer(text.as_bytes(), None).map_err(|error| match error.kind() {
        // The age library reports a missing end as an interruption.
        ErrorKind::Interrupted => IdentityError::Truncated,
        _ => IdentityError::SshFormat,
    })?;
    let unprotected = match parsed {
        age::ssh::Identity::Encrypted(key) => {
            let passphrase = passphrase().ok_or(IdentityError::Protected)?;
            key.decrypt(SecretString::from(passphrase.expose())).map_err(|_| IdentityError::WrongPassphrase)?.into()
        }
        age::ssh::Identity::Unsupported(UnsupportedKey::Hardware(kind) | UnsupportedKey::Type(kind)) => {
            return Err(IdentityError::SshKind(kind));
        }
        age::ssh::Identity::Unsupported(_) => return Err(IdentityError::SshFormat),
        unencrypted @ age::ssh::Identity::Unencrypted(_) => unencrypted,
    };
    Ok(Identity(Kind::Ssh(Box::new(unprotected))))
}

/// Generated key of age.
pub struct NewIdentity(age::x25519::Identity);

impl NewIdentity {
    /// Returns the recipient whose sealed data this key opens.
    pub fn recipient(&self) -> Recipient {
        self.0.to_public().into()
    }

    /// Returns the public key: `age1…`.
    pub fn public_key(&self) -> String {
        self.0.to_public().to_string()
    }

    /// Formats the identity file as age-keygen does: the time of creation and the public key as comments, then the key.
    pub fn file(&self, created: SystemTime) -> Secret {
        let created = humantime::format_rfc3339_seconds(created);
        let public = self.public_key();
        let key = self.0.to_string();
        let file = format!("# created: {created}\n# public key: {public}\n{}\n", key.expose_secret());
        Secret::from(Zeroizing::new(file).as_str())
    }
}

impl From<NewIdentity> for Identity {
    fn from(new: NewIdentity) -> Self {
        Self(Kind::Age(new.0))
    }
}

impl fmt::Debug for NewIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewIdentity({})", self.public_key())
    }
}

/// Reason why an identity file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The file is not UTF-8.
    #[error("not an identity file: it is not UTF-8 text")]
    NotText,
    /// The file contains no identity.
    #[error("no identity found")]
    Empty,
    /// The line with this number, counted from 1, is a public key.
    #[error("line {0}: this is a recipient; its identity begins with AGE-SECRET-KEY-1")]
    Recipient(usize),
    /// The line with this number, counted from 1, is for a plugin of age.
    #[error("line {0}: identities of plugins are not supported")]
    Plugin(usize),
    /// The line with this number, counted from 1, is a post-quantum key.
    #[error(
        "line {0}: post-quantum identities are not supported: make one with `confgate keygen`, or `age-keygen` without -pq"
    )]
    PostQuantum(usize),
    /// The line with this number, counted from 1, is not an identity or is malformed.
    #[error("line {0}: not an identity, or malformed")]
    Line(usize),
    /// The end of an ssh key is missing.
    #[error("the ssh key is truncated")]
    Truncated,
    /// An ssh key is malformed or in an unsupported format.
    #[error("the ssh key is malformed or not in OpenSSH's format: convert it with `ssh-keygen -p`")]
    SshFormat,
    /// The age format does not support this kind of ssh key.
    #[error("ssh keys of the kind {0} cannot be identities: use ssh-ed25519")]
    SshKind(String),
    /// The file is protected by a passphrase, and none was given.
    #[error("protected by a passphrase, and none was given")]
    Protected,
    /// The passphrase of an ssh key is wrong.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The file is sealed, and could not be opened.
    #[error(transparent)]
    Sealed(#[from] OpenError),
}

impl IdentityError {
    /// Finds the reason why a line is not an identity.
    fn classify(number: usize, line: &str) -> Self {
        // The format is in capitals, and readers of it ignore case.
        let starts_with =
            |prefix: &str| line.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if starts_with("AGE-SECRET-KEY-PQ-") {
            Self::PostQuantum(number)
        } else if starts_with("AGE-PLUGIN-") {
            Self::Plugin(number)
        } else if line.starts_with("age1") || line.starts_with("ssh-") {
            Self::Recipient(number)
        } else {
            Self::Line(number)
        }
    }
}

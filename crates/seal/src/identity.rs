//! Identities: what opens something that is sealed.

use std::fmt;
use std::io::ErrorKind;
use std::time::SystemTime;

use age::secrecy::{ExposeSecret, SecretString};
use age::ssh::UnsupportedKey;
use confgate_core::types::Secret;
use zeroize::Zeroizing;

use crate::{Form, MOST_WORK, Recipient, open};

/// What opens something that is sealed: the secret half of a key of age or ssh, or a passphrase.
pub struct Identity(Kind);

enum Kind {
    Age(age::x25519::Identity),
    Ssh(Box<age::ssh::Identity>),
    Passphrase(Box<age::scrypt::Identity>),
}

impl Identity {
    /// A new key.
    pub fn generate() -> NewIdentity {
        NewIdentity(age::x25519::Identity::generate())
    }

    /// A passphrase.
    pub fn passphrase(passphrase: &Secret) -> Self {
        let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase.expose()));
        identity.set_max_work_factor(MOST_WORK);
        Self(Kind::Passphrase(Box::new(identity)))
    }

    /// Reads an identity file: keys of age (`AGE-SECRET-KEY-1…`), one a line, with empty lines and comments after `#`, or
    /// one private key of ssh. For a file that is itself protected by a passphrase, `passphrase` is asked once.
    ///
    /// # Errors
    ///
    /// It holds no identity, one of a kind that is not known, or the passphrase is missing or wrong. No error holds
    /// anything of the file.
    ///
    /// ```
    /// use confgate_seal::::{Identity, IdentityError};
    /// assert_eq!(Identity::read(b"# nothing yet\n", &mut || None).unwrap_err(), IdentityError::Empty);
    /// ```
    pub fn read(file: &[u8], passphrase: &mut dyn FnMut() -> Option<Secret>) -> Result<Vec<Self>, IdentityError> {
        if Form::of(file).is_some() {
            let passphrase = passphrase().ok_or(IdentityError::Protected)?;
            let plain = open(&[Self::passphrase(&passphrase)], file).map_err(IdentityError::Sealed)?;
            return Self::read_plain(&plain, &mut || None);
        }
        Self::read_plain(file, passphrase)
    }

    fn read_plain(file: &[u8], passphrase: &mut dyn FnMut() -> Option<Secret>) -> Result<Vec<Self>, IdentityError> {
        let text = std::str::from_utf8(file).map_err(|_| IdentityError::NotText)?;
        if text.trim_start().starts_with("-----BEGIN") {
            return Ok(vec![ssh(text.trim_start(), passphrase)?]);
        }
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let identities: Vec<Self> = lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(number, line)| key(line).ok_or_else(|| IdentityError::of(number, line)))
            .collect::<Result<_, _>>()?;
        if identities.is_empty() { Err(IdentityError::Empty) } else { Ok(identities) }
    }

    pub(super) fn is_passphrase(&self) -> bool {
        matches!(self.0, Kind::Passphrase(_))
    }

    pub(super) fn as_age(&self) -> &dyn age::Identity {
        match &self.0 {
            Kind::Age(identity) => identity,
            Kind::Ssh(identity) => identity.as_ref(),
            Kind::Passphrase(identity) => identity.as_ref(),
        }
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

fn key(line: &str) -> Option<Identity> {
    line.parse().ok().map(|identity| Identity(Kind::Age(identity)))
}

fn ssh(text: &str, passphrase: &mut dyn FnMut() -> Option<Secret>) -> Result<Identity, IdentityError> {
    let identity = match age::ssh::Identity::from_buffer(text.as_bytes(), None) {
        Ok(identity) => identity,
        // What age says when the end is missing.
        Err(error) if error.kind() == ErrorKind::Interrupted => return Err(IdentityError::CutOff),
        Err(_) => return Err(IdentityError::SshForm),
    };
    let identity = match identity {
        age::ssh::Identity::Encrypted(key) => {
            let passphrase = passphrase().ok_or(IdentityError::Protected)?;
            let key = key.decrypt(SecretString::from(passphrase.expose()));
            key.map_err(|_| IdentityError::WrongPassphrase)?.into()
        }
        age::ssh::Identity::Unsupported(UnsupportedKey::Hardware(kind) | UnsupportedKey::Type(kind)) => {
            return Err(IdentityError::SshKind(kind));
        }
        age::ssh::Identity::Unsupported(_) => return Err(IdentityError::SshForm),
        unencrypted @ age::ssh::Identity::Unencrypted(_) => unencrypted,
    };
    Ok(Identity(Kind::Ssh(Box::new(identity))))
}

/// A key that was just made.
pub struct NewIdentity(age::x25519::Identity);

impl NewIdentity {
    /// Whom to seal for, so that this key opens it.
    pub fn recipient(&self) -> Recipient {
        self.0.to_public().into()
    }

    /// The public key: `age1…`.
    pub fn public_key(&self) -> String {
        self.0.to_public().to_string()
    }

    /// The identity file, as age-keygen writes it: when it was made and the public key as comments, then the key.
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

/// Why an identity file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityError {
    /// It is not UTF-8.
    NotText,
    /// There is none in it.
    Empty,
    /// This line, counted from 1, is the public half of a key.
    Recipient(usize),
    /// This line, counted from 1, is for a plugin of age.
    Plugin(usize),
    /// This line, counted from 1, is no identity, or has a mistake in it.
    Line(usize),
    /// An ssh key that ends too early.
    CutOff,
    /// An ssh key in a form that is not read.
    SshForm,
    /// An ssh key of a kind that age has no use for.
    SshKind(String),
    /// It is protected by a passphrase, and there is none.
    Protected,
    /// The passphrase of an ssh key is another.
    WrongPassphrase,
    /// It is sealed, and could not be opened.
    Sealed(crate::OpenError),
}

impl IdentityError {
    fn of(number: usize, line: &str) -> Self {
        if line.starts_with("AGE-PLUGIN-") {
            Self::Plugin(number)
        } else if line.starts_with("age1") || line.starts_with("ssh-") {
            Self::Recipient(number)
        } else {
            Self::Line(number)
        }
    }
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => f.write_str("no identity file: it is not UTF-8 text"),
            Self::Empty => f.write_str("there is no identity in it"),
            Self::Recipient(line) => {
                write!(f, "line {line}: this is a recipient; the identity to it begins with AGE-SECRET-KEY-1")
            }
            Self::Plugin(line) => write!(f, "line {line}: identities of plugins cannot be used here"),
            Self::Line(line) => write!(f, "line {line}: this is no identity, or has a mistake in it"),
            Self::CutOff => f.write_str("the ssh key is cut off"),
            Self::SshForm => {
                f.write_str("the ssh key is broken or in another form than OpenSSH's: `ssh-keygen -p` writes it anew")
            }
            Self::SshKind(kind) => write!(f, "ssh keys of the kind {kind} cannot be identities: use ssh-ed25519"),
            Self::Protected => f.write_str("it is protected by a passphrase, and none was given"),
            Self::WrongPassphrase => f.write_str("the passphrase does not open it"),
            Self::Sealed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for IdentityError {}

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::key::{KeyName, PublicKey};
use crate::nar::{self, NarDigest, NarError};
use crate::path_info::PathInfo;

/// Where the signature of a bundle is looked for: beside it, or beside the link that leads to it.
pub fn signature_file(given: &Path, canonical: &Path) -> PathBuf {
    let bundle = if given.file_name().is_some() { given } else { canonical };
    let mut name = OsString::from(bundle.file_name().unwrap_or_default());
    name.push(".sig");
    bundle.with_file_name(name)
}

/// The public keys that a node trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    keys: Vec<PublicKey>,
}

/// Why a file tree is not what somebody signed who is trusted.
#[derive(Debug)]
pub enum Untrusted {
    /// There is no signature.
    Unsigned {
        /// The names of the keys that are trusted.
        trusted: BTreeSet<KeyName>,
    },
    /// There are signatures, and none by a key that is trusted.
    Strangers {
        /// The names of the keys that signed.
        signed: BTreeSet<KeyName>,
        /// The names of the keys that are trusted.
        trusted: BTreeSet<KeyName>,
    },
    /// There is a signature under the name of a key that is trusted, and it is not one of this text by this key.
    Forged {
        /// The names of the keys.
        keys: BTreeSet<KeyName>,
        /// The text that they should have signed.
        fingerprint: String,
    },
    /// The signature is good, and the files are not the ones that it is for.
    Altered {
        /// What was signed.
        signed: NarDigest,
        /// What is there.
        found: NarDigest,
    },
    /// The files cannot be hashed.
    Unreadable(NarError),
}

impl Trust {
    /// Trusts these keys.
    pub const fn new(keys: Vec<PublicKey>) -> Self {
        Self { keys }
    }

    /// Whether no key is trusted, so that nothing can be verified.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The name of a trusted key that signed this. What is on a disk is not looked at: see [`Trust::verify`].
    ///
    /// # Errors
    ///
    /// No signature is by a key that is trusted, or none that is said to be is.
    pub fn signer(&self, info: &PathInfo) -> Result<&KeyName, Untrusted> {
        let fingerprint = info.fingerprint();
        let verifies = |key: &&PublicKey| info.signatures.iter().any(|signature| key.verifies(&fingerprint, signature));
        if let Some(key) = self.keys.iter().find(verifies) {
            return Ok(key.name());
        }
        let trusted: BTreeSet<KeyName> = self.keys.iter().map(|key| key.name().clone()).collect();
        let signed: BTreeSet<KeyName> = info.signatures.iter().map(|signature| signature.key().clone()).collect();
        let keys: BTreeSet<KeyName> = signed.intersection(&trusted).cloned().collect();
        Err(match (signed.is_empty(), keys.is_empty()) {
            (true, _) => Untrusted::Unsigned { trusted },
            (false, true) => Untrusted::Strangers { signed, trusted },
            (false, false) => Untrusted::Forged { keys, fingerprint },
        })
    }

    /// Verifies that a file tree is what a trusted key signed, and says which one.
    ///
    /// The files can be exchanged after that by whoever may write to them: verify what nobody else can reach.
    ///
    /// # Errors
    ///
    /// No trusted key signed this, the files are others than the ones that were signed, or they cannot be read.
    pub fn verify(&self, tree: &Path, info: &PathInfo) -> Result<&KeyName, Untrusted> {
        let signer = self.signer(info)?;
        let found = nar::digest(tree).map_err(Untrusted::Unreadable)?;
        let signed = info.digest();
        if found == signed { Ok(signer) } else { Err(Untrusted::Altered { signed, found }) }
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned { trusted } => write!(f, "nobody signed it; {}", trusted_words(trusted)),
            Self::Strangers { signed, trusted } => {
                write!(f, "it is signed by {}; {}", list(signed), trusted_words(trusted))
            }
            Self::Forged { keys, fingerprint } => {
                write!(f, "the signature of {} is not one of {fingerprint:?} by the trusted key", list(keys))
            }
            Self::Altered { signed, found } => write!(
                f,
                "its files are not the ones that were signed: {} in {} bytes, and signed is {} in {} bytes",
                found.hash, found.size, signed.hash, signed.size
            ),
            Self::Unreadable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Untrusted {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}

fn trusted_words(trusted: &BTreeSet<KeyName>) -> String {
    if trusted.is_empty() { "no key is trusted".to_owned() } else { format!("trusted is only {}", list(trusted)) }
}

fn list(names: &BTreeSet<KeyName>) -> String {
    names.iter().map(KeyName::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;

    fn key(name: &str) -> SecretKey {
        SecretKey::generate(name.parse().unwrap()).unwrap()
    }

    fn trust(keys: &[&SecretKey]) -> Trust {
        Trust::new(keys.iter().map(|key| key.public()).collect())
    }

    fn bundle() -> (tempfile::TempDir, PathInfo) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("f"), "hi\n").unwrap();
        let info = PathInfo::of_source("d", nar::digest(folder.path()).unwrap()).unwrap();
        (folder, info)
    }

    #[test]
    fn any_of_the_signatures_by_any_of_the_trusted_keys_is_enough() {
        let (folder, mut info) = bundle();
        let (old, new, other) = (key("old-1"), key("new-1"), key("other-1"));
        info.sign(&other);
        info.sign(&new);
        assert_eq!(trust(&[&old, &new]).verify(folder.path(), &info).unwrap().as_str(), "new-1");
    }

    #[test]
    fn of_two_keys_of_one_name_either_is_trusted() {
        let (folder, mut info) = bundle();
        let (lost, current) = (key("a-1"), key("a-1"));
        info.sign(&current);
        assert!(trust(&[&lost, &current]).verify(folder.path(), &info).is_ok());
        assert!(trust(&[&lost]).verify(folder.path(), &info).is_err());
    }

    #[test]
    fn a_refusal_says_who_signed_and_who_is_trusted() {
        let (folder, mut info) = bundle();
        let (one, other) = (key("a-1"), key("b-1"));
        let refused =
            |info: &PathInfo, keys: &[&SecretKey]| trust(keys).verify(folder.path(), info).unwrap_err().to_string();
        assert_eq!(refused(&info, &[&other, &one]), "nobody signed it; trusted is only a-1, b-1");
        assert_eq!(refused(&info, &[]), "nobody signed it; no key is trusted");
        info.sign(&one);
        assert_eq!(refused(&info, &[&other]), "it is signed by a-1; trusted is only b-1");
        assert_eq!(refused(&info, &[]), "it is signed by a-1; no key is trusted");
        let line = info.fingerprint();
        assert_eq!(
            refused(&info, &[&key("a-1")]),
            format!("the signature of a-1 is not one of \"{line}\" by the trusted key")
        );
    }

    #[test]
    fn a_refusal_says_both_hashes() {
        let (folder, mut info) = bundle();
        let signer = key("a-1");
        info.sign(&signer);
        std::fs::write(folder.path().join("f"), "ho\n").unwrap();
        let found = nar::digest(folder.path()).unwrap().hash;
        assert_eq!(
            trust(&[&signer]).verify(folder.path(), &info).unwrap_err().to_string(),
            format!(
                "its files are not the ones that were signed: {found} in 288 bytes, and signed is \
                 sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k in 288 bytes"
            )
        );
        let gone = folder.path().join("gone");
        assert_eq!(
            trust(&[&signer]).verify(&gone, &info).unwrap_err().to_string(),
            format!("{}: No such file or directory (os error 2)", gone.display())
        );
    }

    #[test]
    fn without_keys_nothing_is_trusted() {
        assert!(Trust::default().is_empty() && !trust(&[&key("a-1")]).is_empty());
    }
}

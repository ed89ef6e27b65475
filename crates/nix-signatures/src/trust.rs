use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::key::{KeyName, PublicKey};
use crate::nar::{self, NarDigest, NarError};
use crate::path_info::PathInfo;

/// Returns the path of a file tree's signature: beside the tree, or beside the link to it that was given.
pub fn signature_file(given: &Path, canonical: &Path) -> PathBuf {
    let tree = if given.file_name().is_some() { given } else { canonical };
    let mut name = OsString::from(tree.file_name().unwrap_or_default());
    name.push(".sig");
    tree.with_file_name(name)
}

/// Public keys that a node trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    keys: Vec<PublicKey>,
}

/// Reason why a file tree is not accepted as signed by a trusted key.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There is no signature.
    #[error("not signed; {}", describe(.trusted))]
    Unsigned {
        /// Names of the trusted keys.
        trusted: BTreeSet<KeyName>,
    },
    /// None of the keys that signed is trusted.
    #[error("signed by {}, which is not trusted; {}", list(.signed), describe(.trusted))]
    UntrustedKey {
        /// Names of the keys that signed.
        signed: BTreeSet<KeyName>,
        /// Names of the trusted keys.
        trusted: BTreeSet<KeyName>,
    },
    /// A signature carries the name of a trusted key, and that key did not make it for this text.
    #[error("invalid signature by {}: the trusted key did not sign {fingerprint:?}", list(.keys))]
    InvalidSignature {
        /// Names of the keys.
        keys: BTreeSet<KeyName>,
        /// Text that they should have signed.
        fingerprint: String,
    },
    /// The signature is valid, and the files are not the signed ones.
    #[error(
        "the files differ from the signed ones: found {} ({} bytes), signed {} ({} bytes)",
        .found.hash, .found.size, .signed.hash, .signed.size
    )]
    ContentMismatch {
        /// Digest that was signed.
        signed: NarDigest,
        /// Digest of the files.
        found: NarDigest,
    },
    /// The files cannot be hashed.
    #[error(transparent)]
    Unreadable(#[from] NarError),
}

impl Trust {
    /// Trusts the keys.
    pub const fn new(keys: Vec<PublicKey>) -> Self {
        Self { keys }
    }

    /// Returns whether no key is trusted, so that nothing can be verified.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the name of a trusted key that signed `info`. The files are not read: see [`Trust::verify`].
    ///
    /// # Errors
    ///
    /// No trusted key signed it.
    pub fn signer(&self, info: &PathInfo) -> Result<&KeyName, VerifyError> {
        let fingerprint = info.fingerprint();
        let verifies = |key: &&PublicKey| info.signatures.iter().any(|signature| key.verifies(&fingerprint, signature));
        if let Some(key) = self.keys.iter().find(verifies) {
            return Ok(key.name());
        }
        let trusted: BTreeSet<KeyName> = self.keys.iter().map(|key| key.name().clone()).collect();
        let signed: BTreeSet<KeyName> = info.signatures.iter().map(|signature| signature.key().clone()).collect();
        let keys: BTreeSet<KeyName> = signed.intersection(&trusted).cloned().collect();
        Err(match (signed.is_empty(), keys.is_empty()) {
            (true, _) => VerifyError::Unsigned { trusted },
            (false, true) => VerifyError::UntrustedKey { signed, trusted },
            (false, false) => VerifyError::InvalidSignature { keys, fingerprint },
        })
    }

    /// Verifies that a file tree is the one that a trusted key signed, and returns the name of that key.
    ///
    /// A process that may write to the files can replace them afterwards: verify files that are out of its reach.
    ///
    /// # Errors
    ///
    /// No trusted key signed it, the files differ from the signed ones, or they cannot be read.
    pub fn verify(&self, tree: &Path, info: &PathInfo) -> Result<&KeyName, VerifyError> {
        // Check the signature before reading a tree that may be large.
        self.signer(info)?;
        self.verify_digest(nar::digest(tree)?, info)
    }

    /// Verifies that files with this digest are the ones that a trusted key signed, and returns the name of that key.
    ///
    /// # Errors
    ///
    /// No trusted key signed them, or the files differ from the signed ones.
    pub fn verify_digest(&self, found: NarDigest, info: &PathInfo) -> Result<&KeyName, VerifyError> {
        let signer = self.signer(info)?;
        let signed = info.digest();
        if found == signed { Ok(signer) } else { Err(VerifyError::ContentMismatch { signed, found }) }
    }
}

fn describe(trusted: &BTreeSet<KeyName>) -> String {
    if trusted.is_empty() { "no key is trusted".to_owned() } else { format!("trusted: {}", list(trusted)) }
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

    /// Creates a file tree and its path info, without a signature.
    fn source_tree() -> (tempfile::TempDir, PathInfo) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("f"), "hi\n").unwrap();
        let info = PathInfo::of_source("d", nar::digest(folder.path()).unwrap()).unwrap();
        (folder, info)
    }

    #[test]
    fn any_of_the_signatures_by_any_of_the_trusted_keys_is_enough() {
        let (folder, mut info) = source_tree();
        let (old, new, other) = (key("old-1"), key("new-1"), key("other-1"));
        info.sign(&other);
        info.sign(&new);
        assert_eq!(trust(&[&old, &new]).verify(folder.path(), &info).unwrap().as_str(), "new-1");
    }

    #[test]
    fn of_two_keys_of_one_name_either_is_trusted() {
        let (folder, mut info) = source_tree();
        let (lost, current) = (key("a-1"), key("a-1"));
        info.sign(&current);
        assert!(trust(&[&lost, &current]).verify(folder.path(), &info).is_ok());
        assert!(trust(&[&lost]).verify(folder.path(), &info).is_err());
    }

    #[test]
    fn an_error_names_the_keys_that_signed_and_the_trusted_ones() {
        let (folder, mut info) = source_tree();
        let (one, other) = (key("a-1"), key("b-1"));
        let error =
            |info: &PathInfo, keys: &[&SecretKey]| trust(keys).verify(folder.path(), info).unwrap_err().to_string();
        assert_eq!(error(&info, &[&other, &one]), "not signed; trusted: a-1, b-1");
        assert_eq!(error(&info, &[]), "not signed; no key is trusted");
        info.sign(&one);
        assert_eq!(error(&info, &[&other]), "signed by a-1, which is not trusted; trusted: b-1");
        assert_eq!(error(&info, &[]), "signed by a-1, which is not trusted; no key is trusted");
        let line = info.fingerprint();
        assert_eq!(
            error(&info, &[&key("a-1")]),
            format!("invalid signature by a-1: the trusted key did not sign \"{line}\"")
        );
    }

    #[test]
    fn an_error_names_both_hashes() {
        let (folder, mut info) = source_tree();
        let signer = key("a-1");
        info.sign(&signer);
        std::fs::write(folder.path().join("f"), "ho\n").unwrap();
        let found = nar::digest(folder.path()).unwrap().hash;
        assert_eq!(
            trust(&[&signer]).verify(folder.path(), &info).unwrap_err().to_string(),
            format!(
                "the files differ from the signed ones: found {found} (288 bytes), signed \
                 sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k (288 bytes)"
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

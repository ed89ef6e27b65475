//! Keys and signatures in the format of `nix key`: a name, a colon, and base64.

use std::str::FromStr;
use std::{fmt, io};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

/// Size of a public key in bytes.
const PUBLIC_BYTES: usize = 32;
/// Size of a secret key in bytes: the seed and the public key.
const SECRET_BYTES: usize = 64;
/// Size of a signature in bytes.
const SIGNATURE_BYTES: usize = 64;

/// Name of a key, such as `config.example.org-1`. A signature carries it to say which key verifies it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(String);

/// Key that verifies signatures: `NAME:BASE64`, of 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: KeyName,
    key: VerifyingKey,
}

/// Key that signs: `NAME:BASE64`, of 64 bytes. Neither its Debug output nor an error contains it, and its memory is wiped.
pub struct SecretKey {
    name: KeyName,
    key: SigningKey,
}

/// Signature and the name of the key that it claims to be made by: `NAME:BASE64`, of 64 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    key: KeyName,
    bytes: [u8; SIGNATURE_BYTES],
}

/// Reason why a text is not a key or a signature. It never contains the text, which may be a secret key in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a {expected}: {kind}{}", hint(.expected, .kind))]
pub struct KeyError {
    /// Noun for what the text was parsed as.
    pub expected: &'static str,
    /// Fault that was found.
    pub kind: KeyErrorKind,
}

/// Fault in the text of a key or a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyErrorKind {
    /// There is no colon after a name.
    #[error("expected NAME:BASE64")]
    Colon,
    /// The name is empty, or contains a space, a colon or a control character.
    #[error("the name is empty or contains a space, a colon or a control character")]
    Name,
    /// The text after the colon is not base64, or not in the canonical form that an encoder writes.
    #[error("the text after the name is not base64")]
    Base64,
    /// The number of decoded bytes is wrong.
    #[error("expected {expected} bytes, found {found}")]
    Length {
        /// Expected number of bytes.
        expected: usize,
        /// Number of bytes that was found.
        found: usize,
    },
    /// The public half of a secret key does not belong to its secret half.
    #[error("the public half does not match the secret half")]
    Halves,
    /// No secret key has this public key, or a publicly known one has.
    #[error("the public key is invalid or weak")]
    Point,
}

impl KeyName {
    const KIND: &'static str = "key name";

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for KeyName {
    type Err = KeyError;

    /// Parses a name. Nix separates keys by spaces and a name from its key by a colon, so a name contains neither.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.is_empty() || text.contains(|c: char| c == ':' || c.is_whitespace() || c.is_control()) {
            return Err(KeyError { expected: Self::KIND, kind: KeyErrorKind::Name });
        }
        Ok(Self(text.to_owned()))
    }
}

impl PublicKey {
    const KIND: &'static str = "public key";

    /// Returns the name of the key.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns whether this key made the signature of the text.
    pub fn verifies(&self, text: &str, signature: &Signature) -> bool {
        let parsed = ed25519_dalek::Signature::from_bytes(&signature.bytes);
        self.name == signature.key && self.key.verify_strict(text.as_bytes(), &parsed).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, bytes) = read::<PUBLIC_BYTES>(text, Self::KIND)?;
        let point = VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak());
        let key = point.ok_or(KeyError { expected: Self::KIND, kind: KeyErrorKind::Point })?;
        Ok(Self { name, key })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, STANDARD.encode(self.key.as_bytes()))
    }
}

impl SecretKey {
    const KIND: &'static str = "secret key";

    /// Generates a key from the system's random numbers.
    ///
    /// # Errors
    ///
    /// The system cannot provide random numbers.
    pub fn generate(name: KeyName) -> io::Result<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(io::Error::other)?;
        Ok(Self { name, key: SigningKey::from_bytes(&seed) })
    }

    /// Returns the key that verifies the signatures of this one.
    pub fn public(&self) -> PublicKey {
        PublicKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Signs a text.
    pub fn sign(&self, text: &str) -> Signature {
        Signature { key: self.name.clone(), bytes: self.key.sign(text.as_bytes()).to_bytes() }
    }

    /// Formats the key as `nix key generate-secret` does, with capacity for a line end. The text is secret.
    pub fn to_text(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new(self.key.to_keypair_bytes());
        let encoded = Zeroizing::new(STANDARD.encode(*bytes));
        // A string that grows leaves copies of the key in freed memory.
        let mut text = Zeroizing::new(String::with_capacity(self.name.0.len() + 1 + encoded.len() + 1));
        text.push_str(&self.name.0);
        text.push(':');
        text.push_str(&encoded);
        text
    }
}

impl FromStr for SecretKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, bytes) = read::<SECRET_BYTES>(text, Self::KIND)?;
        let key = SigningKey::from_keypair_bytes(&bytes)
            .map_err(|_| KeyError { expected: Self::KIND, kind: KeyErrorKind::Halves })?;
        Ok(Self { name, key })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Signature {
    const KIND: &'static str = "signature";

    /// Returns the name of the key that the signature claims to be made by.
    pub const fn key(&self) -> &KeyName {
        &self.key
    }
}

impl FromStr for Signature {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (key, bytes) = read::<SIGNATURE_BYTES>(text, Self::KIND)?;
        Ok(Self { key, bytes: *bytes })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.key, STANDARD.encode(self.bytes))
    }
}

/// Parses `NAME:BASE64`.
fn read<const N: usize>(text: &str, expected: &'static str) -> Result<(KeyName, Zeroizing<[u8; N]>), KeyError> {
    let error = |kind| KeyError { expected, kind };
    let (prefix, digits) = text.split_once(':').ok_or(error(KeyErrorKind::Colon))?;
    let name = prefix.parse::<KeyName>().map_err(|name_error| error(name_error.kind))?;
    let decoded = Zeroizing::new(STANDARD.decode(digits).map_err(|_| error(KeyErrorKind::Base64))?);
    let bytes = <[u8; N]>::try_from(decoded.as_slice())
        .map_err(|_| error(KeyErrorKind::Length { expected: N, found: decoded.len() }))?;
    Ok((name, Zeroizing::new(bytes)))
}

/// Returns the hint that the other half of a key pair was given.
fn hint(expected: &str, kind: &KeyErrorKind) -> &'static str {
    match (expected, kind) {
        (PublicKey::KIND, KeyErrorKind::Length { found: SECRET_BYTES, .. }) => " (this may be a secret key)",
        (SecretKey::KIND, KeyErrorKind::Length { found: PUBLIC_BYTES, .. }) => " (this may be a public key)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Output of `nix key generate-secret --key-name test-1`, and of `nix key convert-secret-to-public` for it.
    const SECRET: &str =
        "test-1:86wbMN038dyQAqFqbUjCmb51EeoMzXYi9aXIrh8r5rceVWb2iejG8bFmIBIpCUwbS0DsrhC5gNgLLp8/8orgCw==";
    const PUBLIC: &str = "test-1:HlVm9onoxvGxZiASKQlMG0tA7K4QuYDYCy6fP/KK4As=";
    /// Signature of [`FINGERPRINT`] that `nix store sign` made with that key.
    const SIGNATURE: &str =
        "test-1:OrSeaBMQ4npCivTFGj3SF7v8XEuxKdUZLwPxJ1J6erbv9xFb8T1wzZoQyhnJicMPUF29MjkB4iP3UoFm7g6VDQ==";
    const FINGERPRINT: &str = "1;/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d;\
                               sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k;288;";

    #[test]
    fn keys_of_nix_are_parsed_and_sign_as_nix_signs() {
        let secret: SecretKey = SECRET.parse().unwrap();
        assert_eq!(*secret.to_text(), SECRET);
        assert_eq!(secret.public().to_string(), PUBLIC);
        assert_eq!(secret.public(), PUBLIC.parse().unwrap());
        assert_eq!(secret.sign(FINGERPRINT).to_string(), SIGNATURE);
        assert!(secret.public().verifies(FINGERPRINT, &SIGNATURE.parse().unwrap()));
    }

    #[test]
    fn a_generated_key_is_a_new_one_and_survives_its_text() {
        let [one, other] = [(); 2].map(|()| SecretKey::generate("a-1".parse().unwrap()).unwrap());
        assert_ne!(one.public(), other.public());
        let again: SecretKey = one.to_text().parse().unwrap();
        assert_eq!(again.public(), one.public());
        assert!(one.public().verifies("text", &again.sign("text")));
        assert!(!other.public().verifies("text", &again.sign("text")));
    }

    #[test]
    fn a_signature_under_another_name_is_not_of_this_key() {
        let other: Signature = SIGNATURE.replace("test-1", "test-2").parse().unwrap();
        assert!(!PUBLIC.parse::<PublicKey>().unwrap().verifies(FINGERPRINT, &other));
    }

    #[test]
    fn a_secret_key_does_not_show_itself() {
        let secret: SecretKey = SECRET.parse().unwrap();
        assert_eq!(format!("{secret:?}"), "SecretKey { name: KeyName(\"test-1\"), .. }");
        for text in [&SECRET[..80], &format!("{SECRET} "), &SECRET.replace(':', ""), &SECRET.replace("86wb", "87wb")] {
            let error = text.parse::<SecretKey>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("HlVm9"), "{error}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_key_is_rejected_with_its_reason() {
        let public = |text: &str| text.parse::<PublicKey>().unwrap_err().to_string();
        let secret = |text: &str| text.parse::<SecretKey>().unwrap_err().to_string();
        let signature = |text: &str| text.parse::<Signature>().unwrap_err().to_string();
        assert_eq!(public("test-1"), "not a public key: expected NAME:BASE64");
        let name = "the name is empty or contains a space, a colon or a control character";
        assert_eq!(public(&format!(" {PUBLIC}")), format!("not a public key: {name}"));
        assert_eq!(public(":aaaa"), format!("not a public key: {name}"));
        assert_eq!("a:b".parse::<KeyName>().unwrap_err().to_string(), format!("not a key name: {name}"));
        assert_eq!(public(&format!("{PUBLIC} ")), "not a public key: the text after the name is not base64");
        assert_eq!(public(SECRET), "not a public key: expected 32 bytes, found 64 (this may be a secret key)");
        assert_eq!(secret(PUBLIC), "not a secret key: expected 64 bytes, found 32 (this may be a public key)");
        assert_eq!(signature(PUBLIC), "not a signature: expected 64 bytes, found 32");
        assert_eq!(
            secret(&SECRET.replace("86wb", "87wb")),
            "not a secret key: the public half does not match the secret half"
        );
        let guessable = format!("a:{}", STANDARD.encode([0; 32]));
        assert_eq!(public(&guessable), "not a public key: the public key is invalid or weak");
        let off_the_curve = format!("a:{}", STANDARD.encode([2; 32]));
        assert_eq!(public(&off_the_curve), public(&guessable));
    }

    #[test]
    fn a_key_that_verifies_anything_is_not_taken() {
        // The neutral element of the curve: with it, a signature of one text verifies for all.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert!(format!("a:{}", STANDARD.encode(neutral)).parse::<PublicKey>().is_err());
    }

    proptest! {
        #[test]
        fn any_text_displays_as_it_was_parsed_or_is_an_error(
            text in "[a-z0-9.-]{0,5}:([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/=]{0,90})|\\PC*"
        ) {
            if let Ok(key) = text.parse::<PublicKey>() {
                prop_assert_eq!(key.to_string(), text.clone());
            }
            if let Ok(key) = text.parse::<SecretKey>() {
                prop_assert_eq!(&*key.to_text(), &text);
            }
            if let Ok(signature) = text.parse::<Signature>() {
                prop_assert_eq!(signature.to_string(), text.clone());
            }
            if let Ok(name) = text.parse::<KeyName>() {
                prop_assert_eq!(name.as_str(), text);
            }
        }
    }
}

//! Keys and signatures in the form of `nix key`: a name, a colon, and base 64.

use std::str::FromStr;
use std::{fmt, io};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

/// How many bytes a public key has.
const PUBLIC_BYTES: usize = 32;
/// How many bytes a secret key has: the seed and the public key.
const SECRET_BYTES: usize = 64;
/// How many bytes a signature has.
const SIGNATURE_BYTES: usize = 64;

/// What people call a key, such as `config.example.org-1`. Signatures say it, so that it is known which key to try.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(String);

/// A key that signatures are verified with: `NAME:BASE64`, of 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: KeyName,
    key: VerifyingKey,
}

/// A key that signs: `NAME:BASE64`, of 64 bytes. Neither its Debug form nor an error shows it, and no copy of it stays in
/// memory.
pub struct SecretKey {
    name: KeyName,
    key: SigningKey,
}

/// A signature and the name of the key that is said to have made it: `NAME:BASE64`, of 64 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    key: KeyName,
    bytes: [u8; SIGNATURE_BYTES],
}

/// Why a text is no key or no signature. It never shows the text, which may be a secret key in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyError {
    /// What the text should have been.
    pub wanted: &'static str,
    /// What is wrong with it.
    pub fault: KeyFault,
}

/// What is wrong with a key or a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// There is no colon after a name.
    Colon,
    /// The name is empty, or has a space, a colon or a control character in it.
    Name,
    /// What follows the colon is no base 64, or not the one that an encoder writes.
    Base64,
    /// There are too many or too few bytes.
    Length {
        /// How many there should be.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// The public half of a secret key belongs to another secret half.
    Halves,
    /// No secret key has this public key, or one that everybody can guess.
    Point,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}: ", self.wanted)?;
        match self.fault {
            KeyFault::Colon => f.write_str("it must be a name, a colon and base 64"),
            KeyFault::Name => f.write_str("its name is empty, or has a space, a colon or a control character in it"),
            KeyFault::Base64 => f.write_str("what follows its name is no base 64"),
            KeyFault::Length { wanted, found } => {
                let guess = match (self.wanted, found) {
                    (PublicKey::KIND, SECRET_BYTES) => ": this may be a secret key",
                    (SecretKey::KIND, PUBLIC_BYTES) => ": this may be a public key",
                    _ => "",
                };
                write!(f, "it has {found} bytes and must have {wanted}{guess}")
            }
            KeyFault::Halves => f.write_str("its two halves do not belong together"),
            KeyFault::Point => f.write_str("no secret key is behind it, or one that everybody can guess"),
        }
    }
}

impl std::error::Error for KeyError {}

impl KeyName {
    const KIND: &'static str = "name of a key";

    /// As a text.
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

    /// Nix separates keys by spaces and a name from its key by a colon, so neither is in a name.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.is_empty() || text.contains(|c: char| c == ':' || c.is_whitespace() || c.is_control()) {
            return Err(KeyError { wanted: Self::KIND, fault: KeyFault::Name });
        }
        Ok(Self(text.to_owned()))
    }
}

impl PublicKey {
    const KIND: &'static str = "public key";

    /// The name of the key.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Whether this key made this signature of this text.
    pub fn verifies(&self, text: &str, signature: &Signature) -> bool {
        let made = ed25519_dalek::Signature::from_bytes(&signature.bytes);
        self.name == signature.key && self.key.verify_strict(text.as_bytes(), &made).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, bytes) = read::<PUBLIC_BYTES>(text, Self::KIND)?;
        let key = VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak());
        let key = key.ok_or(KeyError { wanted: Self::KIND, fault: KeyFault::Point })?;
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

    /// Makes a new key, from the system's random numbers.
    ///
    /// # Errors
    ///
    /// The system has none to give.
    pub fn generate(name: KeyName) -> io::Result<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(io::Error::other)?;
        Ok(Self { name, key: SigningKey::from_bytes(&seed) })
    }

    /// The key that verifies what this one signs.
    pub fn public(&self) -> PublicKey {
        PublicKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Signs a text.
    pub fn sign(&self, text: &str) -> Signature {
        Signature { key: self.name.clone(), bytes: self.key.sign(text.as_bytes()).to_bytes() }
    }

    /// The key as `nix key generate-secret` writes it, with room for the end of a line: to be stored, and shown to nobody.
    pub fn to_text(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new(self.key.to_keypair_bytes());
        let encoded = Zeroizing::new(STANDARD.encode(*bytes));
        // A text that grows leaves copies behind.
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
        let key = SigningKey::from_keypair_bytes(&bytes);
        let key = key.map_err(|_| KeyError { wanted: Self::KIND, fault: KeyFault::Halves })?;
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

    /// The name of the key that is said to have made it.
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

/// Reads `NAME:BASE64`.
fn read<const N: usize>(text: &str, wanted: &'static str) -> Result<(KeyName, Zeroizing<[u8; N]>), KeyError> {
    let refused = |fault| KeyError { wanted, fault };
    let (name, digits) = text.split_once(':').ok_or(refused(KeyFault::Colon))?;
    let name = name.parse::<KeyName>().map_err(|error| refused(error.fault))?;
    let decoded = Zeroizing::new(STANDARD.decode(digits).map_err(|_| refused(KeyFault::Base64))?);
    let bytes = <[u8; N]>::try_from(decoded.as_slice());
    let bytes = bytes.map_err(|_| refused(KeyFault::Length { wanted: N, found: decoded.len() }))?;
    Ok((name, Zeroizing::new(bytes)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What `nix key generate-secret --key-name test-1` said, and `nix key convert-secret-to-public` of it.
    const SECRET: &str =
        "test-1:86wbMN038dyQAqFqbUjCmb51EeoMzXYi9aXIrh8r5rceVWb2iejG8bFmIBIpCUwbS0DsrhC5gNgLLp8/8orgCw==";
    const PUBLIC: &str = "test-1:HlVm9onoxvGxZiASKQlMG0tA7K4QuYDYCy6fP/KK4As=";
    /// What `nix store sign` made with it of [`FINGERPRINT`].
    const SIGNATURE: &str =
        "test-1:OrSeaBMQ4npCivTFGj3SF7v8XEuxKdUZLwPxJ1J6erbv9xFb8T1wzZoQyhnJicMPUF29MjkB4iP3UoFm7g6VDQ==";
    const FINGERPRINT: &str = "1;/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d;\
                               sha256:1jpg5v8rcf4d08rlpq51vnd1w800l64h34r0bw4vkb6z3qlk089k;288;";

    #[test]
    fn keys_of_nix_are_read_and_sign_as_nix_signs() {
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
    fn a_signature_under_another_name_is_none_of_this_key() {
        let other: Signature = SIGNATURE.replace("test-1", "test-2").parse().unwrap();
        assert!(!PUBLIC.parse::<PublicKey>().unwrap().verifies(FINGERPRINT, &other));
    }

    #[test]
    fn a_secret_key_does_not_show_itself() {
        let secret: SecretKey = SECRET.parse().unwrap();
        assert_eq!(format!("{secret:?}"), "SecretKey { name: KeyName(\"test-1\"), .. }");
        for text in [&SECRET[..80], &format!("{SECRET} "), &SECRET.replace(':', ""), &SECRET.replace("86wb", "87wb")] {
            let said = text.parse::<SecretKey>().unwrap_err();
            assert!(!format!("{said} {said:?}").contains("HlVm9"), "{said}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_reason() {
        let public = |text: &str| text.parse::<PublicKey>().unwrap_err().to_string();
        let secret = |text: &str| text.parse::<SecretKey>().unwrap_err().to_string();
        let signature = |text: &str| text.parse::<Signature>().unwrap_err().to_string();
        assert_eq!(public("test-1"), "not a public key: it must be a name, a colon and base 64");
        let name = "its name is empty, or has a space, a colon or a control character in it";
        assert_eq!(public(&format!(" {PUBLIC}")), format!("not a public key: {name}"));
        assert_eq!(public(":aaaa"), format!("not a public key: {name}"));
        assert_eq!("a:b".parse::<KeyName>().unwrap_err().to_string(), format!("not a name of a key: {name}"));
        assert_eq!(public(&format!("{PUBLIC} ")), "not a public key: what follows its name is no base 64");
        assert_eq!(public(SECRET), "not a public key: it has 64 bytes and must have 32: this may be a secret key");
        assert_eq!(secret(PUBLIC), "not a secret key: it has 32 bytes and must have 64: this may be a public key");
        assert_eq!(signature(PUBLIC), "not a signature: it has 32 bytes and must have 64");
        assert_eq!(secret(&SECRET.replace("86wb", "87wb")), "not a secret key: its two halves do not belong together");
        let guessable = format!("a:{}", STANDARD.encode([0; 32]));
        assert_eq!(public(&guessable), "not a public key: no secret key is behind it, or one that everybody can guess");
        let off_the_curve = format!("a:{}", STANDARD.encode([2; 32]));
        assert_eq!(public(&off_the_curve), public(&guessable));
    }

    #[test]
    fn a_key_that_verifies_anything_is_not_taken() {
        // The neutral element of the curve: with it, a signature of one text is good for all.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert!(format!("a:{}", STANDARD.encode(neutral)).parse::<PublicKey>().is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_what_it_is_written_as_or_an_error(
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

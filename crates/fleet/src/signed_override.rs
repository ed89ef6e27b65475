//! Overrides of regions in a store: signed, so that a store that others write to cannot set a value.

use confgate_nix_signatures::nar::{self, NarDigest, NarFile};
use confgate_nix_signatures::{KeyName, PathInfo, PathInfoError, SecretKey, Trust, VerifyError};
use confgate_runtime::load::region::{InvalidRegionOverride, REGION_OVERRIDE, RegionOverride};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::names::{RegionName, ServiceName};
use crate::release::{read_document, write_document};
use crate::release_error::ReleaseError;

/// The format of the document that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// The longest time for which an override applies: what lasts longer belongs to a release.
pub const LONGEST_OVERRIDE: SignedDuration = SignedDuration::from_hours(31 * 24);

/// An override of a region, with its signature.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedOverride {
    /// The override.
    pub content: RegionOverride,
    /// The bytes that were signed.
    signed: String,
    /// The signature.
    signature: PathInfo,
}

/// The override as it is stored.
#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    #[serde(rename = "override")]
    signed: String,
    signature: String,
}

/// The reason why an override of a region is not used.
#[derive(Debug, Error)]
pub enum OverrideError {
    /// The store cannot be read, or the value is not the document.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The signed text is not an override.
    #[error("{key}: {source}; set the override again")]
    Invalid {
        /// The key.
        key: String,
        /// Reason.
        source: InvalidRegionOverride,
    },
    /// The signature is not one.
    #[error("{key}: not a signature: {source}")]
    InvalidSignature {
        /// The key.
        key: String,
        /// Reason.
        source: PathInfoError,
    },
    /// No trusted key signed it.
    #[error("{key}: {source}")]
    Untrusted {
        /// The key.
        key: String,
        /// Reason.
        source: Box<VerifyError>,
    },
    /// It belongs to another service or region.
    #[error("{key}: an override of {found}, not of {expected}")]
    Other {
        /// The key.
        key: String,
        /// The region and service that it is for.
        found: String,
        /// The service and the region.
        expected: String,
    },
    /// It lasts too long.
    #[error("{key}: the override lasts for more than 31 days after it was set; publish a release in its place")]
    TooLong {
        /// The key.
        key: String,
    },
    /// It is older than the one that applies.
    #[error("{key}: the override of {found} is older than the one of {known} that is known; set it again")]
    Older {
        /// The key.
        key: String,
        /// Time of the override.
        found: Timestamp,
        /// Time of the known one.
        known: Timestamp,
    },
}

fn digest(signed: &str) -> Option<NarDigest> {
    // A bundle has other files, so that a signature of one is never a signature of the other.
    nar::digest_files([NarFile { name: REGION_OVERRIDE, bytes: signed.as_bytes(), executable: false }]).ok()
}

impl SignedOverride {
    /// Signs an override. Returns `None` if it has no digest, which does not happen.
    pub fn sign(content: RegionOverride, key: &SecretKey) -> Option<Self> {
        let signed = String::from_utf8(content.encode()).ok()?;
        let mut signature = PathInfo::of_source(REGION_OVERRIDE, digest(&signed)?).ok()?;
        signature.sign(key);
        Some(Self { content, signed, signature })
    }

    /// Returns the override as it is stored.
    pub fn encode(&self) -> Vec<u8> {
        let signature = self.signature.to_string();
        write_document(&Document { format: FORMAT, signed: self.signed.clone(), signature })
    }

    /// Returns the text that was signed.
    pub fn signed_text(&self) -> &str {
        &self.signed
    }

    /// Reads an override. Its signature is not verified: see [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// The bytes are not an override.
    pub fn decode(bytes: &[u8], key: &str) -> Result<Self, OverrideError> {
        let Document { signed, signature, .. } = read_document(bytes, key, "the override of a region", FORMAT)?;
        let content = RegionOverride::decode(signed.as_bytes())
            .map_err(|source| OverrideError::Invalid { key: key.to_owned(), source })?;
        let signature =
            signature.parse().map_err(|source| OverrideError::InvalidSignature { key: key.to_owned(), source })?;
        Ok(Self { content, signed, signature })
    }

    /// Verifies that a trusted key signed the override, for this service and region, and that it does not last too long.
    ///
    /// # Errors
    ///
    /// One of these does not hold.
    pub fn verify<'t>(
        &self,
        trust: &'t Trust,
        service: &ServiceName,
        region: &RegionName,
        key: &str,
    ) -> Result<&'t KeyName, OverrideError> {
        let untrusted = |source| OverrideError::Untrusted { key: key.to_owned(), source: Box::new(source) };
        let found = digest(&self.signed).unwrap_or_else(|| self.signature.digest());
        let signer = trust.verify_digest(found, &self.signature).map_err(untrusted)?;
        let RegionOverride { service: of, region: at, .. } = &self.content;
        if (of.as_str(), at.as_str()) != (service.as_str(), region.as_str()) {
            let (found, expected) = (format!("{of} in {at}"), format!("{service} in {region}"));
            return Err(OverrideError::Other { key: key.to_owned(), found, expected });
        }
        if self.content.at.duration_until(self.content.expires) > LONGEST_OVERRIDE {
            return Err(OverrideError::TooLong { key: key.to_owned() });
        }
        Ok(signer)
    }
}

impl OverrideError {
    /// Returns whether the store was read and its content is rejected, as opposed to a store that cannot be read.
    pub const fn is_rejection(&self) -> bool {
        match self {
            Self::Release(error) => error.is_rejection(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn key(name: &str) -> SecretKey {
        SecretKey::generate(name.parse().unwrap()).unwrap()
    }

    fn content() -> RegionOverride {
        let serde_json::Value::Object(values) = json!({ "network": { "max_connections": 100 } }) else { panic!() };
        RegionOverride {
            service: "relay".to_owned(),
            region: "eu".to_owned(),
            expires: Timestamp::from_second(7200).unwrap(),
            by: "alice@ops".to_owned(),
            at: Timestamp::from_second(3600).unwrap(),
            reason: "the database is overloaded".to_owned(),
            values,
        }
    }

    fn error(stored: &SignedOverride, trust: &Trust, service: &str, region: &str) -> String {
        stored.verify(trust, &service.parse().unwrap(), &region.parse().unwrap(), "/k").unwrap_err().to_string()
    }

    #[test]
    fn an_override_survives_the_store_and_is_verified() {
        let key = key("ops-1");
        let signed = SignedOverride::sign(content(), &key).unwrap();
        let read = SignedOverride::decode(&signed.encode(), "/k").unwrap();
        assert_eq!(read, signed);
        let trust = Trust::new(vec![key.public()]);
        let signer = read.verify(&trust, &"relay".parse().unwrap(), &"eu".parse().unwrap(), "/k").unwrap();
        assert_eq!(signer.as_str(), "ops-1");
    }

    #[test]
    fn a_forged_or_foreign_override_is_named() {
        let (ours, theirs) = (key("ops-1"), key("stranger-1"));
        let trust = Trust::new(vec![ours.public()]);
        let foreign = SignedOverride::sign(content(), &theirs).unwrap();
        assert_eq!(
            error(&foreign, &trust, "relay", "eu"),
            "/k: signed by stranger-1, which is not trusted; trusted: ops-1"
        );
        let signed = SignedOverride::sign(content(), &ours).unwrap();
        let text = String::from_utf8(signed.encode()).unwrap().replace("100", "999");
        let altered = SignedOverride::decode(text.as_bytes(), "/k").unwrap();
        let message = error(&altered, &trust, "relay", "eu");
        assert!(message.starts_with("/k: the files differ from the signed ones"), "{message}");
        assert_eq!(error(&signed, &trust, "relay", "us"), "/k: an override of relay in eu, not of relay in us");
        assert_eq!(error(&signed, &trust, "other", "eu"), "/k: an override of relay in eu, not of other in eu");
        let expires = Timestamp::from_second(3600).unwrap() + LONGEST_OVERRIDE + SignedDuration::from_secs(1);
        let long = SignedOverride::sign(RegionOverride { expires, ..content() }, &ours).unwrap();
        assert_eq!(
            error(&long, &trust, "relay", "eu"),
            "/k: the override lasts for more than 31 days after it was set; publish a release in its place"
        );
    }

    #[test]
    fn bytes_that_are_not_an_override_are_rejected_with_their_key() {
        let error = |text: &str| SignedOverride::decode(text.as_bytes(), "/k").unwrap_err().to_string();
        assert!(error("{").starts_with("/k: not the override of a region: EOF"), "{}", error("{"));
        let inner = error(r#"{"format":1,"override":"{}","signature":""}"#);
        assert!(inner.starts_with("/k: not an override of a region: missing field `format`"), "{inner}");
        let newer = error(r#"{"format":1,"override":"{\"format\":2}","signature":""}"#);
        assert_eq!(
            newer,
            "/k: written in format 2, and this program reads format 1; update Confgate; set the override again"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_override_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = SignedOverride::decode(&bytes, "/k");
        }
    }
}

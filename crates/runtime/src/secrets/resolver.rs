//! Lookup of one secret in the provider chain, and decryption of one sealed value.

use crate::secrets::{Decryptor, FoundSecret, Provider, ProviderError, SecretWarning};
use crate::system::SystemContext;

/// Name of the decryptor in a lookup.
const IDENTITY: &str = "identity";

/// Sources of the values that references stand for.
pub struct Resolver<'a> {
    /// Secret providers, in order.
    pub providers: &'a [Box<dyn Provider>],
    /// Decryptor of sealed values.
    pub decryptor: &'a dyn Decryptor,
    /// Source of environment variables.
    pub system: &'a SystemContext,
}

/// Result of looking up a secret in the provider chain.
#[derive(Debug, Clone)]
pub enum SecretLookup {
    /// A provider has the secret.
    Present {
        /// The name of the provider.
        provider: String,
        /// The secret.
        found: FoundSecret,
    },
    /// No provider has the secret.
    Absent {
        /// The place in which each provider searched.
        searched: Vec<String>,
    },
    /// A provider failed, so that the result is unknown.
    Unknown {
        /// The name of the provider.
        provider: String,
        /// The error of the provider.
        error: ProviderError,
    },
}

impl Resolver<'_> {
    /// Looks up a secret by its name. The first provider that has it, or fails, ends the lookup.
    pub fn look_up(&self, name: &str) -> SecretLookup {
        for provider in self.providers {
            match provider.secret(name) {
                Ok(None) => {}
                Ok(Some(found)) => return SecretLookup::Present { provider: provider.name(), found },
                Err(error) => return SecretLookup::Unknown { provider: provider.name(), error },
            }
        }
        SecretLookup::Absent { searched: self.providers.iter().map(|provider| provider.place(name)).collect() }
    }

    /// Decrypts a sealed value.
    pub fn open(&self, sealed: &str) -> SecretLookup {
        let provider = IDENTITY.to_owned();
        match self.decryptor.open(sealed) {
            Ok(secret) => {
                let warnings = self.decryptor.warning().map(SecretWarning::Readable).into_iter().collect();
                let found = FoundSecret { secret, place: "a sealed value".to_owned(), warnings };
                SecretLookup::Present { provider, found }
            }
            Err(error) => SecretLookup::Unknown { provider, error },
        }
    }
}

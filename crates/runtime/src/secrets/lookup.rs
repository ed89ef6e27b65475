//! One secret, asked of all providers in their order.

use crate::secrets::{FoundSecret, ProviderError, Resolver};

/// What providers answer.
#[derive(Debug, Clone)]
pub enum Answer {
    /// One of them has it.
    Present {
        /// The name of that provider.
        provider: String,
        /// What it has.
        known: FoundSecret,
    },
    /// None of them has it.
    Absent {
        /// Where it was looked for.
        looked: Vec<String>,
    },
    /// Whether there is one cannot be said.
    Unknown {
        /// The name of the provider that does not answer.
        provider: String,
        /// Why it does not.
        trouble: ProviderError,
    },
}

/// What answers about sealed values call the key of the node.
const KEY: &str = "identity";

impl Resolver<'_> {
    /// Asks for a secret by its name.
    pub fn ask(&self, name: &str) -> Answer {
        for provider in self.providers {
            match provider.secret(name) {
                Ok(None) => {}
                Ok(Some(known)) => return Answer::Present { provider: provider.name(), known },
                Err(trouble) => return Answer::Unknown { provider: provider.name(), trouble },
            }
        }
        Answer::Absent { looked: self.providers.iter().map(|provider| provider.place(name)).collect() }
    }

    /// Tries to open a sealed value.
    pub fn try_open(&self, sealed: &str) -> Answer {
        let place = "a sealed value".to_owned();
        match self.opener.open(sealed) {
            Ok(secret) => {
                let known = FoundSecret { secret, place, warning: self.opener.warning() };
                Answer::Present { provider: KEY.to_owned(), known }
            }
            Err(trouble) => Answer::Unknown { provider: KEY.to_owned(), trouble },
        }
    }
}

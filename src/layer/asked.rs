//! Whom a load asks for secrets, and who opens what is sealed.

use std::path::PathBuf;

use crate::host::Host;
use crate::secret::{Folder, Opener, Provider, Resolver, Variables};

/// Those who know the secrets of a machine.
pub struct Asked {
    /// For secrets, in their order.
    pub providers: Vec<Box<dyn Provider>>,
    /// For what is sealed.
    pub opener: Box<dyn Opener>,
}

impl Asked {
    /// Those of a machine, for the service whose variables begin with this prefix.
    pub fn of(host: &Host, prefix: Option<&str>) -> Self {
        let mut providers: Vec<Box<dyn Provider>> = Vec::new();
        if let Some(prefix) = prefix {
            providers.push(Box::new(Variables::new(host.clone(), prefix)));
        }
        if let Some(credentials) = host.get("CREDENTIALS_DIRECTORY").filter(|path| !path.is_empty()) {
            providers.push(Box::new(Folder::new(credentials)));
        }
        providers.push(Box::new(Folder::new("/run/secrets")));
        Self { providers, opener: opener(host, prefix) }
    }

    /// Who is asked for what stands in a config.
    pub fn resolver<'a>(&'a self, host: &'a Host) -> Resolver<'a> {
        Resolver { providers: &self.providers, opener: &*self.opener, host }
    }

    /// Files and folders that change when a secret does, or the key to what is sealed.
    pub fn watched(&self) -> Vec<PathBuf> {
        self.providers.iter().flat_map(|provider| provider.watched()).chain(self.opener.watched()).collect()
    }
}

#[cfg(feature = "seal")]
fn opener(host: &Host, prefix: Option<&str>) -> Box<dyn Opener> {
    Box::new(crate::secret::seal::IdentityFile::of(host, prefix.unwrap_or("CONFGATE")))
}

#[cfg(not(feature = "seal"))]
fn opener(_: &Host, _: Option<&str>) -> Box<dyn Opener> {
    Box::new(crate::secret::Closed)
}

//! Secret sources of a load: the provider chain and the decryptor.

use std::path::PathBuf;

use confgate_core::diagnostics::{Diagnostic, Report, codes};
use confgate_core::value::Path;

use crate::load::Refused;
use crate::secrets::{Decryptor, NoDecryptor, Provider, ProviderError, ProviderOrder, Resolver, SecretBackends};
use crate::system::SystemContext;
use crate::variable_names::DEFAULT_PREFIX;

/// The provider chain and the decryptor of a load.
pub(super) struct SecretSources {
    /// Secret providers, in order.
    pub providers: Vec<Box<dyn Provider>>,
    /// Decryptor of sealed values and files.
    pub decryptor: Box<dyn Decryptor>,
    /// Errors in the configuration of the providers.
    errors: Vec<Diagnostic>,
}

impl SecretSources {
    /// Creates the sources that the variables with `prefix` configure.
    pub fn from_variables(system: &SystemContext, prefix: Option<&str>, backends: SecretBackends) -> Self {
        let prefix = prefix.unwrap_or(DEFAULT_PREFIX);
        let created =
            ProviderOrder::from_variables(system, prefix).and_then(|order| order.providers(system, prefix, backends));
        let (providers, errors) = match created {
            Ok(providers) => (providers, Vec::new()),
            Err(errors) => (Vec::new(), errors.into_iter().map(diagnostic).collect()),
        };
        let decryptor: Box<dyn Decryptor> = match backends.decryptor {
            Some(decryptor) => decryptor(system, prefix),
            None => Box::new(NoDecryptor),
        };
        Self { providers, decryptor, errors }
    }

    /// Starts a load in every provider.
    ///
    /// # Errors
    ///
    /// The configuration of the providers is invalid.
    pub fn begin(&self) -> Result<(), Refused> {
        if !self.errors.is_empty() {
            return Err(Refused { report: Report::new(self.errors.clone()) });
        }
        for provider in &self.providers {
            provider.begin();
        }
        Ok(())
    }

    /// Replaces the provider chain.
    pub fn set_providers(&mut self, providers: Vec<Box<dyn Provider>>) {
        self.providers = providers;
        self.errors.clear();
    }

    /// Returns the resolver of references.
    pub fn resolver<'a>(&'a self, system: &'a SystemContext) -> Resolver<'a> {
        Resolver { providers: &self.providers, decryptor: &*self.decryptor, system }
    }

    /// Returns the files and directories that change when a secret or the decryption key does.
    pub fn watched(&self) -> Vec<PathBuf> {
        self.providers.iter().flat_map(|provider| provider.watched()).chain(self.decryptor.watched()).collect()
    }
}

fn diagnostic(error: ProviderError) -> Diagnostic {
    let diagnostic = Diagnostic::error(&codes::SECRETS_PROVIDERS, Path::root(), error.message);
    error.help.into_iter().fold(diagnostic, Diagnostic::help)
}

//! Whom a load asks for secrets, and who opens what is sealed.

use std::path::PathBuf;

use confgate_core::diagnostics::{Diagnostic, Report, codes};
use confgate_core::value::Path;

use crate::load::Refused;
use crate::secrets::{Decryptor, NoDecryptor, Order, Provider, ProviderError, Resolver, SecretBackends};
use crate::system::SystemContext;

/// Those who know the secrets of a machine.
pub struct SecretSources {
    /// For secrets, in their order.
    pub providers: Vec<Box<dyn Provider>>,
    /// For what is sealed.
    pub opener: Box<dyn Decryptor>,
    /// Why it is not known whom to ask.
    wrong: Vec<Diagnostic>,
}

/// What variables of a service without a model begin with.
const ANY: &str = "CONFGATE";

impl SecretSources {
    /// Those of a machine, for the service whose variables begin with this prefix.
    pub fn of(host: &SystemContext, prefix: Option<&str>, backends: SecretBackends) -> Self {
        let prefix = prefix.unwrap_or(ANY);
        let asked = Order::of(host, prefix).and_then(|order| order.providers(host, prefix, backends));
        let (providers, wrong) = match asked {
            Ok(providers) => (providers, Vec::new()),
            Err(troubles) => (Vec::new(), troubles.into_iter().map(diagnostic).collect()),
        };
        Self { providers, opener: opener(host, prefix, backends), wrong }
    }

    /// A load begins.
    ///
    /// # Errors
    ///
    /// It is not known whom to ask.
    pub fn begin(&self) -> Result<(), Refused> {
        if !self.wrong.is_empty() {
            return Err(Refused { report: Report::new(self.wrong.clone()) });
        }
        self.providers.iter().for_each(|provider| provider.begin());
        Ok(())
    }

    /// These, in the place of those that the machine says.
    pub fn instead(&mut self, providers: Vec<Box<dyn Provider>>) {
        self.providers = providers;
        self.wrong.clear();
    }

    /// Who is asked for what stands in a config.
    pub fn resolver<'a>(&'a self, host: &'a SystemContext) -> Resolver<'a> {
        Resolver { providers: &self.providers, opener: &*self.opener, host }
    }

    /// Files and folders that change when a secret does, or the key to what is sealed.
    pub fn watched(&self) -> Vec<PathBuf> {
        self.providers.iter().flat_map(|provider| provider.watched()).chain(self.opener.watched()).collect()
    }
}

fn diagnostic(trouble: ProviderError) -> Diagnostic {
    let diagnostic = Diagnostic::error(&codes::SECRETS_PROVIDERS, Path::root(), trouble.message);
    trouble.help.into_iter().fold(diagnostic, Diagnostic::help)
}

fn opener(host: &SystemContext, prefix: &str, backends: SecretBackends) -> Box<dyn Decryptor> {
    match backends.decryptor {
        Some(decryptor) => decryptor(host, prefix),
        None => Box::new(NoDecryptor),
    }
}

//! The order of the secret providers: `variables,credentials,/run/secrets,vault`.

use std::path::PathBuf;
use std::str::FromStr;

use confgate_core::diagnostics::suggest::nearest;

use crate::secrets::{DirectoryProvider, Provider, ProviderError, SecretBackends, VariableProvider};
use crate::system::SystemContext;
use crate::variable_names;

/// Names of the providers that are not directories.
const NAMES: [&str; 3] = ["variables", "credentials", "vault"];

/// Directory of the secrets of sops-nix.
const SOPS_NIX: &str = "/run/secrets";

/// Directory of the secrets of agenix.
const AGENIX: &str = "/run/agenix";

/// Help for an invalid entry.
const HELP: &str = "write variables, credentials, vault, or the path of a directory, separated by commas";

/// Kinds of providers in the order in which they are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderOrder(Vec<ProviderKind>);

/// Kind of a secret provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderKind {
    /// The variables `<PREFIX>_SECRET_<NAME>`, and the files that `<PREFIX>_SECRET_<NAME>_FILE` names.
    Variables,
    /// The directory of systemd's credentials, if the service has one.
    Credentials,
    /// A directory of files.
    Directory(PathBuf),
    /// HashiCorp Vault or OpenBao.
    Vault,
}

impl ProviderOrder {
    /// Returns an order of these providers.
    pub fn new(kinds: impl IntoIterator<Item = ProviderKind>) -> Self {
        Self(kinds.into_iter().collect())
    }

    /// Reads the order from the variable `<PREFIX>_SECRETS`. Without the variable the order is variables, credentials,
    /// `/run/secrets`, `/run/agenix`, and Vault if `<PREFIX>_VAULT_PATH` is set.
    ///
    /// # Errors
    ///
    /// Every entry of the variable that is not a provider.
    pub fn from_variables(system: &SystemContext, prefix: &str) -> Result<Self, Vec<ProviderError>> {
        let name = variable_names::setting(prefix, variable_names::SECRETS);
        let value = |name: &str| system.get(name).filter(|value| !value.is_empty());
        let Some(text) = value(&name) else {
            let vault =
                value(&variable_names::setting(prefix, variable_names::VAULT_PATH)).map(|_| ProviderKind::Vault);
            let directories = [SOPS_NIX, AGENIX].map(|path| ProviderKind::Directory(path.into()));
            let always = [ProviderKind::Variables, ProviderKind::Credentials].into_iter().chain(directories);
            return Ok(Self::new(always.chain(vault)));
        };
        let Some(text) = text.to_str() else { return Err(vec![ProviderError::new(format!("{name} is not UTF-8"))]) };
        text.parse::<Self>().map_err(|error: ProviderOrderError| {
            let of_variable =
                |error: ProviderError| ProviderError { message: format!("{name}: {}", error.message), ..error };
            error.0.into_iter().map(of_variable).collect()
        })
    }

    /// Creates the providers.
    ///
    /// # Errors
    ///
    /// Every setting that a provider needs and does not find.
    pub fn providers(
        &self,
        system: &SystemContext,
        prefix: &str,
        backends: SecretBackends,
    ) -> Result<Vec<Box<dyn Provider>>, Vec<ProviderError>> {
        let mut providers: Vec<Box<dyn Provider>> = Vec::new();
        let mut errors = Vec::new();
        for kind in &self.0 {
            match kind {
                ProviderKind::Variables => providers.push(Box::new(VariableProvider::new(system.clone(), prefix))),
                ProviderKind::Credentials => {
                    let path = system.get(variable_names::CREDENTIALS_DIRECTORY).filter(|path| !path.is_empty());
                    if let Some(path) = path {
                        providers.push(Box::new(DirectoryProvider::credentials(system.path(path))));
                    }
                }
                ProviderKind::Directory(path) => providers.push(Box::new(DirectoryProvider::new(system.path(path)))),
                ProviderKind::Vault => match vault(system, prefix, backends) {
                    Ok(vault) => providers.push(vault),
                    Err(vault_errors) => errors.extend(vault_errors),
                },
            }
        }
        if errors.is_empty() { Ok(providers) } else { Err(errors) }
    }
}

impl FromStr for ProviderOrder {
    type Err = ProviderOrderError;

    fn from_str(text: &str) -> Result<Self, ProviderOrderError> {
        let (mut kinds, mut errors) = (Vec::new(), Vec::new());
        for name in text.split(',').map(str::trim) {
            match parse_kind(name) {
                Ok(kind) if kinds.contains(&kind) => {
                    let error = ProviderError::new(format!("provider {name:?} is listed twice"));
                    errors.push(error.help("list each provider once"));
                }
                Ok(kind) => kinds.push(kind),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(Self(kinds)) } else { Err(ProviderOrderError(errors)) }
    }
}

/// A text is not an order of providers. The error has every invalid entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", messages(.0))]
pub struct ProviderOrderError(pub Vec<ProviderError>);

fn messages(errors: &[ProviderError]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}

fn parse_kind(name: &str) -> Result<ProviderKind, ProviderError> {
    match name {
        "variables" => Ok(ProviderKind::Variables),
        "credentials" => Ok(ProviderKind::Credentials),
        "vault" => Ok(ProviderKind::Vault),
        home if home.starts_with('~') => {
            Err(ProviderError::new(format!("{home}: ~ is not expanded here")).help("write the whole path"))
        }
        path if path.contains('/') => Ok(ProviderKind::Directory(path.into())),
        "" => Err(ProviderError::new("empty name before, between or after commas").help(HELP)),
        _ => {
            let suggestion = nearest(name, NAMES).map(|name| format!("did you mean {name}? ")).unwrap_or_default();
            Err(ProviderError::new(format!("unknown provider {name:?}")).help(format!("{suggestion}{HELP}")))
        }
    }
}

fn vault(
    system: &SystemContext,
    prefix: &str,
    backends: SecretBackends,
) -> Result<Box<dyn Provider>, Vec<ProviderError>> {
    match backends.vault {
        Some(vault) => vault(system, prefix),
        None => {
            let error = ProviderError::new("this program is built without Vault support");
            Err(vec![
                error.help("build it with the feature `vault`, and pass `confgate::secret_backends()` to the loader"),
            ])
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(system: &SystemContext) -> Result<Vec<String>, Vec<String>> {
        let messages = |errors: Vec<ProviderError>| errors.into_iter().map(|error| error.message).collect::<Vec<_>>();
        let providers = ProviderOrder::from_variables(system, "APP")
            .map_err(messages)?
            .providers(system, "APP", SecretBackends::default())
            .map_err(messages)?;
        Ok(providers.iter().map(|provider| provider.name()).collect())
    }

    #[test]
    fn the_default_order_is_variables_credentials_and_the_directories_of_nix() {
        let system = SystemContext::bare();
        assert_eq!(names(&system).unwrap(), ["variables", "/run/secrets", "/run/agenix"]);
        let system = system.variable("CREDENTIALS_DIRECTORY", "/run/credentials/app");
        assert_eq!(names(&system).unwrap(), ["variables", "credentials", "/run/secrets", "/run/agenix"]);
    }

    #[test]
    fn a_variable_sets_the_order() {
        let system =
            SystemContext::bare().variable("APP_SECRETS", "/etc/keys, variables").variable("APP_SECRET_A", "1");
        assert_eq!(names(&system).unwrap(), ["/etc/keys", "variables"]);
    }

    #[test]
    fn every_invalid_entry_is_reported_with_a_suggestion() {
        let system = SystemContext::bare().variable("APP_SECRETS", "variable,,secrets,vault,vault,~/keys");
        let errors = ProviderOrder::from_variables(&system, "APP").unwrap_err();
        let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "APP_SECRETS: unknown provider \"variable\"",
                "APP_SECRETS: empty name before, between or after commas",
                "APP_SECRETS: unknown provider \"secrets\"",
                "APP_SECRETS: provider \"vault\" is listed twice",
                "APP_SECRETS: ~/keys: ~ is not expanded here",
            ]
        );
        assert!(errors[0].help.as_ref().unwrap().starts_with("did you mean variables? write variables, credentials"));
    }

    #[test]
    fn vault_without_its_backend_is_an_error() {
        let messages = names(&SystemContext::bare().variable("APP_SECRETS", "vault")).unwrap_err();
        assert_eq!(messages, ["this program is built without Vault support"]);
        let order =
            ProviderOrder::from_variables(&SystemContext::bare().variable("APP_VAULT_PATH", "secret/app"), "APP")
                .unwrap();
        assert_eq!(order.0.last(), Some(&ProviderKind::Vault));
    }

    proptest! {
        #[test]
        fn any_order_of_providers_is_read_as_it_was_written(
            names in prop::sample::subsequence(vec!["variables", "credentials", "vault", "/run/secrets", "./keys"], 1..=5)
                .prop_shuffle(),
            space in " {0,2}",
        ) {
            let order: ProviderOrder = names.join(&format!("{space},{space}")).parse().unwrap();
            let written = order.0.iter().map(|kind| match kind {
                ProviderKind::Variables => "variables".to_owned(),
                ProviderKind::Credentials => "credentials".to_owned(),
                ProviderKind::Vault => "vault".to_owned(),
                ProviderKind::Directory(path) => path.display().to_string(),
            });
            prop_assert_eq!(written.collect::<Vec<_>>(), names);
        }

        #[test]
        fn each_part_of_a_text_is_a_provider_or_an_error(text in "[a-v/,. ]{0,24}|.{0,16}") {
            let parts = text.split(',').count();
            match text.parse::<ProviderOrder>() {
                Ok(ProviderOrder(kinds)) => prop_assert_eq!(kinds.len(), parts),
                Err(ProviderOrderError(errors)) => prop_assert!((1..=parts).contains(&errors.len())),
            }
        }
    }
}

//! The order in which providers are asked, as a machine says it: `variables,credentials,/run/secrets,vault`.

use std::path::PathBuf;
use std::str::FromStr;

use confgate_core::diagnostics::suggest::nearest;

use crate::secrets::{Folder, Provider, ProviderError, SecretBackends, Variables};
use crate::system::SystemContext;

/// The words that name a provider.
const WORDS: [&str; 3] = ["variables", "credentials", "vault"];

/// Where sops-nix puts secrets.
const SOPS_NIX: &str = "/run/secrets";

/// Where agenix puts them.
const AGENIX: &str = "/run/agenix";

/// The providers to ask, the first one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(Vec<Step>);

/// One provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The variables `<PREFIX>_SECRET_<NAME>`, and the files that `<PREFIX>_SECRET_<NAME>_FILE` names.
    Variables,
    /// The folder of systemd's credentials, where the machine has one.
    Credentials,
    /// A folder of files.
    Folder(PathBuf),
    /// HashiCorp Vault or OpenBao.
    Vault,
}

impl Order {
    /// These, in this order.
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self(steps.into_iter().collect())
    }

    /// The order of a machine: the one that `<PREFIX>_SECRETS` says, else variables, credentials, `/run/secrets`,
    /// `/run/agenix`, and the vault where `<PREFIX>_VAULT_PATH` is set.
    ///
    /// # Errors
    ///
    /// Everything in the variable that names no provider.
    pub fn of(host: &SystemContext, prefix: &str) -> Result<Self, Vec<ProviderError>> {
        let name = format!("{prefix}_SECRETS");
        let set = |name: &str| host.get(name).filter(|value| !value.is_empty());
        let Some(text) = set(&name) else {
            let vault = set(&format!("{prefix}_VAULT_PATH")).map(|_| Step::Vault);
            let folders = [SOPS_NIX, AGENIX].map(|path| Step::Folder(path.into()));
            let usual = [Step::Variables, Step::Credentials].into_iter().chain(folders);
            return Ok(Self::new(usual.chain(vault)));
        };
        let Some(text) = text.to_str() else { return Err(vec![ProviderError::new(format!("{name} is not UTF-8"))]) };
        text.parse::<Self>().map_err(|wrong: Wrong| {
            let about =
                |trouble: ProviderError| ProviderError { message: format!("{name}: {}", trouble.message), ..trouble };
            wrong.0.into_iter().map(about).collect()
        })
    }

    /// The providers themselves.
    ///
    /// # Errors
    ///
    /// Everything that one of them lacks.
    pub fn providers(
        &self,
        host: &SystemContext,
        prefix: &str,
        backends: SecretBackends,
    ) -> Result<Vec<Box<dyn Provider>>, Vec<ProviderError>> {
        let (mut providers, mut wrong): (Vec<Box<dyn Provider>>, _) = (Vec::new(), Vec::new());
        for step in &self.0 {
            match step {
                Step::Variables => providers.push(Box::new(Variables::new(host.clone(), prefix))),
                Step::Credentials => {
                    let folder = host.get("CREDENTIALS_DIRECTORY").filter(|path| !path.is_empty());
                    let folder = folder.map(|path| Box::new(Folder::credentials(host.path(path))) as Box<dyn Provider>);
                    providers.extend(folder);
                }
                Step::Folder(path) => providers.push(Box::new(Folder::new(host.path(path)))),
                Step::Vault => match vault(host, prefix, backends) {
                    Ok(vault) => providers.push(vault),
                    Err(troubles) => wrong.extend(troubles),
                },
            }
        }
        if wrong.is_empty() { Ok(providers) } else { Err(wrong) }
    }
}

fn vault(
    host: &SystemContext,
    prefix: &str,
    backends: SecretBackends,
) -> Result<Box<dyn Provider>, Vec<ProviderError>> {
    match backends.vault {
        Some(vault) => vault(host, prefix),
        None => {
            let error = ProviderError::new("this program is built without Vault support");
            Err(vec![
                error.help("build it with the feature `vault`, and pass `confgate::secret_backends()` to the loader"),
            ])
        }
    }
}

/// What is wrong with an order, each part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong(pub Vec<ProviderError>);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: Vec<&str> = self.0.iter().map(|trouble| trouble.message.as_str()).collect();
        f.write_str(&all.join("; "))
    }
}

impl std::error::Error for Wrong {}

impl FromStr for Order {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let (mut steps, mut wrong) = (Vec::new(), Vec::new());
        for word in text.split(',').map(str::trim) {
            match step(word) {
                Ok(step) if steps.contains(&step) => {
                    wrong.push(
                        ProviderError::new(format!("{word:?} stands there twice")).help("each provider is asked once"),
                    );
                }
                Ok(step) => steps.push(step),
                Err(trouble) => wrong.push(trouble),
            }
        }
        if wrong.is_empty() { Ok(Self(steps)) } else { Err(Wrong(wrong)) }
    }
}

fn step(word: &str) -> Result<Step, ProviderError> {
    match word {
        "variables" => Ok(Step::Variables),
        "credentials" => Ok(Step::Credentials),
        "vault" => Ok(Step::Vault),
        path if path.contains('/') => Ok(Step::Folder(path.into())),
        "" => Err(ProviderError::new("a provider is missing between two commas, or before or after one").help(HELP)),
        _ => {
            let meant = nearest(word, WORDS).map(|meant| format!("did you mean {meant}? ")).unwrap_or_default();
            Err(ProviderError::new(format!("{word:?} is no provider")).help(format!("{meant}{HELP}")))
        }
    }
}

/// What an order is made of.
const HELP: &str = "write variables, credentials, vault, or the path of a folder, with commas between them";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(host: &SystemContext) -> Result<Vec<String>, Vec<String>> {
        let words =
            |troubles: Vec<ProviderError>| troubles.into_iter().map(|trouble| trouble.message).collect::<Vec<_>>();
        let providers =
            Order::of(host, "APP").map_err(words)?.providers(host, "APP", SecretBackends::default()).map_err(words)?;
        Ok(providers.iter().map(|provider| provider.name()).collect())
    }

    #[test]
    fn without_a_word_it_is_variables_credentials_and_what_nix_provides() {
        let host = SystemContext::bare();
        assert_eq!(names(&host).unwrap(), ["variables", "/run/secrets", "/run/agenix"]);
        let host = host.variable("CREDENTIALS_DIRECTORY", "/run/credentials/app");
        assert_eq!(names(&host).unwrap(), ["variables", "credentials", "/run/secrets", "/run/agenix"]);
    }

    #[test]
    fn the_machine_says_the_order() {
        let host = SystemContext::bare().variable("APP_SECRETS", "/etc/keys, variables").variable("APP_SECRET_A", "1");
        assert_eq!(names(&host).unwrap(), ["/etc/keys", "variables"]);
    }

    #[test]
    fn what_names_no_provider_is_said_all_at_once_with_what_was_meant() {
        let host = SystemContext::bare().variable("APP_SECRETS", "variable,,secrets,vault,vault");
        let wrong = Order::of(&host, "APP").unwrap_err();
        let said: Vec<&str> = wrong.iter().map(|trouble| trouble.message.as_str()).collect();
        assert_eq!(
            said,
            [
                "APP_SECRETS: \"variable\" is no provider",
                "APP_SECRETS: a provider is missing between two commas, or before or after one",
                "APP_SECRETS: \"secrets\" is no provider",
                "APP_SECRETS: \"vault\" stands there twice",
            ]
        );
        assert!(wrong[0].help.as_ref().unwrap().starts_with("did you mean variables? write variables, credentials"));
    }

    #[test]
    fn a_vault_that_nothing_is_known_of_is_said_where_the_order_has_one() {
        let said = names(&SystemContext::bare().variable("APP_SECRETS", "vault")).unwrap_err();
        assert_eq!(said, ["this program is built without Vault support"]);
        let asked = Order::of(&SystemContext::bare().variable("APP_VAULT_PATH", "secret/app"), "APP").unwrap();
        assert_eq!(asked.0.last(), Some(&Step::Vault));
    }

    proptest! {
        #[test]
        fn any_order_of_providers_is_read_as_it_was_written(
            words in prop::sample::subsequence(vec!["variables", "credentials", "vault", "/run/secrets", "./keys"], 1..=5)
                .prop_shuffle(),
            space in " {0,2}",
        ) {
            let order: Order = words.join(&format!("{space},{space}")).parse().unwrap();
            let written = order.0.iter().map(|step| match step {
                Step::Variables => "variables".to_owned(),
                Step::Credentials => "credentials".to_owned(),
                Step::Vault => "vault".to_owned(),
                Step::Folder(path) => path.display().to_string(),
            });
            prop_assert_eq!(written.collect::<Vec<_>>(), words);
        }

        #[test]
        fn of_any_text_each_part_is_a_provider_or_told(text in "[a-v/,. ]{0,24}|.{0,16}") {
            let parts = text.split(',').count();
            match text.parse::<Order>() {
                Ok(Order(steps)) => prop_assert_eq!(steps.len(), parts),
                Err(Wrong(wrong)) => prop_assert!((1..=parts).contains(&wrong.len())),
            }
        }
    }
}

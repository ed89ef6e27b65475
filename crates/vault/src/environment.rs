//! The settings as environment variables: those of every Vault client, and `<PREFIX>_VAULT_…`.

use confgate_core::types::{Secret, url};
use confgate_runtime::secrets::ProviderError;
use confgate_runtime::system::SystemContext;
use confgate_runtime::variable_names;

use crate::settings::{DEFAULT_POLL_INTERVAL, DEFAULT_TIMEOUT, Login, SecretId, Settings};

/// The path of the service account token in a pod.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// A variable that is missing or wrong. No variant holds the value of a credential.
#[derive(Debug, thiserror::Error)]
enum VariableError {
    #[error("{variable} is not set (needed by Vault)")]
    Unset { variable: String, meaning: &'static str },
    #[error("VAULT_ADDR is not an address")]
    NotAnAddress,
    #[error("VAULT_ADDR contains a user or a password, which Vault does not use")]
    UserInAddress { auth: String },
    #[error("{path} does not start with {mount}")]
    OutsideMount { path: String, mount: String },
    #[error("{variable} is {method:?}, which is not a login method")]
    UnknownLogin { variable: String, method: String },
    #[error("no token for Vault")]
    NoToken { file: String, auth: String },
    #[error("{variable} is {text:?}")]
    Invalid { variable: String, text: String, expected: &'static str },
}

impl VariableError {
    fn help(&self) -> String {
        match self {
            Self::Unset { meaning, .. } => format!("set it to {meaning}"),
            Self::NotAnAddress => "write https://vault.example.org:8200".to_owned(),
            Self::UserInAddress { auth } => {
                format!("write https://vault.example.org:8200, and choose a login with {auth}")
            }
            Self::OutsideMount { .. } => "write the mount before the path of the entry: team/kv/bitcraps".to_owned(),
            Self::UnknownLogin { .. } => {
                "write token, approle or kubernetes, followed by a colon and its mount if that differs".to_owned()
            }
            Self::NoToken { file, auth } => format!("set VAULT_TOKEN or {file}, or {auth} to approle"),
            Self::Invalid { expected, .. } => format!("write {expected}"),
        }
    }
}

impl From<VariableError> for ProviderError {
    fn from(error: VariableError) -> Self {
        Self::new(error.to_string()).help(error.help())
    }
}

/// Reads the settings of Vault from the environment: `<PREFIX>_VAULT_PATH` and its siblings, and the variables of every Vault
/// client.
///
/// # Errors
///
/// All variables that are missing or wrong.
pub fn settings_from_environment(context: &SystemContext, prefix: &str) -> Result<Settings, Vec<ProviderError>> {
    let mut environment = Environment { host: context, prefix, errors: Vec::new() };
    let settings = environment.settings();
    match environment.errors.is_empty() {
        true => Ok(settings),
        false => Err(environment.errors.into_iter().map(ProviderError::from).collect()),
    }
}

/// The variables of a node, and the errors found in them.
struct Environment<'h> {
    host: &'h SystemContext,
    prefix: &'h str,
    errors: Vec<VariableError>,
}

impl Environment<'_> {
    fn settings(&mut self) -> Settings {
        let address = self.client_variable("ADDR").unwrap_or_else(|| {
            self.unset("VAULT_ADDR".to_owned(), "the address of the server: https://vault.example.org:8200");
            String::new()
        });
        if !address.is_empty() && !address.starts_with("https://") && !address.starts_with("http://") {
            self.errors.push(VariableError::NotAnAddress);
        }
        if url::userinfo(&address).is_some() {
            self.errors.push(VariableError::UserInAddress { auth: self.name("AUTH") });
        }
        let path = self.required("PATH", "the entry with the secrets: secret/bitcraps");
        let mut settings = Settings::new(address, path.trim_start_matches('/'), self.login());
        if let Some(mount) = self.variable("MOUNT") {
            let mount = mount.trim_matches('/');
            match path.trim_start_matches('/').strip_prefix(mount).and_then(|rest| rest.strip_prefix('/')) {
                Some(rest) => (settings.mount, settings.path) = (mount.to_owned(), rest.to_owned()),
                None => {
                    let (path, mount) = (self.name("PATH"), self.name("MOUNT"));
                    self.errors.push(VariableError::OutsideMount { path, mount });
                }
            }
        }
        settings.namespace = self.client_variable("NAMESPACE");
        settings.ca_file = self.client_variable("CACERT").map(|path| self.host.path(path));
        settings.version = self.parsed("VERSION", "a number, from 1", |text| text.parse().ok().filter(|at| *at > 0));
        let duration = |text: &str| humantime::parse_duration(text).ok().filter(|it| !it.is_zero());
        settings.timeout = self.parsed("TIMEOUT", "a duration: 5s", duration).unwrap_or(DEFAULT_TIMEOUT);
        settings.poll_interval = self.parsed("POLL", "a duration: 60s", duration).unwrap_or(DEFAULT_POLL_INTERVAL);
        settings
    }

    fn login(&mut self) -> Login {
        let auth = self.variable("AUTH").unwrap_or_else(|| "token".to_owned());
        let (method, mount) = auth.split_once(':').unwrap_or((&auth, &auth));
        let mount = mount.trim_matches('/').to_owned();
        match method {
            "token" => self.token(),
            "approle" => {
                let role = self.required("ROLE", "the id of the role");
                Login::AppRole { mount, role, secret: self.secret_id() }
            }
            "kubernetes" => {
                let role = self.required("ROLE", "the name of the role");
                let token = self.variable("JWT_FILE").unwrap_or_else(|| SERVICE_ACCOUNT.to_owned());
                Login::Kubernetes { mount, role, token: self.host.path(token) }
            }
            _ => {
                let (variable, method) = (self.name("AUTH"), method.to_owned());
                self.errors.push(VariableError::UnknownLogin { variable, method });
                Login::Token(Secret::from(""))
            }
        }
    }

    fn token(&mut self) -> Login {
        if let Some(token) = self.client_variable("TOKEN") {
            return Login::Token(Secret::from(token.as_str()));
        }
        if let Some(path) = self.variable("TOKEN_FILE") {
            return Login::TokenFile(self.host.path(path));
        }
        let home = self.host.text("HOME").filter(|home| !home.is_empty());
        if let Some(path) = home.map(|home| self.host.path(home).join(".vault-token")).filter(|path| path.exists()) {
            return Login::TokenFile(path);
        }
        let (file, auth) = (self.name("TOKEN_FILE"), self.name("AUTH"));
        self.errors.push(VariableError::NoToken { file, auth });
        Login::Token(Secret::from(""))
    }

    fn secret_id(&mut self) -> SecretId {
        if let Some(path) = self.variable("SECRET_ID_FILE") {
            return SecretId::File(self.host.path(path));
        }
        match self.variable("SECRET_ID") {
            Some(text) => SecretId::Text(Secret::from(text.as_str())),
            None => {
                self.unset(self.name("SECRET_ID_FILE"), "the path of the file with the secret id of the role");
                SecretId::Text(Secret::from(""))
            }
        }
    }

    /// Returns the name of a variable with the prefix of the service.
    fn name(&self, suffix: &str) -> String {
        variable_names::vault_setting(self.prefix, suffix)
    }

    /// Returns a variable with the prefix of the service.
    fn variable(&self, suffix: &str) -> Option<String> {
        self.text(&self.name(suffix))
    }

    /// Returns a variable of every client. The name of OpenBao has precedence over the name of Vault.
    fn client_variable(&self, suffix: &str) -> Option<String> {
        ["BAO", "VAULT"].iter().find_map(|prefix| self.text(&format!("{prefix}_{suffix}")))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.host.text(name).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn required(&mut self, suffix: &str, meaning: &'static str) -> String {
        self.variable(suffix).unwrap_or_else(|| {
            self.unset(self.name(suffix), meaning);
            String::new()
        })
    }

    fn parsed<T>(&mut self, suffix: &str, expected: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.variable(suffix)?;
        let value = parse(&text);
        if value.is_none() {
            self.errors.push(VariableError::Invalid { variable: self.name(suffix), text, expected });
        }
        value
    }

    fn unset(&mut self, variable: String, meaning: &'static str) {
        self.errors.push(VariableError::Unset { variable, meaning });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn host(variables: &[(&str, &str)]) -> SystemContext {
        variables.iter().fold(SystemContext::bare(), |host, (name, value)| host.variable(*name, *value))
    }

    fn wrong(variables: &[(&str, &str)]) -> Vec<String> {
        let troubles = settings_from_environment(&host(variables), "APP").unwrap_err();
        troubles.iter().map(|trouble| format!("{trouble}; {}", trouble.help.as_deref().unwrap_or_default())).collect()
    }

    const FULL: [(&str, &str); 3] =
        [("VAULT_ADDR", "https://v:8200/"), ("APP_VAULT_PATH", "kv/app"), ("VAULT_TOKEN", "t")];

    fn with(more: &[(&str, &str)]) -> Settings {
        settings_from_environment(&host(&[&FULL[..], more].concat()), "APP").unwrap()
    }

    #[test]
    fn the_variables_of_every_client_and_the_path_are_enough() {
        let settings = with(&[]);
        assert_eq!((settings.address.as_str(), settings.mount.as_str()), ("https://v:8200", "kv"));
        assert_eq!((settings.path.as_str(), settings.version, settings.namespace), ("app", None, None));
        assert_eq!((settings.timeout, settings.poll_interval), (Duration::from_secs(5), Duration::from_secs(60)));
        assert!(matches!(settings.login, Login::Token(token) if token.expose() == "t"));
        assert_eq!(with(&[("BAO_ADDR", "http://b")]).address, "http://b");
    }

    #[test]
    fn a_mount_may_have_several_parts_and_a_slash_at_the_end_means_an_entry_for_each_secret() {
        let settings = with(&[("APP_VAULT_PATH", "/team/kv/app/"), ("APP_VAULT_MOUNT", "team/kv/")]);
        assert_eq!((settings.mount.as_str(), settings.path.as_str()), ("team/kv", "app/"));
        assert!(settings.has_entry_per_secret() && !with(&[]).has_entry_per_secret());
    }

    #[test]
    fn each_way_to_log_in_has_its_variables() {
        let role = ("APP_VAULT_ROLE", "node");
        let login = with(&[("APP_VAULT_AUTH", "approle:machines"), role, ("APP_VAULT_SECRET_ID_FILE", "/s")]).login;
        let Login::AppRole { mount, role: id, secret: SecretId::File(path) } = login else { panic!("{login:?}") };
        assert_eq!((mount.as_str(), id.as_str(), path.to_str()), ("machines", "node", Some("/s")));
        let login = with(&[("APP_VAULT_AUTH", "kubernetes"), role]).login;
        let Login::Kubernetes { mount, token, .. } = login else { panic!("{login:?}") };
        assert_eq!((mount.as_str(), token.to_str()), ("kubernetes", Some(SERVICE_ACCOUNT)));
    }

    #[test]
    fn everything_that_is_missing_or_wrong_is_said_at_once() {
        assert_eq!(
            wrong(&[]),
            [
                "VAULT_ADDR is not set (needed by Vault); set it to the address of the server: https://vault.example.org:8200",
                "APP_VAULT_PATH is not set (needed by Vault); set it to the entry with the secrets: secret/bitcraps",
                "no token for Vault; set VAULT_TOKEN or APP_VAULT_TOKEN_FILE, or APP_VAULT_AUTH to approle",
            ]
        );
        let said = wrong(&[
            ("VAULT_ADDR", "vault:8200"),
            ("APP_VAULT_PATH", "kv/app"),
            ("APP_VAULT_MOUNT", "team"),
            ("APP_VAULT_AUTH", "ldap"),
            ("APP_VAULT_VERSION", "0"),
            ("APP_VAULT_TIMEOUT", "5"),
            ("APP_VAULT_POLL", "0s"),
        ]);
        let begins = [
            "VAULT_ADDR is not an address",
            "APP_VAULT_AUTH is \"ldap\", which is not a login method; write token, approle or kubernetes",
            "APP_VAULT_PATH does not start with APP_VAULT_MOUNT",
            "APP_VAULT_VERSION is \"0\"; write a number, from 1",
            "APP_VAULT_TIMEOUT is \"5\"; write a duration: 5s",
            "APP_VAULT_POLL is \"0s\"; write a duration: 60s",
        ];
        assert!(said.iter().zip(begins).all(|(said, begin)| said.starts_with(begin)) && said.len() == 6, "{said:#?}");
        let said = wrong(&[&FULL[..], &[("APP_VAULT_AUTH", "approle")]].concat());
        assert!(said[0].starts_with("APP_VAULT_ROLE is not set") && said[1].contains("APP_VAULT_SECRET_ID_FILE"));
    }

    #[test]
    fn an_address_with_a_password_is_refused_without_it() {
        let said = wrong(&[&FULL[..], &[("VAULT_ADDR", "http://u:hunter9@v:8200")]].concat());
        assert!(said[0].starts_with("VAULT_ADDR contains a user or a password") && said.len() == 1, "{said:?}");
    }

    #[test]
    fn debug_shows_neither_tokens_nor_secret_ids() {
        let token = with(&[("VAULT_TOKEN", "hunter2")]);
        let role = with(&[("APP_VAULT_AUTH", "approle"), ("APP_VAULT_ROLE", "r"), ("APP_VAULT_SECRET_ID", "hunter2")]);
        assert!(!format!("{token:?}{role:?}").contains("hunter2"));
    }
}

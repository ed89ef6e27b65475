//! What a vault is asked for, and how.

use std::path::PathBuf;
use std::time::Duration;

use confgate_core::types::Secret;
use confgate_core::types::url;
use confgate_runtime::secrets::ProviderError;
use confgate_runtime::system::SystemContext;

/// How long the questions of a load may take together, retries and all, unless the settings say otherwise.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How often versions are looked at, unless the settings say otherwise.
const EVERY: Duration = Duration::from_secs(60);

/// Where Kubernetes puts the token of a service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// A KV store of version 2, and the way to it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server: `https://vault.example.org:8200`.
    pub address: String,
    /// The namespace, where the server has any.
    pub namespace: Option<String>,
    /// A PEM file with the certificates that the server's must be signed by; those of the system without it.
    pub authority: Option<PathBuf>,
    /// Where the KV store is mounted: `secret`.
    pub mount: String,
    /// The entry whose fields are the secrets, or, with a slash at its end, what the path of an entry for each secret begins
    /// with. Empty for entries at the top.
    pub path: String,
    /// The version that is read; none for the newest.
    pub version: Option<u64>,
    /// How to log in.
    pub login: Login,
    /// How long the questions of a load may take together, retries and all.
    pub timeout: Duration,
    /// How often versions are looked at.
    pub every: Duration,
}

/// How to log in.
#[derive(Debug, Clone)]
pub enum Login {
    /// With a token.
    Token(Secret),
    /// With the token in a file, which somebody else may renew.
    TokenFile(PathBuf),
    /// As a machine with a role.
    AppRole {
        /// Where the method is mounted: `approle`.
        mount: String,
        /// The role's id.
        role: String,
        /// The secret half.
        secret: SecretId,
    },
    /// As a pod.
    Kubernetes {
        /// Where the method is mounted: `kubernetes`.
        mount: String,
        /// The name of the role.
        role: String,
        /// The file with the token of the service account.
        token: PathBuf,
    },
}

/// The secret half of an AppRole.
#[derive(Debug, Clone)]
pub enum SecretId {
    /// Itself.
    Text(Secret),
    /// In a file, which is read at each login.
    File(PathBuf),
}

impl Settings {
    /// The newest version of what `path` names, whose first part is the mount: `secret/bitcraps` for an entry with a field for
    /// each secret, `secret/bitcraps/` for an entry for each secret.
    pub fn new(address: impl Into<String>, path: &str, login: Login) -> Self {
        let (mount, path) = path.split_once('/').unwrap_or((path, ""));
        Self {
            address: without_user(address.into().trim_end_matches('/')),
            namespace: None,
            authority: None,
            mount: mount.to_owned(),
            path: path.to_owned(),
            version: None,
            login,
            timeout: TIMEOUT,
            every: EVERY,
        }
    }

    /// What the variables of a machine say: `<PREFIX>_VAULT_PATH` and its siblings, and those that every client of a vault
    /// reads.
    ///
    /// # Errors
    ///
    /// Everything that is missing or wrong.
    pub fn of(host: &SystemContext, prefix: &str) -> Result<Self, Vec<ProviderError>> {
        let mut reading = Reading { host, prefix, wrong: Vec::new() };
        let settings = reading.settings();
        match reading.wrong.is_empty() {
            true => Ok(settings),
            false => Err(reading.wrong),
        }
    }

    /// Whether every secret has an entry of its own.
    pub(super) fn has_entries(&self) -> bool {
        self.path.is_empty() || self.path.ends_with('/')
    }
}

/// An address without a user and a password, which no vault is asked with and nobody should see.
pub(super) fn without_user(address: &str) -> String {
    match url::userinfo(address) {
        Some(user) => [&address[..user.start], &address[user.end + 1..]].concat(),
        None => address.to_owned(),
    }
}

/// The variables of a machine, and what is wrong with them.
struct Reading<'h> {
    host: &'h SystemContext,
    prefix: &'h str,
    wrong: Vec<ProviderError>,
}

impl Reading<'_> {
    fn settings(&mut self) -> Settings {
        let address = self.shared("ADDR").unwrap_or_else(|| {
            self.missing("VAULT_ADDR", "the address of the server: https://vault.example.org:8200");
            String::new()
        });
        if !address.is_empty() && !address.starts_with("https://") && !address.starts_with("http://") {
            self.wrong("VAULT_ADDR is no address", "write https://vault.example.org:8200");
        }
        if url::userinfo(&address).is_some() {
            self.wrong(
                "VAULT_ADDR holds a user or a password, and no vault is asked with one",
                &format!("write https://vault.example.org:8200, and say in {} how to log in", self.name("AUTH")),
            );
        }
        let path = self.own("PATH").unwrap_or_else(|| {
            let name = self.name("PATH");
            self.missing(&name, "the entry with the secrets: secret/bitcraps");
            String::new()
        });
        let mut settings = Settings::new(address, path.trim_start_matches('/'), self.login());
        if let Some(mount) = self.own("MOUNT") {
            let mount = mount.trim_matches('/');
            match path.trim_start_matches('/').strip_prefix(mount).and_then(|rest| rest.strip_prefix('/')) {
                Some(rest) => (settings.mount, settings.path) = (mount.to_owned(), rest.to_owned()),
                None => {
                    let wrong = format!("{} does not begin with {}", self.name("PATH"), self.name("MOUNT"));
                    self.wrong(&wrong, "write the mount in front of the path of the entry: team/kv/bitcraps");
                }
            }
        }
        settings.namespace = self.shared("NAMESPACE");
        settings.authority = self.shared("CACERT").map(|path| self.host.path(path));
        settings.version = self.read("VERSION", "a number, from 1", |text| text.parse().ok().filter(|at| *at > 0));
        let duration = |text: &str| humantime::parse_duration(text).ok().filter(|it| !it.is_zero());
        settings.timeout = self.read("TIMEOUT", "a duration: 5s", duration).unwrap_or(TIMEOUT);
        settings.every = self.read("POLL", "a duration: 60s", duration).unwrap_or(EVERY);
        settings
    }

    fn login(&mut self) -> Login {
        let auth = self.own("AUTH").unwrap_or_else(|| "token".to_owned());
        let (method, mount) = auth.split_once(':').unwrap_or((&auth, &auth));
        let mount = mount.trim_matches('/').to_owned();
        match method {
            "token" => self.token(),
            "approle" => Login::AppRole { mount, role: self.role("the id of the role"), secret: self.secret_id() },
            "kubernetes" => {
                let token = self.own("JWT_FILE").unwrap_or_else(|| SERVICE_ACCOUNT.to_owned());
                Login::Kubernetes { mount, role: self.role("the name of the role"), token: self.host.path(token) }
            }
            _ => {
                let wrong = format!("{} is {method:?}, which is no way to log in", self.name("AUTH"));
                self.wrong(&wrong, "write token, approle or kubernetes, and behind a colon where it is mounted");
                Login::Token(Secret::from(""))
            }
        }
    }

    fn token(&mut self) -> Login {
        if let Some(token) = self.shared("TOKEN") {
            return Login::Token(Secret::from(token.as_str()));
        }
        if let Some(path) = self.own("TOKEN_FILE") {
            return Login::TokenFile(self.host.path(path));
        }
        let home = self.host.text("HOME").filter(|home| !home.is_empty());
        if let Some(path) = home.map(|home| self.host.path(home).join(".vault-token")).filter(|path| path.exists()) {
            return Login::TokenFile(path);
        }
        let (file, auth) = (self.name("TOKEN_FILE"), self.name("AUTH"));
        self.wrong("there is no token for the vault", &format!("set VAULT_TOKEN or {file}, or {auth} to approle"));
        Login::Token(Secret::from(""))
    }

    fn role(&mut self, what: &str) -> String {
        let name = self.name("ROLE");
        self.own("ROLE").unwrap_or_else(|| {
            self.missing(&name, what);
            String::new()
        })
    }

    fn secret_id(&mut self) -> SecretId {
        if let Some(path) = self.own("SECRET_ID_FILE") {
            return SecretId::File(self.host.path(path));
        }
        match self.own("SECRET_ID") {
            Some(text) => SecretId::Text(Secret::from(text.as_str())),
            None => {
                let name = self.name("SECRET_ID_FILE");
                self.missing(&name, "the path of the file with the secret id of the role");
                SecretId::Text(Secret::from(""))
            }
        }
    }

    fn name(&self, ending: &str) -> String {
        format!("{}_VAULT_{ending}", self.prefix)
    }

    fn own(&self, ending: &str) -> Option<String> {
        self.host.text(&self.name(ending)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A variable of every client: OpenBao's name counts before Vault's.
    fn shared(&self, ending: &str) -> Option<String> {
        let named = ["BAO", "VAULT"].map(|start| format!("{start}_{ending}"));
        named.iter().find_map(|name| self.host.text(name).filter(|text| !text.is_empty()).map(str::to_owned))
    }

    fn read<T>(&mut self, ending: &str, what: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.own(ending)?;
        let value = read(&text);
        if value.is_none() {
            let wrong = format!("{} is {text:?}", self.name(ending));
            self.wrong(&wrong, &format!("write {what}"));
        }
        value
    }

    fn missing(&mut self, name: &str, what: &str) {
        self.wrong(&format!("the vault needs {name}, which is not set"), &format!("set it to {what}"));
    }

    fn wrong(&mut self, message: &str, help: &str) {
        self.wrong.push(ProviderError::new(message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(variables: &[(&str, &str)]) -> SystemContext {
        variables.iter().fold(SystemContext::bare(), |host, (name, value)| host.variable(*name, *value))
    }

    fn wrong(variables: &[(&str, &str)]) -> Vec<String> {
        let troubles = Settings::of(&host(variables), "APP").unwrap_err();
        troubles.iter().map(|trouble| format!("{trouble}; {}", trouble.help.as_deref().unwrap_or_default())).collect()
    }

    const FULL: [(&str, &str); 3] =
        [("VAULT_ADDR", "https://v:8200/"), ("APP_VAULT_PATH", "kv/app"), ("VAULT_TOKEN", "t")];

    fn with(more: &[(&str, &str)]) -> Settings {
        Settings::of(&host(&[&FULL[..], more].concat()), "APP").unwrap()
    }

    #[test]
    fn the_variables_of_every_client_and_the_path_are_enough() {
        let settings = with(&[]);
        assert_eq!((settings.address.as_str(), settings.mount.as_str()), ("https://v:8200", "kv"));
        assert_eq!((settings.path.as_str(), settings.version, settings.namespace), ("app", None, None));
        assert_eq!((settings.timeout, settings.every), (Duration::from_secs(5), Duration::from_secs(60)));
        assert!(matches!(settings.login, Login::Token(token) if token.expose() == "t"));
        assert_eq!(with(&[("BAO_ADDR", "http://b")]).address, "http://b");
    }

    #[test]
    fn a_mount_may_have_several_parts_and_a_slash_at_the_end_means_an_entry_for_each_secret() {
        let settings = with(&[("APP_VAULT_PATH", "/team/kv/app/"), ("APP_VAULT_MOUNT", "team/kv/")]);
        assert_eq!((settings.mount.as_str(), settings.path.as_str()), ("team/kv", "app/"));
        assert!(settings.has_entries() && !with(&[]).has_entries());
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
                "the vault needs VAULT_ADDR, which is not set; set it to the address of the server: https://vault.example.org:8200",
                "the vault needs APP_VAULT_PATH, which is not set; set it to the entry with the secrets: secret/bitcraps",
                "there is no token for the vault; set VAULT_TOKEN or APP_VAULT_TOKEN_FILE, or APP_VAULT_AUTH to approle",
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
            "VAULT_ADDR is no address",
            "APP_VAULT_AUTH is \"ldap\", which is no way to log in; write token, approle or kubernetes",
            "APP_VAULT_PATH does not begin with APP_VAULT_MOUNT",
            "APP_VAULT_VERSION is \"0\"; write a number, from 1",
            "APP_VAULT_TIMEOUT is \"5\"; write a duration: 5s",
            "APP_VAULT_POLL is \"0s\"; write a duration: 60s",
        ];
        assert!(said.iter().zip(begins).all(|(said, begin)| said.starts_with(begin)) && said.len() == 6, "{said:#?}");
        let said = wrong(&[&FULL[..], &[("APP_VAULT_AUTH", "approle")]].concat());
        assert!(said[0].starts_with("the vault needs APP_VAULT_ROLE") && said[1].contains("APP_VAULT_SECRET_ID_FILE"));
    }

    #[test]
    fn an_address_with_a_password_is_refused_without_it() {
        let said = wrong(&[&FULL[..], &[("VAULT_ADDR", "http://u:hunter9@v:8200")]].concat());
        assert!(said[0].starts_with("VAULT_ADDR holds a user or a password") && said.len() == 1, "{said:?}");
        let settings = Settings::new("http://u:hunter9@v:8200/", "kv/app", Login::Token(Secret::from("t")));
        assert_eq!(settings.address, "http://v:8200");
    }

    #[test]
    fn debug_shows_neither_tokens_nor_secret_ids() {
        let token = with(&[("VAULT_TOKEN", "hunter2")]);
        let role = with(&[("APP_VAULT_AUTH", "approle"), ("APP_VAULT_ROLE", "r"), ("APP_VAULT_SECRET_ID", "hunter2")]);
        assert!(!format!("{token:?}{role:?}").contains("hunter2"));
    }
}

//! The servers of a store, and how they are reached.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::endpoints_error::EndpointsError;
use crate::secret_files;

/// The time that an operation may take, with its retries, if no other is given.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest time for a connection to one server: a dead one must not use up the time of an operation.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Interval of the pings that find a connection whose peer is gone, and the longest wait for an answer. A network that is silent for some
/// seconds leaves a connection that waits about as long again for TCP. etcd ends a connection that pings more often than every 5 s.
const PING: (Duration, Duration) = (Duration::from_secs(6), Duration::from_secs(2));

/// Options that describe the servers, as a user gives them. They name files, so that a renewed certificate or a new password is
/// used at the next connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointOptions {
    /// Addresses of the servers of one cluster.
    pub endpoints: Vec<String>,
    /// File of the CA certificates that the servers' certificates are verified with.
    pub authority: Option<PathBuf>,
    /// File of the client certificate.
    pub certificate: Option<PathBuf>,
    /// File of the client certificate's key.
    pub key: Option<PathBuf>,
    /// User of etcd.
    pub user: Option<String>,
    /// File of the user's password.
    pub password_file: Option<PathBuf>,
    /// The time that an operation may take, with its retries.
    pub timeout: Option<Duration>,
    /// Names of the options in messages.
    pub names: OptionNames,
}

/// Names of the options that name files and users, for messages. A command with two stores has two sets of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionNames {
    /// Option of the CA certificates.
    pub authority: &'static str,
    /// Option of the client certificate.
    pub certificate: &'static str,
    /// Option of its key.
    pub key: &'static str,
    /// Option of the user.
    pub user: &'static str,
    /// Option of the password file.
    pub password_file: &'static str,
}

impl Default for OptionNames {
    fn default() -> Self {
        Self {
            authority: "--etcd-ca",
            certificate: "--etcd-cert",
            key: "--etcd-key",
            user: "--etcd-user",
            password_file: "--etcd-password-file",
        }
    }
}

impl OptionNames {
    /// Names of the options for the store that a relay reads releases from.
    pub const FROM: Self = Self {
        authority: "--from-ca",
        certificate: "--from-cert",
        key: "--from-key",
        user: "--from-user",
        password_file: "--from-password-file",
    };
}

/// Servers of a cluster, with the contents of the files that [`EndpointOptions`] name.
#[derive(Clone)]
pub struct Endpoints {
    addresses: Vec<String>,
    authority: Option<Vec<u8>>,
    identity: Option<(Vec<u8>, Zeroizing<Vec<u8>>)>,
    user: Option<(String, Zeroizing<String>)>,
    timeout: Duration,
}

impl fmt::Debug for Endpoints {
    // Leave out key and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoints")
            .field("addresses", &self.addresses)
            .field("tls", &self.authority.is_some())
            .field("client_certificate", &self.identity.is_some())
            .field("user", &self.user.as_ref().map(|(user, _)| user))
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl EndpointOptions {
    /// Returns the options of servers without TLS and users.
    pub fn plain<T: Into<String>>(endpoints: impl IntoIterator<Item = T>) -> Self {
        Self { endpoints: endpoints.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Checks the options, and reads the files that they name.
    ///
    /// # Errors
    ///
    /// An option is invalid, options contradict each other, or a file cannot be used.
    pub fn read(&self) -> Result<Endpoints, EndpointsError> {
        let names = self.names;
        let mut addresses = Vec::new();
        for endpoint in &self.endpoints {
            addresses.push(Address::parse(endpoint, names)?);
        }
        let Some(first) = addresses.first() else { return Err(EndpointsError::Missing) };
        let is_tls = first.is_tls;
        if addresses.iter().any(|address| address.is_tls != is_tls) {
            return Err(EndpointsError::Mixed);
        }
        let of_tls =
            [(names.authority, &self.authority), (names.certificate, &self.certificate), (names.key, &self.key)];
        if !is_tls && let Some((option, _)) = of_tls.into_iter().find(|(_, file)| file.is_some()) {
            return Err(EndpointsError::NotTls(option));
        }
        let authority = match &self.authority {
            Some(path) => Some(secret_files::certificates(names.authority, path)?),
            None if is_tls => return Err(EndpointsError::NoAuthority(names.authority)),
            None => None,
        };
        let identity = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                let certificate = secret_files::certificates(names.certificate, certificate)?;
                Some((certificate, secret_files::private_key(names.key, key)?))
            }
            (None, None) => None,
            (Some(_), None) => return Err(incomplete(names.certificate, names.key)),
            (None, Some(_)) => return Err(incomplete(names.key, names.certificate)),
        };
        let user = match (&self.user, &self.password_file) {
            (Some(user), Some(file)) => {
                if let Some(address) = addresses.iter().find(|address| !address.is_tls && !address.is_loopback()) {
                    return Err(EndpointsError::PlainPassword(address.text.clone()));
                }
                Some((user.clone(), secret_files::password(names.password_file, file)?))
            }
            (None, None) => None,
            (Some(_), None) => return Err(incomplete(names.user, names.password_file)),
            (None, Some(_)) => return Err(incomplete(names.password_file, names.user)),
        };
        let timeout = self.timeout.unwrap_or(DEFAULT_TIMEOUT);
        if timeout < Duration::from_millis(1) {
            return Err(EndpointsError::NoTimeout);
        }
        let addresses = addresses.into_iter().map(|address| address.text).collect();
        Ok(Endpoints { addresses, authority, identity, user, timeout })
    }
}

impl Endpoints {
    /// Returns the addresses.
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// Returns the time that an operation may take.
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the options of the client. The client keeps a copy of the password and wipes none of it.
    pub(crate) fn connect_options(&self) -> etcd_client::ConnectOptions {
        let mut options = etcd_client::ConnectOptions::new()
            .with_connect_timeout(CONNECT_TIMEOUT.min(self.timeout))
            .with_keep_alive(PING.0, PING.1)
            .with_keep_alive_while_idle(true)
            // A server that lost its cluster must not serve a watch that stays silent.
            .with_require_leader(true)
            .with_auto_token_refresh(true);
        if let Some(authority) = &self.authority {
            let mut tls = etcd_client::TlsOptions::new().ca_certificate(etcd_client::Certificate::from_pem(authority));
            if let Some((certificate, key)) = &self.identity {
                tls = tls.identity(etcd_client::Identity::from_pem(certificate, &**key));
            }
            options = options.with_tls(tls);
        }
        if let Some((user, password)) = &self.user {
            options = options.with_user(user, password.as_str());
        }
        options
    }
}

const fn incomplete(given: &'static str, missing: &'static str) -> EndpointsError {
    EndpointsError::Incomplete { given, missing }
}

/// A parsed address of a server.
struct Address {
    text: String,
    host: String,
    is_tls: bool,
}

impl Address {
    fn parse(text: &str, names: OptionNames) -> Result<Self, EndpointsError> {
        let invalid = || {
            // A password must not be displayed, wherever it stands in the text.
            let shown = if text.contains('@') { "…" } else { text };
            EndpointsError::Invalid(shown.chars().take(200).collect())
        };
        let trimmed = text.trim();
        let (is_tls, rest) = match (trimmed.strip_prefix("https://"), trimmed.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(invalid()),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(EndpointsError::UserInfo { user: names.user, password_file: names.password_file });
        }
        let (host, port) = authority.rsplit_once(':').ok_or_else(invalid)?;
        let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let is_name = !host.is_empty() && host.chars().all(is_host);
        let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_address = address.is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok());
        let is_port = port.parse::<u16>().is_ok_and(|port| port > 0) && !port.starts_with('+');
        if !(is_name || is_address) || !is_port {
            return Err(invalid());
        }
        let scheme = if is_tls { "https" } else { "http" };
        Ok(Self { text: format!("{scheme}://{authority}"), host: address.unwrap_or(host).to_owned(), is_tls })
    }

    fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    const CANARY: &str = "canary-3f9a";

    fn error(options: &EndpointOptions) -> String {
        options.read().unwrap_err().to_string()
    }

    #[test]
    fn an_address_names_a_scheme_a_host_and_a_port() {
        let plain = |text: &str| EndpointOptions::plain([text]);
        for text in ["http://127.0.0.1:2379", "http://etcd-1.example.org:2379/", "http://[::1]:2379"] {
            let endpoints = plain(text).read().unwrap();
            assert_eq!(endpoints.addresses(), [text.trim_end_matches('/')]);
        }
        for text in
            ["", "etcd:2379", "http://", "http://etcd", "http://etcd:0", "http://a b:1", "http://a:1/x", "http://[x]:1"]
        {
            let message = format!("{text:?} is not an endpoint; write http://HOST:2379 or https://HOST:2379");
            assert_eq!(error(&plain(text)), message);
        }
        let message = "no endpoint; give the servers of etcd as http://HOST:2379 or https://HOST:2379";
        assert_eq!(error(&EndpointOptions::default()), message);
    }

    #[test]
    fn a_password_in_an_address_is_rejected_and_not_displayed() {
        let options = EndpointOptions::plain([format!("http://root:{CANARY}@etcd:2379")]);
        assert_eq!(error(&options), "an endpoint holds a user; use --etcd-user and --etcd-password-file");
        assert!(!error(&EndpointOptions::plain([format!("root:{CANARY}@etcd:2379")])).contains(CANARY));
    }

    #[test]
    fn options_that_contradict_each_other_are_rejected() {
        let file = || Some(PathBuf::from("/nowhere"));
        let plain = EndpointOptions::plain(["http://127.0.0.1:1"]);
        let tls = EndpointOptions::plain(["https://127.0.0.1:1"]);
        let mixed = EndpointOptions::plain(["https://127.0.0.1:1", "http://127.0.0.1:1"]);
        assert_eq!(error(&mixed), "endpoints with http:// and with https:// cannot be mixed");
        let needs = "https:// needs the CA certificates of the servers; give them with --etcd-ca FILE";
        assert_eq!(error(&tls), needs);
        let given = EndpointOptions { key: file(), ..plain.clone() };
        assert_eq!(error(&given), "--etcd-key needs endpoints with https://");
        let given = EndpointOptions { user: Some("a".to_owned()), ..plain.clone() };
        assert_eq!(error(&given), "--etcd-user needs --etcd-password-file; give both or neither");
        let given = EndpointOptions { password_file: file(), ..plain.clone() };
        assert_eq!(error(&given), "--etcd-password-file needs --etcd-user; give both or neither");
        let far = EndpointOptions::plain(["http://etcd.example.org:2379"]);
        let given = EndpointOptions { user: Some("a".to_owned()), password_file: file(), ..far };
        let message = "a password would be sent to http://etcd.example.org:2379 without encryption; use https://";
        assert_eq!(error(&given), message);
        let given = EndpointOptions { timeout: Some(Duration::ZERO), ..plain };
        assert_eq!(error(&given), "a timeout of 0 stops every request; give one of at least a millisecond");
    }

    #[test]
    fn a_file_with_other_content_is_named_and_not_quoted() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, format!("{CANARY}\n")).unwrap();
        let at = path.display();
        let tls = EndpointOptions { authority: Some(path.clone()), ..EndpointOptions::plain(["https://127.0.0.1:1"]) };
        assert_eq!(error(&tls), format!("--etcd-ca {at}: not certificates in PEM"));
        let authority = folder.path().join("ca");
        fs::write(&authority, "-----BEGIN CERTIFICATE-----\n").unwrap();
        let tls = EndpointOptions {
            authority: Some(authority.clone()),
            certificate: Some(authority),
            key: Some(path.clone()),
            ..tls
        };
        assert_eq!(error(&tls), format!("--etcd-key {at}: not a private key in PEM"));
        let plain = EndpointOptions::plain(["http://127.0.0.1:1"]);
        let user = EndpointOptions { user: Some("a".to_owned()), password_file: Some(path.clone()), ..plain };
        fs::write(&path, "\nsecond").unwrap();
        assert_eq!(error(&user), format!("--etcd-password-file {at}: not a password on its first line"));
        let gone = EndpointOptions { password_file: Some(folder.path().join("gone")), ..user };
        assert!(error(&gone).starts_with("--etcd-password-file "), "{}", error(&gone));
    }

    #[test]
    fn debug_output_has_no_password_and_no_key() {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, text: String| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            Some(path)
        };
        let options = EndpointOptions {
            authority: write("ca", "-----BEGIN CERTIFICATE-----\n".to_owned()),
            certificate: write("cert", "-----BEGIN CERTIFICATE-----\n".to_owned()),
            key: write("key", format!("-----BEGIN PRIVATE KEY-----\n{CANARY}")),
            user: Some("confgate".to_owned()),
            password_file: write("password", format!("{CANARY}\n")),
            ..EndpointOptions::plain(["https://127.0.0.1:1"])
        };
        let endpoints = options.read().unwrap();
        assert_eq!(endpoints.user.as_ref().unwrap().1.as_str(), CANARY);
        let debug = format!("{options:?}{endpoints:?}");
        assert!(debug.contains("confgate") && !debug.contains(CANARY), "{debug}");
        assert!(!debug.contains(&format!("{:?}", CANARY.as_bytes())), "{debug}");
    }
}

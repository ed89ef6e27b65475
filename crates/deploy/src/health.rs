//! Health probes of a service.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::time::Duration;

use confgate_core::types::url::without_userinfo;
use thiserror::Error;

use crate::cancellation::{CancellationToken, Cancelled};
use crate::http::{self, HttpError};
use crate::process::{ProcessError, program_name, run, shell};

/// A health probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// An HTTP address: its answer must have a status from 200 to 299.
    Http(String),
    /// A host and port, which must accept a connection.
    Tcp(String),
    /// A shell command, which must exit with 0.
    Command(String),
}

/// A text that is not a probe.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidProbe {
    /// An https:// address.
    #[error("https:// is not supported; write a command: curl --fail --silent https://…")]
    Https,
    /// An empty text.
    #[error("probe is empty; write an http:// or tcp:// address, or a command")]
    Empty,
    /// A tcp:// address without a host or a port.
    #[error("a tcp:// address is a host and a port: tcp://127.0.0.1:8333")]
    Address,
    /// An address of another scheme.
    #[error("{0}:// is not supported; write an http:// or tcp:// address, or a command")]
    Scheme(String),
    /// A host and a port, which would run as a command.
    #[error("an address has a scheme: write tcp://HOST:PORT, or http://HOST:PORT/PATH")]
    NoScheme,
}

/// A failed probe: the service is not healthy.
#[derive(Debug, Error)]
pub enum ProbeError {
    /// An HTTP request failed.
    #[error("{address}: {source}")]
    Http {
        /// The address, without user and query.
        address: String,
        /// Error of the request.
        source: HttpError,
    },
    /// A connection failed.
    #[error("{address}: {source}")]
    Tcp {
        /// The host and port.
        address: String,
        /// Error of the system.
        source: io::Error,
    },
    /// A host has no address.
    #[error("{address}: host not found")]
    HostNotFound {
        /// The host and port.
        address: String,
    },
    /// A command failed.
    #[error("{program}: {source}")]
    Command {
        /// The program that the command runs.
        program: String,
        /// Error of the shell.
        source: ProcessError,
    },
    /// The system starts no thread for the probe.
    #[error("cannot start the probe: {0}")]
    Thread(#[source] io::Error),
    /// The probe ended without a result.
    #[error("the probe ended without a result")]
    NoResult,
    /// The command was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl ProbeError {
    /// Returns the part of the error that a record may hold, which every user can read: without the output of a command.
    pub fn recorded(&self) -> String {
        match self {
            Self::Command { program, source } => format!("{program}: {}", source.recorded()),
            Self::Http { .. }
            | Self::Tcp { .. }
            | Self::HostNotFound { .. }
            | Self::Thread(_)
            | Self::NoResult
            | Self::Cancelled(_) => self.to_string(),
        }
    }
}

impl FromStr for Probe {
    type Err = InvalidProbe;

    /// Parses `http://127.0.0.1:9090/health`, `tcp://127.0.0.1:8333`, or a command.
    fn from_str(text: &str) -> Result<Self, InvalidProbe> {
        // A command has a space, or is a name or a path.
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match text.split_once("://") {
            Some(("http", _)) => Ok(Self::Http(text.to_owned())),
            Some(("tcp", address)) if is_host_and_port(address) => Ok(Self::Tcp(address.to_owned())),
            Some(("tcp", _)) => Err(InvalidProbe::Address),
            Some(("https", _)) => Err(InvalidProbe::Https),
            Some((scheme, _)) if is_word(scheme) => Err(InvalidProbe::Scheme(scheme.to_owned())),
            _ if text.trim().is_empty() => Err(InvalidProbe::Empty),
            _ if is_host_and_port(text.trim()) => Err(InvalidProbe::NoScheme),
            _ => Ok(Self::Command(text.to_owned())),
        }
    }
}

/// Tells whether a text is HOST:PORT, as `[::1]:80` is.
fn is_host_and_port(text: &str) -> bool {
    let is_host = |host: &str| !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c == '/');
    text.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && port.parse::<u16>().is_ok_and(|port| port > 0))
}

impl Probe {
    /// Probes the service once. On a cancellation a command is killed, and an answer is no longer awaited.
    ///
    /// # Errors
    ///
    /// The service is not healthy, does not answer within `timeout`, or the command was cancelled.
    pub fn check(&self, timeout: Duration, cancellation: &CancellationToken) -> Result<(), ProbeError> {
        match self {
            Self::Http(url) => {
                let url = url.clone();
                wait_for(cancellation, move || check_http(&url, timeout))
            }
            Self::Tcp(address) => {
                let address = address.clone();
                wait_for(cancellation, move || check_tcp(&address, timeout))
            }
            Self::Command(command) => {
                run(&mut shell(command), timeout, cancellation).map(drop).map_err(|source| match source {
                    ProcessError::Cancelled(cancelled) => cancelled.into(),
                    source => ProbeError::Command { program: program_name(command).to_owned(), source },
                })
            }
        }
    }
}

fn wait_for(
    cancellation: &CancellationToken,
    probe: impl FnOnce() -> Result<(), ProbeError> + Send + 'static,
) -> Result<(), ProbeError> {
    cancellation.wait_for(probe).map_err(ProbeError::Thread)??.ok_or(ProbeError::NoResult)?
}

fn check_http(url: &str, timeout: Duration) -> Result<(), ProbeError> {
    http::get(url, timeout).map(drop).map_err(|source| ProbeError::Http { address: display_url(url), source })
}

/// Returns a URL without the parts that may be secret: the user and the query.
fn display_url(url: &str) -> String {
    let (address, query) = url.find(['?', '#']).map_or((url, ""), |index| url.split_at(index));
    format!("{}{}", without_userinfo(address), if query.is_empty() { "" } else { "?…" })
}

fn check_tcp(address: &str, timeout: Duration) -> Result<(), ProbeError> {
    // A user before the host is not valid here, and its text may be a password.
    let displayed = address.rsplit_once('@').map_or(address, |(_, host)| host).to_owned();
    let failed = |source| ProbeError::Tcp { address: displayed.clone(), source };
    let mut last = ProbeError::HostNotFound { address: displayed.clone() };
    for address in address.to_socket_addrs().map_err(failed)? {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(_) => return Ok(()),
            Err(error) => last = failed(error),
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(200);

    fn check(probe: &Probe) -> Result<(), String> {
        probe.check(SHORT, &CancellationToken::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_probe_is_an_address_or_a_command() {
        assert_eq!("http://x/y".parse(), Ok(Probe::Http("http://x/y".to_owned())));
        assert_eq!("tcp://x:1".parse(), Ok(Probe::Tcp("x:1".to_owned())));
        assert_eq!("exit 0".parse(), Ok(Probe::Command("exit 0".to_owned())));
        assert_eq!("https://x".parse::<Probe>(), Err(InvalidProbe::Https));
        assert_eq!(" ".parse::<Probe>(), Err(InvalidProbe::Empty));
        for (text, said) in [
            ("127.0.0.1:8080", "an address has a scheme: write tcp://HOST:PORT, or http://HOST:PORT/PATH"),
            ("[::1]:80", "an address has a scheme: write tcp://HOST:PORT, or http://HOST:PORT/PATH"),
            ("tcp://127.0.0.1", "a tcp:// address is a host and a port: tcp://127.0.0.1:8333"),
            ("tcp://:80", "a tcp:// address is a host and a port: tcp://127.0.0.1:8333"),
            ("htp://x", "htp:// is not supported; write an http:// or tcp:// address, or a command"),
        ] {
            assert_eq!(text.parse::<Probe>().unwrap_err().to_string(), said, "{text}");
        }
        for text in ["curl --fail http://127.0.0.1:80/health", "true", "./check", "nc -z 127.0.0.1 80"] {
            assert_eq!(text.parse::<Probe>(), Ok(Probe::Command(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_command_is_healthy_when_it_exits_with_0_in_time() {
        assert_eq!(check(&Probe::Command("exit 0".to_owned())), Ok(()));
        assert_eq!(check(&Probe::Command("exit 4".to_owned())), Err("exit: sh failed (exit status: 4)".to_owned()));
        assert_eq!(check(&Probe::Command("sleep 9".to_owned())), Err("sleep: sh did not end within 200 ms".to_owned()));
    }

    #[test]
    fn the_output_of_a_command_is_displayed_and_not_recorded() {
        let probe = Probe::Command("echo T0KEN >&2; exit 4".to_owned());
        let error = probe.check(Duration::from_secs(20), &CancellationToken::default()).unwrap_err();
        assert_eq!(error.to_string(), "echo: sh failed (exit status: 4): T0KEN");
        assert_eq!(error.recorded(), "echo: sh failed (exit status: 4)");
    }

    #[test]
    fn a_port_is_healthy_when_it_accepts_a_connection() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let probe = Probe::Tcp(address);
        assert_eq!(check(&probe), Ok(()));
        drop(listener);
        // A child process that another test just forked holds a copy of the port until it executes its program.
        let refused =
            (0..100).find_map(|_| check(&probe).inspect(|()| std::thread::sleep(Duration::from_millis(10))).err());
        assert!(refused.unwrap().contains("refused"));
        let http = check(&Probe::Http("http://127.0.0.1:9/".to_owned())).unwrap_err();
        assert!(http.starts_with("http://127.0.0.1:9/: "), "{http}");
    }

    #[test]
    fn the_user_and_the_query_of_an_address_are_not_displayed() {
        for probe in
            ["http://admin:S3cret@127.0.0.1:9/h?key=S3cret", "http://S3cret@[::1:9/h", "tcp://a:S3cret@127.0.0.1:9"]
        {
            let error = probe.parse::<Probe>().unwrap().check(SHORT, &CancellationToken::default()).unwrap_err();
            assert!(!error.to_string().contains("S3cret") && !format!("{error:?}").contains("S3cret"), "{error:?}");
        }
        assert_eq!(display_url("http://a:b@x:9/h?key=c"), "http://***@x:9/h?…");
    }

    #[test]
    fn a_cancelled_probe_is_not_awaited() {
        let token = CancellationToken::default();
        token.cancel("SIGTERM");
        for probe in ["tcp://127.0.0.1:9", "http://127.0.0.1:9/", "sleep 9"] {
            let error = probe.parse::<Probe>().unwrap().check(SHORT, &token).unwrap_err();
            assert!(matches!(error, ProbeError::Cancelled(_)), "{error:?}");
        }
    }
}

//! Names under which clients may address the agent.
//!
//! A web page of a foreign site can let its own name resolve to the address of the agent (DNS rebinding). The browser then takes the
//! answers of the agent for those of the site, and its script reads the config. Such a request carries the foreign name as `Host`.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use hyper::header::HOST;
use hyper::{Request, Version};
use thiserror::Error;

/// Host names that an agent answers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHosts {
    names: Vec<HostName>,
    addresses: AllowedAddresses,
}

/// IP addresses that an agent answers to. A name cannot be rebound to an address that stands in the request itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AllowedAddresses {
    /// Loopback addresses, for a port that other machines do not reach.
    Loopback,
    /// Every address.
    Every,
    /// Anything, for a Unix socket, which no browser reaches.
    Unchecked,
}

/// A host name without a port, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(String);

/// A text that is not a host name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("write a host name without scheme, port and path: metrics.example.org")]
pub struct InvalidHostName;

/// A request that names a host under which the agent is not known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum HostError {
    /// The request has no host.
    #[error("the request has no Host header")]
    Missing,
    /// The request has several hosts.
    #[error("the request has more than one Host header")]
    Several,
    /// The host is not allowed.
    #[error("the host {0} is not allowed; use {1}, or start the agent with --allow-host NAME")]
    NotAllowed(Quoted, AllowedAddresses),
}

/// Longest host that a message repeats, in characters.
const MAX_SHOWN: usize = 100;

/// A host as a message displays it: escaped and shortened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quoted(String);

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.0.chars().take(MAX_SHOWN).collect();
        let rest = if self.0.chars().count() > MAX_SHOWN { "…" } else { "" };
        write!(f, "\"{}{rest}\"", shown.escape_debug())
    }
}

impl fmt::Display for AllowedAddresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "localhost, 127.0.0.1 or [::1]",
            Self::Every | Self::Unchecked => "localhost or an IP address",
        })
    }
}

impl FromStr for HostName {
    type Err = InvalidHostName;

    fn from_str(text: &str) -> Result<Self, InvalidHostName> {
        let name = normalized(text);
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        };
        match name.len() <= 253 && name.split('.').all(is_label) {
            true => Ok(Self(name)),
            false => Err(InvalidHostName),
        }
    }
}

/// Returns a name in lower case, without the dot of the root.
fn normalized(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

impl AllowedHosts {
    /// Returns the hosts of a program without a port: names and loopback addresses.
    pub fn loopback(names: Vec<HostName>) -> Self {
        Self::new(names, AllowedAddresses::Loopback)
    }

    pub(crate) fn new(names: Vec<HostName>, addresses: AllowedAddresses) -> Self {
        Self { names, addresses }
    }

    /// Checks the host of a request: that of its header, and that of an absolute target.
    pub(crate) fn check<B>(&self, request: &Request<B>) -> Result<(), HostError> {
        if self.addresses == AllowedAddresses::Unchecked {
            return Ok(());
        }
        if let Some(authority) = request.uri().authority() {
            self.check_host(authority.as_str())?;
        }
        let mut headers = request.headers().get_all(HOST).into_iter();
        match (headers.next(), headers.next()) {
            (Some(host), None) => self.check_host(&String::from_utf8_lossy(host.as_bytes())),
            (Some(_), Some(_)) => Err(HostError::Several),
            // A browser sends HTTP/1.1 with a host; programs that speak HTTP/1.0 need none.
            (None, _) if request.version() < Version::HTTP_11 => Ok(()),
            (None, _) => Err(HostError::Missing),
        }
    }

    fn check_host(&self, host: &str) -> Result<(), HostError> {
        let not_allowed = || HostError::NotAllowed(Quoted(host.to_owned()), self.addresses);
        let name = without_port(host).ok_or_else(not_allowed)?;
        let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).map_or_else(
            || name.parse::<IpAddr>().ok().filter(IpAddr::is_ipv4),
            |name| name.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        );
        let is_allowed = match address {
            Some(address) => self.addresses == AllowedAddresses::Every || address.to_canonical().is_loopback(),
            None => {
                let name = normalized(name);
                name == "localhost" || self.names.iter().any(|allowed| allowed.0 == name)
            }
        };
        if is_allowed { Ok(()) } else { Err(not_allowed()) }
    }
}

/// Returns a host without its port, or `None` if the port is not a number.
fn without_port(host: &str) -> Option<&str> {
    let end = host.rfind(']').map_or(0, |end| end + 1);
    match host[end..].find(':') {
        Some(colon) => {
            let (name, port) = (&host[..end + colon], &host[end + colon + 1..]);
            (port.is_empty() || port.parse::<u16>().is_ok()).then_some(name)
        }
        None => Some(host),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(hosts: &AllowedHosts, host: &str) -> Result<(), HostError> {
        hosts.check(&Request::builder().uri("/config").header(HOST, host).body(()).unwrap())
    }

    #[test]
    fn loopback_names_are_allowed_and_foreign_names_are_not() {
        let hosts = AllowedHosts::new(vec!["Metrics.Example.org.".parse().unwrap()], AllowedAddresses::Loopback);
        for host in [
            "localhost",
            "LOCALHOST:9464",
            "localhost.",
            "127.0.0.1:9464",
            "127.8.9.1",
            "[::1]",
            "[::1]:80",
            "[::ffff:127.0.0.1]",
            "metrics.example.org:1",
        ] {
            assert_eq!(check(&hosts, host), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "evil.example:9464",
            "127.0.0.1.evil.example",
            "127.0.0.1:9464:evil",
            "localhost:evil",
            "192.0.2.1",
            "[2001:db8::1]:9464",
            "::1",
            "0.0.0.0",
            "",
            "[::1",
            "user@localhost",
            "2130706433",
            "0x7f.1",
        ] {
            assert!(matches!(check(&hosts, host), Err(HostError::NotAllowed(..))), "{host}");
        }
    }

    #[test]
    fn a_port_that_other_machines_reach_answers_to_any_address() {
        let hosts = AllowedHosts::new(Vec::new(), AllowedAddresses::Every);
        for host in ["10.1.2.3:9464", "[2001:db8::1]", "localhost"] {
            assert_eq!(check(&hosts, host), Ok(()), "{host}");
        }
        let error = check(&hosts, "evil.example\t\"").unwrap_err();
        let expected = "the host \"evil.example\\t\\\"\" is not allowed; use localhost or an IP address, or start the agent with --allow-host NAME";
        assert_eq!(error.to_string(), expected);
        let long = check(&hosts, &"x".repeat(300)).unwrap_err().to_string();
        assert!(long.starts_with(&format!("the host \"{}…\" is not", "x".repeat(100))), "{long}");
    }

    #[test]
    fn a_request_names_one_host_and_an_absolute_target_none_other() {
        let hosts = AllowedHosts::new(Vec::new(), AllowedAddresses::Loopback);
        let request = |uri: &str, version: Version, names: &[&str]| {
            let request = Request::builder().uri(uri).version(version);
            let request = names.iter().fold(request, |request, name| request.header(HOST, *name));
            hosts.check(&request.body(()).unwrap())
        };
        assert_eq!(request("/config", Version::HTTP_11, &[]), Err(HostError::Missing));
        assert_eq!(request("/config", Version::HTTP_10, &[]), Ok(()));
        assert_eq!(request("/config", Version::HTTP_11, &["localhost", "evil.example"]), Err(HostError::Several));
        let error = request("http://evil.example/config", Version::HTTP_11, &["localhost"]).unwrap_err();
        assert!(error.to_string().starts_with("the host \"evil.example\" is not allowed; use localhost, 127.0.0.1"));
    }

    proptest! {
        #[test]
        fn no_text_but_a_loopback_host_is_allowed(host in "\\PC*|[\\[\\]:.0-9a-fx%]*|(localhost|127\\.0\\.0\\.1|\\[::1\\])[.:a-z0-9@]*") {
            let hosts = AllowedHosts::new(Vec::new(), AllowedAddresses::Loopback);
            if hosts.check_host(&host).is_ok() {
                let lower = host.to_ascii_lowercase();
                let is_loopback = lower.starts_with("localhost") || lower.starts_with("127.") || lower.starts_with('[');
                prop_assert!(is_loopback && !lower.contains('@'), "{host}");
            }
        }
    }

    #[test]
    fn a_name_has_no_scheme_and_no_port() {
        for text in ["https://a.example", "a.example:80", "a.example/x", "", ".", "a..b", "[::1]", "*.example"] {
            assert_eq!(text.parse::<HostName>(), Err(InvalidHostName), "{text}");
        }
    }
}

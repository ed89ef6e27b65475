//! The variables that Kubernetes sets for each service of a namespace, known as service links.

use confgate_core::diagnostics::{Diagnostic, Severity, codes};
use confgate_core::value::Path;

use crate::load::location::variable_place;
use crate::system::SystemContext;

/// Protocols of a port.
const PROTOCOLS: [&str; 3] = ["tcp", "udp", "sctp"];

/// End of the first variable of a link.
const HOST: &str = "_SERVICE_HOST";

/// The services whose links begin with the prefix of a program. A service `game` has seven names with one port: `GAME_SERVICE_HOST`,
/// `GAME_SERVICE_PORT`, `GAME_PORT`, `GAME_PORT_80_TCP`, and the last with `_PROTO`, `_PORT` and `_ADDR`; a named port has
/// another one, `GAME_SERVICE_PORT_HTTP`.
#[derive(Debug)]
pub(super) struct ServiceLinks<'s>(Vec<&'s str>);

impl<'s> ServiceLinks<'s> {
    /// Finds the services in variables that begin with `start`. A service has its host, its port, and an address such as
    /// `tcp://10.0.0.5:80`: one of them alone may be a variable of the program.
    pub fn find(system: &'s SystemContext, start: &str) -> Self {
        let hosts = system.with_prefix(start).filter_map(|(name, _)| name.strip_suffix(HOST));
        let is_service = |service: &&str| {
            let address = system.text(&format!("{service}_PORT"));
            system.get(&format!("{service}_SERVICE_PORT")).is_some() && address.is_some_and(is_address)
        };
        Self(hosts.filter(is_service).collect())
    }

    /// Tells whether a variable is a part of a link.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|service| name.strip_prefix(service).is_some_and(is_link_suffix))
    }

    /// Returns the one warning about these variables, if there are any.
    pub fn warning(&self, names: &[&str]) -> Option<Diagnostic> {
        let (first, rest) = names.split_first()?;
        let more = match rest.len() {
            0 => format!("{first} is"),
            1 => format!("{first} and {} are", rest[0]),
            more => format!("{first} and {more} more variables are"),
        };
        let services: Vec<String> = self.0.iter().map(|name| name.to_lowercase().replace('_', "-")).collect();
        let message = format!("{more} set by Kubernetes for the service {}, and ignored", services.join(" and "));
        let diagnostic = Diagnostic::new(Severity::Warning, &codes::ENVIRONMENT_SERVICE_LINK, Path::root(), message);
        Some(diagnostic.at([variable_place(first)], "").help("set `enableServiceLinks: false` in the spec of the pod"))
    }
}

fn is_address(value: &str) -> bool {
    let (protocol, address) = value.split_once("://").unwrap_or_default();
    let port = address.rsplit_once(':').map_or("", |(_, port)| port);
    PROTOCOLS.contains(&protocol) && port.parse::<u16>().is_ok()
}

/// Tells whether a name is that of a link, without the name of the service.
fn is_link_suffix(suffix: &str) -> bool {
    if [HOST, "_SERVICE_PORT", "_PORT"].contains(&suffix) || suffix.starts_with("_SERVICE_PORT_") {
        return true;
    }
    let mut parts = suffix.strip_prefix("_PORT_").unwrap_or_default().splitn(3, '_');
    let is_port = parts.next().is_some_and(|port| port.parse::<u16>().is_ok());
    let is_protocol = parts.next().is_some_and(|name| PROTOCOLS.iter().any(|known| known.eq_ignore_ascii_case(name)));
    is_port && is_protocol && parts.next().is_none_or(|part| ["PROTO", "PORT", "ADDR"].contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 8] = [
        "GAME_PORT",
        "GAME_PORT_80_TCP",
        "GAME_PORT_80_TCP_ADDR",
        "GAME_PORT_80_TCP_PORT",
        "GAME_PORT_80_TCP_PROTO",
        "GAME_SERVICE_HOST",
        "GAME_SERVICE_PORT",
        "GAME_SERVICE_PORT_HTTP",
    ];

    fn pod() -> SystemContext {
        NAMES.iter().fold(SystemContext::bare(), |system, name| system.variable(*name, "tcp://10.0.0.5:80"))
    }

    #[test]
    fn the_names_of_a_link_are_recognized_and_others_are_not() {
        let system = pod();
        let links = ServiceLinks::find(&system, "GAME_");
        assert!(NAMES.iter().all(|name| links.contains(name)));
        for name in ["GAME_PORT_RANGE", "GAME_PORT_80", "GAME_PORT_80_TCP_X", "GAME_ENV", "GAME_SERVICE", "GAMES_PORT"]
        {
            assert!(!links.contains(name), "{name}");
        }
        let warning = links.warning(&NAMES).unwrap();
        assert_eq!(
            warning.message,
            "GAME_PORT and 7 more variables are set by Kubernetes for the service game, and ignored"
        );
        assert_eq!(warning.help.as_deref(), Some("set `enableServiceLinks: false` in the spec of the pod"));
        assert!(links.warning(&[]).is_none());
    }

    #[test]
    fn a_part_of_a_link_is_a_variable_of_the_program() {
        for missing in ["GAME_SERVICE_HOST", "GAME_SERVICE_PORT", "GAME_PORT"] {
            let system = pod().without(missing);
            assert!(!ServiceLinks::find(&system, "GAME_").contains("GAME_PORT_80_TCP"), "{missing}");
        }
        for port in ["80", "http://10.0.0.5:80", "tcp://10.0.0.5", "tcp://10.0.0.5:x"] {
            let system = pod().variable("GAME_PORT", port);
            assert!(!ServiceLinks::find(&system, "GAME_").contains("GAME_PORT"), "{port}");
        }
    }

    #[test]
    fn a_service_whose_name_begins_with_the_prefix_is_recognized_as_well() {
        let mut system = pod();
        for (name, value) in [("SERVICE_HOST", "10.0.0.6"), ("SERVICE_PORT", "53"), ("PORT", "udp://[fd00::6]:53")] {
            system = system.variable(format!("GAME_DNS_{name}"), value);
        }
        let links = ServiceLinks::find(&system, "GAME_");
        assert!(links.contains("GAME_DNS_PORT_53_UDP_ADDR") && links.contains("GAME_PORT"));
        let warning = links.warning(&["GAME_DNS_PORT", "GAME_PORT"]).unwrap();
        assert_eq!(
            warning.message,
            "GAME_DNS_PORT and GAME_PORT are set by Kubernetes for the service game-dns and game, and ignored"
        );
    }
}

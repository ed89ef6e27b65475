//! Whether a service is well.

use std::net::{TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::time::Duration;

use confgate_core::types::url::without_userinfo;

use crate::attempt::AttemptError;
use crate::process::{program, run, shell};

/// A question to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// An HTTP address that answers 200 to 299 when it is well.
    Http(String),
    /// A host and a port that take a connection.
    Tcp(String),
    /// A command of the shell that ends with 0.
    Command(String),
}

impl FromStr for Probe {
    type Err = String;

    /// `http://127.0.0.1:9090/health`, `tcp://127.0.0.1:8333`, or a command.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            Some(("http", _)) => Ok(Self::Http(text.to_owned())),
            Some(("tcp", address)) => Ok(Self::Tcp(address.to_owned())),
            Some(("https", _)) => Err("write a command for https: curl --fail --silent https://…".to_owned()),
            _ if text.trim().is_empty() => Err("write an http:// or tcp:// address, or a command".to_owned()),
            _ => Ok(Self::Command(text.to_owned())),
        }
    }
}

impl Probe {
    /// Asks once, and waits no longer than `patience`.
    ///
    /// # Errors
    ///
    /// It is not well: why, in words.
    pub fn ask(&self, patience: Duration) -> Result<(), AttemptError> {
        match self {
            Self::Http(url) => Ok(http(url, patience)?),
            Self::Tcp(address) => Ok(tcp(address, patience)?),
            Self::Command(command) => {
                run(&mut shell(command), patience).map(drop).map_err(|error| error.about(program(command)))
            }
        }
    }
}

fn http(url: &str, patience: Duration) -> Result<(), String> {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(patience)).build().into();
    // What is not 200 to 299 is an error of the library's.
    let shown = shown(url);
    agent.get(url).call().map(drop).map_err(|error| format!("{shown}: {}", error.to_string().replace(url, &shown)))
}

/// An address without what may be a secret in it: the user and the query.
fn shown(url: &str) -> String {
    let (address, query) = url.find(['?', '#']).map_or((url, ""), |at| url.split_at(at));
    format!("{}{}", without_userinfo(address), if query.is_empty() { "" } else { "?…" })
}

fn tcp(address: &str, patience: Duration) -> Result<(), String> {
    // Who writes a user before it is told that this is no host, and not what was written.
    let shown = address.rsplit_once('@').map_or(address, |(_, host)| host);
    let failed = |error: std::io::Error| format!("{shown}: {error}");
    let mut last = format!("{shown}: no such host");
    for address in address.to_socket_addrs().map_err(failed)? {
        match TcpStream::connect_timeout(&address, patience) {
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

    #[test]
    fn a_probe_is_an_address_or_a_command() {
        assert_eq!("http://x/y".parse(), Ok(Probe::Http("http://x/y".to_owned())));
        assert_eq!("tcp://x:1".parse(), Ok(Probe::Tcp("x:1".to_owned())));
        assert_eq!("exit 0".parse(), Ok(Probe::Command("exit 0".to_owned())));
        assert!("https://x".parse::<Probe>().unwrap_err().starts_with("write a command for https"));
        assert!(" ".parse::<Probe>().is_err());
    }

    #[test]
    fn a_command_is_well_when_it_ends_with_0_in_time() {
        assert_eq!(Probe::Command("exit 0".to_owned()).ask(SHORT), Ok(()));
        assert_eq!(
            Probe::Command("exit 4".to_owned()).ask(SHORT).unwrap_err().to_string(),
            "exit: sh ended with exit status: 4"
        );
        assert_eq!(
            Probe::Command("sleep 9".to_owned()).ask(SHORT).unwrap_err().to_string(),
            "sleep: sh did not end within 200 ms"
        );
    }

    #[test]
    fn a_port_is_well_when_it_takes_a_connection() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        assert_eq!(Probe::Tcp(address.clone()).ask(SHORT), Ok(()));
        drop(listener);
        // A process that another test just started holds a copy of the port until it runs its program.
        let asked = || Probe::Tcp(address.clone()).ask(SHORT);
        let refused = (0..100).find_map(|_| asked().inspect(|()| std::thread::sleep(Duration::from_millis(10))).err());
        assert!(refused.unwrap().to_string().contains("refused"));
        assert!(
            Probe::Http("http://127.0.0.1:9/".to_owned())
                .ask(SHORT)
                .unwrap_err()
                .to_string()
                .starts_with("http://127.0.0.1:9/: ")
        );
    }

    #[test]
    fn neither_user_nor_query_of_an_address_is_said() {
        for probe in
            ["http://admin:S3cret@127.0.0.1:9/h?key=S3cret", "http://S3cret@[::1:9/h", "tcp://a:S3cret@127.0.0.1:9"]
        {
            let said = probe.parse::<Probe>().unwrap().ask(SHORT).unwrap_err().to_string();
            assert!(!said.contains("S3cret"), "{said}");
        }
        assert_eq!(shown("http://a:b@x:9/h?key=c"), "http://***@x:9/h?…");
    }
}

//! The address at which the agent listens.

use std::fmt;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use rustix::net::listen;
use thiserror::Error;

use crate::hosts::{AllowedAddresses, AllowedHosts, HostName};

/// Number of connections that wait to be accepted. The standard library sets 128, and a client beyond it waits for a second.
const BACKLOG: i32 = 1024;

/// An address to listen at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// A TCP port: `127.0.0.1:9464`.
    Tcp(SocketAddr),
    /// A Unix socket: `unix:/run/confgate.sock`.
    Unix(PathBuf),
}

/// A text that is not an address to listen at.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("invalid address; write 127.0.0.1:9464, [::1]:9464 or unix:/run/confgate.sock")]
pub struct InvalidListen;

/// An error of listening at an address.
#[derive(Debug, Error)]
pub enum ListenError {
    /// Other machines could reach the address.
    #[error("cannot listen at {0}: other machines could read the config; pass --listen-anywhere to allow that")]
    Remote(SocketAddr),
    /// Another program listens there.
    #[error("cannot listen at {0}: another program listens there")]
    InUse(Listen),
    /// Something else than a socket has this path.
    #[error("cannot listen at unix:{}: the file is not a socket", .0.display())]
    NotASocket(PathBuf),
    /// The system refuses.
    #[error("cannot listen at {listen}: {source}")]
    Io {
        /// The address.
        listen: Listen,
        /// Error of the system.
        source: io::Error,
    },
}

/// A listening socket. A Unix socket is removed when this value is dropped.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    /// Path and inode of a Unix socket, so that the socket of another program is not removed.
    file: Option<(PathBuf, u64)>,
}

#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl FromStr for Listen {
    type Err = InvalidListen;

    fn from_str(text: &str) -> Result<Self, InvalidListen> {
        match text.strip_prefix("unix:") {
            Some("") => Err(InvalidListen),
            Some(path) => Ok(Self::Unix(path.into())),
            None => text.parse().map(Self::Tcp).map_err(|_| InvalidListen),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl Listen {
    /// Listens at the address. One that other machines reach needs `allow_remote`.
    ///
    /// # Errors
    ///
    /// Other machines could reach the address, another program listens there, or the system refuses.
    pub fn bind(&self, allow_remote: bool) -> Result<Listener, ListenError> {
        match self {
            Self::Tcp(address) if !allow_remote && !address.ip().to_canonical().is_loopback() => {
                Err(ListenError::Remote(*address))
            }
            Self::Tcp(address) => {
                let listener = TcpListener::bind(address).map_err(|error| self.failed(error))?;
                listen(&listener, BACKLOG).map_err(|error| self.failed(error.into()))?;
                Ok(Listener { socket: Socket::Tcp(listener), file: None })
            }
            Self::Unix(path) => self.bind_unix(path),
        }
    }

    /// Binds a Unix socket under a temporary name, sets its permissions, and renames it. It replaces a socket that no program
    /// listens on.
    fn bind_unix(&self, path: &Path) -> Result<Listener, ListenError> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if !metadata.file_type().is_socket() => return Err(ListenError::NotASocket(path.to_owned())),
            Ok(_) if UnixStream::connect(path).is_ok() => return Err(ListenError::InUse(self.clone())),
            _ => {}
        }
        let failed = |error| self.failed(error);
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Report a missing directory here: later the error would be about a temporary file.
        fs::metadata(directory).map_err(failed)?;
        let bind = |path: &Path| UnixListener::bind(path);
        let temporary = tempfile::Builder::new().prefix(".confgate").make_in(directory, bind).map_err(failed)?;
        fs::set_permissions(temporary.path(), Permissions::from_mode(0o660)).map_err(failed)?;
        let inode = fs::symlink_metadata(temporary.path()).map_err(failed)?.ino();
        let listener = temporary.persist(path).map_err(|error| failed(error.error))?;
        Ok(Listener { socket: Socket::Unix(listener), file: Some((path.to_owned(), inode)) })
    }

    fn failed(&self, source: io::Error) -> ListenError {
        match source.kind() {
            ErrorKind::AddrInUse => ListenError::InUse(self.clone()),
            _ => ListenError::Io { listen: self.clone(), source },
        }
    }
}

impl Listener {
    /// Returns the port of a TCP socket: the one that the system chose if port 0 was given.
    pub fn port(&self) -> Option<u16> {
        match &self.socket {
            Socket::Tcp(listener) => listener.local_addr().ok().map(|address| address.port()),
            Socket::Unix(_) => None,
        }
    }

    /// Returns the hosts to which the agent answers here: loopback names, these `names`, and addresses if other machines reach the
    /// port.
    pub fn allowed_hosts(&self, names: Vec<HostName>) -> AllowedHosts {
        let addresses = match &self.socket {
            Socket::Unix(_) => AllowedAddresses::Unchecked,
            Socket::Tcp(listener) => match listener.local_addr() {
                Ok(address) if address.ip().to_canonical().is_loopback() => AllowedAddresses::Loopback,
                _ => AllowedAddresses::Every,
            },
        };
        AllowedHosts::new(names, addresses)
    }

    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.socket {
            Socket::Tcp(listener) => match listener.local_addr() {
                Ok(address) => address.fmt(f),
                Err(error) => error.fmt(f),
            },
            Socket::Unix(_) => {
                let path = self.file.as_ref().map(|(path, _)| path.display().to_string()).unwrap_or_default();
                write!(f, "unix:{path}")
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some((path, inode)) = &self.file
            && fs::symlink_metadata(path).is_ok_and(|metadata| metadata.ino() == *inode)
        {
            // The next agent replaces a socket that stays.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_displays_as_it_is_parsed() {
        for text in ["127.0.0.1:9464", "[::1]:80", "unix:/run/x.sock"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        for text in ["9464", "localhost:9464", "unix:", "", "127.0.0.1"] {
            assert_eq!(text.parse::<Listen>(), Err(InvalidListen), "{text}");
        }
    }

    #[test]
    fn an_address_that_other_machines_reach_needs_permission() {
        for text in ["0.0.0.0:0", "[::]:0", "[::ffff:192.0.2.1]:0"] {
            let error = text.parse::<Listen>().unwrap().bind(false).unwrap_err();
            assert!(error.to_string().contains("--listen-anywhere"), "{error}");
        }
        assert!("0.0.0.0:0".parse::<Listen>().unwrap().bind(true).unwrap().port().is_some_and(|port| port > 0));
    }

    #[test]
    fn a_socket_is_for_its_owner_and_group_replaces_a_stale_one_and_is_removed_with_the_agent() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("agent.sock");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let listen = Listen::Unix(path.clone());
        let listener = listen.bind(false).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o660);
        let error = listen.bind(false).unwrap_err();
        let expected = format!("cannot listen at unix:{}: another program listens there", path.display());
        assert_eq!(error.to_string(), expected);
        drop(listener);
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_is_not_a_socket_and_the_socket_of_another_program_are_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "mine").unwrap();
        let error = Listen::Unix(path.clone()).bind(false).unwrap_err();
        let expected = format!("cannot listen at unix:{}: the file is not a socket", path.display());
        assert_eq!(error.to_string(), expected);
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");

        let path = directory.path().join("agent.sock");
        let listener = Listen::Unix(path.clone()).bind(false).unwrap();
        fs::remove_file(&path).unwrap();
        let _other = UnixListener::bind(&path).unwrap();
        drop(listener);
        assert!(path.exists());
    }

    #[test]
    fn a_missing_directory_is_reported_by_the_address() {
        let error = "unix:/nowhere/agent.sock".parse::<Listen>().unwrap().bind(false).unwrap_err();
        let expected = "cannot listen at unix:/nowhere/agent.sock: No such file or directory (os error 2)";
        assert_eq!(error.to_string(), expected);
    }
}

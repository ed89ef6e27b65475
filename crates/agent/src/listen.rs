//! Where the agent answers.

use std::fmt;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// A port: `127.0.0.1:9464`.
    Port(SocketAddr),
    /// A Unix socket: `unix:/run/confgate.sock`.
    Socket(PathBuf),
}

/// A text that says no place to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidListen;

/// Why nobody can listen there.
#[derive(Debug)]
pub enum ListenError {
    /// Other machines could ask.
    Open(SocketAddr),
    /// Another program has it.
    InUse(Listen),
    /// There is something else at the path of the socket.
    NoSocket(PathBuf),
    /// The system refuses.
    Io(Listen, io::Error),
}

/// A place where the agent listens. A socket is removed when it goes.
#[derive(Debug)]
pub struct Listener {
    pub(super) kind: Kind,
    /// The socket and its number, so that nobody else's is removed.
    own: Option<(PathBuf, u64)>,
}

#[derive(Debug)]
pub(super) enum Kind {
    Port(TcpListener),
    Socket(UnixListener),
}

impl FromStr for Listen {
    type Err = InvalidListen;

    fn from_str(text: &str) -> Result<Self, InvalidListen> {
        match text.strip_prefix("unix:") {
            Some("") => Err(InvalidListen),
            Some(path) => Ok(Self::Socket(path.into())),
            None => text.parse().map(Self::Port).map_err(|_| InvalidListen),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(address) => address.fmt(f),
            Self::Socket(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl fmt::Display for InvalidListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write 127.0.0.1:9464, [::1]:9464 or unix:/run/confgate.sock")
    }
}

impl std::error::Error for InvalidListen {}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(address) => {
                write!(f, "{address}: other machines could read the config there: give --listen-anywhere if they may")
            }
            Self::InUse(listen) => write!(f, "{listen}: another program listens there"),
            Self::NoSocket(path) => write!(f, "{}: there is something there that is no socket", path.display()),
            Self::Io(listen, error) => write!(f, "{listen}: nobody can listen there: {error}"),
        }
    }
}

impl std::error::Error for ListenError {}

impl Listen {
    /// Begins to listen, on other addresses than the machine's own only when `anywhere` says so.
    ///
    /// # Errors
    ///
    /// Other machines could ask, another program listens there, or the system refuses.
    pub fn bind(&self, anywhere: bool) -> Result<Listener, ListenError> {
        match self {
            Self::Port(address) if !anywhere && !address.ip().to_canonical().is_loopback() => {
                Err(ListenError::Open(*address))
            }
            Self::Port(address) => {
                let listener = TcpListener::bind(address).map_err(|error| self.failed(error))?;
                Ok(Listener { kind: Kind::Port(listener), own: None })
            }
            Self::Socket(path) => self.socket(path),
        }
    }

    /// The socket has its permissions before it has its name, and takes the place of one that nobody listens on.
    fn socket(&self, path: &Path) -> Result<Listener, ListenError> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if !metadata.file_type().is_socket() => return Err(ListenError::NoSocket(path.to_owned())),
            Ok(_) if UnixStream::connect(path).is_ok() => return Err(ListenError::InUse(self.clone())),
            _ => {}
        }
        let failed = |error| self.failed(error);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Without a folder the error would be about a file that nobody knows.
        fs::metadata(folder).map_err(failed)?;
        let made = tempfile::Builder::new().prefix(".confgate").make_in(folder, |path| UnixListener::bind(path));
        let made = made.map_err(failed)?;
        fs::set_permissions(made.path(), Permissions::from_mode(0o660)).map_err(failed)?;
        let number = fs::symlink_metadata(made.path()).map_err(failed)?.ino();
        let listener = made.persist(path).map_err(|error| failed(error.error))?;
        Ok(Listener { kind: Kind::Socket(listener), own: Some((path.to_owned(), number)) })
    }

    fn failed(&self, error: io::Error) -> ListenError {
        match error.kind() {
            ErrorKind::AddrInUse => ListenError::InUse(self.clone()),
            _ => ListenError::Io(self.clone(), error),
        }
    }
}

impl Listener {
    /// The port, for a listener that was given port 0.
    pub fn port(&self) -> Option<u16> {
        match &self.kind {
            Kind::Port(listener) => listener.local_addr().ok().map(|address| address.port()),
            Kind::Socket(_) => None,
        }
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, &self.own) {
            (Kind::Port(listener), _) => match listener.local_addr() {
                Ok(address) => address.fmt(f),
                Err(error) => error.fmt(f),
            },
            (Kind::Socket(_), own) => {
                let path = own.as_ref().map(|(path, _)| path.display().to_string()).unwrap_or_default();
                write!(f, "unix:{path}")
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some((path, number)) = &self.own
            && fs::symlink_metadata(path).is_ok_and(|metadata| metadata.ino() == *number)
        {
            // It is no use to anybody, and the next agent replaces it.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        for text in ["127.0.0.1:9464", "[::1]:80", "unix:/run/x.sock"] {
            assert_eq!(text.parse::<Listen>().unwrap().to_string(), text);
        }
        for text in ["9464", "localhost:9464", "unix:", "", "127.0.0.1"] {
            let said = text.parse::<Listen>().unwrap_err().to_string();
            assert_eq!(said, "write 127.0.0.1:9464, [::1]:9464 or unix:/run/confgate.sock", "{text}");
        }
    }

    #[test]
    fn a_place_that_others_reach_is_refused_unless_it_is_asked_for() {
        for text in ["0.0.0.0:0", "[::]:0", "[::ffff:192.0.2.1]:0"] {
            let error = text.parse::<Listen>().unwrap().bind(false).unwrap_err();
            assert!(error.to_string().contains("--listen-anywhere"), "{error}");
        }
        assert!("0.0.0.0:0".parse::<Listen>().unwrap().bind(true).unwrap().port().is_some_and(|port| port > 0));
    }

    #[test]
    fn a_socket_is_for_its_owner_and_group_replaces_a_stale_one_and_goes_with_the_agent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent.sock");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let listen = Listen::Socket(path.clone());
        let listener = listen.bind(false).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o660);
        let error = listen.bind(false).unwrap_err();
        assert_eq!(error.to_string(), format!("unix:{}: another program listens there", path.display()));
        drop(listener);
        assert!(!path.exists());
    }

    #[test]
    fn what_is_no_socket_is_left_alone_and_so_is_the_socket_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "mine").unwrap();
        let error = Listen::Socket(path.clone()).bind(false).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: there is something there that is no socket", path.display()));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");

        let path = folder.path().join("agent.sock");
        let listener = Listen::Socket(path.clone()).bind(false).unwrap();
        fs::remove_file(&path).unwrap();
        let _other = UnixListener::bind(&path).unwrap();
        drop(listener);
        assert!(path.exists());
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = "unix:/nowhere/agent.sock".parse::<Listen>().unwrap().bind(false).unwrap_err();
        let expected = "unix:/nowhere/agent.sock: nobody can listen there: No such file or directory (os error 2)";
        assert_eq!(error.to_string(), expected);
    }
}

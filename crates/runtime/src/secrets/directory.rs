//! Provider of secrets in a directory of files: systemd's credentials, `/run/secrets` of sops-nix, `/run/agenix`, a mounted
//! secret of Kubernetes.

use std::fs;
use std::path::{Path, PathBuf};

use confgate_core::types::Secret;
use confgate_files::{FileKind, OpenedFile, ReadFileError, SizeLimit};

use crate::secrets::{FoundSecret, Provider, ProviderError, SecretWarning, without_line_end};

/// A directory with a file for each secret: `DB_PASSWORD`, else `db_password`, else `db-password`.
#[derive(Debug, Clone)]
pub struct DirectoryProvider {
    path: PathBuf,
    name: String,
}

impl DirectoryProvider {
    /// Returns the provider for the directory at `path`, which may be missing.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.display().to_string(), path }
    }

    /// Returns the provider for the directory of systemd's credentials, `$CREDENTIALS_DIRECTORY`.
    pub fn credentials(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), name: "credentials".to_owned() }
    }
}

impl DirectoryProvider {
    /// Tells absence and trouble apart: a missing directory has no secrets, as on a machine without Nix, but a file in its place and a
    /// link to nothing are mistakes.
    fn absence<T>(&self, name: &str) -> Result<Option<T>, ProviderError> {
        if fs::metadata(&self.path).is_ok_and(|directory| !directory.is_dir()) {
            let error = ProviderError::new(format!("{}: not a directory", self.path.display()));
            return Err(error.help("name the directory that has a file for each secret"));
        }
        let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|link| link.is_symlink());
        let files = self.files(name).into_iter().map(|file| self.path.join(file));
        match [self.path.clone()].into_iter().chain(files).find(|path| is_link(path) && !path.exists()) {
            Some(path) => {
                let error = ProviderError::new(format!("{}: a link to a file that does not exist", path.display()));
                Err(error.help("create the file, or remove the link"))
            }
            None => Ok(None),
        }
    }

    /// Returns the names of the file of a secret, in the order in which they are tried.
    fn files(&self, name: &str) -> [String; 3] {
        let lower = name.to_lowercase();
        [name.to_owned(), lower.clone(), lower.replace('_', "-")]
    }
}

impl Provider for DirectoryProvider {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn secret(&self, name: &str) -> Result<Option<FoundSecret>, ProviderError> {
        for file in self.files(name) {
            if let Some(found) = read(&self.path.join(file), SizeLimit::SECRET)? {
                return Ok(Some(found));
            }
        }
        self.absence(name)
    }

    fn place(&self, name: &str) -> String {
        format!("the file {}", self.path.join(name).display())
    }

    fn watched(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}

/// Reads the secret in a file, without the final line end that editors add. Returns `None` if the file is missing.
///
/// # Errors
///
/// The file is not a regular one, is larger than `limit`, is not UTF-8, or cannot be read.
pub fn read(path: &Path, limit: SizeLimit) -> Result<Option<FoundSecret>, ProviderError> {
    let failed = |error: ReadFileError| {
        let provider_error = ProviderError::new(format!("{}: {error}", path.display()));
        match error {
            ReadFileError::PermissionDenied(_) => provider_error.help("let the user of the service read it"),
            ReadFileError::NotRegular(FileKind::Fifo) => provider_error.help(FIFO_HELP),
            _ => provider_error,
        }
    };
    let file = match OpenedFile::open(path) {
        Ok(file) => file,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mode = file.state().mode();
    let bytes = file.read_secret(limit).map_err(failed)?;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(ProviderError::new(format!("{}: not UTF-8", path.display())));
    };
    let readers = match (mode & 0o040 != 0, mode & 0o004 != 0) {
        (_, true) => Some("everyone"),
        (true, false) => Some("its group"),
        (false, false) => None,
    };
    let warning =
        readers.map(|readers| format!("{} can be read by {readers} (mode {:03o})", path.display(), mode & 0o777));
    Ok(Some(FoundSecret {
        secret: Secret::from(without_line_end(text)),
        place: path.display().to_string(),
        warnings: warning.map(SecretWarning::Readable).into_iter().collect(),
    }))
}

/// Help for a FIFO in the place of a file.
const FIFO_HELP: &str = "a secret is read again at each reload, and a pipe gives it once: write it to a file that the service alone can read";

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn directory(files: &[(&str, &[u8], u32)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (name, bytes, mode) in files {
            fs::write(directory.path().join(name), bytes).unwrap();
            fs::set_permissions(directory.path().join(name), Permissions::from_mode(*mode)).unwrap();
        }
        directory
    }

    #[test]
    fn a_secret_is_a_file_without_its_last_line_end() {
        let directory =
            directory(&[("DB", b"hunter2\n", 0o400), ("api-key", b" two\nlines\r\n", 0o600), ("empty", b"", 0o600)]);
        let provider = DirectoryProvider::new(directory.path());
        let found = |name: &str| provider.secret(name).unwrap().map(|found| found.secret.expose().to_owned());
        assert_eq!(found("DB").as_deref(), Some("hunter2"));
        assert_eq!(found("API_KEY").as_deref(), Some(" two\nlines"));
        assert_eq!(found("EMPTY").as_deref(), Some(""));
        assert_eq!(found("NONE"), None);
        assert!(DirectoryProvider::new("/nowhere").secret("DB").unwrap().is_none());
    }

    #[test]
    fn a_file_in_the_place_of_the_directory_and_a_link_to_nothing_are_no_absence() {
        let directory = directory(&[("FILE", b"x", 0o600)]);
        let path = |name: &str| directory.path().join(name);
        std::os::unix::fs::symlink("nothing", path("db")).unwrap();
        std::os::unix::fs::symlink("nowhere", path("keys")).unwrap();
        let said = |provider: &str, name: &str| {
            let error = DirectoryProvider::new(path(provider)).secret(name).unwrap_err();
            format!("{error}; {}", error.help.clone().unwrap()).replace(&directory.path().display().to_string(), "")
        };
        assert_eq!(said("FILE", "DB"), "/FILE: not a directory; name the directory that has a file for each secret");
        let link = "a link to a file that does not exist; create the file, or remove the link";
        assert_eq!(said("", "DB"), format!("/db: {link}"));
        assert_eq!(said("keys", "DB"), format!("/keys: {link}"));
    }

    #[test]
    fn a_file_that_others_can_read_is_a_warning() {
        let directory = directory(&[("A", b"x", 0o644), ("B", b"x", 0o640), ("C", b"x", 0o600)]);
        let provider = DirectoryProvider::new(directory.path());
        let warning = |name: &str| {
            let warnings = provider.secret(name).unwrap().unwrap().warnings;
            warnings.iter().map(ToString::to_string).collect::<String>()
        };
        assert!(warning("A").ends_with("/A can be read by everyone (mode 644)"));
        assert!(warning("B").ends_with("/B can be read by its group (mode 640)"));
        assert_eq!(warning("C"), "");
    }

    #[test]
    fn what_is_not_a_secret_is_reported_with_its_file() {
        let directory = directory(&[("BYTES", b"hunter\xff", 0o600), ("LARGE", &vec![b'x'; (1 << 20) + 1], 0o600)]);
        fs::create_dir(directory.path().join("DIR")).unwrap();
        let provider = DirectoryProvider::new(directory.path());
        let message = |name: &str| provider.secret(name).unwrap_err().to_string();
        assert!(message("BYTES").ends_with("/BYTES: not UTF-8"));
        assert!(message("LARGE").ends_with("/LARGE: larger than the limit of 1 MiB"));
        assert!(message("DIR").ends_with("/DIR: not a regular file: a directory"));
    }

    #[test]
    fn a_pipe_is_rejected_without_waiting() {
        let directory = tempfile::tempdir().unwrap();
        let fifo = directory.path().join("DB");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let error = DirectoryProvider::new(directory.path()).secret("DB").unwrap_err();
        assert!(error.to_string().ends_with("/DB: not a regular file: a FIFO"), "{error}");
        assert!(error.help.unwrap().contains("write it to a file"));
        // The path that a shell passes for <(…).
        let (reader, writer) = std::io::pipe().unwrap();
        let path = format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader));
        let message = read(Path::new(&path), SizeLimit::SECRET).unwrap_err().to_string();
        assert_eq!(message, format!("{path}: not a regular file: a FIFO"));
        drop(writer);
    }
}

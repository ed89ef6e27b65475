//! Secrets in a folder of files: systemd's credentials, `/run/secrets` of sops-nix, `/run/agenix`, a secret that
//! Kubernetes mounts.

use std::fs::{FileType, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use confgate_core::types::Secret;
use rustix::fs::OFlags;
use zeroize::Zeroizing;

use crate::secrets::{FoundSecret, Provider, ProviderError};

/// The largest secret that is read, in bytes: systemd and Kubernetes allow a megabyte.
const MAX_BYTES: u64 = 1 << 20;

/// A folder with a file for each secret: `DB_PASSWORD`, or else `db_password` or `db-password`.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    name: String,
}

impl Folder {
    /// The folder at `path`, which need not be there.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.display().to_string(), path }
    }

    /// The folder of systemd's credentials, `$CREDENTIALS_DIRECTORY`.
    pub fn credentials(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), name: "credentials".to_owned() }
    }
}

impl Provider for Folder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn secret(&self, name: &str) -> Result<Option<FoundSecret>, ProviderError> {
        let lower = name.to_lowercase();
        for file in [name, &lower, &lower.replace('_', "-")] {
            if let Some(known) = read(&self.path.join(file))? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    fn place(&self, name: &str) -> String {
        format!("the file {}", self.path.join(name).display())
    }

    fn watched(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}

/// The secret in a file, without the line end that editors put behind it; `None` when the file is not there.
pub fn read(path: &Path) -> Result<Option<FoundSecret>, ProviderError> {
    let trouble = |error: std::io::Error| {
        let trouble = ProviderError::new(format!("{}: {error}", path.display()));
        match error.kind() {
            ErrorKind::PermissionDenied => trouble.help("let the user of the service read it"),
            _ => trouble,
        }
    };
    // A pipe that nobody writes to is not waited for.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(trouble(error)),
    };
    let metadata = file.metadata().map_err(trouble)?;
    if !metadata.is_file() {
        return Err(no_file(path, metadata.file_type()));
    }
    // In one piece: what a growing buffer leaves behind is not wiped.
    let size = usize::try_from(metadata.len().min(MAX_BYTES)).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(size + 1));
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(trouble)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ProviderError::new(format!("{}: larger than {MAX_BYTES} bytes", path.display())));
    }
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(ProviderError::new(format!("{}: not UTF-8", path.display())));
    };
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    let mode = metadata.permissions().mode();
    let warning = match (mode & 0o040 != 0, mode & 0o004 != 0) {
        (_, true) => Some("everyone"),
        (true, false) => Some("its group"),
        (false, false) => None,
    };
    let warning = warning.map(|who| format!("{} can be read by {who} (mode {:03o})", path.display(), mode & 0o777));
    Ok(Some(FoundSecret { secret: Secret::from(text), place: path.display().to_string(), warning }))
}

fn no_file(path: &Path, what: FileType) -> ProviderError {
    if !what.is_fifo() {
        return ProviderError::new(format!("{}: not a file", path.display()));
    }
    let help = "a secret is read again at each reload, and a pipe gives it once: write it to a file that the service alone can read";
    ProviderError::new(format!("{}: a pipe, not a file", path.display())).help(help)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};

    use super::*;

    fn folder(files: &[(&str, &[u8], u32)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes, mode) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
            fs::set_permissions(folder.path().join(name), Permissions::from_mode(*mode)).unwrap();
        }
        folder
    }

    #[test]
    fn a_secret_is_a_file_without_its_last_line_end() {
        let folder =
            folder(&[("DB", b"hunter2\n", 0o400), ("api-key", b" two\nlines\r\n", 0o600), ("empty", b"", 0o600)]);
        let provider = Folder::new(folder.path());
        let found = |name: &str| provider.secret(name).unwrap().map(|known| known.secret.expose().to_owned());
        assert_eq!(found("DB").as_deref(), Some("hunter2"));
        assert_eq!(found("API_KEY").as_deref(), Some(" two\nlines"));
        assert_eq!(found("EMPTY").as_deref(), Some(""));
        assert_eq!(found("NONE"), None);
        assert!(Folder::new("/nowhere").secret("DB").unwrap().is_none());
    }

    #[test]
    fn a_file_that_others_can_read_is_warned_of() {
        let folder = folder(&[("A", b"x", 0o644), ("B", b"x", 0o640), ("C", b"x", 0o600)]);
        let provider = Folder::new(folder.path());
        let warned = |name: &str| provider.secret(name).unwrap().unwrap().warning;
        assert!(warned("A").unwrap().ends_with("/A can be read by everyone (mode 644)"));
        assert!(warned("B").unwrap().ends_with("/B can be read by its group (mode 640)"));
        assert_eq!(warned("C"), None);
    }

    #[test]
    fn what_is_no_secret_is_said_with_its_file() {
        let folder = folder(&[("BYTES", b"hunter\xff", 0o600), ("LARGE", &vec![b'x'; (1 << 20) + 1], 0o600)]);
        fs::create_dir(folder.path().join("DIR")).unwrap();
        let provider = Folder::new(folder.path());
        let said = |name: &str| provider.secret(name).unwrap_err().to_string();
        assert!(said("BYTES").ends_with("/BYTES: not UTF-8"));
        assert!(said("LARGE").ends_with("/LARGE: larger than 1048576 bytes"));
        assert!(said("DIR").ends_with("/DIR: not a file"));
    }

    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("DB");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let trouble = Folder::new(folder.path()).secret("DB").unwrap_err();
        assert!(trouble.to_string().ends_with("/DB: a pipe, not a file"), "{trouble}");
        assert!(trouble.help.unwrap().contains("write it to a file"));
        // What a shell puts in the place of <(…).
        let (reader, writer) = std::io::pipe().unwrap();
        let path = format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader));
        let said = read(Path::new(&path)).unwrap_err().to_string();
        assert_eq!(said, format!("{path}: a pipe, not a file"));
        drop(writer);
    }
}

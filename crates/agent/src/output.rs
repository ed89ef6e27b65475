//! The file that the service reads.

use std::fmt;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use confgate_core::gate::Gate;
use confgate_core::pretty_json::document;
use confgate_core::profile;
use confgate_core::toml;
use confgate_core::value::json;
use confgate_runtime::load::LoadedConfig;
use zeroize::Zeroizing;

/// What the file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

/// A file that is replaced whole: whoever reads it finds the old one or the new one, even when the machine stops half-way.
#[derive(Debug, Clone)]
pub struct Output {
    path: PathBuf,
    format: Format,
    mode: u32,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// There was no file before.
    New,
    /// The file took the place of another.
    Replaced,
    /// The file says the same already, and was left alone.
    Unchanged,
}

/// Why the file is not what it should be; it is what it was before.
#[derive(Debug)]
pub enum OutputError {
    /// The system refuses.
    Io {
        /// The file.
        path: PathBuf,
        /// What it says.
        error: io::Error,
    },
    /// The name is that of something else than a file.
    NoFile {
        /// The name.
        path: PathBuf,
    },
    /// The config is read from it.
    IsInput {
        /// The file.
        path: PathBuf,
    },
    /// TOML has no word for something in the config.
    NotToml(toml::WriteError),
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, error } => write!(f, "{}: not written: {error}", path.display()),
            Self::NoFile { path } => {
                write!(f, "{}: not written: there is something there that is no file", path.display())
            }
            Self::IsInput { path } => {
                write!(f, "{}: the config is read from it: give --output another name", path.display())
            }
            Self::NotToml(error) => write!(f, "the config cannot be written as TOML: {error}: use --format json"),
        }
    }
}

impl std::error::Error for OutputError {}

impl Output {
    /// A file at `path`, with these permissions (0o600: its owner alone).
    pub fn new(path: impl Into<PathBuf>, format: Format, mode: u32) -> Self {
        Self { path: path.into(), format, mode }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses to write where the config is read from: each write would be a change of its own cause.
    ///
    /// # Errors
    ///
    /// It is one of `inputs`.
    pub fn apart_from(&self, inputs: &[PathBuf]) -> Result<(), OutputError> {
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match inputs.iter().any(|input| real(input) == real(&self.path)) {
            true => Err(OutputError::IsInput { path: self.path.clone() }),
            false => Ok(()),
        }
    }

    /// Makes the file say what runs.
    ///
    /// # Errors
    ///
    /// The system refuses, or TOML has no word for something in the config. The file is what it was.
    pub fn write(&self, loaded: &LoadedConfig, gate: &Gate) -> Result<Written, OutputError> {
        let text = self.text(loaded, gate)?;
        let failed = |error| OutputError::Io { path: self.path.clone(), error };
        let before = self.before(text.len())?;
        if before.as_deref().is_some_and(|before| before == text.as_bytes()) {
            fs::set_permissions(&self.path, Permissions::from_mode(self.mode)).map_err(failed)?;
            return Ok(Written::Unchanged);
        }
        self.replace(&text).map_err(failed)?;
        Ok(if before.is_some() { Written::Replaced } else { Written::New })
    }

    /// Whether the file says what runs, to those who may read it. One that cannot be read does not.
    pub fn is_current(&self, loaded: &LoadedConfig, gate: &Gate) -> bool {
        let Ok(text) = self.text(loaded, gate) else { return false };
        let mode = fs::metadata(&self.path).map(|metadata| metadata.permissions().mode() & 0o7777);
        let says = self.before(text.len()).ok().flatten();
        mode.is_ok_and(|mode| mode == self.mode) && says.is_some_and(|says| *says == text.as_bytes())
    }

    /// The whole config, without the profiles that it was made with: they count already.
    fn text(&self, loaded: &LoadedConfig, gate: &Gate) -> Result<Zeroizing<String>, OutputError> {
        let mut tree = loaded.tree.clone();
        if let Some(path) = gate.view().find_marked(profile::MARK) {
            tree.remove(&path.0);
        }
        let text = match self.format {
            Format::Toml => toml::write(&tree).map_err(OutputError::NotToml)?,
            Format::Json => document(&json::write(&tree)),
        };
        Ok(Zeroizing::new(text))
    }

    /// What the file says now, or some of it when it is longer than `length` and so not the same.
    fn before(&self, length: usize) -> Result<Option<Zeroizing<Vec<u8>>>, OutputError> {
        let failed = |error| OutputError::Io { path: self.path.clone(), error };
        match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
            Ok(metadata) if metadata.is_dir() => Err(OutputError::NoFile { path: self.path.clone() }),
            // A link, a pipe: it gives way to a file.
            Ok(metadata) if !metadata.is_file() || metadata.len() != length as u64 => Ok(Some(Zeroizing::default())),
            Ok(_) => fs::read(&self.path).map(|bytes| Some(Zeroizing::new(bytes))).map_err(failed),
        }
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Without a folder the error would be about a file that nobody knows.
        fs::metadata(folder)?;
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        // One name, so that a crash leaves at most one such file, and the next write takes it away.
        let beside = format!(".{name}.confgate");
        match fs::remove_file(folder.join(&beside)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = tempfile::Builder::new().prefix(&beside).rand_bytes(0).tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        // After the umask, which may have taken something away.
        file.as_file().set_permissions(Permissions::from_mode(self.mode))?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        File::open(folder)?.sync_all()
    }
}

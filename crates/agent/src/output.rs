//! The output file: the config that the service reads.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use confgate_core::gate::written::{self, WrittenError};
use confgate_core::gate::{ConfigSpec, Input, Phase, ValidateOptions};
use confgate_core::pretty_json::document;
use confgate_core::value::{Format, Node, Source, json};
use confgate_core::{toml, yaml};
use confgate_files::{ReadFileError, SizeLimit, read_secret};
use confgate_runtime::atomic_file::{self, Mode};
use confgate_runtime::load::LoadedConfig;
use thiserror::Error;
use zeroize::Zeroizing;

/// A file that is replaced atomically: a reader finds the old content or the new one, also after a crash.
#[derive(Debug, Clone)]
pub struct Output {
    path: PathBuf,
    format: Format,
    mode: u32,
}

/// The outcome of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOutcome {
    /// The file did not exist before.
    Created,
    /// The file replaced another one.
    Replaced,
    /// The file had this content already and was left alone.
    Unchanged,
}

/// An error of writing the output file, which keeps its content.
#[derive(Debug, Error)]
pub enum OutputError {
    /// The system refuses.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Error of the system.
        source: io::Error,
    },
    /// A directory has this name.
    #[error("cannot write {}: it is not a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The config is read from this file.
    #[error("cannot write {}: the config is read from it; give --output another name", path.display())]
    IsInput {
        /// The file.
        path: PathBuf,
    },
    /// The config would be rejected or mean something else when it is read again.
    #[error("cannot write {}: {source}", path.display())]
    Written {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: Box<WrittenError>,
    },
    /// TOML cannot represent a value of the config.
    #[error("cannot write the config as TOML: {0}; use --format json or yaml")]
    NotToml(#[source] toml::WriteError),
}

/// The file before a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existing {
    Missing,
    /// A file with the content to write.
    Same,
    /// A file with another content, or a link.
    Other,
}

impl Output {
    /// Describes a file with these permissions; with 0o600 its owner alone can read it.
    pub fn new(path: impl Into<PathBuf>, format: Format, mode: u32) -> Self {
        Self { path: path.into(), format, mode }
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Rejects a file that is one of the inputs of the config: each write would cause a reload.
    ///
    /// # Errors
    ///
    /// The file is one of `inputs`.
    pub fn reject_inputs(&self, inputs: &[PathBuf]) -> Result<(), OutputError> {
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match inputs.iter().any(|input| real(input) == real(&self.path)) {
            true => Err(OutputError::IsInput { path: self.path.clone() }),
            false => Ok(()),
        }
    }

    /// Writes the config, unless the file has this content already.
    ///
    /// # Errors
    ///
    /// The system refuses, TOML cannot represent a value, or the gate would reject the file. The file keeps its content.
    pub fn write(&self, loaded: &LoadedConfig, spec: &ConfigSpec) -> Result<WriteOutcome, OutputError> {
        let tree = without_profiles(loaded, spec);
        let text = self.text(&tree)?;
        let failed = |source| OutputError::Io { path: self.path.clone(), source };
        let existing = self.existing(&text)?;
        if existing == Existing::Same {
            fs::set_permissions(&self.path, Permissions::from_mode(self.mode)).map_err(failed)?;
            return Ok(WriteOutcome::Unchanged);
        }
        self.verify(&tree, &text, loaded, spec)?;
        atomic_file::overwrite(&self.path, text.as_bytes(), Mode::Exact(self.mode)).map_err(failed)?;
        Ok(if existing == Existing::Missing { WriteOutcome::Created } else { WriteOutcome::Replaced })
    }

    /// Returns whether the file has the content and the permissions that [`write`](Self::write) would give it. An unreadable
    /// file is not current.
    pub(crate) fn is_current(&self, loaded: &LoadedConfig, spec: &ConfigSpec) -> bool {
        let Ok(text) = self.text(&without_profiles(loaded, spec)) else { return false };
        let mode = fs::metadata(&self.path).map(|metadata| metadata.permissions().mode() & 0o7777);
        mode.is_ok_and(|mode| mode == self.mode)
            && self.existing(&text).is_ok_and(|existing| existing == Existing::Same)
    }

    /// Renders the whole config.
    fn text(&self, tree: &Node) -> Result<Zeroizing<String>, OutputError> {
        let text = match self.format {
            Format::Toml => toml::write(tree).map_err(OutputError::NotToml)?,
            Format::Json => document(&json::write(tree)),
            Format::Yaml => yaml::write(tree),
        };
        Ok(Zeroizing::new(text))
    }

    /// Passes the text through the gate, as a reader would.
    fn verify(&self, tree: &Node, text: &str, loaded: &LoadedConfig, spec: &ConfigSpec) -> Result<(), OutputError> {
        let options = ValidateOptions {
            environment: Some(loaded.environment),
            phase: Phase::Load,
            fill_defaults: true,
            ..ValidateOptions::default()
        };
        // A sealed source wipes its copy of the text, which may hold secrets.
        let source = Source::sealed_in_format(self.format, self.path.display().to_string(), text);
        let reread = Input::text(&source, options);
        written::verify(spec, tree, reread)
            .map_err(|source| OutputError::Written { path: self.path.clone(), source: Box::new(source) })
    }

    /// Compares the file with the text. Only a file of the same length is read.
    fn existing(&self, text: &str) -> Result<Existing, OutputError> {
        let failed = |source| OutputError::Io { path: self.path.clone(), source };
        match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Existing::Missing),
            Err(error) => Err(failed(error)),
            Ok(metadata) if metadata.is_dir() => Err(OutputError::NotAFile { path: self.path.clone() }),
            // A link is replaced by a file. Other special files are rejected by the write.
            Ok(metadata) if !metadata.is_file() || metadata.len() != text.len() as u64 => Ok(Existing::Other),
            Ok(_) => match read_secret(&self.path, SizeLimit::bytes(text.len() as u64)) {
                Ok(bytes) if *bytes == text.as_bytes() => Ok(Existing::Same),
                // Another program may replace the file at this moment, and the agent replaces it again.
                Ok(_) | Err(ReadFileError::Changed | ReadFileError::NotRegular(_) | ReadFileError::TooLarge(_)) => {
                    Ok(Existing::Other)
                }
                Err(error) if error.is_not_found() => Ok(Existing::Missing),
                Err(error) => Err(failed(error.into())),
            },
        }
    }
}

/// Returns the whole config without the definitions of profiles: active ones are applied already.
fn without_profiles(loaded: &LoadedConfig, spec: &ConfigSpec) -> Node {
    let mut tree = loaded.tree.clone();
    if let Some(path) = spec.profiles_path() {
        tree.remove(&path.0);
    }
    tree
}

#[cfg(test)]
mod tests {
    use confgate_core::gate::Gate;
    use confgate_runtime::load::{LoadOptions, Loader};
    use confgate_runtime::system::SystemContext;

    use super::*;

    #[test]
    fn a_config_that_the_format_cannot_hold_is_not_written() {
        let schema = serde_json::json!({ "properties": {
            "limit": { "type": ["integer", "null"], "default": 5 }, "f": { "type": ["integer", "null"], "default": null },
        } });
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("game.json"), "{ \"limit\": null, \"f\": null }").unwrap();
        let gate = Gate::of_service(schema, "game", "GAME").unwrap();
        let loader = Loader::new(gate, SystemContext::bare().folder(directory.path())).at("game.json");
        let loaded = loader.load(&LoadOptions::default()).unwrap();
        let path = directory.path().join("resolved");
        let write = |format| Output::new(&path, format, 0o600).write(&loaded, loader.gate());
        assert_eq!(
            write(Format::Toml).unwrap_err().to_string(),
            format!(
                "cannot write {}: the config is not written, because limit would change: it is null, and would be read as 5",
                path.display()
            )
        );
        assert!(!path.exists());
        assert_eq!(write(Format::Json).unwrap(), WriteOutcome::Created);
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\n  \"limit\": null\n}\n");
    }

    #[test]
    fn an_empty_config_replaces_a_file_and_a_link() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("game.toml"), "# Nothing is set.\n").unwrap();
        let gate = Gate::of_service(serde_json::json!({}), "game", "GAME").unwrap();
        let loader = Loader::new(gate, SystemContext::bare().folder(directory.path())).at("game.toml");
        let loaded = loader.load(&LoadOptions::default()).unwrap();
        let [path, target] = ["resolved", "target"].map(|name| directory.path().join(name));
        let output = Output::new(&path, Format::Toml, 0o640);
        let write = || output.write(&loaded, loader.gate()).unwrap();
        fs::write(&path, "port = 1\n").unwrap();
        assert!(!output.is_current(&loaded, loader.gate()));
        assert_eq!(write(), WriteOutcome::Replaced);
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
        assert!(output.is_current(&loaded, loader.gate()));
        assert_eq!(write(), WriteOutcome::Unchanged);
        fs::write(&target, "port = 1\n").unwrap();
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&target, &path).unwrap();
        let mode = || fs::metadata(&target).unwrap().permissions().mode();
        let before = mode();
        assert_eq!(write(), WriteOutcome::Replaced);
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
        assert_eq!((fs::read_to_string(&target).unwrap().as_str(), mode()), ("port = 1\n", before));
        fs::remove_file(&path).unwrap();
        assert_eq!(write(), WriteOutcome::Created);
    }
}

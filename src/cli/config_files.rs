//! Config files that the arguments of a command name.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use confgate_core::parallel;
use confgate_core::value::Format;

use crate::cli::error::{CliError, FileError};
use crate::cli::project::{ProjectOfDirectory, ProjectOfFile, Projects};

/// A config file that the arguments name.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    pub path: PathBuf,
    /// True if a directory has listed it as a regular file. It is then opened without asking again.
    pub is_listed: bool,
    /// Project of the directory that has listed the file.
    pub directory: Option<ProjectOfDirectory>,
}

impl ConfigFile {
    /// Returns the project of the file.
    pub fn project(&self, projects: &Projects) -> Result<ProjectOfFile, CliError> {
        match &self.directory {
            Some(directory) => Ok(directory.file(&self.path)),
            None => projects.of(&self.path),
        }
    }
}

impl AsRef<Path> for ConfigFile {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

/// Returns the config files that the paths name: files as they are, directories with all files below them, sorted. A directory
/// stands for files in the format of the option; without one, for those in the formats of its project, which are TOML unless
/// `confgate.toml` says otherwise, and for those that an entry of the project describes.
pub(crate) fn config_files(
    paths: &[PathBuf],
    format: Option<Format>,
    projects: &Projects,
) -> Result<Vec<ConfigFile>, CliError> {
    let are_directories = parallel::map(paths, |path| path.is_dir());
    let mut files = Vec::with_capacity(paths.len());
    for (path, is_directory) in paths.iter().zip(are_directories) {
        if is_directory {
            let start = files.len();
            collect(path, format, projects, &mut files)?;
            if files.len() == start {
                let project = projects.of_directory(path)?.file(path);
                if let Some((name, _)) = project.rejection() {
                    // Its report says why no entry has files.
                    files.push(ConfigFile { path: name.into(), is_listed: false, directory: None });
                    continue;
                }
                let formats = match format {
                    Some(format) => vec![format],
                    None => formats_of(&projects.of_directory(path)?).to_vec(),
                };
                return Err(CliError::file(path, FileError::NoConfigFiles(formats)));
            }
        } else {
            files.push(ConfigFile { path: path.clone(), is_listed: false, directory: None });
        }
    }
    Ok(files)
}

/// Collects the files below a directory, sorted by the parts of their paths.
fn collect(
    directory: &Path,
    format: Option<Format>,
    projects: &Projects,
    files: &mut Vec<ConfigFile>,
) -> Result<(), CliError> {
    let io_error = |error: io::Error| CliError::file(directory, error);
    let listed = fs::read_dir(directory).map_err(io_error)?;
    let project = projects.of_directory(directory)?;
    let mut entries = Vec::new();
    for entry in listed {
        let entry = entry.map_err(io_error)?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // A directory lists the kind of its entries.
        let kind = entry.file_type().map_err(io_error)?;
        if kind.is_dir() || is_config(&name, format, &project) {
            entries.push((name, kind));
        }
    }
    entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    for (name, kind) in entries {
        let path = directory.join(&name);
        // Ask the file system about links and special files alone.
        let is_file = || kind.is_file() || path.is_file() || !path.exists();
        // Links to directories are not followed: they may form a cycle.
        if kind.is_dir() {
            collect(&path, format, projects, files)?;
        } else if is_file() {
            files.push(ConfigFile { path, is_listed: kind.is_file(), directory: Some(project.clone()) });
        }
    }
    Ok(())
}

/// Returns whether a file below a directory is a config.
fn is_config(name: &OsStr, format: Option<Format>, project: &ProjectOfDirectory) -> bool {
    let own = Format::of_file(Path::new(name));
    if format.is_some() {
        return own == format;
    }
    let name = Path::new(name);
    // The language server reads the entries of Nix files.
    let is_nix = || name.extension().is_some_and(|extension| extension == "nix");
    let has_entry = || project.file(name).entry().is_some_and(|entry| entry.format.is_some() || !is_nix());
    own.is_some_and(|own| formats_of(project).contains(&own)) || has_entry()
}

/// Returns the formats of the files that a directory stands for.
fn formats_of(project: &ProjectOfDirectory) -> &[Format] {
    project.project().map_or(&[Format::Toml][..], |project| &project.formats)
}

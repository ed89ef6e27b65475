//! The projects of the files of a command.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{env, fs};

use confgate_core::diagnostics::Report;
use confgate_core::value::Format;
use confgate_files::{ReadFileError, SizeLimit};

use crate::cli::error::CliError;
use crate::cli::path_name::is_stdin;
use crate::cli::project::ProjectEntry;
use crate::cli::project::project::{PROJECT_FILE, Project};
use crate::cli::project::project_file::project_gate;

/// Finder of projects, which reads each `confgate.toml` once.
#[derive(Debug, Default)]
pub(crate) struct Projects {
    /// The projects of directories, by the paths under which they were asked for.
    by_name: Mutex<HashMap<PathBuf, ProjectOfDirectory>>,
    /// The projects of directories that were searched, by their real paths.
    by_path: Mutex<HashMap<PathBuf, FoundProject>>,
}

/// A project, or the name and the report of its rejected file.
type ReadProject = Result<Project, (String, Report)>;

/// The nearest project; `None` where no directory has a `confgate.toml`.
type FoundProject = Option<Arc<ReadProject>>;

/// The project of the files in a directory.
#[derive(Debug, Clone)]
pub(crate) struct ProjectOfDirectory {
    found: FoundProject,
    /// Real path of the directory.
    real: Arc<Path>,
}

impl ProjectOfDirectory {
    /// Returns the project, if there is one that is valid.
    pub fn project(&self) -> Option<&Project> {
        self.found.as_deref()?.as_ref().ok()
    }

    /// Returns the project of a file in the directory by its path; a path without a name stands for the directory itself.
    pub fn file(&self, path: &Path) -> ProjectOfFile {
        // A path is only compared with the entries of a project.
        let real = || path.file_name().map_or_else(|| self.real.to_path_buf(), |name| self.real.join(name));
        let file = self.project().map(|_| real());
        ProjectOfFile { found: self.found.clone(), file }
    }
}

/// The project of a file.
#[derive(Debug, Clone)]
pub(crate) struct ProjectOfFile {
    found: FoundProject,
    /// Real path of the file's directory, with the name of the file, where the project is valid.
    file: Option<PathBuf>,
}

impl ProjectOfFile {
    /// Returns the project, if the file has one that is valid.
    pub fn project(&self) -> Option<&Project> {
        self.found.as_deref()?.as_ref().ok()
    }

    /// Returns the entry of the project for the file.
    pub fn entry(&self) -> Option<&ProjectEntry> {
        self.project()?.entry(self.file.as_deref()?)
    }

    /// Returns the format of the file: that of its entry, else that of its extension.
    pub fn format(&self, file: &Path) -> Option<Format> {
        self.entry().and_then(|entry| entry.format).or_else(|| Format::of_file(file))
    }

    /// Returns whether the `confgate.toml` of the file was rejected.
    pub fn is_rejected(&self) -> bool {
        self.rejection().is_some()
    }

    /// Returns the name and the report of the `confgate.toml` of the file, if it was rejected.
    pub fn rejection(&self) -> Option<(&str, &Report)> {
        let (name, report) = self.found.as_deref()?.as_ref().err()?;
        Some((name, report))
    }
}

impl Projects {
    /// Returns the project of a file: that of the nearest `confgate.toml`, in its directory or above.
    pub fn of(&self, file: &Path) -> Result<ProjectOfFile, CliError> {
        let directory = match file.parent() {
            _ if is_stdin(file) => Path::new("."),
            None => file,
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
        };
        Ok(self.of_directory(directory)?.file(file))
    }

    /// Returns the project of the files in a directory.
    pub fn of_directory(&self, directory: &Path) -> Result<ProjectOfDirectory, CliError> {
        if let Some(known) = lock(&self.by_name).get(directory) {
            return Ok(known.clone());
        }
        // A directory that cannot be read has its error where the file is read.
        let real = fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
        let found = self.search(&real)?;
        let project = ProjectOfDirectory { real: real.into(), found };
        lock(&self.by_name).insert(directory.to_owned(), project.clone());
        Ok(project)
    }

    /// Searches a directory and those above it.
    fn search(&self, real: &Path) -> Result<FoundProject, CliError> {
        let mut known = lock(&self.by_path);
        let mut searched = Vec::new();
        let mut result = None;
        for directory in real.ancestors() {
            if let Some(found) = known.get(directory) {
                result = found.clone();
                break;
            }
            searched.push(directory);
            if let Some(project) = read(&directory.join(PROJECT_FILE))? {
                result = Some(Arc::new(project));
                break;
            }
        }
        known.extend(searched.into_iter().map(|directory| (directory.to_owned(), result.clone())));
        Ok(result)
    }

    /// Returns the rejected files, sorted by name.
    pub fn rejected(&self) -> Vec<(String, Report)> {
        let found = lock(&self.by_path);
        let mut rejected: Vec<(String, Report)> =
            found.values().flatten().filter_map(|project| (**project).as_ref().err().cloned()).collect();
        rejected.sort_by(|(one, _), (other, _)| one.cmp(other));
        rejected.dedup_by(|(one, _), (other, _)| one == other);
        rejected
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a `confgate.toml`, if it exists.
fn read(file: &Path) -> Result<Option<ReadProject>, CliError> {
    let bytes = match confgate_files::read(file, SizeLimit::PROJECT) {
        Ok(bytes) => bytes,
        // A directory that this user may not search has no project for it; a file that this user may not read is an error.
        Err(error) if error.is_not_found() => return Ok(None),
        Err(ReadFileError::PermissionDenied(_)) if fs::metadata(file).is_err() => return Ok(None),
        Err(error) => return Err(CliError::file(file, error)),
    };
    let gate = project_gate().map_err(|error| CliError::file(file, error))?;
    let name = name(file);
    Ok(Some(Project::read(file, &name, bytes, &gate).map_err(|report| (name, report))))
}

/// Returns the name of a file in messages: relative to the current directory, if it is there.
fn name(file: &Path) -> String {
    let current = env::current_dir().and_then(fs::canonicalize);
    let relative = current.ok().and_then(|current| file.strip_prefix(current).ok().map(Path::to_owned));
    relative.as_deref().unwrap_or(file).display().to_string()
}

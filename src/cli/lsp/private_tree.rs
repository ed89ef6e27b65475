//! A private copy of the files of a project, in which the texts of the editor take the place of files.
//!
//! Nix reads files, and a text that is not saved is none. The copy is a temporary folder; nothing is written into the folders of the
//! user. It stays between two evaluations, so that the second one copies only what has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use confgate_lsp::UnsavedTexts;
use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

use crate::cli::lsp::leftovers::Leftovers;

/// Start of the names of temporary folders.
const PREFIX: &str = "confgate-lsp-";

/// Name of the file that a running server has locked.
const LOCK: &str = "lock";

/// Largest number of files that are copied.
const MAX_FILES: usize = 20_000;

/// Largest size of all files together, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Reason why no copy can be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum TreeError {
    #[error("the files of the project cannot be copied: {0}")]
    Io(#[from] io::Error),
    #[error("the project has more than {MAX_FILES} files, or more than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
}

/// The files of a project that an evaluation can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Selection {
    /// Those that git tracks, as flakes see them.
    Tracked,
    /// Those that git does not ignore.
    NotIgnored,
}

/// State of a file when it was copied: time of the last change, size, and file number.
type Stamp = (SystemTime, u64, u64);

/// A copy of the files below a folder.
#[derive(Debug)]
pub(super) struct PrivateTree {
    /// The folder that is copied.
    root: PathBuf,
    selection: Selection,
    /// The temporary folder. The copy is a folder in it.
    folder: TempDir,
    /// The lock by which other servers know that the folder is in use.
    _lock: File,
    /// The files of the copy; `None` for the text of the editor.
    files: BTreeMap<PathBuf, Option<Stamp>>,
}

impl PrivateTree {
    /// Creates an empty copy of the project of a folder, and removes those of servers that were killed.
    pub(super) fn new(directory: &Path, selection: Selection, leftovers: &Leftovers) -> io::Result<Self> {
        remove_abandoned();
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        leftovers.add_folder(folder.path().to_owned());
        let lock = File::create(folder.path().join(LOCK))?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        fs::create_dir(folder.path().join("tree"))?;
        let root = repository(directory).unwrap_or_else(|| directory.to_owned());
        Ok(Self { root, selection, folder, _lock: lock, files: BTreeMap::new() })
    }

    /// Returns whether this is a copy of the project of a folder.
    pub(super) fn is_of(&self, directory: &Path, selection: Selection) -> bool {
        self.selection == selection && directory.starts_with(&self.root)
    }

    /// Returns the folder that is copied.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder of the copy.
    pub(super) fn copy(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    /// Copies the files that have changed, and writes the texts of the editor in place of theirs.
    pub(super) fn update(&mut self, unsaved: &UnsavedTexts) -> Result<(), TreeError> {
        let names = self.names()?;
        if names.len() > MAX_FILES {
            return Err(TreeError::TooLarge);
        }
        for name in self.files.keys().filter(|name| !names.contains(*name)) {
            remove(&self.copy().join(name))?;
        }
        self.files.retain(|name, _| names.contains(name));
        let mut total = 0;
        for name in names {
            let (from, to) = (self.root.join(&name), self.copy().join(&name));
            let Ok(metadata) = fs::symlink_metadata(&from) else {
                remove(&to)?;
                self.files.remove(&name);
                continue;
            };
            total += metadata.len();
            if total > MAX_BYTES {
                return Err(TreeError::TooLarge);
            }
            let text = unsaved.get(&from);
            let stamp =
                text.is_none().then(|| Ok::<Stamp, io::Error>((metadata.modified()?, metadata.len(), metadata.ino())));
            let stamp = stamp.transpose()?;
            if stamp.is_some() && self.files.get(&name) == Some(&stamp) {
                continue;
            }
            remove(&to)?;
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent)?;
            }
            match text {
                Some(text) => fs::write(&to, text.as_bytes())?,
                None if metadata.is_symlink() => symlink(fs::read_link(&from)?, &to)?,
                None if metadata.is_file() => drop(fs::copy(&from, &to)?),
                // Special files are no input.
                None => continue,
            }
            self.files.insert(name, stamp);
        }
        Ok(())
    }

    /// Returns the names of the files, relative to the root.
    fn names(&self) -> Result<BTreeSet<PathBuf>, TreeError> {
        let further: &[&str] = match self.selection {
            Selection::Tracked => &[],
            Selection::NotIgnored => &["--others", "--exclude-standard"],
        };
        if let Some(listed) = git(&self.root, &[&["ls-files", "-z", "--cached"][..], further].concat()) {
            let names = listed.split(|byte| *byte == 0).filter(|name| !name.is_empty());
            return Ok(names.map(|name| PathBuf::from(OsStr::from_bytes(name))).collect());
        }
        let mut names = BTreeSet::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(self.root.join(&folder))? {
                let entry = entry?;
                let name = folder.join(entry.file_name());
                if entry.file_type()?.is_dir() {
                    folders.push(name);
                } else {
                    names.insert(name);
                }
                if names.len() + folders.len() > MAX_FILES {
                    return Err(TreeError::TooLarge);
                }
            }
        }
        Ok(names)
    }
}

/// Returns the root of the repository of a folder.
pub(super) fn repository(directory: &Path) -> Option<PathBuf> {
    let output = git(directory, &["rev-parse", "--show-toplevel"])?;
    let path = output.strip_suffix(b"\n").unwrap_or(&output);
    Some(PathBuf::from(OsStr::from_bytes(path)))
}

/// Returns the output of git; `None` outside of a repository, or without git.
fn git(directory: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).args(arguments).env("GIT_OPTIONAL_LOCKS", "0");
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Removes the folders of servers of this user that were killed: no process has their lock.
fn remove_abandoned() {
    let own = rustix::process::getuid().as_raw();
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().as_bytes().starts_with(PREFIX.as_bytes())) {
        let is_own = entry.metadata().is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == own);
        let lock = File::open(entry.path().join(LOCK)).ok().filter(|_| is_own);
        if lock.is_some_and(|lock| flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok()) {
            // A folder that cannot be removed now may be later.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_of(tree: &PrivateTree) -> Vec<(String, String)> {
        let text = |name: &PathBuf| fs::read_to_string(tree.copy().join(name)).unwrap();
        tree.files.keys().map(|name| (name.display().to_string(), text(name))).collect()
    }

    #[test]
    fn a_copy_follows_the_files_and_the_editor() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("sub")).unwrap();
        fs::write(root.join("a.nix"), "1").unwrap();
        fs::write(root.join("sub/b.nix"), "2").unwrap();
        let mut tree = PrivateTree::new(root, Selection::NotIgnored, &Leftovers::default()).unwrap();
        let copy = tree.copy();
        let unsaved = UnsavedTexts::from([(root.join("a.nix"), "typed".into())]);
        tree.update(&unsaved).unwrap();
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(files_of(&tree), [pair("a.nix", "typed"), pair("sub/b.nix", "2")]);
        fs::write(root.join("sub/b.nix"), "two").unwrap();
        tree.update(&UnsavedTexts::new()).unwrap();
        assert_eq!(files_of(&tree), [pair("a.nix", "1"), pair("sub/b.nix", "two")]);
        fs::remove_file(root.join("a.nix")).unwrap();
        tree.update(&unsaved).unwrap();
        assert_eq!(files_of(&tree), [pair("sub/b.nix", "two")]);
        assert_eq!(fs::read_to_string(root.join("sub/b.nix")).unwrap(), "two");
        drop(tree);
        assert!(!copy.exists());
    }

    #[test]
    fn the_folder_of_a_killed_server_is_removed_and_that_of_a_running_one_stays() {
        let abandoned = tempfile::Builder::new().prefix(PREFIX).tempdir().unwrap().keep();
        File::create(abandoned.join(LOCK)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let running = PrivateTree::new(folder.path(), Selection::Tracked, &Leftovers::default()).unwrap();
        assert!(!abandoned.exists());
        remove_abandoned();
        assert!(running.copy().exists());
    }
}

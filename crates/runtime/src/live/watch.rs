//! The input files of a config: their stamps, and the directories to watch.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::load::LoadContext;

/// The files that a load reads or searches, with their stamps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Inputs {
    /// Files of the config.
    config: Vec<StampedFile>,
    /// Files and directories of secrets.
    secrets: Vec<StampedFile>,
}

/// A path with the stamp of its file, or `None` if the file is missing.
type StampedFile = (PathBuf, Option<FileStamp>);

/// Metadata that changes with a file. Links are followed, so a swapped link has another stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl FileStamp {
    fn of(path: &Path) -> Option<Self> {
        let of = |metadata: Metadata| Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        };
        fs::metadata(path).ok().map(of)
    }

    /// Returns the time of the last change, unless it is before 1970.
    fn changed_at(&self) -> Option<SystemTime> {
        let (seconds, nanoseconds) = self.changed;
        let since = Duration::new(seconds.try_into().ok()?, nanoseconds.try_into().ok()?);
        UNIX_EPOCH.checked_add(since)
    }

    /// Returns the stamp of a directory without its content, whose entries have stamps of their own.
    fn of_directory(path: &Path) -> Option<Self> {
        Self::of(path).map(|stamp| Self { size: 0, modified: (0, 0), changed: (0, 0), ..stamp })
    }
}

/// Identity of a directory, whatever its name. A directory that is made again can have the inode of the removed one, and differs
/// in its time of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DirectoryId {
    device: u64,
    inode: u64,
    /// `None` on a filesystem without this time.
    created: Option<SystemTime>,
}

impl DirectoryId {
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(Metadata::is_dir)?;
        Some(Self { device: metadata.dev(), inode: metadata.ino(), created: metadata.created().ok() })
    }
}

/// Difference between two states of the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputChange {
    /// No file changed.
    Nothing,
    /// Files of secrets changed, and no others.
    Secrets,
    /// Files of the config changed.
    Config,
}

/// Maximum number of changed files that a message names.
const MAX_NAMES: usize = 3;

/// Maximum number of files in a directory of secrets that are compared.
const MAX_SECRET_FILES: usize = 1000;

impl Inputs {
    /// Reads the current stamps.
    pub fn of(context: &LoadContext) -> Self {
        let with_stamp = |path: PathBuf| {
            let stamp = FileStamp::of(&path);
            (path, stamp)
        };
        let config = context.inputs(context.environment()).into_iter().map(with_stamp).collect();
        let secrets = context.watched().into_iter().flat_map(|path| match fs::read_dir(&path) {
            Ok(entries) => {
                let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                // Sort, so that each comparison covers the same files.
                entries.sort();
                entries.truncate(MAX_SECRET_FILES);
                let directory = (path.clone(), FileStamp::of_directory(&path));
                std::iter::once(directory).chain(entries.into_iter().map(with_stamp)).collect()
            }
            Err(_) => vec![with_stamp(path)],
        });
        let mut secrets: Vec<_> = secrets.collect();
        secrets.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self { config, secrets }
    }

    /// Compares with an earlier state.
    pub fn since(&self, before: &Self) -> InputChange {
        match (self.config == before.config, self.secrets == before.secrets) {
            (false, _) => InputChange::Config,
            (true, false) => InputChange::Secrets,
            (true, true) => InputChange::Nothing,
        }
    }

    /// Reports if a file is empty that was not empty before, or a file of the config has disappeared: a program may be about to
    /// write it.
    pub fn is_emptied(&self, before: &Self) -> bool {
        let is_missing = |(path, stamp): &StampedFile| {
            stamp.is_none() && before.config.iter().any(|(other, stamp)| other == path && stamp.is_some())
        };
        has_new_empty_file(&self.config, &before.config)
            || has_new_empty_file(&self.secrets, &before.secrets)
            || self.config.iter().any(is_missing)
    }

    /// Returns the files that exist, with their sizes.
    pub fn files(&self) -> impl Iterator<Item = (&Path, u64)> {
        self.all().filter_map(|(path, stamp)| Some((path.as_path(), stamp.as_ref()?.size)))
    }

    /// Returns whether one of the inputs is the file at `path`, whatever its name.
    pub fn contain_file(&self, path: &Path) -> bool {
        let Some(file) = FileStamp::of(path) else { return false };
        let is_file = |stamp: &FileStamp| (stamp.device, stamp.inode) == (file.device, file.inode);
        self.all().any(|(_, stamp)| stamp.as_ref().is_some_and(is_file))
    }

    /// Returns whether a file changed within this time.
    pub fn is_younger_than(&self, age: Duration) -> bool {
        let now = SystemTime::now();
        let is_young = |stamp: &FileStamp| {
            stamp.changed_at().is_some_and(|at| now.duration_since(at).is_ok_and(|since| since < age))
        };
        self.all().any(|(_, stamp)| stamp.as_ref().is_some_and(is_young))
    }

    /// Returns the names of the files that differ from an earlier state, for a message.
    pub fn changed_names(&self, before: &Self) -> String {
        let is_other =
            |file: &&StampedFile| before.all().find(|other| other.0 == file.0).is_none_or(|other| other != *file);
        let mut names: Vec<String> =
            self.all().filter(is_other).map(|(path, _)| path.display().to_string()).take(MAX_NAMES + 1).collect();
        if names.len() > MAX_NAMES {
            names[MAX_NAMES] = "and others".to_owned();
        }
        names.join(", ")
    }

    fn all(&self) -> impl Iterator<Item = &StampedFile> {
        self.config.iter().chain(&self.secrets)
    }

    /// Returns the directories to watch: those of the inputs, and those of all links on the way to them.
    pub fn directories(&self) -> BTreeMap<PathBuf, DirectoryId> {
        let mut found = BTreeMap::new();
        for (path, _) in self.config.iter().chain(&self.secrets) {
            add_directories(path, &mut found);
        }
        // Watch an empty directory of secrets too: the first secret may be added to it.
        for (path, _) in &self.secrets {
            if let (Some(identity), Ok(real)) = (DirectoryId::of(path), fs::canonicalize(path)) {
                found.insert(real, identity);
            }
        }
        found
    }
}

/// Reports if a file is empty now and was not empty before.
fn has_new_empty_file(now: &[StampedFile], before: &[StampedFile]) -> bool {
    let is_empty = |(path, stamp): &StampedFile| stamp.is_some_and(|stamp| stamp.size == 0) && !path.is_dir();
    let was_empty = |file: &StampedFile| before.iter().any(|other| other.0 == file.0 && is_empty(other));
    now.iter().any(|file| is_empty(file) && !was_empty(file))
}

/// Maximum number of links, as in the system.
const MAX_LINKS: usize = 40;

/// Resolves `path` as the system does, and adds the directory of every link and of the last component. If a component is
/// missing, its directory is added, where it may appear.
pub(super) fn add_directories(path: &Path, found: &mut BTreeMap<PathBuf, DirectoryId>) {
    let mut note = |folder: &Path| {
        if let Some(identity) = DirectoryId::of(folder) {
            found.insert(folder.to_owned(), identity);
        }
    };
    // Use absolute paths: two names of one directory would share one watch, and removing one would end both.
    let Ok(path) = std::path::absolute(path) else { return };
    let mut remaining: Vec<OsString> = components(&path);
    let (mut at, mut links) = (PathBuf::from("/"), 0);
    while let Some(component) = remaining.pop() {
        if component == ".." {
            at.pop();
            continue;
        }
        // Joining an absolute component restarts at the root.
        let here = at.join(&component);
        match fs::read_link(&here) {
            Ok(target) if links < MAX_LINKS => {
                links += 1;
                note(&at);
                remaining.extend(components(&target));
                continue;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return note(&at),
            _ => {}
        }
        if remaining.is_empty() {
            note(&at);
        }
        at = here;
    }
}

/// Returns the components of a path in reverse order.
fn components(path: &Path) -> Vec<OsString> {
    let components = path.components().filter(|component| *component != Component::CurDir);
    components.map(|component| component.as_os_str().to_owned()).rev().collect()
}

#[cfg(test)]
mod tests {
    use confgate_bitcraps::Config;

    use super::*;
    use crate::load::Loader;
    use crate::system::SystemContext;

    #[test]
    fn of_many_secrets_the_first_by_name_are_compared() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<PathBuf> =
            (0..MAX_SECRET_FILES + 200).map(|index| folder.path().join(format!("{index:05}"))).collect();
        names.iter().rev().for_each(|name| fs::write(name, "").unwrap());
        let loader = Loader::of::<Config>(SystemContext::bare().variable("BITCRAPS_SECRETS", folder.path()));
        let compared: Vec<PathBuf> = Inputs::of(loader.context()).secrets.into_iter().map(|(path, _)| path).collect();
        assert_eq!(compared[0], folder.path());
        assert_eq!(compared[1..], names[..MAX_SECRET_FILES]);
    }

    #[test]
    fn a_secret_that_is_being_written_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let loader = Loader::of::<Config>(SystemContext::bare().variable("BITCRAPS_SECRETS", folder.path()));
        let (missing, hook) = (Inputs::of(loader.context()), folder.path().join("HOOK"));
        assert!(!missing.is_emptied(&Inputs { config: Vec::new(), secrets: Vec::new() }), "a directory is not a file");
        fs::write(&hook, "").unwrap();
        let begun = Inputs::of(loader.context());
        assert!(begun.is_emptied(&missing));
        assert!(!begun.is_emptied(&begun), "a file that stays empty is not waited for again");
        fs::write(&hook, "x").unwrap();
        let full = Inputs::of(loader.context());
        assert!(!full.is_emptied(&missing) && begun.is_emptied(&full));
    }
}

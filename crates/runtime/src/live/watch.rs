//! The files that a config is read from: where they are, and whether they are still the same.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use crate::load::LoadContext;

/// The files that a load read, or looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inputs {
    /// Of the config, with what the system knows of each.
    config: Vec<(PathBuf, Option<Mark>)>,
    /// Of secrets.
    secrets: Vec<(PathBuf, Option<Mark>)>,
}

/// What changes when a file does. The link at the end of a path is followed: a swapped link is another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Mark {
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

    /// That of a folder as such: what comes and goes in it is seen by its entries.
    fn of_folder(path: &Path) -> Option<Self> {
        Self::of(path).map(|mark| Self { size: 0, modified: (0, 0), changed: (0, 0), ..mark })
    }
}

/// Which folder it is that stands under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folder {
    device: u64,
    inode: u64,
}

impl Folder {
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(Metadata::is_dir)?;
        Some(Self { device: metadata.dev(), inode: metadata.ino() })
    }
}

/// What of the inputs changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// Nothing.
    Nothing,
    /// Files with secrets, and no other.
    Secrets,
    /// The config.
    Config,
}

/// How many files of a folder with secrets are looked at.
const SECRETS: usize = 1000;

impl Inputs {
    /// The inputs as they are now.
    pub fn of(loader: &LoadContext) -> Self {
        let marked = |path: PathBuf| {
            let mark = Mark::of(&path);
            (path, mark)
        };
        let config = loader.inputs(loader.environment_now()).into_iter().map(marked).collect();
        let secrets = loader.watched().into_iter().flat_map(|path| match fs::read_dir(&path) {
            Ok(entries) => {
                let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                // The same ones at each look.
                entries.sort();
                entries.truncate(SECRETS);
                let folder = (path.clone(), Mark::of_folder(&path));
                std::iter::once(folder).chain(entries.into_iter().map(marked)).collect()
            }
            Err(_) => vec![marked(path)],
        });
        let mut secrets: Vec<_> = secrets.collect();
        secrets.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self { config, secrets }
    }

    /// What is different from `before`.
    pub fn since(&self, before: &Self) -> Changed {
        match (self.config == before.config, self.secrets == before.secrets) {
            (false, _) => Changed::Config,
            (true, false) => Changed::Secrets,
            (true, true) => Changed::Nothing,
        }
    }

    /// Whether a file came, or had something in it, and holds nothing now, or a file of the config is gone: somebody begins to
    /// write it.
    pub fn is_emptied(&self, before: &Self) -> bool {
        let empty = |(path, mark): &&(PathBuf, Option<Mark>)| mark.is_some_and(|mark| mark.size == 0) && !path.is_dir();
        let known = |now: &(PathBuf, Option<Mark>), list: &[(PathBuf, Option<Mark>)]| {
            list.iter().any(|was| was.0 == now.0 && empty(&was))
        };
        let lost = |now: &[(PathBuf, Option<Mark>)], was: &[(PathBuf, Option<Mark>)]| {
            now.iter().filter(empty).any(|it| !known(it, was))
        };
        let gone = |(path, mark): &(PathBuf, Option<Mark>)| {
            mark.is_none() && before.config.iter().any(|was| was.0 == *path && was.1.is_some())
        };
        lost(&self.config, &before.config) || lost(&self.secrets, &before.secrets) || self.config.iter().any(gone)
    }

    /// The folders in which something happens when an input changes: its own, and those of all links on the way to it.
    pub fn folders(&self) -> BTreeMap<PathBuf, Folder> {
        let mut found = BTreeMap::new();
        for (path, _) in self.config.iter().chain(&self.secrets) {
            on_the_way(path, &mut found);
        }
        // The first secret may be yet to come.
        for (path, _) in &self.secrets {
            if let (Some(identity), Ok(real)) = (Folder::of(path), fs::canonicalize(path)) {
                found.insert(real, identity);
            }
        }
        found
    }
}

/// As many links as the system follows.
const LINKS: usize = 40;

/// Walks to `path` as the system does, and notes the folder of every link, and the one in which the last step is taken. Where
/// something on the way is missing, that is the folder in which it may come.
pub(super) fn on_the_way(path: &Path, found: &mut BTreeMap<PathBuf, Folder>) {
    let mut note = |folder: &Path| {
        if let Some(identity) = Folder::of(folder) {
            found.insert(folder.to_owned(), identity);
        }
    };
    // Two names of one folder would be one watch, and the end of one the end of both.
    let Ok(path) = std::path::absolute(path) else { return };
    let mut left: Vec<OsString> = steps(&path);
    let (mut at, mut links) = (PathBuf::from("/"), 0);
    while let Some(step) = left.pop() {
        if step == ".." {
            at.pop();
            continue;
        }
        // An absolute step begins anew.
        let here = at.join(&step);
        match fs::read_link(&here) {
            Ok(target) if links < LINKS => {
                links += 1;
                note(&at);
                left.extend(steps(&target));
                continue;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return note(&at),
            _ => {}
        }
        if left.is_empty() {
            note(&at);
        }
        at = here;
    }
}

/// The steps of a path, the first one last.
fn steps(path: &Path) -> Vec<OsString> {
    let steps = path.components().filter(|step| *step != Component::CurDir);
    steps.map(|step| step.as_os_str().to_owned()).rev().collect()
}

#[cfg(test)]
mod tests {
    use confgate_bitcraps::Config;

    use super::*;
    use crate::load::Loader;
    use crate::system::SystemContext;

    #[test]
    fn of_many_secrets_the_first_by_name_are_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<PathBuf> = (0..SECRETS + 200).map(|index| folder.path().join(format!("{index:05}"))).collect();
        names.iter().rev().for_each(|name| fs::write(name, "").unwrap());
        let loader = Loader::of::<Config>(SystemContext::bare().variable("BITCRAPS_SECRETS", folder.path()));
        let looked: Vec<PathBuf> = Inputs::of(loader.context()).secrets.into_iter().map(|(path, _)| path).collect();
        assert_eq!(looked[0], folder.path());
        assert_eq!(looked[1..], names[..SECRETS]);
    }

    #[test]
    fn a_secret_that_somebody_begins_to_write_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let loader = Loader::of::<Config>(SystemContext::bare().variable("BITCRAPS_SECRETS", folder.path()));
        let (missing, hook) = (Inputs::of(loader.context()), folder.path().join("HOOK"));
        assert!(!missing.is_emptied(&Inputs { config: Vec::new(), secrets: Vec::new() }), "a folder is no file");
        fs::write(&hook, "").unwrap();
        let begun = Inputs::of(loader.context());
        assert!(begun.is_emptied(&missing));
        assert!(!begun.is_emptied(&begun), "who leaves it empty is not waited for again");
        fs::write(&hook, "x").unwrap();
        let full = Inputs::of(loader.context());
        assert!(!full.is_emptied(&missing) && begun.is_emptied(&full));
    }
}

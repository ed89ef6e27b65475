//! The files that Nix files import, as far as their texts say.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use confgate_files::SizeLimit;

use crate::nix::evaluator::UnsavedTexts;
use crate::nix_text::relative_paths;

/// Largest number of files that are read.
const MAX_FILES: usize = 200;

/// Returns whether a file is one of these, or is imported by one of them, directly or through others.
pub(super) fn reach(from: &BTreeSet<PathBuf>, file: &Path, unsaved: &UnsavedTexts) -> bool {
    let mut waiting: Vec<PathBuf> = from.iter().cloned().collect();
    let mut seen: BTreeSet<PathBuf> = from.clone();
    while let Some(next) = waiting.pop() {
        if next == file {
            return true;
        }
        for imported in imported_by(&next, unsaved) {
            if seen.len() < MAX_FILES && seen.insert(imported.clone()) {
                waiting.push(imported);
            }
        }
    }
    false
}

fn imported_by(file: &Path, unsaved: &UnsavedTexts) -> Vec<PathBuf> {
    let saved = || confgate_files::read(file, SizeLimit::CONFIG).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let paths = match unsaved.get(file) {
        Some(text) => relative_paths(text),
        None => saved().map(|text| relative_paths(&text)).unwrap_or_default(),
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    let full = paths.iter().map(|path| normalized(&folder.join(path)));
    full.map(|path| if path.is_dir() { path.join("default.nix") } else { path })
        .filter(|path| path.extension().is_some_and(|extension| extension == "nix"))
        .collect()
}

/// Removes the dots of a path, as Nix does.
fn normalized(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut result, component| {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            other => result.push(other),
        }
        result
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn imports_are_followed_through_files_and_folders() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text) in [
            ("a.nix", "{ imports = [ ./sub ]; }"),
            ("sub/default.nix", "{ imports = [ ../b.nix ./missing.nix ]; x = 1"),
            ("b.nix", "{ imports = [ ./a.nix ]; }"),
            ("c.nix", "{ }"),
        ] {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), text).unwrap();
        }
        let from = BTreeSet::from([path("a.nix")]);
        let mut unsaved = UnsavedTexts::new();
        assert!(reach(&from, &path("a.nix"), &unsaved) && reach(&from, &path("b.nix"), &unsaved));
        assert!(!reach(&from, &path("c.nix"), &unsaved));
        unsaved.insert(path("b.nix"), "{ imports = [ ./c.nix ]; }".into());
        assert!(reach(&from, &path("c.nix"), &unsaved));
    }
}

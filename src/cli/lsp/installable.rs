//! The names of bundles, as Nix finds them.

use std::path::{Path, PathBuf};
use std::process::Command;

use confgate_lsp::Bundle;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Attribute of a bundle with the path of its request.
const REQUEST: &str = "drvAttrs.requestPath";

/// The parts of an installable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Installable {
    /// An attribute of a Nix file: `default.nix#production`.
    File { file: String, attribute: String },
    /// An attribute of a flake in the project: `.#production`.
    Flake { whole: String, directory: PathBuf, attribute: String },
    /// A flake elsewhere.
    Remote(String),
}

impl Installable {
    pub(super) fn of(bundle: &Bundle) -> Self {
        let whole = bundle.installable.clone();
        match whole.split_once('#') {
            Some((file, attribute)) if file.ends_with(".nix") => {
                Self::File { file: file.to_owned(), attribute: attribute.to_owned() }
            }
            Some((flake, attribute)) if flake.is_empty() || flake.starts_with(['.', '/']) => {
                let start = bundle.root.join(flake.strip_prefix("./").unwrap_or(flake).trim_start_matches('.'));
                let found = start.ancestors().find(|directory| directory.join("flake.nix").is_file());
                let (directory, attribute) = (found.unwrap_or(&start).to_owned(), attribute.to_owned());
                Self::Flake { whole, directory, attribute }
            }
            _ => Self::Remote(whole),
        }
    }

    /// Adds the arguments that evaluate the request of the bundle.
    pub(super) fn arguments(&self, command: &mut Command) {
        match self {
            Self::File { file, attribute } => {
                command.arg("--file").arg(file).arg(format!("{attribute}.{REQUEST}"));
            }
            Self::Flake { whole, .. } | Self::Remote(whole) => {
                command.arg(format!("{whole}.{REQUEST}"));
            }
        }
    }

    /// Adds the arguments that evaluate the request in a copy of the project.
    pub(super) fn arguments_in(&self, command: &mut Command, root: &Path, copy: &Path) {
        let Self::Flake { directory, attribute, .. } = self else { return self.arguments(command) };
        let below = directory.strip_prefix(root).unwrap_or(Path::new("")).display().to_string();
        let below = match below.as_str() {
            "" => String::new(),
            below => format!("?dir={}", utf8_percent_encode(below, NON_ALPHANUMERIC)),
        };
        let flake = format!("path:{}{below}#{attribute}.{REQUEST}", copy.display());
        // The lock file of the copy would not be that of the project.
        command.arg("--no-write-lock-file").arg(flake);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn arguments(root: &Path, installable: &str) -> [String; 2] {
        let bundle = Bundle { root: root.to_owned(), installable: installable.to_owned() };
        let words = |command: &Command| {
            let words: Vec<_> = command.get_args().map(|word| word.to_str().unwrap().to_owned()).collect();
            words.join(" ")
        };
        let (mut saved, mut typed) = (Command::new("nix"), Command::new("nix"));
        Installable::of(&bundle).arguments(&mut saved);
        Installable::of(&bundle).arguments_in(&mut typed, root, Path::new("/copy"));
        [words(&saved), words(&typed)]
    }

    #[test]
    fn a_bundle_is_found_in_the_project_and_in_its_copy() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("sub é")).unwrap();
        fs::write(root.join("flake.nix"), "").unwrap();
        let file = "--file default.nix a.b.drvAttrs.requestPath".to_owned();
        assert_eq!(arguments(root, "default.nix#a.b"), [file.clone(), file]);
        let copied = "--no-write-lock-file path:/copy#a.drvAttrs.requestPath".to_owned();
        assert_eq!(arguments(root, ".#a"), [".#a.drvAttrs.requestPath".to_owned(), copied.clone()]);
        assert_eq!(arguments(root, "./sub é#a")[1], copied);
        fs::write(root.join("sub é/flake.nix"), "").unwrap();
        let below = "--no-write-lock-file path:/copy?dir=sub%20%C3%A9#a.drvAttrs.requestPath";
        assert_eq!(arguments(root, "./sub é#a")[1], below);
        assert_eq!(arguments(root, "github:x/y#a")[0], "github:x/y#a.drvAttrs.requestPath");
    }
}

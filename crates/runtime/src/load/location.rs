//! The location of the config: which file or bundle is the config of an environment.
//!
//! The config directory of a service (`BITCRAPS_CONFIG_PATH`, else `config`) has a file for each environment, or a bundle for
//! each, or is itself a bundle.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use confgate_core::bundle::FILES;
use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::environment::Environment;
use confgate_core::value::{self, Format, Location, Node, Source, Span};

use crate::load::bundle_content::BundleContent;

/// Names of the files in a bundle.
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const ORIGINS: &str = "origins.json";

/// Location of the config.
#[derive(Clone, PartialEq, Default)]
pub enum ConfigLocation {
    /// The directory in the variable `…_CONFIG_PATH`, else `config`.
    #[default]
    Default,
    /// A file, a bundle, or a directory of them.
    Path(PathBuf),
    /// A bundle in memory.
    Bundle(BundleContent),
    /// No file: the defaults and the other layers apply.
    None,
    /// Values of the program in place of a file.
    Values(Node),
}

impl std::fmt::Debug for ConfigLocation {
    // Leave out the values: they may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("Default"),
            Self::Path(path) => f.debug_tuple("Path").field(path).finish(),
            Self::Bundle(content) => content.fmt(f),
            Self::None => f.write_str("None"),
            Self::Values(_) => f.write_str("Values(..)"),
        }
    }
}

/// A config that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundConfig {
    /// A file.
    File(PathBuf),
    /// A bundle.
    Bundle(PathBuf),
}

impl FoundConfig {
    /// Returns the path of the file, or of the directory of the bundle.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Bundle(path) => path,
        }
    }

    /// Returns the directory of the config.
    pub fn directory(&self) -> PathBuf {
        match self {
            Self::File(path) => path.parent().unwrap_or(Path::new("")).to_owned(),
            Self::Bundle(path) => path.clone(),
        }
    }

    /// Returns the path of `profiles.toml` beside the config, which may be missing.
    pub fn profiles(&self) -> PathBuf {
        self.directory().join(confgate_core::profile::BESIDE)
    }

    fn is_there(&self) -> bool {
        match self {
            Self::File(path) => is_there(path),
            Self::Bundle(path) => is_bundle(path),
        }
    }

    /// Returns every file that is read for this config.
    fn files(&self) -> impl Iterator<Item = PathBuf> {
        let own = match self {
            Self::File(path) => vec![path.clone()],
            Self::Bundle(path) => FILES.map(|name| path.join(name)).to_vec(),
        };
        own.into_iter().chain([self.profiles()])
    }
}

/// A config that was found.
#[derive(Debug)]
pub(super) struct Located {
    pub config: FoundConfig,
    /// True if the file system has just said that it is a regular file.
    pub is_regular: bool,
}

/// Finds the config of `environment` at `path`: a bundle, a file, or a directory with `production.toml`, with the sealed file
/// `production.toml.age`, with the bundle `production`, or with the file in JSON or YAML.
pub(super) fn locate(path: &Path, environment: Environment) -> Option<Located> {
    let metadata = fs::symlink_metadata(path);
    // A regular file has no manifest in it.
    if metadata.as_ref().is_ok_and(Metadata::is_file) {
        return Some(Located { config: FoundConfig::File(path.to_owned()), is_regular: true });
    }
    locate_other(path, &metadata, environment).map(|config| Located { config, is_regular: false })
}

fn locate_other(path: &Path, metadata: &io::Result<Metadata>, environment: Environment) -> Option<FoundConfig> {
    if is_bundle(path) {
        return Some(FoundConfig::Bundle(path.to_owned()));
    }
    // A directory without a manifest is searched; it is not a config itself.
    if is_found(metadata) && !path.is_dir() {
        return Some(FoundConfig::File(path.to_owned()));
    }
    let found = possible_in(path, environment).find(FoundConfig::is_there);
    let bundle = path.join(environment.name().to_lowercase());
    // A dangling link to a bundle must be an error.
    found.or_else(|| (is_there(&bundle) && !bundle.exists()).then_some(FoundConfig::Bundle(bundle)))
}

/// Reports if something exists at `path`, including an unreadable file and a dangling link. If these counted as missing, a
/// service would silently run on defaults.
pub(super) fn is_there(path: &Path) -> bool {
    is_found(&fs::symlink_metadata(path))
}

fn is_found(metadata: &io::Result<Metadata>) -> bool {
    match metadata {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

/// Returns the possible configs of `environment` at `path`, in order of precedence.
fn possible(path: &Path, environment: Environment) -> impl Iterator<Item = FoundConfig> {
    // A bundle takes precedence over every file in it.
    let own = [FoundConfig::Bundle(path.to_owned()), FoundConfig::File(path.to_owned())];
    own.into_iter().chain(possible_in(path, environment))
}

/// Returns the possible configs of `environment` in a directory, in order of precedence.
fn possible_in(directory: &Path, environment: Environment) -> impl Iterator<Item = FoundConfig> {
    let name = environment.name().to_lowercase();
    let toml = directory.join(format!("{name}.toml"));
    let sealed = sealed_beside(&toml);
    let others = other_formats(toml.clone()).map(FoundConfig::File);
    let bundle = FoundConfig::Bundle(directory.join(name));
    [FoundConfig::File(toml), FoundConfig::File(sealed), bundle].into_iter().chain(others)
}

/// Returns the paths of a TOML file in the other formats.
pub(super) fn other_formats(toml: PathBuf) -> impl Iterator<Item = PathBuf> {
    let formats = Format::ALL.into_iter().filter(|format| *format != Format::Toml);
    formats.flat_map(|format| format.extensions()).map(move |extension| toml.with_extension(extension))
}

/// Rejects a directory with two configs of `environment`, such as a plain and a sealed one: edits of the unused one would have no effect.
pub(super) fn ambiguous(folder: &Path, environment: Environment) -> Option<Diagnostic> {
    let file = folder.join(format!("{}.toml", environment.name().to_lowercase()));
    let sealed = sealed_beside(&file);
    let is_file = |path: &PathBuf| path.is_file();
    let mut files = std::iter::once(file.clone()).chain([sealed.clone()]).chain(other_formats(file)).filter(is_file);
    let (one, other) = (files.next()?, files.next()?);
    let is_sealed = if other == sealed { ", one of them sealed" } else { "" };
    let message = format!("there are two configs for {environment}{is_sealed}");
    let diagnostic = Diagnostic::error(&codes::FILE_TWO_CONFIGS, value::Path::root(), message)
        .at([file_place(&one), file_place(&other)], "");
    Some(diagnostic.help("remove the one that is not to be read"))
}

/// Returns the path of the sealed form of a file.
pub(super) fn sealed_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".age");
    name.into()
}

/// Returns every file that determines the result and the content of [`locate`].
pub(super) fn candidates(path: &Path, environment: Environment) -> Vec<PathBuf> {
    let files: BTreeSet<PathBuf> =
        possible(path, environment).flat_map(|found| found.files().collect::<Vec<_>>()).collect();
    files.into_iter().collect()
}

/// Reports if a directory is a bundle, even one without its config.
pub(super) fn is_bundle(path: &Path) -> bool {
    // A manifest that is not a regular file is an error of the bundle. If it counted as missing, the defaults would apply.
    fs::symlink_metadata(path.join(MANIFEST)).is_ok_and(|metadata| !metadata.is_dir())
}

/// Returns the place of a whole file.
pub(super) fn file_place(path: &Path) -> Location {
    let source = Source::new(path.display().to_string(), "");
    Location { source, span: Span::default(), position: (0, 0) }
}

/// Returns the place of a variable for a diagnostic.
pub(super) fn variable_place(name: &str) -> Location {
    Location { source: Source::new(name, ""), span: Span::default(), position: (0, 0) }
}

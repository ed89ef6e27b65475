//! The layer of the config file: its location and its content.
//!
//! The config directory of a service (`BITCRAPS_CONFIG_PATH`, else `config`) has a file for each environment, or a bundle for
//! each, or is itself a bundle.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use confgate_core::bundle::{Manifest, Overridden, Written};
use confgate_core::diagnostics::{Diagnostic, Severity};
use confgate_core::environment::Environment;
use confgate_core::gate::{Input, UNREADABLE, ValidateOptions};
use confgate_core::syntax::SYNTAX;
use confgate_core::toml::reader;
use confgate_core::value::{self, Node, Origin, Place, Source, Sources, Span, json};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::secrets::{CHMOD_HELP, Decryptor, READABLE, SEALED, is_sealed_file};

/// Code of a bundle that was modified after its build.
const ALTERED: &str = "bundle/altered";

/// Code of two configs in one place.
const AMBIGUOUS: &str = "file/two-configs";

/// Names of the files in a bundle.
const CONFIG: &str = "config.toml";
const CONFIG_JSON: &str = "config.json";
const MANIFEST: &str = "manifest.json";
const ORIGINS: &str = "origins.json";

/// Location of the config.
#[derive(Clone, PartialEq, Default)]
pub enum ConfigLocation {
    /// The directory in the variable `…_CONFIG_PATH`, else `config`.
    #[default]
    Default,
    /// A file, a bundle, or a directory of them.
    Path(PathBuf),
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
            Self::Bundle(path) => [CONFIG, CONFIG_JSON, MANIFEST, ORIGINS].map(|name| path.join(name)).to_vec(),
        };
        own.into_iter().chain([self.profiles()])
    }
}

/// Content of a config file or bundle.
#[derive(Debug)]
pub(super) struct ReadConfig {
    /// The values with their places, and the diagnostics of the syntax.
    pub input: Input,
    /// Nix definitions that others override, by path.
    pub overridden: HashMap<value::Path, Vec<Overridden>>,
}

/// Finds the config of `environment` at `path`: a bundle, a file, or a directory with `production.toml`, with the sealed file
/// `production.toml.age`, or with the bundle `production`.
pub(super) fn locate(path: &Path, environment: Environment) -> Option<FoundConfig> {
    // A directory without a manifest is searched; it is not a config itself.
    let is_searched = |found: &FoundConfig| matches!(found, FoundConfig::File(file) if file == path) && path.is_dir();
    let found = possible(path, environment).into_iter().find(|found| found.is_there() && !is_searched(found));
    let bundle = path.join(environment.name().to_lowercase());
    // A dangling link to a bundle must be an error.
    found.or_else(|| (is_there(&bundle) && !bundle.exists()).then_some(FoundConfig::Bundle(bundle)))
}

/// Reports if something exists at `path`, including an unreadable file and a dangling link. If these counted as missing, a
/// service would silently run on defaults.
pub(super) fn is_there(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

/// Returns the possible configs of `environment` at `path`, in order of precedence.
fn possible(path: &Path, environment: Environment) -> [FoundConfig; 5] {
    let name = environment.name().to_lowercase();
    let file = path.join(format!("{name}.toml"));
    let sealed = sealed_beside(&file);
    [
        // A bundle takes precedence over every file in it.
        FoundConfig::Bundle(path.to_owned()),
        FoundConfig::File(path.to_owned()),
        FoundConfig::File(file),
        FoundConfig::File(sealed),
        FoundConfig::Bundle(path.join(name)),
    ]
}

/// Rejects a directory with both a plain and a sealed config of `environment`: edits of the unused one would have no effect.
pub(super) fn ambiguous(folder: &Path, environment: Environment) -> Option<Diagnostic> {
    let file = folder.join(format!("{}.toml", environment.name().to_lowercase()));
    let sealed = sealed_beside(&file);
    if !file.is_file() || !sealed.is_file() {
        return None;
    }
    let message = format!("there are two configs for {environment}, one of them sealed");
    let diagnostic =
        Diagnostic::error(AMBIGUOUS, value::Path::root(), message).at([file_place(&file), file_place(&sealed)], "");
    Some(diagnostic.help("remove the one that is not to be read"))
}

/// Returns the path of the sealed form of a file.
fn sealed_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".age");
    name.into()
}

/// Returns every file that determines the result and the content of [`locate`].
pub(super) fn candidates(path: &Path, environment: Environment) -> Vec<PathBuf> {
    let files: BTreeSet<PathBuf> = possible(path, environment).iter().flat_map(FoundConfig::files).collect();
    files.into_iter().collect()
}

/// Reports if a directory is a bundle, even one without its config.
fn is_bundle(path: &Path) -> bool {
    path.join(MANIFEST).is_file()
}

/// Returns the environment of the bundle at `path`, if it is one.
pub(super) fn environment_of(path: &Path) -> Option<Environment> {
    is_bundle(path).then(|| manifest(path).ok().map(|manifest| manifest.environment))?
}

/// Reads a config.
///
/// # Errors
///
/// A file cannot be read or decrypted, or a bundle was modified after its build.
pub(super) fn read(
    found: &FoundConfig,
    options: ValidateOptions,
    decryptor: &dyn Decryptor,
) -> Result<ReadConfig, Box<Diagnostic>> {
    match found {
        FoundConfig::File(path) => {
            let bytes = bytes(path)?;
            let input = match is_sealed_file(&bytes) {
                true => read_sealed(path, &bytes, options, decryptor)?,
                false => Input::bytes(path.display().to_string(), bytes, options),
            };
            Ok(ReadConfig { input, overridden: HashMap::new() })
        }
        FoundConfig::Bundle(folder) => bundle(folder, options),
    }
}

/// Decrypts a sealed config in memory.
fn read_sealed(
    path: &Path,
    sealed: &[u8],
    options: ValidateOptions,
    decryptor: &dyn Decryptor,
) -> Result<Input, Box<Diagnostic>> {
    let sealed_error = |message: String, help: Option<String>| {
        let diagnostic = Diagnostic::error(SEALED, value::Path::root(), message).at([file_place(path)], "");
        Box::new(help.into_iter().fold(diagnostic, Diagnostic::help))
    };
    let plain = decryptor.open_file(sealed).map_err(|error| {
        sealed_error(format!("the config is sealed and cannot be opened: {}", error.message), error.help)
    })?;
    let help = format!("correct what was sealed: `confgate unseal {}` prints it", path.display());
    let text = std::str::from_utf8(&plain).map_err(|_| {
        sealed_error("the config is sealed, and what is in it is not UTF-8".to_owned(), Some(help.clone()))
    })?;
    // `Source::sealed` keeps the text in one allocation and wipes it.
    let mut input = Input::toml(&Source::sealed(path.display().to_string(), text), options);
    for diagnostic in input.found.iter_mut().filter(|diagnostic| diagnostic.code == SYNTAX) {
        // The messages of a parser may quote the text.
        diagnostic.message = "not TOML; what stands here is sealed and not shown".to_owned();
        diagnostic.labels.iter_mut().for_each(|label| label.text.clear());
        diagnostic.notes.clear();
        diagnostic.help = Some(help.clone());
    }
    if let Some(warning) = decryptor.warning() {
        let diagnostic = Diagnostic::new(Severity::Warning, READABLE, value::Path::root(), warning);
        input.found.push(diagnostic.help(CHMOD_HELP));
    }
    Ok(input)
}

/// Reads the bytes of a config file.
///
/// # Errors
///
/// The file cannot be read, or is too large.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    let failed = |error: std::io::Error| {
        let help = match error.kind() {
            ErrorKind::PermissionDenied => "let the user of the service read it",
            _ => "see that the file is whole and can be read",
        };
        unreadable(path, &error, help)
    };
    let file = fs::File::open(path).map_err(failed)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len().min(reader::MAX_BYTES));
    // Reserve one byte more than the file has, so that reading finds its end without growing the buffer.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    file.take(reader::MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 == reader::MAX_BYTES {
        let larger = format!("larger than {} bytes", reader::MAX_BYTES - 1);
        return Err(unreadable(path, &larger, "a config is text that people read"));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display, help: &str) -> Box<Diagnostic> {
    let message = format!("the config cannot be read: {error}");
    Box::new(Diagnostic::error(UNREADABLE, value::Path::root(), message).at([file_place(path)], "").help(help))
}

/// Returns the place of a whole file.
fn file_place(path: &Path) -> Place {
    let source = Source::new(path.display().to_string(), "");
    Place { source, span: Span::default(), position: (0, 0) }
}

fn manifest(folder: &Path) -> Result<Manifest, Box<Diagnostic>> {
    document(&folder.join(MANIFEST))
}

fn document<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, Box<Diagnostic>> {
    serde_json::from_slice(&bytes(path)?)
        .map_err(|error| altered(path, &format!("it does not have the form that a build writes: {error}")))
}

fn altered(path: &Path, message: &str) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(ALTERED, value::Path::root(), format!("the bundle was altered: {message}"));
    Box::new(
        diagnostic
            .at([file_place(path)], "")
            .help("deploy the bundle help; what must differ on a node is set with variables"),
    )
}

/// Reads a bundle. The digest in its manifest proves that the config is as it was built.
fn bundle(folder: &Path, options: ValidateOptions) -> Result<ReadConfig, Box<Diagnostic>> {
    let manifest = manifest(folder)?;
    let path = [CONFIG, CONFIG_JSON].map(|name| folder.join(name)).into_iter().find(|path| path.is_file());
    let Some(path) = path else { return Err(altered(folder, "it has no config.toml")) };
    let bytes = bytes(&path)?;
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if digest != manifest.digests.settings {
        return Err(altered(&path, "its digest is another than the one in manifest.json"));
    }
    reject_other_files(folder, &bytes, manifest.environment)?;
    let name = path.display().to_string();
    let mut input = match path.ends_with(CONFIG) {
        true => Input::bytes(name, bytes, options),
        false => in_json(&path, &bytes, options)?,
    };
    input.options.environment = input.options.environment.or(Some(manifest.environment));
    if let Some(wanted) = options.environment.filter(|environment| *environment != manifest.environment) {
        input.found.push(other_environment(&path, manifest.environment, wanted));
    }
    let origins: BTreeMap<String, Written> = document(&folder.join(ORIGINS))?;
    let mut overridden = HashMap::new();
    for (pointer, written) in origins {
        let path = value::Path::from_pointer(&pointer);
        if let Some(node) = input.tree.get_mut(&path.0) {
            node.origin = Origin::Nix(Arc::from(written.set));
            overridden.insert(path, written.overridden);
        }
    }
    overridden.retain(|_, definitions| !definitions.is_empty());
    Ok(ReadConfig { input, overridden })
}

/// Rejects files in a bundle that would be read if it were not one. The same config under the name of the environment, which the
/// NixOS module writes, is allowed.
fn reject_other_files(folder: &Path, config: &[u8], environment: Environment) -> Result<(), Box<Diagnostic>> {
    let file = folder.join(format!("{}.toml", environment.name().to_lowercase()));
    let other = |file: &PathBuf| bytes(file).ok().as_deref() != Some(config);
    let unread =
        [Some(sealed_beside(&file)), Some(file).filter(other), Some(folder.join(confgate_core::profile::BESIDE))];
    let Some(file) = unread.into_iter().flatten().find(|file| file.is_file()) else { return Ok(()) };
    let message = format!("there is a bundle for {environment}, and a file that a build does not write");
    let diagnostic = Diagnostic::error(AMBIGUOUS, value::Path::root(), message).at([file_place(&file)], "");
    Err(Box::new(diagnostic.help("remove the file; what it says belongs into what the bundle is built from")))
}

fn other_environment(path: &Path, built: Environment, wanted: Environment) -> Diagnostic {
    let message = format!("the bundle was built for {built}, and the node is in {wanted}");
    let diagnostic = Diagnostic::error("environment/agrees", value::Path::root(), message).at([file_place(path)], "");
    diagnostic.help(format!("give the node the bundle for {wanted}, or say that it is in {built}"))
}

fn in_json(path: &Path, bytes: &[u8], options: ValidateOptions) -> Result<Input, Box<Diagnostic>> {
    let wrong = |error: &dyn std::fmt::Display| {
        let message = format!("not JSON: {error}");
        Box::new(
            Diagnostic::error(SYNTAX, value::Path::root(), message)
                .at([file_place(path)], "")
                .help("build the bundle help"),
        )
    };
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| wrong(&error))?;
    let tree: Node = json::read(value).map_err(|error| wrong(&error))?;
    Ok(Input { tree, sources: Sources::default(), found: Vec::new(), options })
}

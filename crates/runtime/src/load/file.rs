//! The layer of the config file: which one it is, and what it says.
//!
//! The folder of a service's configs (`BITCRAPS_CONFIG_PATH`, else `config`) holds a file for each environment, or a bundle
//! for each, or is one bundle itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use confgate_core::bundle::{Manifest, OverriddenDefinition, ValueOrigins};
use confgate_core::diagnostics::{Diagnostic, Severity};
use confgate_core::environment::Environment;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::secrets::{Decryptor, READABLE, SEALED, TAKE_AWAY, is_sealed_file};
pub use confgate_core::gate::UNREADABLE;
use confgate_core::gate::{Input, ValidateOptions};
use confgate_core::syntax::SYNTAX;
use confgate_core::toml;
use confgate_core::value;
use confgate_core::value::{Location, Node, Origin, Source, Sources, Span, json};

/// The rule of bundles that are not as they were built.
pub const ALTERED: &str = "bundle/altered";

/// The rule of two files that claim to be the config.
pub const AMBIGUOUS: &str = "file/two-configs";

/// The names of the files in a bundle.
pub const CONFIG: &str = "config.toml";
const CONFIG_JSON: &str = "config.json";
const MANIFEST: &str = "manifest.json";
const ORIGINS: &str = "origins.json";

/// Where a config is read from.
#[derive(Clone, PartialEq, Default)]
pub enum Choice {
    /// From the folder that the service's variable names, else from `config`.
    #[default]
    Look,
    /// From this file, bundle, or folder of them.
    At(PathBuf),
    /// From nowhere: the defaults and what other layers say.
    Nothing,
    /// From the program: these values, in the place of a file.
    Values(Node),
}

impl std::fmt::Debug for Choice {
    // Values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Look => f.write_str("Look"),
            Self::At(path) => f.debug_tuple("At").field(path).finish(),
            Self::Nothing => f.write_str("Nothing"),
            Self::Values(_) => f.write_str("Values(..)"),
        }
    }
}

/// A config that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A file.
    File(PathBuf),
    /// A bundle.
    Bundle(PathBuf),
}

impl Found {
    /// What to watch for changes: the file, or the folder of the bundle.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Bundle(path) => path,
        }
    }

    /// The folder that the config stands in, beside which others may stand.
    pub fn beside(&self) -> PathBuf {
        match self {
            Self::File(path) => path.parent().unwrap_or(Path::new("")).to_owned(),
            Self::Bundle(path) => path.clone(),
        }
    }

    /// The file with profiles that belongs to it, which need not be there.
    pub fn profiles(&self) -> PathBuf {
        self.beside().join(confgate_core::profile::BESIDE)
    }

    fn is_there(&self) -> bool {
        match self {
            Self::File(path) => is_there(path),
            Self::Bundle(path) => is_bundle(path),
        }
    }

    /// Every file that is read when this is the config.
    fn files(&self) -> impl Iterator<Item = PathBuf> {
        let own = match self {
            Self::File(path) => vec![path.clone()],
            Self::Bundle(path) => [CONFIG, CONFIG_JSON, MANIFEST, ORIGINS].map(|name| path.join(name)).to_vec(),
        };
        own.into_iter().chain([self.profiles()])
    }
}

/// What a config file says.
#[derive(Debug)]
pub struct Read {
    /// Its values, their places, and what is wrong before any value is looked at.
    pub input: Input,
    /// The definitions in Nix files that stronger ones put aside, by value.
    pub overridden: HashMap<value::Path, Vec<OverriddenDefinition>>,
}

/// Looks for the config of `environment` at `path`: a bundle, a file, or a folder with `production.toml`, the same sealed as
/// `production.toml.age`, or a bundle `production`.
pub fn locate(path: &Path, environment: Environment) -> Option<Found> {
    // A folder is looked into, and is no config itself.
    let looked_into = |found: &Found| matches!(found, Found::File(file) if file == path) && path.is_dir();
    let found = possible(path, environment).into_iter().find(|found| found.is_there() && !looked_into(found));
    let bundle = path.join(environment.name().to_lowercase());
    // A link to a bundle that is gone.
    found.or_else(|| (is_there(&bundle) && !bundle.exists()).then_some(Found::Bundle(bundle)))
}

/// Whether there is anything at `path`: also what nobody may read, and a link to nowhere. To take these for nothing would be to run
/// on defaults without a word.
pub fn is_there(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

/// What the config of `environment` at `path` may be. The first that is there counts.
fn possible(path: &Path, environment: Environment) -> [Found; 5] {
    let name = environment.name().to_lowercase();
    let file = path.join(format!("{name}.toml"));
    let sealed = sealed_beside(&file);
    [
        // First: no file in a bundle takes its place.
        Found::Bundle(path.to_owned()),
        Found::File(path.to_owned()),
        Found::File(file),
        Found::File(sealed),
        Found::Bundle(path.join(name)),
    ]
}

/// What is wrong with a folder that has the config of `environment` twice: whoever edits the one that is not read would look
/// for the mistake everywhere else.
pub fn ambiguous(folder: &Path, environment: Environment) -> Option<Diagnostic> {
    let file = folder.join(format!("{}.toml", environment.name().to_lowercase()));
    let sealed = sealed_beside(&file);
    if !file.is_file() || !sealed.is_file() {
        return None;
    }
    let message = format!("there are two configs for {environment}, one of them sealed");
    let diagnostic = Diagnostic::error(AMBIGUOUS, value::Path::root(), message).at([whole(&file), whole(&sealed)], "");
    Some(diagnostic.help("remove the one that is not to be read"))
}

/// The sealed file that may stand in the place of a config.
fn sealed_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".age");
    name.into()
}

/// Every file that decides what [`locate`] finds and what it holds.
pub fn candidates(path: &Path, environment: Environment) -> Vec<PathBuf> {
    let all = possible(path, environment);
    let all: BTreeSet<PathBuf> = all.iter().flat_map(Found::files).collect();
    all.into_iter().collect()
}

/// Whether a folder holds a bundle, which may lack its config.
pub fn is_bundle(path: &Path) -> bool {
    path.join(MANIFEST).is_file()
}

/// The environment that the bundle at `path` was built for, where it is one.
pub fn environment_of(path: &Path) -> Option<Environment> {
    is_bundle(path).then(|| manifest(path).ok().map(|manifest| manifest.environment))?
}

/// Reads a config.
///
/// # Errors
///
/// A file cannot be read or opened, or a bundle is not as it was built.
pub fn read(found: &Found, options: ValidateOptions, opener: &dyn Decryptor) -> Result<Read, Box<Diagnostic>> {
    match found {
        Found::File(path) => {
            let bytes = bytes(path)?;
            let input = match is_sealed_file(&bytes) {
                true => opened(path, &bytes, options, opener)?,
                false => Input::bytes(path.display().to_string(), bytes, options),
            };
            Ok(Read { input, overridden: HashMap::new() })
        }
        Found::Bundle(folder) => bundle(folder, options),
    }
}

/// A sealed config, opened in memory.
fn opened(
    path: &Path,
    sealed: &[u8],
    options: ValidateOptions,
    opener: &dyn Decryptor,
) -> Result<Input, Box<Diagnostic>> {
    let refused = |message: String, help: Option<String>| {
        let diagnostic = Diagnostic::error(SEALED, value::Path::root(), message).at([whole(path)], "");
        Box::new(help.into_iter().fold(diagnostic, Diagnostic::help))
    };
    let plain = opener.open_file(sealed).map_err(|trouble| {
        refused(format!("the config is sealed and cannot be opened: {}", trouble.message), trouble.help)
    })?;
    let again = format!("correct what was sealed: `confgate unseal {}` prints it", path.display());
    let text = std::str::from_utf8(&plain)
        .map_err(|_| refused("the config is sealed, and what is in it is not UTF-8".to_owned(), Some(again.clone())))?;
    // In one piece of its own size, which the source wipes.
    let mut input = Input::toml(&Source::sealed(path.display().to_string(), text), options);
    for diagnostic in input.found.iter_mut().filter(|diagnostic| diagnostic.code == SYNTAX) {
        // What a parser says of a text may quote it.
        diagnostic.message = "not TOML; what stands here is sealed and not shown".to_owned();
        diagnostic.labels.iter_mut().for_each(|label| label.text.clear());
        diagnostic.notes.clear();
        diagnostic.help = Some(again.clone());
    }
    if let Some(warning) = opener.warning() {
        let diagnostic = Diagnostic::new(Severity::Warning, READABLE, value::Path::root(), warning);
        input.found.push(diagnostic.help(TAKE_AWAY));
    }
    Ok(input)
}

/// The bytes of a file.
///
/// # Errors
///
/// It cannot be read, or is too large.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    let failed = |error: std::io::Error| {
        let help = match error.kind() {
            ErrorKind::PermissionDenied => "let the user of the service read it",
            _ => "see that the file is whole and can be read",
        };
        unreadable(path, &error, help)
    };
    let file = fs::File::open(path).map_err(failed)?;
    let told = file.metadata().map_or(0, |metadata| metadata.len().min(toml::MAX_BYTES));
    // One more than there is, so that the end is seen without growing.
    let mut bytes = Vec::with_capacity(usize::try_from(told).unwrap_or_default() + 1);
    file.take(toml::MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 == toml::MAX_BYTES {
        let larger = format!("larger than {} bytes", toml::MAX_BYTES - 1);
        return Err(unreadable(path, &larger, "a config is text that people read"));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display, help: &str) -> Box<Diagnostic> {
    let message = format!("the config cannot be read: {error}");
    Box::new(Diagnostic::error(UNREADABLE, value::Path::root(), message).at([whole(path)], "").help(help))
}

/// A file as a place without a line.
fn whole(path: &Path) -> Location {
    let source = Source::new(path.display().to_string(), "");
    Location { source, span: Span::default(), position: (0, 0) }
}

fn manifest(folder: &Path) -> Result<Manifest, Box<Diagnostic>> {
    document(&folder.join(MANIFEST))
}

fn document<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, Box<Diagnostic>> {
    serde_json::from_slice(&bytes(path)?)
        .map_err(|error| altered(path, &format!("it is not what a build writes: {error}")))
}

fn altered(path: &Path, message: &str) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(ALTERED, value::Path::root(), format!("the bundle was altered: {message}"));
    Box::new(
        diagnostic
            .at([whole(path)], "")
            .help("deploy the bundle again; what must differ on a node is set with variables"),
    )
}

fn bundle(folder: &Path, options: ValidateOptions) -> Result<Read, Box<Diagnostic>> {
    let manifest = manifest(folder)?;
    let path = [CONFIG, CONFIG_JSON].map(|name| folder.join(name)).into_iter().find(|path| path.is_file());
    let Some(path) = path else { return Err(altered(folder, "it has no config.toml")) };
    let bytes = bytes(&path)?;
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if digest != manifest.digests.settings {
        return Err(altered(&path, "its digest is another than the one in manifest.json"));
    }
    refuse_others(folder, &bytes, manifest.environment)?;
    let name = path.display().to_string();
    let mut input = match path.ends_with(CONFIG) {
        true => Input::bytes(name, bytes, options),
        false => in_json(&path, &bytes, options)?,
    };
    input.options.environment = input.options.environment.or(Some(manifest.environment));
    if let Some(wanted) = options.environment.filter(|environment| *environment != manifest.environment) {
        input.found.push(other_environment(&path, manifest.environment, wanted));
    }
    let origins: BTreeMap<String, ValueOrigins> = document(&folder.join(ORIGINS))?;
    let mut overridden = HashMap::new();
    for (pointer, written) in origins {
        let path = value::Path::from_pointer(&pointer);
        if let Some(node) = input.tree.get_mut(&path.0) {
            node.origin = Origin::Nix(Arc::from(written.set));
            overridden.insert(path, written.overridden);
        }
    }
    overridden.retain(|_, definitions| !definitions.is_empty());
    Ok(Read { input, overridden })
}

/// Refuses files in a bundle that would be read if it were none. The same config under the name of the environment, as the NixOS
/// module has it, says nothing else.
fn refuse_others(folder: &Path, config: &[u8], environment: Environment) -> Result<(), Box<Diagnostic>> {
    let file = folder.join(format!("{}.toml", environment.name().to_lowercase()));
    let other = |file: &PathBuf| bytes(file).ok().as_deref() != Some(config);
    let unread =
        [Some(sealed_beside(&file)), Some(file).filter(other), Some(folder.join(confgate_core::profile::BESIDE))];
    let Some(file) = unread.into_iter().flatten().find(|file| file.is_file()) else { return Ok(()) };
    let message = format!("there is a bundle for {environment}, and a file that a build does not write");
    let diagnostic = Diagnostic::error(AMBIGUOUS, value::Path::root(), message).at([whole(&file)], "");
    Err(Box::new(diagnostic.help("remove the file; what it says belongs into what the bundle is built from")))
}

fn other_environment(path: &Path, built: Environment, wanted: Environment) -> Diagnostic {
    let message = format!("the bundle was built for {built}, and the node is in {wanted}");
    let diagnostic = Diagnostic::error("environment/agrees", value::Path::root(), message).at([whole(path)], "");
    diagnostic.help(format!("give the node the bundle for {wanted}, or say that it is in {built}"))
}

fn in_json(path: &Path, bytes: &[u8], options: ValidateOptions) -> Result<Input, Box<Diagnostic>> {
    let wrong = |error: &dyn std::fmt::Display| {
        let message = format!("not JSON: {error}");
        Box::new(
            Diagnostic::error(SYNTAX, value::Path::root(), message)
                .at([whole(path)], "")
                .help("build the bundle again"),
        )
    };
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| wrong(&error))?;
    let tree: Node = json::read(value).map_err(|error| wrong(&error))?;
    Ok(Input { tree, sources: Sources::default(), found: Vec::new(), options })
}

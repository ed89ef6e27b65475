//! Content of a bundle, whose manifest proves that it is as it was built.

use std::collections::{BTreeMap, HashMap};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use confgate_core::bundle::{Manifest, ValueOrigins, config_name};
use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::environment::Environment;
use confgate_core::gate::{Input, ValidateOptions};
use confgate_core::value::{self, Format, Origin};
use confgate_files::{ReadFileError, SizeLimit};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::load::bundle_content::BundleContent;
use crate::load::file::{ReadConfig, config_bytes, part_bytes, unreadable};
use crate::load::location::{MANIFEST, ORIGINS, file_place, is_bundle, is_there, other_formats, sealed_beside};

/// The files of a bundle: in a directory, or in memory.
#[derive(Clone, Copy)]
pub(super) enum BundleFiles<'b> {
    Directory(&'b Path),
    Memory(&'b BundleContent),
}

impl BundleFiles<'_> {
    fn path(&self, name: &str) -> PathBuf {
        match self {
            Self::Directory(directory) => directory.join(name),
            Self::Memory(content) => content.directory().join(name),
        }
    }

    fn contains(&self, name: &str) -> bool {
        match self {
            Self::Directory(directory) => is_there(&directory.join(name)),
            Self::Memory(content) => content.get(name).is_some(),
        }
    }

    fn config_bytes(&self, name: &str, max_size: SizeLimit) -> Result<Vec<u8>, Box<Diagnostic>> {
        match self {
            Self::Directory(directory) => config_bytes(&directory.join(name), max_size),
            Self::Memory(content) if content.get(name).is_some_and(|bytes| bytes.len() as u64 > max_size.get()) => {
                Err(unreadable(&self.path(name), &ReadFileError::TooLarge(max_size), "deploy a smaller config"))
            }
            Self::Memory(content) => self.bytes_in_memory(content, name),
        }
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
        match self {
            Self::Directory(directory) => part_bytes(&directory.join(name), SizeLimit::BUNDLE_FILE),
            Self::Memory(content) => self.bytes_in_memory(content, name),
        }
    }

    fn bytes_in_memory(&self, content: &BundleContent, name: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
        content.get(name).map(<[u8]>::to_vec).ok_or_else(|| {
            let missing = ReadFileError::NotFound(ErrorKind::NotFound.into());
            unreadable(&self.path(name), &missing, "deploy a complete bundle")
        })
    }

    fn manifest(&self) -> Result<Manifest, Box<Diagnostic>> {
        self.document(MANIFEST)
    }

    fn document<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Result<T, Box<Diagnostic>> {
        serde_json::from_slice(&self.bytes(name)?).map_err(|error| {
            altered(&self.path(name), &format!("it does not have the form that a build writes: {error}"))
        })
    }

    /// Returns the environment that the bundle was built for, if its manifest can be read.
    pub(super) fn environment(&self) -> Option<Environment> {
        self.manifest().ok().map(|manifest| manifest.environment)
    }
}

/// Returns the environment of the bundle at `path`, if it is one.
pub(super) fn environment_of(path: &Path) -> Option<Environment> {
    is_bundle(path).then(|| BundleFiles::Directory(path).environment())?
}

/// Reads a bundle. The digest in its manifest proves that the config is as it was built.
pub(super) fn read_bundle(
    files: BundleFiles<'_>,
    options: ValidateOptions,
    max_size: SizeLimit,
) -> Result<ReadConfig, Box<Diagnostic>> {
    let manifest = files.manifest()?;
    let mut configs = Format::ALL.map(|format| (format, config_name(format))).into_iter();
    let Some((format, name)) = configs.find(|(_, name)| files.contains(name)) else {
        let names = Format::ALL.map(config_name).join(", ");
        return Err(altered(&files.path(""), &format!("it has no config (one of {names})")));
    };
    let path = files.path(name);
    let bytes = files.config_bytes(name, max_size)?;
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if digest != manifest.digests.settings {
        return Err(altered(&path, "its digest is another than the one in manifest.json"));
    }
    if let BundleFiles::Directory(folder) = files {
        reject_other_files(folder, &bytes, manifest.environment, max_size)?;
    }
    let name = path.display().to_string();
    let mut input = Input::bytes(format, name, bytes, options);
    input.options.environment = input.options.environment.or(Some(manifest.environment));
    if let Some(wanted) = options.environment.filter(|environment| *environment != manifest.environment) {
        input.found.push(other_environment(&path, manifest.environment, wanted));
    }
    let origins: BTreeMap<String, ValueOrigins> = files.document(ORIGINS)?;
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
fn reject_other_files(
    folder: &Path,
    config: &[u8],
    environment: Environment,
    max_size: SizeLimit,
) -> Result<(), Box<Diagnostic>> {
    let file = folder.join(format!("{}.toml", environment.name().to_lowercase()));
    let other = |file: &PathBuf| config_bytes(file, max_size).ok().as_deref() != Some(config);
    let never_written = [sealed_beside(&file), folder.join(confgate_core::profile::BESIDE)];
    let named = std::iter::once(file.clone()).chain(other_formats(file)).filter(other);
    let Some(file) = never_written.into_iter().chain(named).find(|file| file.is_file()) else { return Ok(()) };
    let message = format!("there is a bundle for {environment}, and a file that a build does not write");
    let diagnostic =
        Diagnostic::error(&codes::FILE_TWO_CONFIGS, value::Path::root(), message).at([file_place(&file)], "");
    Err(Box::new(diagnostic.help("remove the file; what it says belongs into what the bundle is built from")))
}

fn other_environment(path: &Path, built: Environment, wanted: Environment) -> Diagnostic {
    let message = format!("the bundle was built for {built}, and the node is in {wanted}");
    let diagnostic =
        Diagnostic::error(&codes::ENVIRONMENT_AGREES, value::Path::root(), message).at([file_place(path)], "");
    diagnostic.help(format!("give the node the bundle for {wanted}, or say that it is in {built}"))
}

fn altered(path: &Path, message: &str) -> Box<Diagnostic> {
    let diagnostic =
        Diagnostic::error(&codes::BUNDLE_ALTERED, value::Path::root(), format!("the bundle was altered: {message}"));
    Box::new(
        diagnostic
            .at([file_place(path)], "")
            .help("deploy the bundle again; what must differ on a node is set with variables"),
    )
}

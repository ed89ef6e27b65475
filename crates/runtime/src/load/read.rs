//! Reading of a config: a file, a sealed file, or a bundle.

use std::collections::HashMap;
use std::path::Path;

use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::gate::{Input, ValidateOptions};
use confgate_core::value::{self, Format, Source};
use confgate_files::SizeLimit;

use crate::load::bundle::{BundleFiles, read_bundle};
use crate::load::file::{ReadConfig, config_bytes, listed_bytes};
use crate::load::location::{FoundConfig, Located, file_place};
use crate::secrets::{Decryptor, SecretWarning, is_sealed_file, warning_diagnostic};

/// Reads a config. `format` is that of a file whose name does not tell it.
///
/// # Errors
///
/// A file cannot be read or decrypted, or a bundle was modified after its build.
pub(super) fn read_config(
    found: &Located,
    options: ValidateOptions,
    format: Option<Format>,
    max_size: SizeLimit,
    decryptor: &dyn Decryptor,
) -> Result<ReadConfig, Box<Diagnostic>> {
    match &found.config {
        FoundConfig::File(path) => {
            let bytes = if found.is_regular { listed_bytes(path, max_size) } else { config_bytes(path, max_size) }?;
            let input = match is_sealed_file(&bytes) {
                true => read_sealed(path, &bytes, options, decryptor)?,
                false => {
                    let format = format.or_else(|| Format::of_file(path)).unwrap_or_default();
                    Input::bytes(format, path.display().to_string(), bytes, options)
                }
            };
            Ok(ReadConfig { input, overridden: HashMap::new() })
        }
        FoundConfig::Bundle(folder) => read_bundle(BundleFiles::Directory(folder), options, max_size),
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
        let diagnostic =
            Diagnostic::error(&codes::SECRETS_SEALED, value::Path::root(), message).at([file_place(path)], "");
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
    let mut input = Input::text(&Source::sealed(path.display().to_string(), text), options);
    for diagnostic in input.found.iter_mut().filter(|diagnostic| diagnostic.is_syntax()) {
        // The messages of a parser may quote the text.
        diagnostic.message = "not TOML; what stands here is sealed and not shown".to_owned();
        diagnostic.labels.iter_mut().for_each(|label| label.text.clear());
        diagnostic.notes.clear();
        diagnostic.help = Some(help.clone());
    }
    if let Some(warning) = decryptor.warning() {
        input.found.push(warning_diagnostic(&SecretWarning::Readable(warning), value::Path::root()));
    }
    Ok(input)
}

//! Files, directories and standard input that commands read.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use confgate_builder::SchemaFiles;
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::schema::{InvalidSchema, SchemaSource};
use confgate_core::toml;

use crate::cli::error::{CliError, FileError};
use crate::cli::path_name::{display_name, is_stdin};
use crate::cli::schema_map_args::SchemaMapArgs;

/// Reads a file or standard input, up to the limit of the TOML reader.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    let io_error = |error: io::Error| CliError::file(path, error);
    let mut bytes = Vec::new();
    if is_stdin(path) {
        io::stdin().lock().take(toml::MAX_BYTES).read_to_end(&mut bytes).map_err(io_error)?;
    } else {
        let file = fs::File::open(path).map_err(io_error)?;
        let length = file.metadata().map_err(io_error)?.len().min(toml::MAX_BYTES);
        // One more byte, so that `read_to_end` detects the end of the file without growing the buffer.
        bytes.reserve_exact(usize::try_from(length + 1).unwrap_or_default());
        file.take(toml::MAX_BYTES).read_to_end(&mut bytes).map_err(io_error)?;
    }
    if bytes.len() as u64 == toml::MAX_BYTES {
        return Err(CliError::file(path, FileError::TooLarge(toml::MAX_BYTES - 1)));
    }
    Ok(bytes)
}

/// Parses the bytes of a TOML file.
pub fn toml_input(path: &Path, bytes: Vec<u8>, options: ValidateOptions) -> Input {
    Input::bytes(display_name(path), bytes, options)
}

/// Returns the TOML files that the paths name: files as they are, directories with all files below them, sorted.
pub fn toml_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CliError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let start = files.len();
            collect_toml_files(path, &mut files)?;
            if files.len() == start {
                return Err(CliError::file(path, FileError::NoTomlFiles));
            }
            files[start..].sort();
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn collect_toml_files(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let io_error = |error: io::Error| CliError::file(directory, error);
    for entry in fs::read_dir(directory).map_err(io_error)? {
        let entry = entry.map_err(io_error)?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().map_err(io_error)?;
        // A directory lists the kind of its entries: ask the file system about links and special files alone.
        let is_file = || kind.is_file() || path.is_file() || !path.exists();
        // Links to directories are not followed: they may form a cycle.
        if kind.is_dir() {
            collect_toml_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") && is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// Returns the gate of a schema file, else that of the bundled model.
pub fn gate(schema: Option<&Path>, maps: &SchemaMapArgs, model: &dyn Fn() -> Gate) -> Result<Gate, CliError> {
    schema.map_or_else(|| Ok(model()), |path| schema_gate(path, maps))
}

/// Returns the gate of a schema file.
pub fn schema_gate(path: &Path, maps: &SchemaMapArgs) -> Result<Gate, CliError> {
    schema_gate_with(path, maps, |source| Gate::of_schema(source))
}

/// Returns the gate that `build` makes from the schema in a file and the documents that it refers to.
pub fn schema_gate_with(
    path: &Path,
    maps: &SchemaMapArgs,
    build: impl FnOnce(SchemaSource<'_>) -> Result<Gate, InvalidSchema>,
) -> Result<Gate, CliError> {
    let bytes = read_bytes(path)?;
    let schema = serde_json::from_slice(&bytes).map_err(|error| CliError::file(path, error))?;
    let loaded = SchemaFiles::load(schema, path, maps.as_slice(), build);
    Ok(loaded.map_err(|error| CliError::file(path, error))?.gate)
}

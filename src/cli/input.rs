//! Files and standard input that commands read.

use std::io;
use std::path::Path;

use confgate_builder::{SchemaFiles, SchemaMap};
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::schema::{self, InvalidSchema, SchemaSource};
use confgate_core::value::Format;
use confgate_files::{FileKind, ReadFileError, SizeLimit};

use crate::cli::error::{CliError, FileError};
use crate::cli::path_name::{display_name, is_stdin};

/// Reads a config or standard input. `max_size` is the limit of an option.
pub fn read_config(path: &Path, format: Format, max_size: Option<SizeLimit>) -> Result<Vec<u8>, CliError> {
    read_with(path, format, max_size, read_bytes)
}

/// Reads a config that a directory has listed as a regular file.
pub fn read_listed_config(path: &Path, format: Format, max_size: Option<SizeLimit>) -> Result<Vec<u8>, CliError> {
    read_with(path, format, max_size, confgate_files::read_listed)
}

fn read_with(
    path: &Path,
    format: Format,
    max_size: Option<SizeLimit>,
    read: fn(&Path, SizeLimit) -> Result<Vec<u8>, ReadFileError>,
) -> Result<Vec<u8>, CliError> {
    let largest = SizeLimit::bytes(format.max_bytes());
    let limit = max_size.unwrap_or(SizeLimit::CONFIG).min(largest);
    read(path, limit).map_err(|error| match error {
        ReadFileError::TooLarge(limit) if limit < largest => CliError::file(path, FileError::ConfigTooLarge(limit)),
        ReadFileError::TooLarge(limit) => CliError::file(path, FileError::FormatTooLarge(format, limit)),
        ReadFileError::NotRegular(FileKind::Fifo) => CliError::file(path, FileError::ConfigIsFifo),
        error => CliError::file(path, error),
    })
}

/// Reads a file or standard input, up to a limit.
pub fn read_file(path: &Path, limit: SizeLimit) -> Result<Vec<u8>, CliError> {
    read_bytes(path, limit).map_err(|error| CliError::file(path, error))
}

fn read_bytes(path: &Path, limit: SizeLimit) -> Result<Vec<u8>, ReadFileError> {
    if is_stdin(path) { confgate_files::read_stream(io::stdin(), limit) } else { confgate_files::read(path, limit) }
}

/// Parses the bytes of a config file.
pub fn parse(path: &Path, format: Format, bytes: Vec<u8>, options: ValidateOptions) -> Input {
    Input::bytes(format, display_name(path), bytes, options)
}

/// Returns the gate of a schema file, else that of the bundled model.
pub fn gate(schema: Option<&Path>, maps: &[SchemaMap], model: &dyn Fn() -> Gate) -> Result<Gate, CliError> {
    schema.map_or_else(|| Ok(model()), |path| schema_gate(path, maps))
}

/// Returns the gate of a schema file.
pub fn schema_gate(path: &Path, maps: &[SchemaMap]) -> Result<Gate, CliError> {
    schema_gate_with(path, maps, |source| Gate::of_schema(source))
}

/// Returns the gate that `build` makes from the schema in a file and the documents that it refers to.
pub fn schema_gate_with(
    path: &Path,
    maps: &[SchemaMap],
    build: impl FnOnce(SchemaSource<'_>) -> Result<Gate, InvalidSchema>,
) -> Result<Gate, CliError> {
    let bytes = read_file(path, SizeLimit::SCHEMA)?;
    let schema = schema::from_bytes(&bytes).map_err(|error| match other_format(path, &bytes) {
        Some(words) => CliError::file(path, FileError::SchemaNotJson(words)),
        None => CliError::file(path, error),
    })?;
    let loaded = SchemaFiles::load(schema, path, maps, build);
    Ok(loaded.map_err(|error| CliError::file(path, error))?.gate)
}

/// Says what a file is that should be a schema, and is not JSON.
fn other_format(path: &Path, bytes: &[u8]) -> Option<&'static str> {
    match Format::of_file(path) {
        _ if bytes.trim_ascii().is_empty() => Some("empty"),
        Some(Format::Toml) => Some("TOML"),
        Some(Format::Yaml) => Some("YAML"),
        Some(Format::Json) | None => None,
    }
}

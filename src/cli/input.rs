//! Files and standard input that commands read.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use confgate_builder::{SchemaFiles, SchemaMap};
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::schema::{InvalidSchema, SchemaSource};
use confgate_core::value::Format;

use crate::cli::error::{CliError, FileError};
use crate::cli::path_name::{display_name, is_stdin};

/// Reads a file or standard input, up to the limit of its format.
pub fn read_bytes(path: &Path, format: Format) -> Result<Vec<u8>, CliError> {
    let io_error = |error: io::Error| CliError::file(path, error);
    let limit = format.max_bytes();
    let mut bytes = Vec::new();
    if is_stdin(path) {
        io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(io_error)?;
    } else {
        let file = fs::File::open(path).map_err(io_error)?;
        let length = file.metadata().map_err(io_error)?.len().min(limit);
        // One more byte, so that `read_to_end` detects the end of the file without growing the buffer.
        bytes.reserve_exact(usize::try_from(length + 1).unwrap_or_default());
        file.take(limit).read_to_end(&mut bytes).map_err(io_error)?;
    }
    if bytes.len() as u64 == limit {
        return Err(CliError::file(path, FileError::TooLarge(limit - 1)));
    }
    Ok(bytes)
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
    let bytes = read_bytes(path, Format::Json)?;
    let schema = serde_json::from_slice(&bytes).map_err(|error| CliError::file(path, error))?;
    let loaded = SchemaFiles::load(schema, path, maps, build);
    Ok(loaded.map_err(|error| CliError::file(path, error))?.gate)
}

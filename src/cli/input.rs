//! What commands read: files, folders of them, bundles, standard input.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::schema::InvalidSchema;
use confgate_core::toml;
use serde_json::Value as Json;

use crate::cli::Failure;

/// The name that stands for standard input.
pub const STDIN: &str = "-";

/// A text that was read, or why there is none.
pub fn text(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure(format!("{}: {error}", shown(path)));
    let mut bytes = Vec::new();
    if path.as_os_str() == STDIN {
        io::stdin().lock().take(toml::MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = fs::File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len().min(toml::MAX_BYTES);
        // One more, so that the end is seen without making room again.
        bytes.reserve_exact(usize::try_from(length + 1).unwrap_or_default());
        file.take(toml::MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() as u64 == toml::MAX_BYTES {
        return Err(Failure(format!("{}: larger than {} bytes", shown(path), toml::MAX_BYTES - 1)));
    }
    Ok(bytes)
}

/// How messages call a path.
pub fn shown(path: &Path) -> String {
    if path.as_os_str() == STDIN { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// Makes a submission of the bytes of a TOML file.
pub fn input(path: &Path, bytes: Vec<u8>, options: ValidateOptions) -> Input {
    Input::bytes(shown(path), bytes, options)
}

/// The TOML files that the paths name: files as they are, folders with all that is in them, in order.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = found.len();
            collect(path, &mut found)?;
            if found.len() == before {
                return Err(Failure(format!("{}: no TOML file in it", path.display())));
            }
            found[before..].sort();
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure(format!("{}: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        // Not through links to folders: they may lead in circles.
        if entry.file_type().map_err(failed)?.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") && (path.is_file() || !path.exists()) {
            found.push(path);
        }
    }
    Ok(())
}

/// The gate of a schema file.
pub fn schema_gate(path: &Path) -> Result<Gate, Failure> {
    schema(path, Gate::of_schema)
}

/// The gate that `make` makes of a schema file.
pub fn schema(path: &Path, make: impl Fn(Json) -> Result<Gate, InvalidSchema>) -> Result<Gate, Failure> {
    let bytes = text(path)?;
    let schema = serde_json::from_slice(&bytes).map_err(|error| Failure(format!("{}: {error}", shown(path))))?;
    make(schema).map_err(|error| Failure(format!("{}: {error}", shown(path))))
}

//! Search of a source tree for the keys of flags.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use confgate_files::SizeLimit;

use crate::cli::error::CliError;

/// Largest file that is searched. Larger ones are not written by people.
const MAX_FILE: u64 = 2 << 20;

/// Largest number of files that are searched.
const MAX_FILES: usize = 200_000;

/// Largest depth of folders.
const MAX_DEPTH: usize = 64;

/// Folders that hold no sources of the project itself.
const SKIPPED: &[&str] = &[".git", ".hg", ".jj", "node_modules", "target", "dist", "build", ".venv", "__pycache__"];

/// Returns the keys that stand in a text file below a folder, without the file at `except`.
pub(super) fn referenced_keys<'k>(
    folder: &Path,
    keys: &[&'k str],
    except: &Path,
) -> Result<BTreeSet<&'k str>, CliError> {
    let except = fs::canonicalize(except).unwrap_or_else(|_| except.to_owned());
    let mut found = BTreeSet::new();
    let mut files = 0;
    search(folder, keys, &except, MAX_DEPTH, &mut files, &mut found)?;
    Ok(found)
}

fn search<'k>(
    folder: &Path,
    keys: &[&'k str],
    except: &Path,
    depth: usize,
    files: &mut usize,
    found: &mut BTreeSet<&'k str>,
) -> Result<(), CliError> {
    let entries = fs::read_dir(folder).map_err(|error| CliError::file(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| CliError::file(folder, error))?;
        let path = entry.path();
        // Links are not followed: they may lead out of the tree.
        let Ok(kind) = entry.file_type() else { continue };
        let is_skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
        if kind.is_dir() && !is_skipped && depth > 0 {
            search(&path, keys, except, depth - 1, files, found)?;
        }
        if !kind.is_file() || found.len() == keys.len() || *files >= MAX_FILES {
            continue;
        }
        *files += 1;
        if fs::canonicalize(&path).is_ok_and(|real| real == except) {
            continue;
        }
        // A file that is too large or cannot be read is not searched.
        let Ok(bytes) = confgate_files::read(&path, SizeLimit::bytes(MAX_FILE)) else { continue };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        found.extend(keys.iter().filter(|key| text.contains(**key)));
    }
    Ok(())
}

//! Files of a bundle in memory.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use confgate_core::bundle::FILES;
use confgate_core::sensitive::display::sanitize;
use confgate_files::{OpenedFile, ReadFileError};

use crate::bundle_error::BundleError;
use crate::limits::{MAX_BUNDLE, file_limit};

/// The longest part of an unexpected name that a message quotes, in characters.
const SHOWN_NAME: usize = 80;

/// The permission bit that lets the owner of a file execute it.
const OWNER_EXECUTE: u32 = 0o100;

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BundleFile {
    /// Name of the file.
    pub name: String,
    /// Content.
    pub bytes: Arc<[u8]>,
    /// True if it is executable: a NAR includes that bit.
    pub executable: bool,
}

/// Collects the files of a bundle from a source, and checks each against the limits before its content is read.
#[derive(Debug, Default)]
pub(crate) struct BundleFiles {
    files: Vec<BundleFile>,
    size: u64,
}

impl BundleFiles {
    /// Reads a file of the source. `size` is the size that the source states, and `mode` its permission bits.
    ///
    /// # Errors
    ///
    /// A build does not write a file of this name, it is too large, or it cannot be read whole.
    pub(crate) fn read(&mut self, name: &str, size: u64, mode: u32, source: impl Read) -> Result<(), BundleError> {
        let name = checked_name(name)?;
        let limit = file_limit(name);
        if size > limit.get() {
            return Err(BundleError::TooLarge { name, limit });
        }
        self.size += size;
        if self.size > MAX_BUNDLE.get() {
            return Err(BundleError::AllTooLarge { limit: MAX_BUNDLE });
        }
        if self.files.iter().any(|file| file.name == name) {
            return Err(BundleError::Duplicate { name });
        }
        let mut bytes = Vec::new();
        let read = source.take(size).read_to_end(&mut bytes);
        read.map_err(|source| BundleError::File { name, source: ReadFileError::Io(source) })?;
        if bytes.len() as u64 != size {
            return Err(BundleError::Truncated { name });
        }
        self.add(name, bytes, mode);
        Ok(())
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>, mode: u32) {
        self.files.push(BundleFile {
            name: name.to_owned(),
            bytes: bytes.into(),
            executable: mode & OWNER_EXECUTE != 0,
        });
    }

    /// Returns the files, sorted by name.
    pub(crate) fn sorted(mut self) -> Vec<BundleFile> {
        self.files.sort();
        self.files
    }
}

/// Reads the files of a bundle in a directory, each once.
///
/// # Errors
///
/// The directory holds something else than the files of a bundle, a file is too large, changes meanwhile, or cannot be read.
pub(crate) fn read_directory(directory: &Path) -> Result<Vec<BundleFile>, BundleError> {
    let mut files = BundleFiles::default();
    for entry in fs::read_dir(directory).map_err(BundleError::Directory)? {
        let path = entry.map_err(BundleError::Directory)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or(BundleError::FileName)?;
        let name = checked_name(name)?;
        let failed = |source| BundleError::File { name, source };
        let file = match OpenedFile::open_no_follow(&path) {
            Err(ReadFileError::NotRegular(kind)) => return Err(BundleError::NotAFile { name, kind }),
            opened => opened.map_err(failed)?,
        };
        let state = file.state();
        files.read(name, state.size(), state.mode(), file.file())?;
        file.check_unchanged().map_err(failed)?;
    }
    Ok(files.sorted())
}

/// Returns the name as one of those that a build writes.
fn checked_name(name: &str) -> Result<&'static str, BundleError> {
    FILES.into_iter().find(|known| *known == name).ok_or_else(|| BundleError::UnexpectedFile { name: shown(name) })
}

/// Returns a name of any length for a message.
pub(crate) fn shown(name: &str) -> String {
    let name = sanitize(name);
    match name.char_indices().nth(SHOWN_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.into_owned(),
    }
}

//! Bundles in a tar.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::mem;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use tar::{EntryType, PaxExtensions};

use crate::bundle_error::BundleError;
use crate::bundle_file::{BundleFile, BundleFiles};
use crate::fetch_error::FetchError;
use crate::limits::{MAX_BUNDLE, MAX_ENTRIES, MAX_HEADER};

/// Reads the files at the top of a tar, or in the one directory at its top. Nothing is written to the disk.
///
/// # Errors
///
/// The tar cannot be read, exceeds a limit, or holds something else than the files of one bundle.
pub(crate) fn read(file: impl Read) -> Result<Vec<BundleFile>, FetchError> {
    let mut archive = tar::Archive::new(file.take(MAX_BUNDLE.get()));
    let mut files = BundleFiles::default();
    let mut first: Option<PathBuf> = None;
    let mut long_name = None;
    // Extended headers come as entries of their own, so that their size is known before they are read.
    for (number, entry) in archive.entries()?.raw(true).enumerate() {
        let mut entry = entry?;
        if number == MAX_ENTRIES {
            return Err(FetchError::TooManyEntries);
        }
        let size = entry.size();
        let path = match entry.header().entry_type() {
            EntryType::GNULongName => {
                let mut name = header(&mut entry, size)?;
                name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
                long_name = Some(name);
                continue;
            }
            EntryType::XHeader => {
                long_name = pax_path(&header(&mut entry, size)?)?.or(long_name);
                continue;
            }
            // Git records the commit in a global header.
            EntryType::XGlobalHeader | EntryType::GNULongLink => {
                header(&mut entry, size)?;
                continue;
            }
            _ => mem::take(&mut long_name).unwrap_or_else(|| entry.path_bytes().into_owned()),
        };
        let path = PathBuf::from(OsStr::from_bytes(&path));
        match entry.header().entry_type() {
            EntryType::Regular => {}
            EntryType::Directory => continue,
            EntryType::Symlink | EntryType::Link => return Err(FetchError::Link { path }),
            _ => return Err(FetchError::NotAFile { path }),
        }
        let name = match names(&path)?[..] {
            [name] | [_, name] => name.to_str().ok_or(BundleError::FileName)?,
            _ => return Err(FetchError::TooDeep { path }),
        };
        match &first {
            None => first = Some(path.clone()),
            Some(first) if folder(first) == folder(&path) => {}
            Some(first) => return Err(FetchError::TwoFolders { one: first.clone(), other: path }),
        }
        let mode = entry.header().mode().unwrap_or_default();
        files.read(name, size, mode, &mut entry)?;
    }
    if first.is_none() { Err(FetchError::Empty) } else { Ok(files.sorted()) }
}

/// Writes files to a tar: the same bytes for the same files, without times and owners.
pub(crate) fn write(files: &[BundleFile]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for file in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(file.bytes.len() as u64);
        header.set_mode(if file.executable { 0o755 } else { 0o644 });
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        // The names of a bundle's files are short, and a write to memory does not fail.
        let _ = archive.append_data(&mut header, &file.name, &*file.bytes);
    }
    archive.into_inner().unwrap_or_default()
}

/// Reads an extended header.
fn header(entry: &mut impl Read, size: u64) -> Result<Vec<u8>, FetchError> {
    if size > MAX_HEADER.get() {
        return Err(FetchError::NameTooLong);
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()) }
}

/// Returns the path of an extended header. It has a size only for files that are too large for a bundle.
fn pax_path(header: &[u8]) -> Result<Option<Vec<u8>>, FetchError> {
    let mut path = None;
    for record in PaxExtensions::new(header) {
        let record = record?;
        match record.key_bytes() {
            b"path" => path = Some(record.value_bytes().to_vec()),
            b"size" => return Err(BundleError::AllTooLarge { limit: MAX_BUNDLE }.into()),
            _ => {}
        }
    }
    Ok(path)
}

/// Returns the parts of a path, without `.`.
fn names(path: &Path) -> Result<Vec<&OsStr>, FetchError> {
    let mut names = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(name) => names.push(name),
            _ => return Err(FetchError::Outside { path: path.to_owned() }),
        }
    }
    Ok(names)
}

/// Returns the folder of a file at the top of a tar, or in a folder there.
fn folder(path: &Path) -> Option<&OsStr> {
    let names = names(path).unwrap_or_default();
    if names.len() > 1 { names.first().copied() } else { None }
}

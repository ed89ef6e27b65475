//! Bundles in a tar.

use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path};

use tar::EntryType;

use crate::fetch_error::FetchError;

/// The largest file of a bundle, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// The largest number of files in a bundle.
const MAX_FILES: usize = 64;

/// Unpacks the files at the top of a tar, or in the one directory at its top.
pub(crate) fn unpack(file: impl Read, directory: &Path) -> Result<(), FetchError> {
    let mut archive = tar::Archive::new(file);
    let mut count = 0;
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        match entry.header().entry_type() {
            EntryType::Regular => {}
            // Git records the commit in a global header.
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            EntryType::Symlink | EntryType::Link => return Err(FetchError::Link { path }),
            _ => return Err(FetchError::NotABundleFile { path }),
        }
        let components = components(&path)?;
        count += 1;
        if entry.size() > MAX_BYTES || count > MAX_FILES || components.len() > 2 {
            return Err(FetchError::NotABundleFile { path });
        }
        let Some(name) = components.last() else { continue };
        let target = directory.join(name);
        if target.exists() {
            return Err(FetchError::Duplicate { name: name.to_string_lossy().into_owned() });
        }
        let mut file = File::create(&target)?;
        io::copy(&mut entry, &mut file)?;
        // The signature covers the executable bit.
        let mode = if entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0) { 0o700 } else { 0o600 };
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    if count == 0 { Err(FetchError::Empty) } else { Ok(()) }
}

fn components(path: &Path) -> Result<Vec<&OsStr>, FetchError> {
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

//! NAR, the archive format of Nix: a stream of bytes for a file tree that is the same on every machine.
//!
//! It holds names, contents, targets of symbolic links, and the owner's permission to execute a file. It does not hold times, owners
//! or other permissions.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

use crate::hash::Sha256Hash;

/// Size in bytes of the part of a file that is in memory at once.
const CHUNK: usize = 64 * 1024;

/// Permission bit that lets the owner of a file execute it.
const OWNER_EXECUTE: u32 = 0o100;

/// Hash and size that identify a file tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NarDigest {
    /// SHA-256 of the NAR.
    pub hash: Sha256Hash,
    /// Size of the NAR in bytes.
    pub size: u64,
}

/// Reason why a file tree has no NAR.
#[derive(Debug, thiserror::Error)]
pub enum NarError {
    /// A file could not be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// System error.
        source: io::Error,
    },
    /// The NAR could not be written.
    #[error("cannot write the NAR: {0}")]
    Write(#[source] io::Error),
    /// A file in the tree is not a regular file, a directory or a symbolic link.
    #[error("{} is a {kind}, which a NAR cannot hold", .path.display())]
    FileType {
        /// Path of the file.
        path: PathBuf,
        /// Noun for its type.
        kind: &'static str,
    },
    /// A file changed its size or its type while it was read.
    #[error("{} changed while it was read", .0.display())]
    Changed(PathBuf),
    /// Files in memory have a name that a directory cannot hold, or two have the same name.
    #[error("{0:?} is not the name of one file in a directory")]
    Name(String),
}

/// A file in memory, for [`digest_files`].
#[derive(Debug, Clone, Copy)]
pub struct NarFile<'f> {
    /// Name in the directory.
    pub name: &'f str,
    /// Content.
    pub bytes: &'f [u8],
    /// True if its owner may execute it.
    pub executable: bool,
}

/// Returns the hash and the size of the NAR of a file, a directory or a symbolic link, which is not followed. Large files are read
/// in parts.
///
/// # Errors
///
/// A file in the tree cannot be read, has a type that a NAR cannot hold, or changes meanwhile.
pub fn digest(path: &Path) -> Result<NarDigest, NarError> {
    let mut hasher = Hasher { hash: Sha256::new(), size: 0 };
    write(path, &mut hasher)?;
    Ok(NarDigest { hash: Sha256Hash::from_bytes(hasher.hash.finalize().into()), size: hasher.size })
}

/// Returns the hash and the size of the NAR of a directory that holds these files and nothing else. The order of the files does not
/// matter.
///
/// # Errors
///
/// A name is not that of one file in a directory.
pub fn digest_files<'f>(files: impl IntoIterator<Item = NarFile<'f>>) -> Result<NarDigest, NarError> {
    let mut files: Vec<NarFile<'f>> = files.into_iter().collect();
    files.sort_unstable_by_key(|file| file.name);
    let repeated = files.windows(2).find(|pair| pair[0].name == pair[1].name).map(|pair| pair[0]);
    let is_invalid = |name: &str| matches!(name, "" | "." | "..") || name.contains(['/', '\0']);
    if let Some(file) = repeated.or_else(|| files.iter().copied().find(|file| is_invalid(file.name))) {
        return Err(NarError::Name(file.name.to_owned()));
    }
    let mut hasher = Hasher { hash: Sha256::new(), size: 0 };
    let mut archive = Archive { out: &mut hasher, buffer: Vec::new() };
    archive.words(&[b"nix-archive-1", b"(", b"type", b"directory"])?;
    for NarFile { name, bytes, executable } in files {
        archive.words(&[b"entry", b"(", b"name", name.as_bytes(), b"node", b"(", b"type"])?;
        archive.regular(executable)?;
        archive.word(bytes)?;
        archive.words(&[b")", b")"])?;
    }
    archive.word(b")")?;
    Ok(NarDigest { hash: Sha256Hash::from_bytes(hasher.hash.finalize().into()), size: hasher.size })
}

/// Writes the NAR of a file, a directory or a symbolic link, which is not followed.
///
/// # Errors
///
/// The same as of [`digest`], or `out` cannot be written.
pub fn write(path: &Path, out: &mut impl Write) -> Result<(), NarError> {
    let mut archive = Archive { out, buffer: vec![0; CHUNK] };
    archive.word(b"nix-archive-1")?;
    archive.node(path)
}

/// Writer that hashes and counts the bytes that it receives.
struct Hasher {
    hash: Sha256,
    size: u64,
}

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writer of a NAR.
struct Archive<'a, W> {
    out: &'a mut W,
    buffer: Vec<u8>,
}

impl<W: Write> Archive<'_, W> {
    fn node(&mut self, path: &Path) -> Result<(), NarError> {
        let kind = fs::symlink_metadata(path).map_err(read_error(path))?.file_type();
        self.word(b"(")?;
        self.word(b"type")?;
        if kind.is_dir() {
            self.directory(path)?;
        } else if kind.is_file() {
            self.file(path)?;
        } else if kind.is_symlink() {
            let target = fs::read_link(path).map_err(read_error(path))?;
            self.words(&[b"symlink", b"target", target.as_os_str().as_bytes()])?;
        } else {
            return Err(NarError::FileType { path: path.to_owned(), kind: kind_name(kind) });
        }
        self.word(b")")
    }

    fn directory(&mut self, path: &Path) -> Result<(), NarError> {
        self.word(b"directory")?;
        let mut names: Vec<OsString> = fs::read_dir(path)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.file_name())).collect())
            .map_err(read_error(path))?;
        names.sort_unstable_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
        for name in names {
            self.words(&[b"entry", b"(", b"name", name.as_bytes(), b"node"])?;
            self.node(&path.join(&name))?;
            self.word(b")")?;
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), NarError> {
        // Another file may have replaced this one: do not follow a link or block on a pipe.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let mut file = OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits().cast_signed())
            .open(path)
            .map_err(read_error(path))?;
        let metadata = file.metadata().map_err(read_error(path))?;
        if !metadata.is_file() {
            return Err(NarError::Changed(path.to_owned()));
        }
        self.regular(metadata.permissions().mode() & OWNER_EXECUTE != 0)?;
        self.contents(path, &mut file, metadata.len())
    }

    /// Writes the words before the content of a regular file.
    fn regular(&mut self, executable: bool) -> Result<(), NarError> {
        self.word(b"regular")?;
        if executable {
            self.words(&[b"executable", b""])?;
        }
        self.word(b"contents")
    }

    /// Copies a file, whose size must be `length`.
    fn contents(&mut self, path: &Path, file: &mut File, length: u64) -> Result<(), NarError> {
        self.put(&length.to_le_bytes())?;
        let mut remaining = length;
        loop {
            let count = match file.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(read_error(path))?,
            };
            if count == 0 && remaining == 0 {
                return self.pad(length);
            }
            match remaining.checked_sub(count as u64) {
                Some(rest) if count > 0 => remaining = rest,
                _ => return Err(NarError::Changed(path.to_owned())),
            }
            self.out.write_all(&self.buffer[..count]).map_err(NarError::Write)?;
        }
    }

    fn words(&mut self, words: &[&[u8]]) -> Result<(), NarError> {
        words.iter().try_for_each(|word| self.word(word))
    }

    /// Writes a string: its length, its bytes, and zeros up to a multiple of eight bytes.
    fn word(&mut self, bytes: &[u8]) -> Result<(), NarError> {
        let length = bytes.len() as u64;
        self.put(&length.to_le_bytes())?;
        self.put(bytes)?;
        self.pad(length)
    }

    fn pad(&mut self, length: u64) -> Result<(), NarError> {
        let zeros = (8 - length % 8) % 8;
        self.put(&[0; 8][..zeros as usize])
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), NarError> {
        self.out.write_all(bytes).map_err(NarError::Write)
    }
}

fn read_error(path: &Path) -> impl FnOnce(io::Error) -> NarError {
    let path = path.to_owned();
    move |source| NarError::Read { path, source }
}

fn kind_name(kind: fs::FileType) -> &'static str {
    if kind.is_fifo() {
        "pipe"
    } else if kind.is_socket() {
        "socket"
    } else {
        "device"
    }
}

#[cfg(test)]
mod tests;

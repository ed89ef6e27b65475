//! States of files, for comparison.

use rustix::fs::{FileType, Stat};

use crate::file_kind::FileKind;

/// The identity, size and times of a file, which differ after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileState {
    kind: FileKind,
    device: u64,
    inode: u64,
    size: u64,
    mode: u32,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl FileState {
    pub(crate) fn of(stat: &Stat) -> Self {
        Self {
            kind: FileType::from_raw_mode(stat.st_mode).into(),
            device: stat.st_dev,
            inode: stat.st_ino,
            size: u64::try_from(stat.st_size).unwrap_or_default(),
            mode: stat.st_mode & 0o7777,
            modified: (stat.st_mtime, stat.st_mtime_nsec.cast_signed()),
            changed: (stat.st_ctime, stat.st_ctime_nsec.cast_signed()),
        }
    }

    /// Returns the kind of the file.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// Returns the size of the file in bytes. Files of `/proc` have the size 0 and a content.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the permission bits of the file.
    pub fn mode(&self) -> u32 {
        self.mode
    }

    /// Returns whether both are states of one file: device and inode are the same.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

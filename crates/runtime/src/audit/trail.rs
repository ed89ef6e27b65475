//! Writing a trail.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::audit::line::Line;
use crate::audit::tail::{Tail, tail};
use crate::audit::{AuditError, Digest, Entry, files};

/// How much of a trail is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How large a file may become, in bytes. What is written in one call stays in one file, however large it is.
    pub max_bytes: u64,
    /// How many older files are kept; at least one is.
    pub keep: u32,
}

impl Default for Limits {
    /// Ten older files of 10 MiB: some hundred thousand changes.
    fn default() -> Self {
        Self { max_bytes: 10 << 20, keep: 10 }
    }
}

/// The last line of a trail. To note it elsewhere is what protects the lines up to it from whoever can write the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number, from 1; 0 when there is no line yet.
    pub sequence: u64,
    /// The SHA-256 of the line with its newline, which is what `tail -n 1 NAME | sha256sum` prints.
    pub hash: Digest,
}

impl Head {
    /// Before the first line.
    const NONE: Self = Self { sequence: 0, hash: Digest::ZERO };

    /// The number of the line that follows. A trail may hold any number, written by anybody.
    fn next(self) -> u64 {
        self.sequence.saturating_add(1)
    }

    fn then(self, line: &str) -> Self {
        Self { sequence: self.next(), hash: Digest::of(line.as_bytes()) }
    }
}

/// An audit trail that this process writes. No other can until it is dropped.
#[derive(Debug)]
pub struct AuditTrail {
    path: PathBuf,
    limits: Limits,
    head: Head,
    file: File,
    /// How long the file is, as far as this trail knows.
    length: u64,
    /// Held, never read.
    _lock: File,
}

impl AuditTrail {
    /// Opens the trail at `path`, or begins one; its folder must exist. New files can be read by their owner alone.
    ///
    /// A line that a crash left unfinished is taken off, and a `torn` line says how long it was.
    ///
    /// # Errors
    /// When the file cannot be read or written, when another process writes it ([`AuditError::Locked`]), and when it holds
    /// something else ([`AuditError::NotATrail`]); then it is left as it is.
    pub fn open(path: impl Into<PathBuf>, limits: Limits) -> Result<Self, AuditError> {
        let path = path.into();
        // A folder, a pipe or a device has no end to go on from, and opening some of them waits.
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(AuditError::NotATrail { path });
        }
        let lock = files::lock(&path)?;
        let file = files::open(&path)?;
        let mut trail = Self { path, limits, head: Head::NONE, file, length: 0, _lock: lock };
        trail.go_on()?;
        Ok(trail)
    }

    /// The last line.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a line for each entry, all of them in one write. When this returns, they are on the disk.
    ///
    /// # Errors
    /// When the system refuses. None of the entries is in the trail then, and the next call tries anew.
    pub fn append(&mut self, entries: &[Entry]) -> Result<(), AuditError> {
        if entries.is_empty() {
            return Ok(());
        }
        if !self.is_as_left()? {
            self.file = files::open(&self.path)?;
            self.go_on()?;
        }
        let mut head = self.head;
        let mut text = String::new();
        for entry in entries {
            let line = Line::of(entry, head.next(), head.hash).write();
            head = head.then(&line);
            text.push_str(&line);
        }
        if self.length > 0 && self.length + text.len() as u64 > self.limits.max_bytes {
            self.rotate()?;
        }
        self.write(&text, head)
    }

    /// Whether the file under the trail's name is the one that this trail wrote last, with nothing more and nothing less.
    fn is_as_left(&self) -> Result<bool, AuditError> {
        let ours = self.file.metadata().map_err(AuditError::at(&self.path))?;
        let there = fs::metadata(&self.path);
        Ok(there.is_ok_and(|there| (there.dev(), there.ino(), there.len()) == (ours.dev(), ours.ino(), self.length)))
    }

    /// Finds the line that the next one follows, and takes off one that was not finished.
    fn go_on(&mut self) -> Result<(), AuditError> {
        let length = self.file.metadata().map_err(AuditError::at(&self.path))?.len();
        let Tail { head, whole, is_trail } = tail(&self.file, length).map_err(AuditError::at(&self.path))?;
        if !is_trail {
            return Err(AuditError::NotATrail { path: self.path.clone() });
        }
        // What this trail wrote itself and no longer finds is missing: the next line must not hide that.
        if let Some(head) = head.filter(|head| head.sequence > self.head.sequence) {
            self.head = head;
        } else if self.head == Head::NONE {
            self.head = self.head_of_older()?;
        }
        self.length = whole;
        if length > whole {
            self.file.set_len(whole).map_err(AuditError::at(&self.path))?;
            let line = Line::torn(length - whole, self.head.next(), self.head.hash).write();
            let head = self.head.then(&line);
            self.write(&line, head)?;
        }
        if length == 0 {
            files::sync_folder(&self.path)?;
        }
        Ok(())
    }

    /// The last line of the newest file that was rotated away.
    fn head_of_older(&self) -> Result<Head, AuditError> {
        for number in files::numbers(&self.path)? {
            let path = files::beside(&self.path, number);
            let file = File::open(&path).map_err(AuditError::at(&path))?;
            let length = file.metadata().map_err(AuditError::at(&path))?.len();
            if let Some(head) = tail(&file, length).map_err(AuditError::at(&path))?.head {
                return Ok(head);
            }
        }
        Ok(Head::NONE)
    }

    fn rotate(&mut self) -> Result<(), AuditError> {
        for step in files::rotation(&self.path, self.limits.keep)? {
            step.run()?;
        }
        if self.is_as_left()? {
            // There was no room: better too large than not written.
            return Ok(());
        }
        self.file = files::open(&self.path)?;
        self.length = 0;
        files::sync_folder(&self.path)
    }

    /// Writes whole lines, after which `head` is the last one.
    fn write(&mut self, text: &str, head: Head) -> Result<(), AuditError> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Should this fail too, the next call finds the file longer than it left it.
            let _ = self.file.set_len(self.length);
            return Err(AuditError::at(&self.path)(error));
        }
        self.head = head;
        self.length += text.len() as u64;
        Ok(())
    }

    /// For tests: writes go to `file` from now on.
    #[cfg(test)]
    pub(super) fn replace_file(&mut self, file: File) {
        self.file = file;
    }
}

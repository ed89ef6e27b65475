//! The writer of a trail.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use confgate_files::OpenedFile;

use crate::audit::line::AuditLine;
use crate::audit::tail::{Tail, read_tail};
use crate::audit::{AuditEntry, AuditError, Head, HeadSigner, files};

/// Size limits of a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of a file in bytes. The entries of one call stay in one file, whatever their size.
    pub max_bytes: u64,
    /// Number of older files that are kept, at least one.
    pub keep: u32,
}

impl Default for Limits {
    /// Returns limits for several hundred thousand changes: ten older files of 10 MiB.
    fn default() -> Self {
        Self { max_bytes: 10 << 20, keep: 10 }
    }
}

/// An audit trail, locked for this writer until it is dropped.
#[derive(Debug)]
pub struct AuditTrail {
    path: PathBuf,
    limits: Limits,
    head: Head,
    file: File,
    /// Length of the file after the last write.
    length: u64,
    signer: Option<HeadSigner>,
    /// Held for the lock.
    _lock: File,
}

impl AuditTrail {
    /// Opens the trail at `path`, or creates it; its directory must exist. New files are readable by their owner alone.
    ///
    /// An incomplete line that a crash left is removed, and a `torn` line records its length.
    ///
    /// # Errors
    /// The file cannot be read or written, another process writes it ([`AuditError::Locked`]), or it is not a trail
    /// ([`AuditError::NotATrail`]) and stays as it is.
    pub fn open(path: impl Into<PathBuf>, limits: Limits) -> Result<Self, AuditError> {
        let path = path.into();
        // Leave no lock beside what cannot be a trail.
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(AuditError::NotATrail { path });
        }
        let lock = files::lock(&path)?;
        let file = files::open(&path)?;
        let mut trail = Self { path, limits, head: Head::NONE, file, length: 0, signer: None, _lock: lock };
        trail.resume()?;
        Ok(trail)
    }

    /// Signs the head from now on, and the present one. Lines that are missing since the last signature are logged.
    ///
    /// # Errors
    /// The file of signed heads cannot be read or written.
    pub fn signed_by(mut self, mut signer: HeadSigner) -> Result<Self, AuditError> {
        let last = signer.open()?;
        if last.sequence > self.head.sequence {
            tracing::warn!(
                "the audit trail {} ends at line {}, and line {} was signed: its end was cut off",
                self.path.display(),
                self.head.sequence,
                last.sequence
            );
        }
        signer.sign(self.head)?;
        self.signer = Some(signer);
        Ok(self)
    }

    /// Returns the head: number and hash of the last line.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Returns the path of the file that is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a line for each entry in one write, and flushes it to disk.
    ///
    /// # Errors
    /// The system reports an error. The trail then has none of the entries, and the next call starts anew.
    pub fn append(&mut self, entries: &[AuditEntry]) -> Result<(), AuditError> {
        if entries.is_empty() {
            return Ok(());
        }
        if !self.is_unchanged()? {
            self.file = files::open(&self.path)?;
            self.resume()?;
        }
        let mut head = self.head;
        let mut text = String::new();
        for entry in entries {
            let line = AuditLine::from_entry(entry, head.next_sequence(), head.hash).to_text();
            head = head.after(&line);
            text.push_str(&line);
        }
        if self.length > 0 && self.length + text.len() as u64 > self.limits.max_bytes {
            self.sign();
            self.rotate()?;
        }
        self.write(&text, head)?;
        if self.signer.as_ref().is_some_and(|signer| signer.is_due(head)) {
            self.sign();
        }
        Ok(())
    }

    /// Signs the head. The lines are written already, so an error is logged, and the next signature covers them.
    fn sign(&mut self) {
        if let Some(Err(error)) = self.signer.as_mut().map(|signer| signer.sign(self.head)) {
            tracing::warn!("cannot sign the head of the audit trail: {error}");
        }
    }

    /// Reports if the file at the trail's path is the one that was written last, with the same length.
    fn is_unchanged(&self) -> Result<bool, AuditError> {
        let ours = self.file.metadata().map_err(AuditError::io(&self.path))?;
        let found = fs::metadata(&self.path);
        Ok(found.is_ok_and(|found| (found.dev(), found.ino(), found.len()) == (ours.dev(), ours.ino(), self.length)))
    }

    /// Finds the line that the next one follows, and removes an incomplete one.
    fn resume(&mut self) -> Result<(), AuditError> {
        let length = self.file.metadata().map_err(AuditError::io(&self.path))?.len();
        let Tail { head, complete, is_trail } = read_tail(&self.file, length).map_err(AuditError::io(&self.path))?;
        if !is_trail {
            return Err(AuditError::NotATrail { path: self.path.clone() });
        }
        // Continue the numbers of this process: lines that it wrote and that are gone must show as missing.
        if let Some(head) = head.filter(|head| head.sequence > self.head.sequence) {
            self.head = head;
        } else if self.head == Head::NONE {
            self.head = self.head_of_rotated()?;
        }
        self.length = complete;
        if length > complete {
            self.file.set_len(complete).map_err(AuditError::io(&self.path))?;
            let line = AuditLine::torn(length - complete, self.head.next_sequence(), self.head.hash).to_text();
            let head = self.head.after(&line);
            self.write(&line, head)?;
        }
        if length == 0 {
            files::sync_directory(&self.path)?;
        }
        Ok(())
    }

    /// Returns the head of the newest rotated file.
    fn head_of_rotated(&self) -> Result<Head, AuditError> {
        for number in files::rotated_numbers(&self.path)? {
            let path = files::with_suffix(&self.path, number);
            let opened = OpenedFile::open(&path).map_err(AuditError::read(&path))?;
            let tail = read_tail(opened.file(), opened.state().size()).map_err(AuditError::io(&path))?;
            if let Some(head) = tail.head {
                return Ok(head);
            }
        }
        Ok(Head::NONE)
    }

    fn rotate(&mut self) -> Result<(), AuditError> {
        // If an older file cannot be read now, exceed the limit rather than lose entries; the next append tries again.
        let Ok(steps) = files::rotation(&self.path, self.limits.keep) else { return Ok(()) };
        for step in steps {
            step.run()?;
        }
        if self.is_unchanged()? {
            // The rotation was not possible: exceed the limit rather than lose entries.
            return Ok(());
        }
        self.file = files::open(&self.path)?;
        self.length = 0;
        files::sync_directory(&self.path)
    }

    /// Writes complete lines, of which `head` is the last.
    fn write(&mut self, text: &str, head: Head) -> Result<(), AuditError> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // If this fails too, the next call notices the different length.
            let _ = self.file.set_len(self.length);
            return Err(AuditError::io(&self.path)(error));
        }
        self.head = head;
        self.length += text.len() as u64;
        Ok(())
    }

    /// Redirects writes to `file`, for tests of write errors.
    #[cfg(test)]
    pub(super) fn replace_file(&mut self, file: File) {
        self.file = file;
    }
}

impl Drop for AuditTrail {
    fn drop(&mut self) {
        self.sign();
    }
}

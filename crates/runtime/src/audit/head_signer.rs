//! The writer of signed heads.

use std::fmt;
use std::fs::File;
use std::io::{self, Write as _};
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::audit::signed_heads::MAX_SIGNED_HEAD_BYTES;
use crate::audit::{AuditError, Head, SignedHead, files};

/// A signer of a trail's head. Signed heads go to a file of their own, which may be kept where lines can only be appended.
pub struct HeadSigner {
    path: PathBuf,
    every: NonZeroU64,
    sign: Box<dyn Fn(&str) -> String + Send + Sync>,
    signed: Head,
}

impl fmt::Debug for HeadSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("HeadSigner");
        debug
            .field("path", &self.path)
            .field("every", &self.every)
            .field("signed", &self.signed)
            .finish_non_exhaustive()
    }
}

impl HeadSigner {
    /// Returns a signer that appends to the file `path` after each `every` lines, before a rotation, and at the end. `sign` returns
    /// the signature of a text in one word.
    pub fn new(
        path: impl Into<PathBuf>,
        every: NonZeroU64,
        sign: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        Self { path: path.into(), every, sign: Box::new(sign), signed: Head::NONE }
    }

    /// Returns the default file for the signed heads of a trail: `NAME.heads`.
    pub fn default_path(trail: &Path) -> PathBuf {
        files::with_suffix(trail, "heads")
    }

    /// Returns the file of signed heads.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the file, and removes an incomplete line at its end. Returns the head of its last line.
    pub(super) fn open(&mut self) -> Result<Head, AuditError> {
        let file = self.open_file()?;
        let length = file.metadata().map_err(AuditError::io(&self.path))?.len();
        let mut tail = vec![0; usize::try_from(length).unwrap_or(usize::MAX).min(2 * MAX_SIGNED_HEAD_BYTES)];
        let start = length - tail.len() as u64;
        file.read_exact_at(&mut tail, start).map_err(AuditError::io(&self.path))?;
        let complete = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if complete < tail.len() && file.set_len(start + complete as u64).is_err() {
            // The file cannot be cut in an append-only directory.
            (&file).write_all(b"\n").map_err(AuditError::io(&self.path))?;
        }
        if length == 0 {
            files::sync_directory(&self.path)?;
        }
        let lines = std::str::from_utf8(&tail[..complete]).unwrap_or_default().lines();
        let last = lines.last().and_then(|line| line.parse::<SignedHead>().ok());
        self.signed = last.map_or(Head::NONE, |signed| signed.head);
        Ok(self.signed)
    }

    fn open_file(&self) -> Result<File, AuditError> {
        files::open(&self.path).map_err(|error| match error {
            AuditError::NotATrail { path } => AuditError::io(&path)(io::Error::other("not a regular file")),
            error => error,
        })
    }

    /// Reports if the head of a trail is to be signed after so many lines.
    pub(super) fn is_due(&self, head: Head) -> bool {
        head.sequence.saturating_sub(self.signed.sequence) >= self.every.get()
    }

    /// Appends a signature of `head`, unless it is the last signed one.
    pub(super) fn sign(&mut self, head: Head) -> Result<(), AuditError> {
        if head == self.signed || head == Head::NONE {
            return Ok(());
        }
        let signature = (self.sign)(&SignedHead::message(head));
        let line = format!("{}\n", SignedHead { head, signature });
        let mut file = self.open_file()?;
        let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        written.map_err(AuditError::io(&self.path))?;
        self.signed = head;
        Ok(())
    }
}

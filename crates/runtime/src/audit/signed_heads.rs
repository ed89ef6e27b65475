//! The reader of a file of signed heads.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use confgate_files::OpenedFile;

use crate::audit::{AuditError, InvalidSignedHead, SignedHead};

/// Maximum length of a line. A signature of ed25519 needs less than 300 bytes.
pub(super) const MAX_SIGNED_HEAD_BYTES: usize = 4096;

/// Iterator over the lines of a file of signed heads: the number of each line from 1, and the head or the reason why there is
/// none. Memory use is limited to one line.
#[derive(Debug)]
pub struct SignedHeads<R = io::Take<File>> {
    path: PathBuf,
    file: BufReader<R>,
    number: u64,
    failed: bool,
}

impl SignedHeads {
    /// Opens a file of signed heads with its current length.
    ///
    /// # Errors
    /// The file does not exist or cannot be read.
    pub fn open(path: &Path) -> Result<Self, AuditError> {
        let opened = OpenedFile::open(path).map_err(|error| AuditError::io(path)(error.into()))?;
        let length = opened.state().size();
        Ok(Self::of(path, opened.into_file().take(length)))
    }
}

impl<'b> SignedHeads<&'b [u8]> {
    /// Returns a reader of a file in memory.
    pub fn from_bytes(path: &Path, bytes: &'b [u8]) -> Self {
        Self::of(path, bytes)
    }
}

impl<R: io::Read> SignedHeads<R> {
    fn of(path: &Path, bytes: R) -> Self {
        Self { path: path.to_owned(), file: BufReader::new(bytes), number: 0, failed: false }
    }

    fn line(&mut self) -> io::Result<Option<Result<SignedHead, InvalidSignedHead>>> {
        let mut line = Vec::new();
        let limit = MAX_SIGNED_HEAD_BYTES as u64;
        if (&mut self.file).take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let is_whole = line.pop_if(|byte| *byte == b'\n').is_some();
        if !is_whole && line.len() as u64 == limit {
            self.file.skip_until(b'\n')?;
        }
        // A line without its end is one that a crash cut off, whatever it looks like.
        let text = std::str::from_utf8(&line).ok().filter(|_| is_whole);
        Ok(Some(text.ok_or(InvalidSignedHead).and_then(str::parse)))
    }
}

impl<R: io::Read> Iterator for SignedHeads<R> {
    type Item = Result<(u64, Result<SignedHead, InvalidSignedHead>), AuditError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        self.number += 1;
        match self.line() {
            Ok(line) => line.map(|line| Ok((self.number, line))),
            Err(error) => {
                self.failed = true;
                Some(Err(AuditError::io(&self.path)(error)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Digest, Head};

    #[test]
    fn lines_of_any_length_are_read_with_their_numbers() {
        let signed = SignedHead { head: Head { sequence: 3, hash: Digest::of(b"x") }, signature: "a:b".to_owned() };
        let long = "x".repeat(10_000);
        let text = format!("{signed}\n\n{long}\n{signed}\n{signed}");
        let lines: Vec<_> = SignedHeads::from_bytes(Path::new("heads"), text.as_bytes()).map(Result::unwrap).collect();
        let (good, bad) = (Ok(signed), Err(InvalidSignedHead));
        let expected = [(1, good.clone()), (2, bad.clone()), (3, bad.clone()), (4, good), (5, bad)];
        assert_eq!(lines, expected);
    }
}

//! The reader of a trail, from its oldest line, one line at a time.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::line::MAX_LINE_BYTES;
use crate::audit::{AuditError, AuditLine, Digest, LineError, files};

/// Maximum number of attempts to open all files of a trail without a rotation in between.
const MAX_ATTEMPTS: usize = 10;

/// A line with its place in a file of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocatedLine {
    /// The file.
    pub file: Arc<Path>,
    /// The number of the line in this file, from 1.
    pub number: u64,
    /// The SHA-256 of the line with its newline.
    pub hash: Digest,
    /// The line, or the reason why the bytes are not a valid one.
    pub line: Result<AuditLine, LineError>,
}

/// Iterator over the lines of all files of a trail, oldest first. Memory use is limited to one line.
///
/// ```
/// use confgate_runtime::audit::{LineError, TrailReader};
///
/// let mut reader = TrailReader::from_bytes([("audit.jsonl", b"not a line\n{\"seq".as_slice())]);
/// assert_eq!(reader.next().unwrap()?.line, Err(LineError::NotALine));
/// assert_eq!(reader.next().unwrap()?.line, Err(LineError::Incomplete { bytes: 5 }));
/// assert!(reader.next().is_none());
/// # Ok::<(), confgate_runtime::audit::AuditError>(())
/// ```
#[derive(Debug)]
pub struct TrailReader<R> {
    files: VecDeque<(Arc<Path>, BufReader<R>)>,
    rotated: bool,
    number: u64,
    line: Vec<u8>,
}

impl TrailReader<io::Take<File>> {
    /// Opens all files of the trail at `path` with their current lengths: lines that are written later are not read.
    ///
    /// # Errors
    /// The trail does not exist, or a file of it cannot be read.
    pub fn open(path: &Path) -> Result<Self, AuditError> {
        let mut opened = open_all(path)?;
        for _ in 1..MAX_ATTEMPTS {
            let again = open_all(path)?;
            let same = again.iter().map(|file| file.id).eq(opened.iter().map(|file| file.id));
            opened = again;
            if same {
                break;
            }
        }
        let rotated = opened.iter().any(|file| file.path != path);
        Ok(Self::from_files(opened.into_iter().map(|file| (file.path, file.file.take(file.length))), rotated))
    }
}

impl<'b> TrailReader<&'b [u8]> {
    /// Returns a reader of files in memory, oldest first.
    pub fn from_bytes<P: Into<PathBuf>>(files: impl IntoIterator<Item = (P, &'b [u8])>) -> Self {
        let files: Vec<(PathBuf, &[u8])> = files.into_iter().map(|(path, bytes)| (path.into(), bytes)).collect();
        let rotated = files.len() > 1;
        Self::from_files(files.into_iter(), rotated)
    }
}

impl<R: Read> TrailReader<R> {
    fn from_files(files: impl Iterator<Item = (PathBuf, R)>, rotated: bool) -> Self {
        let files = files.map(|(path, bytes)| (path.into(), BufReader::new(bytes))).collect();
        Self { files, rotated, number: 0, line: Vec::new() }
    }

    /// Reports if the trail has older files than the one that is written. A rotation leaves at least one.
    pub fn rotated(&self) -> bool {
        self.rotated
    }

    /// Returns the number of files that are not read to their end yet.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// Reads the next line of the current file, or `None` at its end.
    fn advance(&mut self) -> io::Result<Option<LocatedLine>> {
        let newest = self.files.len() == 1;
        let Some((path, file)) = self.files.front_mut() else { return Ok(None) };
        self.line.clear();
        let mut limited = file.take(MAX_LINE_BYTES as u64);
        if limited.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let mut bytes = self.line.len() as u64;
        let mut complete = self.line.ends_with(b"\n");
        let too_long = !complete && bytes == MAX_LINE_BYTES as u64;
        if too_long {
            let (rest, newline) = skip_line(file)?;
            bytes += rest;
            complete = newline;
        }
        let line = match () {
            () if !complete && newest => Err(LineError::Incomplete { bytes }),
            () if too_long => Err(LineError::NotALine),
            () => AuditLine::parse(&self.line),
        };
        Ok(Some(LocatedLine { file: Arc::clone(path), number: self.number, hash: Digest::of(&self.line), line }))
    }
}

impl<R: Read> Iterator for TrailReader<R> {
    type Item = Result<LocatedLine, AuditError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.advance() {
                Ok(Some(line)) => return Some(Ok(line)),
                Ok(None) => {
                    self.files.pop_front()?;
                    self.number = 0;
                }
                Err(error) => {
                    let (path, _) = self.files.pop_front()?;
                    self.files.clear();
                    return Some(Err(AuditError::io(&path)(error)));
                }
            }
        }
    }
}

/// Skips the rest of a line. Returns its length, and if a newline ends it.
fn skip_line(file: &mut impl BufRead) -> io::Result<(u64, bool)> {
    let mut skipped = 0;
    loop {
        let buffer = file.fill_buf()?;
        let (length, found) = match buffer.iter().position(|&byte| byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        file.consume(length);
        skipped += length as u64;
        if found || length == 0 {
            return Ok((skipped, found));
        }
    }
}

struct OpenedFile {
    path: PathBuf,
    file: File,
    length: u64,
    /// Device and inode, which stay the same when a rotation renames the file.
    id: (u64, u64),
}

/// Opens the files of a trail, oldest first.
fn open_all(path: &Path) -> Result<Vec<OpenedFile>, AuditError> {
    let numbers = files::rotated_numbers(path)?;
    let mut opened: Vec<OpenedFile> = Vec::with_capacity(numbers.len() + 1);
    let older = numbers.iter().rev().map(|number| files::with_suffix(path, number));
    for path in older.chain([path.to_owned()]) {
        // A rotation is running, or was interrupted before it created the new file.
        let is_missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound && !numbers.is_empty();
        match open(&path) {
            Err(AuditError::Io { source, .. }) if is_missing(&source) => {}
            file => opened.push(file?),
        }
    }
    Ok(opened)
}

fn open(path: &Path) -> Result<OpenedFile, AuditError> {
    let opened = confgate_files::OpenedFile::open(path).map_err(AuditError::read(path))?;
    let length = opened.state().size();
    let file = opened.into_file();
    let metadata = file.metadata().map_err(AuditError::io(path))?;
    Ok(OpenedFile { path: path.to_owned(), file, length, id: (metadata.dev(), metadata.ino()) })
}

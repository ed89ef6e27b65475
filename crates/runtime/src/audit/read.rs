//! Reading a trail from its oldest line on, one line at a time.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::line::LONGEST;
use crate::audit::{AuditError, Digest, Line, Wrong, files};

/// How often a trail that is rotated while its files are opened is begun anew.
const TRIES: usize = 10;

/// What stands on one line of a trail's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The file.
    pub file: Arc<Path>,
    /// The number of the line in this file, from 1.
    pub number: u64,
    /// The SHA-256 of the line with its newline.
    pub hash: Digest,
    /// What it says.
    pub line: Result<Line, Wrong>,
}

/// The lines of all files of a trail, oldest first. It holds one line at a time, whatever the files hold.
///
/// ```
/// use confgate_runtime::audit::{Reader, Wrong};
///
/// let mut reader = Reader::of([("audit.jsonl", b"not a line\n{\"seq".as_slice())]);
/// assert_eq!(reader.next().unwrap()?.line, Err(Wrong::NotALine));
/// assert_eq!(reader.next().unwrap()?.line, Err(Wrong::Unfinished { bytes: 5 }));
/// assert!(reader.next().is_none());
/// # Ok::<(), confgate_runtime::audit::AuditError>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    files: VecDeque<(Arc<Path>, BufReader<R>)>,
    rotated: bool,
    number: u64,
    line: Vec<u8>,
}

impl Reader<io::Take<File>> {
    /// Opens all files of the trail at `path`, as they are now: lines that are written later are not read.
    ///
    /// # Errors
    /// When there is no such trail, or a file of it cannot be read.
    pub fn open(path: &Path) -> Result<Self, AuditError> {
        let mut opened = open_all(path)?;
        for _ in 1..TRIES {
            let again = open_all(path)?;
            let same = again.iter().map(|file| file.id).eq(opened.iter().map(|file| file.id));
            opened = again;
            if same {
                break;
            }
        }
        let rotated = opened.iter().any(|file| file.path != path);
        Ok(Self::over(opened.into_iter().map(|file| (file.path, file.file.take(file.length))), rotated))
    }
}

impl<'b> Reader<&'b [u8]> {
    /// The lines of files that are in memory, oldest first.
    pub fn of<P: Into<PathBuf>>(files: impl IntoIterator<Item = (P, &'b [u8])>) -> Self {
        let files: Vec<(PathBuf, &[u8])> = files.into_iter().map(|(path, bytes)| (path.into(), bytes)).collect();
        let rotated = files.len() > 1;
        Self::over(files.into_iter(), rotated)
    }
}

impl<R: Read> Reader<R> {
    fn over(files: impl Iterator<Item = (PathBuf, R)>, rotated: bool) -> Self {
        let files = files.map(|(path, bytes)| (path.into(), BufReader::new(bytes))).collect();
        Self { files, rotated, number: 0, line: Vec::new() }
    }

    /// Whether there are older files than the one that is written. A rotation leaves at least one.
    pub fn rotated(&self) -> bool {
        self.rotated
    }

    /// How many files are not read to their end yet.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// The next line, or what stands in its place; none at the end of the file.
    fn advance(&mut self) -> io::Result<Option<Reading>> {
        let newest = self.files.len() == 1;
        let Some((path, file)) = self.files.front_mut() else { return Ok(None) };
        self.line.clear();
        let mut limited = file.take(LONGEST as u64);
        if limited.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let mut bytes = self.line.len() as u64;
        let mut finished = self.line.ends_with(b"\n");
        let too_long = !finished && bytes == LONGEST as u64;
        if too_long {
            let (rest, newline) = skip_line(file)?;
            bytes += rest;
            finished = newline;
        }
        let line = match () {
            () if !finished && newest => Err(Wrong::Unfinished { bytes }),
            () if too_long => Err(Wrong::NotALine),
            () => Line::read(&self.line),
        };
        Ok(Some(Reading { file: Arc::clone(path), number: self.number, hash: Digest::of(&self.line), line }))
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Reading, AuditError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.advance() {
                Ok(Some(reading)) => return Some(Ok(reading)),
                Ok(None) => {
                    self.files.pop_front()?;
                    self.number = 0;
                }
                Err(error) => {
                    let (path, _) = self.files.pop_front()?;
                    self.files.clear();
                    return Some(Err(AuditError::at(&path)(error)));
                }
            }
        }
    }
}

/// Passes over the rest of a line: how many bytes it has, and whether a newline ends it.
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

struct Opened {
    path: PathBuf,
    file: File,
    length: u64,
    /// What tells a file from every other, whatever its name.
    id: (u64, u64),
}

/// The files of a trail, oldest first.
fn open_all(path: &Path) -> Result<Vec<Opened>, AuditError> {
    let numbers = files::numbers(path)?;
    let mut opened: Vec<Opened> = Vec::with_capacity(numbers.len() + 1);
    let older = numbers.iter().rev().map(|number| files::beside(path, number));
    for path in older.chain([path.to_owned()]) {
        // A rotation goes on meanwhile, or was cut short before it made the new file.
        let missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound && !numbers.is_empty();
        match open(&path) {
            Err(AuditError::Io { error, .. }) if missing(&error) => {}
            file => opened.push(file?),
        }
    }
    Ok(opened)
}

fn open(path: &Path) -> Result<Opened, AuditError> {
    // Reading a pipe or a device would not end.
    let is_file = fs::metadata(path).map_err(AuditError::at(path))?.is_file();
    if !is_file {
        return Err(AuditError::NotATrail { path: path.to_owned() });
    }
    let file = File::open(path).map_err(AuditError::at(path))?;
    let metadata = file.metadata().map_err(AuditError::at(path))?;
    Ok(Opened { path: path.to_owned(), file, length: metadata.len(), id: (metadata.dev(), metadata.ino()) })
}

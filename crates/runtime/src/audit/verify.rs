//! Whether a trail is as it was written.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::audit::{AuditError, Digest, Head, Kind, Line, Reader, Reading, Wrong};

/// How many breaks are named; the others are counted.
const MOST_BREAKS: usize = 100;

/// What a trail holds, and where it is not as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many files there are.
    pub files: usize,
    /// How many lines are good by themselves.
    pub lines: u64,
    /// The number of the oldest line. More than 1 means that older files were rotated away, or taken away; where there is none at
    /// all, no rotation did that, and it is a break.
    pub begins_at: u64,
    /// The time of the oldest line.
    pub first: Option<Timestamp>,
    /// The time of the newest line.
    pub last: Option<Timestamp>,
    /// The newest line.
    pub head: Option<Head>,
    /// How many lines say that an unfinished one was taken off.
    pub mended: u64,
    /// The unfinished line at the end: a crash left it, or it is being written. The next opening takes it off.
    pub torn: Option<Torn>,
    /// Where the trail is broken, in order; the first hundred places.
    pub breaks: Vec<Break>,
    /// How many more places there are.
    pub further: u64,
    /// The hash that was asked for and that no line has: the end was cut off, or all was written anew, or the file that had
    /// the line was rotated away.
    pub absent: Option<Digest>,
}

/// A line that was not written to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// The file.
    pub file: Arc<Path>,
    /// How many bytes stand there.
    pub bytes: u64,
}

/// A place where a trail is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The file.
    pub file: Arc<Path>,
    /// The line in the file, from 1.
    pub number: u64,
    /// What is wrong there.
    pub defect: Defect,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// It is no line of a trail.
    NotALine,
    /// Its check is not the sum of what it says.
    Edited,
    /// Its check is good, and the line after it was written after another one.
    Replaced,
    /// Lines that stood before it are gone.
    Missing {
        /// The number of the first of them.
        from: u64,
        /// The number of the last.
        to: u64,
    },
    /// It stands after lines that were written later.
    OutOfOrder {
        /// Its number.
        sequence: u64,
        /// The number of the line that it follows.
        after: u64,
    },
    /// It says both that it is the first line of all and that it follows one.
    Beginning,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.number, self.defect)
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotALine => f.write_str("not a line of an audit trail"),
            Self::Edited => f.write_str("edited: its check is not the sum of what it says"),
            Self::Replaced => f.write_str("replaced: the line after it was written after another one"),
            Self::Missing { from, to } if from == to => write!(f, "line {from} of the trail is missing before it"),
            Self::Missing { from, to } => write!(f, "lines {from} to {to} of the trail are missing before it"),
            Self::OutOfOrder { sequence, after } => {
                write!(f, "out of order: line {sequence} of the trail stands after line {after}")
            }
            Self::Beginning => f.write_str("its number and `previous` disagree on whether it is the first line of all"),
        }
    }
}

impl Verdict {
    /// Whether every line is as it was written and where it was written, and the line that was asked for is among them. A
    /// torn end does not change that.
    pub fn is_whole(&self) -> bool {
        self.breaks.is_empty() && self.absent.is_none()
    }

    /// Judges what `reader` reads; `head` is the hash of a line that must be in it.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn of<R: Read>(reader: Reader<R>, head: Option<Digest>) -> Result<Self, AuditError> {
        let mut walk = Walk::new(reader.files(), reader.rotated(), head);
        for reading in reader {
            walk.step(reading?);
        }
        Ok(Self { absent: walk.wanted, ..walk.verdict })
    }
}

/// Judges all files of the trail at `path`, oldest first, in the memory of a line.
///
/// A trail may be verified while it is written. Lines that were cut off its end leave no trace in it: to find that out,
/// note a [`Head`] elsewhere and use [`verify_against`].
///
/// # Errors
/// When there is no trail, or a file of it cannot be read.
pub fn verify(path: impl AsRef<Path>) -> Result<Verdict, AuditError> {
    Verdict::of(Reader::open(path.as_ref())?, None)
}

/// Judges as [`verify`] does, and whether the line that has the hash `head` is still in the trail.
///
/// # Errors
/// As [`verify`].
pub fn verify_against(path: impl AsRef<Path>, head: Digest) -> Result<Verdict, AuditError> {
    Verdict::of(Reader::open(path.as_ref())?, Some(head))
}

/// What is known on the way through a trail.
struct Walk {
    verdict: Verdict,
    /// Whether there are older files, so that even older ones may have been rotated away.
    rotated: bool,
    /// The good line with the highest number.
    highest: Option<Good>,
    /// How many lines that are not good came after it.
    bad: u64,
    /// The hash of the line that is looked for.
    wanted: Option<Digest>,
}

struct Good {
    sequence: u64,
    hash: Digest,
    place: (Arc<Path>, u64),
}

impl Walk {
    fn new(files: usize, rotated: bool, wanted: Option<Digest>) -> Self {
        Self { verdict: Verdict { files, ..Verdict::default() }, rotated, highest: None, bad: 0, wanted }
    }

    fn step(&mut self, Reading { file, number, hash, line }: Reading) {
        let place = (file, number);
        match line {
            Ok(line) => self.good(&line, hash, place),
            Err(Wrong::Unfinished { bytes }) => self.verdict.torn = Some(Torn { file: place.0, bytes }),
            Err(Wrong::NotALine) => self.bad(&place, Defect::NotALine),
            Err(Wrong::Edited(_)) => self.bad(&place, Defect::Edited),
        }
    }

    fn bad(&mut self, place: &(Arc<Path>, u64), defect: Defect) {
        self.bad += 1;
        self.broken(place, defect);
    }

    fn good(&mut self, line: &Line, hash: Digest, place: (Arc<Path>, u64)) {
        self.wanted = self.wanted.filter(|wanted| *wanted != hash);
        self.verdict.lines += 1;
        self.verdict.first.get_or_insert(line.time);
        self.verdict.last = Some(line.time);
        self.verdict.head = Some(Head { sequence: line.sequence, hash });
        self.verdict.mended += u64::from(line.event == Kind::Torn);
        if let Some((at, defect)) = self.defect(line, &place) {
            self.broken(&at, defect);
            if matches!(defect, Defect::OutOfOrder { .. }) {
                return;
            }
        }
        if self.highest.is_none() {
            self.verdict.begins_at = line.sequence.saturating_sub(self.bad).max(1);
        }
        self.highest = Some(Good { sequence: line.sequence, hash, place });
        self.bad = 0;
    }

    /// What is wrong with how a good line follows, and where.
    fn defect(&self, line: &Line, place: &(Arc<Path>, u64)) -> Option<((Arc<Path>, u64), Defect)> {
        let sequence = line.sequence;
        let Some(before) = &self.highest else {
            let agree = (sequence == 1) == (line.previous == Digest::ZERO) && sequence > 0;
            let first = self.bad.saturating_add(1);
            return match () {
                () if !agree => Some((place.clone(), Defect::Beginning)),
                () if !self.rotated && sequence > first => {
                    Some((place.clone(), Defect::Missing { from: first, to: sequence - 1 }))
                }
                () => None,
            };
        };
        let next = before.sequence.saturating_add(1);
        // A line that is not good may have had a number, or may have been put in.
        let latest = next.saturating_add(self.bad);
        if sequence <= before.sequence {
            return Some((place.clone(), Defect::OutOfOrder { sequence, after: before.sequence }));
        }
        if sequence > latest {
            return Some((place.clone(), Defect::Missing { from: latest, to: sequence - 1 }));
        }
        let replaced = sequence == next && line.previous != before.hash;
        replaced.then(|| (before.place.clone(), Defect::Replaced))
    }

    fn broken(&mut self, (file, number): &(Arc<Path>, u64), defect: Defect) {
        if self.verdict.breaks.len() < MOST_BREAKS {
            self.verdict.breaks.push(Break { file: Arc::clone(file), number: *number, defect });
        } else {
            self.verdict.further += 1;
        }
    }
}

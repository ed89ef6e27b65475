//! Verification of a trail: each line against its check, and the chain of hashes across all files.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::audit::head_matcher::HeadMatcher;
use crate::audit::{AuditError, AuditLine, Digest, EventKind, Head, LineError, LocatedLine, SignedExtent, TrailReader};

/// Maximum number of breaks that are listed. Further ones are counted.
const MAX_BREAKS: usize = 100;

/// Result of verifying a trail: its extent and its breaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Number of files.
    pub files: usize,
    /// Number of lines that match their check.
    pub lines: u64,
    /// The number of the oldest line. A number above 1 means that older files were rotated away or removed. In a trail of one
    /// file it is a break, because a rotation always leaves an older file.
    pub first_sequence: u64,
    /// Time of the oldest line.
    pub first: Option<Timestamp>,
    /// Time of the newest line.
    pub last: Option<Timestamp>,
    /// Number and hash of the newest line.
    pub head: Option<Head>,
    /// Number of lines that record the removal of an incomplete line.
    pub repaired: u64,
    /// The incomplete line at the end, which a crash left or which is being written. The next writer removes it.
    pub torn: Option<Torn>,
    /// The first hundred breaks, in order.
    pub breaks: Vec<Break>,
    /// Number of further breaks.
    pub further: u64,
    /// The comparison with signed heads, if they were given.
    pub signed: Option<SignedExtent>,
    /// The requested hash, if no line has it: the end was cut off, the trail was rewritten, or the file was rotated away.
    pub missing_head: Option<Digest>,
}

/// An incomplete line at the end of a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// The file.
    pub file: Arc<Path>,
    /// Length of the incomplete line.
    pub bytes: u64,
}

/// A place where the chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The file.
    pub file: Arc<Path>,
    /// The line in the file, from 1.
    pub number: u64,
    /// The defect.
    pub defect: Defect,
}

/// A defect of a line or of its place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// The line does not have the form of one.
    NotALine,
    /// The line does not match its check.
    Edited,
    /// The line matches its check, but the next line was written after another line.
    Replaced,
    /// Lines before this one are missing.
    Missing {
        /// The number of the first missing line.
        from: u64,
        /// The number of the last missing line.
        to: u64,
    },
    /// The line was moved or copied.
    OutOfOrder {
        /// The number of the line.
        sequence: u64,
        /// The number of the line that it follows.
        after: u64,
    },
    /// A signed head has another line of this number: the chain was written anew.
    Rewritten,
    /// The number and `previous` disagree: only the first line of a trail has zeros as `previous`.
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
            Self::Edited => f.write_str("edited: the line does not match its check"),
            Self::Replaced => f.write_str("replaced: the next line was written after another line"),
            Self::Missing { from, to } if from == to => write!(f, "line {from} of the trail is missing before it"),
            Self::Missing { from, to } => write!(f, "lines {from} to {to} of the trail are missing before it"),
            Self::OutOfOrder { sequence, after } => {
                write!(f, "out of order: line {sequence} of the trail stands after line {after}")
            }
            Self::Rewritten => f.write_str("rewritten: another line of this number was signed"),
            Self::Beginning => {
                f.write_str("its number and `previous` disagree: only the first line of a trail has zeros")
            }
        }
    }
}

impl Verification {
    /// Reports if the chain has no breaks and contains the requested head and the signed heads. An incomplete last line is not a
    /// break.
    pub fn is_intact(&self) -> bool {
        let is_signed = self.signed.as_ref().is_none_or(SignedExtent::is_intact);
        self.breaks.is_empty() && self.missing_head.is_none() && is_signed
    }

    /// Verifies the lines of `reader`. `head` is the hash of a line that must be among them.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn run<R: Read>(reader: TrailReader<R>, head: Option<Digest>) -> Result<Self, AuditError> {
        Verifier::new(&reader, head, None).run(reader)
    }

    /// Verifies the lines of `reader`, and compares them with heads whose signatures were verified, in the order in which they were
    /// signed. A chain that was written anew and a cut end contradict them.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn run_signed<R: Read>(
        reader: TrailReader<R>,
        head: Option<Digest>,
        heads: impl Iterator<Item = Head>,
    ) -> Result<Self, AuditError> {
        Verifier::new(&reader, head, Some(HeadMatcher::new(heads))).run(reader)
    }
}

/// Verifies all files of the trail at `path`, oldest first, in the memory of one line.
///
/// A trail may be verified while it is written. Lines that were cut off its end leave no trace in it: to detect that,
/// store a [`Head`] elsewhere and use [`verify_against`].
///
/// # Errors
/// The trail does not exist, or a file of it cannot be read.
pub fn verify(path: impl AsRef<Path>) -> Result<Verification, AuditError> {
    Verification::run(TrailReader::open(path.as_ref())?, None)
}

/// Verifies as [`verify`] does, and requires a line with the hash `head`.
///
/// # Errors
/// As [`verify`].
pub fn verify_against(path: impl AsRef<Path>, head: Digest) -> Result<Verification, AuditError> {
    Verification::run(TrailReader::open(path.as_ref())?, Some(head))
}

/// State of the pass over the lines of a trail.
struct Verifier<'h> {
    result: Verification,
    signed: Option<HeadMatcher<'h>>,
    /// True if the trail has older files, so that even older ones may have been rotated away.
    rotated: bool,
    /// The valid line with the highest number.
    highest: Option<ValidLine>,
    /// Number of invalid lines since `highest`.
    invalid: u64,
    /// The hash of the line that must be found.
    expected_head: Option<Digest>,
}

struct ValidLine {
    sequence: u64,
    hash: Digest,
    place: (Arc<Path>, u64),
}

impl<'h> Verifier<'h> {
    fn new<R: Read>(reader: &TrailReader<R>, expected_head: Option<Digest>, signed: Option<HeadMatcher<'h>>) -> Self {
        Self {
            result: Verification { files: reader.files(), ..Verification::default() },
            signed,
            rotated: reader.rotated(),
            highest: None,
            invalid: 0,
            expected_head,
        }
    }

    fn run<R: Read>(mut self, reader: TrailReader<R>) -> Result<Verification, AuditError> {
        for line in reader {
            self.read(line?);
        }
        let signed = self.signed.map(HeadMatcher::finish);
        Ok(Verification { missing_head: self.expected_head, signed, ..self.result })
    }

    fn read(&mut self, LocatedLine { file, number, hash, line }: LocatedLine) {
        let place = (file, number);
        match line {
            Ok(line) => self.valid(&line, hash, place),
            Err(LineError::Incomplete { bytes }) => self.result.torn = Some(Torn { file: place.0, bytes }),
            Err(LineError::NotALine) => self.invalid(&place, Defect::NotALine),
            Err(LineError::Edited(_)) => self.invalid(&place, Defect::Edited),
        }
    }

    fn invalid(&mut self, place: &(Arc<Path>, u64), defect: Defect) {
        self.invalid += 1;
        self.report(place, defect);
    }

    fn valid(&mut self, line: &AuditLine, hash: Digest, place: (Arc<Path>, u64)) {
        self.expected_head = self.expected_head.filter(|expected| *expected != hash);
        self.result.lines += 1;
        self.result.first.get_or_insert(line.time);
        self.result.last = Some(line.time);
        self.result.head = Some(Head { sequence: line.sequence, hash });
        self.result.repaired += u64::from(line.event == EventKind::Torn);
        if self.signed.as_mut().is_some_and(|signed| signed.is_rewritten(line.sequence, hash)) {
            self.report(&place, Defect::Rewritten);
        }
        if let Some((place, defect)) = self.chain_defect(line, &place) {
            self.report(&place, defect);
            if matches!(defect, Defect::OutOfOrder { .. }) {
                return;
            }
        }
        if self.highest.is_none() {
            self.result.first_sequence = line.sequence.saturating_sub(self.invalid).max(1);
        }
        self.highest = Some(ValidLine { sequence: line.sequence, hash, place });
        self.invalid = 0;
    }

    /// Checks how a valid line follows the lines before it. Returns the defect and its place.
    fn chain_defect(&self, line: &AuditLine, place: &(Arc<Path>, u64)) -> Option<((Arc<Path>, u64), Defect)> {
        let sequence = line.sequence;
        let Some(before) = &self.highest else {
            let agree = (sequence == 1) == (line.previous == Digest::ZERO) && sequence > 0;
            let first = self.invalid.saturating_add(1);
            return match () {
                () if !agree => Some((place.clone(), Defect::Beginning)),
                () if !self.rotated && sequence > first => {
                    Some((place.clone(), Defect::Missing { from: first, to: sequence - 1 }))
                }
                () => None,
            };
        };
        let next = before.sequence.saturating_add(1);
        // An invalid line may have had a number, or may have been inserted.
        let latest = next.saturating_add(self.invalid);
        if sequence <= before.sequence {
            return Some((place.clone(), Defect::OutOfOrder { sequence, after: before.sequence }));
        }
        if sequence > latest {
            return Some((place.clone(), Defect::Missing { from: latest, to: sequence - 1 }));
        }
        let replaced = sequence == next && line.previous != before.hash;
        replaced.then(|| (before.place.clone(), Defect::Replaced))
    }

    fn report(&mut self, (file, number): &(Arc<Path>, u64), defect: Defect) {
        if self.result.breaks.len() < MAX_BREAKS {
            self.result.breaks.push(Break { file: Arc::clone(file), number: *number, defect });
        } else {
            self.result.further += 1;
        }
    }
}

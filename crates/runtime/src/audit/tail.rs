//! The end of a file: where a trail goes on.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::audit::line::{LONGEST, Line, START};
use crate::audit::{Digest, Head};

/// How far back from the end a line is looked for, at first and at last.
const FIRST_WINDOW: u64 = 64 << 10;
const LAST_WINDOW: u64 = 4 * LONGEST as u64;

/// The end of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Tail {
    /// The last line that is good; what stands after it is edited, or no line at all.
    pub head: Option<Head>,
    /// Where the last newline ends.
    pub whole: u64,
    /// Whether the file may be written as a trail: it is empty, or begins as one.
    pub is_trail: bool,
}

/// Reads the end of a file of `length` bytes.
pub(super) fn tail(file: &File, length: u64) -> io::Result<Tail> {
    let mut window = FIRST_WINDOW;
    loop {
        let start = length.saturating_sub(window);
        let bytes = read(file, start, length)?;
        let end = after_last_newline(&bytes);
        let head = last_line(&bytes[..end], start == 0);
        if head.is_some() || window >= LAST_WINDOW || start == 0 {
            let is_trail = head.is_some() || begins_a_trail(file, length)?;
            return Ok(Tail { head, whole: start + end as u64, is_trail });
        }
        window *= 4;
    }
}

fn read(file: &File, start: u64, end: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; (end - start) as usize];
    file.read_exact_at(&mut bytes, start)?;
    Ok(bytes)
}

fn after_last_newline(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1)
}

/// The last good line. Unless the bytes begin where a line does, the first of them are the rest of one.
fn last_line(bytes: &[u8], begins_a_line: bool) -> Option<Head> {
    let mut end = bytes.len();
    while end > 0 {
        let start = after_last_newline(&bytes[..end - 1]);
        if start == 0 && !begins_a_line {
            return None;
        }
        if let Ok(line) = Line::read(&bytes[start..end]) {
            return Some(Head { sequence: line.sequence, hash: Digest::of(&bytes[start..end]) });
        }
        end = start;
    }
    None
}

/// Whether a file begins as a trail does, or with what a loss of power leaves of a line.
fn begins_a_trail(file: &File, length: u64) -> io::Result<bool> {
    let bytes = read(file, 0, length.min(START.len() as u64))?;
    Ok(bytes.iter().zip(START).all(|(found, expected)| found == expected) || bytes.iter().all(|&byte| byte == 0))
}

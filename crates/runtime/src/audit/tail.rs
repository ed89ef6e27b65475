//! The end of a trail's file, where writing continues.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::audit::line::{AuditLine, LINE_START, MAX_LINE_BYTES};
use crate::audit::{Digest, Head};

/// Sizes of the window at the end of the file in which a valid line is searched: the first and the largest.
const FIRST_WINDOW: u64 = 64 << 10;
const LAST_WINDOW: u64 = 4 * MAX_LINE_BYTES as u64;

/// The end of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Tail {
    /// The last valid line. Edited lines and other bytes may follow it.
    pub head: Option<Head>,
    /// The offset after the last newline.
    pub complete: u64,
    /// True if the file may be written as a trail: it is empty, or begins as one.
    pub is_trail: bool,
}

/// Reads the end of a file of `length` bytes.
pub(super) fn read_tail(file: &File, length: u64) -> io::Result<Tail> {
    let mut window = FIRST_WINDOW;
    loop {
        let start = length.saturating_sub(window);
        let bytes = read(file, start, length)?;
        let end = after_last_newline(&bytes);
        let head = last_line(&bytes[..end], start == 0);
        if head.is_some() || window >= LAST_WINDOW || start == 0 {
            let is_trail = head.is_some() || begins_as_trail(file, length)?;
            return Ok(Tail { head, complete: start + end as u64, is_trail });
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

/// Finds the last valid line. Without `begins_a_line`, the first bytes are the rest of a line and are ignored.
fn last_line(bytes: &[u8], begins_a_line: bool) -> Option<Head> {
    let mut end = bytes.len();
    while end > 0 {
        let start = after_last_newline(&bytes[..end - 1]);
        if start == 0 && !begins_a_line {
            return None;
        }
        if let Ok(line) = AuditLine::parse(&bytes[start..end]) {
            return Some(Head { sequence: line.sequence, hash: Digest::of(&bytes[start..end]) });
        }
        end = start;
    }
    None
}

/// Reports if a file begins as a trail does, or with the zeros that a power loss can leave.
fn begins_as_trail(file: &File, length: u64) -> io::Result<bool> {
    let bytes = read(file, 0, length.min(LINE_START.len() as u64))?;
    Ok(bytes.iter().zip(LINE_START).all(|(found, expected)| found == expected) || bytes.iter().all(|&byte| byte == 0))
}

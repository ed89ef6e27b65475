//! The position of the last line of a trail.

use crate::audit::Digest;

/// Number and hash of the last line of a trail. A copy kept out of an attacker's reach protects every line up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of the line, from 1; 0 before the first line.
    pub sequence: u64,
    /// The SHA-256 of the line with its newline: the output of `tail -n 1 NAME | sha256sum`.
    pub hash: Digest,
}

impl Head {
    /// The head of an empty trail.
    pub(super) const NONE: Self = Self { sequence: 0, hash: Digest::ZERO };

    /// Returns the number of the next line. The addition saturates, because an edited trail may hold any number.
    pub(super) fn next_sequence(self) -> u64 {
        self.sequence.saturating_add(1)
    }

    /// Returns the head after `line` is appended.
    pub(super) fn after(self, line: &str) -> Self {
        Self { sequence: self.next_sequence(), hash: Digest::of(line.as_bytes()) }
    }
}

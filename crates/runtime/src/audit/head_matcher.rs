//! The comparison of signed heads with the lines of a trail.

use std::iter::Peekable;

use crate::audit::{Digest, Head};

/// Result of comparing a trail with its signed heads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignedExtent {
    /// Number of heads that match a line.
    pub heads: u64,
    /// The newest head that matches a line. It protects this line and every line before it.
    pub newest: Option<Head>,
    /// Number of lines after it.
    pub unsigned: u64,
    /// The newest head of a line after the end of the trail: the end was cut off.
    pub beyond: Option<Head>,
    /// Number of heads with a smaller number than one before them: the trail was cut and continued.
    pub disordered: u64,
}

impl SignedExtent {
    /// Reports if a head matches, and none contradicts the trail. Lines after the newest head are not an error.
    pub fn is_intact(&self) -> bool {
        self.heads > 0 && self.beyond.is_none() && self.disordered == 0
    }
}

/// State of the comparison. Heads and lines come in the order of their numbers.
pub(super) struct HeadMatcher<'h> {
    heads: Peekable<Box<dyn Iterator<Item = Head> + 'h>>,
    /// The largest number of a head so far.
    highest: u64,
    /// The number of the last line.
    line: u64,
    extent: SignedExtent,
}

impl<'h> HeadMatcher<'h> {
    pub(super) fn new(heads: impl Iterator<Item = Head> + 'h) -> Self {
        let heads: Box<dyn Iterator<Item = Head> + 'h> = Box::new(heads);
        Self { heads: heads.peekable(), highest: 0, line: 0, extent: SignedExtent::default() }
    }

    /// Compares a line with the heads of its number. Returns true if one of them is the head of another line.
    pub(super) fn is_rewritten(&mut self, sequence: u64, hash: Digest) -> bool {
        self.line = self.line.max(sequence);
        self.extent.unsigned += 1;
        let mut rewritten = false;
        while let Some(head) = self.heads.next_if(|head| head.sequence <= sequence) {
            self.note_order(head);
            if head.sequence < sequence {
                // The line was rotated away, or its absence is a break of the chain.
                continue;
            }
            if head.hash == hash {
                self.extent.heads += 1;
                self.extent.unsigned = 0;
                self.extent.newest = Some(head);
            } else {
                rewritten = true;
            }
        }
        rewritten
    }

    /// Returns the result after the last line.
    pub(super) fn finish(mut self) -> SignedExtent {
        while let Some(head) = self.heads.next() {
            self.note_order(head);
            if head.sequence > self.line && self.extent.beyond.is_none_or(|beyond| beyond.sequence < head.sequence) {
                self.extent.beyond = Some(head);
            }
        }
        self.extent
    }

    fn note_order(&mut self, head: Head) {
        self.extent.disordered += u64::from(head.sequence < self.highest);
        self.highest = self.highest.max(head.sequence);
    }
}

//! Width of the Markdown pages.

/// Longest line of a paragraph, in characters.
pub const LINE: usize = 120;

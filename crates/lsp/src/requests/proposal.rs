//! A completion before it has its place in the document.

use std::ops::Range;

use lsp_types::CompletionItem;

/// A completion without its place.
#[derive(Debug)]
pub(crate) struct Proposal {
    pub item: CompletionItem,
    /// The text to write.
    pub text: String,
    /// The bytes to replace, if they are not those of the word.
    pub replaced: Option<Range<usize>>,
}

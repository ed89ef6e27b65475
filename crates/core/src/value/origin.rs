//! Origins: the places where values are written.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::value::Span;

/// The place where a value was written. The [`Sources`](crate::value::Sources) of its tree hold the texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Not written anywhere: a default, or a value made by a program.
    Generated,
    /// In the text that the tree was read from.
    Text {
        /// The key; for list elements and the root, the value.
        key: Span,
        /// The value.
        value: Span,
    },
    /// In Nix modules.
    Nix(Arc<[Definition]>),
    /// In another layer than the text: a second file, an environment variable, an override.
    Layer {
        /// Index into [`Sources::layers`](crate::value::Sources::layers).
        source: u16,
        /// The key; empty where the layer has no text.
        key: Span,
        /// The value.
        value: Span,
    },
}

impl Origin {
    /// Returns whether the value is written in a text. A layer without a text, such as a variable, has an empty range.
    pub fn is_written(&self) -> bool {
        match self {
            Self::Text { .. } => true,
            Self::Layer { key, .. } => key.start < key.end,
            Self::Generated | Self::Nix(_) => false,
        }
    }
}

/// Position of a definition in a Nix file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Definition {
    /// The file, relative to the root of the sources.
    pub file: String,
    /// From 1; 0 where Nix does not know the position.
    pub line: usize,
    /// From 1; 0 where Nix does not know the position.
    pub column: usize,
    /// Index of the element, from 0, where the definition is a list and the value one of its elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<usize>,
}

impl fmt::Display for Definition {
    /// Writes FILE:LINE:COLUMN, as far as Nix knows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => f.write_str(&self.file),
            (line, 0) => write!(f, "{}:{line}", self.file),
            (line, column) => write!(f, "{}:{line}:{column}", self.file),
        }
    }
}

//! Problems of schemas.

use std::error::Error;
use std::fmt;

/// The maximum number of problems that are reported.
const MAX_PROBLEMS: usize = 20;

/// A place in a schema or in a document that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaPlace {
    /// The name of the document; `None` for the schema itself.
    pub document: Option<String>,
    /// The JSON Pointer in the document.
    pub pointer: String,
}

impl fmt::Display for SchemaPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.document {
            Some(name) => write!(f, "{name}#{}", self.pointer),
            None if self.pointer.is_empty() => f.write_str("the root"),
            None => f.write_str(&self.pointer),
        }
    }
}

/// One problem of a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaProblem {
    /// The document is not a JSON Schema.
    #[error("not a JSON Schema at {place}: {message}")]
    Invalid {
        /// The place of the problem.
        place: SchemaPlace,
        /// The problem at that place.
        message: String,
    },
    /// A reference leads nowhere, or to a document that cannot be read.
    #[error("cannot follow {keyword} {reference:?} at {place}: {reason}")]
    Reference {
        /// The place of the schema with the reference.
        place: SchemaPlace,
        /// The keyword of the reference: `$ref`, `$schema`.
        keyword: String,
        /// The reference as it is written.
        reference: String,
        /// The reason.
        reason: String,
    },
    /// The schema is valid, and needs what Confgate does not have.
    #[error("unsupported schema at {place}: {message}")]
    Unsupported {
        /// The place of the keyword.
        place: SchemaPlace,
        /// The unsupported feature.
        message: String,
    },
}

impl SchemaProblem {
    /// Returns the place of the problem.
    pub fn place(&self) -> &SchemaPlace {
        match self {
            Self::Invalid { place, .. } | Self::Reference { place, .. } | Self::Unsupported { place, .. } => place,
        }
    }
}

/// A document that cannot be used as a schema, with its problems in the order of the documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSchema {
    problems: Vec<SchemaProblem>,
    /// The number of problems that are not in the list.
    omitted: usize,
}

impl InvalidSchema {
    /// Makes an error of the first problems.
    pub(super) fn new(mut problems: Vec<SchemaProblem>) -> Self {
        let omitted = problems.len().saturating_sub(MAX_PROBLEMS);
        problems.truncate(MAX_PROBLEMS);
        Self { problems, omitted }
    }

    /// Returns the problems.
    pub fn problems(&self) -> &[SchemaProblem] {
        &self.problems
    }
}

impl From<SchemaProblem> for InvalidSchema {
    fn from(problem: SchemaProblem) -> Self {
        Self::new(vec![problem])
    }
}

impl fmt::Display for InvalidSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if index == 0 { "" } else { "\n" })?;
        }
        if self.omitted > 0 {
            write!(f, "\nand {} more", self.omitted)?;
        }
        Ok(())
    }
}

impl Error for InvalidSchema {}

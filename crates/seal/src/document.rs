//! Sealing and opening of values inside a TOML file. All other bytes of the file stay the same.

use std::fmt;

use confgate_core::toml::{reader, writer};
use confgate_core::types::secret::Secret;
use confgate_core::value::{Node, Origin, Path, Source, Span, Trail, Value, reference};

use crate::error::{OpenError, SealError};
use crate::identity::Identity;
use crate::recipient::Recipient;
use crate::value::{age_file, open_value, seal_value};

/// TOML file whose values are sealed and opened in place.
///
/// ```
/// use confgate_seal::{Document, Identity};
/// use confgate_core::value::Path;
///
/// let node = Identity::generate();
/// let mut file = Document::read("node.toml", "password = 'hunter2' # of the database\n")?;
/// file.seal(&Path::dotted("password"), &[node.recipient()])?;
/// let sealed = file.finish();
/// assert!(sealed.starts_with("password = \"encrypted:") && sealed.ends_with("\" # of the database\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Document {
    source: Source,
    tree: Node,
    edits: Vec<(Span, String)>,
}

impl Document {
    /// Parses a TOML text. Messages call it `name`.
    ///
    /// # Errors
    ///
    /// The text is not TOML.
    pub fn read(name: &str, text: &str) -> Result<Self, DocumentError> {
        let source = Source::new(name, text);
        let (tree, errors) = reader::read(&source);
        match errors.into_iter().next() {
            None => Ok(Self { source, tree, edits: Vec::new() }),
            Some(error) => {
                let (line, column) = source.position(error.span.range().start);
                Err(DocumentError::Syntax { line, column, message: error.message })
            }
        }
    }

    /// Returns the values of the file as it was read.
    pub fn tree(&self) -> &Node {
        &self.tree
    }

    /// Returns the paths of the sealed values.
    pub fn sealed(&self) -> Vec<Path> {
        let mut found = Vec::new();
        collect_sealed(&self.tree, Trail::Root, &mut found);
        found
    }

    /// Returns the age files in the sealed values at `paths`, without the malformed ones.
    pub fn age_files(&self, paths: &[Path]) -> Vec<Vec<u8>> {
        paths.iter().filter_map(|path| age_file(self.tree.get(&path.0)?.as_str()?).ok()).collect()
    }

    /// Seals the string at a path.
    ///
    /// # Errors
    ///
    /// There is no string at the path, it is sealed already or contains a reference, or it cannot be sealed for the recipients.
    pub fn seal(&mut self, path: &Path, recipients: &[Recipient]) -> Result<(), DocumentError> {
        let (text, span) = self.text(path)?;
        let error = |problem| Err(DocumentError::Value { path: path.clone(), problem });
        if reference::is_sealed(text) {
            return error(ValueProblem::Sealed);
        }
        if reference::holds_reference(text) {
            return error(ValueProblem::Reference);
        }
        let sealed = seal_value(recipients, &Secret::from(text))?;
        self.edits.push((span, format!("\"{sealed}\"")));
        Ok(())
    }

    /// Opens the sealed value at a path.
    ///
    /// # Errors
    ///
    /// There is no sealed value at the path, or the identities do not open it.
    pub fn unseal(&mut self, path: &Path, identities: &[Identity]) -> Result<(), DocumentError> {
        let (plain, span) = self.open(path, identities)?;
        let text = writer::inline(&Node::bare(Value::String(plain.expose().to_owned())));
        self.edits.push((span, text));
        Ok(())
    }

    /// Seals the sealed value at a path again, for these recipients alone.
    ///
    /// # Errors
    ///
    /// There is no sealed value at the path, the identities do not open it, or it cannot be sealed for the recipients.
    pub fn rekey(
        &mut self,
        path: &Path,
        identities: &[Identity],
        recipients: &[Recipient],
    ) -> Result<(), DocumentError> {
        let (plain, span) = self.open(path, identities)?;
        let sealed = seal_value(recipients, &plain)?;
        self.edits.push((span, format!("\"{sealed}\"")));
        Ok(())
    }

    /// Returns the text of the file with all edits.
    pub fn finish(mut self) -> String {
        self.edits.sort_by_key(|(span, _)| *span);
        let mut text = String::with_capacity(self.source.text().len());
        let mut end = 0;
        for (span, value) in &self.edits {
            text.push_str(&self.source.text()[end..span.range().start]);
            text.push_str(value);
            end = span.range().end;
        }
        text.push_str(&self.source.text()[end..]);
        text
    }

    fn open(&self, path: &Path, identities: &[Identity]) -> Result<(Secret, Span), DocumentError> {
        let (text, span) = self.text(path)?;
        let plain = open_value(identities, text)
            .map_err(|error| DocumentError::Value { path: path.clone(), problem: error.into() })?;
        Ok((plain, span))
    }

    /// Returns the string at a path and its span in the file, quotes included.
    fn text(&self, path: &Path) -> Result<(&str, Span), DocumentError> {
        let error = |problem| DocumentError::Value { path: path.clone(), problem };
        let node = self.tree.get(&path.0).ok_or_else(|| error(ValueProblem::Absent))?;
        let text = node.as_str().ok_or_else(|| error(ValueProblem::NotText(node.value.kind())))?;
        let Origin::Text { value: span, .. } = node.origin else { return Err(error(ValueProblem::Absent)) };
        if self.edits.iter().any(|(edited, _)| *edited == span) {
            return Err(error(ValueProblem::Twice));
        }
        Ok((text, span))
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.source.name()).finish()
    }
}

fn collect_sealed(node: &Node, trail: Trail<'_>, found: &mut Vec<Path>) {
    match &node.value {
        Value::String(text) if reference::is_sealed(text) => found.push(trail.path()),
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect_sealed(element, Trail::Index(&trail, index), found);
            }
        }
        Value::Table(table) => {
            for (key, child) in table {
                collect_sealed(child, Trail::Key(&trail, key), found);
            }
        }
        _ => {}
    }
}

/// Reason why values of a file could not be sealed or opened. No message contains a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The file is not TOML.
    #[error("not TOML at {line}:{column}: {message}")]
    Syntax {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// Message of the parser, which quotes nothing of the file.
        message: String,
    },
    /// A value cannot be sealed or opened.
    #[error("{}", describe(.path, .problem))]
    Value {
        /// Path of the value.
        path: Path,
        /// Reason.
        #[source]
        problem: ValueProblem,
    },
    /// Nothing can be sealed for these recipients.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Reason why a value cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueProblem {
    /// There is no value.
    #[error("not found")]
    Absent,
    /// The value is of this other kind.
    #[error("is {0}: only a string can be sealed")]
    NotText(&'static str),
    /// The value is sealed already.
    #[error("is sealed already: seal it for others with `rekey`")]
    Sealed,
    /// The value contains a reference, which the node would not resolve in a sealed value.
    #[error("contains a reference, which is not resolved in a sealed value")]
    Reference,
    /// The value was sealed or opened before in the same edit.
    #[error("is given twice")]
    Twice,
    /// The value cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Joins a path and its problem: an error of opening is a clause of its own, the others continue the sentence.
fn describe(path: &Path, problem: &ValueProblem) -> String {
    let separator = if matches!(problem, ValueProblem::Open(_)) { ": " } else { " " };
    format!("{path}{separator}{problem}")
}

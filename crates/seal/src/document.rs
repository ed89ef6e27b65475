//! TOML files whose values are sealed and opened where they stand: every other byte stays as it is.

use std::fmt;

use confgate_core::toml;
use confgate_core::types::Secret;
use confgate_core::value::{Node, Origin, Path, PathRef, Source, Span, Value, reference};

use crate::{Identity, OpenError, Recipient, SealError, age_file, open_value, seal_value};

/// A TOML file that is being edited.
///
/// ```
/// use confgate_seal::::{Document, Identity};
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
    /// Reads a TOML text; `name` is how messages call it.
    ///
    /// # Errors
    ///
    /// It is not TOML.
    pub fn read(name: &str, text: &str) -> Result<Self, DocumentError> {
        let source = Source::new(name, text);
        let (tree, errors) = toml::read(&source);
        match errors.into_iter().next() {
            None => Ok(Self { source, tree, edits: Vec::new() }),
            Some(error) => {
                let (line, column) = source.position(error.span.range().start);
                Err(DocumentError::Syntax { line, column, message: error.message })
            }
        }
    }

    /// What it says.
    pub fn tree(&self) -> &Node {
        &self.tree
    }

    /// Where its sealed values stand.
    pub fn sealed(&self) -> Vec<Path> {
        let mut found = Vec::new();
        collect_sealed(&self.tree, PathRef::Root, &mut found);
        found
    }

    /// The age files in the sealed values at these paths; those that are broken are left out.
    pub fn age_files(&self, paths: &[Path]) -> Vec<Vec<u8>> {
        paths.iter().filter_map(|path| age_file(self.tree.get(&path.0)?.as_str()?).ok()).collect()
    }

    /// Seals the text at a path.
    ///
    /// # Errors
    ///
    /// There is no text, it is sealed already or holds a reference, or it cannot be sealed for these recipients.
    pub fn seal(&mut self, path: &Path, recipients: &[Recipient]) -> Result<(), DocumentError> {
        let (text, span) = self.text(path)?;
        let refused = |problem| Err(DocumentError::Value { path: path.clone(), problem });
        if reference::is_sealed(text) {
            return refused(Problem::Sealed);
        }
        if reference::has_reference(text) {
            return refused(Problem::Reference);
        }
        let sealed = seal_value(recipients, &Secret::from(text)).map_err(DocumentError::Seal)?;
        self.edits.push((span, format!("\"{sealed}\"")));
        Ok(())
    }

    /// Opens the sealed value at a path.
    ///
    /// # Errors
    ///
    /// There is no sealed value, or it cannot be opened with these identities.
    pub fn unseal(&mut self, path: &Path, identities: &[Identity]) -> Result<(), DocumentError> {
        let (plain, span) = self.open(path, identities)?;
        let text = toml::inline(&Node::generated(Value::String(plain.expose().to_owned())));
        self.edits.push((span, text));
        Ok(())
    }

    /// Seals the sealed value at a path anew, for these recipients and nobody else.
    ///
    /// # Errors
    ///
    /// There is no sealed value, it cannot be opened with these identities, or not be sealed for these recipients.
    pub fn rekey(
        &mut self,
        path: &Path,
        identities: &[Identity],
        recipients: &[Recipient],
    ) -> Result<(), DocumentError> {
        let (plain, span) = self.open(path, identities)?;
        let sealed = seal_value(recipients, &plain).map_err(DocumentError::Seal)?;
        self.edits.push((span, format!("\"{sealed}\"")));
        Ok(())
    }

    /// The text with all that was sealed and opened.
    pub fn finish(mut self) -> String {
        self.edits.sort_by_key(|(span, _)| *span);
        let mut text = String::with_capacity(self.source.text().len());
        let mut from = 0;
        for (span, value) in &self.edits {
            text.push_str(&self.source.text()[from..span.range().start]);
            text.push_str(value);
            from = span.range().end;
        }
        text.push_str(&self.source.text()[from..]);
        text
    }

    fn open(&self, path: &Path, identities: &[Identity]) -> Result<(Secret, Span), DocumentError> {
        let (text, span) = self.text(path)?;
        let failed = |error| DocumentError::Value { path: path.clone(), problem: Problem::Open(error) };
        Ok((open_value(identities, text).map_err(failed)?, span))
    }

    /// The text at a path, and where it is written, quotes included.
    fn text(&self, path: &Path) -> Result<(&str, Span), DocumentError> {
        let failed = |problem| DocumentError::Value { path: path.clone(), problem };
        let node = self.tree.get(&path.0).ok_or_else(|| failed(Problem::Absent))?;
        let text = node.as_str().ok_or_else(|| failed(Problem::NotText(node.value.kind())))?;
        let Origin::Text { value: span, .. } = node.origin else { return Err(failed(Problem::Absent)) };
        if self.edits.iter().any(|(edited, _)| *edited == span) {
            return Err(failed(Problem::Twice));
        }
        Ok((text, span))
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.source.name()).finish()
    }
}

fn collect_sealed(node: &Node, trail: PathRef<'_>, found: &mut Vec<Path>) {
    match &node.value {
        Value::String(text) if reference::is_sealed(text) => found.push(trail.to_path()),
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect_sealed(element, PathRef::Index(&trail, index), found);
            }
        }
        Value::Table(table) => {
            for (key, child) in table {
                collect_sealed(child, PathRef::Key(&trail, key), found);
            }
        }
        _ => {}
    }
}

/// Why values of a file could not be sealed or opened. No message holds a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentError {
    /// It is not TOML.
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// One value is in the way.
    Value {
        /// Where it stands.
        path: Path,
        /// What is wrong with it.
        problem: Problem,
    },
    /// Nothing can be sealed for these recipients.
    Seal(SealError),
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is none.
    Absent,
    /// It is of this other kind.
    NotText(&'static str),
    /// It is sealed already.
    Sealed,
    /// It holds a reference, which nobody would see any more.
    Reference,
    /// It was named before.
    Twice,
    /// It cannot be opened.
    Open(OpenError),
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, column, message } => write!(f, "not TOML at {line}:{column}: {message}"),
            Self::Seal(error) => error.fmt(f),
            Self::Value { path, problem } => match problem {
                Problem::Absent => write!(f, "there is no {path}"),
                Problem::NotText(kind) => write!(f, "{path} is {kind}: only a text can be sealed"),
                Problem::Sealed => write!(f, "{path} is sealed already: `rekey` seals it for others"),
                Problem::Reference => {
                    write!(f, "{path} holds a reference, which would not be looked up any more once it is sealed")
                }
                Problem::Twice => write!(f, "{path} is named twice"),
                Problem::Open(error) => write!(f, "{path}: {error}"),
            },
        }
    }
}

impl std::error::Error for DocumentError {}

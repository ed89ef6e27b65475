//! An open document.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use confgate_core::diagnostics::Diagnostic;
use confgate_core::gate::Gate;
use confgate_core::value::Format;
use lsp_types::{TextDocumentContentChangeEvent, Uri};

use crate::encoding::Encoding;
use crate::host::Analysis;
use crate::line_index::LineIndex;

/// Returns whether a file has Nix settings, which are evaluated when it is saved.
pub(crate) fn is_nix(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "nix")
}

/// Text of a document, as the editor has it.
#[derive(Debug)]
pub(crate) struct Document {
    pub uri: Uri,
    pub path: PathBuf,
    /// The format that the editor has for the document.
    pub language: Option<Format>,
    pub version: i32,
    pub text: String,
    pub lines: LineIndex,
    /// The analysis of the text; `None` if the text has changed since, or if the space is needed for other documents.
    pub analysis: Option<Analysis>,
    /// The gate of the last text that could be read. A broken text of JSON or YAML does not say which schema it has.
    good_gate: Option<(Arc<Gate>, Option<PathBuf>)>,
    /// True if the diagnostics of the text were not sent yet.
    pub is_changed: bool,
    /// Number of the last use, for the choice of what is dropped.
    pub used: u64,
}

impl Document {
    pub(crate) fn new(uri: Uri, path: PathBuf, language: Option<Format>, version: i32, text: String) -> Self {
        let lines = LineIndex::of(&text);
        Self { uri, path, language, version, text, lines, analysis: None, good_gate: None, is_changed: true, used: 0 }
    }

    /// Keeps the analysis of the text.
    pub(crate) fn keep(&mut self, mut analysis: Analysis) {
        let is_broken = analysis.report.diagnostics().iter().any(Diagnostic::is_syntax);
        match (&self.good_gate, &analysis.gate) {
            (Some((gate, file)), _) if is_broken => {
                analysis.gate = Some(gate.clone());
                analysis.schema_file = file.clone();
            }
            (_, Some(gate)) if !is_broken => self.good_gate = Some((gate.clone(), analysis.schema_file.clone())),
            _ => {}
        }
        self.analysis = Some(analysis);
    }

    /// Forgets the analysis and the gate, which may have changed.
    pub(crate) fn forget(&mut self) {
        self.analysis = None;
        self.good_gate = None;
        self.is_changed = true;
    }

    /// Applies changes in their order.
    pub(crate) fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        self.version = version;
        self.analysis = None;
        self.is_changed = true;
        for TextDocumentContentChangeEvent { range, text, .. } in changes {
            match range {
                Some(range) => {
                    let start = self.lines.byte(&self.text, range.start, encoding);
                    let end = self.lines.byte(&self.text, range.end, encoding).max(start);
                    self.text.replace_range(start..end, &text);
                }
                None => self.text = text,
            }
            self.lines = LineIndex::of(&self.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use lsp_types::{Position, Range};

    use super::*;

    #[test]
    fn changes_apply_in_their_order() {
        let uri = Uri::from_str("file:///a.toml").unwrap();
        let mut document = Document::new(uri, PathBuf::from("/a.toml"), None, 1, "a = '😀'\nb = 1\n".to_owned());
        let change = |start: (u32, u32), end: (u32, u32), text: &str| TextDocumentContentChangeEvent {
            range: Some(Range { start: Position::new(start.0, start.1), end: Position::new(end.0, end.1) }),
            range_length: None,
            text: text.to_owned(),
        };
        let changes = vec![change((0, 5), (0, 7), "x"), change((1, 0), (2, 0), ""), change((9, 9), (9, 9), "c = 2")];
        document.change(2, changes, Encoding::Utf16);
        assert_eq!((document.text.as_str(), document.version), ("a = 'x'\nc = 2", 2));
    }
}

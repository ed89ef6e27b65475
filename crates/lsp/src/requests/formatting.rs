//! Formatting: the canonical form, with its comments.

use confgate_core::format::{FormatError, format};
use lsp_types::{DocumentFormattingParams, TextEdit};

use crate::requests::minimal_edit::minimal_edit;
use crate::session::{Notice, Session};

/// Returns the edits that bring a document to its canonical form. A rejected config is left as it is: its diagnostics say why.
pub(crate) fn formatting(
    session: &mut Session<'_>,
    params: &DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Notice> {
    let encoding = session.encoding;
    let Some((document, analysis)) = session.analyzed(&params.text_document.uri) else { return Ok(None) };
    let Some(gate) = &analysis.gate else { return Ok(None) };
    match format(gate, &analysis.source, analysis.options) {
        Ok(text) => {
            let edit = minimal_edit(&document.text, &text).map(|(range, text)| TextEdit {
                range: document.lines.range(&document.text, range, encoding),
                new_text: text.to_owned(),
            });
            Ok(Some(edit.into_iter().collect()))
        }
        Err(FormatError::Rejected(_)) => Ok(None),
        Err(error) => Err(Notice(format!("not formatted: {error}"))),
    }
}

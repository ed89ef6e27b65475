//! Diagnostics of a report in the form of the protocol.

use std::path::Path;

use confgate_core::diagnostics::{Diagnostic, Report, Severity, codes};
use confgate_core::value::{Location, Source};
use lsp_types::{DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, NumberOrString, Range};

use crate::encoding::Encoding;
use crate::line_index::LineIndex;
use crate::uri::uri_of;

/// Converter of the diagnostics of one text.
pub(crate) struct DiagnosticWriter<'t> {
    /// The text that the diagnostics are about.
    pub source: &'t Source,
    pub lines: &'t LineIndex,
    pub encoding: Encoding,
    /// True if the client displays further places.
    pub has_related: bool,
}

impl DiagnosticWriter<'_> {
    /// Converts the diagnostics that `check` displays.
    pub(crate) fn report(&self, report: &Report) -> Vec<lsp_types::Diagnostic> {
        report.displayed().diagnostics.into_iter().map(|diagnostic| self.diagnostic(diagnostic)).collect()
    }

    /// Converts one diagnostic.
    pub(crate) fn diagnostic(&self, diagnostic: &Diagnostic) -> lsp_types::Diagnostic {
        let mut message = diagnostic.message.clone();
        for note in &diagnostic.notes {
            message += &format!("\nnote: {note}");
        }
        if let Some(help) = &diagnostic.help {
            message += &format!("\nhelp: {help}");
        }
        let is_here = |place: &&Location| place.source.name() == self.source.name();
        let place = diagnostic.labels.iter().map(|label| &label.place).find(is_here);
        let further = diagnostic.labels.iter().filter(|label| place.is_none_or(|place| label.place != *place));
        let related: Vec<_> = further
            .filter(|_| self.has_related)
            .filter_map(|label| {
                let location = self.location(&label.place)?;
                let message = if label.text.is_empty() { "also here".to_owned() } else { label.text.clone() };
                Some(DiagnosticRelatedInformation { location, message })
            })
            .collect();
        lsp_types::Diagnostic {
            range: place.map(|place| self.range(place)).unwrap_or_default(),
            severity: Some(match diagnostic.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
            }),
            code: Some(NumberOrString::String(diagnostic.code.clone())),
            code_description: None,
            source: Some("confgate".to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: tags(diagnostic),
            data: None,
        }
    }

    /// Returns the range of a place in the text.
    pub(crate) fn range(&self, place: &Location) -> Range {
        self.lines.range(self.source.text(), place.span.range(), self.encoding)
    }

    /// Returns a place in this or another file.
    fn location(&self, place: &Location) -> Option<lsp_types::Location> {
        let uri = uri_of(Path::new(place.source.name()))?;
        let range = match place.source.name() == self.source.name() {
            true => self.range(place),
            false => range_in(place, self.encoding),
        };
        Some(lsp_types::Location { uri, range })
    }
}

/// Returns the range of a place in a text whose lines are not known yet.
pub(crate) fn range_in(place: &Location, encoding: Encoding) -> Range {
    let text = place.source.text();
    LineIndex::of(text).range(text, place.span.range(), encoding)
}

fn tags(diagnostic: &Diagnostic) -> Option<Vec<DiagnosticTag>> {
    if diagnostic.is(&codes::SCHEMA_DEPRECATED) {
        return Some(vec![DiagnosticTag::DEPRECATED]);
    }
    diagnostic.is(&codes::SCHEMA_RETIRED_KEY).then(|| vec![DiagnosticTag::UNNECESSARY])
}

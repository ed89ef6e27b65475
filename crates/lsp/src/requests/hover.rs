//! Hover: the description of a field, and where the value of a bundle was set.

use confgate_core::diagnostics::codes;
use confgate_core::schema::Notation;
use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use crate::cursor::path_at;
use crate::document::Document;
use crate::encoding::Encoding;
use crate::host::NixSchema;
use crate::nix_text::{SettingsPath, option_at};
use crate::origins::origins_of;
use crate::requests::field_text::field_text;
use crate::session::Session;

/// Describes the field at a position; a diagnostic there adds the meaning of its code.
pub(crate) fn hover(session: &mut Session<'_>, params: &HoverParams) -> Option<Hover> {
    let encoding = session.encoding;
    let position = params.text_document_position_params.position;
    if let Some((document, schema)) = session.nix_settings(&params.text_document_position_params.text_document.uri) {
        return nix_hover(document, &schema, document.lines.byte(&document.text, position, encoding), encoding);
    }
    let (document, analysis) = session.analyzed(&params.text_document_position_params.text_document.uri)?;
    let byte = document.lines.byte(&document.text, position, encoding);
    let gate = analysis.gate.as_ref()?;
    let (path, range) = path_at(&analysis.tree, byte)?;
    let mut text = match gate.subschema_in(&path, &analysis.tree) {
        Some(view) => field_text(gate, view, &path, &analysis.tree, analysis.source.format().into()),
        None => format!("**`{path}`** — not in the schema\n"),
    };
    if let Some(origins) = origins_of(&document.path, &path) {
        for definition in &origins.set {
            text += &format!("- Set in {}:{}:{}\n", definition.file, definition.line, definition.column);
        }
        for overridden in &origins.overridden {
            let definition = &overridden.definition;
            text += &format!("- Overrides {}:{}:{}\n", definition.file, definition.line, definition.column);
        }
    }
    let here = |label: &confgate_core::diagnostics::Label| {
        let span = label.place.span.range();
        label.place.source == analysis.source && span.start <= byte && byte <= span.end
    };
    let codes_here = analysis.report.diagnostics().iter().filter(|diagnostic| diagnostic.labels.iter().any(here));
    for code in codes_here.filter_map(|diagnostic| codes::find(&diagnostic.code)) {
        text += &format!("\n---\n`{}`: {}\n", code.name, code.what);
    }
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: text }),
        range: Some(document.lines.range(&document.text, range, encoding)),
    })
}

/// Describes the option of Nix settings at a byte.
fn nix_hover(document: &Document, schema: &NixSchema, byte: usize, encoding: Encoding) -> Option<Hover> {
    let (SettingsPath { path, tree }, range) = option_at(schema.settings(), &document.text, byte)?;
    let value = match schema.gate.subschema_in(&path, &tree) {
        Some(view) => field_text(&schema.gate, view, &path, &tree, Notation::Nix),
        None => format!("**`{path}`** — not in the schema\n"),
    };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(document.lines.range(&document.text, range, encoding)),
    })
}

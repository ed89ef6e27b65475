//! Code actions: the structured suggestions of diagnostics, and the migration to the current version.

use std::collections::HashMap;

use confgate_core::diagnostics::{Diagnostic, Suggestion};
use confgate_core::gate::Gate;
use confgate_core::migrate::{Route, migrate_text};
use confgate_core::sensitive::display::sanitize;
use confgate_core::value::{Format, Location};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Position, Range, TextEdit,
    Uri, WorkspaceEdit,
};

use crate::diagnostics::DiagnosticWriter;
use crate::document::Document;
use crate::encoding::Encoding;
use crate::host::Analysis;
use crate::requests::minimal_edit::minimal_edit;
use crate::session::Session;

/// Longest replacement that a title displays, in characters.
const LONGEST_TITLE: usize = 60;

pub(crate) fn code_actions(session: &mut Session<'_>, params: &CodeActionParams) -> Option<CodeActionResponse> {
    if !session.client.code_action_literals {
        return None;
    }
    let (encoding, has_related) = (session.encoding, session.client.related_information);
    let (document, analysis) = session.analyzed(&params.text_document.uri)?;
    let writer = DiagnosticWriter { source: &analysis.source, lines: &document.lines, encoding, has_related };
    let actions = Actions { document, analysis, writer, encoding };
    let mut found = actions.quick_fixes(params.range);
    found.extend(actions.fix_all());
    found.extend(actions.migration());
    let only = params.context.only.as_deref();
    let is_wanted = |action: &CodeAction| {
        let kind = action.kind.as_ref().map_or("", CodeActionKind::as_str);
        let is_below = |wanted: &CodeActionKind| {
            let wanted = wanted.as_str();
            kind.strip_prefix(wanted).is_some_and(|rest| wanted.is_empty() || rest.is_empty() || rest.starts_with('.'))
        };
        only.is_none_or(|only| only.iter().any(is_below))
    };
    Some(found.into_iter().filter(is_wanted).map(CodeActionOrCommand::CodeAction).collect())
}

struct Actions<'a> {
    document: &'a Document,
    analysis: &'a Analysis,
    writer: DiagnosticWriter<'a>,
    encoding: Encoding,
}

impl Actions<'_> {
    /// Returns an action for each suggestion of the diagnostics in a range.
    fn quick_fixes(&self, range: Range) -> Vec<CodeAction> {
        let mut actions = Vec::new();
        for diagnostic in self.analysis.report.displayed().diagnostics {
            let shown = self.writer.diagnostic(diagnostic);
            if !overlap(shown.range, range) {
                continue;
            }
            let edits: Vec<(TextEdit, &Suggestion)> = self.edits(diagnostic).collect();
            let is_preferred = edits.len() == 1;
            for (edit, suggestion) in edits {
                actions.push(CodeAction {
                    title: title(suggestion),
                    kind: Some(CodeActionKind::QUICKFIX),
                    diagnostics: Some(vec![shown.clone()]),
                    edit: Some(self.workspace_edit(vec![edit])),
                    is_preferred: is_preferred.then_some(true),
                    ..CodeAction::default()
                });
            }
        }
        actions
    }

    /// Returns the edits that the suggestions of a diagnostic stand for.
    fn edits<'d>(&'d self, diagnostic: &'d Diagnostic) -> impl Iterator<Item = (TextEdit, &'d Suggestion)> {
        diagnostic.suggestions.iter().filter_map(|suggestion| {
            let place = suggestion.place.as_ref().filter(|place| self.is_here(place))?;
            let edit = TextEdit { range: self.writer.range(place), new_text: suggestion.replacement.clone() };
            Some((edit, suggestion))
        })
    }

    fn is_here(&self, place: &Location) -> bool {
        place.source.name() == self.analysis.source.name()
    }

    /// Returns the action that applies every suggestion without an alternative.
    fn fix_all(&self) -> Option<CodeAction> {
        let mut edits: Vec<TextEdit> = Vec::new();
        for diagnostic in self.analysis.report.diagnostics() {
            if let [suggestion] = diagnostic.suggestions.as_slice()
                && let Some((edit, _)) = self.edits(diagnostic).find(|(_, other)| *other == suggestion)
                && edits.iter().all(|other| !overlap(other.range, edit.range))
            {
                edits.push(edit);
            }
        }
        (!edits.is_empty()).then(|| CodeAction {
            title: match edits.len() {
                1 => "Apply 1 suggestion in this file".to_owned(),
                count => format!("Apply {count} suggestions in this file"),
            },
            kind: Some(CodeActionKind::SOURCE_FIX_ALL),
            edit: Some(self.workspace_edit(edits)),
            ..CodeAction::default()
        })
    }

    /// Returns the action that migrates the text to the current version of its model.
    fn migration(&self) -> Option<CodeAction> {
        let gate = self.analysis.gate.as_ref()?;
        let (text, version) = migrated(gate, self.analysis)?;
        let (range, new_text) = minimal_edit(&self.document.text, &text)?;
        let range = self.document.lines.range(&self.document.text, range, self.encoding);
        Some(CodeAction {
            title: format!("Migrate this file to version {version}"),
            kind: Some(CodeActionKind::REFACTOR_REWRITE),
            edit: Some(self.workspace_edit(vec![TextEdit { range, new_text: new_text.to_owned() }])),
            ..CodeAction::default()
        })
    }

    #[allow(clippy::mutable_key_type, reason = "the type of the protocol has a map by URI")]
    fn workspace_edit(&self, edits: Vec<TextEdit>) -> WorkspaceEdit {
        let changes: HashMap<Uri, Vec<TextEdit>> = HashMap::from([(self.document.uri.clone(), edits)]);
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    }
}

/// Returns the text in the current version of its model, and that version.
fn migrated(gate: &Gate, analysis: &Analysis) -> Option<(String, u64)> {
    if analysis.source.format() != Format::Toml {
        return None;
    }
    let current = gate.version()?;
    let (tree, errors) = confgate_core::toml::read(&analysis.source);
    let written = gate.version_of(&tree).filter(|written| *written < current && errors.is_empty())?;
    let route = Route::between(gate.migrations(), written, current).ok()?;
    let scope = gate.migration_scope(&tree)?;
    let (text, _) = migrate_text(analysis.source.name(), analysis.source.text(), &route, &scope).ok()?;
    Some((text, current))
}

fn title(suggestion: &Suggestion) -> String {
    let text = sanitize(&suggestion.replacement);
    match text.chars().count() {
        0 => "Remove this".to_owned(),
        length if length > LONGEST_TITLE => {
            format!("Write `{}…`", text.chars().take(LONGEST_TITLE).collect::<String>())
        }
        _ => format!("Write `{text}`"),
    }
}

fn overlap(one: Range, other: Range) -> bool {
    let order = |position: Position| (position.line, position.character);
    order(one.start) <= order(other.end) && order(other.start) <= order(one.end)
}

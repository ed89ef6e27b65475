//! Completion of keys, values, headers of tables, and paths of schemas.

use std::fs;
use std::ops::Range;
use std::path::Path;

use confgate_core::schema::Notation;
use confgate_core::value::{Origin, Path as ValuePath};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse, CompletionTextEdit,
    TextEdit,
};

use crate::cursor::{Context, Expected};
use crate::document::Document;
use crate::encoding::Encoding;
use crate::host::{Analysis, NixSchema};
use crate::nix_text::{NixContext, NixExpected, SettingsPath, context_at};
use crate::requests::key_items::KeyItems;
use crate::requests::proposal::Proposal;
use crate::requests::value_items::value_items;
use crate::session::Session;

/// Largest number of completions in one answer.
const MAX_ITEMS: usize = 2000;

/// Largest number of directory entries that are looked at.
const MAX_ENTRIES: usize = 5000;

pub(crate) fn completion(session: &mut Session<'_>, params: &CompletionParams) -> Option<CompletionResponse> {
    let (encoding, snippets) = (session.encoding, session.client.snippets);
    let at = &params.text_document_position;
    if let Some(document) = session.nix_document(&at.text_document.uri) {
        let byte = document.lines.byte(&document.text, at.position, encoding);
        let of_schema = NixContext::of_schema(&document.text, byte);
        let proposals = match of_schema {
            Some((written, replaced)) => Some((replaced, schema_files(&document.path, &written))),
            None => nix_proposals(document, &session.nix_settings(&at.text_document.uri)?.1, byte, snippets),
        };
        return Some(response(document, encoding, proposals.into_iter().collect()));
    }
    let (document, analysis) = session.analyzed(&at.text_document.uri)?;
    let byte = document.lines.byte(&document.text, at.position, encoding);
    let contexts = Context::at(analysis.source.format(), &document.text, byte).into_iter();
    let proposals = contexts.map(|context| {
        let proposals = proposals(document, analysis, &context, snippets);
        (context.replaced, proposals)
    });
    Some(response(document, encoding, proposals.collect()))
}

/// Makes the response of proposals, each list of which replaces a word.
fn response(document: &Document, encoding: Encoding, all: Vec<(Range<usize>, Vec<Proposal>)>) -> CompletionResponse {
    let mut items = Vec::new();
    for (word, proposals) in all {
        let first = items.len();
        for (index, Proposal { mut item, text, replaced }) in proposals.into_iter().enumerate() {
            let replaced = replaced.unwrap_or_else(|| word.clone());
            let word = &document.text[word.clone()];
            // Clients compare the word with the label: a string is compared with its quotes.
            item.filter_text = word.starts_with(['"', '\'']).then(|| format!("\"{}\"", item.label.trim_matches('"')));
            item.sort_text = Some(format!("{:05}", first + index));
            let range = document.lines.range(&document.text, replaced, encoding);
            item.text_edit = Some(CompletionTextEdit::Edit(TextEdit { range, new_text: text }));
            items.push(item);
        }
    }
    let is_incomplete = items.len() > MAX_ITEMS;
    items.truncate(MAX_ITEMS);
    CompletionResponse::List(CompletionList { is_incomplete, items })
}

fn proposals(document: &Document, analysis: &Analysis, context: &Context, snippets: bool) -> Vec<Proposal> {
    if let Expected::Schema(written) = &context.expected {
        return schema_files(&document.path, written);
    }
    let Some(gate) = &analysis.gate else { return Vec::new() };
    let notation = analysis.source.format().into();
    let items = KeyItems {
        gate,
        tree: &context.tree,
        notation,
        text: &document.text,
        replaced: context.replaced.clone(),
        snippets,
    };
    match &context.expected {
        Expected::Key { table, starts_statement } => {
            items.keys(table, &written_keys(analysis, table, &context.replaced), *starts_statement)
        }
        Expected::Header { parent, is_list } => {
            let written = if *is_list { Vec::new() } else { written_headers(analysis, parent, &context.replaced) };
            items.headers(parent, *is_list, &written)
        }
        Expected::Value(path) => value_items(gate, path, &context.tree, notation),
        Expected::Schema(_) => Vec::new(),
    }
}

/// Returns the word at a byte of Nix settings, and what may replace it.
fn nix_proposals(
    document: &Document,
    schema: &NixSchema,
    byte: usize,
    snippets: bool,
) -> Option<(Range<usize>, Vec<Proposal>)> {
    let NixContext { expected, replaced } = context_at(schema.settings(), &document.text, byte)?;
    let items = |tree| KeyItems {
        gate: &schema.gate,
        tree,
        notation: Notation::Nix,
        text: &document.text,
        replaced: replaced.clone(),
        snippets,
    };
    let proposals = match &expected {
        NixExpected::Attribute(SettingsPath { path, tree }) => {
            let entries = tree.get(&path.0).and_then(|node| node.as_table());
            // A set can be written in several parts.
            let whole = entries.into_iter().flatten().filter(|(_, node)| node.as_table().is_none());
            let written: Vec<String> = whole.map(|(key, _)| key.as_str().to_owned()).collect();
            items(tree).keys(path, &written, false)
        }
        NixExpected::Name(SettingsPath { path, tree }) => items(tree).names(path),
        NixExpected::Value(SettingsPath { path, tree }, lacks_end) => {
            let mut proposals = value_items(&schema.gate, path, tree, Notation::Nix);
            if *lacks_end {
                proposals.iter_mut().for_each(|proposal| proposal.text.push(';'));
            }
            proposals
        }
    };
    Some((replaced.clone(), proposals))
}

/// Returns the keys that a table has already, without the one that is replaced.
fn written_keys(analysis: &Analysis, table: &ValuePath, replaced: &Range<usize>) -> Vec<String> {
    let entries = analysis.tree.get(&table.0).and_then(|node| node.as_table());
    let is_other = |origin: &Origin| match origin {
        Origin::Text { key, .. } => key.range().end < replaced.start || replaced.end < key.range().start,
        _ => false,
    };
    let written = entries.into_iter().flatten().filter(|(_, node)| is_other(&node.origin));
    written.map(|(key, _)| key.as_str().to_owned()).collect()
}

/// Returns the tables that have a header of their own: a second one is a mistake.
fn written_headers(analysis: &Analysis, parent: &ValuePath, replaced: &Range<usize>) -> Vec<String> {
    let entries = analysis.tree.get(&parent.0).and_then(|node| node.as_table());
    let has_header = |origin: &Origin| match origin {
        Origin::Text { key, value } => key.start > value.start && !(value.range().contains(&replaced.start)),
        _ => false,
    };
    let written = entries.into_iter().flatten().filter(|(_, node)| has_header(&node.origin));
    written.map(|(key, _)| key.as_str().to_owned()).collect()
}

/// Returns the JSON files and folders beside a file, for the path of its schema.
fn schema_files(file: &Path, written: &str) -> Vec<Proposal> {
    let folder = &written[..written.rfind('/').map_or(0, |at| at + 1)];
    let directory = file.parent().unwrap_or(Path::new("")).join(folder);
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let mut found: Vec<Proposal> = entries
        .take(MAX_ENTRIES)
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
            let is_folder = entry.file_type().ok()?.is_dir();
            if !is_folder && !name.ends_with(".json") {
                return None;
            }
            let (kind, end) = match is_folder {
                true => (CompletionItemKind::FOLDER, "/"),
                false => (CompletionItemKind::FILE, ""),
            };
            let start = if folder.is_empty() { "./" } else { folder };
            let text = format!("{start}{name}{end}");
            let item = CompletionItem { label: text.clone(), kind: Some(kind), ..CompletionItem::default() };
            Some(Proposal { item, text, replaced: None })
        })
        .collect();
    found.sort_by(|one, other| one.text.cmp(&other.text));
    found
}

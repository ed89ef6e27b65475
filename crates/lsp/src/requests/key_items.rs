//! Completions of keys and of headers of tables.

use std::ops::Range;

use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_core::schema::{Notation, Subschema};
use confgate_core::value::{Node, Path, Value};
use confgate_core::{describe, edit};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTag, Documentation, InsertTextFormat, MarkupContent, MarkupKind,
};

use crate::nix_text;
use crate::requests::field_text::{field_text, type_words};
use crate::requests::proposal::Proposal;
use crate::requests::value_items::value_text;

/// The table whose keys are completed.
pub(crate) struct KeyItems<'a> {
    pub gate: &'a Gate,
    /// The tree of the text before the cursor.
    pub tree: &'a Node,
    pub notation: Notation,
    pub text: &'a str,
    pub replaced: Range<usize>,
    pub snippets: bool,
}

impl KeyItems<'_> {
    /// Returns the keys of a table that it does not have yet, the required ones first.
    pub(crate) fn keys(&self, table: &Path, written: &[String], starts_statement: bool) -> Vec<Proposal> {
        let mut fields = self.fields(table);
        fields.retain(|(name, _)| !written.contains(name));
        let requires = |name: &str| self.view(table).is_some_and(|view| view.requires(name));
        fields.sort_by_key(|(name, view)| (!requires(name), view.is_table()));
        fields
            .into_iter()
            .map(|(name, view)| {
                let path = table.key(&name);
                let is_header = starts_statement && view.is_table();
                let text = match is_header {
                    true => format!("[{}]\n", dotted(&path)),
                    false => self.entry(&name, view),
                };
                let mut item = self.item(&name, view, &path);
                if requires(&name) {
                    item.detail = item.detail.map(|detail| format!("{detail}, required"));
                }
                Proposal { item, text: if is_header { self.plain(&text) } else { text }, replaced: None }
            })
            .collect()
    }

    /// Returns the tables, or the lists of tables, below a path.
    pub(crate) fn headers(&self, parent: &Path, is_list: bool, written: &[String]) -> Vec<Proposal> {
        let is_table_list = |view: Subschema<'_>| view.elements().any(Subschema::is_table);
        let fields = self.fields(parent).into_iter().filter(|(name, view)| match is_list {
            true => is_table_list(*view),
            false => (view.is_table() || view.others().is_some()) && !written.contains(name),
        });
        let rest = &self.text[self.replaced.end..];
        let closing = if is_list { "]]" } else { "]" };
        let missing = &closing[rest.chars().take_while(|next| *next == ']').count().min(closing.len())..];
        fields
            .map(|(name, view)| {
                let text = format!("{}{missing}", edit::key(&name));
                Proposal { item: self.item(&name, view, &parent.key(&name)), text: self.plain(&text), replaced: None }
            })
            .collect()
    }

    fn view(&self, path: &Path) -> Option<Subschema<'_>> {
        self.gate.subschema_in(path, self.tree)
    }

    /// Returns the fields of a table in the order of the schema.
    fn fields(&self, table: &Path) -> Vec<(String, Subschema<'_>)> {
        let Some(view) = self.view(table) else { return Vec::new() };
        let view = if view.is_overlay() { view.top() } else { view };
        let empty = Node::generated(Value::Table(confgate_core::value::Table::default()));
        let node = self.tree.get(&table.0).unwrap_or(&empty);
        let mut names = view.names(node);
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(*name));
        names.into_iter().filter_map(|name| Some((name.to_owned(), view.property(name, node)?))).collect()
    }

    fn item(&self, name: &str, view: Subschema<'_>, path: &Path) -> CompletionItem {
        let kind = if view.is_table() { CompletionItemKind::MODULE } else { CompletionItemKind::FIELD };
        let value = field_text(self.gate, view, path, self.tree, self.notation);
        CompletionItem {
            label: name.to_owned(),
            kind: Some(kind),
            detail: Some(type_words(view)),
            documentation: Some(Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })),
            tags: view.marked("deprecated").then(|| vec![CompletionItemTag::DEPRECATED]),
            insert_text_format: Some(if self.snippets {
                InsertTextFormat::SNIPPET
            } else {
                InsertTextFormat::PLAIN_TEXT
            }),
            ..CompletionItem::default()
        }
    }

    /// Returns the names of options to read, without values.
    pub(crate) fn names(&self, table: &Path) -> Vec<Proposal> {
        let fields = self.fields(table).into_iter();
        fields
            .map(|(name, view)| {
                let item = self.item(&name, view, &table.key(&name));
                Proposal { item, text: self.plain(&nix_text::attribute(&name)), replaced: None }
            })
            .collect()
    }

    /// Returns a text that has no places for the cursor.
    fn plain(&self, text: &str) -> String {
        if self.snippets { escaped(text) } else { text.to_owned() }
    }

    /// Returns an entry with its default or an empty value; the key alone if the value is there already.
    fn entry(&self, name: &str, view: Subschema<'_>) -> String {
        let key = match self.notation {
            Notation::Toml => edit::key(name),
            Notation::Json => serde_json::Value::from(name).to_string(),
            Notation::Yaml => value_text(Notation::Yaml, &Node::generated(Value::String(name.to_owned()))),
            Notation::Nix => nix_text::attribute(name),
        };
        let is_dotted = matches!(self.notation, Notation::Toml | Notation::Nix);
        let sign = if is_dotted { '=' } else { ':' };
        let rest = self.text[self.replaced.end..].trim_start_matches([' ', '\t']);
        if rest.starts_with(sign) || is_dotted && rest.starts_with('.') {
            return self.plain(&key);
        }
        let sign = if is_dotted { " = " } else { ": " };
        if self.notation == Notation::Nix && view.is_table() {
            return if self.snippets { format!("{}{sign}{{\n  $0\n}};", escaped(&key)) } else { key };
        }
        let start = self.plain(&format!("{key}{sign}"));
        if !self.snippets {
            return start;
        }
        let default = confgate_core::gate::fill::default_of(view, Environment::Development)
            .filter(|node| !node.is_null() && !view.is_secret())
            .map(|node| value_text(self.notation, &node))
            .filter(|text| !text.contains('\n'));
        let (before, value, after) = match default {
            Some(text) => match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                Some(inner) => ("\"", inner.to_owned(), "\""),
                None => ("", text, ""),
            },
            None => empty_value(view, self.notation),
        };
        let place = if value.is_empty() { "$1".to_owned() } else { format!("${{1:{}}}", escaped(&value)) };
        let end = if self.notation == Notation::Nix { ";" } else { "" };
        format!("{start}{before}{place}{after}{end}")
    }
}

/// Returns an empty value of the type of a field, in three parts: the middle one is replaced by the user.
fn empty_value(view: Subschema<'_>, notation: Notation) -> (&'static str, String, &'static str) {
    let is_block = notation == Notation::Yaml;
    let kinds = view.types();
    let chosen = describe::choices(view).into_iter().next().map(|choice| choice.value);
    match (kinds.as_slice(), chosen) {
        (_, Some(value)) if !view.is_table() && !value.starts_with('{') => ("", value, ""),
        (["string"], _) if is_block => ("", String::new(), ""),
        (["string"], _) => ("\"", String::new(), "\""),
        (["array"], _) if notation == Notation::Nix => ("[ ", String::new(), " ]"),
        (["array"], _) => ("[", String::new(), "]"),
        _ if view.is_table() && is_block => ("\n  ", String::new(), ""),
        _ if view.is_table() => ("{ ", String::new(), " }"),
        (["boolean"], _) => ("", "true".to_owned(), ""),
        _ => ("", String::new(), ""),
    }
}

fn dotted(path: &Path) -> String {
    // Headers name the last element of a list without its index.
    let keys = path.0.iter().filter_map(|segment| match segment {
        confgate_core::value::Segment::Key(key) => Some(edit::key(key)),
        confgate_core::value::Segment::Index(_) => None,
    });
    keys.collect::<Vec<_>>().join(".")
}

/// Escapes the characters that mark places for the cursor.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

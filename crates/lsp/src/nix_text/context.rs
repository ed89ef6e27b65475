//! The attribute or the value that is expected at a position.

use std::ops::Range;

use confgate_core::value::Format;
use rnix::{SyntaxKind, SyntaxNode, TextSize};

use crate::cursor::schema_comment;
use crate::nix_text::before::Before;
use crate::nix_text::flow::Destination;
use crate::nix_text::marker::MARKER;
use crate::nix_text::names::is_name_char;
use crate::nix_text::parse::parse;
use crate::nix_text::place::named;
use crate::nix_text::repair::repaired;
use crate::nix_text::settings::{Settings, SettingsPath};

/// The texts that complete what is typed at the cursor, in place of the word there: alone, as an attribute, as the value of one, and
/// behind an entry that is not finished.
const FORMS: [(&str, &str); 4] = [("", ""), ("", " = null;"), ("", ";"), ("; ", " = null;")];

/// The kind of text that can be written at a position.
#[derive(Debug)]
pub(crate) struct NixContext {
    pub expected: NixExpected,
    /// The bytes that a completion replaces: the word, or the string with its quotes.
    pub replaced: Range<usize>,
}

/// Kind of what can be written.
#[derive(Debug)]
pub(crate) enum NixExpected {
    /// An attribute of the set of settings at the path.
    Attribute(SettingsPath),
    /// The name of an option below the path, which is read.
    Name(SettingsPath),
    /// The value at the path. The flag is true if the semicolon behind it is missing.
    Value(SettingsPath, bool),
}

/// Meaning of a marker in a text.
enum Role {
    Attribute,
    Name,
    Value,
}

/// A reading of the text with the marker.
struct Attempt {
    mistakes: usize,
    /// The place of the marker; `None` where nothing of the settings belongs.
    place: Option<(Role, Destination)>,
    /// Index of the form that was written.
    form: usize,
}

/// Returns what can be written at a byte.
pub(crate) fn context_at(settings: Settings<'_>, text: &str, byte: usize) -> Option<NixContext> {
    let before = Before::of(&text[..byte]);
    let word = before.string.unwrap_or_else(|| text[..byte].trim_end_matches(is_name_char).len());
    let replaced = word..end_of(text, byte, before.string);
    let whole = attempts(&text[..word], &text[replaced.end..]);
    // A mistake behind the cursor may hide its statement.
    let alone = || attempts(&text[..word], &before.closing);
    let is_clear = whole.iter().any(|attempt| attempt.mistakes == 0);
    let mut all: Vec<Attempt> = if is_clear { whole } else { whole.into_iter().chain(alone()).collect() };
    all.retain(|attempt| !is_clear || attempt.mistakes == 0);
    all.sort_by_key(|attempt| attempt.mistakes);
    let (role, option, form) = all.into_iter().find_map(|attempt| {
        let (role, destination) = attempt.place?;
        Some((role, settings.option(&destination)?, attempt.form))
    })?;
    let expected = match role {
        Role::Attribute => NixExpected::Attribute(option),
        Role::Name => NixExpected::Name(option),
        Role::Value => NixExpected::Value(option, FORMS[form].1 == ";"),
    };
    Some(NixContext { expected, replaced })
}

impl NixContext {
    /// Returns what is written of the path of a schema in a comment at the top of a file, and its bytes.
    pub(crate) fn of_schema(text: &str, byte: usize) -> Option<(String, Range<usize>)> {
        let before = &text[..byte];
        let written = schema_comment(Format::Toml, before, Before::of(before).comment?)?;
        Some((written.to_owned(), byte - written.len()..byte))
    }
}

/// Returns the end of the word or string at a byte.
fn end_of(text: &str, byte: usize, string: Option<usize>) -> usize {
    let rest = &text[byte..];
    let Some(string) = string else { return text.len() - rest.trim_start_matches(is_name_char).len() };
    let quote = if text[string..].starts_with('"') { "\"" } else { "''" };
    let line = rest.lines().next().unwrap_or_default();
    // Without a closing quote on the line, the string is one that was just opened.
    byte + line.find(quote).map_or(0, |at| at + quote.len())
}

/// Reads a text with the marker in each form between two parts.
fn attempts(before: &str, after: &str) -> Vec<Attempt> {
    let (before, after) = (repaired(before), repaired(after));
    let forms = FORMS.iter().enumerate();
    let attempts = forms.filter_map(|(form, (start, end))| {
        let parsed = parse(&[before.as_str(), start, MARKER, end, after.as_str()].concat())?;
        let at = TextSize::try_from(before.len() + start.len()).ok()?;
        let token = parsed.root.token_at_offset(at).right_biased()?;
        let node = token.parent().filter(|node| node.kind() == SyntaxKind::NODE_IDENT && node.text() == MARKER)?;
        Some(Attempt { mistakes: parsed.mistakes, place: role_of(&node), form })
    });
    attempts.collect()
}

fn role_of(node: &SyntaxNode) -> Option<(Role, Destination)> {
    let parent = node.parent()?;
    if parent.kind() != SyntaxKind::NODE_ATTRPATH {
        let is_expression = !matches!(
            parent.kind(),
            SyntaxKind::NODE_INHERIT
                | SyntaxKind::NODE_IDENT_PARAM
                | SyntaxKind::NODE_PAT_ENTRY
                | SyntaxKind::NODE_PAT_BIND
                | SyntaxKind::NODE_PATTERN
        );
        return is_expression.then(|| Destination::of(node)).flatten().map(|destination| (Role::Value, destination));
    }
    let mut destination = named(node)?;
    destination.steps.pop();
    let role = match parent.parent()?.kind() {
        SyntaxKind::NODE_ATTRPATH_VALUE => Role::Attribute,
        _ => Role::Name,
    };
    Some((role, destination))
}

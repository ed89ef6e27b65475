//! Messages for the errors of the parser.

use granit_parser::{ErrorKind as Kind, ScanError};

use crate::value::{ReadError, Span};

/// A tab where only spaces may stand.
pub(super) const TAB: (&str, &str) = ("a tab in the indentation", "indent with spaces");
/// The way out for `{{ name }}`.
pub(super) const TEMPLATE_HELP: &str = "put quotes around the value, braces included";
const INDENTATION: (&str, &str) =
    ("the indentation fits no table or list above it", "indent entries of one table or list alike");
const NO_COMMA: (&str, &str) = ("a comma is missing before this", "put a comma between two entries");

/// Describes an error of the parser.
pub(super) fn error(text: &str, error: &ScanError) -> ReadError {
    let mut at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let line = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let indentation = &text[line..at];
    if let Some(tab) = indentation.find('\t').filter(|_| indentation.trim().is_empty() && is_about_blocks(error.kind()))
    {
        return ReadError::syntax(Span::from(line + tab..line + tab + 1), TAB.0, TAB.1);
    }
    let span = place(text, at, error.kind());
    match error.kind() {
        Kind::RecursionLimitExceeded => ReadError::too_deep(span),
        Kind::UnexpectedCharacter { character } if is_unprintable(*character) => {
            let code = u32::from(*character);
            let message = format!("a config cannot hold the control character U+{code:04X}");
            let help = format!("remove it, or write \\u{code:04X} in a string in double quotes");
            ReadError::syntax(span, message, help)
        }
        Kind::ExpectedDocumentStart => {
            let (message, help) = behind_root(text, at);
            ReadError::syntax(span, message, help)
        }
        kind => {
            let (message, help) = in_flow(kind, &text[at..], indentation.trim().is_empty())
                .unwrap_or_else(|| explain(kind, text[at..].chars().next()));
            ReadError::syntax(span, message, help)
        }
    }
}

/// Returns whether an error is about an entry of a block that does not belong where it stands.
fn is_about_blocks(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::ExpectedBlockSequenceEntry
            | Kind::ExpectedBlockMappingKey
            | Kind::BlockSequenceEntryNotAllowed
            | Kind::MappingKeyNotAllowed
            | Kind::ExpectedDocumentStart
            | Kind::InvalidIndentation
    )
}

/// Returns whether YAML has the character in escapes alone.
fn is_unprintable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{FFFE}' | '\u{FFFF}')
}

/// Returns the message and the help for a text behind the value of the root, whose first entry may be indented.
fn behind_root(text: &str, at: usize) -> (&'static str, &'static str) {
    let is_content = |line: &&str| {
        let line = line.trim_start_matches('\u{FEFF}').trim();
        !line.is_empty() && !line.starts_with(['#', '%']) && line != "---"
    };
    match text[..at].lines().find(is_content) {
        Some(first) if first.starts_with([' ', '\t']) && !text[at..].starts_with('%') => INDENTATION,
        _ => ("a second value behind the first one", "remove it, or put it below a key of the first one"),
    }
}

/// Returns the message and the help for a list or table in brackets that goes on in another way than with a comma or its closing
/// bracket. `rest` is the text from there on, and `is_line_start` tells whether only spaces stand before it.
fn in_flow(kind: &Kind, rest: &str, is_line_start: bool) -> Option<(&'static str, &'static str)> {
    let is_flow = matches!(
        kind,
        Kind::UnexpectedEofFlowSequence
            | Kind::UnexpectedEofFlowMapping
            | Kind::UnexpectedEofImplicitFlowMapping
            | Kind::ExpectedFlowSequenceSeparator
            | Kind::ExpectedFlowMappingSeparator
    );
    match rest.chars().next() {
        Some(',') if is_flow => Some(("a value is missing before this comma", "remove the comma, or write the value")),
        // The bracket is closed later, or not at all.
        Some(next) if is_flow && !is_line_start && !next.is_whitespace() => Some(NO_COMMA),
        _ => None,
    }
}

/// Returns the message and the help. `next` is the character at the place of the error.
fn explain(kind: &Kind, next: Option<char>) -> (&'static str, &'static str) {
    match kind {
        Kind::UnexpectedEofFlowSequence
        | Kind::ExpectedFlowSequenceSeparator
        | Kind::UnclosedFlowCollection { open: '[' } => ("a list is not closed", "end it with ]"),
        Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping
        | Kind::ExpectedFlowMappingSeparator
        | Kind::UnclosedFlowCollection { .. } => ("a table is not closed", "end it with }"),
        Kind::MisplacedFlowCollectionEnd | Kind::MismatchedFlowCollectionEnd { .. } => {
            ("a closing bracket without an opening one", "remove it, or put the value in quotes")
        }
        Kind::UnknownAnchor => {
            ("an alias without an anchor", "define it before this, with &, or put quotes around the value")
        }
        Kind::ExpectedBlockMappingKey => {
            ("an entry of a table is expected here", "write key: value, or correct the indentation")
        }
        Kind::ExpectedBlockSequenceEntry => {
            ("an entry of a list begins with -", "put - before it, or correct the indentation")
        }
        Kind::ExpectedNodeContent => ("a value is missing here", "write one, or put it in quotes"),
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => ("a key without a colon", "write key: value"),
        Kind::MappingValueNotAllowed | Kind::MappingKeyNotAllowed | Kind::InvalidColonPlacement => {
            ("a key is not allowed here", "put the text before it in quotes, or correct the indentation")
        }
        Kind::InvalidIndentation
        | Kind::InvalidFlowScalarIndent
        | Kind::InvalidQuotedScalarIndent
        | Kind::InvalidBlockScalarIndent => INDENTATION,
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabAtBlockScalarStart
        | Kind::TabInPlainScalar
        | Kind::InvalidBlockEntryWhitespace
        | Kind::InvalidMappingValueWhitespace => TAB,
        Kind::BlockEntryInFlowCollection | Kind::BlockSequenceEntryNotAllowed => {
            ("an entry of a list is not allowed here", "write the list below its key, or put the value in quotes")
        }
        Kind::UnexpectedCharacter { .. }
        | Kind::PlainScalarStartsWithDashFlowIndicator
        | Kind::UnexpectedEndOfPlainScalar => ("a value cannot begin with this character", "put the value in quotes"),
        Kind::UnclosedQuotedScalar | Kind::DocumentIndicatorInQuotedScalar => {
            ("a string is not closed", if next == Some('\'') { "end it with '" } else { "end it with \"" })
        }
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => {
            ("nothing but a comment may follow a string", "put the whole value in quotes")
        }
        Kind::UnknownQuotedScalarEscape => {
            ("unknown escape sequence", "write \\\\ for a backslash, or put the string in single quotes")
        }
        Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate
        | Kind::InvalidUnicodeEscape => {
            ("not the number of a character", "write the number of a character, such as \\u00E9")
        }
        Kind::CommentNotSeparated => {
            ("a comment without a space before it", "put a space before #, or quotes around the value")
        }
        Kind::CommentInterceptedScalar => ("a comment inside of a text of several lines", "put the text in quotes"),
        Kind::ZeroBlockScalarIndent | Kind::InvalidBlockScalarHeader => {
            ("not the header of a block of text", "write | or > alone behind the colon, and the text below it")
        }
        Kind::BomInsideDocument => ("a byte order mark inside of the text", "remove it"),
        Kind::UnsupportedYamlMajorVersion => ("another major version of YAML", "remove the line"),
        Kind::DuplicateVersionDirective
        | Kind::DuplicateTagDirective
        | Kind::MissingDocumentEndBeforeDirective
        | Kind::InvalidDirectiveTerminator
        | Kind::MissingYamlVersionSeparator
        | Kind::MissingDirectiveName
        | Kind::InvalidDirectiveName
        | Kind::DirectiveByteLimitExceeded { .. }
        | Kind::YamlVersionTooLong
        | Kind::MissingYamlVersion
        | Kind::InvalidTagDirectiveTerminator => ("not a directive", "remove the line, or put the value in quotes"),
        Kind::UndeclaredTagHandle
        | Kind::ExpectedTagBang
        | Kind::ExpectedTagDirectiveBang
        | Kind::InvalidGlobalTagCharacter
        | Kind::InvalidTagTerminator
        | Kind::MissingTagUri
        | Kind::UnclosedVerbatimTag
        | Kind::InvalidTagEscape
        | Kind::InvalidTagUtf8LeadingByte
        | Kind::InvalidTagUtf8TrailingByte
        | Kind::InvalidTagUtf8 => ("not a tag", "remove it, or put the value in quotes"),
        Kind::MissingAnchorOrAliasName => ("an anchor or alias without a name", "put the value in quotes"),
        Kind::InvalidDocumentEnd => ("nothing but a comment may follow ...", "remove it"),
        _ => ("the text cannot be read from here on", "correct the indentation, or put values in quotes"),
    }
}

/// Returns the range to point at.
fn place(text: &str, at: usize, kind: &Kind) -> Span {
    let rest = &text[at..];
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let (start, length) = match kind {
        Kind::UnknownAnchor => (at, line.find([' ', '\t', ',', ']', '}']).unwrap_or(line.len())),
        Kind::UnclosedQuotedScalar | Kind::DocumentIndicatorInQuotedScalar => (at, line.trim_end().len()),
        Kind::UnknownQuotedScalarEscape => match unknown_escape(rest) {
            Some((start, end)) => (at + start, end - start),
            None => (at, line.trim_end().len()),
        },
        Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate
        | Kind::InvalidUnicodeEscape
        | Kind::SimpleKeyExpected
        | Kind::InvalidSimpleKey => (at, line.trim_end().len()),
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabAtBlockScalarStart
        | Kind::TabInPlainScalar
        | Kind::InvalidBlockEntryWhitespace
        | Kind::InvalidMappingValueWhitespace => (tab(text, at), 1),
        Kind::UnexpectedCharacter { character } => {
            // The parser may stand at the start of the string.
            let start = rest.find(*character).map_or(at, |found| at + found);
            (start, character.len_utf8())
        }
        _ => (at, 1),
    };
    let mut end = (start + length).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span::from(start..end)
}

/// Returns the place of the tab that an error is about. The parser stands behind it, before it, or at the end of the text in the
/// line above.
fn tab(text: &str, at: usize) -> usize {
    let before = text[..at].trim_end_matches([' ', '\t']).len();
    let blank = |from: usize| text[from..].find(|c| !matches!(c, ' ' | '\t')).map_or(text.len(), |end| from + end);
    let here = text[before..blank(at)].find('\t').map(|tab| before + tab);
    let below = || {
        let ends = text[at..].match_indices(['\n', '\r']).map(|(end, _)| at + end + 1);
        ends.filter_map(|line| text[line..blank(line)].find('\t').map(|tab| line + tab)).next()
    };
    here.or_else(below).unwrap_or(at)
}

/// Finds the first unknown escape of a string in double quotes.
fn unknown_escape(text: &str) -> Option<(usize, usize)> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let is_escape = std::mem::take(&mut is_escaped);
        is_escaped = c == '\\' && !is_escape;
        let is_known = "0abt\tnvfre \"/\\N_LPxuU\r\n".contains(c);
        (is_escape && !is_known).then(|| (at - 1, at + c.len_utf8()))
    })
}

//! Messages for the mistakes that the parser distinguishes.

use crate::diagnostics::Diagnostic;
use crate::syntax::text::Text;
use crate::syntax::values;
use crate::toml::{MAX_DEPTH, Mistake, SyntaxError};
use crate::value::Span;

/// The diagnostic for one syntax error.
pub(super) struct Explained {
    pub(super) diagnostic: Diagnostic,
    /// True for an unclosed string, which extends over the rest of its line.
    pub(super) opens_string: bool,
}

impl From<Diagnostic> for Explained {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, opens_string: false }
    }
}

/// Explains one syntax error.
pub(super) fn explain(text: &Text<'_>, error: &SyntaxError) -> Explained {
    match error.mistake {
        Mistake::OpenString => open_string(text, error),
        Mistake::KeyWithoutValue | Mistake::InvalidKey | Mistake::EmptyKey => bad_key(text, error),
        _ => explain_other(text, error).into(),
    }
}

/// Returns whether a text is a time with an offset, such as `12:00:00Z`, which TOML has in a date alone.
fn is_time_with_offset(text: &str) -> bool {
    let clock = text.strip_suffix(['Z', 'z']).or_else(|| text.rsplit_once(['+', '-']).map(|(clock, _)| clock));
    let is_number = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_clock = |clock: &str| {
        let parts: Vec<&str> = clock.split('.').next().unwrap_or_default().split(':').collect();
        (2..=3).contains(&parts.len()) && parts.into_iter().all(is_number)
    };
    clock.is_some_and(is_clock)
}

fn explain_other(text: &Text<'_>, error: &SyntaxError) -> Diagnostic {
    let at = error.span.start as usize;
    let line = text.source.line(text.source.position(at).0);
    let next = text.rest(at).chars().next();
    let at_token = |message: &str, help: &str| text.diagnostic(message, text.token(error.span)).help(help);
    let key = || &text.source.text()[error.span.range()];
    match error.mistake {
        Mistake::ControlCharacterInComment => {
            let control = next.map_or(0, u32::from);
            at_token(&format!("a comment cannot hold the control character U+{control:04X}"), "remove it")
        }
        Mistake::ControlCharacterInString => {
            let control = next.map_or(0, u32::from);
            let message = format!("a string cannot hold the control character U+{control:04X}");
            let span = Span::from(at..at + next.map_or(1, char::len_utf8));
            let diagnostic = text.diagnostic(&message, span).help(format!("write \\u{control:04X} in its place"));
            text.suggest(diagnostic, span, &format!("\\u{control:04X}"))
        }
        Mistake::ControlCharacterInLiteral => {
            let control = next.map_or(0, u32::from);
            let message = format!("a string cannot hold the control character U+{control:04X}");
            let span = Span::from(at..at + next.map_or(1, char::len_utf8));
            let help = format!("remove it, or put the string in double quotes with \\u{control:04X} in its place");
            text.diagnostic(&message, span).help(help)
        }
        Mistake::EscapedSpace => {
            let from = text.source.text()[..at].rfind('\\').unwrap_or(at);
            let help = "write \\\\ for a backslash; one that joins two lines is the last character of its line";
            text.diagnostic("unknown escape sequence", Span::from(from..at.max(from + 1))).help(help)
        }
        Mistake::EscapeDigits => escape_digits(text, error),
        Mistake::CarriageReturn => at_token("a carriage return without a newline", "end lines with a newline"),
        Mistake::UnknownEscape => {
            let help = "write \\\\ for a backslash, or put the string in single quotes, where a backslash is itself";
            let span = Span::from(at.saturating_sub(1)..at + next.map_or(0, char::len_utf8));
            text.diagnostic("unknown escape sequence", span).help(help)
        }
        Mistake::UnicodeEscape => {
            at_token("not the number of a character", "write the number of a character, such as \\u00E9")
        }
        Mistake::DuplicateKey => match line.trim_start().strip_prefix('[') {
            Some(header) => {
                let header = header.trim_start_matches('[').split(']').next().unwrap_or(key()).trim();
                text.diagnostic(&format!("{header} is defined a second time"), error.span)
                    .help("bring its keys together below one header")
            }
            None => {
                text.diagnostic(&format!("{} is set a second time", key()), error.span).help("remove one of the two")
            }
        },
        Mistake::KeyBelowValue(kind) => {
            let article = if kind.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
            text.diagnostic(&format!("{} is {article} {kind}, which takes no more keys", key()), error.span)
                .help("write all its keys in one place")
        }
        Mistake::OpenHeader { of_list } => {
            let bracket = if of_list { "]]" } else { "]" };
            let from = text.line_start(at) + (line.len() - line.trim_start().len());
            let help = format!(
                "end it with {bracket}; a name with other characters than letters, digits, - and _ needs quotes"
            );
            text.diagnostic("a header is not closed", Span::from(from..at.max(from + 1))).help(help)
        }
        Mistake::Trailing => {
            let help = match next {
                Some(',') => "remove the comma",
                Some(';') => "remove the semicolon",
                _ if text.rest(at).trim_start().starts_with("//") => "begin a comment with #",
                _ => "give it a line of its own",
            };
            at_token("nothing but a comment may follow here", help)
        }
        Mistake::MissingComma => missing_comma(text, text.token(error.span)),
        Mistake::ExtraComma => text.suggest(at_token("unexpected comma", "remove it"), text.token(error.span), ""),
        Mistake::StrayBracket => at_token("a closing bracket without an opening one", "remove it"),
        Mistake::RadixDigit => text.diagnostic(&error.message, text.leaf(at).unwrap_or(error.span)),
        Mistake::ExtraEquals => at_token("unexpected =", "remove it"),
        Mistake::LeadingZero => text
            .diagnostic("a number does not begin with 0", text.leaf(at).unwrap_or(error.span))
            .help("remove the zeros, or put quotes around it if it is a string"),
        Mistake::UppercaseRadix => at_token("0x, 0o and 0b must be lowercase", "write the letter in lower case"),
        Mistake::SignedRadix => at_token("a number with 0x, 0o or 0b cannot have a sign", "remove the sign"),
        Mistake::ExtraSign => at_token("unexpected sign", "remove it"),
        Mistake::Underscore => at_token("_ is only allowed between two digits", "remove it"),
        Mistake::Date | Mistake::Time | Mistake::BareValue if values::several(text, error).is_some() => {
            several_values(text, error)
        }
        Mistake::Date | Mistake::Time if is_time_with_offset(&text.source.text()[text.token(error.span).range()]) => {
            at_token("a time of TOML has no offset", "put quotes around it")
        }
        Mistake::Date => at_token("invalid date", "write one such as 2024-05-01, or put quotes around it"),
        Mistake::Time => at_token("invalid time", "write one such as 12:30:00, or put quotes around it"),
        Mistake::TooDeep => {
            at_token(&format!("nested more than {MAX_DEPTH} levels deep"), "bring it nearer to the root")
        }
        Mistake::MultiLineKey => at_token("a key in three quotes", "write it in one pair of quotes"),
        Mistake::BareValue => bare_value(text, error),
        _ => text.diagnostic(&error.message, error.span),
    }
}

/// Explains an unclosed string, marked from its opening quote on.
fn open_string(text: &Text<'_>, error: &SyntaxError) -> Explained {
    let end = error.span.start as usize;
    let opening = text.leaf(end).map_or(end, |span| span.start as usize);
    let rest = &text.source.text()[opening..];
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    match quotes.into_iter().find(|quote| opening < end && rest.starts_with(quote)) {
        Some(quote) => {
            // Mark only the first line of a multi-line string.
            let end = end.min(opening + text.rest(opening).len()).max(opening + 1);
            let help = match quote.len() {
                1 => format!("end it with {quote}; a string of several lines stands between {0}", quote.repeat(3)),
                _ => format!("end it with {quote}"),
            };
            unclosed(text, Span::from(opening..end), &help)
        }
        // The parser reports a missing value as an unclosed string.
        None if text.line_before(end).trim_end().ends_with('=') || text.rest(end).starts_with(['}', ']', ',']) => {
            missing_value(text, error.span).into()
        }
        None => unclosed(text, text.token(error.span), "end it with the quote that it begins with"),
    }
}

fn unclosed(text: &Text<'_>, span: Span, help: &str) -> Explained {
    Explained { diagnostic: text.diagnostic("a string is not closed", span).help(help), opens_string: true }
}

fn missing_value(text: &Text<'_>, span: Span) -> Diagnostic {
    let at = span.start as usize;
    let here = text.line_start(at) + text.line_before(at).trim_end().len().saturating_sub(1);
    let from = if text.line_before(at).trim().is_empty() { text.equals_above(at).unwrap_or(here) } else { here };
    text.diagnostic("a value is missing", Span::from(from..from + 1)).help("write one, or remove the key")
}

/// Explains an escape with too few digits, without the digits: they may be part of a secret.
fn escape_digits(text: &Text<'_>, error: &SyntaxError) -> Diagnostic {
    let at = error.span.start as usize;
    let from = text.source.text()[..at].rfind('\\').unwrap_or(at);
    let letter = text.source.text()[from..].chars().nth(1).unwrap_or('u');
    let (digits, example) = match letter {
        'x' => ("two", "\\xE9"),
        'U' => ("eight", "\\U0001F600"),
        _ => ("four", "\\u00E9"),
    };
    let span = Span::from(from..at.max(from + 2));
    let message = format!("the escape \\{letter} takes {digits} hexadecimal digits");
    let help = format!("write all of them, as in {example}; a backslash as itself is \\\\");
    text.diagnostic(&message, span).help(help)
}

/// Creates the diagnostic for two entries without a comma between them.
fn missing_comma(text: &Text<'_>, second: Span) -> Diagnostic {
    let diagnostic = text.diagnostic("a comma is missing before this", second).help("put a comma between two entries");
    let before = &text.source.text()[..second.start as usize];
    let end = before.trim_end_matches([' ', '\t']).len();
    match before[..end].ends_with('\n') {
        // The comma belongs behind the entry before, which may be followed by a comment.
        true => diagnostic,
        false => text.suggest(diagnostic, Span::from(end..second.range().start), ", "),
    }
}

/// Explains values that follow each other without a separator, which the parser takes for one word.
fn several_values(text: &Text<'_>, error: &SyntaxError) -> Diagnostic {
    let Some(values::Several { second, separator }) = values::several(text, error) else {
        return bare_value(text, error);
    };
    if text.is_in_brackets(second.range().start) {
        return match separator {
            None => missing_comma(text, second),
            Some(separator) => {
                let message = "entries are separated by commas, not by semicolons";
                text.suggest(text.diagnostic(message, separator).help("write , in place of ;"), separator, ",")
            }
        };
    }
    match text.rest(second.range().end).trim_start().starts_with('=') {
        true => text.diagnostic("nothing but a comment may follow here", second).help("give it a line of its own"),
        false => text
            .diagnostic("a key has one value, and this is a second one", second)
            .help("put both into a list, or give the second one a key of its own"),
    }
}

/// Explains a statement with an invalid key.
fn bad_key(text: &Text<'_>, error: &SyntaxError) -> Explained {
    let at = error.span.start as usize;
    let start = text.line_start(at);
    let (before, after) = (text.line_before(at).trim_end(), text.rest(at).trim_start());
    let colon = before.strip_suffix(':').map(|before| start + before.len());
    let colon = colon.or_else(|| after.starts_with(':').then(|| at + (text.rest(at).len() - after.len())));
    if let Some(at) = colon {
        let span = Span::from(at..at + 1);
        let diagnostic = text.diagnostic("a key and its value are joined by =, not by :", span);
        if !values::is_entry(text.rest(at + 1)) {
            return diagnostic.help("write = in place of :, and a text in quotes").into();
        }
        let equals = if before.ends_with(' ') { "=" } else { " =" };
        return text.suggest(diagnostic.help("write = in place of :"), span, equals).into();
    }
    let line = text.source.line(text.source.position(at).0).trim();
    if ["//", "/*", ";", "--", "*"].iter().any(|comment| line.starts_with(comment)) {
        let end = start + text.rest(start).trim_end().len();
        return text.diagnostic("a comment begins with #", Span::from(start..end)).help("put # before it").into();
    }
    let from = start + text.rest(start).len() - text.rest(start).trim_start().len();
    let whole = Span::from(from..from + line.len());
    let diagnostic = match error.mistake {
        Mistake::EmptyKey => text.diagnostic("a key is missing here", text.token(error.span)).help("write its name"),
        Mistake::InvalidKey => text
            .diagnostic("a key with this character needs quotes", error.span)
            .help("put the key in quotes, or use letters, digits, - and _ alone"),
        _ if line.starts_with(['"', '\'']) && !line[1..].contains(&line[..1]) => {
            return unclosed(text, whole, "end the key with its quote");
        }
        _ => match line.find('=') {
            Some(equals) => text
                .diagnostic(
                    "a key of several words needs quotes",
                    Span::from(from..from + line[..equals].trim_end().len()),
                )
                .help("put the key in quotes, or remove what does not belong to it"),
            None => text.diagnostic("a key without a value", whole).help("write key = value"),
        },
    };
    diagnostic.into()
}

/// Explains a value without quotes that is neither a number nor a boolean.
fn bare_value(text: &Text<'_>, error: &SyntaxError) -> Diagnostic {
    let span = text.leaf(error.span.start as usize).unwrap_or(error.span);
    let rest = text.rest(span.start as usize);
    let raw = rest.split(" #").next().unwrap_or(rest);
    // In a list or a table in braces, a comma or a bracket ends the value.
    let in_brackets = text.is_in_brackets(span.start as usize);
    let raw = if in_brackets { raw.split([',', ']', '}']).next().unwrap_or(raw) } else { raw };
    let raw = raw.trim().trim_end_matches([',', ';']).trim_end();
    let at_value = |message: &str, help: &str| text.diagnostic(message, span).help(help);
    let boolean = |value: &str| {
        let diagnostic = at_value("a boolean is true or false", &format!("write {value}"));
        text.suggest(diagnostic, Span::from(span.range().start..span.range().start + raw.len()), value)
    };
    match raw.to_lowercase().as_str() {
        "" => missing_value(text, span),
        // A comment follows in place of the value.
        _ if raw.starts_with('#') => missing_value(text, span),
        "true" | "yes" | "on" => boolean("true"),
        "false" | "no" | "off" => boolean("false"),
        raw if raw.starts_with(['“', '”', '„', '‘', '’', '«']) => {
            at_value("typographic quotes", "write \" or ' in their place")
        }
        "null" | "none" | "nil" | "undefined" | "~" => {
            at_value("null is not a TOML value", if in_brackets { "remove it" } else { "remove the key" })
        }
        raw if raw.contains(" //") => at_value("a comment begins with #", "write # in the place of //"),
        raw if values::lacks_digits_at_point(raw) => {
            at_value("a number that begins or ends with its decimal point", "write a digit on both sides of the point")
        }
        raw if values::lacks_exponent(raw) => at_value("an exponent without digits", "write its digits"),
        raw if raw.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => {
            at_value("neither a number nor a string in quotes", "put quotes around it, or write a number alone")
        }
        _ => at_value("a string without quotes", "put quotes around it"),
    }
}

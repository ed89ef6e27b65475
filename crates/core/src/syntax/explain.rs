//! A mistake in a text, in words for whoever made it.

use crate::diagnostics::Diagnostic;
use crate::syntax::text::Text;
use crate::toml::reader::{Mistake, SyntaxError};
use crate::value::Span;

/// A diagnostic for a syntax error.
pub(super) struct Explained {
    pub diagnostic: Diagnostic,
    /// True for a string without an end, which swallows the rest of its line.
    pub opens_string: bool,
}

impl From<Diagnostic> for Explained {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, opens_string: false }
    }
}

impl Text<'_> {
    /// What is wrong at one place.
    pub(super) fn explain(&self, error: &SyntaxError) -> Explained {
        match error.mistake {
            Mistake::OpenString => self.open_string(error),
            Mistake::KeyWithoutValue | Mistake::InvalidKey | Mistake::EmptyKey => self.bad_key(error),
            _ => self.explain_other(error).into(),
        }
    }

    fn explain_other(&self, error: &SyntaxError) -> Diagnostic {
        let at = error.span.start as usize;
        let line = self.source.line(self.source.position(at).0);
        let next = self.rest(at).chars().next();
        let simple = |message: &str, help: &str| self.diagnostic(message, self.token(error.span)).help(help);
        let key = || &self.source.text()[error.span.range()];
        match error.mistake {
            Mistake::ControlCharacterInComment => {
                let control = next.map_or(0, u32::from);
                simple(&format!("a comment cannot hold the control character U+{control:04X}"), "remove it")
            }
            Mistake::ControlCharacterInString => {
                let control = next.map_or(0, u32::from);
                simple(
                    &format!("a string cannot hold the control character U+{control:04X}"),
                    &format!("write \\u{control:04X} in its place"),
                )
            }
            Mistake::CarriageReturn => simple("a carriage return that ends no line", "end lines with a newline"),
            Mistake::UnknownEscape => {
                let help =
                    "write \\\\ for a backslash, or put the string in single quotes, where a backslash is itself";
                let span = Span::from(at.saturating_sub(1)..at + next.map_or(0, char::len_utf8));
                self.diagnostic("a backslash and this character are no escape", span).help(help)
            }
            Mistake::UnicodeEscape => {
                simple("no character has this number", "write the number of a character, such as \\u00E9")
            }
            Mistake::DuplicateKey => match line.trim_start().strip_prefix('[') {
                Some(header) => {
                    let header = header.trim_start_matches('[').split(']').next().unwrap_or(key()).trim();
                    self.diagnostic(&format!("{header} is defined a second time"), error.span)
                        .help("bring its keys together below one header")
                }
                None => {
                    self.diagnostic(&format!("{} is set a second time", key()), error.span).help("remove one of both")
                }
            },
            Mistake::KeyBelowValue(kind) => {
                let article = if kind.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
                self.diagnostic(&format!("{} is {article} {kind}, which takes no more keys", key()), error.span)
                    .help("write all its keys in one place")
            }
            Mistake::OpenHeader { of_list } => {
                let bracket = if of_list { "]]" } else { "]" };
                let from = self.line_start(at) + (line.len() - line.trim_start().len());
                let help = format!(
                    "end it with {bracket}; a name with other characters than letters, digits, - and _ needs quotes"
                );
                self.diagnostic("a header is not closed", Span::from(from..at.max(from + 1))).help(help)
            }
            Mistake::Trailing => {
                let help = match next {
                    Some(',') => "remove the comma",
                    Some(';') => "remove the semicolon",
                    _ if self.rest(at).trim_start().starts_with("//") => "begin a comment with #",
                    _ => "give it a line of its own",
                };
                simple("nothing but a comment may follow here", help)
            }
            Mistake::MissingComma => simple("a comma is missing before this", "put a comma between two entries"),
            Mistake::ExtraComma => simple("a comma with nothing before it", "remove it"),
            Mistake::StrayBracket => simple("this closes nothing", "remove it"),
            Mistake::RadixDigit => self.diagnostic(&error.message, self.leaf(at).unwrap_or(error.span)),
            Mistake::ExtraEquals => simple("an = too many", "remove it"),
            Mistake::LeadingZero => self
                .diagnostic("a number does not begin with 0", self.leaf(at).unwrap_or(error.span))
                .help("remove the zeros, or put quotes around it if it is a string"),
            Mistake::UppercaseRadix => simple("0x, 0o and 0b are written small", "write the letter small"),
            Mistake::SignedRadix => simple("a number with 0x, 0o or 0b has no sign", "remove the sign"),
            Mistake::ExtraSign => simple("a sign too many", "remove it"),
            Mistake::Underscore => simple("_ stands between two digits alone", "remove it"),
            Mistake::Date => simple("this is no date", "write one such as 2024-05-01, or put quotes around it"),
            Mistake::Time => simple("this is no time", "write one such as 12:30:00, or put quotes around it"),
            Mistake::TooDeep => simple("nested too deeply", "bring it nearer to the root"),
            Mistake::MultiLineKey => simple("a key in three quotes", "write it in one pair of quotes"),
            Mistake::BareValue => self.bare_value(error),
            _ => self.diagnostic(&error.message, error.span),
        }
    }

    /// A text whose end is missing: shown from its opening quote on.
    fn open_string(&self, error: &SyntaxError) -> Explained {
        let end = error.span.start as usize;
        let opening = self.leaf(end).map_or(end, |span| span.start as usize);
        let rest = &self.source.text()[opening..];
        let quotes = ["\"\"\"", "'''", "\"", "'"];
        match quotes.into_iter().find(|quote| opening < end && rest.starts_with(quote)) {
            Some(quote) => {
                // Of a string of many lines the first is shown.
                let end = end.min(opening + self.rest(opening).len()).max(opening + 1);
                let help = match quote.len() {
                    1 => format!("end it with {quote}; a string of several lines stands between {0}", quote.repeat(3)),
                    _ => format!("end it with {quote}"),
                };
                self.unclosed(Span::from(opening..end), &help)
            }
            // The parser takes a value that is missing for a string without quotes.
            None if self.line_before(end).trim_end().ends_with('=') || self.rest(end).starts_with(['}', ']', ',']) => {
                self.missing_value(error.span).into()
            }
            None => self.unclosed(self.token(error.span), "end it with the quote that it begins with"),
        }
    }

    fn unclosed(&self, span: Span, help: &str) -> Explained {
        Explained { diagnostic: self.diagnostic("a string is not closed", span).help(help), opens_string: true }
    }

    fn missing_value(&self, span: Span) -> Diagnostic {
        let at = span.start as usize;
        let before = self.line_before(at).trim_end().len();
        let from = self.line_start(at) + before.saturating_sub(1);
        self.diagnostic("a value is missing", Span::from(from..from + 1)).help("write one, or remove the key")
    }

    /// A statement whose key is not one.
    fn bad_key(&self, error: &SyntaxError) -> Explained {
        let at = error.span.start as usize;
        let start = self.line_start(at);
        let (before, after) = (self.line_before(at).trim_end(), self.rest(at).trim_start());
        let colon = before.strip_suffix(':').map(|before| start + before.len());
        let colon = colon.or_else(|| after.starts_with(':').then(|| at + (self.rest(at).len() - after.len())));
        if let Some(at) = colon {
            let diagnostic = self.diagnostic("a key and its value are joined by =, not by :", Span::from(at..at + 1));
            return diagnostic.help("write = in place of :").into();
        }
        let line = self.source.line(self.source.position(at).0).trim();
        if ["//", "/*", ";", "--", "*"].iter().any(|comment| line.starts_with(comment)) {
            let end = start + self.rest(start).trim_end().len();
            return self.diagnostic("a comment begins with #", Span::from(start..end)).help("put # before it").into();
        }
        let from = start + self.rest(start).len() - self.rest(start).trim_start().len();
        let whole = Span::from(from..from + line.len());
        let diagnostic = match error.mistake {
            Mistake::EmptyKey => {
                self.diagnostic("a key is missing here", self.token(error.span)).help("write its name")
            }
            Mistake::InvalidKey => self
                .diagnostic("a key with this character needs quotes", error.span)
                .help("put the key in quotes, or use letters, digits, - and _ alone"),
            _ if line.starts_with(['"', '\'']) && !line[1..].contains(&line[..1]) => {
                return self.unclosed(whole, "end the key with its quote");
            }
            _ => match line.find('=') {
                Some(equals) => self
                    .diagnostic(
                        "a key of several words needs quotes",
                        Span::from(from..from + line[..equals].trim_end().len()),
                    )
                    .help("put the key in quotes, or remove what does not belong to it"),
                None => self.diagnostic("a key without a value", whole).help("write key = value"),
            },
        };
        diagnostic.into()
    }

    /// A value that is no number, no boolean and stands in no quotes.
    fn bare_value(&self, error: &SyntaxError) -> Diagnostic {
        let span = self.leaf(error.span.start as usize).unwrap_or(error.span);
        let rest = self.rest(span.start as usize);
        let raw = rest.split(" #").next().unwrap_or(rest).trim().trim_end_matches([',', ';']).trim_end();
        let told = |message: &str, help: &str| self.diagnostic(message, span).help(help);
        match raw.to_lowercase().as_str() {
            "" => self.missing_value(span),
            "true" | "yes" | "on" => told("a boolean is true or false", "write true"),
            "false" | "no" | "off" => told("a boolean is true or false", "write false"),
            raw if raw.starts_with(['“', '”', '„', '‘', '’', '«']) => {
                told("these quotes are none to TOML", "write \" or ' in their place")
            }
            "null" | "none" | "nil" | "undefined" | "~" => told("there is no null", "remove the key"),
            raw if raw.contains(" //") => told("a comment begins with #", "write # in the place of //"),
            raw if raw.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => {
                told("neither a number nor a string in quotes", "put quotes around it, or write a number alone")
            }
            _ => told("a string without quotes", "put quotes around it"),
        }
    }
}

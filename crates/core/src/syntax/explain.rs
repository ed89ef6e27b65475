//! A mistake in a text, in words for whoever made it.

use crate::diagnostics::Diagnostic;
use crate::syntax::OPEN_STRING;
use crate::syntax::text::Text;
use crate::toml::SyntaxError;
use crate::value::Span;

impl Text<'_> {
    /// What is wrong at one place.
    pub(super) fn explain(&self, error: &SyntaxError) -> Diagnostic {
        let said = error.message.as_str();
        let is = |beginning: &str| said.starts_with(beginning);
        let at = error.span.start as usize;
        let line = self.source.line(self.source.position(at).0);
        let next = self.rest(at).chars().next();
        let after = self.rest(at).trim_start();
        let before = self.line_before(at).trim_end();
        let simple = |message: &str, help: &str| self.diagnostic(message, self.token(error.span)).help(help);
        if is("invalid basic string, expected non-double-quote") || is("invalid comment character") {
            let control = next.map_or(0, u32::from);
            let (message, help) = match is("invalid comment") {
                true => ("a comment cannot hold the control character", "remove it".to_owned()),
                false => ("a string cannot hold the control character", format!("write \\u{control:04X} in its place")),
            };
            return simple(&format!("{message} U+{control:04X}"), &help);
        }
        if is("invalid basic string") || is("invalid literal string") || is("invalid multi-line") {
            return self.open_string(error);
        }
        if is("carriage return must be followed by newline") {
            return simple("a carriage return that ends no line", "end lines with a newline");
        }
        if is("missing escaped value") {
            let help = "write \\\\ for a backslash, or put the string in single quotes, where a backslash is itself";
            let from = at.saturating_sub(1);
            let span = Span::from(from..at + next.map_or(0, char::len_utf8));
            return self.diagnostic("a backslash and this character are no escape", span).help(help);
        }
        if is("too few unicode value digits") || is("invalid value, expected unicode") {
            return simple("no character has this number", "write the number of a character, such as \\u00E9");
        }
        if is("key with no value") || is("invalid unquoted key") || is("unquoted keys cannot be empty") {
            return self.bad_key(error, before, after);
        }
        if is("duplicate key") {
            let key = &self.source.text()[error.span.range()];
            return match line.trim_start().strip_prefix('[') {
                Some(header) => {
                    let header = header.trim_start_matches('[').split(']').next().unwrap_or(key).trim();
                    self.diagnostic(&format!("{header} is defined a second time"), error.span)
                        .help("bring its keys together below one header")
                }
                None => self.diagnostic(&format!("{key} is set a second time"), error.span).help("remove one of both"),
            };
        }
        if let Some(kind) = said.strip_prefix("cannot extend value of type ") {
            let key = &self.source.text()[error.span.range()];
            let kind = kind.split(" with ").next().unwrap_or(kind);
            let article = if kind.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
            return self
                .diagnostic(&format!("{key} is {article} {kind}, which takes no more keys"), error.span)
                .help("write all its keys in one place");
        }
        if is("unclosed table") || is("unclosed array table") {
            let bracket = if is("unclosed array table") { "]]" } else { "]" };
            let from = self.line_start(at) + (line.len() - line.trim_start().len());
            let help = format!(
                "end it with {bracket}; a name with other characters than letters, digits, - and _ needs quotes"
            );
            return self.diagnostic("a header is not closed", Span::from(from..at.max(from + 1))).help(help);
        }
        if is("unexpected key or value") {
            let help = match next {
                Some(',' | ';') => format!("remove the {}", if next == Some(',') { "comma" } else { "semicolon" }),
                _ if after.starts_with("//") => "begin a comment with #".to_owned(),
                _ => "give it a line of its own".to_owned(),
            };
            return simple("nothing but a comment may follow here", &help);
        }
        if is("missing comma") || is("extra assignment") {
            return simple("a comma is missing before this", "put a comma between two entries");
        }
        if is("extra comma") {
            return simple("a comma with nothing before it", "remove it");
        }
        if is("missing array opening") || is("missing inline table opening") {
            return simple("this closes nothing", "remove it");
        }
        if ["octal", "binary", "hexadecimal"].iter().any(|kind| said.ends_with(&format!("{kind} number"))) {
            return self.diagnostic(said, self.leaf(at).unwrap_or(error.span));
        }
        if is("extra `=`") || is("unexpected `=`") {
            return simple("an = too many", "remove it");
        }
        if is("unexpected leading zero") {
            return self
                .diagnostic("a number does not begin with 0", self.leaf(at).unwrap_or(error.span))
                .help("remove the zeros, or put quotes around it if it is a string");
        }
        let numbers = [
            ("radix must be lowercase", "0x, 0o and 0b are written small", "write the letter small"),
            ("integers with a radix cannot be signed", "a number with 0x, 0o or 0b has no sign", "remove the sign"),
            ("redundant numeric sign", "a sign too many", "remove it"),
            ("`_` may only go between digits", "_ stands between two digits alone", "remove it"),
            ("invalid date", "this is no date", "write one such as 2024-05-01, or put quotes around it"),
            ("invalid time", "this is no time", "write one such as 12:30:00, or put quotes around it"),
            ("invalid datetime", "this is no time", "write one such as 2024-05-01T12:30:00Z, or put quotes around it"),
        ];
        if let Some((_, message, help)) = numbers.into_iter().find(|(beginning, ..)| is(beginning)) {
            return simple(message, help);
        }
        if is("cannot recurse further") || is("recursion limit") {
            return simple("nested too deeply", "bring it nearer to the root");
        }
        if is("keys cannot be multi-line") {
            return simple("a key in three quotes", "write it in one pair of quotes");
        }
        let bare = [
            "string values must be quoted",
            "invalid boolean",
            "invalid float",
            "invalid mantissa",
            "invalid fraction",
            "invalid exponent",
            "missing opening quote",
        ];
        if bare.into_iter().any(is) {
            return self.bare_value(error);
        }
        // The parser says what it expected instead; `nothing` helps nobody.
        self.diagnostic(said.trim_end_matches(", expected nothing"), error.span)
    }

    /// A text whose end is missing: shown from its opening quote on.
    pub(super) fn open_string(&self, error: &SyntaxError) -> Diagnostic {
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
                self.diagnostic(OPEN_STRING, Span::from(opening..end)).help(help)
            }
            // The parser takes a value that is missing for a string without quotes.
            None if self.line_before(end).trim_end().ends_with('=') || self.rest(end).starts_with(['}', ']', ',']) => {
                self.missing_value(error.span)
            }
            None => {
                self.diagnostic(OPEN_STRING, self.token(error.span)).help("end it with the quote that it begins with")
            }
        }
    }

    pub(super) fn missing_value(&self, span: Span) -> Diagnostic {
        let at = span.start as usize;
        let before = self.line_before(at).trim_end().len();
        let from = self.line_start(at) + before.saturating_sub(1);
        self.diagnostic("a value is missing", Span::from(from..from + 1)).help("write one, or remove the key")
    }

    pub(super) fn bad_key(&self, error: &SyntaxError, before: &str, after: &str) -> Diagnostic {
        let at = error.span.start as usize;
        let colon = |at: usize| {
            self.diagnostic("a key and its value are joined by =, not by :", Span::from(at..at + 1))
                .help("write = in place of :")
        };
        if let Some(offset) = before.strip_suffix(':').map(str::len) {
            return colon(self.line_start(at) + offset);
        }
        if after.starts_with(':') {
            return colon(at + (self.rest(at).len() - after.len()));
        }
        let line = self.source.line(self.source.position(at).0).trim();
        if ["//", "/*", ";", "--", "*"].iter().any(|comment| line.starts_with(comment)) {
            let from = self.line_start(at);
            let end = from + self.rest(from).trim_end().len();
            return self.diagnostic("a comment begins with #", Span::from(from..end)).help("put # before it");
        }
        if error.message.starts_with("unquoted keys cannot be empty") {
            return self.diagnostic("a key is missing here", self.token(error.span)).help("write its name");
        }
        if error.message.starts_with("invalid unquoted key") {
            let message = "a key with this character needs quotes";
            return self
                .diagnostic(message, error.span)
                .help("put the key in quotes, or use letters, digits, - and _ alone");
        }
        let from = self.line_start(at) + self.rest(self.line_start(at)).len()
            - self.rest(self.line_start(at)).trim_start().len();
        if line.starts_with(['"', '\'']) && !line[1..].contains(&line[..1]) {
            return self
                .diagnostic(OPEN_STRING, Span::from(from..from + line.len()))
                .help("end the key with its quote");
        }
        match line.find('=') {
            Some(equals) => self
                .diagnostic(
                    "a key of several words needs quotes",
                    Span::from(from..from + line[..equals].trim_end().len()),
                )
                .help("put the key in quotes, or remove what does not belong to it"),
            None => {
                self.diagnostic("a key without a value", Span::from(from..from + line.len())).help("write key = value")
            }
        }
    }

    /// A value that is no number, no boolean and stands in no quotes.
    pub(super) fn bare_value(&self, error: &SyntaxError) -> Diagnostic {
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

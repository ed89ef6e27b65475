//! Texts that are no TOML: what is wrong with them, in words for whoever wrote them, one finding a mistake.
//!
//! A parser that goes on after a mistake finds more of them where there are none: behind an open bracket everything looks
//! wrong. Those are left out. No message repeats what stands in the text, because it may be a secret; the line is shown
//! below it, with secrets hidden.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::render::mask;
use crate::tree::read::{self, SyntaxError};
use crate::tree::{Node, Origin, Path, Place, Segment, Source, Span, Value};

/// The rule of texts that are no TOML.
pub const SYNTAX: &str = "toml/syntax";

/// What the message of a string without an end says.
const OPEN_STRING: &str = "a string is not closed";

/// How many keys are looked for that were defined before.
const LOOKED_FOR: usize = 20;

/// The findings for the places of `source` that could not be read; `tree` is what could.
pub fn findings(source: &Source, tree: &Node, errors: &[SyntaxError]) -> Vec<Finding> {
    let text = Text { source, tree };
    if errors.is_empty() {
        return Vec::new();
    }
    if let Some(language) = text.other_language() {
        let finding = text.finding(&format!("this looks like {language}"), errors[0].span);
        return vec![finding.help("write TOML: key = value, below the [section] that the key belongs to")];
    }
    let mut found: Vec<Finding> = Vec::new();
    let mut looked_for = 0;
    // What is open at the end of the text swallows all that follows, so nothing behind its beginning is told.
    let open = text.open(errors);
    let told = errors.iter().filter(|error| open.as_ref().is_none_or(|open| error.span.start < open.from));
    for error in told {
        let mut finding = text.explain(error);
        let line = |finding: &Finding| finding.place().map(|place| place.position.0);
        // Behind its first mistake a line is guessed at, and behind a string that is not closed the next line too.
        let guessed = found.last().is_some_and(|last| {
            let behind_string =
                last.message.ends_with(OPEN_STRING) && line(last).map(|line| line + 1) == line(&finding);
            line(last) == line(&finding) || behind_string
        });
        if guessed {
            continue;
        }
        if is_second(error) && looked_for < LOOKED_FOR {
            looked_for += 1;
            finding = finding.at(text.first(error.span), "first here");
        }
        found.push(finding);
    }
    found.extend(open.map(|open| open.finding));
    found
}

/// Whether the finding is about a key that was defined before.
fn is_second(error: &SyntaxError) -> bool {
    error.message.starts_with("duplicate key") || error.message.starts_with("cannot extend value")
}

struct Text<'t> {
    source: &'t Source,
    tree: &'t Node,
}

/// A bracket that is never closed.
struct Open {
    /// Where what it swallows begins.
    from: u32,
    finding: Finding,
}

impl Text<'_> {
    fn finding(&self, message: &str, span: Span) -> Finding {
        let place = Place::in_text(self.source, span);
        Finding::error(SYNTAX, Path::root(), format!("not TOML: {message}")).at([place], "")
    }

    /// What is wrong at one place.
    fn explain(&self, error: &SyntaxError) -> Finding {
        let said = error.message.as_str();
        let is = |beginning: &str| said.starts_with(beginning);
        let at = error.span.start as usize;
        let line = self.source.line(self.source.position(at).0);
        let next = self.rest(at).chars().next();
        let after = self.rest(at).trim_start();
        let before = self.line_before(at).trim_end();
        let simple = |message: &str, help: &str| self.finding(message, self.token(error.span)).help(help);
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
            return self.finding("a backslash and this character are no escape", span).help(help);
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
                    self.finding(&format!("{header} is defined a second time"), error.span)
                        .help("bring its keys together below one header")
                }
                None => self.finding(&format!("{key} is set a second time"), error.span).help("remove one of both"),
            };
        }
        if let Some(kind) = said.strip_prefix("cannot extend value of type ") {
            let key = &self.source.text()[error.span.range()];
            let kind = kind.split(" with ").next().unwrap_or(kind);
            let article = if kind.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
            return self
                .finding(&format!("{key} is {article} {kind}, which takes no more keys"), error.span)
                .help("write all its keys in one place");
        }
        if is("unclosed table") || is("unclosed array table") {
            let bracket = if is("unclosed array table") { "]]" } else { "]" };
            let from = self.line_start(at) + (line.len() - line.trim_start().len());
            let help = format!(
                "end it with {bracket}; a name with other characters than letters, digits, - and _ needs quotes"
            );
            return self.finding("a header is not closed", Span::from(from..at.max(from + 1))).help(help);
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
            return self.finding(said, self.leaf(at).unwrap_or(error.span));
        }
        if is("extra `=`") || is("unexpected `=`") {
            return simple("an = too many", "remove it");
        }
        if is("unexpected leading zero") {
            return self
                .finding("a number does not begin with 0", self.leaf(at).unwrap_or(error.span))
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
        self.finding(said.trim_end_matches(", expected nothing"), error.span)
    }

    /// A text whose end is missing: shown from its opening quote on.
    fn open_string(&self, error: &SyntaxError) -> Finding {
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
                self.finding(OPEN_STRING, Span::from(opening..end)).help(help)
            }
            // The parser takes a value that is missing for a string without quotes.
            None if self.line_before(end).trim_end().ends_with('=') || self.rest(end).starts_with(['}', ']', ',']) => {
                self.missing_value(error.span)
            }
            None => self.finding(OPEN_STRING, self.token(error.span)).help("end it with the quote that it begins with"),
        }
    }

    fn missing_value(&self, span: Span) -> Finding {
        let at = span.start as usize;
        let before = self.line_before(at).trim_end().len();
        let from = self.line_start(at) + before.saturating_sub(1);
        self.finding("a value is missing", Span::from(from..from + 1)).help("write one, or remove the key")
    }

    fn bad_key(&self, error: &SyntaxError, before: &str, after: &str) -> Finding {
        let at = error.span.start as usize;
        let colon = |at: usize| {
            self.finding("a key and its value are joined by =, not by :", Span::from(at..at + 1))
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
            return self.finding("a comment begins with #", Span::from(from..end)).help("put # before it");
        }
        if error.message.starts_with("unquoted keys cannot be empty") {
            return self.finding("a key is missing here", self.token(error.span)).help("write its name");
        }
        if error.message.starts_with("invalid unquoted key") {
            let message = "a key with this character needs quotes";
            return self
                .finding(message, error.span)
                .help("put the key in quotes, or use letters, digits, - and _ alone");
        }
        let from = self.line_start(at) + self.rest(self.line_start(at)).len()
            - self.rest(self.line_start(at)).trim_start().len();
        if line.starts_with(['"', '\'']) && !line[1..].contains(&line[..1]) {
            return self.finding(OPEN_STRING, Span::from(from..from + line.len())).help("end the key with its quote");
        }
        match line.find('=') {
            Some(equals) => self
                .finding(
                    "a key of several words needs quotes",
                    Span::from(from..from + line[..equals].trim_end().len()),
                )
                .help("put the key in quotes, or remove what does not belong to it"),
            None => {
                self.finding("a key without a value", Span::from(from..from + line.len())).help("write key = value")
            }
        }
    }

    /// A value that is no number, no boolean and stands in no quotes.
    fn bare_value(&self, error: &SyntaxError) -> Finding {
        let span = self.leaf(error.span.start as usize).unwrap_or(error.span);
        let rest = self.rest(span.start as usize);
        let raw = rest.split(" #").next().unwrap_or(rest).trim().trim_end_matches([',', ';']).trim_end();
        let told = |message: &str, help: &str| self.finding(message, span).help(help);
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

    /// The innermost bracket that is open at the end of the text.
    fn open(&self, errors: &[SyntaxError]) -> Option<Open> {
        let is_unclosed = |error: &&SyntaxError| {
            error.message.starts_with("unclosed array,") || error.message.starts_with("unclosed inline table")
        };
        let end = errors.iter().filter(is_unclosed).map(|error| error.span.start).max()?;
        let mut around = Vec::new();
        enclosing(self.tree, end, self.source.text(), &mut around);
        let from = *around.iter().min()?;
        let (inner, wrong_end) = unclosed(self.source.text(), from as usize)?;
        let (what, close) = match self.source.text().as_bytes().get(inner) {
            Some(b'{') => ("a table in braces is not closed", "}"),
            _ => ("a list is not closed", "]"),
        };
        let stumbled =
            errors.iter().map(|error| error.span).find(|span| span.start as usize > inner && span.start < end);
        let before = wrong_end.map(|at| Span::from(at..at + 1)).or(stumbled.map(|span| self.token(span)));
        let before = before.map(|span| Place::in_text(self.source, span));
        let finding = self.finding(what, Span::from(inner..inner + 1)).at(before, "not closed before this");
        Some(Open { from, finding: finding.help(format!("end it with {close}")) })
    }

    /// Where the key was defined that is defined again at `span`.
    fn first(&self, span: Span) -> Option<Place> {
        // Read again under another name, it stands where it belongs and shows what it is called.
        const NAME: &str = "confgate-defined-again";
        // What comes later is left out: it would stand for what comes first.
        let text = self.source.text();
        let renamed = format!("{}{NAME}{}", &text[..span.start as usize], self.rest(span.end as usize));
        let (tree, _) = read::toml(&Source::new("", renamed));
        let mut path = path_of_key(&tree, NAME)?;
        let (key, _) = read::toml(&Source::new("", format!("{} = 0", &text[span.range()])));
        *path.last_mut()? = Segment::Key(key.as_table()?.keys().next()?.clone());
        match tree.get(&path)?.origin {
            Origin::Text { key, .. } if key.start < span.start => Some(Place::in_text(self.source, key)),
            _ => None,
        }
    }

    /// The language that the whole text seems to be written in instead.
    fn other_language(&self) -> Option<&'static str> {
        let text = self.source.text();
        if text.trim_start().starts_with('{') {
            return Some("JSON");
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (mut yaml, mut all) = (0, 0);
        for line in lines {
            all += 1;
            let key = line.split_once(':').map(|(key, rest)| (key, rest.is_empty() || rest.starts_with(' ')));
            let keyed = key.is_some_and(|(key, ends)| ends && !key.contains(['=', '"', '\'']));
            yaml += usize::from(keyed || line.starts_with("- ") || line == "---");
        }
        (yaml > 1 && yaml * 2 > all).then_some("YAML")
    }

    fn line_start(&self, at: usize) -> usize {
        self.source.line_start(self.source.position(at).0)
    }

    fn line_before(&self, at: usize) -> &str {
        &self.source.text()[self.line_start(at)..at]
    }

    /// The rest of the line.
    fn rest(&self, at: usize) -> &str {
        let text = &self.source.text()[at..];
        text.split(['\n', '\r']).next().unwrap_or(text)
    }

    /// A run of bytes to point at: where the parser names a place without extent, the word there or the last one
    /// before it.
    fn token(&self, span: Span) -> Span {
        if span.start < span.end {
            return span;
        }
        let at = span.start as usize;
        let word = |text: &str| text.find([' ', '\t', ',']).unwrap_or(text.len());
        match word(self.rest(at)) {
            0 => {
                let end = self.line_start(at) + self.line_before(at).trim_end().len();
                let last = self.source.text()[..end].chars().next_back().map_or(0, char::len_utf8);
                Span::from(end - last..end)
            }
            length => Span::from(at..at + length),
        }
    }

    /// The innermost plain value that a place belongs to.
    fn leaf(&self, at: usize) -> Option<Span> {
        let mut best: Option<Span> = None;
        for_each(self.tree, &mut |node, value| {
            let plain = !matches!(node.value, Value::Table(_) | Value::List(_));
            if plain
                && value.range().start <= at
                && at <= value.range().end
                && best.is_none_or(|best| best.start < value.start)
            {
                best = Some(value);
            }
        });
        best
    }
}

/// The bracket that is not closed, of those that open from the byte `from` on, and what closes another one instead.
fn unclosed(text: &str, from: usize) -> Option<(usize, Option<usize>)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut at = from;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        match c {
            '[' => open.push((at, ']')),
            '{' => open.push((at, '}')),
            ']' | '}' => match open.pop() {
                Some((_, closes)) if closes == c => {}
                Some((opening, _)) => return Some((opening, Some(at))),
                None => return None,
            },
            '#' => at += rest.find('\n').unwrap_or(rest.len() - 1),
            '"' | '\'' => at += end_of_string(rest, c) - 1,
            _ => {}
        }
        at += if matches!(c, '#' | '"' | '\'') { 1 } else { c.len_utf8() };
    }
    open.pop().map(|(opening, _)| (opening, None))
}

/// The length of the string that begins `text`; one of a single line ends with it at the latest.
fn end_of_string(text: &str, quote: char) -> usize {
    let triple = quote.to_string().repeat(3);
    let (closes, skip) = if text.starts_with(&triple) { (triple.as_str(), 3) } else { (&triple[..1], 1) };
    let mut at = skip;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(closes) {
            return at + closes.len();
        }
        if skip == 1 && rest.starts_with('\n') {
            return at;
        }
        let escape = quote == '"' && rest.starts_with('\\');
        at += rest.chars().take(if escape { 2 } else { 1 }).map(char::len_utf8).sum::<usize>();
    }
    text.len()
}

/// The places of the brackets around the byte `at`.
fn enclosing(node: &Node, at: u32, text: &str, found: &mut Vec<u32>) {
    for_each(node, &mut |node, value| {
        let (opens, closes) = match node.value {
            Value::List(_) => ('[', ']'),
            Value::Table(_) => ('{', '}'),
            _ => return,
        };
        let text = text.get(value.range()).unwrap_or_default();
        if text.starts_with(opens) && value.start < at && (at <= value.end || !text.ends_with(closes)) {
            found.push(value.start);
        }
    });
}

fn for_each<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n Node, Span)) {
    if let Origin::Text { value, .. } = node.origin {
        visit(node, value);
    }
    match &node.value {
        Value::Table(table) => table.values().for_each(|child| for_each(child, visit)),
        Value::List(elements) => elements.iter().for_each(|child| for_each(child, visit)),
        _ => {}
    }
}

fn path_of_key(node: &Node, key: &str) -> Option<Vec<Segment>> {
    let under = |segment: Segment, child: &Node| {
        let mut path = path_of_key(child, key)?;
        path.insert(0, segment);
        Some(path)
    };
    match &node.value {
        Value::Table(table) if table.contains_key(key) => Some(vec![Segment::Key(key.to_owned())]),
        Value::Table(table) => table.iter().find_map(|(name, child)| under(Segment::Key(name.clone()), child)),
        Value::List(elements) => {
            elements.iter().enumerate().find_map(|(index, child)| under(Segment::Index(index), child))
        }
        _ => None,
    }
}

/// What of the findings of a schema holds for a text that is broken elsewhere. What could not be read whole has keys in
/// wrong tables, lacks others and holds values that nobody wrote: saying so would only confuse.
pub fn sound<'t>(findings: Vec<Finding>, source: &Source, tree: &'t Node) -> impl Iterator<Item = Finding> + 't {
    let (_, errors) = read::toml(source);
    let was_read = move |node: &Node| match node.origin {
        Origin::Text { value, .. } => {
            // The parser gives a value that it makes up itself no place.
            value.start < value.end
                && !errors.iter().any(|error| error.span.start <= value.end && value.start <= error.span.end)
        }
        _ => true,
    };
    findings.into_iter().filter(move |finding| {
        let about_keys =
            matches!(finding.keyword.as_deref(), Some("additionalProperties" | "unevaluatedProperties" | "required"));
        !about_keys
            && tree.get(&finding.path.0).is_some_and(|node| {
                was_read(node) && (node.as_table().is_none() || finding.keyword.as_deref() == Some("type"))
            })
    })
}

/// What more is to be hidden of lines that could not be read whole, so that nobody knows what belongs to what: all behind
/// a secret's value or name. `names` are the secrets of the schema.
pub fn hide(hidden: &mut Vec<Place>, source: &Source, names: &[&str]) {
    let (tree, errors) = read::toml(source);
    let line_of = |at: u32| source.position(at as usize).0;
    let broken = errors.iter().filter(|error| !is_second(error));
    let mut lines: BTreeSet<usize> = broken.flat_map(|error| [error.span.start, error.span.end]).map(line_of).collect();
    if let Some(open) = (Text { source, tree: &tree }).open(&errors) {
        lines.extend(line_of(open.from)..=lines.last().copied().unwrap_or_default());
    }
    for line in lines {
        let text = source.line(line);
        let start = source.line_start(line);
        let above = (1..line).rev().map(|line| source.line(line)).find(|text| !text.trim().is_empty());
        let from = if above.is_some_and(|above| ends_with_secret_name(above, names)) {
            Some(0)
        } else {
            let here = |place: &&Place| place.source == *source && line_of(place.span.end) == line;
            let first = hidden.iter().filter(here).map(|place| (place.span.start as usize).saturating_sub(start)).min();
            mask::end_of_secret_name(text, names).into_iter().chain(first).min()
        };
        if let Some(from) = from {
            hidden.push(Place::in_text(source, Span::from(start + from..start + text.len())));
        }
    }
}

/// Whether a line names a secret and no value, which is then to be looked for below.
fn ends_with_secret_name(line: &str, names: &[&str]) -> bool {
    mask::end_of_secret_name(line, names).is_some_and(|end| !line[end..].contains(|c: char| c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gate::Gate;
    use crate::gate::render::human::{self, Style};

    #[test]
    fn a_slip_of_one_character_shows_no_secret() {
        let text = |secret: bool| json!({ "type": "string", "x-secret": secret });
        let gate = Gate::of_schema(json!({ "additionalProperties": false, "properties": {
            "pin_code": text(true),
            "url": { "type": "string", "format": "url" },
            "level": { "type": "integer" },
        } }))
        .unwrap();
        for text in [
            "pin_code = \"hunter2\"\nlevel = \"x\"\n",
            "pin_code = 'hunter2'\n",
            "all = { pin_code = \"hunter2\", level = 1 }\n",
            "url = \"pg://node:hunter2@db.example/x\"\n",
        ] {
            for at in 0..text.len() {
                for slip in "\"'[]{}=.,:@\\ \t0$".chars() {
                    let mut broken = text.to_owned();
                    broken.insert(at, slip);
                    let report = gate.check(&Source::new("x.toml", broken.clone()), None).report;
                    let said = human::report(&report, Style::default());
                    assert!(!broken.contains("hunter2") || !said.contains("hunter2"), "{broken}\n{said}");
                }
            }
        }
    }

    #[test]
    fn an_open_bracket_is_found_past_strings_and_comments() {
        let opening = |text: &str| unclosed(text, 0).map(|(at, _)| at);
        assert_eq!(opening("[1, { a = \"]\" # }\n"), Some(4));
        assert_eq!(opening("[1, { a = ''']''', b = 'x ]"), Some(4));
        assert_eq!(opening("[{ a = \"\\\"]\" }, [2]"), Some(0));
        assert_eq!(opening("[1, 2]"), None);
        assert_eq!(unclosed("[{ a = 1 ]", 0), Some((1, Some(9))));
    }
}

//! The open brackets, string or comment at the end of a text.

use confgate_core::value::Format;

/// State of the reader at the end of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scan {
    /// The open brackets, outermost first.
    pub open: Vec<char>,
    /// Start of the open string.
    pub string: Option<usize>,
    /// Start of the comment that contains the end.
    pub comment: Option<usize>,
    /// Start of the open header of a table.
    pub header: Option<usize>,
    /// True if the last statement of TOML has its sign of equality.
    pub has_equals: bool,
    /// The last complete header of TOML.
    pub section: Option<(usize, usize)>,
    /// Start of the last statement of TOML.
    pub statement: usize,
}

impl Scan {
    /// Scans a text, which may have mistakes.
    pub(super) fn of(format: Format, text: &str) -> Self {
        let mut scanner = Scanner { format, text, scan: Self::default(), at: 0 };
        while scanner.at < text.len() {
            scanner.step();
        }
        scanner.scan
    }
}

struct Scanner<'t> {
    format: Format,
    text: &'t str,
    scan: Scan,
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn step(&mut self) {
        let Some(next) = self.rest().chars().next() else { return };
        match next {
            '\n' => self.end_line(),
            '#' if self.starts_comment() => {
                let length = self.rest().find('\n').unwrap_or(self.rest().len());
                if self.at + length == self.text.len() {
                    self.scan.comment = Some(self.at);
                }
                self.at += length;
            }
            '"' | '\'' if self.starts_string(next) => self.string(next),
            '[' if self.format == Format::Toml && self.starts_statement() => self.header(),
            '[' | '{' if self.opens() => {
                self.scan.open.push(next);
                self.at += 1;
            }
            ']' | '}' => {
                let is_pair = matches!((self.scan.open.last(), next), (Some('['), ']') | (Some('{'), '}'));
                if is_pair {
                    self.scan.open.pop();
                }
                self.at += 1;
            }
            '=' if self.format == Format::Toml && self.scan.open.is_empty() => {
                self.scan.has_equals = true;
                self.at += 1;
            }
            _ => self.at += next.len_utf8(),
        }
    }

    fn end_line(&mut self) {
        self.at += 1;
        if self.format != Format::Toml {
            return;
        }
        // A list has no keys: a line with one is behind a list that was not closed.
        let line = self.rest().lines().next().unwrap_or_default().trim_start();
        let key = line.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"'));
        let is_entry = key.len() < line.len() && key.trim_start().starts_with('=');
        if self.scan.open.last() == Some(&'[') && is_entry {
            self.scan.open.clear();
        }
        if self.scan.open.is_empty() {
            self.scan.has_equals = false;
            self.scan.statement = self.at;
        }
    }

    /// Returns the text of the line before the current byte.
    fn line_before(&self) -> &str {
        let before = &self.text[..self.at];
        &before[before.rfind('\n').map_or(0, |end| end + 1)..]
    }

    fn starts_statement(&self) -> bool {
        self.scan.open.is_empty() && self.line_before().trim_start_matches('\u{FEFF}').trim().is_empty()
    }

    fn starts_comment(&self) -> bool {
        match self.format {
            Format::Toml => true,
            Format::Json => false,
            Format::Yaml => self.line_before().is_empty() || self.line_before().ends_with([' ', '\t']),
        }
    }

    /// Returns whether a plain scalar of YAML cannot contain the current character: a value begins here.
    fn starts_value(&self) -> bool {
        let before = self.line_before().trim_end();
        before.is_empty() || before.ends_with([':', '-', ',', '[', '{', '?'])
    }

    fn starts_string(&self, quote: char) -> bool {
        match self.format {
            Format::Toml => true,
            Format::Json => quote == '"',
            Format::Yaml => self.starts_value(),
        }
    }

    fn opens(&self) -> bool {
        self.format != Format::Yaml || !self.scan.open.is_empty() || self.starts_value()
    }

    /// Skips the header of a table, to the end of its line.
    fn header(&mut self) {
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        let is_closed = self.rest()[..length].contains(']');
        if self.at + length == self.text.len() && !is_closed {
            self.scan.header = Some(self.at);
        }
        if is_closed {
            self.scan.section = Some((self.at, self.at + length));
        }
        self.at += length;
    }

    fn string(&mut self, quote: char) {
        let start = self.at;
        let long = if quote == '"' { "\"\"\"" } else { "'''" };
        let is_long = self.format == Format::Toml && self.rest().starts_with(long);
        self.at += if is_long { 3 } else { 1 };
        let has_escapes = quote == '"';
        loop {
            let Some(next) = self.rest().chars().next() else {
                self.scan.string = Some(start);
                return;
            };
            match next {
                '\\' if has_escapes => {
                    self.at += 1;
                    self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                }
                _ if is_long && self.rest().starts_with(long) => {
                    self.at += 3;
                    return;
                }
                _ if !is_long && next == quote => {
                    self.at += 1;
                    return;
                }
                // A string on one line that was not closed.
                '\n' if !is_long && self.format != Format::Yaml => return,
                _ => self.at += next.len_utf8(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(format: Format, text: &str) -> String {
        Scan::of(format, text).open.into_iter().collect()
    }

    #[test]
    fn brackets_outside_of_strings_and_comments_are_open() {
        assert_eq!(open(Format::Toml, "[a]\nb = [1, { c = \"]}\", # ]\n"), "[{");
        assert_eq!(open(Format::Toml, "a = [1,\nb = 2\n"), "");
        assert_eq!(open(Format::Toml, "a = '''[\n''' \nb = {"), "{");
        assert_eq!(open(Format::Json, "{\"a\": [\"\\\"[\", {"), "{[{");
        assert_eq!(open(Format::Yaml, "a: it's [1\nb: {c: [\"]\", "), "{[");
    }

    #[test]
    fn the_end_is_in_a_string_a_comment_or_a_header() {
        assert_eq!(Scan::of(Format::Toml, "a = \"b").string, Some(4));
        assert_eq!(Scan::of(Format::Toml, "a = \"b\n").string, None);
        assert_eq!(Scan::of(Format::Yaml, "a: \"b\n").string, Some(3));
        assert_eq!(Scan::of(Format::Toml, "a = 1 # b").comment, Some(6));
        assert_eq!(Scan::of(Format::Yaml, "a: b#c").comment, None);
        assert_eq!(Scan::of(Format::Toml, "[a]\n[[b.").header, Some(4));
        assert!(Scan::of(Format::Toml, "a = ").has_equals && !Scan::of(Format::Toml, "a = 1\nb").has_equals);
    }
}

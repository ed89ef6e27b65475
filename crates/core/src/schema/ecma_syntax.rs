//! The translation of one regular expression of ECMA 262.
//!
//! JSON Schema cites ECMA 262, and patterns without the flag `u` follow its annex B, which gives a meaning to what other engines
//! reject: a brace that begins no quantifier is itself, and so is a letter behind a backslash that has no other meaning. `\p{…}`
//! and `\u{…}` keep the meaning that they have with the flag.

/// Translates a pattern; `None` if the engine reads it as it is.
pub(super) fn translate(pattern: &str) -> Option<String> {
    let mut reader = Reader {
        groups: capture_groups(pattern),
        rest: pattern,
        text: String::with_capacity(pattern.len()),
        open: Vec::new(),
    };
    reader.read();
    (reader.text != pattern).then_some(reader.text)
}

struct Reader<'p> {
    /// The names of the capture groups, in their order; a group without a name has the empty one.
    groups: Vec<&'p str>,
    rest: &'p str,
    text: String,
    /// The open groups: the start of each in `text`, and whether it is a lookahead.
    open: Vec<(usize, bool)>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(first) = self.rest.chars().next() {
            match first {
                '\\' => self.escape(),
                '[' => self.class(),
                '(' => {
                    let is_lookahead = self.rest.starts_with("(?=") || self.rest.starts_with("(?!");
                    self.open.push((self.text.len(), is_lookahead));
                    self.keep(1);
                }
                ')' => self.close_group(),
                '{' => match quantifier(self.rest) {
                    Some(length) => self.keep(length),
                    None => self.replace(1, r"\{"),
                },
                '}' => self.replace(1, r"\}"),
                ']' => self.replace(1, r"\]"),
                other => self.keep(other.len_utf8()),
            }
        }
    }

    fn keep(&mut self, length: usize) {
        let (kept, rest) = self.rest.split_at(length);
        self.text.push_str(kept);
        self.rest = rest;
    }

    fn replace(&mut self, length: usize, other: &str) {
        self.text.push_str(other);
        self.rest = &self.rest[length..];
    }

    fn replace_by_code(&mut self, length: usize, code: u32) {
        self.replace(length, &format!(r"\x{code:02x}"));
    }

    /// Closes a group. A lookahead may be repeated, which the engine does not have. It matches no text, so that one match is as good
    /// as many, and one that may be left out always matches.
    fn close_group(&mut self) {
        let opened = self.open.pop();
        self.keep(1);
        let Some((start, true)) = opened else { return };
        let (length, is_optional) = match self.rest.as_bytes().first() {
            Some(b'*' | b'?') => (1, true),
            Some(b'+') => (1, false),
            _ => match quantifier(self.rest) {
                Some(length) => (length, self.rest[1..].trim_start_matches('0').starts_with([',', '}'])),
                None => return,
            },
        };
        self.rest = &self.rest[length..];
        self.rest = self.rest.strip_prefix('?').unwrap_or(self.rest);
        if is_optional {
            self.text.insert_str(start, "(?:|");
            self.text.push(')');
        }
    }

    /// Reads an escape outside of a class.
    fn escape(&mut self) {
        let after = &self.rest[1..];
        match after.chars().next() {
            Some('b' | 'B') => self.keep(2),
            Some('k') if !self.groups.is_empty() && self.groups.iter().any(|name| !name.is_empty()) => {
                let name = after[1..].strip_prefix('<').and_then(|name| name.split_once('>')).map(|(name, _)| name);
                match name.and_then(|name| Some((name, self.groups.iter().position(|group| *group == name)?))) {
                    // The empty group ends the number.
                    Some((name, index)) => self.replace(4 + name.len(), &format!(r"\{}(?:)", index + 1)),
                    None => self.keep(2),
                }
            }
            Some('1'..='9') => {
                let length = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
                let is_reference = after[..length].parse().is_ok_and(|number: usize| number <= self.groups.len());
                if is_reference { self.keep(1 + length) } else { self.character_escape() }
            }
            _ => self.character_escape(),
        }
    }

    /// Reads an escape that means the same in a class and outside of it.
    fn character_escape(&mut self) {
        let after = &self.rest[1..];
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let Some(letter) = after.chars().next() else { return self.keep(1) };
        match letter {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'f' | 'n' | 'r' | 't' | 'v' => self.keep(2),
            '0'..='7' => {
                let digits = after.bytes().take(3).take_while(|digit| (b'0'..=b'7').contains(digit)).count();
                // Three digits reach to 377.
                let length = if letter > '3' { digits.min(2) } else { digits };
                let code = u32::from_str_radix(&after[..length], 8).unwrap_or_default();
                self.replace_by_code(1 + length, code);
            }
            'c' => match after[1..].chars().next() {
                Some(control) if control.is_ascii_alphabetic() => self.replace_by_code(3, u32::from(control) % 32),
                // The backslash is itself.
                _ => self.replace(1, r"\\"),
            },
            'x' if after.get(1..3).is_some_and(is_hex) => self.keep(4),
            'u' => self.unicode_escape(),
            'p' | 'P' if after[1..].starts_with('{') && after.contains('}') => {
                self.keep(1 + after.find('}').unwrap_or_default() + 1);
            }
            _ if letter.is_ascii_alphanumeric() || matches!(letter, '<' | '>' | '_') || !letter.is_ascii() => {
                self.replace(1 + letter.len_utf8(), letter.encode_utf8(&mut [0; 4]));
            }
            _ => self.keep(2),
        }
    }

    fn unicode_escape(&mut self) {
        let after = &self.rest[1..];
        let in_braces = after[1..].strip_prefix('{').and_then(|text| text.split_once('}')).map(|(digits, _)| digits);
        let low = |after: &str| code_unit(after.get(5..)?.strip_prefix('\\')?);
        match (code_unit(after), low(after), in_braces) {
            (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000), _) => {
                let character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                self.replace(12, &format!(r"\u{{{character:x}}}"));
            }
            (Some(_), ..) => self.keep(6),
            (None, _, Some(digits)) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                self.keep(4 + digits.len());
            }
            _ => self.replace(2, "u"),
        }
    }

    /// Reads a class.
    fn class(&mut self) {
        if self.rest.starts_with("[^]") {
            return self.replace(3, r"[\s\S]");
        }
        if self.rest.starts_with("[]") {
            return self.replace(2, r"[^\s\S]");
        }
        self.keep(if self.rest.starts_with("[^") { 2 } else { 1 });
        let mut before = Before::Start;
        while let Some(first) = self.rest.chars().next() {
            match first {
                ']' => return self.keep(1),
                '-' => before = self.hyphen(before),
                _ => before = self.class_atom(),
            }
        }
    }

    /// Reads a hyphen in a class. Beside a set such as `\w` it is itself, and so is one behind such a pair.
    fn hyphen(&mut self, before: Before) -> Before {
        let next = self.rest[1..].chars().next();
        let is_last = next.is_none() || next == Some(']');
        match before {
            Before::Start => {
                self.keep(1);
                Before::Atom
            }
            _ if is_last => {
                self.keep(1);
                Before::Atom
            }
            Before::Pair => {
                self.replace(1, r"\-");
                Before::Atom
            }
            Before::Atom if !is_set(&self.rest[1..]) => {
                self.keep(1);
                self.class_atom();
                Before::Start
            }
            Before::Atom | Before::Set => {
                self.replace(1, r"\-");
                if self.rest.starts_with('-') {
                    self.replace(1, r"\-")
                } else {
                    _ = self.class_atom()
                }
                Before::Pair
            }
        }
    }

    /// Reads a character or a set in a class.
    fn class_atom(&mut self) -> Before {
        let before = if is_set(self.rest) { Before::Set } else { Before::Atom };
        let Some(after) = self.rest.strip_prefix('\\') else {
            self.keep(self.rest.chars().next().map_or(0, char::len_utf8));
            return before;
        };
        let mut letters = after.chars();
        match (letters.next(), letters.next()) {
            (Some('b'), _) => self.replace_by_code(2, 8),
            (Some('c'), Some(control)) if control.is_ascii_digit() || control == '_' => {
                self.replace_by_code(3, u32::from(control) % 32);
            }
            _ => self.character_escape(),
        }
        before
    }
}

/// The part of a class before a hyphen.
#[derive(Clone, Copy)]
enum Before {
    /// The start, or a range.
    Start,
    /// A character.
    Atom,
    /// A set of characters.
    Set,
    /// A set and a character, or two sets, with a hyphen between them.
    Pair,
}

/// Tells whether a text begins with an escape that stands for several characters.
fn is_set(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next() == Some('\\')
        && match letters.next() {
            Some('d' | 'D' | 'w' | 'W' | 's' | 'S') => true,
            Some('p' | 'P') => letters.next() == Some('{'),
            _ => false,
        }
}

/// Returns the length of the quantifier in braces at the beginning of a text.
fn quantifier(text: &str) -> Option<usize> {
    let (inner, _) = text.strip_prefix('{')?.split_once('}')?;
    let (min, max) = inner.split_once(',').unwrap_or((inner, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (!min.is_empty() && are_digits(min) && are_digits(max)).then_some(inner.len() + 2)
}

/// Returns the code unit of an escape of `u` and four hexadecimal digits.
fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if are_digits { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// Returns the names of the capture groups, in their order; a group without a name has the empty one.
fn capture_groups(pattern: &str) -> Vec<&str> {
    let (mut groups, mut in_class) = (Vec::new(), false);
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            '\\' => length += rest[1..].chars().next().map_or(0, char::len_utf8),
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let named = rest.strip_prefix("(?<").filter(|name| !name.starts_with(['=', '!']));
                match named.and_then(|name| name.split_once('>')) {
                    Some((name, _)) => groups.push(name),
                    None if !rest.starts_with("(?") => groups.push(""),
                    None => {}
                }
            }
            _ => {}
        }
        rest = &rest[length..];
    }
    groups
}

#[cfg(test)]
mod tests;

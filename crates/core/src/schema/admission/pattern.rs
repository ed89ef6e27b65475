//! Patterns that are matched without a regular expression engine.
//!
//! A pattern is matched from left to right, and nothing that was matched is given back. Such a match is a match of the
//! regular expression as well; where there is none, only the engine can tell. The syntax is the part of ECMA-262 whose
//! meaning is the same in every engine.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use crate::schema::admission::Verdict;

/// The depth of groups that are matched here.
const MAX_DEPTH: usize = 3;

/// The number of characters of a pattern, with its repetitions written out, up to which every engine has room for it.
const SMALL: usize = 1_000;

/// A pattern from the start of a text.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Cow<'_, str>")]
pub struct Pattern {
    text: Box<str>,
    sequence: Vec<Part>,
    /// True if the pattern ends with `$`.
    is_whole: bool,
}

/// A part of a pattern, and how often it is repeated.
#[derive(Debug)]
struct Part {
    matcher: Matcher,
    min: usize,
    max: usize,
}

#[derive(Debug)]
enum Matcher {
    Class(Class),
    Group(Vec<Vec<Part>>),
}

/// A set of characters: ASCII characters, and all others or none of them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Class {
    ascii: u128,
    others: bool,
}

impl Pattern {
    /// Reads a pattern; `None` if it needs an engine.
    pub fn new(pattern: &str) -> Option<Self> {
        let inner = pattern.strip_prefix('^')?;
        let (inner, is_whole) = match inner.strip_suffix('$') {
            Some(rest) if !rest.ends_with('\\') => (rest, true),
            _ => (inner, false),
        };
        let mut reader = Reader { chars: inner.chars().peekable(), depth: 0 };
        let mut alternatives = reader.alternatives()?;
        // `^a|b$` anchors a and b differently.
        let sequence = alternatives.pop().filter(|_| alternatives.is_empty() && reader.chars.next().is_none())?;
        Some(Self { text: pattern.into(), sequence, is_whole })
    }

    /// Matches a text.
    pub fn matches(&self, text: &str) -> Verdict {
        match sequence(&self.sequence, text.as_bytes()) {
            Some(rest) if rest.is_empty() || !self.is_whole => Verdict::Valid,
            _ if self.is_literal() => Verdict::Invalid,
            _ => Verdict::Unknown,
        }
    }

    /// Tells whether every engine has room for the pattern. Repetitions of repetitions may be larger than any limit.
    pub fn is_small(&self) -> bool {
        size(&self.sequence) <= SMALL
    }

    /// Tells whether each part is a single character, so that there is only one way to match.
    fn is_literal(&self) -> bool {
        self.sequence.iter().all(|part| part.min == 1 && part.max == 1 && matches!(part.matcher, Matcher::Class(_)))
    }
}

/// A pattern needs an engine.
#[derive(Debug, Error)]
#[error("the pattern needs an engine")]
pub struct NeedsEngine;

impl TryFrom<Cow<'_, str>> for Pattern {
    type Error = NeedsEngine;

    fn try_from(text: Cow<'_, str>) -> Result<Self, NeedsEngine> {
        Self::new(&text).ok_or(NeedsEngine)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Returns the number of characters of parts, with their repetitions written out.
fn size(parts: &[Part]) -> usize {
    let of_part = |part: &Part| {
        let once = match &part.matcher {
            Matcher::Class(_) => 1,
            Matcher::Group(alternatives) => alternatives.iter().map(|parts| size(parts)).fold(1, usize::saturating_add),
        };
        let times = if part.max == usize::MAX { part.min.saturating_add(1) } else { part.max };
        once.saturating_mul(times)
    };
    parts.iter().map(of_part).fold(0, usize::saturating_add)
}

/// Matches parts at the start of a text, and returns the rest.
fn sequence<'t>(parts: &[Part], text: &'t [u8]) -> Option<&'t [u8]> {
    parts.iter().try_fold(text, |rest, part| part.repeat(rest))
}

impl Part {
    fn repeat<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        let mut rest = text;
        for count in 0..self.max {
            match self.matcher.once(rest) {
                // A group that matches nothing would match it forever.
                Some(next) if next.len() < rest.len() => rest = next,
                Some(_) => return Some(rest),
                None if count < self.min => return None,
                None => return Some(rest),
            }
        }
        Some(rest)
    }
}

impl Matcher {
    fn once<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        match self {
            Self::Class(class) => class.once(text),
            Self::Group(alternatives) => alternatives.iter().find_map(|parts| sequence(parts, text)),
        }
    }
}

impl Class {
    const DIGIT: Self = Self { ascii: 0x3FF << b'0', others: false };
    /// Letters, digits and the underscore.
    const WORD: Self =
        Self { ascii: 0x3FF << b'0' | 0x3FF_FFFF << b'A' | 0x3FF_FFFF << b'a' | 1 << b'_', others: false };
    /// The dot: all but line endings. Those beyond ASCII are left out with the other characters.
    const DOT: Self = Self { ascii: !(1 << b'\n' | 1 << b'\r'), others: false };

    fn of(character: char) -> Option<Self> {
        character.is_ascii().then(|| Self { ascii: 1 << u32::from(character), others: false })
    }

    fn once(self, text: &[u8]) -> Option<&[u8]> {
        let (first, rest) = text.split_first()?;
        if first.is_ascii() {
            return (self.ascii >> first & 1 == 1).then_some(rest);
        }
        // The text is UTF-8: skip the continuation bytes.
        let end = rest.iter().position(|byte| byte & 0xC0 != 0x80).unwrap_or(rest.len());
        self.others.then(|| &rest[end..])
    }
}

/// Reader of the syntax.
struct Reader<'p> {
    chars: Peekable<Chars<'p>>,
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self, character: char) -> bool {
        self.chars.next_if_eq(&character).is_some()
    }

    /// Reads alternatives up to the end of the pattern or of the group.
    fn alternatives(&mut self) -> Option<Vec<Vec<Part>>> {
        let mut alternatives = vec![Vec::new()];
        while let Some(next) = self.chars.next_if(|next| *next != ')') {
            let matcher = match next {
                '|' => {
                    alternatives.push(Vec::new());
                    continue;
                }
                '(' => Matcher::Group(self.group()?),
                '[' => Matcher::Class(self.class()?),
                '.' => Matcher::Class(Class::DOT),
                '\\' => Matcher::Class(self.escape()?),
                '^' | '$' | '*' | '+' | '?' | '{' | '}' | ']' => return None,
                plain => Matcher::Class(Class::of(plain)?),
            };
            let (min, max) = self.repetition()?;
            alternatives.last_mut()?.push(Part { matcher, min, max });
        }
        Some(alternatives)
    }

    fn group(&mut self) -> Option<Vec<Vec<Part>>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH || self.take('?') && !self.take(':') {
            return None;
        }
        let alternatives = self.alternatives()?;
        self.depth -= 1;
        self.take(')').then_some(alternatives)
    }

    fn escape(&mut self) -> Option<Class> {
        match self.chars.next()? {
            'd' => Some(Class::DIGIT),
            'w' => Some(Class::WORD),
            escaped if escaped.is_ascii_punctuation() => Class::of(escaped),
            _ => None,
        }
    }

    /// Reads a class behind its bracket.
    fn class(&mut self) -> Option<Class> {
        let is_negated = self.take('^');
        let mut class = Class::default();
        loop {
            let start = match self.chars.next()? {
                ']' => break,
                '\\' => {
                    let escaped = self.escape()?;
                    // Engines differ on the complement of such a set.
                    if is_negated && escaped.ascii.count_ones() > 1 {
                        return None;
                    }
                    class.ascii |= escaped.ascii;
                    if self.chars.peek() == Some(&'-') && escaped.ascii.count_ones() > 1 {
                        return None;
                    }
                    char::from(u8::try_from(escaped.ascii.trailing_zeros()).ok()?)
                }
                // Set operations of some engines.
                '[' | '&' | '~' => return None,
                plain => {
                    class.ascii |= Class::of(plain)?.ascii;
                    plain
                }
            };
            if !self.take('-') {
                continue;
            }
            match self.chars.next()? {
                ']' => {
                    class.ascii |= 1 << b'-';
                    break;
                }
                end if end.is_ascii_alphanumeric() && start.is_ascii_alphanumeric() && start <= end => {
                    (start..=end).for_each(|character| class.ascii |= 1 << u32::from(character));
                }
                _ => return None,
            }
        }
        // Engines differ on `[]` and `[^]`.
        if class.ascii == 0 {
            return None;
        }
        if is_negated {
            class = Class { ascii: !class.ascii, others: true };
        }
        Some(class)
    }

    fn repetition(&mut self) -> Option<(usize, usize)> {
        let bounds = match self.chars.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => return self.counted(),
            _ => return Some((1, 1)),
        };
        self.chars.next();
        self.ends_repetition().then_some(bounds)
    }

    /// Reads `{2}`, `{2,}` or `{2,5}`.
    fn counted(&mut self) -> Option<(usize, usize)> {
        self.chars.next();
        let min = self.count()?;
        let max = match self.take(',') {
            false => min,
            true if self.chars.peek() == Some(&'}') => usize::MAX,
            true => self.count()?,
        };
        (self.take('}') && min <= max && self.ends_repetition()).then_some((min, max))
    }

    fn count(&mut self) -> Option<usize> {
        let mut digits = String::new();
        while let Some(digit) = self.chars.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok()
    }

    /// Tells whether no second quantifier follows, which makes the first one lazy.
    fn ends_repetition(&mut self) -> bool {
        !matches!(self.chars.peek(), Some('*' | '+' | '?' | '{'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> Verdict {
        Pattern::new(pattern).unwrap_or_else(|| panic!("{pattern} needs an engine")).matches(text)
    }

    #[test]
    fn common_patterns_match_without_an_engine() {
        for (pattern, good, bad) in [
            ("^[a-z0-9.-]+$", "relay-1.example", "Relay"),
            ("^0x[0-9a-fA-F]{4}$", "0x12aF", "0x12a"),
            (r"^v\d+\.\d+(-[a-z]+(\.[a-z]+)*)?$", "v1.22-beta.x", "v1"),
            ("^(debug|info|warn)$", "info", "inf"),
            ("^[^/]+/[^/]*$", "ä/", "/a"),
            (r"^\w{2,3}$", "a_1", "a"),
            ("^(?:a|bc){1,2}d", "abcde", "e"),
        ] {
            assert_eq!(matches(pattern, good), Verdict::Valid, "{pattern}");
            assert_eq!(matches(pattern, bad), Verdict::Unknown, "{pattern}");
        }
        assert_eq!(matches("^x-", "y-a"), Verdict::Invalid);
        assert_eq!(matches("^x-", "x-a"), Verdict::Valid);
        // Nothing is given back, so that only the engine finds this match.
        assert_eq!(matches("^a*a$", "aa"), Verdict::Unknown);
    }

    #[test]
    fn every_engine_has_room_for_a_small_pattern() {
        for pattern in
            ["^[^a]{1000}$", "^.{1000}", r"^\w{1000}$", "^(?:[^a]{9}){100}$", "^[a-z]{999,}$", "^(a|[^b]+)*$"]
        {
            assert!(Pattern::new(pattern).unwrap().is_small(), "{pattern}");
            assert!(jsonschema::validator_for(&serde_json::json!({ "pattern": pattern })).is_ok(), "{pattern}");
        }
        for pattern in
            ["^a{1001}$", "^(a{1,40}){1,40}$", "^[a-z]{1,1000000}.*$", "^((a{99999}){99999}){99999999999999}$"]
        {
            assert!(!Pattern::new(pattern).unwrap().is_small(), "{pattern}");
        }
    }

    #[test]
    fn other_patterns_need_an_engine() {
        for pattern in [
            "a",
            "^a|b$",
            "^(?=a)",
            "^a+?$",
            r"^\p{L}$",
            r"^[^\d]$",
            "^[a&&b]$",
            r"^\bx$",
            "^ä$",
            "^(a$",
            r"^a\$",
            "^a{,2}$",
            "^((((a))))$",
        ] {
            assert!(Pattern::new(pattern).is_none() || pattern == r"^a\$", "{pattern}");
        }
        assert_eq!(matches(r"^a\$", "a$b"), Verdict::Valid);
    }
}

//! One line of a trail: JSON with its members in a fixed order, the last of them a check of the line itself.

use std::io::{self, Write};

use confgate_core::sensitive::display::is_unsafe;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::ser::Formatter;

use crate::audit::{Change, Digest, Entry, Event, Source};

/// How many bytes a line has at most, its newline included. Readers hold no more than that.
pub(super) const LONGEST: usize = 1 << 20;
/// How many bytes of a text are kept. Escaped, five of them are half of the longest line.
const LONGEST_TEXT: usize = 16 << 10;
/// How many rules are named, and with how many bytes each.
const MOST_RULES: usize = 64;
const LONGEST_RULE: usize = 1 << 10;

/// What every line begins with.
pub(super) const START: &[u8] = b"{\"sequence\":";
/// What stands around the check at the end of a line.
const CHECK: &str = ",\"check\":\"";
const END: &str = "\"}\n";

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The process began to run a config.
    Started,
    /// A field has another value.
    Changed,
    /// A field has an earlier value again.
    Reverted,
    /// The gate refused a config.
    Refused,
    /// A line that was not written to its end was taken off the trail.
    Torn,
}

impl Kind {
    /// The spelling in a line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Changed => "changed",
            Self::Reverted => "reverted",
            Self::Refused => "refused",
            Self::Torn => "torn",
        }
    }
}

/// A line as it stands in a trail. What a kind has no use for is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Counts the lines of the trail from 1, over all its files.
    pub sequence: u64,
    /// When it happened, to the millisecond.
    #[serde(with = "milliseconds")]
    pub time: Timestamp,
    /// What happened.
    pub event: Kind,
    /// The field that changed, as a dotted path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Its value before; none when it was absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// Its value after; none when it is absent now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// The rules that refused a config.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// How many bytes were taken off as torn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Who brought it in; none where the trail speaks of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Where the value was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The config that runs afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Digest>,
    /// The SHA-256 of the line before, its newline included; zeros in the first line of all.
    pub previous: Digest,
}

/// Why bytes are no line of a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// They are not JSON of the form of a line.
    NotALine,
    /// They have the form, and their check is not theirs: this is what they say now.
    Edited(Box<Line>),
    /// They end before the newline, at the end of a trail.
    Unfinished {
        /// How many bytes stand there.
        bytes: u64,
    },
}

impl Line {
    /// Reads a line with its newline.
    pub fn read(bytes: &[u8]) -> Result<Self, Wrong> {
        let (body, check) = parted(bytes).ok_or(Wrong::NotALine)?;
        let line: Self = serde_json::from_slice(bytes).map_err(|_| Wrong::NotALine)?;
        if Digest::of(body) == check { Ok(line) } else { Err(Wrong::Edited(Box::new(line))) }
    }

    /// The line with its newline. Characters that a terminal would obey are escaped.
    pub fn write(&self) -> String {
        let mut body = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut body, Harmless);
        // Numbers, strings and lists of strings, into memory.
        self.serialize(&mut serializer).expect("a line can always be written");
        let mut body = String::from_utf8(body).expect("JSON is UTF-8");
        body.pop();
        let check = Digest::of(body.as_bytes());
        format!("{body}{CHECK}{check}{END}")
    }

    /// The line of an entry, after the one whose hash is `previous`.
    pub(super) fn of(entry: &Entry, sequence: u64, previous: Digest) -> Self {
        let (event, change, rules) = match &entry.event {
            Event::Started => (Kind::Started, None, [].as_slice()),
            Event::Changed(change) => (Kind::Changed, Some(change), [].as_slice()),
            Event::Reverted(change) => (Kind::Reverted, Some(change), [].as_slice()),
            Event::Refused { rules } => (Kind::Refused, None, rules.as_slice()),
        };
        let text = |text: &Option<String>| text.as_ref().map(|text| cut(text, LONGEST_TEXT));
        let changed = |value: fn(&Change) -> &Option<String>| change.and_then(|change| text(value(change)));
        Self {
            sequence,
            time: in_milliseconds(entry.time),
            event,
            field: change.map(|change| cut(&change.field, LONGEST_TEXT)),
            old: changed(|change| &change.old),
            new: changed(|change| &change.new),
            rules: rules.iter().take(MOST_RULES).map(|rule| cut(rule, LONGEST_RULE)).collect(),
            bytes: None,
            source: Some(entry.source),
            origin: text(&entry.origin),
            reason: text(&entry.reason),
            config: entry.config,
            previous,
        }
    }

    /// The line that says how many bytes were taken off.
    pub(super) fn torn(bytes: u64, sequence: u64, previous: Digest) -> Self {
        Self {
            sequence,
            time: in_milliseconds(Timestamp::now()),
            event: Kind::Torn,
            field: None,
            old: None,
            new: None,
            rules: Vec::new(),
            bytes: Some(bytes),
            source: None,
            origin: None,
            reason: None,
            config: None,
            previous,
        }
    }
}

/// What the check of a line is the sum of, and the check.
fn parted(line: &[u8]) -> Option<(&[u8], Digest)> {
    let rest = line.strip_suffix(END.as_bytes())?;
    let (rest, check) = rest.split_at_checked(rest.len().checked_sub(64)?)?;
    let body = rest.strip_suffix(CHECK.as_bytes())?;
    let check = str::from_utf8(check).ok()?.parse().ok()?;
    body.starts_with(START).then_some((body, check))
}

/// The time as a line has it.
fn in_milliseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

/// A text of at most so many bytes.
fn cut(text: &str, longest: usize) -> String {
    const MARK: &str = "…";
    if text.len() <= longest {
        return text.to_owned();
    }
    let end = (0..=longest - MARK.len()).rev().find(|&end| text.is_char_boundary(end)).unwrap_or_default();
    format!("{}{MARK}", &text[..end])
}

/// JSON on one line, with nothing in it that a terminal obeys, so that `tail` and `grep` may be used on a trail.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_unsafe) {
            let hostile = rest[at..].chars().next().unwrap_or_default();
            writer.write_all(&rest.as_bytes()[..at])?;
            write!(writer, "\\u{:04x}", u32::from(hostile))?;
            rest = &rest[at + hostile.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// RFC 3339 in UTC with three digits after the second.
mod milliseconds {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{time:.3}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let time = String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)?;
        Ok(super::in_milliseconds(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Line {
        let all = || Some(text.to_owned());
        let entry = Entry {
            time: "2026-08-01T12:00:00.1239Z".parse().unwrap(),
            event: Event::Changed(Change { field: text.to_owned(), old: all(), new: all() }),
            source: Source::Api,
            origin: all(),
            reason: all(),
            config: Some(Digest::of(b"config")),
        };
        Line { rules: vec![cut(text, LONGEST_RULE); MOST_RULES], ..Line::of(&entry, u64::MAX, Digest::ZERO) }
    }

    #[test]
    fn a_line_is_spelled_like_this() {
        let entry = Entry {
            time: "2026-08-01T12:00:00.1239Z".parse().unwrap(),
            ..Entry::changed("network.max_connections", None, Some("60"), Source::HotReload, Digest::of(b"config"))
        };
        let text = Line::of(&entry.at("config/production.nix:14:5").because("more peers"), 1, Digest::ZERO).write();
        let body = concat!(
            r#"{"sequence":1,"time":"2026-08-01T12:00:00.123Z","event":"changed","field":"network.max_connections","#,
            r#""new":"60","source":"HotReload","origin":"config/production.nix:14:5","reason":"more peers","#,
            r#""config":"b79606fb3afea5bd1609ed40b622142f1c98125abcfe89a76a661b0e8e343910","#,
            r#""previous":"0000000000000000000000000000000000000000000000000000000000000000""#,
        );
        assert_eq!(text, format!("{body},\"check\":\"{}\"}}\n", Digest::of(body.as_bytes())));
    }

    #[test]
    fn sources_and_kinds_are_spelled_as_they_are_called() {
        use Source::{Api, Environment, File, HotReload, Profile, Secret};
        for source in [File, Environment, HotReload, Api, Profile, Secret] {
            assert_eq!(serde_json::to_value(source).unwrap(), source.name());
        }
        for kind in [Kind::Started, Kind::Changed, Kind::Reverted, Kind::Refused, Kind::Torn] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    #[test]
    fn nothing_in_a_line_is_obeyed_by_a_terminal_and_nothing_is_lost() {
        let line = refused("a\u{1b}[2Jb\u{9b}c\u{202E}d\u{7f}\r\n\"\\");
        let text = line.write();
        assert!(!text.trim_end_matches('\n').contains(is_unsafe), "{text}");
        assert!(text.contains("b\\u009bc\\u202ed\\u007f"), "{text}");
        assert_eq!(Line::read(text.as_bytes()), Ok(line));
    }

    #[test]
    fn the_longest_texts_make_a_line_that_readers_hold() {
        for text in ["\u{1}", "\u{202E}", "é", "\""] {
            let line = refused(&text.repeat(100_000));
            assert!(line.reason.as_ref().unwrap().ends_with('…'));
            assert!(line.reason.as_ref().unwrap().len() > LONGEST_TEXT - 8);
            let text = line.write();
            assert!(text.len() < LONGEST, "{}", text.len());
            assert!(Line::read(text.as_bytes()) == Ok(line), "{}", &text[..60]);
        }
    }

    #[test]
    fn what_has_another_form_is_no_line() {
        let text = refused("x").write();
        let without_newline = text.trim_end();
        let nothing = format!("{{\"sequence\":1{CHECK}{}{END}", Digest::of(b"{\"sequence\":1"));
        for wrong in ["", "\n", "{}\n", "\"}\n", without_newline, &nothing, &format!(" {text}"), &format!("{text}\n")] {
            assert_eq!(Line::read(wrong.as_bytes()), Err(Wrong::NotALine), "{wrong:?}");
        }
        assert_eq!(Line::read(b"\xff\xfe\n"), Err(Wrong::NotALine));
    }

    #[test]
    fn an_edited_line_says_what_it_says_now() {
        let text = refused("before").write().replace("before", "after");
        let Err(Wrong::Edited(line)) = Line::read(text.as_bytes()) else { panic!("{text}") };
        assert_eq!(line.reason.as_deref(), Some("after"));
    }
}

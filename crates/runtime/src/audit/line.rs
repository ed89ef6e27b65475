//! One line of a trail: a JSON object with its members in a fixed order. The last member is a digest of the line itself.

use std::io::{self, Write};

use confgate_core::sensitive::display::is_hostile;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::ser::Formatter;

use crate::audit::{AuditEntry, ChangeSource, Digest, Event, FieldChange};

/// Maximum length of a line in bytes, with its newline. Readers hold at most this much.
pub(super) const MAX_LINE_BYTES: usize = 1 << 20;
/// Maximum length of a text in bytes. Five escaped texts fill half of the longest line.
const MAX_TEXT_BYTES: usize = 16 << 10;
/// Maximum number of rules, and maximum length of each in bytes.
const MAX_RULES: usize = 64;
const MAX_RULE_BYTES: usize = 1 << 10;

/// The beginning of every line.
pub(super) const LINE_START: &[u8] = b"{\"sequence\":";
/// The text before and after the digest at the end of a line.
const CHECK: &str = ",\"check\":\"";
const END: &str = "\"}\n";

/// The kind of event that a line records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// The process started with a config.
    Started,
    /// A field has another value.
    Changed,
    /// A field has an earlier value again.
    Reverted,
    /// The gate rejected a config.
    Refused,
    /// An incomplete line was removed from the end of the trail.
    Torn,
}

impl EventKind {
    /// Returns the spelling in a line.
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

/// A line of a trail. Members without a meaning for the kind of event are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// The number of the line, from 1, over all files of the trail.
    pub sequence: u64,
    /// Time of the event, to the millisecond.
    #[serde(with = "milliseconds")]
    pub time: Timestamp,
    /// The kind of event.
    pub event: EventKind,
    /// The field that changed, as a dotted path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The value before, or `None` if the field was absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The value after, or `None` if the field is absent now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// The codes of the errors of a rejected config.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Length in bytes of the incomplete line that was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The origin of the change, or `None` for an event of the trail itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<ChangeSource>,
    /// Place where the value was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The reason as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The digest of the config that runs after the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Digest>,
    /// The SHA-256 of the line before, with its newline; zeros in the first line of a trail.
    pub previous: Digest,
}

/// Bytes are not a valid line of a trail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The bytes are not JSON of the form of a line.
    #[error("not a line of an audit trail")]
    NotALine,
    /// The bytes have the form of a line, but do not match its check. The line is the edited one.
    #[error("the line does not match its check")]
    Edited(Box<AuditLine>),
    /// The last line of a trail lacks its newline.
    #[error("an incomplete line of {bytes} bytes")]
    Incomplete {
        /// Length of the incomplete line.
        bytes: u64,
    },
}

impl AuditLine {
    /// Parses a line with its newline.
    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        let (body, check) = split_check(bytes).ok_or(LineError::NotALine)?;
        let line: Self = serde_json::from_slice(bytes).map_err(|_| LineError::NotALine)?;
        if Digest::of(body) == check { Ok(line) } else { Err(LineError::Edited(Box::new(line))) }
    }

    /// Formats the line with its newline. Terminal control characters are escaped.
    pub fn to_text(&self) -> String {
        let mut body = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut body, EscapeControls);
        // Serializing numbers, strings and lists of strings into memory cannot fail.
        self.serialize(&mut serializer).expect("a line can always be written");
        let mut body = String::from_utf8(body).expect("JSON is UTF-8");
        body.pop();
        let check = Digest::of(body.as_bytes());
        format!("{body}{CHECK}{check}{END}")
    }

    /// Returns the line of an entry that follows the line with the hash `previous`.
    pub(super) fn from_entry(entry: &AuditEntry, sequence: u64, previous: Digest) -> Self {
        let (event, change, rules) = match &entry.event {
            Event::Started => (EventKind::Started, None, [].as_slice()),
            Event::Changed(change) => (EventKind::Changed, Some(change), [].as_slice()),
            Event::Reverted(change) => (EventKind::Reverted, Some(change), [].as_slice()),
            Event::Refused { rules } => (EventKind::Refused, None, rules.as_slice()),
        };
        let text = |text: &Option<String>| text.as_ref().map(|text| truncate(text, MAX_TEXT_BYTES));
        let changed = |value: fn(&FieldChange) -> &Option<String>| change.and_then(|change| text(value(change)));
        Self {
            sequence,
            time: to_milliseconds(entry.time),
            event,
            field: change.map(|change| truncate(&change.field, MAX_TEXT_BYTES)),
            old: changed(|change| &change.old),
            new: changed(|change| &change.new),
            rules: rules.iter().take(MAX_RULES).map(|rule| truncate(rule, MAX_RULE_BYTES)).collect(),
            bytes: None,
            source: Some(entry.source),
            origin: text(&entry.origin),
            reason: text(&entry.reason),
            config: entry.config,
            previous,
        }
    }

    /// Returns the line that records the removal of an incomplete line of `bytes` bytes.
    pub(super) fn torn(bytes: u64, sequence: u64, previous: Digest) -> Self {
        Self {
            sequence,
            time: to_milliseconds(Timestamp::now()),
            event: EventKind::Torn,
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

/// Splits a line into the part that is checked and its check.
fn split_check(line: &[u8]) -> Option<(&[u8], Digest)> {
    let rest = line.strip_suffix(END.as_bytes())?;
    let (rest, check) = rest.split_at_checked(rest.len().checked_sub(64)?)?;
    let body = rest.strip_suffix(CHECK.as_bytes())?;
    let check = str::from_utf8(check).ok()?.parse().ok()?;
    body.starts_with(LINE_START).then_some((body, check))
}

/// Truncates a time to the precision of a line.
fn to_milliseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

/// Truncates a text to `max_bytes` bytes, with an ellipsis at the end.
fn truncate(text: &str, max_bytes: usize) -> String {
    const ELLIPSIS: &str = "…";
    if text.len() <= max_bytes {
        return text.to_owned();
    }
    let end = (0..=max_bytes - ELLIPSIS.len()).rev().find(|&end| text.is_char_boundary(end)).unwrap_or_default();
    format!("{}{ELLIPSIS}", &text[..end])
}

/// Formatter for compact JSON with terminal control characters escaped, so that `tail` and `grep` are safe on a trail.
struct EscapeControls;

impl Formatter for EscapeControls {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hostile) {
            let hostile = rest[at..].chars().next().unwrap_or_default();
            writer.write_all(&rest.as_bytes()[..at])?;
            write!(writer, "\\u{:04x}", u32::from(hostile))?;
            rest = &rest[at + hostile.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// RFC 3339 in UTC with three digits of a second.
mod milliseconds {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{time:.3}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let time = String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)?;
        Ok(super::to_milliseconds(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line with `text` in every member that holds a text.
    fn line_with(text: &str) -> AuditLine {
        let all = || Some(text.to_owned());
        let entry = AuditEntry {
            time: "2026-08-01T12:00:00.1239Z".parse().unwrap(),
            event: Event::Changed(FieldChange { field: text.to_owned(), old: all(), new: all() }),
            source: ChangeSource::Api,
            origin: all(),
            reason: all(),
            config: Some(Digest::of(b"config")),
        };
        let rules = vec![truncate(text, MAX_RULE_BYTES); MAX_RULES];
        AuditLine { rules, ..AuditLine::from_entry(&entry, u64::MAX, Digest::ZERO) }
    }

    #[test]
    fn a_line_is_spelled_like_this() {
        let entry = AuditEntry {
            time: "2026-08-01T12:00:00.1239Z".parse().unwrap(),
            ..AuditEntry::changed(
                "network.max_connections",
                None,
                Some("60"),
                ChangeSource::HotReload,
                Digest::of(b"config"),
            )
        };
        let entry = entry.origin("config/production.nix:14:5").reason("more peers");
        let text = AuditLine::from_entry(&entry, 1, Digest::ZERO).to_text();
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
        use ChangeSource::{Api, Environment, File, HotReload, Profile, Secret};
        for source in [File, Environment, HotReload, Api, Profile, Secret] {
            assert_eq!(serde_json::to_value(source).unwrap(), source.name());
        }
        use EventKind::{Changed, Refused, Reverted, Started, Torn};
        for kind in [Started, Changed, Reverted, Refused, Torn] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    #[test]
    fn nothing_in_a_line_is_obeyed_by_a_terminal_and_nothing_is_lost() {
        let line = line_with("a\u{1b}[2Jb\u{9b}c\u{202E}d\u{7f}\r\n\"\\");
        let text = line.to_text();
        assert!(!text.trim_end_matches('\n').contains(is_hostile), "{text}");
        assert!(text.contains("b\\u009bc\\u202ed\\u007f"), "{text}");
        assert_eq!(AuditLine::parse(text.as_bytes()), Ok(line));
    }

    #[test]
    fn the_longest_texts_make_a_line_that_readers_hold() {
        for text in ["\u{1}", "\u{202E}", "é", "\""] {
            let line = line_with(&text.repeat(100_000));
            assert!(line.reason.as_ref().unwrap().ends_with('…'));
            assert!(line.reason.as_ref().unwrap().len() > MAX_TEXT_BYTES - 8);
            let text = line.to_text();
            assert!(text.len() < MAX_LINE_BYTES, "{}", text.len());
            assert!(AuditLine::parse(text.as_bytes()) == Ok(line), "{}", &text[..60]);
        }
    }

    #[test]
    fn what_has_another_form_is_no_line() {
        let text = line_with("x").to_text();
        let without_newline = text.trim_end();
        let nothing = format!("{{\"sequence\":1{CHECK}{}{END}", Digest::of(b"{\"sequence\":1"));
        for wrong in ["", "\n", "{}\n", "\"}\n", without_newline, &nothing, &format!(" {text}"), &format!("{text}\n")] {
            assert_eq!(AuditLine::parse(wrong.as_bytes()), Err(LineError::NotALine), "{wrong:?}");
        }
        assert_eq!(AuditLine::parse(b"\xff\xfe\n"), Err(LineError::NotALine));
    }

    #[test]
    fn an_edited_line_says_what_it_says_now() {
        let text = line_with("before").to_text().replace("before", "after");
        let Err(LineError::Edited(line)) = AuditLine::parse(text.as_bytes()) else { panic!("{text}") };
        assert_eq!(line.reason.as_deref(), Some("after"));
    }
}

//! `confgate audit`: whether an audit trail is as it was written, and what it says.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::{Args, Subcommand};
use confgate_core::render::count;
use confgate_core::sensitive::display::{sanitize, short};
use confgate_runtime::audit::{Digest, Head, Kind, Line, Reader, Verdict, Wrong, verify, verify_against};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr;

use crate::cli::output::{Format, Output};
use crate::cli::{DONE, Failure, REFUSED};

/// Read the audit trail of a running service.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(Verify),
    Show(Show),
}

impl Audit {
    pub fn run(self, output: &mut Output) -> Result<u8, Failure> {
        match self.command {
            Command::Verify(verify) => verify.run(output),
            Command::Show(show) => show.run(output),
        }
    }
}

/// Say whether every line is as it was written and where it was written. Exits with 1 when one is not.
///
/// Older files (PATH.1 and so on) are read as well. Lines that were cut off the end, or where there are older files off the
/// beginning, leave no trace: to find the first out, note the head that is printed, and give it with --head the next time.
#[derive(Debug, Args)]
struct Verify {
    /// The trail.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Hash of a line that must still be there: a head that was printed before.
    #[arg(long, value_name = "HASH")]
    head: Option<Digest>,
}

impl Verify {
    fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let verdict = match self.head {
            Some(head) => verify_against(&self.path, head)?,
            None => verify(&self.path)?,
        };
        output.put(&harmless_lines(&words(&verdict)))?;
        Ok(if verdict.is_whole() { DONE } else { REFUSED })
    }
}

/// Names of files are somebody's text.
fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", sanitize(line))).collect()
}

fn words(verdict: &Verdict) -> String {
    let mut text: String = verdict.breaks.iter().map(|found| format!("error: {found}\n")).collect();
    if verdict.further > 0 {
        text += &format!("error: {} more like these\n", verdict.further);
    }
    if let Some(hash) = verdict.absent {
        text += &format!("error: no line has the hash {hash}: the end was cut off, or all was written anew\n");
    }
    if let Some(torn) = &verdict.torn {
        let (file, bytes) = (torn.file.display(), counted(torn.bytes, "byte"));
        text += &format!("warning: {file}: ends in {bytes} of a line that was not finished\n");
    }
    text += if verdict.is_whole() { "whole: " } else { "broken: " };
    text += &format!("{} in {}", counted(verdict.lines, "line"), count(verdict.files, "file"));
    if let (Some(first), Some(last)) = (verdict.first, verdict.last) {
        text += &format!(", {first:.3} to {last:.3}");
    }
    text.push('\n');
    if verdict.begins_at > 1 && verdict.files > 1 {
        text += &format!("  begins with line {} of the trail: older files were rotated away\n", verdict.begins_at);
    }
    if verdict.mended > 0 {
        text += &format!("  {} of a crash taken off and recorded\n", counted(verdict.mended, "unfinished line"));
    }
    if let Some(Head { sequence, hash }) = verdict.head {
        text += &format!("  head: line {sequence}, {hash}\n");
    }
    text
}

fn counted(number: u64, word: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), word)
}

/// Print what changed, oldest first. Lines that are not as they were written are left out, and counted.
#[derive(Debug, Args)]
struct Show {
    /// The trail.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Only this field, or the fields below it: network.max_connections, network.
    #[arg(long, value_name = "KEY")]
    field: Option<String>,
    /// Only from this time on: 2026-08-01T12:00:00Z, 2026-08-01 (in UTC), or 2h for two hours ago.
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Timestamp>,
    /// Only so many of the newest.
    #[arg(long, value_name = "N")]
    last: Option<usize>,
    /// How to print the lines: aligned, or as they stand in the trail.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: Format,
}

/// How many lines are aligned with one another: a trail is never held whole.
const ALIGNED: usize = 512;

impl Show {
    fn run(self, output: &mut Output) -> Result<u8, Failure> {
        let mut broken = 0;
        let mut held: VecDeque<Line> = VecDeque::new();
        for reading in Reader::open(&self.path)? {
            match reading?.line {
                Ok(line) if self.wants(&line) => held.push_back(line),
                Ok(_) | Err(Wrong::Unfinished { .. }) => {}
                Err(_) => broken += 1,
            }
            match self.last {
                Some(last) if held.len() > last => drop(held.pop_front()),
                None if held.len() == ALIGNED => self.print(&mut held, output)?,
                _ => {}
            }
        }
        self.print(&mut held, output)?;
        if broken == 0 {
            return Ok(DONE);
        }
        output.finish()?;
        let (lines, path) = (counted(broken, "line"), self.path.display());
        Err(Failure(format!("{path}: {lines} not shown, not being as written: `audit verify` says which")))
    }

    fn wants(&self, line: &Line) -> bool {
        let below = |field: &str, key: &str| {
            field.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let field = |key: &String| line.field.as_ref().is_some_and(|field| below(field, key));
        self.field.as_ref().is_none_or(field) && self.since.is_none_or(|since| line.time >= since)
    }

    fn print(&self, lines: &mut VecDeque<Line>, output: &mut Output) -> Result<(), Failure> {
        let text = match self.format {
            Format::Human => table(&lines.drain(..).map(|line| cells(&line)).collect::<Vec<_>>()),
            Format::Json => lines.drain(..).map(|line| line.write()).collect(),
        };
        output.put(&text)
    }
}

/// A moment, a day in UTC, or how long ago.
fn since(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    // A day without a time: with one, it would be local time somewhere, and where is not said.
    let day = text.parse::<Date>().ok().filter(|_| text.len() == "2026-08-01".len());
    if let Some(start) = day.and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()) {
        return Ok(start);
    }
    let ago = humantime::parse_duration(text).ok();
    let time = ago.and_then(|ago| SystemTime::now().checked_sub(ago)).and_then(|time| Timestamp::try_from(time).ok());
    time.ok_or_else(|| "write 2026-08-01T12:00:00Z, or 2026-08-01, or 2h for two hours ago".to_owned())
}

const COLUMNS: usize = 7;

/// What a line says, in columns.
fn cells(line: &Line) -> [String; COLUMNS] {
    let text = |text: &Option<String>| text.as_deref().map(short).unwrap_or_default();
    let value = |value: &Option<String>| value.as_deref().map_or("absent".to_owned(), short);
    let what = match line.event {
        Kind::Changed | Kind::Reverted => format!("{} → {}", value(&line.old), value(&line.new)),
        Kind::Refused => line.rules.iter().map(|rule| short(rule)).collect::<Vec<_>>().join(", "),
        Kind::Torn => counted(line.bytes.unwrap_or_default(), "byte"),
        Kind::Started => String::new(),
    };
    let source = line.source.map(|source| source.name().to_owned()).unwrap_or_default();
    let time = format!("{:.3}", line.time);
    [time, line.event.name().to_owned(), text(&line.field), what, source, text(&line.origin), text(&line.reason)]
}

fn table(rows: &[[String; COLUMNS]]) -> String {
    let widths: [usize; COLUMNS] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or_default());
    let mut text = String::new();
    for row in rows {
        let start = text.len();
        for (cell, width) in row.iter().zip(widths).filter(|(_, width)| *width > 0) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        text.truncate(start + text[start..].trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

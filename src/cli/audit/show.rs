//! `confgate audit show`: list of recorded changes.

use std::collections::VecDeque;
use std::iter::repeat_n;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use confgate_core::sensitive::display::short;
use confgate_runtime::audit::{AuditLine, EventKind, LineError, TrailReader};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr;

use crate::cli::audit::count::count;
use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Print the recorded changes, oldest first. Altered lines are left out and counted.
#[derive(Debug, Args)]
pub struct Show {
    /// Audit trail.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Print only this field, or the fields below it: network.max_connections, network.
    #[arg(long, value_name = "KEY")]
    field: Option<String>,
    /// Print only changes since this time: 2026-08-01T12:00:00Z, 2026-08-01 (in UTC), or 2h for two hours ago.
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// Print only the newest N changes.
    #[arg(long, value_name = "N")]
    last: Option<usize>,
    /// Print the lines in this format: in columns, or as in the trail.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

/// Number of lines whose columns are aligned: a trail may be larger than the memory.
const ALIGNED: usize = 512;

impl Show {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let mut altered = 0;
        let mut lines: VecDeque<AuditLine> = VecDeque::new();
        for reading in TrailReader::open(&self.path)? {
            match reading?.line {
                Ok(line) if self.selects(&line) => lines.push_back(line),
                Ok(_) | Err(LineError::Incomplete { .. }) => {}
                Err(_) => altered += 1,
            }
            match self.last {
                Some(last) if lines.len() > last => drop(lines.pop_front()),
                None if lines.len() == ALIGNED => self.print(&mut lines, output)?,
                _ => {}
            }
        }
        self.print(&mut lines, output)?;
        if altered == 0 {
            return Ok(ExitStatus::Success);
        }
        output.flush()?;
        Err(CliError::file(&self.path, FileError::AlteredAuditLines(altered)))
    }

    fn selects(&self, line: &AuditLine) -> bool {
        let is_within = |field: &str, key: &str| {
            field.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let selects_field = |key: &String| line.field.as_ref().is_some_and(|field| is_within(field, key));
        self.field.as_ref().is_none_or(selects_field) && self.since.is_none_or(|since| line.time >= since)
    }

    fn print(&self, lines: &mut VecDeque<AuditLine>, output: &mut Output) -> Result<(), CliError> {
        let text = match self.format {
            OutputFormat::Human => table(&lines.drain(..).map(|line| cells(&line)).collect::<Vec<_>>()),
            OutputFormat::Json => lines.drain(..).map(|line| line.to_text()).collect(),
        };
        output.put(&text)
    }
}

/// A value of `--since` that is not a time.
#[derive(Debug, thiserror::Error)]
#[error("write 2026-08-01T12:00:00Z, or 2026-08-01, or 2h for two hours ago")]
struct InvalidTime;

/// Parses a point in time, a day in UTC, or a duration before now.
fn parse_since(text: &str) -> Result<Timestamp, InvalidTime> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    // Only a day without a time: a time without an offset is local time in an unknown zone.
    let day = text.parse::<Date>().ok().filter(|_| text.len() == "2026-08-01".len());
    if let Some(start) = day.and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()) {
        return Ok(start);
    }
    let duration = humantime::parse_duration(text).map_err(|_| InvalidTime)?;
    let time = SystemTime::now().checked_sub(duration).ok_or(InvalidTime)?;
    Timestamp::try_from(time).map_err(|_| InvalidTime)
}

const COLUMNS: usize = 7;

/// Returns the columns of a line: time, event, field, details, source, origin, reason.
fn cells(line: &AuditLine) -> [String; COLUMNS] {
    let text = |text: &Option<String>| text.as_deref().map(short).unwrap_or_default();
    let value = |value: &Option<String>| value.as_deref().map_or("absent".to_owned(), short);
    let details = match line.event {
        EventKind::Changed | EventKind::Reverted => format!("{} → {}", value(&line.old), value(&line.new)),
        EventKind::Refused => line.rules.iter().map(|rule| short(rule)).collect::<Vec<_>>().join(", "),
        EventKind::Torn => count(line.bytes.unwrap_or_default(), "byte"),
        EventKind::Started => String::new(),
    };
    let source = line.source.map(|source| source.name().to_owned()).unwrap_or_default();
    let time = format!("{:.3}", line.time);
    [time, line.event.name().to_owned(), text(&line.field), details, source, text(&line.origin), text(&line.reason)]
}

fn table(rows: &[[String; COLUMNS]]) -> String {
    let widths: [usize; COLUMNS] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or_default());
    let mut text = String::new();
    for row in rows {
        let start = text.len();
        for (cell, width) in row.iter().zip(widths).filter(|(_, width)| *width > 0) {
            text.push_str(cell);
            text.extend(repeat_n(' ', width - cell.width() + 2));
        }
        text.truncate(start + text[start..].trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

//! Where commands write: standard output, with colours where a person looks.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use anstyle::{AnsiColor, Style as Paint};
use clap::ValueEnum;
use confgate_core::diagnostics::Report;
use confgate_core::render::Totals;
use confgate_core::render::human::{self, Style};
use confgate_core::sensitive::display::sanitize;

use crate::cli::Failure;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// For whom a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// People.
    Human,
    /// Programs.
    Json,
}

/// What a config is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Toml,
    Json,
}

/// Standard output.
pub struct Output {
    /// How reports are drawn on it.
    pub style: Style,
    writer: BufWriter<Stdout>,
}

impl Output {
    pub fn new(color: Color) -> Self {
        let stdout = io::stdout();
        let color = wants_color(color, &stdout);
        let width = if stdout.is_terminal() { terminal_size::terminal_size().map(|(width, _)| width.0) } else { None };
        let style = Style { color, width: width.map_or(Style::default().width, usize::from).clamp(40, 160) };
        Self { style, writer: BufWriter::new(stdout) }
    }

    /// Writes a text.
    pub fn put(&mut self, text: &str) -> Result<(), Failure> {
        self.put_bytes(text.as_bytes())
    }

    /// Writes bytes.
    pub fn put_bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.settle(|writer| writer.write_all(bytes))
    }

    /// Writes what is still held back.
    pub fn finish(&mut self) -> Result<(), Failure> {
        self.settle(BufWriter::flush)
    }

    /// A reader that goes away (`confgate rules | head`) has what it wanted.
    fn settle(&mut self, write: impl FnOnce(&mut BufWriter<Stdout>) -> io::Result<()>) -> Result<(), Failure> {
        match write(&mut self.writer) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure(format!("standard output: {error}")))
            }
            _ => Ok(()),
        }
    }
}

fn wants_color(color: Color, stream: &impl anstream::stream::RawStream) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
    }
}

/// Says on standard error why a command could not do what it was asked, which may quote somebody's text.
pub fn complain(color: Color, message: &str) {
    let stderr = io::stderr();
    let paint = if wants_color(color, &stderr) { AnsiColor::Red.on_default().bold() } else { Paint::new() };
    // Nothing is left to tell it to when standard error is gone.
    let message: Vec<_> = message.lines().map(sanitize).collect();
    let _ = writeln!(stderr.lock(), "{paint}error{paint:#}: {}", message.join("\n"));
}

/// What a build says of a config, in the width of a log.
pub fn build_log(report: &Report) -> String {
    human::report(report, Style::default()) + &human::totals(Totals::of([report]), Style::default())
}

/// What a build says of a fleet: every node with diagnostics under its name, then the totals.
pub fn fleet_log(reports: &[(String, Report)]) -> String {
    let mut log = String::new();
    for (name, report) in reports.iter().filter(|(_, report)| !report.diagnostics().is_empty()) {
        log.push_str(&format!("node {name}:\n{}", human::report(report, Style::default())));
    }
    log + &human::totals(Totals::of(reports.iter().map(|(_, report)| report)), Style::default())
}

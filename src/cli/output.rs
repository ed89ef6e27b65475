//! Standard output with colors and the width of the terminal, and the error line on standard error.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use anstyle::{AnsiColor, Style as Paint};
use confgate_core::diagnostics::Report;
use confgate_core::render::human::{self, Style};
use confgate_core::render::{Hyperlinks, Totals};
use confgate_core::sensitive::display::sanitize;

use crate::cli::color::Color;
use crate::cli::error::CliError;
use crate::cli::progress::Progress;
#[cfg(feature = "fleet")]
use crate::cli::progress::Waiting;

/// Standard output.
pub struct Output {
    /// Colors and width of reports.
    pub style: Style,
    color: Color,
    writer: BufWriter<Stdout>,
    /// True if the command changes something, and the output only reports it.
    is_report: bool,
    /// Error of a report that could not be written.
    lost: Option<io::Error>,
}

impl Output {
    pub fn new(when: Color) -> Self {
        let stdout = io::stdout();
        let color = wants_color(when, &stdout);
        let width = if stdout.is_terminal() { terminal_size::terminal_size().map(|(width, _)| width.0) } else { None };
        let links = if wants_links(when) { hyperlinks() } else { None };
        let style = Style { color, width: width.map_or(Style::default().width, usize::from).clamp(40, 160), links };
        Self { style, color: when, writer: BufWriter::new(stdout), is_report: false, lost: None }
    }

    /// Declares that the command changes files or services, and that its output only reports what it did. An output that cannot be
    /// written is then a warning on standard error, and the exit code is that of the change.
    #[cfg(feature = "live")]
    pub fn report_only(&mut self) {
        self.is_report = true;
    }

    /// Returns whether a part of the report could not be written.
    #[cfg(feature = "deploy")]
    pub fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    /// Returns the progress of a number of things that take long, for a person who waits for them.
    pub fn progress(&self, verb: &'static str, total: usize) -> Progress {
        Progress::new(self.color, verb, total)
    }

    /// Displays a step of unknown length to a person who waits for it, until the value is dropped.
    #[cfg(feature = "fleet")]
    pub fn waiting(&self, verb: &'static str) -> Waiting {
        Waiting::new(self.color, verb)
    }

    /// Removes everything from the screen, if the output is a terminal.
    pub fn clear_screen(&mut self) -> Result<(), CliError> {
        if io::stdout().is_terminal() { self.put("\u{1b}[2J\u{1b}[H") } else { Ok(()) }
    }

    /// Prints an error on standard error.
    pub fn print_error(&self, error: &CliError) {
        print_error(self.color, error);
    }

    /// Writes the rest of the output at the end of a command, and warns of a lost report.
    pub fn finish(&mut self) -> Result<(), CliError> {
        self.flush()?;
        if let Some(error) = &self.lost {
            print_line(
                self.color,
                AnsiColor::Yellow,
                "warning",
                &format!("standard output: {error}; the exit code is that of the command"),
            );
        }
        Ok(())
    }

    /// Writes a text.
    pub fn put(&mut self, text: &str) -> Result<(), CliError> {
        self.put_bytes(text.as_bytes())
    }

    /// Writes bytes.
    pub fn put_bytes(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        self.write_with(|writer| writer.write_all(bytes))
    }

    /// Writes the diagnostics of a report and their number.
    pub fn put_report(&mut self, report: &Report) -> Result<(), CliError> {
        self.put(&human::report(report, self.style))?;
        self.put(&human::totals(Totals::of([report]), self.style))
    }

    /// Writes the buffered text.
    pub fn flush(&mut self) -> Result<(), CliError> {
        self.write_with(BufWriter::flush)
    }

    /// Ignores a closed pipe: the reader (`confgate rules | head`) has all that it needs.
    fn write_with(&mut self, write: impl FnOnce(&mut BufWriter<Stdout>) -> io::Result<()>) -> Result<(), CliError> {
        match write(&mut self.writer) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) if self.is_report => {
                self.lost.get_or_insert(error);
                Ok(())
            }
            written => written.map_err(CliError::Stdout),
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

/// Returns whether standard output displays hyperlinks. FORCE_HYPERLINK decides alone, unless it is 0.
fn wants_links(color: Color) -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_plain = color == Color::Never || is_set("NO_COLOR") && !is_set("FORCE_HYPERLINK");
    !is_plain && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
}

/// Returns the addresses of files below the working directory.
fn hyperlinks() -> Option<Hyperlinks> {
    let directory = env::current_dir().ok()?.into_os_string().into_string().ok()?;
    // A process has one output.
    Some(Hyperlinks { directory: Box::leak(directory.into_boxed_str()) })
}

/// Prints an error on standard error. It may quote untrusted text, so every line is sanitized.
pub fn print_error(color: Color, error: &CliError) {
    print_line(color, AnsiColor::Red, "error", &error.to_string());
}

fn print_line(color: Color, paint: AnsiColor, level: &str, message: &str) {
    let stderr = io::stderr();
    let paint = if wants_color(color, &stderr) { paint.on_default().bold() } else { Paint::new() };
    let lines: Vec<_> = message.lines().map(sanitize).collect();
    // An error of standard error cannot be reported anywhere.
    let _ = writeln!(stderr.lock(), "{paint}{level}{paint:#}: {}", lines.join("\n"));
}

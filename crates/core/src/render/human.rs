//! Reports for people: what is wrong, the place with its line, the facts, the way out.

use std::fmt::Write;

use anstyle::{AnsiColor, Style as Paint};
use unicode_width::UnicodeWidthStr;

use crate::diagnostics::{Diagnostic, Label, Report, Severity, codes};
use crate::render::snippet::Shown;
use crate::render::{Totals, count, wrap};
use crate::sensitive::display::harmless;
use crate::sensitive::mask;
use crate::value::{Path, Source};

/// The column where the name of the rule stands, if the headline leaves it free.
const RULE_COLUMN: usize = 72;

/// More unknown keys than this in one table are told in one piece.
const TOLD_APART: usize = 3;

/// How a report is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
    /// How many columns there are.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 100 }
    }
}

/// The diagnostics of a report, each followed by an empty line.
pub fn report(report: &Report, style: Style) -> String {
    let mut page = Page { text: String::new(), style, report };
    let mut told: Vec<Path> = Vec::new();
    for diagnostic in report.diagnostics() {
        match crowded_table(diagnostic, report) {
            None => page.diagnostic(diagnostic),
            Some(table) if told.contains(&table) => {}
            Some(table) => {
                page.unknown_keys(&table, diagnostic.severity);
                told.push(table);
            }
        }
    }
    page.text
}

/// The last line of a pass: `refused: 1 error, 0 warnings`.
pub fn totals(totals: Totals, style: Style) -> String {
    let (word, color) = if totals.refused > 0 { ("refused", AnsiColor::Red) } else { ("admitted", AnsiColor::Green) };
    let paint = if style.color { color.on_default().bold() } else { Paint::new() };
    let of = if totals.configs > 1 {
        let number = if totals.refused > 0 { totals.refused } else { totals.configs };
        format!(" {number} of {} configs", totals.configs)
    } else {
        String::new()
    };
    let errors = count(totals.errors, "error");
    let warnings = count(totals.warnings, "warning");
    format!("{paint}{word}{paint:#}{of}: {errors}, {warnings}\n")
}

/// The table of an unknown key, when it has so many that they are told in one piece.
fn crowded_table(diagnostic: &Diagnostic, report: &Report) -> Option<Path> {
    let table = diagnostic.path.parent().filter(|_| diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY))?;
    (unknown_keys_of(&table, report).count() > TOLD_APART).then_some(table)
}

fn unknown_keys_of<'r>(table: &'r Path, report: &'r Report) -> impl Iterator<Item = &'r Diagnostic> {
    let unknown = report.diagnostics().iter().filter(|diagnostic| diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY));
    unknown.filter(move |diagnostic| diagnostic.path.parent().as_ref() == Some(table))
}

struct Page<'r> {
    text: String,
    style: Style,
    report: &'r Report,
}

impl Page<'_> {
    fn paint(&self, paint: Paint) -> Paint {
        if self.style.color { paint } else { Paint::new() }
    }

    fn diagnostic(&mut self, diagnostic: &Diagnostic) {
        self.headline(diagnostic.severity, &diagnostic.message, &diagnostic.code);
        let gutter = gutter(&diagnostic.labels);
        self.labels(&diagnostic.labels, diagnostic.severity, gutter);
        for note in &diagnostic.notes {
            self.fact(gutter, "", note);
        }
        if let Some(help) = &diagnostic.help {
            self.fact(gutter, "help: ", help);
        }
        self.text.push('\n');
    }

    /// All unknown keys of a table: how many, where the first one stands, what each was probably meant to be.
    fn unknown_keys(&mut self, table: &Path, severity: Severity) {
        let report = self.report;
        let diagnostics: Vec<&Diagnostic> = unknown_keys_of(table, report).collect();
        let place = if table.0.is_empty() { "at the top of the file".to_owned() } else { format!("in {table}") };
        self.headline(severity, &format!("{} unknown keys {place}", diagnostics.len()), codes::SCHEMA_UNKNOWN_KEY.name);
        let Some((first, _)) = diagnostics.split_first() else { return };
        let labels = &first.labels[..first.labels.len().min(1)];
        let gutter = gutter(labels);
        self.labels(labels, severity, gutter);
        let name = |diagnostic: &Diagnostic| {
            let line = diagnostic.place().map(|place| place.position.0);
            let key = diagnostic.path.last_key().unwrap_or_default().to_owned();
            let held = diagnostic.count.map(|keys| format!("{keys} keys, ")).unwrap_or_default();
            line.map_or(key.clone(), |line| format!("{key} ({held}line {line})"))
        };
        let meant = |diagnostic: &Diagnostic| diagnostic.help.clone().filter(|_| !diagnostic.suggestions.is_empty());
        for diagnostic in &diagnostics {
            if let Some(meant) = meant(diagnostic) {
                self.fact(gutter, "", &format!("{}: {meant}", name(diagnostic)));
            }
        }
        let others: Vec<String> =
            diagnostics.iter().filter(|diagnostic| meant(diagnostic).is_none()).map(|f| name(f)).collect();
        if !others.is_empty() {
            self.fact(gutter, "", &format!("nothing reads {}", others.join(", ")));
        }
        self.fact(gutter, "help: ", "correct or remove them, or check with --unknown-keys warn to see what is left");
        self.text.push('\n');
    }

    fn headline(&mut self, severity: Severity, message: &str, rule: &str) {
        let bold = self.paint(Paint::new().bold());
        let level = self.paint(severity_color(severity).bold());
        let dim = self.paint(Paint::new().dimmed());
        let indent = severity.name().len() + 2;
        let lines = wrap(message, self.style.width.saturating_sub(indent));
        let last = lines.len().saturating_sub(1);
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                let _ = write!(self.text, "{level}{}{level:#}{bold}: {line}{bold:#}", severity.name());
            } else {
                let _ = write!(self.text, "{:indent$}{bold}{line}{bold:#}", "");
            }
            if index < last {
                self.text.push('\n');
            }
        }
        let rule = &*harmless(rule);
        let used = indent + lines.last().map_or(0, |line| line.width());
        let gap = RULE_COLUMN.saturating_sub(used).max(2);
        if used + gap + rule.width() <= self.style.width {
            let _ = writeln!(self.text, "{:gap$}{dim}{rule}{dim:#}", "");
        } else if used + 2 + rule.width() <= self.style.width {
            let gap = self.style.width - used - rule.width();
            let _ = writeln!(self.text, "{:gap$}{dim}{rule}{dim:#}", "");
        } else {
            let _ = writeln!(self.text, "\n{:indent$}{dim}{rule}{dim:#}", "");
        }
    }

    /// A line of facts below the places, wrapped under itself.
    fn fact(&mut self, gutter: usize, title: &str, fact: &str) {
        let edge = self.paint(AnsiColor::Blue.on_default());
        let bold = self.paint(Paint::new().bold());
        let indent = gutter + 2;
        for (index, line) in wrap(&format!("{title}{fact}"), self.style.width.saturating_sub(indent)).iter().enumerate()
        {
            let _ = match line.strip_prefix(title).filter(|_| index == 0 && !title.is_empty()) {
                Some(rest) => writeln!(self.text, "{:gutter$}{edge}={edge:#} {bold}{title}{bold:#}{rest}", ""),
                None if index == 0 => writeln!(self.text, "{:gutter$}{edge}={edge:#} {line}", ""),
                None => writeln!(self.text, "{:indent$}{line}", ""),
            };
        }
    }

    /// The places, file by file, with their lines.
    fn labels(&mut self, labels: &[Label], severity: Severity, gutter: usize) {
        let edge = self.paint(AnsiColor::Blue.on_default());
        let mut files: Vec<&str> = Vec::new();
        for label in labels {
            if !files.contains(&label.place.source.name()) {
                files.push(label.place.source.name());
            }
        }
        for file in files {
            let here = || labels.iter().enumerate().filter(|(_, label)| label.place.source.name() == file);
            let Some((_, first)) = here().next() else { continue };
            let (line, column) = first.place.position;
            let name = harmless(file);
            let place = if line == 0 { name.into_owned() } else { format!("{name}:{line}:{column}") };
            let _ = writeln!(self.text, "{:gutter$}{edge}┌─{edge:#} {place}", "");
            let mut rows: Vec<(usize, &Label)> = here().filter(|(_, label)| has_text(label)).collect();
            rows.sort_by_key(|(index, label)| (label.place.position, *index));
            self.rows(&rows, severity, gutter);
        }
    }

    /// The lines of one file, each once, with what points at them.
    fn rows(&mut self, rows: &[(usize, &Label)], severity: Severity, gutter: usize) {
        let edge = self.paint(AnsiColor::Blue.on_default());
        let mut previous = None;
        for (index, label) in rows {
            let source = &label.place.source;
            let line = label.place.position.0;
            let start = source.line_start(line);
            let text = source.line(line);
            let span = label.place.span.range();
            let bytes = span.start.saturating_sub(start)..span.end.saturating_sub(start).min(text.len());
            let hidden = mask::hidden(text, &self.report.hidden_in(source, start..start + text.len()));
            let shown = Shown::new(text, &hidden);
            let columns = shown.columns(bytes);
            let (window, cut) = shown.window(self.style.width.saturating_sub(gutter + 2), columns.clone());
            if previous != Some(line) {
                if previous.is_some_and(|previous| previous + 1 < line) {
                    let _ = writeln!(self.text, "{:gutter$}{edge}·{edge:#}", "");
                }
                let _ = writeln!(self.text, "{edge}{line:<gutter$}│{edge:#} {}", window.trim_end());
            }
            previous = Some(line);
            let (mark, paint) =
                if *index == 0 { ("^", severity_color(severity)) } else { ("-", AnsiColor::Blue.on_default()) };
            let paint = self.paint(paint.bold());
            let from = columns.start.saturating_sub(cut);
            let length = (columns.end - columns.start).min(self.style.width.saturating_sub(gutter + 2 + from).max(1));
            let marks = mark.repeat(length);
            let text = if label.text.is_empty() { String::new() } else { format!(" {}", label.text) };
            let _ = writeln!(self.text, "{:gutter$}{edge}│{edge:#} {:from$}{paint}{marks}{text}{paint:#}", "", "");
        }
    }
}

fn has_text(label: &Label) -> bool {
    let source = &label.place.source;
    !source.is_sealed() && !source.text().is_empty() && label.place.position.0 > 0
}

/// The columns that line numbers take.
fn gutter(labels: &[Label]) -> usize {
    let digits = |label: &Label| label.place.position.0.to_string().len();
    labels.iter().filter(|label| has_text(label)).map(digits).max().unwrap_or(0).max(2)
}

fn severity_color(severity: Severity) -> Paint {
    match severity {
        Severity::Error => AnsiColor::Red.on_default(),
        Severity::Warning => AnsiColor::Yellow.on_default(),
    }
}

impl Report {
    /// The hidden bytes of a line of `source`, counted from the beginning of the line.
    fn hidden_in(&self, source: &Source, line: std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
        let here = self.secrets().iter().filter(|place| place.source == *source).map(|place| place.span.range());
        let touching = here.filter(|span| span.start < line.end && span.end > line.start);
        touching.map(|span| span.start.saturating_sub(line.start)..span.end.min(line.end) - line.start).collect()
    }
}

//! Reports as text: headline, source lines, notes and help.

use std::collections::HashMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style as Paint};
use unicode_width::UnicodeWidthStr;

use crate::diagnostics::{Diagnostic, Displayed, Label, MAX_DISPLAYED, Report, Severity, codes};
use crate::environment::Environment;
use crate::render::hyperlinks::{Hyperlinks, linked};
use crate::render::secret_places::SecretPlaces;
use crate::render::snippet::{LastSnippet, Snippet};
use crate::render::totals::{Totals, count, wrap};
use crate::sensitive::display::sanitize;
use crate::sensitive::mask;
use crate::value::Path;

/// The column of the code, if the headline is shorter.
const CODE_COLUMN: usize = 72;

/// The maximum number of unknown keys in one table with a diagnostic each; more are summed up in one.
const MAX_UNKNOWN_KEYS: usize = 3;

/// The style of a text report.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// True for output with colours.
    pub color: bool,
    /// The width in columns.
    pub width: usize,
    /// The addresses of hyperlinks, for a terminal that displays them.
    pub links: Option<Hyperlinks>,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 100, links: None }
    }
}

impl Style {
    /// Returns the style of a stream that displays neither colors nor hyperlinks.
    #[must_use]
    pub fn plain(self) -> Self {
        Self { color: false, links: None, ..self }
    }
}

/// Renders the diagnostics of a report, each followed by an empty line.
pub fn report(report: &Report, style: Style) -> String {
    let mut page =
        Page { text: String::new(), style, secrets: SecretPlaces::new(report), last: LastSnippet::default() };
    let crowded = crowded_tables(report);
    // The first key of a table stands for all.
    let units = report.diagnostics().iter().filter(|diagnostic| {
        let table = unknown_key_table(diagnostic);
        let keys = table.and_then(|table| crowded.get(&table));
        keys.is_none_or(|keys| std::ptr::eq(keys[0], *diagnostic))
    });
    let Displayed { diagnostics, omitted } = Displayed::of(units);
    for diagnostic in diagnostics {
        let table = unknown_key_table(diagnostic);
        match table.and_then(|table| crowded.get_key_value(&table)) {
            None => page.diagnostic(diagnostic),
            Some((table, keys)) => page.unknown_keys(table, keys),
        }
    }
    if omitted.is_any() {
        page.text += &format!("{omitted}\n\n");
    }
    page.text
}

/// Renders the last line of a run: `refused in Production: 1 error, 0 warnings`.
pub fn totals(totals: Totals, style: Style) -> String {
    let (word, color) = if totals.refused > 0 { ("refused", AnsiColor::Red) } else { ("admitted", AnsiColor::Green) };
    let paint = if style.color { color.on_default().bold() } else { Paint::new() };
    let of = if totals.configs > 1 {
        let number = if totals.refused > 0 { totals.refused } else { totals.configs };
        format!(" {number} of {} configs", totals.configs)
    } else {
        String::new()
    };
    let environments: Vec<&str> = totals.environments().map(Environment::name).collect();
    // Leave the environment out if some configs have none.
    let have_all = totals.with_environment == totals.configs && totals.configs > 0;
    let place = if have_all { format!(" in {}", environments.join(", ")) } else { String::new() };
    let errors = count(totals.errors, "error");
    let warnings = count(totals.warnings, "warning");
    let combinations = totals.combinations.filter(|_| totals.configs == 1);
    let combinations = combinations.map(|combinations| format!("{combinations}\n")).unwrap_or_default();
    format!("{combinations}{paint}{word}{paint:#}{of}{place}: {errors}, {warnings}\n")
}

/// Returns the table of an unknown key.
fn unknown_key_table(diagnostic: &Diagnostic) -> Option<Path> {
    diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY).then(|| diagnostic.path.parent())?
}

/// Returns the unknown keys of each table that has so many that they are summed up.
fn crowded_tables(report: &Report) -> HashMap<Path, Vec<&Diagnostic>> {
    let mut tables: HashMap<Path, Vec<&Diagnostic>> = HashMap::new();
    for diagnostic in report.diagnostics() {
        if let Some(table) = unknown_key_table(diagnostic) {
            tables.entry(table).or_default().push(diagnostic);
        }
    }
    tables.retain(|_, keys| keys.len() > MAX_UNKNOWN_KEYS);
    tables
}

/// The text of a report while it is rendered.
struct Page {
    text: String,
    style: Style,
    secrets: SecretPlaces,
    last: LastSnippet,
}

impl Page {
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

    /// Renders all unknown keys of a table in one diagnostic: their number, the line of the first one, and suggestions.
    fn unknown_keys(&mut self, table: &Path, diagnostics: &[&Diagnostic]) {
        let Some((first, _)) = diagnostics.split_first() else { return };
        let severity = first.severity;
        let place = if table.0.is_empty() { "at the top of the file".to_owned() } else { format!("in {table}") };
        self.headline(severity, &format!("{} unknown keys {place}", diagnostics.len()), codes::SCHEMA_UNKNOWN_KEY.name);
        let labels = &first.labels[..first.labels.len().min(1)];
        let gutter = gutter(labels);
        self.labels(labels, severity, gutter);
        let name = |diagnostic: &Diagnostic| {
            let line = diagnostic.place().map(|place| place.position.0);
            // A name of several words is displayed in quotes.
            let key = Path::root().key(diagnostic.path.last_key().unwrap_or_default()).to_string();
            let held = diagnostic.count.map(|keys| format!("{keys} keys, ")).unwrap_or_default();
            line.map_or(key.clone(), |line| format!("{key} ({held}line {line})"))
        };
        let listed = &diagnostics[..diagnostics.len().min(MAX_DISPLAYED)];
        let question = |diagnostic: &Diagnostic| diagnostic.help.clone().filter(|_| !diagnostic.suggestions.is_empty());
        for diagnostic in listed {
            if let Some(question) = question(diagnostic) {
                self.fact(gutter, "", &format!("{}: {question}", name(diagnostic)));
            }
        }
        let others: Vec<String> =
            listed.iter().filter(|diagnostic| question(diagnostic).is_none()).map(|unknown| name(unknown)).collect();
        if !others.is_empty() {
            self.fact(gutter, "", &format!("nothing reads {}", others.join(", ")));
        }
        if listed.len() < diagnostics.len() {
            self.fact(gutter, "", &format!("and {} more keys", diagnostics.len() - listed.len()));
        }
        // A build has no such option.
        let is_nix = first.place().is_some_and(|place| place.source.name().ends_with(".nix"));
        let help = if is_nix {
            "correct or remove them"
        } else {
            "correct or remove them, or check with --unknown-keys warn to see what is left"
        };
        self.fact(gutter, "help: ", help);
        self.text.push('\n');
    }

    fn headline(&mut self, severity: Severity, message: &str, code: &str) {
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
        let address = self.style.links.and_then(|links| links.of_code(code));
        let code = &*sanitize(code);
        let text = linked(address.as_deref(), code);
        let used = indent + lines.last().map_or(0, |line| line.width());
        let gap = CODE_COLUMN.saturating_sub(used).max(2);
        if used + gap + code.width() <= self.style.width {
            let _ = writeln!(self.text, "{:gap$}{dim}{text}{dim:#}", "");
        } else if used + 2 + code.width() <= self.style.width {
            let gap = self.style.width - used - code.width();
            let _ = writeln!(self.text, "{:gap$}{dim}{text}{dim:#}", "");
        } else {
            let _ = writeln!(self.text, "\n{:indent$}{dim}{text}{dim:#}", "");
        }
    }

    /// Renders a note or the help, with a hanging indent.
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

    /// Renders the labels with their source lines, file by file.
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
            let name = sanitize(file);
            let place = if line == 0 { name.into_owned() } else { format!("{name}:{line}:{column}") };
            let address = self.style.links.filter(|_| has_text(first)).and_then(|links| links.of_file(file));
            let place = linked(address.as_deref(), &place);
            let _ = writeln!(self.text, "{:gutter$}{edge}┌─{edge:#} {place}", "");
            let mut rows: Vec<(usize, &Label)> = here().filter(|(_, label)| has_text(label)).collect();
            rows.sort_by_key(|(index, label)| (label.place.position, *index));
            self.rows(&rows, severity, gutter);
        }
    }

    /// Renders the lines of one file, each once, with the marks below.
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
            let snippet = self.last.of(source, line, || {
                let (known, public) = self.secrets.in_line(source, start..start + text.len());
                Snippet::new(text, &mask::secret_ranges(text, &known, &public))
            });
            let columns = snippet.columns(bytes);
            let (window, cut) = snippet.window(self.style.width.saturating_sub(gutter + 2), columns.clone());
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

/// Tells whether a label points into a text that can be displayed.
fn has_text(label: &Label) -> bool {
    let source = &label.place.source;
    !source.is_sealed() && !source.text().is_empty() && label.place.position.0 > 0
}

/// Returns the width of the column of line numbers.
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

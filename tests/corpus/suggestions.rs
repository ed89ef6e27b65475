//! Suggestions of the corpus: each is applied to the text as it stands, and the result is checked again.
//!
//! A suggestion must not lead to another diagnostic at its place, and never to a config that is admitted with another meaning. The
//! first is computed; the second is judged by a person, in `suggestions.tsv`. `UPDATE=1` writes new rows with the judgment `?`, and
//! the test fails until each has one.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use confgate_bitcraps::Config;
use confgate_builder::{LoadedSchema, SchemaFiles};
use confgate_core::diagnostics::{Diagnostic, Report, Severity, Suggestion, codes};
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::sensitive::display::is_unsafe;
use confgate_core::toml;
use confgate_core::value::{Format, Location, Node, Origin, Path, Segment, Source, Table, Value};
use confgate_test_support::{golden, root};

use crate::case::{Case, Input as CaseInput};

/// The judgment of a row that was not read yet.
const UNJUDGED: &str = "?";

pub fn no_suggestion_leads_to_another_rejection_or_meaning() {
    let known = judgments();
    let mut table = String::from(HEADER);
    let mut bad = Vec::new();
    for case in Case::all() {
        for row in rows_of(&case) {
            let judgment = known.get(&row.key()).map_or(UNJUDGED, String::as_str);
            if row.outcome.starts_with("rejected") || judgment == UNJUDGED {
                bad.push(format!("{}\t{}\t{judgment}", row.key(), row.outcome));
            }
            let _ = writeln!(table, "{}\t{}\t{judgment}", row.key(), cell_text(&row.outcome));
        }
    }
    let mut difference = String::new();
    golden::compare(&file(), &table, &mut difference);
    assert!(bad.is_empty(), "suggestions that lead to another diagnostic, or that are not judged:\n{}", bad.join("\n"));
    assert!(difference.is_empty(), "{difference}");
}

const HEADER: &str = "# case\tfield\tsuggestion\toutcome\tjudgment\n";

fn file() -> PathBuf {
    root().join("tests/corpus/suggestions.tsv")
}

/// Reads the judgments of the committed table, by case, field and suggestion.
fn judgments() -> BTreeMap<String, String> {
    let text = fs::read_to_string(file()).unwrap_or_default();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    let cells = rows.map(|line| line.split('\t').collect::<Vec<_>>());
    cells.filter(|cells| cells.len() == 5).map(|cells| (cells[..3].join("\t"), cells[4].to_owned())).collect()
}

/// A suggestion of a case, applied.
struct Row {
    case: String,
    field: String,
    suggestion: String,
    outcome: String,
}

impl Row {
    fn key(&self) -> String {
        [&self.case, &self.field, &self.suggestion].map(|cell| cell_text(cell)).join("\t")
    }
}

/// Escapes what cannot be seen in a table.
fn cell_text(text: &str) -> String {
    let escape = |c: char| if is_unsafe(c) { format!("\\u{:04X}", u32::from(c)) } else { c.to_string() };
    text.chars().map(escape).collect()
}

/// Applies each suggestion of a case.
fn rows_of(case: &Case) -> Vec<Row> {
    let CaseInput::File(name) = case.input else { return Vec::new() };
    let format = Format::ALL.into_iter().find(|format| format.extensions().iter().any(|end| name.ends_with(end)));
    let format = format.unwrap_or_default();
    // A case in another format may name its schema in the file.
    if format != Format::Toml && case.read("schema.json").is_none() {
        return Vec::new();
    }
    let Ok(text) = String::from_utf8(fs::read(case.file(name)).unwrap()) else { return Vec::new() };
    let Some(subject) = Subject::of(case) else { return Vec::new() };
    let source = Source::in_format(format, name, text);
    let report = subject.check(&source);
    let mut rows = Vec::new();
    for diagnostic in report.diagnostics() {
        let row = |suggestion: String, outcome: String| Row {
            case: case.name(),
            field: diagnostic.path.to_string(),
            suggestion,
            outcome,
        };
        for suggestion in &diagnostic.suggestions {
            let replaced = suggestion.place.as_ref().map_or("", |place| &source.text()[place.span.range()]);
            let change = format!("`{replaced}` → `{}`", suggestion.replacement);
            rows.push(row(change, subject.outcome(&source, &report, diagnostic, suggestion)));
        }
        // An instruction without a text to write is followed by hand.
        let is_instruction = diagnostic.help.as_ref().is_some_and(|help| help.contains("write "));
        if diagnostic.suggestions.is_empty() && is_instruction {
            rows.push(row(diagnostic.help.clone().unwrap_or_default(), "by hand".to_owned()));
        }
    }
    rows
}

/// The gate of a case, with its options.
struct Subject {
    gate: Box<dyn Fn(Input) -> Report>,
    options: ValidateOptions,
}

impl Subject {
    fn of(case: &Case) -> Option<Self> {
        let gate: Box<dyn Fn(Input) -> Report> = match case.read("schema.json") {
            Some(schema) => {
                let json = serde_json::from_str::<serde_json::Value>(&schema).unwrap();
                let path = case.file("schema.json");
                let loaded = SchemaFiles::load(json, &path, &[], |source| Gate::of_schema(source));
                // A case may be about a schema that cannot be used.
                let Ok(LoadedSchema { gate, .. }) = loaded else { return None };
                Box::new(move |input| gate.validate(input).report)
            }
            None => Box::new(|input| Gate::of::<Config>().validate(input).report),
        };
        let arguments = case.read("arguments").unwrap_or_default();
        let mut options = ValidateOptions::default();
        let mut words = arguments.lines();
        while let Some(word) = words.next() {
            match word {
                "--environment" | "--env" => options.environment = words.next().and_then(|name| name.parse().ok()),
                "--unknown-keys" if words.next() == Some("warn") => options.unknown_keys = Severity::Warning,
                _ => {}
            }
        }
        Some(Self { gate, options })
    }

    fn check(&self, source: &Source) -> Report {
        (self.gate)(Input::text(source, self.options))
    }

    /// Applies one suggestion, and describes what the gate says of the result.
    fn outcome(&self, source: &Source, before: &Report, about: &Diagnostic, suggestion: &Suggestion) -> String {
        let (after, path) = match &suggestion.place {
            Some(place) => {
                let mut text = source.text().to_owned();
                text.replace_range(place.span.range(), &suggestion.replacement);
                let edited = Source::in_format(source.format(), source.name(), text);
                let tree = Input::text(&edited, self.options).tree;
                (self.check(&edited), path_at(&tree, place.span.start, &mut Vec::new()))
            }
            // A table with a header: its value is replaced in the tree.
            None if !about.is(&codes::SCHEMA_UNKNOWN_KEY) => {
                let mut input = Input::text(source, self.options);
                let (values, _) = toml::read(&Source::new("", format!("value = {}\n", suggestion.replacement)));
                input.tree.get_mut(&about.path.0).unwrap().value = values.as_table().unwrap()["value"].value.clone();
                ((self.gate)(input), Some(about.path.clone()))
            }
            None => {
                let mut input = Input::text(source, self.options);
                let Some(to) = suggestion.path.clone() else { return "rejected: no path".to_owned() };
                match move_value(&mut input.tree, &about.path, &to) {
                    Some(()) => ((self.gate)(input), Some(to)),
                    None => return "rejected: the config sets it already".to_owned(),
                }
            }
        };
        let was_there =
            |diagnostic: &Diagnostic| before.diagnostics().iter().any(|other| other.is_same_problem(diagnostic));
        let is_at_place = |diagnostic: &Diagnostic| match (&path, &suggestion.place) {
            (Some(path), _) => diagnostic.path == *path,
            (None, Some(place)) => diagnostic.place().is_some_and(|at| is_near(at, place)),
            (None, None) => false,
        };
        let new: Vec<&Diagnostic> = after.diagnostics().iter().filter(|diagnostic| !was_there(diagnostic)).collect();
        let mut at_place = new.iter().filter(|diagnostic| is_at_place(diagnostic));
        // A secret in plain text was one under its misspelt name, and the note says so. What is not TOML cannot be judged.
        let is_noted = |diagnostic: &Diagnostic| {
            let is_said = about.is(&codes::TOML_SYNTAX) || about.notes.iter().any(|note| note.contains("is a secret"));
            diagnostic.is(&codes::SECRETS_NO_PLAIN_TEXT) && is_said
        };
        // A rule between fields waits until all of them have a value of the right type.
        let is_rule = |diagnostic: &Diagnostic| codes::find(&diagnostic.code).is_none() && diagnostic.keyword.is_none();
        if let Some(diagnostic) = at_place.clone().find(|diagnostic| !is_noted(diagnostic) && !is_rule(diagnostic)) {
            return format!("rejected: {}", diagnostic.message);
        }
        if let Some(diagnostic) = at_place.next() {
            return format!("{} applies", diagnostic.code);
        }
        let elsewhere = if new.is_empty() { String::new() } else { format!(", {} new elsewhere", new.len()) };
        match (after.admits(), after.errors()) {
            (true, _) => format!("admitted{elsewhere}"),
            (false, 1) => format!("1 error is left{elsewhere}"),
            (false, errors) => format!("{errors} errors are left{elsewhere}"),
        }
    }
}

fn is_near(at: &Location, place: &Location) -> bool {
    at.position.0 == place.position.0
}

/// Finds the path of the key or the value that begins at a byte.
fn path_at(node: &Node, start: u32, steps: &mut Vec<Segment>) -> Option<Path> {
    if let Origin::Text { key, value } = node.origin
        && (key.start == start || value.start == start)
        && !steps.is_empty()
    {
        return Some(Path(steps.clone()));
    }
    let children: Vec<(Segment, &Node)> = match &node.value {
        Value::Table(table) => table.iter().map(|(key, child)| (Segment::Key(key.clone()), child)).collect(),
        Value::List(elements) => {
            elements.iter().enumerate().map(|(index, child)| (Segment::Index(index), child)).collect()
        }
        _ => Vec::new(),
    };
    children.into_iter().find_map(|(step, child)| {
        steps.push(step);
        let found = path_at(child, start, steps);
        steps.pop();
        found
    })
}

/// Moves a value to another path; `None` if another value is there.
fn move_value(tree: &mut Node, from: &Path, to: &Path) -> Option<()> {
    let moved = tree.remove(&from.0)?;
    let (Segment::Key(last), tables) = to.0.split_last()? else { return None };
    let mut node = tree;
    for step in tables {
        node = match (step, &mut node.value) {
            (Segment::Key(key), Value::Table(table)) => {
                table.get_or_insert_with(key.clone(), || Node::generated(Value::Table(Table::default())))
            }
            (Segment::Index(index), Value::List(elements)) => elements.get_mut(*index)?,
            _ => return None,
        };
    }
    let table = node.as_table_mut()?;
    (!table.contains_key(last)).then(|| drop(table.insert(last.clone(), moved)))
}

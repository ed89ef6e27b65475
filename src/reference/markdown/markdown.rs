//! Page with all options and rules.

use std::collections::HashMap;
use std::fmt::Write;

use confgate_core::environment::Environment;
use confgate_core::render::wrap;
use confgate_core::value::Segment;
use unicode_width::UnicodeWidthStr;

use crate::reference::anchor::Anchors;
use crate::reference::default_value::DefaultValue;
use crate::reference::markdown::escape::{HELD, code, guarded, held, in_cell, inline, link, marked_up, slug};
use crate::reference::markdown::line::LINE;
use crate::reference::text::paragraphs;
use crate::reference::{Field, Reference, Section};

/// Longest default in the table of a section, in characters. The entry of the field below it contains the whole default.
const CELL: usize = 22;

const CONTENTS: &str = "Contents";
const RULES: &str = "Rules";
const ENVIRONMENTS: &str = "Environments";
const FORMATS: &str = "Formats";
const RETIRED: &str = "No longer read";

/// Renders the page.
pub fn page(reference: &Reference) -> String {
    let title = format!("Options of {}", reference.name);
    let anchors = Anchors::new(reference, slug, &[&title, CONTENTS], &[RULES]);
    let mut page = Page { text: String::new(), reference, anchors };
    page.heading(1, &inline(&title));
    page.paragraphs(&reference.about);
    page.paragraphs(
        "Generated from the schema and the rules of the service by its command `docs`. Edit those, not this page.",
    );
    page.contents();
    for (place, section) in reference.sections.iter().enumerate() {
        page.section(place, section);
    }
    page.rules();
    page.environments();
    page.rest();
    page.text
}

struct Page<'r> {
    text: String,
    reference: &'r Reference,
    anchors: Anchors,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}", line.replace(HELD, " "));
    }

    fn heading(&mut self, level: usize, title: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(&format!("{} {title}", "#".repeat(level)));
    }

    fn paragraphs(&mut self, text: &str) {
        for paragraph in paragraphs(text) {
            self.text.push('\n');
            self.wrapped("", "", &marked_up(&paragraph));
        }
    }

    /// Writes a text in lines, with the prefix `first` on the first line and `rest` on the others.
    fn wrapped(&mut self, first: &str, rest: &str, text: &str) {
        for (number, line) in wrap(text, LINE - first.len()).into_iter().enumerate() {
            self.line(&format!("{}{}", if number == 0 { first } else { rest }, guarded(&line)));
        }
    }

    fn item(&mut self, text: &str) {
        self.wrapped("- ", "  ", text);
    }

    fn contents(&mut self) {
        self.heading(2, CONTENTS);
        self.line("");
        let mut depths = Depths::default();
        for (place, section) in self.reference.sections.iter().enumerate() {
            let title = section_title(section);
            let link = link(&title, self.anchors.section(place));
            let indent = depths.next(section);
            self.line(&format!("{}- {link}", "  ".repeat(indent)));
        }
        let tail = [
            (RULES, true),
            (ENVIRONMENTS, self.reference.differing().next().is_some()),
            (FORMATS, !self.reference.formats.is_empty()),
            (RETIRED, !self.reference.retired.is_empty()),
        ];
        for (title, _) in tail.into_iter().filter(|(_, there)| *there) {
            self.line(&format!("- {}", link(title, &slug(title))));
        }
    }

    fn section(&mut self, place: usize, section: &Section) {
        self.heading(2, &section_title(section));
        self.paragraphs(&section.about);
        // The table of contents lists the tables of the top level.
        if !section.tables.is_empty() && !section.name.is_empty() {
            self.text.push('\n');
            self.wrapped("", "", &format!("Tables: {}", self.tables(&section.tables)));
        }
        if !section.fields.is_empty() {
            self.text.push('\n');
            self.overview(place, section);
        }
        for field in &section.fields {
            self.field(field);
        }
    }

    /// Writes the table of the fields of a section.
    fn overview(&mut self, place: usize, section: &Section) {
        let differ = section.fields.iter().any(Field::differs);
        let reloads = section.fields.iter().any(|field| field.reload.is_some());
        let mut rows = vec![vec!["Option".to_owned(), "Type".to_owned()]];
        if differ {
            rows[0].extend(Environment::ALL.map(|environment| environment.name().to_owned()));
        } else {
            rows[0].push("Default".to_owned());
        }
        if reloads {
            rows[0].push("Change".to_owned());
        }
        for (at, field) in section.fields.iter().enumerate() {
            let mut row = vec![link(&code(&field.key), self.anchors.field(place, at)), type_cell(field)];
            let environments = if differ { &Environment::ALL[..] } else { &Environment::ALL[..1] };
            row.extend(environments.iter().map(|environment| default_cell(field.default_in(*environment))));
            if reloads {
                row.push(inline(field.reload.as_deref().unwrap_or_default()));
            }
            rows.push(row);
        }
        self.table(&rows);
    }

    /// Writes a table. The first row is its head.
    fn table(&mut self, rows: &[Vec<String>]) {
        let escaped: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| in_cell(cell)).collect()).collect();
        let columns = escaped.first().map_or(0, Vec::len);
        let width = |column: usize| escaped.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(|column| width(column).max(3)).collect();
        for (number, row) in escaped.iter().enumerate() {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())))
                .collect();
            self.line(&format!("| {} |", cells.join(" | ")));
            if number == 0 {
                let rule: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
                self.line(&format!("|{}|", rule.join("|")));
            }
        }
    }

    fn field(&mut self, field: &Field) {
        self.heading(3, &code(&field.name));
        self.paragraphs(&field.about);
        self.text.push('\n');
        self.item(&format!("Type: {}", inline(&field.type_words())));
        if !field.choices.is_empty() {
            self.item("Values:");
            for choice in &field.choices {
                let about = choice.about.as_ref().map(|about| format!(": {}", inline(about)));
                let text = format!("{}{}", held(&code(&choice.value)), about.unwrap_or_default());
                self.wrapped("  - ", "    ", &text);
            }
        }
        self.item(&format!("Default: {}", defaults(field)));
        if !field.examples.is_empty() {
            self.item(&format!("Examples: {}", codes(&field.examples)));
        }
        if !field.variables.is_empty() {
            self.item(&format!("Environment variable: {}", codes(&field.variables)));
        }
        if let Some(words) = field.reload_words() {
            self.item(&format!("Change: {}", inline(&words)));
        }
        if field.secret {
            self.item("Secret: never displayed; write a reference such as `${SECRET_NAME}` instead of the value");
        }
        if field.deprecated {
            self.item("Deprecated: still read, but do not use it any more");
        }
        if !field.tables.is_empty() {
            self.item(&format!("Tables: {}", self.tables(&field.tables)));
        }
        if !field.rules.is_empty() {
            let rules = field.rules.iter();
            let links: Vec<String> =
                rules.map(|place| link(&code(self.reference.rules[*place].name), self.anchors.rule(*place))).collect();
            self.item(&format!("Rules: {}", links.join(", ")));
        }
    }

    fn tables(&self, places: &[usize]) -> String {
        let title = |place: usize| section_title(&self.reference.sections[place]);
        let links = places.iter().map(|place| link(&title(*place), self.anchors.section(*place)));
        links.collect::<Vec<_>>().join(", ")
    }

    fn rules(&mut self) {
        self.heading(2, RULES);
        self.paragraphs("Rules between fields. An error rejects the config; a warning is reported and accepts it.");
        for rule in &self.reference.rules {
            self.heading(3, &code(rule.name));
            self.text.push('\n');
            self.item(&format!("Severity: {}", rule.severity.name()));
            self.item(&format!("Why: {}", inline(rule.why)));
            self.item(&format!("Help: {}", inline(rule.help)));
            if !rule.reads.is_empty() {
                let reads = rule.reads.iter().map(|read| match self.anchors.read(self.reference, read) {
                    Some(anchor) => link(&code(read), anchor),
                    None => code(read),
                });
                let reads = reads.collect::<Vec<_>>().join(", ");
                self.item(&format!("Reads: {reads}"));
            }
        }
    }

    fn environments(&mut self) {
        let mut rows = vec![vec!["Option".to_owned()]];
        rows[0].extend(Environment::ALL.map(|environment| environment.name().to_owned()));
        for (section, place, field) in self.places().filter(|(.., field)| field.differs() && !field.names_environment) {
            let mut row = vec![link(&code(&field.name), self.anchors.field(section, place))];
            row.extend(Environment::ALL.map(|environment| value(field.default_in(environment))));
            rows.push(row);
        }
        if rows.len() > 1 {
            self.heading(2, ENVIRONMENTS);
            self.paragraphs("Options whose default depends on the environment.");
            self.text.push('\n');
            self.table(&rows);
        }
    }

    fn places(&self) -> impl Iterator<Item = (usize, usize, &Field)> {
        let sections = self.reference.sections.iter().enumerate();
        sections
            .flat_map(|(section, it)| it.fields.iter().enumerate().map(move |(place, field)| (section, place, field)))
    }

    fn rest(&mut self) {
        if !self.reference.formats.is_empty() {
            self.heading(2, FORMATS);
            self.paragraphs("Syntax of strings with these types.");
            self.text.push('\n');
            let mut rows = vec![vec!["Type".to_owned(), "Example".to_owned()]];
            rows.extend(self.reference.formats.iter().map(|(words, example)| vec![inline(words), inline(example)]));
            self.table(&rows);
        }
        if !self.reference.retired.is_empty() {
            self.heading(2, RETIRED);
            self.paragraphs("Keys of older versions. They cause a warning and have no effect.");
            self.text.push('\n');
            for (key, about) in &self.reference.retired {
                self.item(&format!("{}: {}", code(key), inline(about)));
            }
        }
    }
}

fn section_title(section: &Section) -> String {
    match (section.name.as_str(), &section.form) {
        ("", None) => inline(&section.title()),
        ("", Some(form)) => inline(&format!("Top level, {form}")),
        (name, None) => code(name),
        (name, Some(form)) => format!("{}, {}", code(name), code(form)),
    }
}

/// Returns the type of a field, or its values if they fit into a cell.
fn type_cell(field: &Field) -> String {
    let few = field.choices.iter().map(|choice| code(&choice.value)).collect::<Vec<_>>().join(", ");
    let mut words = if field.kind.starts_with("one of ") && !field.choices.is_empty() && few.len() <= 60 {
        few
    } else {
        inline(&field.type_words())
    };
    if field.secret {
        words.push_str(", **secret**");
    }
    words
}

fn value(default: DefaultValue<'_>) -> String {
    match default {
        DefaultValue::Value(value) => code(value),
        DefaultValue::None(words) => words.to_owned(),
    }
}

/// Returns a default for the table of a section.
fn default_cell(default: DefaultValue<'_>) -> String {
    match default {
        DefaultValue::Value(value) if value.chars().count() > CELL => {
            let kept: String = value.chars().take(CELL - 1).collect();
            code(&format!("{kept}…"))
        }
        default => value(default),
    }
}

fn defaults(field: &Field) -> String {
    if let Some(default) = field.default() {
        return held(&value(default));
    }
    let each = field.defaults().into_iter().map(|(default, environments)| {
        let names: Vec<&str> = environments.iter().map(|environment| environment.name()).collect();
        format!("{} in {}", held(&value(default)), join_names(&names))
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Joins names for a sentence.
fn join_names(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn codes(texts: &[String]) -> String {
    texts.iter().map(|text| held(&code(text))).collect::<Vec<_>>().join(", ")
}

/// The numbers of sections by path, up to one of them.
#[derive(Default)]
struct Depths<'s>(HashMap<&'s [Segment], usize>);

impl<'s> Depths<'s> {
    /// Returns the number of earlier sections that enclose the next one, itself among them for later ones.
    fn next(&mut self, section: &'s Section) -> usize {
        // The top level encloses none.
        if section.name.is_empty() {
            return 0;
        }
        let path = &section.path.0;
        let depth = (0..=path.len()).filter_map(|end| self.0.get(&path[..end])).sum();
        *self.0.entry(path).or_default() += 1;
        depth
    }
}

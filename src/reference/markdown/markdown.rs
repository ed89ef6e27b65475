use std::fmt::Write;

use confgate_core::environment::Environment;
use confgate_core::render::wrap;
use unicode_width::UnicodeWidthStr;

use crate::reference::anchor::Anchors;
use crate::reference::markdown::escape::{HELD, code, guarded, held, in_cell, inline, link, marked_up, slug};
use crate::reference::text::paragraphs;
use crate::reference::{Default, Field, Reference, Section};

/// How long a line of text is at most.
pub(crate) const LINE: usize = 120;
/// How long a default may be in the table of a section; below it, it stands whole.
const CELL: usize = 22;

const CONTENTS: &str = "Contents";
const RULES: &str = "Rules";
const ENVIRONMENTS: &str = "Environments";
const FORMATS: &str = "Formats";
const RETIRED: &str = "No longer read";

/// The page.
pub fn page(reference: &Reference) -> String {
    let title = format!("Options of {}", reference.name);
    let anchors = Anchors::new(reference, slug, &[&title, CONTENTS], &[RULES]);
    let mut page = Page { text: String::new(), reference, anchors };
    page.heading(1, &inline(&title));
    page.paragraphs(&reference.about);
    page.paragraphs(
        "Made from the schema and the rules of the service by its command `docs`. Edit those, not this page.",
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

    /// A text of several lines, the first of which begins with `first` and the others with `rest`.
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
        for (place, section) in self.reference.sections.iter().enumerate() {
            let title = section_title(section);
            let link = link(&title, self.anchors.section(place));
            let indent = if section.name.is_empty() { 0 } else { self.depth(place) };
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

    /// In how many sections before it a section is.
    fn depth(&self, place: usize) -> usize {
        let section = &self.reference.sections[place];
        let around = |other: &&Section| !other.name.is_empty() && section.path.0.starts_with(&other.path.0);
        self.reference.sections[..place].iter().filter(around).count()
    }

    fn section(&mut self, place: usize, section: &Section) {
        self.heading(2, &section_title(section));
        self.paragraphs(&section.about);
        // At the top the contents above say the same.
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

    /// The fields of a section at a glance.
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
            let mut row = vec![link(&code(&field.key), self.anchors.field(place, at)), glance(field)];
            let shown = if differ { &Environment::ALL[..] } else { &Environment::ALL[..1] };
            row.extend(shown.iter().map(|environment| cell(field.default_in(*environment))));
            if reloads {
                row.push(inline(field.reload.as_deref().unwrap_or_default()));
            }
            rows.push(row);
        }
        self.table(&rows);
    }

    /// Rows under a head, in columns.
    fn table(&mut self, rows: &[Vec<String>]) {
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| in_cell(cell)).collect()).collect();
        let columns = rows.first().map_or(0, Vec::len);
        let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(|column| width(column).max(3)).collect();
        for (number, row) in rows.iter().enumerate() {
            let cells = row.iter().zip(&widths);
            let cells: Vec<String> =
                cells.map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width()))).collect();
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
            self.item("Secret: nobody may see the value; a reference such as `${SECRET_NAME}` stands in its place");
        }
        if field.deprecated {
            self.item("Deprecated: still read, and not to be written any more");
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
        self.paragraphs(
            "What must hold between fields. An error refuses the config; a warning is said and lets it pass.",
        );
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
            self.paragraphs("The options whose default is not the same in every environment.");
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
            self.paragraphs("How texts of these types are written.");
            self.text.push('\n');
            let mut rows = vec![vec!["Type".to_owned(), "Such as".to_owned()]];
            rows.extend(self.reference.formats.iter().map(|(words, example)| vec![inline(words), inline(example)]));
            self.table(&rows);
        }
        if !self.reference.retired.is_empty() {
            self.heading(2, RETIRED);
            self.paragraphs("Keys that older versions wrote. They are read, warned of and left out.");
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

/// The type of a field, with its values where they are few.
fn glance(field: &Field) -> String {
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

fn value(default: Default<'_>) -> String {
    match default {
        Default::Value(value) => code(value),
        Default::None(words) => words.to_owned(),
    }
}

/// A default in the table of a section.
fn cell(default: Default<'_>) -> String {
    match default {
        Default::Value(value) if value.chars().count() > CELL => {
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
        format!("{} in {}", held(&value(default)), listed(&names))
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Names in a sentence.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn codes(texts: &[String]) -> String {
    texts.iter().map(|text| held(&code(text))).collect::<Vec<_>>().join(", ")
}

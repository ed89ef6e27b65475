//! Page of codes: every code that a diagnostic can have, from the registry.

use std::fmt::Write;

use confgate_core::diagnostics::codes::{ALL, Code, Example, FIELD, KEYWORDS, RULE};
use confgate_core::render::wrap;

use crate::reference::markdown::escape::{HELD, code as quoted, guarded, inline, link, slug};
use crate::reference::markdown::line::LINE;

const INTRODUCTION: &str = "Every diagnostic has a level, a place and a code: a stable name in reports of every \
                            format (JSON, SARIF, GitHub), in `--accept` and in the metrics. `confgate explain CODE` prints \
                            one of these entries.";
const GENERATED: &str =
    "Generated from the registry in the source by `confgate docs --codes`. Edit that, not this page.";
const FAMILIES: &str = "Fields and rules";

/// Renders the page.
pub fn page_of_codes() -> String {
    let mut page = Page { text: String::new() };
    page.heading(1, "Codes");
    page.paragraph(INTRODUCTION);
    page.paragraph(GENERATED);
    page.line("");
    page.line("| Code | Level | Meaning |");
    page.line("|---|---|---|");
    for code in ALL {
        page.line(&format!("| {} | {} | {} |", linked(code.name), code.level.name(), inline(code.what)));
    }
    for family in [FIELD, RULE] {
        page.line(&format!("| {} | error | {} |", link(&quoted(family.name), &slug(FAMILIES)), inline(family.what)));
    }
    let mut area = "";
    for code in ALL {
        let of = code.name.split('/').next().unwrap_or_default();
        if of != area {
            area = of;
            page.heading(2, area);
        }
        page.heading(3, &quoted(code.name));
        page.entry(code);
    }
    page.heading(2, FAMILIES);
    page.paragraph(
        "Two kinds of codes are named by the schema and the model. [The options](options.md) list those of the \
         bundled model.",
    );
    for family in [FIELD, RULE] {
        page.heading(3, &quoted(family.name));
        page.entry(&family);
    }
    page.heading(2, "Keywords");
    page.paragraph("Values of `keyword` of the diagnostics of fields in JSON reports, with their conditions.");
    page.line("");
    page.line("| Keyword | Satisfied when |");
    page.line("|---|---|");
    for keyword in KEYWORDS {
        page.line(&format!("| {} | {} |", quoted(keyword.name), inline(keyword.what)));
    }
    page.text
}

/// Returns the name of a code as a link to its entry.
fn linked(name: &str) -> String {
    link(&quoted(name), &slug(name))
}

struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}", line.replace(HELD, " "));
    }

    fn heading(&mut self, level: usize, title: &str) {
        if !self.text.is_empty() {
            self.line("");
        }
        self.line(&format!("{} {title}", "#".repeat(level)));
    }

    fn paragraph(&mut self, text: &str) {
        self.line("");
        // Only texts of this page contain links, and they are Markdown already.
        let markdown = if text.contains("](") { text.to_owned() } else { inline(text) };
        for line in wrap(&markdown, LINE) {
            self.line(&guarded(&line));
        }
    }

    fn entry(&mut self, code: &Code) {
        self.paragraph(&format!("{} Level: {}.", code.what, code.level.name()));
        self.paragraph(&format!("Why: {}", code.why));
        self.paragraph(&format!("Fix: {}", code.fix));
        self.example(&code.example);
    }

    fn example(&mut self, example: &Example) {
        if let Example::Described(situation) = example {
            self.paragraph(&format!("Example: {situation}"));
        }
        for (file, text) in example.files() {
            if text.is_empty() {
                self.paragraph(&format!("`{file}`, which is empty"));
                continue;
            }
            let language = file.rsplit_once('.').map_or("", |(_, ending)| ending);
            self.paragraph(&format!("`{file}`:"));
            self.block(language, text);
        }
        if let Some(command) = example.command() {
            self.block("sh", &command);
        }
    }

    fn block(&mut self, language: &str, text: &str) {
        self.line("");
        self.line(&format!("```{language}"));
        self.line(text);
        self.line("```");
    }
}

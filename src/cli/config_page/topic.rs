//! The page of a code of diagnostics, or of a rule of a model.

use std::fmt::Write;

use confgate_core::diagnostics::codes::{Code, Example, RULE};
use confgate_core::gate::RuleInfo;

use crate::cli::config_page::stack::STYLE;
use crate::page::{Connections, Frame, code, escaped};
use crate::reference::html::{REFERENCE_STYLE, about, fact, words};

/// Renders the page of a code.
pub(crate) fn code_topic(code: &Code) -> String {
    let mut facts = fact("Why", &words(code.why)) + &fact("Fix", &words(code.fix));
    if let Example::Described(situation) = &code.example {
        facts += &fact("Such as", &words(situation));
    }
    page(code.name, code.level.name(), code.what, &facts, &example(&code.example))
}

/// Renders the page of a rule.
pub(crate) fn rule_topic(rule: &RuleInfo) -> String {
    let mut facts = fact("Why", &words(RULE.why)) + &fact("Fix", &words(rule.help));
    if !rule.reads.is_empty() {
        facts += &fact("Reads", &rule.reads.iter().map(|read| code(read)).collect::<Vec<_>>().join(", "));
    }
    page(rule.name, rule.severity.name(), rule.why, &facts, "")
}

fn example(example: &Example) -> String {
    let mut text = String::new();
    for (file, content) in example.files() {
        let content = if content.is_empty() { "(empty)" } else { content };
        let lines: Vec<String> = content.lines().map(escaped).collect();
        let _ = write!(text, "<h3>{}</h3>\n<pre tabindex=\"0\">{}</pre>\n", code(file), lines.join("\n"));
    }
    if let Some(command) = example.command() {
        let _ = writeln!(text, "<pre tabindex=\"0\">$ {}</pre>", escaped(&command));
    }
    if text.is_empty() { text } else { format!("<h2>Example</h2>\n{text}") }
}

fn page(name: &str, level: &str, what: &str, facts: &str, example: &str) -> String {
    let frame = Frame {
        title: name,
        name,
        kind: "explained",
        style: &[REFERENCE_STYLE, STYLE].join("\n"),
        script: "",
        search: None,
        status: "",
        attributes: "",
        connections: Connections::None,
    };
    frame.html(&format!(
        "<main id=\"main\" class=\"alone\" tabindex=\"-1\">\n<h1>{}</h1>\n<p><span class=\"mark {level}\">{level}</span></p>\n{}\n<dl \
         class=\"facts\">{facts}</dl>\n{example}</main>\n",
        code(name),
        about(what),
    ))
}

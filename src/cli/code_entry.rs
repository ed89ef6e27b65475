//! Entry of a code, or of a rule of a model, as `confgate explain` prints it.

use confgate_core::diagnostics::codes::{Code, Example, RULE};
use confgate_core::gate::RuleInfo;
use confgate_core::render::wrap;
use serde_json::{Value as Json, json};

/// Column of the texts, to the right of their titles.
const INDENT: usize = 8;

/// Returns the entry of a code as text.
pub fn code_page(code: &Code, width: usize) -> String {
    let mut text = format!("{} ({})\n", code.name, code.level.name());
    text += &paragraph("", code.what, width);
    text += &paragraph("why", code.why, width);
    text += &paragraph("fix", code.fix, width);
    text += &example(&code.example, width);
    text
}

/// Returns the entry of a rule of a model as text.
pub fn rule_page(rule: &RuleInfo, width: usize) -> String {
    let mut text = format!("{} ({})\n", rule.name, rule.severity.name());
    text += &paragraph("", rule.why, width);
    text += &paragraph("why", RULE.why, width);
    text += &paragraph("fix", rule.help, width);
    text + &paragraph("reads", &rule.reads.join(", "), width)
}

/// Returns the entry of a code as JSON.
pub fn code_json(code: &Code) -> Json {
    let files = code.example.files().into_iter().map(|(name, text)| json!({ "name": name, "text": text }));
    let example = match &code.example {
        Example::Described(situation) => json!({ "situation": situation }),
        example => json!({ "files": files.collect::<Vec<_>>(), "command": example.command() }),
    };
    json!({
        "name": code.name,
        "level": code.level,
        "what": code.what,
        "why": code.why,
        "fix": code.fix,
        "example": example,
    })
}

/// Returns the entry of a rule of a model as JSON.
pub fn rule_json(rule: &RuleInfo) -> Json {
    json!({
        "name": rule.name,
        "level": rule.severity,
        "what": rule.why,
        "why": RULE.why,
        "fix": rule.help,
        "reads": rule.reads,
    })
}

/// Returns a paragraph after an empty line, with its title to the left of the first line.
fn paragraph(title: &str, text: &str, width: usize) -> String {
    let indent = if title.is_empty() { 2 } else { INDENT };
    let mut paragraph = "\n".to_owned();
    for (number, line) in wrap(text, width.saturating_sub(indent)).iter().enumerate() {
        paragraph += &match number {
            0 if !title.is_empty() => format!("  {title:<width$}{line}\n", width = INDENT - 2),
            _ => format!("{:indent$}{line}\n", ""),
        };
    }
    paragraph
}

fn example(example: &Example, width: usize) -> String {
    let mut text = match example {
        Example::Described(situation) => return paragraph("such as", situation, width),
        _ => "\n  example\n".to_owned(),
    };
    for (file, content) in example.files() {
        let content = if content.is_empty() { "(empty)" } else { content };
        text += &format!("    {file}\n");
        text.extend(content.lines().map(|line| format!("      {line}\n")));
    }
    text.extend(example.command().map(|command| format!("    $ {command}\n")));
    text
}

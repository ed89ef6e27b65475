//! The page of one field: its value as a stack of layers, and its documentation.

use std::fmt::Write;

use confgate_runtime::load::Explanation;

use crate::cli::config_page::stack::{STYLE, stack, value};
use crate::page::{Connections, Frame, SourceLinks, code, escaped};
use crate::reference::html::{REFERENCE_STYLE, about, fact};

/// Renders the page.
pub(crate) fn field_page(explanation: &Explanation, links: Option<&SourceLinks>) -> String {
    let field = &explanation.field;
    let mut text = format!(
        "<h1><code>{}</code></h1>\n<p class=\"now\">{}</p>\n",
        escaped(field),
        value(explanation.value.as_ref())
    );
    if let Some(description) = &explanation.about {
        text += &about(description);
    }
    text += "<h2>Layers</h2>\n";
    text += &match explanation.contributions.as_slice() {
        [] => "<p class=\"note\">No layer sets it.</p>".to_owned(),
        contributions => stack(contributions, links),
    };
    let _ = write!(text, "\n<h2>Facts</h2>\n<dl class=\"facts\">{}</dl>\n", facts(explanation));
    let frame = Frame {
        title: field,
        name: field,
        kind: "explained",
        style: &[REFERENCE_STYLE, STYLE].join("\n"),
        script: "",
        search: None,
        status: "",
        attributes: "",
        connections: Connections::None,
    };
    frame.html(&format!("<main id=\"main\" class=\"alone\" tabindex=\"-1\">\n{text}</main>\n"))
}

/// Renders what the schema says of a field.
pub(super) fn facts(explanation: &Explanation) -> String {
    let mut text = String::new();
    let mut add = |term: &str, words: Option<String>| {
        if let Some(words) = words {
            text += &fact(term, &words);
        }
    };
    let type_words = [
        explanation.kind.clone(),
        explanation.bounds.clone(),
        explanation.unit.as_ref().map(|unit| format!("in {unit}")),
    ];
    let type_words: Vec<String> = type_words.into_iter().flatten().collect();
    add("Type", (!type_words.is_empty()).then(|| escaped(&type_words.join(", "))));
    add("Default", Some(value(explanation.default.as_ref())));
    let variables: Vec<String> = explanation.variables.iter().map(|name| code(name)).collect();
    add("Variable", (!variables.is_empty()).then(|| variables.join(" ")));
    add(
        "Change",
        explanation.reload.as_deref().map(|class| match class {
            "live" => "applied by a reload".to_owned(),
            "restart" => "needs a restart".to_owned(),
            other => escaped(other),
        }),
    );
    add("Secret", explanation.secret.then(|| "never displayed".to_owned()));
    let rules: Vec<String> = explanation.rules.iter().map(|rule| code(rule)).collect();
    add("Rules", (!rules.is_empty()).then(|| rules.join(", ")));
    text
}

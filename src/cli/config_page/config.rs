//! The page of a whole config: its values beside the defaults, with their places and layers.

use std::fmt::Write;

use confgate_core::render::count;
use confgate_core::value::Segment;
use confgate_runtime::load::Explanation;

use crate::cli::config_page::field::facts;
use crate::cli::config_page::stack::{STYLE, differs, place, stack, value};
use crate::page::{SourceLinks, code, escaped};
use crate::reference::html::{Document, about, entry, fact, id, link, opening};

/// Facts about a loaded config, above its values.
pub(crate) struct Summary<'c> {
    pub name: &'c str,
    pub environment: &'c str,
    /// The file or bundle; `None` if the defaults apply.
    pub file: Option<&'c str>,
    /// The names of the active profiles.
    pub profiles: &'c [String],
}

/// Renders the page.
pub(crate) fn config_page(summary: &Summary<'_>, fields: &[Explanation], links: Option<&SourceLinks>) -> String {
    let differing = fields.iter().filter(|field| differs(field)).count();
    let mut contents = String::new();
    let mut sections = String::new();
    for (table, fields) in tables(fields) {
        let title = if table.is_empty() { summary.name } else { table };
        let anchor = format!("table-{}", id(title));
        let title = if table.is_empty() { escaped(title) } else { code(title) };
        let _ = write!(contents, "<li>{}</li>", link(&anchor, &title));
        sections += &opening(&anchor, &title);
        fields.iter().for_each(|explanation| sections += &field(explanation, links));
        sections += "</section>\n";
    }
    Document {
        title: &format!("Config of {}", summary.name),
        name: summary.name,
        kind: "config",
        about: &head(summary, differing),
        total: &count(fields.len(), "option"),
        differing: (differing > 0).then_some("Only what differs from the defaults"),
        contents: &contents,
        sections: &sections,
        style: STYLE,
    }
    .html()
}

fn head(summary: &Summary<'_>, differing: usize) -> String {
    let profiles = match summary.profiles {
        [] => String::new(),
        names => fact("Profiles", &names.iter().map(|name| code(name)).collect::<Vec<_>>().join(" ")),
    };
    format!(
        "<dl class=\"facts\">{}{}{profiles}{}</dl>",
        fact("Environment", &escaped(summary.environment)),
        fact("File", &summary.file.map_or_else(|| "none: the defaults of the environment apply".to_owned(), code)),
        fact("Set", &format!("{} differ from the defaults", differing)),
    )
}

/// Groups the fields by the tables of the top level, in the order of the schema. The important ones of a table come first.
fn tables(fields: &[Explanation]) -> Vec<(&str, Vec<&Explanation>)> {
    let mut tables: Vec<(&str, Vec<&Explanation>)> = Vec::new();
    for field in fields {
        let table = match field.path.0.as_slice() {
            [Segment::Key(table), _, ..] => table.as_str(),
            _ => "",
        };
        match tables.iter_mut().find(|(name, _)| *name == table) {
            Some((_, members)) => members.push(field),
            None => tables.push((table, vec![field])),
        }
    }
    for (_, members) in &mut tables {
        members.sort_by_key(|field| !field.important);
    }
    tables
}

fn field(explanation: &Explanation, links: Option<&SourceLinks>) -> String {
    let marks = [
        explanation.important.then_some(("important", "important")),
        (explanation.reload.as_deref() == Some("restart")).then_some(("restart", "restart")),
        explanation.secret.then_some(("secret", "secret")),
    ];
    let anchor = id(&explanation.field);
    let mut text = entry(&anchor, &code(&explanation.field), differs(explanation), marks.into_iter().flatten());
    if let Some(description) = &explanation.about {
        text += &about(description);
    }
    text += "<dl class=\"facts\">";
    text += &fact("Value", &format!("<span class=\"now-value\">{}</span>", value(explanation.value.as_ref())));
    if let Some(top) = explanation.contributions.first() {
        text += &fact("Set by", &format!("{} {}", escaped(&top.layer.to_string()), place(top, links)));
    }
    text += &facts(explanation);
    text += "</dl>";
    if explanation.contributions.len() > 1 {
        let _ = write!(
            text,
            "<details class=\"layers\"><summary>{}<span class=\"unseen\"> of {}</span></summary>{}</details>",
            count(explanation.contributions.len(), "layer"),
            escaped(&explanation.field),
            stack(&explanation.contributions, links),
        );
    }
    text + "</article>\n"
}

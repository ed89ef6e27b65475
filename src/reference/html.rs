//! Reference as one HTML page that loads nothing from the network: search, anchors, environments side by side.
//!
//! `page.css` and `page.js` contain no text of the schema. All such text is in the markup, and escaped.

use std::fmt::Write;

use confgate_core::environment::Environment;
use confgate_core::render::count;

use crate::page::{Connections, Frame, Search, code, escaped, fill};
use crate::reference::anchor::Anchors;
use crate::reference::default_value::DefaultValue;
use crate::reference::text::{Span, paragraphs, spans};
use crate::reference::{Field, Reference, Section};

/// The content of the page, in its frame.
const CONTENT: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// IDs of the template and its frame.
const TEMPLATE_IDS: &[&str] = &["top", "main", "search", "found", "differing", "nothing", "contents", "theme"];
const RULES: &str = "rules";
const ENVIRONMENTS: &str = "environments";
const FORMATS: &str = "formats";
const RETIRED: &str = "no-longer-read";

/// Style of pages that show options.
#[cfg(feature = "live")]
pub(crate) const REFERENCE_STYLE: &str = STYLE;

/// A page of options: a table of contents, a search, and sections of entries.
pub(crate) struct Document<'d> {
    /// Title of the page, as text.
    pub title: &'d str,
    /// Name in the bar, as text.
    pub name: &'d str,
    /// Word for the content, after the name.
    pub kind: &'d str,
    /// Markup below the title.
    pub about: &'d str,
    /// Number of options, in words.
    pub total: &'d str,
    /// Label of the switch that hides the entries which do not differ; `None` if no entry differs.
    pub differing: Option<&'d str>,
    /// Items of the table of contents, as markup.
    pub contents: &'d str,
    /// Sections, as markup.
    pub sections: &'d str,
    /// Style beside that of options.
    pub style: &'d str,
}

impl Document<'_> {
    /// Renders the page.
    pub fn html(&self) -> String {
        let content = fill(CONTENT, |part| match part {
            "title" => escaped(self.title),
            "about" => self.about.to_owned(),
            "total" => escaped(self.total),
            "differing" => self.differing.map(switch).unwrap_or_default(),
            "contents" => self.contents.to_owned(),
            "sections" => self.sections.to_owned(),
            other => unreachable!("the template asks for {other}"),
        });
        let frame = Frame {
            title: self.title,
            name: self.name,
            kind: self.kind,
            style: &[STYLE, self.style].join("\n"),
            script: SCRIPT,
            search: Some(Search { label: "Search the options", placeholder: "Search" }),
            status: "",
            attributes: "",
            connections: Connections::None,
        };
        frame.html(&content)
    }
}

fn switch(label: &str) -> String {
    format!("<label class=\"script\"><input type=\"checkbox\" id=\"differing\">{}</label>", escaped(label))
}

/// Renders the page.
pub fn page(reference: &Reference) -> String {
    let before: Vec<&str> = TEMPLATE_IDS.iter().copied().chain([RULES, ENVIRONMENTS, FORMATS, RETIRED]).collect();
    let page = Page { reference, anchors: Anchors::new(reference, id, &before, &[]) };
    let differs = reference.differing().next().is_some();
    Document {
        title: &format!("Options of {}", reference.name),
        name: &reference.name,
        kind: "options",
        about: &about(&reference.about),
        total: &count(reference.fields().count(), "option"),
        differing: differs.then_some("Only what differs between environments"),
        contents: &page.contents(),
        sections: &[page.sections(), page.rules(), page.environments(), page.rest()].concat(),
        style: "",
    }
    .html()
}

struct Page<'r> {
    reference: &'r Reference,
    anchors: Anchors,
}

impl Page<'_> {
    fn contents(&self) -> String {
        let mut list = String::new();
        let mut enclosing: Vec<&Section> = Vec::new();
        for (place, section) in self.reference.sections.iter().enumerate() {
            enclosing.retain(|other| !other.name.is_empty() && section.path.0.starts_with(&other.path.0));
            // A nested section is named relative to the enclosing one.
            let outer = enclosing.last().map_or("", |other| other.name.as_str());
            let title = section.title();
            let title = title.strip_prefix(outer).map(|rest| rest.trim_start_matches('.')).unwrap_or(&title);
            let title = if title.is_empty() { &section.name } else { title };
            let title = if section.name.is_empty() { escaped(title) } else { code(title) };
            let link = link(self.anchors.section(place), &title);
            let _ = write!(list, "<li style=\"--depth: {}\">{link}</li>", enclosing.len());
            enclosing.push(section);
        }
        let tail = [
            (RULES, "Rules", true),
            (ENVIRONMENTS, "Environments", self.reference.differing().next().is_some()),
            (FORMATS, "Formats", !self.reference.formats.is_empty()),
            (RETIRED, "No longer read", !self.reference.retired.is_empty()),
        ];
        for (place, (id, title, _)) in tail.into_iter().filter(|(.., there)| *there).enumerate() {
            let first = if place == 0 { " class=\"apart\"" } else { "" };
            let _ = write!(list, "<li{first}>{}</li>", link(id, title));
        }
        list
    }

    fn sections(&self) -> String {
        let sections = self.reference.sections.iter().enumerate();
        sections.map(|(place, section)| self.section(place, section)).collect()
    }

    fn section(&self, place: usize, section: &Section) -> String {
        let title = if section.name.is_empty() { escaped(&section.title()) } else { code(&section.title()) };
        let mut text = opening(self.anchors.section(place), &title);
        text += &about(&section.about);
        // The table of contents lists the tables of the top level.
        if !section.tables.is_empty() && !section.name.is_empty() {
            let _ = write!(text, "<p>Tables: {}</p>", self.tables(&section.tables));
        }
        for (at, field) in section.fields.iter().enumerate() {
            text += &self.field(self.anchors.field(place, at), field);
        }
        text + "</section>\n"
    }

    fn field(&self, anchor: &str, field: &Field) -> String {
        let table = field.name.strip_suffix(&field.key).unwrap_or_default();
        let key = field.name.strip_prefix(table).unwrap_or(&field.name);
        let name = format!("<code><span>{}</span>{}</code>", breakable(table), breakable(key));
        let marks = [
            field.important.then_some(("important", "important")),
            (field.reload.as_deref() == Some(confgate_core::schema::keywords::RELOAD_RESTART))
                .then_some(("restart", "restart")),
            field.secret.then_some(("secret", "secret")),
            field.required.then_some(("required", "required")),
            field.deprecated.then_some(("deprecated", "deprecated")),
        ];
        let mut text = entry(anchor, &name, field.differs() && !field.names_environment, marks.into_iter().flatten());
        text += &about(&field.about);
        text += "<dl class=\"facts\">";
        text += &fact("Type", &words(&field.type_words()));
        if !field.choices.is_empty() {
            text += &fact("Values", &choices(field));
        }
        text += &fact("Default", &defaults(field));
        if !field.examples.is_empty() {
            text += &fact("Examples", &codes(&field.examples));
        }
        if !field.variables.is_empty() {
            text += &fact("Variable", &codes(&field.variables));
        }
        if let Some(words) = field.reload_words() {
            text += &fact("Change", &escaped(&words));
        }
        if field.secret {
            text += &fact(
                "Secret",
                "never displayed; write a reference such as <code>${SECRET_NAME}</code> instead of the value",
            );
        }
        if field.deprecated {
            text += &fact("Deprecated", "still read, but do not use it any more");
        }
        if !field.tables.is_empty() {
            text += &fact("Tables", &self.tables(&field.tables));
        }
        if !field.rules.is_empty() {
            let rules = field.rules.iter();
            let links = rules.map(|place| link(self.anchors.rule(*place), &code(self.reference.rules[*place].name)));
            text += &fact("Rules", &links.collect::<Vec<_>>().join(", "));
        }
        text + "</dl></article>\n"
    }

    fn tables(&self, places: &[usize]) -> String {
        let title = |place: usize| code(&self.reference.sections[place].title());
        let links = places.iter().map(|place| link(self.anchors.section(*place), &title(*place)));
        links.collect::<Vec<_>>().join(", ")
    }

    fn rules(&self) -> String {
        let mut text = opening(RULES, "Rules");
        text += "<p>Rules between fields. An error rejects the config; a warning is reported and accepts it.</p>";
        for (place, rule) in self.reference.rules.iter().enumerate() {
            let severity = rule.severity.name();
            text += &entry(self.anchors.rule(place), &code(rule.name), false, [(severity, severity)]);
            text += &about(rule.why);
            text += "<dl class=\"facts\">";
            text += &fact("Help", &words(rule.help));
            if !rule.reads.is_empty() {
                let reads = rule.reads.iter().map(|read| match self.anchors.read(self.reference, read) {
                    Some(anchor) => link(anchor, &code(read)),
                    None => code(read),
                });
                text += &fact("Reads", &reads.collect::<Vec<_>>().join(", "));
            }
            text += "</dl></article>\n";
        }
        text + "</section>\n"
    }

    fn environments(&self) -> String {
        if self.reference.differing().next().is_none() {
            return String::new();
        }
        let mut text = opening(ENVIRONMENTS, "Environments");
        text += "<p>Options whose default depends on the environment.</p>";
        text += "<fieldset class=\"compare script\"><legend>Compare</legend>";
        for environment in Environment::ALL {
            let _ = write!(text, "<label><input type=\"checkbox\" checked>{environment}</label>");
        }
        text += "</fieldset><table class=\"side-by-side\"><thead><tr><th scope=\"col\">Option</th>";
        for environment in Environment::ALL {
            let _ = write!(text, "<th scope=\"col\">{environment}</th>");
        }
        text += "</tr></thead><tbody>";
        for (section, it) in self.reference.sections.iter().enumerate() {
            let fields = it.fields.iter().enumerate();
            for (place, field) in fields.filter(|(_, field)| field.differs() && !field.names_environment) {
                let name = format!("<code>{}</code>", breakable(&field.name));
                let link = link(self.anchors.field(section, place), &name);
                let _ = write!(text, "<tr data-entry data-differs><th scope=\"row\">{link}</th>");
                for environment in Environment::ALL {
                    let value = value(field.default_in(environment));
                    let _ = write!(text, "<td data-in=\"{environment}\">{value}</td>");
                }
                text += "</tr>\n";
            }
        }
        text + "</tbody></table></section>\n"
    }

    fn rest(&self) -> String {
        let mut text = String::new();
        let list = |rows: &mut dyn Iterator<Item = (String, String)>| {
            let rows = rows.map(|(term, words)| fact_of(&term, &words));
            format!("<dl class=\"facts wide\">{}</dl></section>\n", rows.collect::<String>())
        };
        if !self.reference.formats.is_empty() {
            text += &opening(FORMATS, "Formats");
            text += "<p>Syntax of strings with these types.</p>";
            let formats = self.reference.formats.iter();
            text += &list(&mut formats.map(|(name, example)| (escaped(name), escaped(example))));
        }
        if !self.reference.retired.is_empty() {
            text += &opening(RETIRED, "No longer read");
            text += "<p>Keys of older versions. They cause a warning and have no effect.</p>";
            text += &list(&mut self.reference.retired.iter().map(|(key, about)| (code(key), words(about))));
        }
        text
    }
}

/// Returns the start of a section with its heading.
pub(crate) fn opening(anchor: &str, title: &str) -> String {
    let id = escaped(anchor);
    format!("<section id=\"{id}\" aria-labelledby=\"{id}.title\"><h2 id=\"{id}.title\">{}</h2>", link(anchor, title))
}

/// Returns the start of an entry that the search finds: its name, as a link to itself, and its marks. `differs` is whether it stays when
/// only what differs is shown.
pub(crate) fn entry<'m>(
    anchor: &str,
    name: &str,
    differs: bool,
    marks: impl IntoIterator<Item = (&'m str, &'m str)>,
) -> String {
    let id = escaped(anchor);
    let differs = if differs { " data-differs" } else { "" };
    let mut text =
        format!("<article id=\"{id}\" data-entry{differs}><div class=\"head\"><h3>{}</h3>", link(anchor, name));
    for (class, mark) in marks {
        let _ = write!(text, "<span class=\"mark {class}\">{mark}</span>");
    }
    text + "</div>"
}

/// Renders a term with its words, which are markup.
pub(crate) fn fact(term: &str, words: &str) -> String {
    fact_of(&escaped(term), words)
}

fn fact_of(term: &str, words: &str) -> String {
    format!("<div><dt>{term}</dt><dd>{words}</dd></div>")
}

fn choices(field: &Field) -> String {
    if field.choices.iter().all(|choice| choice.about.is_none()) {
        let values = field.choices.iter().map(|choice| code(&choice.value));
        return values.collect::<Vec<_>>().join(" ");
    }
    let rows = field.choices.iter().map(|choice| {
        let about = choice.about.as_deref().map(words).unwrap_or_default();
        fact_of(&code(&choice.value), &about)
    });
    format!("<dl class=\"values\">{}</dl>", rows.collect::<String>())
}

fn defaults(field: &Field) -> String {
    if let Some(default) = field.default() {
        return value(default);
    }
    let each = Environment::ALL.map(|environment| {
        format!("<div><dt>{environment}</dt><dd>{}</dd></div>", value(field.default_in(environment)))
    });
    format!("<dl class=\"each\">{}</dl>", each.concat())
}

fn value(default: DefaultValue<'_>) -> String {
    match default {
        DefaultValue::Value(value) => format!("<code>{}</code>", breakable(value)),
        DefaultValue::None(words) => format!("<span class=\"none\">{words}</span>"),
    }
}

fn codes(texts: &[String]) -> String {
    texts.iter().map(|text| format!("<code>{}</code>", breakable(text))).collect::<Vec<_>>().join(" ")
}

/// Escapes a name or path and permits line breaks between its parts.
fn breakable(name: &str) -> String {
    escaped(name).replace('/', "/<wbr>").replace('.', ".<wbr>").replace('_', "_<wbr>")
}

/// Renders a link to an anchor; the words are markup.
pub(crate) fn link(anchor: &str, words: &str) -> String {
    format!("<a href=\"#{}\">{words}</a>", escaped(anchor))
}

/// Renders a description as paragraphs.
pub(crate) fn about(text: &str) -> String {
    let paragraphs = paragraphs(text).into_iter().map(|paragraph| format!("<p>{}</p>", marked_up(&paragraph)));
    format!("<div class=\"about\">{}</div>", paragraphs.collect::<String>())
}

/// Renders a description as one paragraph.
pub(crate) fn words(text: &str) -> String {
    marked_up(&spans(text))
}

fn marked_up(paragraph: &[Span]) -> String {
    let spans = paragraph.iter().map(|span| match span {
        Span::Text(text) => escaped(text),
        Span::Code(text) => code(text),
    });
    spans.collect()
}

/// Returns a name as an ID: its characters need no escaping in a URL fragment.
pub(crate) fn id(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || "._-/[]*".contains(c) { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_id_and_a_description_is_escaped() {
        assert_eq!(id("a b\"<c>.d[]"), "a-b--c-.d[]");
        assert_eq!(words("`<i>` <b>"), "<code>&lt;i&gt;</code> &lt;b&gt;");
    }

    #[test]
    fn style_and_script_end_where_the_page_says() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--") && !text.contains("{{"));
        }
    }
}

//! The document around a page.

use crate::page::markup::{escaped, fill};

const TEMPLATE: &str = include_str!("frame.html");
const STYLE: &str = include_str!("page.css");
const THEME_SCRIPT: &str = include_str!("theme.js");
const SEARCH_SCRIPT: &str = include_str!("search.js");

/// The document of a page, without its content. Texts are escaped when it is rendered.
pub(crate) struct Frame<'p> {
    /// Title of the document.
    pub title: &'p str,
    /// Name in the bar.
    pub name: &'p str,
    /// Word for the content, after the name.
    pub kind: &'p str,
    /// Style of the page beside that of all pages.
    pub style: &'p str,
    /// Script of the page beside those of all pages.
    pub script: &'p str,
    /// Search field in the bar.
    pub search: Option<Search<'p>>,
    /// Markup in the bar before the search.
    pub status: &'p str,
    /// Attributes of the body, as markup.
    pub attributes: &'p str,
    /// Requests that the page may make.
    pub connections: Connections,
}

/// The search field of a page. An element with the ID `found` says how many entries match.
pub(crate) struct Search<'p> {
    /// Name of the field for screen readers.
    pub label: &'p str,
    /// Text in the empty field.
    pub placeholder: &'p str,
}

/// Requests that a page may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connections {
    /// None.
    None,
    /// Requests to its own server.
    #[cfg(feature = "fleet")]
    Server,
}

impl Frame<'_> {
    /// Renders the document around a content.
    pub fn html(&self, content: &str) -> String {
        fill(TEMPLATE, |part| match part {
            "title" => escaped(self.title),
            "name" => escaped(self.name),
            "kind" => escaped(self.kind),
            "style" => [STYLE, self.style].join("\n"),
            "script" => match self.search {
                Some(_) => [THEME_SCRIPT, SEARCH_SCRIPT, self.script].join("\n"),
                None => [THEME_SCRIPT, self.script].join("\n"),
            },
            "attributes" => self.attributes.to_owned(),
            "bar" => format!("{}{}", self.status, self.search.as_ref().map(Search::html).unwrap_or_default()),
            "connect" => match self.connections {
                Connections::None => "'none'".to_owned(),
                #[cfg(feature = "fleet")]
                Connections::Server => "'self'".to_owned(),
            },
            "content" => content.to_owned(),
            other => unreachable!("the template asks for {other}"),
        })
    }
}

impl Search<'_> {
    fn html(&self) -> String {
        format!(
            "<div class=\"search script\" role=\"search\">\n<label class=\"unseen\" for=\"search\">{}</label>\n\
             <input type=\"search\" id=\"search\" placeholder=\"{}\" autocomplete=\"off\" autocapitalize=\"off\" \
             spellcheck=\"false\" aria-describedby=\"found\" aria-keyshortcuts=\"/\">\n\
             <kbd aria-hidden=\"true\">/</kbd>\n</div>\n",
            escaped(self.label),
            escaped(self.placeholder)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_end_where_the_page_says() {
        for text in [STYLE, THEME_SCRIPT, SEARCH_SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--") && !text.contains("{{"));
        }
    }

    #[test]
    fn a_frame_escapes_its_texts_and_names_the_requests_of_its_page() {
        let frame = Frame {
            title: "a <b>",
            name: "{{content}}",
            kind: "values",
            style: "",
            script: "",
            search: None,
            status: "",
            attributes: "",
            connections: Connections::None,
        };
        let page = frame.html("<main id=\"main\"></main>\n");
        assert!(page.contains("<title>a &lt;b&gt;</title>") && page.contains("connect-src 'none'"), "{page}");
        assert!(page.contains("href=\"#top\">{{content}} <span>values</span>"), "{page}");
        assert!(!page.contains("id=\"search\""), "{page}");
    }
}

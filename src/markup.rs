//! Markup of the pages: templates, escaping, and the style and script that they share.

use confgate_core::sensitive::display::sanitize;

/// Style of every page: colors of both themes, text, the bar at the top.
pub(crate) const BASE_STYLE: &str = include_str!("base.css");

/// Script of the choice of a theme.
pub(crate) const THEME_SCRIPT: &str = include_str!("theme.js");

/// Fills the `{{parts}}` of a template. Inserted text is not searched for parts.
pub(crate) fn fill(template: &str, part: impl Fn(&str) -> String) -> String {
    let mut pieces = template.split("{{");
    let mut page = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        page.push_str(&part(name));
        page.push_str(rest);
    }
    page
}

/// Escapes a text for content and attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in sanitize(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inserted_text_is_not_searched_for_parts() {
        assert_eq!(fill("a {{x}} b {{y}}", |name| format!("{{{{{name}}}}}")), "a {{x}} b {{y}}");
    }

    #[test]
    fn a_text_cannot_end_an_attribute_or_begin_an_element() {
        assert_eq!(escaped("<script>\"'&"), "&lt;script&gt;&quot;&#39;&amp;");
    }

    #[test]
    fn style_and_script_end_where_the_page_says() {
        for text in [BASE_STYLE, THEME_SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--") && !text.contains("{{"));
        }
    }
}

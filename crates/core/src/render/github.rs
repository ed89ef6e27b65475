//! Reports as workflow commands, which GitHub displays as annotations in a diff.

use crate::diagnostics::{Diagnostic, Displayed, Report};
use crate::environment::Environment;
use crate::sensitive::display::sanitize;

/// Renders one command per line, one for each diagnostic.
pub fn commands(report: &Report) -> String {
    let Displayed { diagnostics, omitted } = report.displayed();
    let mut text: String =
        diagnostics.into_iter().map(|diagnostic| command(diagnostic, report.environment())).collect();
    if omitted.is_any() {
        text += &format!("::notice::{omitted}\n");
    }
    text
}

fn command(diagnostic: &Diagnostic, environment: Option<Environment>) -> String {
    let mut properties = Vec::new();
    if let Some(place) = diagnostic.place() {
        properties.push(format!("file={}", property(place.source.name())));
        if place.position.0 > 0 {
            let ((line, column), (end_line, end_column)) = (place.position, place.end());
            properties.push(format!("line={line},endLine={end_line},col={column},endColumn={end_column}"));
        }
    }
    properties.push(format!("title={}", property(&diagnostic.code)));
    let others = diagnostic.labels.iter().skip(1).map(|label| {
        let (line, column) = label.place.position;
        format!("{}:{line}:{column}: {}", label.place.source.name(), label.text)
    });
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let lines: Vec<String> = std::iter::once(diagnostic.message.clone())
        .chain(others)
        .chain(diagnostic.notes.iter().cloned())
        .chain(help)
        .chain(environment.map(|environment| format!("validated for {environment}")))
        .collect();
    format!("::{} {}::{}\n", diagnostic.severity.name(), properties.join(","), data(&lines.join("\n")))
}

/// Escapes the message of a command.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    sanitize(&text).into_owned()
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Path;

    #[test]
    fn delimiters_of_commands_and_properties_are_escaped() {
        let diagnostic = Diagnostic::error("a/b,c", Path::root().key("a").key("b,c"), "100% of\nit").help("x: y");
        assert_eq!(command(&diagnostic, None), "::error title=a/b%2Cc::100%25 of%0Ait%0Ahelp: x: y\n");
    }
}

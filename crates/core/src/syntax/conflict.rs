//! Detection of merge conflicts that are not resolved.

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::Code;
use crate::value::{Location, Path, Source, Span};

/// The maximum number of conflicts that are reported.
const MAX_REPORTED: usize = 20;

/// The markers of a conflict. Git writes each at the start of a line, followed by a space and a name or by the end of the line.
const MARKERS: [&str; 3] = ["<<<<<<<", "=======", ">>>>>>>"];

/// Returns a diagnostic for each conflict in a text with mistakes. All mistakes are then likely to be consequences of them.
pub(super) fn diagnostics(source: &Source, code: &'static Code) -> Vec<Diagnostic> {
    let mut found: Vec<[Span; 3]> = Vec::new();
    let mut open: Vec<Span> = Vec::new();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let marker = MARKERS.iter().position(|marker| is_marker(line, marker));
        let span = Span::from(start..start + line.trim_end().len());
        start += line.len();
        match (marker, &open[..]) {
            (Some(0), _) => open = vec![span],
            (Some(1), [_]) => open.push(span),
            (Some(2), [ours, separator]) => {
                found.push([*ours, *separator, span]);
                open.clear();
            }
            _ => {}
        }
    }
    found.truncate(MAX_REPORTED);
    let place = |span: Span| [Location::in_text(source, span)];
    let diagnostic = |[ours, separator, theirs]: [Span; 3]| {
        let message = format!("not {}: a merge conflict that is not resolved", source.format());
        Diagnostic::error(code, Path::root(), message)
            .at(place(ours), "")
            .at(place(separator), "the other side begins here")
            .at(place(theirs), "and ends here")
            .help("keep one of the two sides, and remove the three lines with the markers")
    };
    found.into_iter().map(diagnostic).collect()
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.trim_end().is_empty() || rest.starts_with(' '))
}

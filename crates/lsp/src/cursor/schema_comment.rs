//! The schema that a comment at the top of a file names.

use confgate_core::value::Format;

/// Returns what is written of the path of a schema, at the end of a text whose last comment starts at a byte.
pub(crate) fn schema_comment(format: Format, before: &str, comment: usize) -> Option<&str> {
    let marker = match format {
        Format::Toml => "#:schema ",
        Format::Yaml => "$schema=",
        Format::Json => return None,
    };
    let text = &before[comment..];
    let written = text.rfind(marker).map(|at| &text[at + marker.len()..])?;
    let is_head = before[..comment].lines().all(|line| line.trim().is_empty() || line.starts_with('#'));
    (is_head && !written.contains(char::is_whitespace)).then_some(written)
}

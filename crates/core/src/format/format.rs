//! The entry point: formatting of a text.

use crate::format::canonical::canonical_tree;
use crate::format::comments::attached;
use crate::format::error::FormatError;
use crate::format::items::{Items, anchor_line};
use crate::format::place::with_comments;
use crate::gate::schema_reference::{put_schema_reference, take_schema_reference};
use crate::gate::{Gate, Input, ValidateOptions, written};
use crate::pretty_json::document;
use crate::syntax::Reading;
use crate::value::{Format, Source, json};
use crate::{toml, yaml};

/// Returns the canonical text of a config in its format, with its comments.
///
/// # Errors
///
/// The gate rejects the config, or a part of the text cannot be kept.
///
/// ```
/// use confgate_core::format::format;
/// use confgate_core::gate::{Gate, ValidateOptions};
/// use confgate_core::value::Source;
///
/// let schema = serde_json::json!({ "properties": { "host": {}, "port": { "type": "integer" } } });
/// let gate = Gate::of_schema(schema)?;
/// let source = Source::new("a.toml", "port=80 # for browsers\n# of this machine\nhost='a'\n");
/// let text = format(&gate, &source, ValidateOptions::default())?;
/// assert_eq!(text, "# of this machine\nhost = \"a\"\nport = 80 # for browsers\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn format(gate: &Gate, source: &Source, options: ValidateOptions) -> Result<String, FormatError> {
    let input = Input::text(source, options);
    let mut written = input.tree.clone();
    let outcome = gate.validate(input);
    if !outcome.report.admits() {
        return Err(FormatError::Rejected(outcome.report));
    }
    if let Some(line) = anchor_line(source, &written) {
        return Err(FormatError::Anchor { line });
    }
    let items = Items::of(source, &written);
    let comments = attached(source.text(), source.format(), &items);
    let options = ValidateOptions { environment: Some(outcome.environment), ..options };
    // TOML names its schema in a comment.
    let reference = match source.format() {
        Format::Toml => None,
        Format::Json | Format::Yaml => take_schema_reference(gate.view(), &mut written),
    };
    let tree = canonical_tree(gate.spec(), written, outcome, options.fill_defaults);
    let with_reference = reference.map(|reference| {
        let mut tree = tree.clone();
        put_schema_reference(&mut tree, reference);
        tree
    });
    let to_write = with_reference.as_ref().unwrap_or(&tree);
    let canonical = match source.format() {
        Format::Toml => toml::write(to_write)?,
        Format::Json => document(&json::write(to_write)),
        Format::Yaml => yaml::write(to_write),
    };
    let as_source = |text: &str| Source::in_format(source.format(), source.name(), text);
    let canonical_source = as_source(&canonical);
    let canonical_items = Items::of(&canonical_source, &Reading::of(&canonical_source).tree);
    let text = with_comments(&canonical, &canonical_items, &comments).ok_or(FormatError::Comments)?;
    let result = as_source(&text);
    let reading = Reading::of(&result);
    let texts = |items: &Items, text: &str| {
        let mut texts: Vec<String> =
            items.comments.iter().map(|comment| text[comment.clone()].trim_end().to_owned()).collect();
        texts.sort_unstable();
        texts
    };
    if texts(&items, source.text()) != texts(&Items::of(&result, &reading.tree), &text) {
        return Err(FormatError::Comments);
    }
    let is_partial = gate.has_type() && !options.fill_defaults;
    let verify = if is_partial { written::verify_partial } else { written::verify };
    verify(gate.spec(), &tree, Input::text(&result, options))?;
    Ok(text)
}

#[cfg(test)]
mod tests;

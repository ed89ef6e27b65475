//! The text of a bundle's config.

use confgate_core::bundle::{SCHEMA_FILE, config_name};
use confgate_core::pretty_json::document;
use confgate_core::value::{self, Format, Node, json};
use confgate_core::{toml, yaml};

use crate::error::BuildError;

/// Renders the config of the bundle `name` in a format. Returns the name of its file, and its text.
///
/// # Errors
///
/// The format cannot express a value.
pub fn render_config(tree: &Node, format: Format, name: &str) -> Result<(&'static str, String), BuildError> {
    let text = match format {
        Format::Toml => toml::write(tree).map_err(BuildError::settings(name))?,
        Format::Json => match json::first_non_finite(tree) {
            Some((path, number)) => return Err(BuildError::settings(name)(NotInJson { path, number })),
            None => document(&json::write(tree)),
        },
        Format::Yaml => yaml::write(tree),
    };
    Ok((config_name(format), text))
}

/// Returns the first line of a config that names the schema beside it for editors. JSON has no comments, and a key would be one of the
/// service.
pub(crate) fn schema_line(format: Format) -> String {
    match format {
        Format::Toml => format!("#:schema ./{SCHEMA_FILE}\n"),
        Format::Yaml => format!("# yaml-language-server: $schema=./{SCHEMA_FILE}\n"),
        Format::Json => String::new(),
    }
}

/// A number that JSON cannot hold, in a build without a check.
#[derive(Debug, thiserror::Error)]
#[error("{path} is {number}, which JSON cannot hold")]
struct NotInJson {
    path: value::Path,
    number: f64,
}

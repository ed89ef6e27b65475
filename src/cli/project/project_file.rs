//! The content of `confgate.toml`, and its schema.

use std::collections::BTreeMap;

use confgate_core::gate::Gate;
use confgate_core::schema::InvalidSchema;
use confgate_core::value::Format;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde_json::Value as Json;

/// Settings of a project for the command line: which schema belongs to which files. Paths are relative to this file. `confgate`
/// finds it in the directory of a config and in those above it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(title = "confgate.toml")]
pub(crate) struct ProjectFile {
    /// Name of the service, for commands that load its config. Its variables begin with the name in capitals.
    #[schemars(with = "String", regex(pattern = "^[a-z]([a-z0-9-]*[a-z0-9])?$"))]
    pub service: Option<String>,
    /// Beginning of the names of the service's environment variables, in place of its name in capitals.
    #[schemars(with = "String", regex(pattern = "^[A-Z][A-Z0-9_]*$"))]
    pub env_prefix: Option<String>,
    /// Known warnings to accept: CODE, or CODE:FIELD for one field.
    #[schemars(inner(length(min = 1)))]
    pub accept: Vec<String>,
    /// Formats of the files that a directory stands for. Files in another format are checked if an entry of `schemas` names them.
    #[schemars(length(min = 1))]
    pub formats: Vec<FormatName>,
    /// Files, or directories of files, that stand for the URLs of schemas.
    #[schemars(extend("propertyNames" = { "pattern": "^[A-Za-z][A-Za-z0-9+.-]+:" }))]
    pub schema_map: BTreeMap<String, String>,
    /// Schemas and their files. The first entry that matches a file applies.
    pub schemas: Vec<SchemaEntry>,
    /// Bundles that are built from Nix files, for the language server.
    pub nix: NixSection,
}

/// Bundles that are built from Nix files.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct NixSection {
    /// Bundles as Nix finds them: `.#production` of the flake beside this file, `default.nix#production` of a file.
    #[schemars(inner(regex(pattern = "^[^#]*#.+$")))]
    pub bundles: Vec<String>,
}

/// A schema and the files that it describes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct SchemaEntry {
    /// Patterns of paths: `*` stands for a part of a name, `**` for any directories.
    #[schemars(length(min = 1), inner(length(min = 1)))]
    pub files: Vec<String>,
    /// The JSON Schema of the files: a path, or a URL in `schema-map`.
    #[schemars(length(min = 1))]
    pub schema: String,
    /// Format of files whose extension stands for none.
    #[serde(default)]
    #[schemars(with = "FormatName")]
    pub format: Option<FormatName>,
    /// Name of the service, in place of that of the project.
    #[serde(default)]
    #[schemars(with = "String", regex(pattern = "^[a-z]([a-z0-9-]*[a-z0-9])?$"))]
    pub service: Option<String>,
    /// Beginning of the names of environment variables, in place of that of the project.
    #[serde(default)]
    #[schemars(with = "String", regex(pattern = "^[A-Z][A-Z0-9_]*$"))]
    pub env_prefix: Option<String>,
    /// Known warnings to accept in these files: CODE, or CODE:FIELD for one field.
    #[serde(default)]
    #[schemars(inner(length(min = 1)))]
    pub accept: Vec<String>,
}

/// Name of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FormatName {
    Toml,
    Json,
    Yaml,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Toml => Self::Toml,
            FormatName::Json => Self::Json,
            FormatName::Yaml => Self::Yaml,
        }
    }
}

/// Returns the JSON Schema of `confgate.toml`.
pub(crate) fn project_schema() -> Json {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<ProjectFile>().to_value();
    tidy(&mut schema);
    confgate_core::schema::generate::arrange(&mut schema);
    schema
}

/// Removes the defaults of absent settings, which no file needs to spell out, and joins the lines of descriptions.
fn tidy(schema: &mut Json) {
    match schema {
        Json::Object(object) => {
            object.remove("default");
            if let Some(Json::String(description)) = object.get_mut("description") {
                *description = description.replace('\n', " ");
            }
            object.values_mut().for_each(tidy);
        }
        Json::Array(elements) => elements.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Returns the gate of `confgate.toml`.
pub(crate) fn project_gate() -> Result<Gate, InvalidSchema> {
    Gate::of_schema(project_schema())
}

#[cfg(test)]
mod tests {
    use confgate_core::pretty_json::document;

    use super::*;

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let committed = include_str!("../../../docs/confgate.schema.json");
        assert_eq!(document(&project_schema()), committed, "run `make schema`");
        project_gate().unwrap();
    }
}

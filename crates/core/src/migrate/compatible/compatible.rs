//! Changes between two schemas, less those that a migration covers.

use serde_json::Value as Json;

use crate::diagnostics::codes;
use crate::migrate::compatible::breaking_change::BreakingChange;
use crate::migrate::compatible::schema_comparison::SchemaComparison;
use crate::migrate::field_pattern::FieldPattern;
use crate::migrate::migration::Migration;
use crate::migrate::route::Route;
use crate::value::Path;

/// Keyword that marks the field with the version of a config. The default of the field is the version of the schema.
pub const VERSION: &str = crate::schema::keywords::VERSION;

/// Returns the changes by which `new` rejects configs that `old` admits, except those that a migration covers.
///
/// A breaking change needs a higher version, and a migration with a step for each field that breaks. `migrations` are those of
/// the newer model; `None` for a schema without a model, where a higher version is enough.
///
/// ```
/// use confgate_core::migrate::compatible;
/// use serde_json::json;
///
/// let port = |most: u32| json!({ "properties": { "port": { "type": "integer", "maximum": most } } });
/// assert_eq!(compatible::breaking_changes(&port(1024), &port(65535), None), []);
/// let changes = compatible::breaking_changes(&port(65535), &port(1024), None);
/// assert_eq!(changes[0].message, "port must be at most 1024, and could be up to 65535");
/// ```
pub fn breaking_changes(old: &Json, new: &Json, migrations: Option<&[Migration]>) -> Vec<BreakingChange> {
    let changes = SchemaComparison::compare(old, new);
    match (schema_version(old), schema_version(new)) {
        (Some((_, before)), Some((path, after))) if after < before => {
            vec![version_decreased(path, before, after)]
        }
        (Some((path, _)), None) => {
            let message = format!("{path} held the version of the schema, and no field does now");
            let help = format!("mark a field with {VERSION}: true, and give it the version as its default");
            vec![BreakingChange { code: codes::COMPATIBLE_VERSION.name, path, message, help }]
        }
        (None, Some(_)) => {
            changes.into_iter().map(|change| change.with_help("add a migration from version 0")).collect()
        }
        (Some((path, before)), Some((_, after))) if before < after => match migrations {
            None => Vec::new(),
            Some(migrations) => uncovered(changes, migrations, before, after, path),
        },
        (Some((_, before)), Some(_)) => {
            let next = before + 1;
            let help = format!("increment the version to {next} and add a migration from {before} to {next} for it");
            changes.into_iter().map(|change| change.with_help(&help)).collect()
        }
        (None, None) => {
            let help =
                format!("keep accepting stored configs, or add a version to the schema: a field marked {VERSION}");
            changes.into_iter().map(|change| change.with_help(&help)).collect()
        }
    }
}

fn version_decreased(path: Path, before: u64, after: u64) -> BreakingChange {
    let message = format!("the version is {after}, and was {before} before");
    BreakingChange { code: codes::COMPATIBLE_VERSION.name, path, message, help: "increment the version".to_owned() }
}

/// Returns the changes of fields that no step between two versions reads or writes.
fn uncovered(
    changes: Vec<BreakingChange>,
    migrations: &[Migration],
    before: u64,
    after: u64,
    version: Path,
) -> Vec<BreakingChange> {
    let route = match Route::between(migrations, before, after) {
        Ok(route) => route,
        Err(error) => {
            let help = "add it, with no steps if stored configs need none".to_owned();
            return vec![BreakingChange {
                code: codes::COMPATIBLE_VERSION.name,
                path: version,
                message: error.to_string(),
                help,
            }];
        }
    };
    let fields: Vec<FieldPattern> = route
        .steps()
        .flat_map(|step| [step.old_fields(), step.new_fields()].concat())
        .map(FieldPattern::parse)
        .collect();
    let help = format!("add a step for it to a migration from version {before} to {after}");
    changes
        .into_iter()
        .filter(|change| !fields.iter().any(|field| field.overlaps_path(&change.path)))
        .map(|change| change.with_help(&help))
        .collect()
}

/// Returns the path of the version field of a schema, and its version.
pub fn schema_version(schema: &Json) -> Option<(Path, u64)> {
    fn find(schema: &Json, path: &Path) -> Option<(Path, u64)> {
        let properties = schema.get("properties")?.as_object()?;
        properties.iter().find_map(|(name, property)| match property[VERSION] == true {
            true => Some((path.key(name), property.get("default")?.as_u64()?)),
            false => find(property, &path.key(name)),
        })
    }
    find(schema, &Path::root())
}

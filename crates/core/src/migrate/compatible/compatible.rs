use serde_json::Value as Json;

use crate::diagnostics::codes::{self, Code};
use crate::migrate::compatible::walk::Walk;
use crate::migrate::pattern::Pattern;
use crate::migrate::route::Route;
use crate::migrate::step::Migration;
use crate::value::{Path, Segment};

/// The mark of the field that says which version of the schema a config is written for. Its default is the version of the
/// schema.
pub const VERSION: &str = crate::schema::keywords::VERSION;

/// One thing by which a newer schema refuses what an older one admits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The name of its code.
    pub code: &'static str,
    /// The field; the first element stands for all of a list.
    pub path: Path,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// Everything by which a newer schema refuses what an older one admits, and no migration does anything about.
///
/// A change that breaks configs needs a version step, and a migration with a step for each field that it breaks. `migrations`
/// are those of the newer model; `None` for a schema that has no model, where the version step alone is asked for.
///
/// ```
/// use confgate_core::migrate::compatible;
/// use serde_json::json;
///
/// let port = |most: u32| json!({ "properties": { "port": { "type": "integer", "maximum": most } } });
/// assert_eq!(compatible::breaks(&port(1024), &port(65535), None), []);
/// let found = compatible::breaks(&port(65535), &port(1024), None);
/// assert_eq!(found[0].message, "port must be at most 1024, and could be up to 65535");
/// ```
pub fn breaks(old: &Json, new: &Json, migrations: Option<&[Migration]>) -> Vec<Break> {
    let found = Walk::over(old, new);
    let (before, after) = (version(old), version(new));
    match (before, after) {
        (Some((_, before)), Some((path, after))) if after < before => {
            vec![went_back(path, before, after)]
        }
        (Some((path, _)), None) => {
            let message = format!("{path} named the version of the schema, and no field does any more");
            let help = format!("mark a field with {VERSION}: true, and give it the version as its default");
            vec![Break { code: codes::COMPATIBLE_VERSION.name, path, message, help }]
        }
        (None, Some(_)) => found.into_iter().map(|it| it.helped("write a migration from version 0")).collect(),
        (Some((path, before)), Some((_, after))) if before < after => match migrations {
            None => Vec::new(),
            Some(migrations) => uncovered(found, migrations, before, after, path),
        },
        (Some((_, before)), Some(_)) => {
            let next = before + 1;
            let help = format!("step the version to {next} and write a migration from {before} to {next} for it");
            found.into_iter().map(|it| it.helped(&help)).collect()
        }
        (None, None) => {
            let help = format!("keep taking what is stored, or give the schema a version: a field marked {VERSION}");
            found.into_iter().map(|it| it.helped(&help)).collect()
        }
    }
}

fn went_back(path: Path, before: u64, after: u64) -> Break {
    let message = format!("the version is {after}, and was {before} already");
    Break { code: codes::COMPATIBLE_VERSION.name, path, message, help: "versions only go up".to_owned() }
}

/// The breaks that no step on the way between two versions speaks of.
fn uncovered(found: Vec<Break>, migrations: &[Migration], before: u64, after: u64, version: Path) -> Vec<Break> {
    let route = match Route::between(migrations, before, after) {
        Ok(route) => route,
        Err(missing) => {
            let help = "write it: without steps where stored configs need none".to_owned();
            return vec![Break {
                code: codes::COMPATIBLE_VERSION.name,
                path: version,
                message: missing.to_string(),
                help,
            }];
        }
    };
    let fields: Vec<Pattern> =
        route.steps().flat_map(|step| [step.older(), step.newer()].concat()).map(Pattern::of).collect();
    let open = found.into_iter().filter(|it| !fields.iter().any(|field| field.touches_field(&it.path)));
    open.map(|it| it.helped(&format!("write a step for it in a migration from version {before} to {after}"))).collect()
}

/// Where a schema says its version, and which it is.
pub fn version(schema: &Json) -> Option<(Path, u64)> {
    fn find(schema: &Json, path: &Path) -> Option<(Path, u64)> {
        let properties = schema.get("properties")?.as_object()?;
        properties.iter().find_map(|(name, property)| match property[VERSION] == true {
            true => Some((path.key(name), property.get("default")?.as_u64()?)),
            false => find(property, &path.key(name)),
        })
    }
    find(schema, &Path::root())
}

impl Break {
    pub(crate) fn new(code: &Code, path: &Path, says: &str) -> Self {
        let message = format!("{} {says}", shown(path));
        Self { code: code.name, path: path.clone(), message, help: String::new() }
    }

    fn helped(self, help: &str) -> Self {
        Self { help: help.to_owned(), ..self }
    }
}

/// A path in which the first element stands for all, and an asterisk for every key.
fn shown(path: &Path) -> String {
    if path.0.is_empty() {
        return "the config".to_owned();
    }
    let mut text = String::new();
    for segment in &path.0 {
        match segment {
            Segment::Index(0) => text.push_str("[]"),
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
            Segment::Key(key) => {
                text.push_str(if text.is_empty() { "" } else { "." });
                text.push_str(&if key == "*" { key.clone() } else { Path(vec![segment.clone()]).to_string() });
            }
        }
    }
    text
}

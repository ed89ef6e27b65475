use crate::migrate::compatible::VERSION;
use crate::schema::{Subschema, search};
use crate::value::{Node, Path, Value};

/// The field of a schema that holds the version of a config, and the current version.
#[derive(Debug, Clone)]
pub struct VersionField {
    pub path: Path,
    pub current: u64,
}

impl VersionField {
    /// Finds the field that the schema marks with `x-version`; its default is the current version.
    pub fn find(view: Subschema<'_>) -> Option<Self> {
        let path = search::find_marked(view, VERSION)?;
        let current = view.at(&path.0, &Node::generated(Value::Null))?.get("default")?.as_u64()?;
        Some(Self { path, current })
    }
}

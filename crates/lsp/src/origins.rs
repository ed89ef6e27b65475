//! `origins.json` beside the config of a bundle.

use std::collections::BTreeMap;
use std::path::Path;

use confgate_core::bundle::{FILES, ValueOrigins};
use confgate_core::value::Path as ValuePath;
use confgate_files::SizeLimit;

/// Name of the file with the origins.
const ORIGINS: &str = FILES[3];

/// Returns the definitions of the value at a path in the config of a bundle: its own, or those of the nearest value around it.
/// `None` for a file that is not the config of a bundle.
pub(crate) fn origins_of(file: &Path, path: &ValuePath) -> Option<ValueOrigins> {
    let is_config = FILES[..3].iter().any(|name| file.ends_with(name));
    if !is_config {
        return None;
    }
    let bytes = confgate_files::read(&file.parent()?.join(ORIGINS), SizeLimit::BUNDLE_FILE).ok()?;
    let mut origins: BTreeMap<String, ValueOrigins> = serde_json::from_slice(&bytes).ok()?;
    let depths = (1..=path.0.len()).rev().map(|depth| ValuePath(path.0[..depth].to_vec()).pointer());
    depths.filter_map(|pointer| origins.remove(&pointer)).next()
}

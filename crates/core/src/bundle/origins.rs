//! `origins.json`: the Nix definitions of each value of a bundle.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::value::{Definition, Path};

/// The definitions of a value.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueOrigins {
    /// The definitions that the value was made from.
    pub set: Vec<Definition>,
    /// The definitions that were discarded for one with a higher priority.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overridden: Vec<OverriddenDefinition>,
}

/// A definition that was discarded for one with a higher priority.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OverriddenDefinition {
    /// The definition.
    #[serde(flatten)]
    pub definition: Definition,
    /// Its priority in the sense of the module system: 100 by default, 1000 for `mkDefault`; the smaller number wins.
    pub priority: i64,
}

/// Returns the last definition of a value: of itself, else of what contains it, else of what it contains.
pub fn definition_of<'o>(origins: &'o BTreeMap<String, ValueOrigins>, path: &Path) -> Option<&'o Definition> {
    let mut pointer = path.pointer();
    let below = format!("{pointer}/");
    loop {
        if let Some(definition) = origins.get(&pointer).and_then(|origins| origins.set.last()) {
            return Some(definition);
        }
        let Some((container, _)) = pointer.rsplit_once('/') else { break };
        pointer = container.to_owned();
    }
    let mut inside = origins.range(below.clone()..).take_while(|(pointer, _)| pointer.starts_with(&below));
    inside.find_map(|(_, origins)| origins.set.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_without_a_definition_has_that_of_its_table_or_of_its_first_value() {
        let text = r#"{"/a": {"set": [{"file": "a.nix", "line": 1, "column": 2}]}, "/b/c": {"set": [{"file": "b.nix", "line": 0, "column": 0}]}}"#;
        let origins: BTreeMap<String, ValueOrigins> = serde_json::from_str(text).unwrap();
        let of = |path: &str| definition_of(&origins, &Path::dotted(path)).map(ToString::to_string);
        assert_eq!(of("a.x.y").as_deref(), Some("a.nix:1:2"));
        assert_eq!(of("b").as_deref(), Some("b.nix"));
        assert_eq!(of("c"), None);
    }
}

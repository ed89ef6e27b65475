//! The notation of a source: the texts that a help says to write there.

use crate::toml;
use crate::value::{Format, Node, Path, Segment, Sources, json};

/// The notation in which a config is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// TOML.
    Toml,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// A Nix module.
    Nix,
}

impl From<Format> for Notation {
    fn from(format: Format) -> Self {
        match format {
            Format::Toml => Self::Toml,
            Format::Json => Self::Json,
            Format::Yaml => Self::Yaml,
        }
    }
}

impl Notation {
    /// Returns the notation in which a value is written, or else that of the whole config.
    pub fn of(node: Option<&Node>, sources: &Sources) -> Self {
        if !sources.nix.is_empty() {
            return Self::Nix;
        }
        let whole = || sources.text.as_ref().map(|source| source.format()).unwrap_or_default();
        node.map_or_else(whole, |node| sources.format_of(&node.origin)).into()
    }

    /// Writes a value on one line.
    pub fn value(self, node: &Node) -> String {
        match self {
            // Every value of JSON is one of YAML.
            Self::Json | Self::Yaml => json::write(node).to_string(),
            Self::Toml | Self::Nix => toml::inline(node),
        }
    }

    /// Writes a key.
    pub fn key(self, key: &str) -> String {
        let is_plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            && !["true", "false", "null"].contains(&key.to_lowercase().as_str());
        match self {
            Self::Yaml if is_plain => key.to_owned(),
            Self::Json | Self::Yaml => serde_json::Value::from(key).to_string(),
            Self::Toml | Self::Nix => Path::root().key(key).to_string(),
        }
    }

    /// Writes a list of values that are written already.
    pub fn list(self, elements: &[String]) -> String {
        match self {
            Self::Nix => format!("[ {} ]", elements.join(" ")),
            Self::Toml | Self::Json | Self::Yaml => format!("[{}]", elements.join(", ")),
        }
    }

    /// Writes an entry whose value is written already.
    pub fn entry(self, path: &Path, value: &str) -> String {
        match (self, path.last_key()) {
            (Self::Json | Self::Yaml, Some(key)) => format!("{}: {value}", self.key(key)),
            (Self::Json | Self::Yaml, None) => value.to_owned(),
            (Self::Toml | Self::Nix, _) => format!("{path} = {value}"),
        }
    }

    /// Returns the instruction to write a table at `path`.
    pub fn table(self, path: &Path) -> String {
        // A header would open the list, not its element.
        let in_list = path.0.iter().any(|step| matches!(step, Segment::Index(_)));
        match (self, path.last_key()) {
            (Self::Json, Some(key)) => format!("write {}: {{ … }}", self.key(key)),
            (Self::Yaml, Some(key)) => format!("write {}: and what belongs to it below, indented", self.key(key)),
            (Self::Json | Self::Yaml, None) => "write a table".to_owned(),
            (Self::Nix, Some(key)) if in_list => format!("write {key} = {{ … }}"),
            (Self::Nix, _) => format!("write {path} = {{ … }}"),
            (Self::Toml, Some(key)) if in_list => format!("write {key} = {{ … }}"),
            (Self::Toml, _) => format!("write [{path}], and what belongs to it below"),
        }
    }

    /// Returns the instruction to write a table with these keys as an element of a list.
    pub fn element(self, keys: &[&str]) -> String {
        let entries: Vec<String> = keys
            .iter()
            .map(|key| match self {
                Self::Json | Self::Yaml => format!("{}: …", self.key(key)),
                Self::Nix => format!("{key} = …;"),
                Self::Toml => format!("{key} = …"),
            })
            .collect();
        format!("write {{ {} }}", entries.join(if self == Self::Nix { " " } else { ", " }))
    }

    /// Returns the instruction to write a list of tables at `path`.
    pub fn list_of_tables(self, path: &Path) -> String {
        match (self, path.last_key()) {
            (Self::Toml, Some(_)) => format!("write [[{path}]], or {path} = [{{ … }}]"),
            _ => "write [ { … } ]".to_owned(),
        }
    }

    /// Returns the instruction to write one table at `path` in place of a list of tables.
    pub fn one_table(self, path: &Path) -> Option<String> {
        match self {
            Self::Toml => Some(format!("write [{path}] once, not [[{path}]]")),
            Self::Json | Self::Yaml => Some("write one table, not a list of tables".to_owned()),
            Self::Nix => None,
        }
    }

    /// Returns the instruction to write tables by their names at `path` in place of a list of tables.
    pub fn map_of_tables(self, path: &Path) -> String {
        match self {
            // A header would open the list, not its element.
            Self::Toml if path.0.iter().any(|step| matches!(step, Segment::Index(_))) => {
                "write { NAME = { … } }".to_owned()
            }
            Self::Toml => format!("write [{path}.NAME] for each, not [[{path}]]"),
            Self::Json => "write { \"NAME\": { … } }".to_owned(),
            Self::Yaml => "write the tables by their names, as in NAME: { … }".to_owned(),
            Self::Nix => "write { NAME = { … }; }".to_owned(),
        }
    }

    /// Returns the instruction for a key with the dots of a path, which do not separate tables in quotes, or at all.
    pub fn dotted_key(self, below: &Path) -> String {
        match (self, below.0.split_last()) {
            (Self::Json | Self::Yaml, Some((Segment::Key(last), tables))) => {
                format!("write {last} in the table {}", Path(tables.to_vec()))
            }
            _ => format!("write {below} without quotes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn each_notation_has_its_own_keys_and_values() {
        let text = Node::generated(Value::String("a\\b".to_owned()));
        let notations = [Notation::Toml, Notation::Json, Notation::Yaml, Notation::Nix];
        assert_eq!(notations.map(|notation| notation.value(&text)), ["'a\\b'", "\"a\\\\b\"", "\"a\\\\b\"", "'a\\b'"]);
        assert_eq!(notations.map(|notation| notation.key("a-b")), ["a-b", "\"a-b\"", "a-b", "a-b"]);
        assert_eq!(Notation::Yaml.key("true"), "\"true\"");
        assert_eq!(Notation::Yaml.key("1"), "\"1\"");
        let path = Path::dotted("a.b");
        assert_eq!(notations.map(|notation| notation.entry(&path, "1")), ["a.b = 1", "\"b\": 1", "b: 1", "a.b = 1"]);
        assert_eq!(
            notations.map(|notation| notation.map_of_tables(&path)),
            [
                "write [a.b.NAME] for each, not [[a.b]]",
                "write { \"NAME\": { … } }",
                "write the tables by their names, as in NAME: { … }",
                "write { NAME = { … }; }",
            ]
        );
        assert_eq!(Notation::Toml.map_of_tables(&path.index(0)), "write { NAME = { … } }");
        assert_eq!(Notation::Json.dotted_key(&path), "write b in the table a");
        assert_eq!(Notation::Toml.dotted_key(&path), "write a.b without quotes");
    }
}

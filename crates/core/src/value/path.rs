//! Paths of values in a tree.

use std::fmt;

use crate::value::Key;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A key of a table.
    Key(Key),
    /// An index of a list, from 0.
    Index(usize),
}

/// Path from the root of a tree to a value. Displayed dotted: `network.turn_servers[0].url`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Path(pub Vec<Segment>);

impl Path {
    /// Returns the path of the root.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// Parses a dotted path of bare keys, as rules name fields: `network.listen_port`, `network.turn_servers[0].url`.
    pub fn dotted(text: &str) -> Self {
        let mut segments = Vec::new();
        for part in text.split('.') {
            let mut key = part;
            let mut indices = Vec::new();
            while let Some((before, index)) = key.strip_suffix(']').and_then(|key| key.rsplit_once('['))
                && let Ok(index) = index.parse()
            {
                indices.push(Segment::Index(index));
                key = before;
            }
            segments.push(Segment::Key(key.into()));
            segments.extend(indices.into_iter().rev());
        }
        Self(segments)
    }

    /// Parses a JSON Pointer: `/network/turn_servers/0`. A number becomes an index; [`Node::get`] uses it as a key where it
    /// meets a table.
    ///
    /// [`Node::get`]: crate::value::Node::get
    pub fn from_pointer(pointer: &str) -> Self {
        let segments = pointer.split('/').skip(1).map(|token| match token.parse() {
            Ok(index) if token == "0" || !token.starts_with(['0', '+']) => Segment::Index(index),
            _ => Segment::Key(token.replace("~1", "/").replace("~0", "~").into()),
        });
        Self(segments.collect())
    }

    /// Returns the path of the entry `key` of this table.
    pub fn key(&self, key: &str) -> Self {
        self.with(Segment::Key(key.into()))
    }

    /// Returns the path of the element `index` of this list.
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = Vec::with_capacity(self.0.len() + 1);
        segments.extend_from_slice(&self.0);
        segments.push(segment);
        Self(segments)
    }

    /// Returns the path of the parent; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_last()?;
        Some(Self(parent.to_vec()))
    }

    /// Returns the last key; `None` for the root and for a list element.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last() {
            Some(Segment::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Returns whether one path is equal to the other or contains it.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a == b)
    }

    /// Returns the keys joined by `/`, without list indices: `network/turn_servers/url`. That is the name of a field in codes
    /// and metrics.
    pub fn field(&self) -> String {
        let keys = self.0.iter().filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        });
        keys.collect::<Vec<_>>().join("/")
    }

    /// Returns the JSON Pointer (RFC 6901): `/network/turn_servers/0`.
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in &self.0 {
            pointer.push('/');
            match segment {
                Segment::Key(key) => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                Segment::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

/// Path of the current node of a tree walk. It borrows the keys and allocates nothing until it is converted to a [`Path`],
/// because most nodes of a walk are not reported.
#[derive(Debug, Clone, Copy)]
pub enum PathRef<'a> {
    /// The root.
    Root,
    /// An entry of the table at a path.
    Key(&'a PathRef<'a>, &'a str),
    /// An element of the list at a path.
    Index(&'a PathRef<'a>, usize),
}

impl PathRef<'_> {
    /// Converts to an owned path.
    pub fn to_path(self) -> Path {
        Path(self.segments(0))
    }

    /// Returns the segments so far, with capacity for `following` more.
    fn segments(&self, following: usize) -> Vec<Segment> {
        let (parent, segment) = match self {
            Self::Root => return Vec::with_capacity(following),
            Self::Key(parent, key) => (parent, Segment::Key((*key).into())),
            Self::Index(parent, index) => (parent, Segment::Index(*index)),
        };
        let mut segments = parent.segments(following + 1);
        segments.push(segment);
        segments
    }
}

/// Writes a key in quotes, as TOML does.
fn quoted(key: &str) -> String {
    let mut quoted = String::from("\"");
    for c in key.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) => {
                    if depth > 0 {
                        f.write_str(".")?;
                    }
                    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                    if !key.is_empty() && key.chars().all(bare) {
                        f.write_str(key)?;
                    } else {
                        f.write_str(&quoted(key))?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_displayed_dotted_with_quotes_only_where_needed() {
        let path = Path::dotted("network.turn_servers").index(0).key("a b").key("");
        assert_eq!(path.to_string(), "network.turn_servers[0].\"a b\".\"\"");
        assert_eq!(path.field(), "network/turn_servers/a b/");
    }

    #[test]
    fn a_dotted_path_round_trips() {
        for text in ["network", "network.turn_servers[0].url", "a[1][22].b[3]"] {
            assert_eq!(Path::dotted(text).to_string(), text);
        }
        assert_eq!(Path::dotted("a[0]").0, [Segment::Key("a".into()), Segment::Index(0)]);
    }

    #[test]
    fn a_pointer_escapes_and_round_trips() {
        let path = Path::root().key("a/b~c").index(10).key("01");
        assert_eq!(path.pointer(), "/a~1b~0c/10/01");
        assert_eq!(Path::from_pointer(&path.pointer()), path);
    }

    #[test]
    fn paths_overlap_when_one_contains_the_other() {
        let table = Path::dotted("network");
        let leaf = Path::dotted("network.listen_port");
        assert!(table.overlaps(&leaf) && leaf.overlaps(&table) && leaf.overlaps(&leaf));
        assert!(!leaf.overlaps(&Path::dotted("network.max_connections")));
    }
}

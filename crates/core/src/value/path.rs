//! Where a value stands in a tree.

use std::fmt;

/// One step into a tree.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// Into a table.
    Key(String),
    /// Into a list, counted from 0.
    Index(usize),
}

/// The steps from the root to a value. Shown dotted: `network.turn_servers[0].url`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Path(pub Vec<Segment>);

impl Path {
    /// The root.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// Reads a dotted path of bare keys, as rules name fields: `network.listen_port`, `network.turn_servers[0].url`.
    pub fn dotted(text: &str) -> Self {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let mut key = part;
            let mut indices = Vec::new();
            while let Some((before, index)) = key.strip_suffix(']').and_then(|key| key.rsplit_once('['))
                && let Ok(index) = index.parse()
            {
                indices.push(Segment::Index(index));
                key = before;
            }
            steps.push(Segment::Key(key.to_owned()));
            steps.extend(indices.into_iter().rev());
        }
        Self(steps)
    }

    /// Reads a JSON Pointer: `/network/turn_servers/0`. A step that is a number becomes an index; [`Node::get`] takes it
    /// for a key where it meets a table.
    ///
    /// [`Node::get`]: crate::value::Node::get
    pub fn from_pointer(pointer: &str) -> Self {
        let steps = pointer.split('/').skip(1);
        Self(
            steps
                .map(|step| match step.parse() {
                    Ok(index) if step == "0" || !step.starts_with(['0', '+']) => Segment::Index(index),
                    _ => Segment::Key(step.replace("~1", "/").replace("~0", "~")),
                })
                .collect(),
        )
    }

    /// The path one key further down.
    pub fn key(&self, key: &str) -> Self {
        self.with(Segment::Key(key.to_owned()))
    }

    /// The path one element further down.
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    fn with(&self, segment: Segment) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(segment);
        Self(steps)
    }

    /// The path one step up; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_last()?;
        Some(Self(parent.to_vec()))
    }

    /// The last key, or nothing for the root and for list elements.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last() {
            Some(Segment::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Whether one of both is the other or stands inside it.
    pub fn touches(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a == b)
    }

    /// The keys alone, joined by `/`: the name of a field without its place in lists, `network/turn_servers/url`.
    pub fn field(&self) -> String {
        let keys = self.0.iter().filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        });
        keys.collect::<Vec<_>>().join("/")
    }

    /// The JSON Pointer (RFC 6901): `/network/turn_servers/0`.
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

/// The way from the root to where a walk is. It becomes a [`Path`] only where something is found: most steps find
/// nothing.
#[derive(Debug, Clone, Copy)]
pub enum Trail<'a> {
    /// At the root.
    Root,
    /// In an entry of a table.
    Key(&'a Trail<'a>, &'a str),
    /// In an element of a list.
    Index(&'a Trail<'a>, usize),
}

impl Trail<'_> {
    /// The path.
    pub fn path(&self) -> Path {
        Path(self.steps(0))
    }

    /// The steps to here, with room for those that come behind.
    fn steps(&self, behind: usize) -> Vec<Segment> {
        let (parent, step) = match self {
            Self::Root => return Vec::with_capacity(behind),
            Self::Key(parent, key) => (parent, Segment::Key((*key).to_owned())),
            Self::Index(parent, index) => (parent, Segment::Index(*index)),
        };
        let mut steps = parent.steps(behind + 1);
        steps.push(step);
        steps
    }
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
                        write!(f, "{key:?}")?;
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
    fn a_path_is_shown_dotted_with_indices_and_quotes_only_where_needed() {
        let path = Path::dotted("network.turn_servers").index(0).key("a b").key("");
        assert_eq!(path.to_string(), "network.turn_servers[0].\"a b\".\"\"");
        assert_eq!(path.field(), "network/turn_servers/a b/");
    }

    #[test]
    fn a_dotted_path_is_read_back_as_it_is_shown() {
        for text in ["network", "network.turn_servers[0].url", "a[1][22].b[3]"] {
            assert_eq!(Path::dotted(text).to_string(), text);
        }
        assert_eq!(Path::dotted("a[0]").0, [Segment::Key("a".into()), Segment::Index(0)]);
    }

    #[test]
    fn a_pointer_escapes_and_is_read_back() {
        let path = Path::root().key("a/b~c").index(10).key("01");
        assert_eq!(path.pointer(), "/a~1b~0c/10/01");
        assert_eq!(Path::from_pointer(&path.pointer()), path);
    }

    #[test]
    fn paths_touch_when_one_holds_the_other() {
        let table = Path::dotted("network");
        let leaf = Path::dotted("network.listen_port");
        assert!(table.touches(&leaf) && leaf.touches(&table) && leaf.touches(&leaf));
        assert!(!leaf.touches(&Path::dotted("network.max_connections")));
    }
}

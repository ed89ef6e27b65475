//! The fields that steps name: dotted paths in which `[]` stands for each element of a list.

use crate::value::{Node, Path, Segment, Value};

/// A dotted path in which `[]` stands for each element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

/// A step of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Into a table.
    Key(&'static str),
    /// Into each element of a list.
    Each,
}

impl Pattern {
    /// Reads one.
    pub fn of(text: &'static str) -> Self {
        let mut pieces = Vec::new();
        for part in text.split('.') {
            let key = part.trim_end_matches("[]");
            pieces.push(Piece::Key(key));
            pieces.extend((key.len()..part.len()).step_by(2).map(|_| Piece::Each));
        }
        Self(pieces)
    }

    /// The ways through the lists of a tree, each as the elements that it takes: one without elements where there are no lists.
    pub fn ways(&self, tree: &Node, base: &Path) -> Vec<Vec<usize>> {
        let Some(last) = self.0.iter().rposition(|piece| *piece == Piece::Each) else { return vec![Vec::new()] };
        let mut ways = vec![(base.clone(), Vec::new())];
        for piece in &self.0[..=last] {
            ways = match piece {
                Piece::Key(key) => ways.into_iter().map(|(path, way)| (path.key(key), way)).collect(),
                Piece::Each => ways.into_iter().flat_map(|(path, way)| each(tree, &path, &way)).collect(),
            };
        }
        ways.into_iter().map(|(_, way)| way).collect()
    }

    /// The path on one of the ways.
    pub fn on(&self, base: &Path, way: &[usize]) -> Path {
        let mut elements = way.iter();
        self.0.iter().fold(base.clone(), |path, piece| match piece {
            Piece::Key(key) => path.key(key),
            Piece::Each => path.index(elements.next().copied().unwrap_or_default()),
        })
    }

    /// What stands before the last key, and the key; no key where it ends in a list.
    pub fn split(&self) -> (&[Piece], Option<&'static str>) {
        match self.0.split_last() {
            Some((Piece::Key(key), before)) => (before, Some(key)),
            _ => (&self.0, None),
        }
    }

    /// All up to the last list.
    pub fn lists(&self) -> &[Piece] {
        let end = self.0.iter().rposition(|piece| *piece == Piece::Each).map_or(0, |last| last + 1);
        &self.0[..end]
    }

    /// Whether every key has a name.
    pub fn is_named(&self) -> bool {
        self.0.iter().all(|piece| *piece != Piece::Key(""))
    }

    /// Whether one of both is the other or stands inside it.
    pub fn touches(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a == b)
    }

    /// Whether it names the field at a path, one that the field stands in, or one that stands in the field.
    pub fn touches_field(&self, path: &Path) -> bool {
        self.0.iter().zip(&path.0).all(|(piece, segment)| match (piece, segment) {
            (Piece::Key(key), Segment::Key(other)) => key == other,
            (Piece::Each, Segment::Index(_)) => true,
            _ => false,
        })
    }
}

fn each(tree: &Node, path: &Path, way: &[usize]) -> Vec<(Path, Vec<usize>)> {
    let elements = match tree.get(&path.0).map(|node| &node.value) {
        Some(Value::List(elements)) => elements.len(),
        _ => 0,
    };
    (0..elements).map(|index| (path.index(index), [way, &[index]].concat())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toml::reader;
    use crate::value::Source;

    #[test]
    fn a_pattern_goes_through_each_element_of_each_list() {
        let (tree, _) = reader::read(&Source::new("x", "a = [{ b = [[1], [2]] }, {}, { b = [[], 3] }]\n"));
        let pattern = Pattern::of("a[].b[][].c");
        let paths =
            pattern.ways(&tree, &Path::root()).into_iter().map(|way| pattern.on(&Path::root(), &way).to_string());
        assert_eq!(paths.collect::<Vec<_>>(), ["a[0].b[0][0].c", "a[0].b[1][0].c"]);
        let plain = Pattern::of("x.y");
        assert_eq!(plain.ways(&tree, &Path::root()), [Vec::<usize>::new()]);
        assert_eq!(plain.on(&Path::dotted("set"), &[]).to_string(), "set.x.y");
    }
}

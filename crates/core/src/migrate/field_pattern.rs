//! Patterns of fields in steps: dotted paths in which `[]` stands for each element of a list.

use crate::value::{Node, Path, Segment, Value};

/// Dotted path in which `[]` stands for each element of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPattern(Vec<PatternSegment>);

/// Segment of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternSegment {
    /// A key of a table.
    Key(&'static str),
    /// Each element of a list.
    EachElement,
}

impl FieldPattern {
    /// Parses a pattern.
    pub fn parse(text: &'static str) -> Self {
        let mut segments = Vec::new();
        for part in text.split('.') {
            let key = part.trim_end_matches("[]");
            segments.push(PatternSegment::Key(key));
            segments.extend((key.len()..part.len()).step_by(2).map(|_| PatternSegment::EachElement));
        }
        Self(segments)
    }

    /// Returns the indices that each match in a tree has for the lists of the pattern. A pattern without lists has one match
    /// without indices.
    pub fn matches(&self, tree: &Node, base: &Path) -> Vec<Vec<usize>> {
        let Some(last) = self.0.iter().rposition(|segment| *segment == PatternSegment::EachElement) else {
            return vec![Vec::new()];
        };
        let mut matches = vec![(base.clone(), Vec::new())];
        for segment in &self.0[..=last] {
            matches = match segment {
                PatternSegment::Key(key) => {
                    matches.into_iter().map(|(path, indices)| (path.key(key), indices)).collect()
                }
                PatternSegment::EachElement => {
                    matches.into_iter().flat_map(|(path, indices)| elements(tree, &path, &indices)).collect()
                }
            };
        }
        matches.into_iter().map(|(_, indices)| indices).collect()
    }

    /// Returns the path of a match.
    pub fn path(&self, base: &Path, indices: &[usize]) -> Path {
        let mut indices = indices.iter();
        self.0.iter().fold(base.clone(), |path, segment| match segment {
            PatternSegment::Key(key) => path.key(key),
            PatternSegment::EachElement => path.index(indices.next().copied().unwrap_or_default()),
        })
    }

    /// Splits the last key off; `None` if the pattern ends in a list.
    pub fn split_last_key(&self) -> (&[PatternSegment], Option<&'static str>) {
        match self.0.split_last() {
            Some((PatternSegment::Key(key), before)) => (before, Some(key)),
            _ => (&self.0, None),
        }
    }

    /// Returns the segments up to the last list.
    pub fn list_prefix(&self) -> &[PatternSegment] {
        let end = self.0.iter().rposition(|segment| *segment == PatternSegment::EachElement).map_or(0, |last| last + 1);
        &self.0[..end]
    }

    /// Returns whether no key is empty.
    pub fn has_names(&self) -> bool {
        self.0.iter().all(|segment| *segment != PatternSegment::Key(""))
    }

    /// Returns whether one pattern is equal to the other or contains it.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a == b)
    }

    /// Returns whether the pattern matches the field at a path, a field that contains it, or a field inside it.
    pub fn overlaps_path(&self, path: &Path) -> bool {
        self.0.iter().zip(&path.0).all(|(pattern, segment)| match (pattern, segment) {
            (PatternSegment::Key(key), Segment::Key(other)) => other == key,
            (PatternSegment::EachElement, Segment::Index(_)) => true,
            _ => false,
        })
    }
}

fn elements(tree: &Node, path: &Path, indices: &[usize]) -> Vec<(Path, Vec<usize>)> {
    let length = match tree.get(&path.0).map(|node| &node.value) {
        Some(Value::List(elements)) => elements.len(),
        _ => 0,
    };
    (0..length).map(|index| (path.index(index), [indices, &[index]].concat())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toml;
    use crate::value::Source;

    #[test]
    fn a_pattern_matches_each_element_of_each_list() {
        let (tree, _) = toml::read(&Source::new("x", "a = [{ b = [[1], [2]] }, {}, { b = [[], 3] }]\n"));
        let pattern = FieldPattern::parse("a[].b[][].c");
        let matches = pattern.matches(&tree, &Path::root());
        let paths = matches.into_iter().map(|indices| pattern.path(&Path::root(), &indices).to_string());
        assert_eq!(paths.collect::<Vec<_>>(), ["a[0].b[0][0].c", "a[0].b[1][0].c"]);
        let plain = FieldPattern::parse("x.y");
        assert_eq!(plain.matches(&tree, &Path::root()), [Vec::<usize>::new()]);
        assert_eq!(plain.path(&Path::dotted("set"), &[]).to_string(), "set.x.y");
    }
}

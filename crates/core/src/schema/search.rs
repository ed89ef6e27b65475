//! What stands anywhere in a schema: fields by their name, by a mark, by nobody's being allowed to see them.

use std::collections::HashSet;

use crate::schema::Subschema;
use crate::value::{Node, Path, Value};

impl<'s> Subschema<'s> {
    /// The names of all fields, at any depth, whose values nobody may see.
    pub fn secret_names(self) -> Vec<&'s str> {
        let mut found = Vec::new();
        let mut level = vec![self];
        for _ in 0..8 {
            level.truncate(4096);
            let mut next = Vec::new();
            for view in level {
                next.extend(
                    view.parts().chain(view.alternatives()).chain(view.element(0, &Node::generated(Value::Null))),
                );
                for (key, view) in view.fields() {
                    let elements = view.element(0, &Node::generated(Value::Null));
                    if (view.is_secret() || elements.is_some_and(Subschema::is_secret))
                        && !found.contains(&key.as_str())
                    {
                        found.push(key.as_str());
                    }
                    next.push(view);
                }
            }
            level = next;
        }
        found
    }

    /// The dotted paths at which it, or an alternative of it, names the key `name`, the nearest to the root first.
    pub fn paths_of(self, name: &str) -> Vec<Path> {
        self.paths(&|key, view| key == name && !view.marked("deprecated"))
    }

    /// The paths of fields that are still read, and should be written no more.
    pub fn deprecated(self) -> Vec<Path> {
        self.paths(&|_, view| view.marked("deprecated") && !view.marked("x-retired"))
    }

    /// The paths of the fields that are wanted, the nearest to the root first.
    fn paths(self, wanted: &dyn Fn(&str, Subschema<'s>) -> bool) -> Vec<Path> {
        let mut found = Vec::new();
        let mut level = vec![(Path::root(), self)];
        // A schema that refers to itself has no end.
        for _ in 0..8 {
            level.truncate(4096);
            let mut next = Vec::new();
            for (path, view) in level {
                next.extend(view.parts().chain(view.alternatives()).map(|part| (path.clone(), part)));
                for (key, view) in view.fields() {
                    let path = path.key(key);
                    if wanted(key, view) && !found.contains(&path) {
                        found.push(path.clone());
                    }
                    next.push((path, view));
                }
            }
            level = next;
        }
        found.sort_by_key(|path| path.0.len());
        found
    }

    /// The path of the first property that carries a mark.
    pub fn find_marked(self, keyword: &str) -> Option<Path> {
        // A schema may hold itself: each part is looked at once.
        fn find<'s>(view: Subschema<'s>, keyword: &str, path: &Path, seen: &mut HashSet<&'s str>) -> Option<Path> {
            if view.marked(keyword) {
                return Some(path.clone());
            }
            if !seen.insert(view.place()) {
                return None;
            }
            view.fields().find_map(|(name, view)| find(view, keyword, &path.key(name), seen))
        }
        find(self, keyword, &Path::root(), &mut HashSet::new())
    }
}

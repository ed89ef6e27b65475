//! Profiles by their names, to be compared.

use crate::gate::ConfigSpec;
use crate::gate::redact::Seen;
use crate::schema::Subschema;
use crate::value::{Node, Origin, Path, Segment, Table, Value};

impl ConfigSpec {
    /// Makes a table of the list of profiles in a config, by their names, and gives the names in their order. Nothing is done to
    /// a list in which a profile has no name, or that of another.
    pub fn name_profiles(&self, tree: &mut Node) -> Option<Vec<String>> {
        let list = tree.get_mut(&self.profiles_path()?.0)?;
        let Value::List(profiles) = &list.value else { return None };
        let named = profiles.iter().map(|profile| {
            let mut profile = profile.clone();
            let name = profile.as_table_mut()?.shift_remove("name")?;
            Some((name.as_str()?.to_owned(), profile))
        });
        let named: Table = named.collect::<Option<_>>()?;
        if named.len() < profiles.len() {
            return None;
        }
        let names = named.keys().cloned().collect();
        list.value = Value::Table(named);
        Some(names)
    }

    /// What the schema says of the value at `path` in a config, whose profiles may have been named.
    pub fn view_in<'g>(&'g self, path: &Path, tree: &Node) -> Option<Subschema<'g>> {
        let (view, rest, node) = self.begin_in(path, tree)?;
        view.at(rest, node)
    }

    /// What is said of who may see the value at `path` in such a config.
    pub fn seen_in<'g>(&'g self, path: &Path, tree: &Node) -> Seen<'g> {
        match self.begin_in(path, tree) {
            Some((view, rest, node)) => Seen::of(view, rest, node),
            None => Seen::of(self.view(), &path.0, tree),
        }
    }

    /// Where a walk to `path` begins: at the root, or at the profile of that name.
    fn begin_in<'t>(&self, path: &'t Path, tree: &'t Node) -> Option<(Subschema<'_>, &'t [Segment], &'t Node)> {
        let whole = Some((self.view(), &path.0[..], tree));
        let Some(profiles) = self.profiles_path() else { return whole };
        let list = tree.get(&profiles.0);
        if !path.0.starts_with(&profiles.0) || list.is_none_or(|list| list.as_table().is_none()) {
            return whole;
        }
        let Some((name, inside)) = path.0[profiles.0.len()..].split_first() else { return whole };
        let profile = list.and_then(|list| list.get(std::slice::from_ref(name))).unwrap_or(&ABSENT);
        Some((self.view().at(&profiles.0, tree)?.element(0, &ABSENT)?, inside, profile))
    }
}

/// What is not there.
static ABSENT: Node = Node { value: Value::Null, origin: Origin::Unwritten };

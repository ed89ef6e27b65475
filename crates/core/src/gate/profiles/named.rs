//! Profiles by name, for comparisons of two configs.

use crate::gate::redact::Visibility;
use crate::gate::spec::ConfigSpec;
use crate::schema::Subschema;
use crate::value::{Node, Origin, Path, Segment, Table, Value};

/// Value of an absent profile.
static ABSENT: Node = Node { value: Value::Null, origin: Origin::Generated };

/// Converts the list of profiles in a config to a table by name, and returns the names in their order. A list with unnamed or
/// duplicate profiles is left as it is.
pub fn name_profiles(spec: &ConfigSpec, tree: &mut Node) -> Option<Vec<String>> {
    let list = tree.get_mut(&spec.profiles_path()?.0)?;
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
    let names = named.keys().map(ToString::to_string).collect();
    list.value = Value::Table(named);
    Some(names)
}

/// Returns the subschema of the value at `path` in a config whose profiles may have been converted by [`name_profiles`].
pub fn subschema_in<'g>(spec: &'g ConfigSpec, path: &Path, tree: &Node) -> Option<Subschema<'g>> {
    let (view, rest, node) = start_of(spec, path, tree)?;
    view.at(rest, node)
}

/// Returns the visibility of the value at `path` in such a config.
pub fn visibility_in<'g>(spec: &'g ConfigSpec, path: &Path, tree: &Node) -> Visibility<'g> {
    match start_of(spec, path, tree) {
        Some((view, rest, node)) => Visibility::of(view, rest, node),
        None => Visibility::of(spec.view(), &path.0, tree),
    }
}

/// Returns where a walk to `path` starts: at the root, or at the profile of that name.
fn start_of<'t, 's>(
    spec: &'s ConfigSpec,
    path: &'t Path,
    tree: &'t Node,
) -> Option<(Subschema<'s>, &'t [Segment], &'t Node)> {
    let whole = Some((spec.view(), &path.0[..], tree));
    let Some(profiles) = spec.profiles_path() else { return whole };
    let list = tree.get(&profiles.0);
    if !path.0.starts_with(&profiles.0) || list.is_none_or(|list| list.as_table().is_none()) {
        return whole;
    }
    let Some((name, inside)) = path.0[profiles.0.len()..].split_first() else { return whole };
    let profile = list.and_then(|list| list.get(std::slice::from_ref(name))).unwrap_or(&ABSENT);
    Some((spec.view().at(&profiles.0, tree)?.element(0, &ABSENT)?, inside, profile))
}

use crate::diagnostics::Diagnostic;
use crate::gate::input::ValidateOptions;
use crate::gate::normalize;
use crate::gate::profiles::overlay::{in_overlay, retire_within};
use crate::gate::spec::ConfigSpec;
use crate::gate::stages::unused_keys;
use crate::profile::TakenProfiles;
use crate::profile::read::ProfileList;
use crate::schema::Subject;
use crate::value::{Node, Segment, Sources, Table, Value};

/// Removes the profiles from a config, and validates their form.
pub fn take(spec: &ConfigSpec, tree: &mut Node, sources: &Sources, options: ValidateOptions) -> TakenProfiles {
    let Some(path) = &spec.profiles_path else { return TakenProfiles::default() };
    let Some(list) = tree.remove(&path.0) else { return TakenProfiles::default() };
    let mut alone = path.0.iter().rev().fold(list, |node, step| match step {
        Segment::Key(key) => Node::bare(Value::Table(Table::from_iter([(key.clone(), node)]))),
        Segment::Index(_) => node,
    });
    let view = spec.view();
    normalize::read_other_forms(view, &mut alone);
    let (unknown_keys, env_prefix) = (options.unknown_keys, spec.env_prefix());
    let subject = Subject { sources, environment: None, unknown_keys, env_prefix, resolved: false };
    let by_schema = spec.schema.diagnostics(&alone, &subject).into_iter();
    let by_schema: Vec<Diagnostic> =
        by_schema.filter(|it| it.path.0.starts_with(&path.0) && !in_overlay(view, &it.path, &alone)).collect();
    unused_keys::remove_ignored(&mut alone, &by_schema);
    let Some(mut list) = alone.remove(&path.0) else { return TakenProfiles::default() };
    let retired = retire_within(view, &mut list, sources);
    let mut taken = TakenProfiles::of(&list, &ProfileList { path, sources, by_schema: &by_schema });
    taken.found.splice(0..0, by_schema.into_iter().chain(retired));
    taken
}

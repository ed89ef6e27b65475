//! Application and reversal of single steps.

use crate::migrate::convert::{self, ConvertError};
use crate::migrate::field_pattern::FieldPattern;
use crate::migrate::literal::Literal;
use crate::migrate::step::{MigrationStep, PartField};
use crate::migrate::tree_editor::TreeEditor;
use crate::value::{Node, Origin, Path, Value};

/// Applies a step.
pub fn apply(step: &MigrationStep, editor: &mut TreeEditor<'_>) {
    match *step {
        MigrationStep::Rename { from, to } => relocate(from, to, "renamed", editor),
        MigrationStep::Move { from, to } => relocate(from, to, "moved", editor),
        MigrationStep::Add { at, value } => add(at, value, editor),
        MigrationStep::Remove { at, why } => {
            for_each(at, editor, |editor, at| editor.remove(at, &format!("removed: {why}")))
        }
        MigrationStep::Map { at, values } => convert(at, "mapped to new values", editor, |node| {
            convert::map(node, values.iter().map(|(old, new)| (old, new)))
        }),
        MigrationStep::ToDuration { at, unit } => {
            convert(at, "converted to a duration", editor, |node| convert::to_duration(node, unit))
        }
        MigrationStep::ToNumber { at, unit } => {
            let action = format!("converted to {}", unit.name());
            convert(at, &action, editor, |node| convert::to_number(node, unit))
        }
        MigrationStep::TableToDuration { at } => {
            convert(at, "converted to a string", editor, convert::table_to_duration)
        }
        MigrationStep::Scale { at, times, per } => scale(at, times, per, editor),
        MigrationStep::Strip { at, prefixes } => {
            convert(at, "prefix removed", editor, |node| convert::strip(node, prefixes))
        }
        MigrationStep::Split { from, separator, into } => split(from, separator, into, editor),
        MigrationStep::Join { from, separator, to } => join(from, separator, to, editor),
    }
}

/// Reverts a reversible step.
pub fn revert(step: &MigrationStep, editor: &mut TreeEditor<'_>) {
    match *step {
        MigrationStep::Rename { from, to } => relocate(to, from, "renamed", editor),
        MigrationStep::Move { from, to } => relocate(to, from, "moved", editor),
        MigrationStep::Add { at, value } => revert_add(at, value, editor),
        MigrationStep::Map { at, values } => convert(at, "mapped to old values", editor, |node| {
            convert::map(node, values.iter().map(|(old, new)| (new, old)))
        }),
        MigrationStep::ToDuration { at, unit } => apply(&MigrationStep::ToNumber { at, unit }, editor),
        MigrationStep::ToNumber { at, unit } => apply(&MigrationStep::ToDuration { at, unit }, editor),
        MigrationStep::Scale { at, times, per } => scale(at, per, times, editor),
        MigrationStep::Split { from, separator, into } => join(into, separator, from, editor),
        MigrationStep::Join { from, separator, to } => split(to, separator, from, editor),
        // Irreversible: `Route::between` rejects them.
        MigrationStep::Remove { .. } | MigrationStep::TableToDuration { .. } | MigrationStep::Strip { .. } => {}
    }
}

/// Visits each match of a field.
fn for_each(at: &'static str, editor: &mut TreeEditor<'_>, mut visit: impl FnMut(&mut TreeEditor<'_>, &Path)) {
    let pattern = FieldPattern::parse(at);
    for indices in pattern.matches(editor.tree, &editor.base) {
        let at = pattern.path(&editor.base, &indices);
        visit(editor, &at);
    }
}

/// Visits each match of fields of the same lists, together.
fn for_each_group<const N: usize>(
    fields: [&'static str; N],
    editor: &mut TreeEditor<'_>,
    mut visit: impl FnMut(&mut TreeEditor<'_>, &[Path; N]),
) {
    let patterns = fields.map(FieldPattern::parse);
    for indices in patterns[0].matches(editor.tree, &editor.base) {
        let paths = patterns.each_ref().map(|pattern| pattern.path(&editor.base, &indices));
        visit(editor, &paths);
    }
}

fn relocate(from: &'static str, to: &'static str, action: &str, editor: &mut TreeEditor<'_>) {
    for_each_group([from, to], editor, |editor, [from, to]| match (editor.get(from), editor.get(to)) {
        (None, _) => {}
        (Some(_), None) => editor.move_to(from, to, action),
        (Some(old), Some(new)) if old == new => editor.remove(from, &format!("{to} has the same value")),
        (Some(_), Some(_)) => editor.reject_conflict(from, to),
    });
}

fn add(at: &'static str, value: Literal, editor: &mut TreeEditor<'_>) {
    // An overlay sets only the fields that it changes.
    if editor.in_overlay() {
        return;
    }
    for_each(at, editor, |editor, at| {
        if editor.get(at).is_none() {
            editor.set(at, value.to_node().value, Origin::Generated, "added with its default");
        }
    });
}

fn revert_add(at: &'static str, value: Literal, editor: &mut TreeEditor<'_>) {
    for_each(at, editor, |editor, at| match editor.get(at) {
        None => {}
        Some(node) if *node == value.to_node() => editor.remove(at, "its default, unknown to the older version"),
        Some(_) => {
            let help = format!("remove {at}, if the older version does not need it");
            editor.reject(at, &ConvertError::UnknownToOlder, help);
        }
    });
}

fn convert(
    at: &'static str,
    action: &str,
    editor: &mut TreeEditor<'_>,
    convert: impl Fn(&Node) -> Result<Option<Value>, ConvertError>,
) {
    for_each(at, editor, |editor, at| match editor.get(at).map(&convert) {
        None | Some(Ok(None)) => {}
        Some(Ok(Some(value))) => editor.set(at, value, Origin::Generated, action),
        Some(Err(error)) => {
            editor.reject(at, &error, format!("write {at} in the form of the other version, or remove it"));
        }
    });
}

fn scale(at: &'static str, times: i64, per: i64, editor: &mut TreeEditor<'_>) {
    let action = match (times, per) {
        (times, 1) => format!("multiplied by {times}"),
        (1, per) => format!("divided by {per}"),
        (times, per) => format!("multiplied by {times}, divided by {per}"),
    };
    convert(at, &action, editor, |node| convert::scale(node, times, per));
}

fn split(from: &'static str, separator: &str, into: [PartField; 2], editor: &mut TreeEditor<'_>) {
    for_each_group([from, into[0].at(), into[1].at()], editor, |editor, [from, first, second]| {
        let Some(node) = editor.get(from) else { return };
        let origin = node.origin.clone();
        if is_absent(node) {
            return editor.remove(from, "absent");
        }
        let [first_value, second_value] = match convert::split(node, separator, into) {
            Ok(values) => values,
            Err(error) => return editor.reject(from, &error, format!("write {first} and {second} instead")),
        };
        let differs = |at: &Path, value: &Value| editor.get(at).is_some_and(|node| node.value != *value);
        if differs(first, &first_value) {
            return editor.reject_conflict(from, first);
        }
        if differs(second, &second_value) {
            return editor.reject_conflict(from, second);
        }
        let action = format!("split at {separator:?}");
        if editor.get(first).is_some() {
            editor.remove(from, &action);
        } else {
            editor.move_to(from, first, &action);
            if editor.get(first).is_none() {
                return;
            }
            editor.set(first, first_value, origin.clone(), &action);
        }
        if editor.get(second).is_none() {
            editor.set(second, second_value, origin, &action);
            editor.outcome.merge(first, second);
        }
    });
}

fn join(from: [PartField; 2], separator: &str, to: &'static str, editor: &mut TreeEditor<'_>) {
    for_each_group([from[0].at(), from[1].at(), to], editor, |editor, [first, second, to]| {
        let (first_node, second_node) = match (present(editor, first), present(editor, second)) {
            (None, None) => return,
            (Some(first_node), Some(second_node)) => (first_node, second_node),
            (Some(_), None) => return reject_missing_part(editor, first, second, to),
            (None, Some(_)) => return reject_missing_part(editor, second, first, to),
        };
        let help = || format!("write {to} instead of both");
        let first_text = match convert::part_text(from[0], &first_node, "") {
            Ok(text) => text,
            Err(error) => return editor.reject(first, &error, help()),
        };
        let second_text = match convert::part_text(from[1], &second_node, separator) {
            Ok(text) => text,
            Err(error) => return editor.reject(second, &error, help()),
        };
        let joined = Value::String(format!("{first_text}{separator}{second_text}"));
        let action = format!("joined with {separator:?}");
        match editor.get(to) {
            Some(node) if node.value != joined => return editor.reject_conflict(first, to),
            Some(_) => editor.remove(first, &format!("{to} has the same value")),
            None => {
                editor.move_to(first, to, &action);
                let Some(origin) = editor.get(to).map(|node| node.origin.clone()) else { return };
                editor.set(to, joined, origin, &action);
            }
        }
        editor.remove(second, &action);
        editor.outcome.merge(to, second);
    });
}

fn is_absent(node: &Node) -> bool {
    node.is_null() || node.as_str() == Some("")
}

fn present(editor: &TreeEditor<'_>, at: &Path) -> Option<Node> {
    editor.get(at).filter(|node| !is_absent(node)).cloned()
}

fn reject_missing_part(editor: &mut TreeEditor<'_>, present: &Path, missing: &Path, to: &Path) {
    let help = format!("write {missing} as well, or {to} instead of both");
    editor.reject(present, &ConvertError::MissingPart(missing.clone()), help);
}

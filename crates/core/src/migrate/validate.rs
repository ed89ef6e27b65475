//! Validation of migrations. Mistakes in them are mistakes of the program.

use thiserror::Error;

use crate::migrate::field_pattern::FieldPattern;
use crate::migrate::migration::Migration;
use crate::migrate::step::MigrationStep;

/// A mistake in the migrations of a model.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum InvalidMigration {
    /// A migration does not start at the version where the previous one ends.
    #[error("{from} to {to}: the previous migration leads to {previous}")]
    Gap {
        /// Version at the start.
        from: u64,
        /// Version at the end.
        to: u64,
        /// Version at the end of the previous migration.
        previous: u64,
    },
    /// A migration does not lead to the next version.
    #[error("{from} to {to}: a migration must lead to the next version")]
    NotNext {
        /// Version at the start.
        from: u64,
        /// Version at the end.
        to: u64,
    },
    /// A step is invalid.
    #[error("{from} to {to}: {step}: {source}")]
    Step {
        /// Version at the start.
        from: u64,
        /// Version at the end.
        to: u64,
        /// The step.
        step: MigrationStep,
        /// The mistake.
        source: InvalidStep,
    },
    /// The last migration does not lead to the version of the schema.
    #[error("the last migration leads to {last}, and the version of the schema is {current}")]
    NotCurrent {
        /// Version at the end of the last migration.
        last: u64,
        /// Version of the schema.
        current: u64,
    },
}

/// A mistake in a step of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidStep {
    /// A field without a name.
    #[error("a field has no name")]
    EmptyName,
    /// A step on an element of a list.
    #[error("a list element cannot be added, moved or removed")]
    ListElement,
    /// A rename into another table.
    #[error("a field of another table needs Move")]
    RenameToOtherTable,
    /// A move within one table.
    #[error("a field of the same table needs Rename")]
    MoveWithinTable,
    /// A factor or divisor of 0.
    #[error("the factor and the divisor must be at least 1")]
    NotPositive,
    /// Two rows of one old value.
    #[error("an old value is listed twice")]
    DuplicateOldValue,
    /// A prefix without characters.
    #[error("a prefix is empty")]
    EmptyPrefix,
    /// A separator without characters.
    #[error("the separator is empty")]
    EmptySeparator,
    /// A field inside of the other.
    #[error("one field is or contains the other")]
    OverlappingFields,
    /// Fields of the elements of two lists.
    #[error("its fields are in different lists")]
    DifferentLists,
}

/// Validates the migrations of a model against the current version of its schema.
///
/// A model calls it in a test; [`Gate::of`](crate::gate::Gate::of) calls it as well if debug assertions are enabled.
///
/// ```
/// use confgate_core::migrate::{Migration, MigrationStep, check_migrations};
/// let steps = &[MigrationStep::Rename { from: "a.x", to: "b.x" }];
/// let mistakes = check_migrations(&[Migration { from: 1, to: 2, compatible: false, steps }], 2);
/// assert_eq!(mistakes[0].to_string(), "1 to 2: a.x is renamed to b.x: a field of another table needs Move");
/// ```
pub fn check_migrations(migrations: &[Migration], current: u64) -> Vec<InvalidMigration> {
    let mut mistakes = Vec::new();
    for pair in migrations.windows(2) {
        if pair[0].to != pair[1].from {
            mistakes.push(InvalidMigration::Gap { from: pair[1].from, to: pair[1].to, previous: pair[0].to });
        }
    }
    for &Migration { from, to, steps, .. } in migrations {
        if from.checked_add(1) != Some(to) {
            mistakes.push(InvalidMigration::NotNext { from, to });
        }
        mistakes.extend(steps.iter().filter_map(|step| {
            let source = check_step(step).err()?;
            Some(InvalidMigration::Step { from, to, step: *step, source })
        }));
    }
    if let Some(last) = migrations.last().filter(|last| last.to != current) {
        mistakes.push(InvalidMigration::NotCurrent { last: last.to, current });
    }
    mistakes
}

fn check_step(step: &MigrationStep) -> Result<(), InvalidStep> {
    let fields = [step.old_fields(), step.new_fields()].concat();
    ensure(fields.iter().all(|field| FieldPattern::parse(field).has_names()), InvalidStep::EmptyName)?;
    let converts_one_field = matches!(
        step,
        MigrationStep::Map { .. }
            | MigrationStep::ToDuration { .. }
            | MigrationStep::ToNumber { .. }
            | MigrationStep::TableToDuration { .. }
            | MigrationStep::Scale { .. }
            | MigrationStep::Strip { .. }
    );
    let all_end_in_keys = || fields.iter().all(|field| FieldPattern::parse(field).split_last_key().1.is_some());
    ensure(converts_one_field || all_end_in_keys(), InvalidStep::ListElement)?;
    match step {
        MigrationStep::Rename { from, to } => {
            let (from, to) = (FieldPattern::parse(from), FieldPattern::parse(to));
            ensure(from.split_last_key().0 == to.split_last_key().0, InvalidStep::RenameToOtherTable)?;
            check_group(&[from, to])
        }
        MigrationStep::Move { from, to } => {
            let (from, to) = (FieldPattern::parse(from), FieldPattern::parse(to));
            ensure(from.split_last_key().0 != to.split_last_key().0, InvalidStep::MoveWithinTable)?;
            check_group(&[from, to])
        }
        MigrationStep::Scale { times, per, .. } => ensure(*times >= 1 && *per >= 1, InvalidStep::NotPositive),
        MigrationStep::Map { values, .. } => {
            let is_first =
                |(index, (old, _)): (usize, &(_, _))| values[..index].iter().all(|(earlier, _)| earlier != old);
            ensure(values.iter().enumerate().all(is_first), InvalidStep::DuplicateOldValue)
        }
        MigrationStep::Strip { prefixes, .. } => ensure(!prefixes.contains(&""), InvalidStep::EmptyPrefix),
        MigrationStep::Split { from: whole, separator, into: parts }
        | MigrationStep::Join { from: parts, separator, to: whole } => {
            ensure(!separator.is_empty(), InvalidStep::EmptySeparator)?;
            check_group(&[*whole, parts[0].at(), parts[1].at()].map(FieldPattern::parse))
        }
        _ => Ok(()),
    }
}

/// Checks the fields of one step: they must be different fields, in the same elements of the same lists.
fn check_group(fields: &[FieldPattern]) -> Result<(), InvalidStep> {
    let all_pairs = |predicate: fn(&FieldPattern, &FieldPattern) -> bool| {
        fields.iter().enumerate().all(|(index, field)| fields[..index].iter().all(|other| predicate(other, field)))
    };
    ensure(all_pairs(|a, b| !a.overlaps(b)), InvalidStep::OverlappingFields)?;
    ensure(all_pairs(|a, b| a.list_prefix() == b.list_prefix()), InvalidStep::DifferentLists)
}

fn ensure(condition: bool, error: InvalidStep) -> Result<(), InvalidStep> {
    if condition { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::{Literal, PartField, TimeUnit};

    fn messages(migrations: &[Migration], current: u64) -> Vec<String> {
        check_migrations(migrations, current).iter().map(ToString::to_string).collect()
    }

    fn of(steps: &'static [MigrationStep]) -> String {
        messages(&[Migration { from: 1, to: 2, compatible: false, steps }], 2).join("; ")
    }

    #[test]
    fn each_mistake_in_a_step_is_found() {
        const ONE: Literal = Literal::Integer(1);
        let found = [
            of(&[MigrationStep::Rename { from: "a.b", to: "c.b" }]),
            of(&[MigrationStep::Move { from: "a.b", to: "a.c" }]),
            of(&[MigrationStep::Move { from: "a.b", to: "a.b.c" }]),
            of(&[MigrationStep::Move { from: "a[].b", to: "c[].b" }]),
            of(&[MigrationStep::Add { at: "a..b", value: ONE }]),
            of(&[MigrationStep::Add { at: "a[]", value: ONE }]),
            of(&[MigrationStep::Scale { at: "a", times: 0, per: 1 }]),
            of(&[MigrationStep::Map { at: "a", values: &[(ONE, ONE), (ONE, ONE)] }]),
            of(&[MigrationStep::Strip { at: "a", prefixes: &[""] }]),
            of(&[MigrationStep::Split {
                from: "a",
                separator: "",
                into: [PartField::Text("b"), PartField::Text("c")],
            }]),
            of(&[MigrationStep::Join { from: [PartField::Text("b"), PartField::Text("b")], separator: ":", to: "a" }]),
        ];
        let ends = found.iter().map(|mistakes| mistakes.rsplit(": ").next().unwrap());
        assert_eq!(
            ends.collect::<Vec<_>>(),
            [
                "a field of another table needs Move",
                "a field of the same table needs Rename",
                "one field is or contains the other",
                "its fields are in different lists",
                "a field has no name",
                "a list element cannot be added, moved or removed",
                "the factor and the divisor must be at least 1",
                "an old value is listed twice",
                "a prefix is empty",
                "the separator is empty",
                "one field is or contains the other",
            ]
        );
        assert_eq!(of(&[MigrationStep::ToDuration { at: "a[]", unit: TimeUnit::Seconds }]), "");
    }

    #[test]
    fn versions_that_do_not_follow_one_another_are_found() {
        let migration = |from, to| Migration { from, to, compatible: false, steps: &[] };
        assert_eq!(messages(&[migration(1, 3)], 3), ["1 to 3: a migration must lead to the next version"]);
        assert_eq!(messages(&[migration(1, 2), migration(3, 4)], 4), ["3 to 4: the previous migration leads to 2"]);
        assert_eq!(
            messages(&[migration(1, 2)], 5),
            ["the last migration leads to 2, and the version of the schema is 5"]
        );
        assert_eq!(messages(&[], 7), [""; 0]);
    }
}

//! Mistakes in migrations themselves, which a model's tests look for.

use crate::migrate::pattern::Pattern;
use crate::migrate::step::{Migration, Step};

/// What is wrong with a model's migrations: nothing, or the program has a mistake. A model asks in a test of its own;
/// [`Gate::of`](crate::gate::Gate::of) asks as well where debug assertions are on.
///
/// ```
/// use confgate_core::migrate::{Migration, Step, flaws};
/// let steps = &[Step::Rename { from: "a.x", to: "b.x" }];
/// let found = flaws(&[Migration { from: 1, to: 2, form_only: false, steps }], 2);
/// assert_eq!(found, ["1 to 2: a.x is renamed to b.x: another table needs a Move"]);
/// ```
pub fn flaws(migrations: &[Migration], current: u64) -> Vec<String> {
    let mut found = Vec::new();
    for pair in migrations.windows(2) {
        if pair[0].to != pair[1].from {
            found.push(format!("{} to {}: the one before it leads to {}", pair[1].from, pair[1].to, pair[0].to));
        }
    }
    for migration in migrations {
        let Migration { from, to, .. } = migration;
        if from.checked_add(1) != Some(*to) {
            found.push(format!("{from} to {to}: a migration leads to the next version"));
        }
        let wrong = migration.steps.iter().filter_map(|step| Some(format!("{from} to {to}: {step}: {}", flaw(step)?)));
        found.extend(wrong);
    }
    if let Some(last) = migrations.last().filter(|last| last.to != current) {
        found.push(format!("the last migration leads to {}, and the schema says {current}", last.to));
    }
    found
}

fn flaw(step: &Step) -> Option<&'static str> {
    let fields = [step.older(), step.newer()].concat();
    if fields.iter().any(|field| !Pattern::of(field).is_named()) {
        return Some("a field has no name");
    }
    let one_field = matches!(
        step,
        Step::Map { .. }
            | Step::ToDuration { .. }
            | Step::ToNumber { .. }
            | Step::TableToDuration { .. }
            | Step::Scale { .. }
            | Step::Strip { .. }
    );
    if !one_field && fields.iter().any(|field| Pattern::of(field).split().1.is_none()) {
        return Some("an element of a list is no field of its own");
    }
    match step {
        Step::Rename { from, to } => {
            let (from, to) = (Pattern::of(from), Pattern::of(to));
            (from.split().0 != to.split().0).then_some("another table needs a Move").or_else(|| apart(&[from, to]))
        }
        Step::Move { from, to } => {
            let (from, to) = (Pattern::of(from), Pattern::of(to));
            (from.split().0 == to.split().0).then_some("the same table needs a Rename").or_else(|| apart(&[from, to]))
        }
        Step::Scale { times, per, .. } => (*times < 1 || *per < 1).then_some("a unit is larger than nothing"),
        Step::Map { values, .. } => {
            let twice =
                values.iter().enumerate().any(|(index, (old, _))| values[..index].iter().any(|it| it.0 == *old));
            twice.then_some("one value becomes two")
        }
        Step::Strip { prefixes, .. } => prefixes.contains(&"").then_some("an empty prefix is none"),
        Step::Split { from, separator, into: [a, b] } | Step::Join { from: [a, b], separator, to: from } => {
            let fields = [*from, a.at(), b.at()].map(Pattern::of);
            separator.is_empty().then_some("an empty separator is none").or_else(|| apart(&fields))
        }
        _ => None,
    }
}

/// Fields that take part in one step stand beside each other, in the same elements of the same lists.
fn apart(fields: &[Pattern]) -> Option<&'static str> {
    let pairs =
        || fields.iter().enumerate().flat_map(|(index, field)| fields[..index].iter().map(move |it| (it, field)));
    if pairs().any(|(a, b)| a.touches(b)) {
        return Some("one field is the other or stands inside it");
    }
    pairs().any(|(a, b)| a.lists() != b.lists()).then_some("its fields stand in different lists")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::{Literal, Part, Unit};

    fn of(step: &'static [Step]) -> String {
        flaws(&[Migration { from: 1, to: 2, form_only: false, steps: step }], 2).join("; ")
    }

    #[test]
    fn each_mistake_in_a_step_is_said() {
        const ONE: Literal = Literal::Integer(1);
        let said = [
            of(&[Step::Rename { from: "a.b", to: "c.b" }]),
            of(&[Step::Move { from: "a.b", to: "a.c" }]),
            of(&[Step::Move { from: "a.b", to: "a.b.c" }]),
            of(&[Step::Move { from: "a[].b", to: "c[].b" }]),
            of(&[Step::Add { at: "a..b", value: ONE }]),
            of(&[Step::Add { at: "a[]", value: ONE }]),
            of(&[Step::Scale { at: "a", times: 0, per: 1 }]),
            of(&[Step::Map { at: "a", values: &[(ONE, ONE), (ONE, ONE)] }]),
            of(&[Step::Strip { at: "a", prefixes: &[""] }]),
            of(&[Step::Split { from: "a", separator: "", into: [Part::Text("b"), Part::Text("c")] }]),
            of(&[Step::Join { from: [Part::Text("b"), Part::Text("b")], separator: ":", to: "a" }]),
        ];
        let ends = said.iter().map(|flaw| flaw.rsplit(": ").next().unwrap());
        assert_eq!(
            ends.collect::<Vec<_>>(),
            [
                "another table needs a Move",
                "the same table needs a Rename",
                "one field is the other or stands inside it",
                "its fields stand in different lists",
                "a field has no name",
                "an element of a list is no field of its own",
                "a unit is larger than nothing",
                "one value becomes two",
                "an empty prefix is none",
                "an empty separator is none",
                "one field is the other or stands inside it",
            ]
        );
        assert_eq!(of(&[Step::ToDuration { at: "a[]", unit: Unit::Seconds }]), "");
    }

    #[test]
    fn versions_that_do_not_follow_one_another_are_said() {
        let migration = |from, to| Migration { from, to, form_only: false, steps: &[] };
        assert_eq!(flaws(&[migration(1, 3)], 3), ["1 to 3: a migration leads to the next version"]);
        assert_eq!(flaws(&[migration(1, 2), migration(3, 4)], 4), ["3 to 4: the one before it leads to 2"]);
        assert_eq!(flaws(&[migration(1, 2)], 5), ["the last migration leads to 2, and the schema says 5"]);
        assert_eq!(flaws(&[], 7), [""; 0]);
    }
}

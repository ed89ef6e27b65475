//! Any text as a config of any version: its tree and itself are migrated to the same, and nothing of it is lost on the way.

#![no_main]

use confgate::value::Source;
use confgate::migrate::{self, MigrateTextError, Literal, Migration, PartField, Route, Scope, MigrationStep, TimeUnit};
use confgate::toml;
use confgate::value::Path;
use libfuzzer_sys::fuzz_target;

const MIGRATIONS: &[Migration] = &[
    Migration {
        from: 1,
        to: 2,
        compatible: false,
        steps: &[
            MigrationStep::Rename { from: "a", to: "b" },
            MigrationStep::Move { from: "t.a", to: "u.v.a" },
            MigrationStep::ToDuration { at: "u.v.a", unit: TimeUnit::Seconds },
            MigrationStep::Rename { from: "l[].a", to: "l[].b" },
            MigrationStep::Scale { at: "l[].n", times: 3, per: 1 },
            MigrationStep::Add { at: "t.x", value: Literal::Integer(1) },
        ],
    },
    Migration {
        from: 2,
        to: 3,
        compatible: false,
        steps: &[
            MigrationStep::Split { from: "s", separator: ":", into: [PartField::Text("h.n"), PartField::Integer("h.p")] },
            MigrationStep::Join { from: [PartField::Text("t.c"), PartField::Text("u.c")], separator: "/", to: "c" },
            MigrationStep::Map { at: "m", values: &[(Literal::Text("x"), Literal::Bool(true))] },
            MigrationStep::TableToDuration { at: "d" },
            MigrationStep::Strip { at: "b", prefixes: &["0x"] },
            MigrationStep::Remove { at: "u.r", why: "it is not read" },
        ],
    },
];

fuzz_target!(|data: &[u8]| {
    // The first byte is from which version to which.
    let Some((versions, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let (from, to) = (u64::from(versions % 3) + 1, u64::from(versions / 3 % 3) + 1);
    let Ok(route) = Route::between(MIGRATIONS, from, to) else { return };
    let version = Path::dotted("version");
    let scope = Scope::without_overlays(&version);
    let (mut tree, errors) = toml::read(&Source::new("x", text));
    let on_tree = migrate::migrate_tree(&mut tree, &route, &scope);
    match migrate::migrate_text("x", text, &route, &scope) {
        Ok((new, on_text)) => {
            assert!(errors.is_empty() && on_text == on_tree);
            assert_eq!(toml::read(&Source::new("x", new.as_str())).0, tree);
        }
        Err(MigrateTextError::Syntax(_)) => assert!(!errors.is_empty()),
        Err(MigrateTextError::Problems(problems)) => assert_eq!(problems.problems, on_tree.problems),
        Err(MigrateTextError::Layout) => panic!("the layout of {text:?} is lost"),
    }
});

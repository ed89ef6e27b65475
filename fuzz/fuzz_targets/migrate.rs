//! Any text as a config of any version: its tree and itself are migrated to the same, and nothing of it is lost on the way.

#![no_main]

use confgate::value::Source;
use confgate::migrate::{self, Failed, Literal, Migration, Part, Route, Scope, Step, Unit};
use confgate::toml::reader;
use confgate::value::Path;
use libfuzzer_sys::fuzz_target;

const MIGRATIONS: &[Migration] = &[
    Migration {
        from: 1,
        to: 2,
        form_only: false,
        steps: &[
            Step::Rename { from: "a", to: "b" },
            Step::Move { from: "t.a", to: "u.v.a" },
            Step::ToDuration { at: "u.v.a", unit: Unit::Seconds },
            Step::Rename { from: "l[].a", to: "l[].b" },
            Step::Scale { at: "l[].n", times: 3, per: 1 },
            Step::Add { at: "t.x", value: Literal::Integer(1) },
        ],
    },
    Migration {
        from: 2,
        to: 3,
        form_only: false,
        steps: &[
            Step::Split { from: "s", separator: ":", into: [Part::Text("h.n"), Part::Integer("h.p")] },
            Step::Join { from: [Part::Text("t.c"), Part::Text("u.c")], separator: "/", to: "c" },
            Step::Map { at: "m", values: &[(Literal::Text("x"), Literal::Bool(true))] },
            Step::TableToDuration { at: "d" },
            Step::Strip { at: "b", prefixes: &["0x"] },
            Step::Remove { at: "u.r", why: "nobody reads it" },
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
    let scope = Scope::whole(&version);
    let (mut tree, errors) = reader::read(&Source::new("x", text));
    let on_tree = migrate::tree(&mut tree, &route, &scope);
    match migrate::text("x", text, &route, &scope) {
        Ok((new, on_text)) => {
            assert!(errors.is_empty() && on_text == on_tree);
            assert_eq!(reader::read(&Source::new("x", new.as_str())).0, tree);
        }
        Err(Failed::Syntax(_)) => assert!(!errors.is_empty()),
        Err(Failed::Problems(problems)) => assert_eq!(problems.problems, on_tree.problems),
        Err(Failed::Layout) => panic!("the layout of {text:?} is lost"),
    }
});

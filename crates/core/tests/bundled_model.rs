//! The gate on the bundled model.

use confgate_bitcraps::Config;
use confgate_core::diagnostics::Severity;
use confgate_core::environment::Environment;
use confgate_core::gate::redact::redacted;
use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::toml;
use confgate_core::value::{Path, Source, Sources};
use serde_json::json;

const NIGHT: &str =
    "[[profiles]]\nname = 'night'\nwhen.time = '22:00-06:00'\nset.network = { max_connections = 9, colour = 1 }\n";

#[test]
fn profiles_are_checked_on_any_config_and_leave_out_what_is_wrong_with_it() {
    let gate = Gate::of::<Config>();
    let source =
        Source::new("x", format!("game.min_bet = 500\nnetwork.listen_port = 0\n{NIGHT}set.game.max_bet = 1\n"));
    let (sources, mut tree) = (Sources::from_text(&source), toml::read(&source).0);
    let taken = gate.take_profiles(&mut tree, &sources, ValidateOptions::default());
    assert_eq!((taken.profiles.len(), taken.found.len()), (1, 0));
    let found =
        gate.check_profiles(&tree, &taken.profiles, &sources, Environment::Production, ValidateOptions::default());
    let rules: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    assert_eq!(rules, ["schema/unknown-key", "game/bets-ordered"]);
    assert!(found.iter().all(|diagnostic| diagnostic.notes.contains(&"in the profile night".to_owned())));
}

#[test]
fn profiles_of_two_files_have_different_names() {
    let gate = Gate::of::<Config>();
    let take = |source: &Source| {
        gate.take_profiles(&mut toml::read(source).0, &Sources::from_text(source), ValidateOptions::default())
    };
    let (source, other) = (Source::new("a", NIGHT), Source::new("b", NIGHT.replace("night", "day")));
    let mut taken = take(&source);
    taken.and(take(&other), &Sources::from_text(&other));
    assert_eq!((taken.profiles.len(), taken.found.len()), (2, 0));
    taken.and(take(&source), &Sources::from_text(&source));
    assert_eq!(taken.profiles.len(), 2);
    assert_eq!(taken.found[0].message, "profiles[2].name is a duplicate: another profile is named \"night\"");
}

#[test]
fn unknown_keys_that_are_warnings_are_left_out_of_what_a_profile_sets() {
    let options = ValidateOptions { unknown_keys: Severity::Warning, ..ValidateOptions::default() };
    let outcome = Gate::of::<Config>().validate(Input::text(&Source::new("x", NIGHT), options));
    assert!(outcome.report.admits());
    let text = toml::write(&outcome.tree).unwrap();
    assert!(text.ends_with("[profiles.set.network]\nmax_connections = 9\n"), "{text}");
}
#[test]
fn secrets_and_passwords_are_gone_and_references_stay() {
    let text = "[database]\nurl = 'pg://u:hunter2@db/x'\n[monitoring]\nalert_webhook = 'https://hooks/hunter2'\n\
                [[network.turn_servers]]\nurl = 'turn:a'\npassword = '${SECRET_TURN}'\n\
                [[network.turn_servers]]\nurl = 'turn:b'\npassword = 5\n[app]\nname = 'hunter2 it is'\n";
    let gate = Gate::of::<Config>();
    let tree = toml::read(&Source::new("x", text)).0;
    let mut sources = Sources::default();
    sources.resolved.insert(Path::dotted("app.name"), "${SECRET_NAME} it is".to_owned());
    let shown = toml::write(&redacted(gate.view(), &tree, &Path::root(), &sources)).unwrap();
    assert!(!shown.contains("hunter2") && !shown.contains('5'), "{shown}");
    for kept in ["pg://***@db/x", "${SECRET_TURN}", "[secret]", "${SECRET_NAME} it is", "turn:b"] {
        assert!(shown.contains(kept), "{kept}: {shown}");
    }
}

#[test]
fn the_field_of_a_schema_is_found_by_its_mark_under_any_name() {
    let form = &Gate::of::<Config>().schema()["properties"]["profiles"].clone();
    let gate = Gate::of_schema(json!({ "properties": { "size": { "type": "integer" }, "sometimes": form } })).unwrap();
    assert_eq!(gate.profiles_path(), Some(&Path::dotted("sometimes")));
    let text = "size = 1\n[[sometimes]]\nname = 'big'\nset.size = 'large'\n";
    let report = gate.check(&Source::new("x", text), None).report;
    let messages: Vec<&str> = report.diagnostics().iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(messages, ["size must be an integer, and is \"large\""]);
}

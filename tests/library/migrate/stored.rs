//! Stored files of every version: its schema, and configs that must keep loading.

use std::fs;

use confgate::bitcraps::Config;
use confgate::migrate::compatible::breaking_changes;
use confgate::{Gate, Model, Source};
use serde_json::Value as Json;

use confgate_test_support::root;

fn schema(version: u64) -> Json {
    let path = root().join(format!("modules/history/{version}.json"));
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}: run `make schema`", path.display()));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_history_has_the_schema_of_every_version_up_to_the_one_of_today() {
    let current = Gate::of::<Config>().version().unwrap();
    let files = fs::read_dir(root().join("modules/history")).unwrap().count() as u64;
    assert_eq!(files, current);
    let (today, kept) = (root().join("modules/schema.json"), root().join(format!("modules/history/{current}.json")));
    assert!(fs::read(today).unwrap() == fs::read(kept).unwrap(), "run `make schema`");
}

#[test]
fn no_change_of_the_types_breaks_configs_that_are_stored() {
    let gate = Gate::of::<Config>();
    for version in 1..=gate.version().unwrap() {
        let found = breaking_changes(&schema(version), gate.schema(), Some(Config::migrations()));
        assert_eq!(found, [], "version {version}: increment the version and add a migration");
    }
}

#[test]
fn every_stored_config_of_every_version_loads() {
    let gate = Gate::of::<Config>();
    let folder = root().join("tests/fixtures/versions");
    for version in 0..=gate.version().unwrap() {
        let files = fs::read_dir(folder.join(version.to_string())).unwrap();
        let mut seen = 0;
        for file in files.map(|file| file.unwrap().path()) {
            let source = Source::new(file.display().to_string(), fs::read_to_string(&file).unwrap());
            let outcome = gate.check(&source, None);
            let report = format!("{:#?}", outcome.report.diagnostics());
            let config: Config = outcome.into_config().unwrap_or_else(|_| panic!("{}: {report}", file.display()));
            assert_eq!(config.version, gate.version().unwrap());
            seen += 1;
        }
        assert!(seen > 0, "no config of version {version} is stored");
    }
}

#[test]
fn a_file_without_a_version_is_read_as_it_is_and_without_a_word() {
    let file = root().join("tests/fixtures/versions/0/without-a-version.toml");
    let outcome = Gate::of::<Config>().check(&Source::new("x", fs::read_to_string(file).unwrap()), None);
    assert_eq!(outcome.report.diagnostics(), []);
    let config: Config = outcome.into_config().unwrap();
    assert!(config.treasury.treasury_address.starts_with("0xAB"));
}

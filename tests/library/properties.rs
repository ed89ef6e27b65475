//! Properties of every config, tried on thousands of generated ones: bytes, trees, and BitCraps configs that fill every
//! field of the schema with a valid value.

mod values;

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

use confgate::bitcraps::Config;
use confgate::diagnostics::Report;
use confgate::diagnostics::codes;
use confgate::render::{github, human, json as json_report, sarif};
use confgate::toml;
use confgate::value::diff::changes;
use confgate::value::{Node, Sources, Table, Value, json};
use confgate::{Environment, Gate, Input, Outcome, Source, ValidateOptions};
use confgate_test_support::confgate;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value as Json;
use values::*;

static GATE: LazyLock<Gate<Config>> = LazyLock::new(Gate::of::<Config>);

/// Returns the settings of a property that is tried `cases` times.
fn tries(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

// ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

fn examine(tree: &Node, environment: Option<Environment>) -> Outcome<Config> {
    let options = ValidateOptions { environment, ..ValidateOptions::default() };
    GATE.validate(Input { tree: tree.clone(), sources: Sources::default(), found: Vec::new(), options })
}

fn rules(outcome: &Outcome<Config>) -> Vec<&str> {
    let mut rules: Vec<&str> = outcome.report.diagnostics().iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    rules.sort_unstable();
    rules
}

/// Renders the report in every format, and checks the parts that each format must have.
fn render(report: &Report) -> Result<(), TestCaseError> {
    for (color, width) in [(false, 0), (false, 100), (true, 41)] {
        human::report(report, human::Style { color, width, links: None });
    }
    let diagnostics = report.diagnostics().len();
    let document = json_report::document([("config.toml", report)]);
    prop_assert_eq!(document["configs"][0]["findings"].as_array().unwrap().len(), diagnostics);
    let log = sarif::log([report], GATE.rules());
    prop_assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), diagnostics);
    prop_assert_eq!(github::commands(report).lines().count(), diagnostics);
    Ok(())
}

fn assert_sorted(report: &Report) -> Result<(), TestCaseError> {
    let places = report.diagnostics().iter().map(|diagnostic| {
        let place = diagnostic.place().map(|place| (place.source.name().to_owned(), place.position));
        (place.is_none(), place)
    });
    let places: Vec<_> = places.collect();
    prop_assert!(places.is_sorted(), "{places:?}");
    Ok(())
}

/// Returns the same entries in another order, at every depth.
fn shuffled(node: &Node, turn: usize) -> Node {
    let value = match &node.value {
        Value::Table(table) => {
            let mut entries: Vec<_> = table.iter().map(|(key, node)| (key.clone(), shuffled(node, turn + 1))).collect();
            let by = turn % entries.len().max(1);
            entries.rotate_left(by);
            if turn.is_multiple_of(2) {
                entries.reverse();
            }
            Value::Table(entries.into_iter().collect::<Table>())
        }
        Value::List(elements) => Value::List(elements.iter().map(|element| shuffled(element, turn)).collect()),
        leaf => leaf.clone(),
    };
    Node { value, origin: node.origin.clone() }
}

proptest! {
    #![proptest_config(tries(6))]

    #[test]
    fn the_exit_code_says_what_the_report_says_whatever_the_bytes_are(
        files in prop::collection::vec(bytes(), 1..24),
    ) {
        let folder = tempfile::tempdir().unwrap();
        for (index, bytes) in files.iter().enumerate() {
            fs::write(folder.path().join(format!("{index:02}.toml")), bytes).unwrap();
        }
        let output = confgate!().args(["check", "--format", "json"]).arg(folder.path()).output().unwrap();
        let report: Json = serde_json::from_slice(&output.stdout).unwrap();
        let configs = report["configs"].as_array().unwrap();
        prop_assert_eq!(configs.len(), files.len());
        for config in configs {
            let diagnostics = config["findings"].as_array().unwrap();
            let errors = diagnostics.iter().filter(|diagnostic| diagnostic["severity"] == "error").count();
            prop_assert_eq!(config["errors"].as_u64(), Some(errors as u64));
            prop_assert_eq!(config["admitted"].as_bool(), Some(errors == 0));
        }
        let admitted = configs.iter().all(|config| config["admitted"] == true);
        prop_assert_eq!(report["admitted"].as_bool(), Some(admitted));
        prop_assert_eq!(output.status.code(), Some(i32::from(!admitted)));
        prop_assert!(output.stderr.is_empty());
    }
}

/// Generates any bytes, text that is nearly TOML, and a valid config with one byte changed.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let good = toml::write(&GATE.defaults(Environment::Production)).unwrap();
    let length = good.len();
    let changed = (0..length, any::<u8>()).prop_map(move |(at, byte)| {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = byte;
        bytes
    });
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "(\\[?[a-z]{1,3}\\]?( ?= ?[0-9\"'\\[{a-z:]{0,6})?\n?){0,12}".prop_map(String::into_bytes),
        changed,
    ]
}

proptest! {
    #![proptest_config(tries(256))]

    #[test]
    fn no_tree_crashes_the_gate_or_a_renderer(tree in tree(), environment in proptest::option::of(environment())) {
        let outcome = examine(&tree, environment);
        render(&outcome.report)?;
        assert_sorted(&outcome.report)?;
        let admitted = outcome.report.admits();
        prop_assert!(admitted || outcome.into_config().is_err());
    }

    #[test]
    fn the_findings_of_a_text_are_sorted_by_their_lines(tree in tree()) {
        let text = toml::write(&tree).unwrap();
        let outcome = GATE.check(&Source::new("config.toml", text), None);
        render(&outcome.report)?;
        assert_sorted(&outcome.report)?;
    }

    #[test]
    fn the_order_of_keys_decides_nothing(tree in tree(), turn in 0usize..7) {
        let (one, other) = (examine(&tree, None), examine(&shuffled(&tree, turn), None));
        prop_assert_eq!(rules(&one), rules(&other));
        prop_assert_eq!(&one.tree, &other.tree);
    }

    #[test]
    fn a_tree_differs_from_every_other_and_not_from_itself_in_another_order(one in tree(), other in tree()) {
        let reordered = shuffled(&one, 1);
        prop_assert_eq!(changes(&one, &reordered), []);
        prop_assert_eq!(changes(&one, &other).is_empty(), one == other);
    }
}

proptest! {
    #![proptest_config(tries(96))]

    #[test]
    fn a_config_of_valid_values_is_admitted_by_the_schema((environment, tree) in config()) {
        let outcome = examine(&tree, Some(environment));
        // A condition that the schema admits can still be one that never holds.
        let known = |rule: &str| {
            rule == codes::SECRETS_NO_PLAIN_TEXT.name
                || rule.starts_with("profiles/when/")
                || GATE.rules().iter().any(|known| known.name == rule)
        };
        for diagnostic in outcome.report.diagnostics() {
            prop_assert!(known(&diagnostic.code), "{diagnostic:?}");
        }
    }

    #[test]
    fn the_canonical_form_is_read_as_what_was_written((environment, tree) in config()) {
        let first = examine(&tree, Some(environment));
        let canonical = toml::write(&first.tree).unwrap();
        let again = GATE.check(&Source::new("config.toml", canonical.as_str()), environment);
        prop_assert_eq!(&again.tree, &first.tree);
        prop_assert_eq!(rules(&again), rules(&first));
        prop_assert_eq!(toml::write(&again.tree).unwrap(), canonical);
        let through_json = examine(&json::read(json::write(&first.tree)).unwrap(), Some(environment));
        prop_assert_eq!(&through_json.tree, &first.tree);
        let admitted = first.report.admits();
        let configs = [first, again, through_json].map(|outcome| outcome.into_config().ok());
        prop_assert_eq!(configs[0].is_some(), admitted);
        prop_assert_eq!(&configs[0], &configs[1]);
        prop_assert_eq!(&configs[0], &configs[2]);
    }

    #[test]
    fn the_keys_of_a_whole_config_may_stand_in_any_order((environment, tree) in config(), turn in 0usize..9) {
        let (one, other) = (examine(&tree, Some(environment)), examine(&shuffled(&tree, turn), Some(environment)));
        prop_assert_eq!(toml::write(&one.tree).unwrap(), toml::write(&other.tree).unwrap());
        prop_assert_eq!(rules(&one), rules(&other));
    }

    #[test]
    fn an_explicit_null_takes_an_optional_field_away_for_good(environment in environment()) {
        let mut tree = GATE.defaults(environment);
        let security = tree.as_table_mut().unwrap()["security"].as_table_mut().unwrap();
        security.insert("tls_cert_path".to_owned(), Node::generated(Value::Null));
        let first = examine(&tree, Some(environment));
        let canonical = Source::new("config.toml", toml::write(&first.tree).unwrap());
        prop_assert_eq!(GATE.check(&canonical, environment).tree, first.tree);
    }
}

#[test]
fn the_defaults_of_every_environment_pass_without_a_finding_and_stay_as_they_are() {
    for environment in Environment::ALL {
        let defaults = GATE.defaults(environment);
        let outcome = examine(&defaults, Some(environment));
        assert_eq!(outcome.report.diagnostics(), [], "{environment}");
        assert_eq!(outcome.tree, defaults, "{environment}");
        assert_eq!(examine(&Node::generated(Value::Table(Table::default())), Some(environment)).tree, defaults);
    }
}

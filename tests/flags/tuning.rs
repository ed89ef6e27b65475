//! `confgate tune`: the commands.

use std::fs;

use confgate_test_support::confgate;

const RULE: &str = "\
[[tuning]]
name = 'connections'
field = 'network.max_connections'
signal = 'cpu'
low = 40
high = 80
min = 20
max = 200
step = 10
";

/// Runs a command with a tuning file and a series of two readings. Returns its exit code and all that it prints.
fn run(tuning: &str, arguments: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tuning.toml"), tuning).unwrap();
    fs::write(folder.path().join("cpu.csv"), "0,50\n10,90\n").unwrap();
    let output = confgate!().current_dir(folder.path()).arg("tune").args(arguments).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code().unwrap(), text)
}

const SIMULATE: [&str; 3] = ["simulate", "tuning.toml", "cpu.csv"];

#[test]
fn a_simulation_prints_each_change() {
    let (code, text) = run(RULE, &[&SIMULATE[..], &["--declared", "100"]].concat());
    let change = "      10 s  network.max_connections = 90  tuning connections: step, 90 is above 80\n";
    let expected = format!("network.max_connections = 100, declared\n{change}1 change in 2 readings\n");
    assert_eq!((code, text), (0, expected));
}

#[test]
fn a_field_that_the_service_lacks_is_refused_with_its_place_and_the_nearest_name() {
    let tuning = RULE.replace("max_connections", "max_conections");
    let expected = "\
error: rule connections: unknown field network.max_conections           tuning/field
  ┌─ tuning.toml:3:1
3 │ field = 'network.max_conections'
  │ ^^^^^
  = help: did you mean network.max_connections?

refused: 1 error, 0 warnings
";
    for arguments in [&["check", "tuning.toml"][..], &SIMULATE[..]] {
        assert_eq!(run(&tuning, arguments), (1, expected.to_owned()), "{arguments:?}");
    }
}

#[test]
fn a_bound_beyond_that_of_the_schema_is_refused_with_its_place() {
    let tuning = RULE.replace("min = 20", "min = 0");
    let expected = "\
error: rule connections: network.max_connections must be at least 1 by the schema, and the rule sets
       min = 0                                                          tuning/field
  ┌─ tuning.toml:7:1
7 │ min = 0
  │ ^^^

refused: 1 error, 0 warnings
";
    for arguments in [&["check", "tuning.toml"][..], &SIMULATE[..]] {
        assert_eq!(run(&tuning, arguments), (1, expected.to_owned()), "{arguments:?}");
    }
}

#[test]
fn a_simulation_of_another_service_reads_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("schema.json");
    let text = r#"{"type":"object","properties":{"workers":{"type":"integer","minimum":1,"maximum":500}}}"#;
    fs::write(&schema, text).unwrap();
    let tuning = RULE.replace("network.max_connections", "workers");
    let with_schema = [&SIMULATE[..], &["--declared", "100", "--schema", schema.to_str().unwrap()]].concat();
    let (code, text) = run(&tuning, &with_schema);
    assert!(code == 0 && text.contains("workers = 90"), "{text}");
    let (code, text) = run(&tuning, &SIMULATE);
    assert!(code == 1 && text.contains("unknown field workers"), "{text}");
}

#[test]
fn a_misspelt_key_of_a_rule_is_refused_by_the_simulation() {
    let (code, text) = run(&RULE.replace("step", "stepp"), &SIMULATE);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("unknown key tuning[0].stepp") && text.contains("did you mean tuning[0].step?"), "{text}");
}

//! Rendered flags against the published schema of flagd. No package of PyPI or npm has the schema as a file; npm's flagd-core has it as a
//! compiled validator.

use std::fs;

use confgate_test_support::confgate;
use serde_json::{Value as Json, json};

use crate::peers::complaints;
use crate::support::FLAGS;

/// Flags of every form that Confgate adds to flagd's.
const MORE: &str = r#"
[flags.chain]
variants = { a = "A", b = "B", c = "C" }
targeting = { if = [{ "==" = [{ var = "plan" }, "a"] }, "a", { "==" = [{ var = "plan" }, "b"] }, "b", { var = "email" }, "c"] }

[flags.ramp]
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { if = [{ "$ref" = "internal" }, "on"] }
until = "2099-01-31"
metadata = { ticket = 7, public = false }
[flags.ramp.ramp]
variant = "on"
steps = [
  { at = "2027-01-11T08:00:00Z", percent = 5 },
  { at = "2027-01-12T08:00:00Z", percent = 12.5 },
  { at = "2027-01-14T08:00:00Z", percent = 100 },
]

[flags.empty]
variants = { on = 1.5 }
defaultVariant = "on"
targeting = {}
"#;

/// Renders flags with the command.
fn rendered(flags: &str) -> Json {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flags.toml"), flags).unwrap();
    let output = confgate!().args(["flags", "render", "flags.toml"]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
#[ignore = "needs Node.js and the packages of target/peers"]
fn rendered_flags_satisfy_the_schema_of_flagd_in_the_package_of_npm() {
    let rendered = rendered(&format!("{FLAGS}{MORE}"));
    assert_eq!(rendered["flags"].as_object().unwrap().len(), 10);
    assert_eq!(complaints(&rendered), [json!(null); 0]);
    // The validator does find mistakes, such as a weight that is a text.
    let targeting = json!({ "fractional": [["on", "10"]] });
    let wrong = json!({ "flags": { "a": { "state": "ENABLED", "variants": { "on": true }, "defaultVariant": "on", "targeting": targeting } } });
    assert_ne!(complaints(&wrong), [json!(null); 0], "{wrong}");
}

#[test]
fn a_chain_of_many_conditions_and_a_ramp_of_many_steps_are_evaluated() {
    let conditions: Vec<String> = (1..=90).map(|n| format!("{{ '==' = [{{ var = 'n' }}, {n}] }}, 'on'")).collect();
    let steps: Vec<String> =
        (0..100).map(|n| format!("{{ at = '2027-01-01T{:02}:{:02}:00Z', percent = {n} }}", n / 60, n % 60)).collect();
    let flags = format!(
        "[flags.a]\nvariants = {{ on = true, off = false }}\ndefaultVariant = 'off'\ntargeting = {{ if = [{}] }}\n\
         ramp = {{ variant = 'on', steps = [{}] }}\n",
        conditions.join(", "),
        steps.join(", ")
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flags.toml"), flags).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = confgate!();
        command.args(["flags"]).args(arguments).current_dir(folder.path());
        let output = command.output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    assert_eq!(run(&["check", "flags.toml"]), "admitted in Development: 0 errors, 0 warnings\n");
    let at = |time: &str, more: &[&str]| {
        let text = run(&[&["eval", "flags.toml", "a", "--key", "user-1", "--at", time][..], more].concat());
        text.trim_end().to_owned()
    };
    assert_eq!(at("2026-12-31T00:00:00Z", &["--set", "n=89"]), "a = true  (variant on, TARGETING_MATCH)");
    assert_eq!(at("2026-12-31T00:00:00Z", &[]), "a = false  (variant off, DEFAULT)");
    assert_eq!(at("2027-01-02T00:00:00Z", &[]), "a = true  (variant on, TARGETING_MATCH)");
}

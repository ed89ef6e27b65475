//! The name of the schema in a file, which `fmt` and `render` keep.

use std::fs;

use confgate_test_support::{Printed, files};

use super::run_in;

const CLOSED: &str =
    r#"{ "additionalProperties": false, "properties": { "b": { "type": "integer" }, "s": { "type": "string" } } }"#;

#[cfg(feature = "live")]
#[test]
fn fmt_keeps_the_reference_in_the_first_place() {
    let files = files(&[
        ("cl.json", CLOSED),
        ("d.json", r#"{"s":"x","$schema":"./cl.json","b":1}"#),
        ("d.yaml", "s: x\n# the schema\n$schema: ./cl.json # ours\nb: 1\n"),
        ("model.json", r#"{"$schema":"./bitcraps.schema.json","network":{"listen_port":4000}}"#),
        ("model.yaml", "network: {listen_port: 4000}\n$schema: ./bitcraps.schema.json\n"),
    ]);
    let all = ["d.json", "d.yaml", "model.json", "model.yaml"];
    let text = |name: &str| fs::read_to_string(files.path().join(name)).unwrap();
    run_in(files.path(), &[&["fmt"][..], &all].concat())
        .code(0)
        .stdout("d.json: formatted\nd.yaml: formatted\nmodel.json: formatted\nmodel.yaml: formatted\n");
    assert_eq!(text("d.json"), "{\n  \"$schema\": \"./cl.json\",\n  \"b\": 1,\n  \"s\": \"x\"\n}\n");
    assert_eq!(text("d.yaml"), "# the schema\n\"$schema\": \"./cl.json\" # ours\nb: 1\ns: x\n");
    assert_eq!(
        text("model.json"),
        "{\n  \"$schema\": \"./bitcraps.schema.json\",\n  \"network\": {\n    \"listen_port\": 4000\n  }\n}\n"
    );
    assert_eq!(text("model.yaml"), "\"$schema\": \"./bitcraps.schema.json\"\nnetwork:\n  listen_port: 4000\n");
    run_in(files.path(), &[&["fmt", "--check"][..], &all].concat()).code(0).stdout("");
    run_in(files.path(), &[&["check"][..], &all].concat()).code(0);
}

#[cfg(feature = "live")]
#[test]
fn a_reference_that_the_schema_describes_is_a_field() {
    let schema = r#"{ "additionalProperties": false, "properties": { "a": {}, "$schema": {} } }"#;
    let files = files(&[("s.json", schema), ("d.json", r#"{"$schema":"./s.json","a":1}"#)]);
    run_in(files.path(), &["fmt", "d.json"]).code(0);
    let text = fs::read_to_string(files.path().join("d.json")).unwrap();
    assert_eq!(text, "{\n  \"a\": 1,\n  \"$schema\": \"./s.json\"\n}\n");
}

#[test]
fn render_names_the_same_schema() {
    let files = files(&[
        ("cl.json", CLOSED),
        ("my schema.json", CLOSED),
        ("d.json", r#"{"s":"x","$schema":"./cl.json"}"#),
        ("d.yaml", "s: x\n$schema: ./cl.json\n"),
        ("c.yaml", "# yaml-language-server: $schema=./cl.json\ns: x\n"),
        ("c.toml", "#:schema ./cl.json\n# note\ns = 'x'\n"),
        ("both.yaml", "# yaml-language-server: $schema=./cl.json\n$schema: ./other.json\ns: x\n"),
        ("space.json", r#"{"s":"x","$schema":"./my schema.json"}"#),
        ("model.json", r#"{"$schema":"./bitcraps.schema.json","network":{"listen_port":4000}}"#),
    ]);
    let toml = "#:schema ./cl.json\ns = \"x\"\n";
    let yaml = "# yaml-language-server: $schema=./cl.json\ns: x\n";
    let yaml_key = "\"$schema\": \"./cl.json\"\ns: x\n";
    let json = "{\n  \"$schema\": \"./cl.json\",\n  \"s\": \"x\"\n}\n";
    let bare = "{\n  \"s\": \"x\"\n}\n";
    for (file, to, expected) in [
        ("d.json", "toml", toml),
        ("d.json", "json", json),
        ("d.json", "yaml", yaml_key),
        ("d.yaml", "toml", toml),
        ("d.yaml", "json", json),
        ("d.yaml", "yaml", yaml_key),
        ("c.yaml", "toml", toml),
        ("c.yaml", "json", bare),
        ("c.yaml", "yaml", yaml),
        ("c.toml", "toml", toml),
        ("c.toml", "json", bare),
        ("c.toml", "yaml", yaml),
        ("both.yaml", "toml", toml),
        ("both.yaml", "json", bare),
        ("both.yaml", "yaml", yaml),
        ("space.json", "toml", "s = \"x\"\n"),
        ("model.json", "toml", "#:schema ./bitcraps.schema.json\n[network]\nlisten_port = 4000\n"),
    ] {
        let rendered = run_in(files.path(), &["render", file, "--to", to]).code(0).stdout(expected).out();
        if rendered.contains("schema") {
            let name = format!("result.{to}");
            fs::write(files.path().join(&name), rendered).unwrap();
            run_in(files.path(), &["check", &name]).code(0);
        }
    }
}

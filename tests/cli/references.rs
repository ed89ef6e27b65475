//! References of schemas that cannot be followed, and the option that maps URLs.

use std::fs;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::{Printed, confgate, files};
use predicates::str::contains;
use serde_json::{Value as Json, json};

use super::run_in;

/// Checks an empty config against `schema.json` and other files, and returns what is printed as an error.
fn error_of(schema: &str, others: &[(&str, &str)], arguments: &[&str]) -> String {
    let all = [&[("a.toml", ""), ("schema.json", schema)], others].concat();
    let files = files(&all);
    let command = [&["check", "a.toml", "--schema", "schema.json"], arguments].concat();
    let printed = run_in(files.path(), &command).code(2);
    let folder = files.path().display().to_string();
    String::from_utf8(printed.get_output().stderr.clone()).unwrap().replace(&folder, "FOLDER")
}

#[test]
fn each_reference_that_cannot_be_followed_is_listed_in_the_order_of_the_documents() {
    let schema = r##"{ "properties": {
        "a": { "$ref": "absent.json" },
        "b": { "$ref": "#/$defs/sizes" },
        "c": { "$ref": "other.json#/properties/wait" },
        "d": { "$ref": "https://example.net/schemas/d.json#/x" },
        "e": { "$ref": "#anchor" },
        "f": { "allOf": [{ "$ref": "other.json#/definitions/a" }] }
    }, "$defs": { "size": { "$id": "urn:example:size", "$ref": "beside.json" } } }"##;
    let other = r##"{ "properties": { "a": { "$ref": "sub/gone.json" } } }"##;
    let error = error_of(schema, &[("other.json", other)], &[]);
    assert_eq!(
        error,
        "error: schema.json: \
         cannot follow $ref \"absent.json\" at /properties/a: absent.json: No such file or directory (os error 2)\n\
         cannot follow $ref \"#/$defs/sizes\" at /properties/b: the schema has nothing at that place; did you mean \"#/$defs/size\"?\n\
         cannot follow $ref \"other.json#/properties/wait\" at /properties/c: other.json has nothing at that place\n\
         cannot follow $ref \"https://example.net/schemas/d.json#/x\" at /properties/d: https://example.net/schemas/d.json is \
         not mapped to a file; map it with --schema-map https://example.net/schemas/d.json=FILE (schemaMap in Nix)\n\
         cannot follow $ref \"#anchor\" at /properties/e: the schema has no anchor \"anchor\"\n\
         cannot follow $ref \"other.json#/definitions/a\" at /properties/f/allOf/0: other.json has nothing at that place\n\
         cannot follow $ref \"beside.json\" at /$defs/size: it cannot be resolved against urn:example:size\n\
         cannot follow $ref \"sub/gone.json\" at other.json#/properties/a: sub/gone.json: No such file or directory (os error 2)\n"
    );
    assert_eq!(error_of(schema, &[("other.json", other)], &[]), error);
}

#[test]
fn many_references_that_cannot_be_followed_are_counted() {
    let properties: Vec<String> =
        (0..30).map(|index| format!(r#""p{index}": {{ "$ref": "p{index}.json" }}"#)).collect();
    let error = error_of(&format!(r#"{{ "properties": {{ {} }} }}"#, properties.join(", ")), &[], &[]);
    assert_eq!(error.lines().count(), 21);
    assert!(error.contains("$ref \"p19.json\" at /properties/p19: ") && error.ends_with("\nand 10 more\n"), "{error}");
}

#[test]
fn a_document_is_a_regular_file_of_json() {
    let reference = |file: &str| format!(r#"{{ "properties": {{ "a": {{ "$ref": "{file}" }} }} }}"#);
    let error = error_of(&reference("folder"), &[("folder/a.json", "{}")], &[]);
    assert!(error.ends_with("at /properties/a: folder: not a regular file: a directory\n"), "{error}");
    let error = error_of(&reference("broken.json"), &[("broken.json", "{")], &[]);
    assert!(error.ends_with("broken.json is not JSON: EOF while parsing an object at line 1 column 1\n"), "{error}");
    let error =
        error_of(&reference("twice.json"), &[("twice.json", "{\"type\": \"string\", \"type\": \"null\"}")], &[]);
    assert!(error.ends_with(": twice.json: the key \"type\" is written twice at line 1 column 25\n"), "{error}");
    let error = error_of(&reference("file://example.net/a.json"), &[], &[]);
    assert!(error.ends_with("file://example.net/a.json is not the URI of a local file\n"), "{error}");
    let error = error_of(&reference("http://[::"), &[], &[]);
    assert!(
        error.ends_with("cannot follow $ref \"http://[::\" at /properties/a: it is not a URI reference\n"),
        "{error}"
    );
    let invalid = r#"{ "properties": { "b": { "type": "strin" } } }"#;
    let error = error_of(&reference("invalid.json"), &[("invalid.json", invalid)], &[]);
    assert!(error.contains("not a JSON Schema at invalid.json#/properties/b/type: "), "{error}");
}

#[test]
fn a_pipe_is_not_read() {
    let files = files(&[("a.toml", ""), ("schema.json", r#"{ "$ref": "pipe" }"#)]);
    let status = std::process::Command::new("mkfifo").arg(files.path().join("pipe")).status().unwrap();
    assert!(status.success());
    run_in(files.path(), &["check", "a.toml", "--schema", "schema.json"])
        .code(2)
        .stderr("error: schema.json: cannot follow $ref \"pipe\" at the root: pipe: not a regular file: a FIFO\n");
}

#[test]
fn the_number_and_the_size_of_documents_are_limited() {
    let files = files(&[("a.toml", "")]);
    for index in 0..300 {
        let next = format!(r#"{{ "properties": {{ "a": {{ "$ref": "{}.json" }} }} }}"#, index + 1);
        fs::write(files.path().join(format!("{index}.json")), next).unwrap();
    }
    run_in(files.path(), &["check", "a.toml", "--schema", "0.json"]).code(2).stderr(
        "error: 0.json: cannot follow $ref \"256.json\" at 255.json#/properties/a: the schema refers to more than 256 documents\n",
    );
    let large = fs::File::create(files.path().join("large.json")).unwrap();
    large.set_len((32 << 20) + 1).unwrap();
    fs::write(files.path().join("schema.json"), r#"{ "$ref": "large.json" }"#).unwrap();
    run_in(files.path(), &["check", "a.toml", "--schema", "schema.json"]).code(2).stderr(contains(
        "cannot follow $ref \"large.json\" at the root: large.json: larger than the limit of 32 MiB\n",
    ));
}

#[test]
fn a_schema_that_applies_itself_is_refused_however_it_refers_to_itself() {
    for (schema, place) in [
        (r##"{ "$ref": "#" }"##, "the root"),
        (r##"{ "$id": "urn:example:a", "allOf": [{ "$ref": "urn:example:a" }] }"##, "the root"),
        (r##"{ "properties": { "a": { "$anchor": "a", "not": { "$ref": "#a" } } } }"##, "/properties/a"),
        (
            r##"{ "properties": { "a": { "$dynamicAnchor": "a", "anyOf": [{ "$dynamicRef": "#a" }] } } }"##,
            "/properties/a",
        ),
        (r##"{ "properties": { "a": { "$ref": "other.json" } } }"##, "other.json#"),
        (
            r##"{ "$schema": "http://json-schema.org/draft-07/schema#", "dependencies": { "a": { "$ref": "#" } } }"##,
            "the root",
        ),
    ] {
        let error = error_of(schema, &[("other.json", r#"{ "if": { "$ref": "other.json" } }"#)], &[]);
        let expected =
            format!("error: schema.json: not a JSON Schema at {place}: it refers to itself without an end\n");
        assert_eq!(error, expected, "{schema}");
    }
}

#[test]
fn a_dialect_that_is_not_known_is_named() {
    let error = error_of(r#"{ "$schema": "http://json-schema.org/draft-03/schema#" }"#, &[], &[]);
    assert!(
        error.contains("cannot follow $schema \"http://json-schema.org/draft-03/schema#\" at the root: "),
        "{error}"
    );
}

#[test]
fn a_valid_pattern_that_the_engine_does_not_have_is_not_called_an_invalid_schema() {
    let error = error_of(r#"{ "properties": { "a": { "pattern": "(?<y>a)|(?<y>b)" } } }"#, &[], &[]);
    assert_eq!(
        error,
        "error: schema.json: unsupported schema at /properties/a/pattern: the regular expression (?<y>a)|(?<y>b) uses what \
         Confgate's engine does not have, or is too large for it\n"
    );
    let error = error_of(r#"{ "properties": { "a": { "pattern": "(" } } }"#, &[], &[]);
    assert!(error.starts_with("error: schema.json: not a JSON Schema at /properties/a/pattern: "), "{error}");
}

#[test]
fn a_map_is_a_url_and_a_path() {
    let error = error_of("{}", &[], &["--schema-map", "schemas"]);
    assert!(
        error.contains("invalid value 'schemas' for '--schema-map <URL=PATH>': write a URL and the file or directory"),
        "{error}"
    );
    let error = error_of(
        r#"{ "$ref": "https://example.net/a/%2e%2e%2fsecret.json" }"#,
        &[("secret.json", "{}"), ("a/b.json", "{}")],
        &["--schema-map", "https://example.net/a/=a"],
    );
    assert!(error.contains("is not mapped to a file"), "{error}");
}

#[test]
fn every_command_follows_references_and_has_the_map() {
    let schema = r#"{ "properties": { "server": { "$ref": "https://example.net/server.json" }, "log": { "$ref": "log.json" } } }"#;
    let server = r#"{ "type": "object", "properties": { "port": { "type": "integer", "default": 80, "description": "The port." } } }"#;
    let log = r#"{ "type": "object", "properties": { "level": { "enum": ["debug", "info"], "default": "info" } } }"#;
    // The sections are optional: they are filled where they are written.
    let config = "[server]\n[log]\n";
    let files = files(&[("a.toml", config), ("schema.json", schema), ("maps/server.json", server), ("log.json", log)]);
    let run = |arguments: &[&str]| {
        let schema = ["--schema", "schema.json", "--schema-map", "https://example.net/=maps"];
        run_in(files.path(), &[arguments, &schema].concat()).code(0)
    };
    run(&["check", "a.toml"]);
    run(&["show", "--service", "game", "--config", "a.toml"])
        .stdout(contains("[server]\nport = 80\n\n[log]\nlevel = \"info\"\n"));
    run(&["explain", "server.port", "--service", "game", "--config", "a.toml"]).stdout(contains("The port."));
    run(&["docs"]).stdout(contains("server.port"));
    run(&["render", "a.toml"]);
    run(&["diff", "a.toml", "a.toml"]);
    run(&["agent", "--once", "--service", "game", "--config", "a.toml", "--output", "out.toml"]);
    assert!(fs::read_to_string(files.path().join("out.toml")).unwrap().contains("port = 80"));
    // The printed schema needs no other document.
    let printed = run(&["schema"]).out();
    fs::create_dir(files.path().join("alone")).unwrap();
    fs::write(files.path().join("alone/schema.json"), &printed).unwrap();
    fs::write(files.path().join("alone/a.toml"), "server.port = 'x'\n").unwrap();
    run_in(files.path(), &["check", "alone/a.toml", "--schema", "alone/schema.json"])
        .code(1)
        .stdout(contains("server.port must be an integer"));
}

#[test]
fn the_builder_reads_the_documents_that_a_request_maps() {
    let schema = r#"{ "properties": { "server": { "$ref": "server.json" }, "log": { "$ref": "https://example.net/log.json" } } }"#;
    let server = r#"{ "type": "object", "additionalProperties": false, "properties": { "port": { "type": "integer", "default": 80 } } }"#;
    let log = r#"{ "type": "object", "properties": { "level": { "enum": ["debug", "info"], "default": "info" } } }"#;
    let files = files(&[("store/1-schema.json", schema), ("store/2-server.json", server), ("store/3-log.json", log)]);
    let build = |name: &str, maps: bool, settings: Json| {
        let path = |name: &str| files.path().join("store").join(name).display().to_string();
        let beside = format!("file://{}", path("server.json"));
        let map = if maps {
            json!({ beside: path("2-server.json"), "https://example.net/log.json": path("3-log.json") })
        } else {
            json!({})
        };
        let request = json!({
            "orders": [{ "name": name, "environment": "Production", "settings": settings, "origins": {}, "problems": [] }],
            "sources": {}, "schema": path("1-schema.json"), "schemaMap": map,
        });
        fs::write(files.path().join("request"), request.to_string()).unwrap();
        let mut builder = confgate!();
        builder.arg("bundle").env("out", files.path().join(name)).env("requestPath", files.path().join("request"));
        builder.assert()
    };
    build("good", true, json!({ "server": { "port": 81 } })).code(0);
    let manifest = fs::read_to_string(files.path().join("good/manifest.json")).unwrap();
    let digest = |manifest: &str| serde_json::from_str::<Json>(manifest).unwrap()["digests"]["schema"].clone();
    build("wrong", true, json!({ "server": { "prot": 81 } })).code(1).stderr(contains("did you mean server.port?"));
    build("unmapped", false, json!({}))
        .code(2)
        .stderr(contains("cannot follow $ref \"https://example.net/log.json\" at /properties/log: "));
    // A change of any document is a change of the schema.
    fs::write(files.path().join("store/3-log.json"), log.replace("info\"]", "info\", \"warn\"]")).unwrap();
    build("changed", true, json!({})).code(0);
    let changed = fs::read_to_string(files.path().join("changed/manifest.json")).unwrap();
    assert_ne!(digest(&manifest), digest(&changed));
}

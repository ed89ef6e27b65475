//! `set`: the type of the value, and places that a file does not have.

use std::fs;
use std::path::Path;

use confgate_test_support::{Printed, files};

use super::run_in;

/// Sets a field of `a.toml`, and returns the line of the file about it, or what was printed.
fn set(folder: &Path, key: &str, value: &str) -> String {
    let done = run_in(folder, &["set", key, value, "a.toml"]);
    match done.exit_code() {
        0 => {
            let text = fs::read_to_string(folder.join("a.toml")).unwrap();
            let line = text.lines().find(|line| line.starts_with(&format!("{key} = ")));
            line.unwrap_or_else(|| panic!("no {key} in\n{text}")).to_owned()
        }
        _ => done.text(),
    }
}

#[test]
fn a_boolean_word_is_another_value_where_the_schema_admits_one() {
    let schema = r#"{ "properties": {
        "e": { "type": ["integer", "boolean"] },
        "any": { "anyOf": [{ "type": "boolean" }, { "type": "integer" }] },
        "mixed": { "enum": ["auto", 1, true] },
        "words": { "enum": ["yes", "no", true] },
        "text": { "type": ["boolean", "string"] },
        "only": { "type": "boolean" }
    } }"#;
    let text = "#:schema s.json\ne = 4\nany = 4\nmixed = \"auto\"\nwords = true\ntext = true\nonly = true\n";
    let files = files(&[("s.json", schema), ("a.toml", text)]);
    for (key, value, line) in [
        ("e", "1", "e = 1"),
        ("e", "true", "e = true"),
        ("e", "1", "e = 1"),
        ("any", "1", "any = 1"),
        ("mixed", "1", "mixed = 1"),
        ("mixed", "true", "mixed = true"),
        ("mixed", "auto", "mixed = \"auto\""),
        ("words", "yes", "words = \"yes\""),
        ("words", "true", "words = true"),
        ("text", "on", "text = \"on\""),
        ("text", "false", "text = false"),
        ("only", "off", "only = false"),
    ] {
        assert_eq!(set(files.path(), key, value), line);
    }
}

#[test]
fn the_same_text_of_a_variable_and_of_an_option_is_the_same_value() {
    let schema = r#"{ "properties": { "e": { "type": ["integer", "boolean"] }, "text": { "type": ["boolean", "string"] }, "any": {} } }"#;
    let files = files(&[("s.json", schema), ("a.toml", "#:schema s.json\n")]);
    let shown = ["e=1", "text=on", "any=[1, 2]"].into_iter().flat_map(|set| ["--set", set]);
    let arguments: Vec<&str> =
        ["show", "--config", "a.toml", "--service", "game", "--format", "json"].into_iter().chain(shown).collect();
    let expected = "{\n  \"e\": 1,\n  \"text\": \"on\",\n  \"any\": [\n    1,\n    2\n  ]\n}\n";
    run_in(files.path(), &arguments).code(0).stdout(expected);
    let mut command = confgate_test_support::confgate!();
    command.current_dir(files.path()).args(&arguments[..7]);
    command.env("GAME_E", "1").env("GAME_TEXT", "on").env("GAME_ANY", "[1, 2]");
    assert_eq!(confgate_test_support::pipe(command, "").out(), expected);
    run_in(files.path(), &["show", "--config", "a.toml", "--service", "game", "--set", "lo[-1]=x"])
        .code(2)
        .stderr(predicates::str::contains("an element of a list cannot be set; set the whole list: peers=a,b"));
}

#[test]
fn without_a_type_in_the_schema_the_value_is_read_as_toml() {
    let schema = r#"{ "properties": {
        "min": { "minimum": 1 },
        "f": { "if": { "type": "string" }, "then": { "minLength": 3 }, "else": { "type": "integer" } },
        "aos": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
        "num": { "type": "number" }
    } }"#;
    let text =
        "#:schema s.json\nany = 4\nlist = [\"x\"]\nmin = 2\nf = \"text\"\naos = [\"x\"]\nnum = 0.5\ncode = \"5\"\n";
    let files = files(&[("s.json", schema), ("a.toml", text)]);
    for (key, value, line) in [
        ("any", "5", "any = 5"),
        ("any", "true", "any = true"),
        ("any", "text", "any = \"text\""),
        ("any", "{ host = \"a\" }", "any = { host = \"a\" }"),
        ("list", "[\"a\",\"b\"]", "list = [\"a\", \"b\"]"),
        ("list", "a,b", "list = [\"a\", \"b\"]"),
        ("min", "4", "min = 4"),
        ("f", "5", "f = 5"),
        ("aos", "[\"a\",\"b\"]", "aos = [\"a\", \"b\"]"),
        ("aos", "one", "aos = \"one\""),
        ("num", "9007199254740993", "num = 9007199254740993"),
        ("num", "0.25", "num = 0.25"),
        // A number in quotes stays one.
        ("code", "6", "code = \"6\""),
        ("new", "7", "new = 7"),
    ] {
        assert_eq!(set(files.path(), key, value), line);
    }
}

#[test]
fn a_table_with_a_header_in_a_list_is_set_by_its_entries() {
    let files = files(&[
        ("s.json", "{}"),
        ("a.toml", "#:schema s.json\n[[lo]]\nx = 1 # one\n\n# The second.\n[[lo]]\nx = 1\ny = 1 # y\n"),
    ]);
    run_in(files.path(), &["set", "lo[1]", "{ y = 2, z = 3 }", "a.toml"]).code(0).stdout("");
    let text = fs::read_to_string(files.path().join("a.toml")).unwrap();
    assert_eq!(text, "#:schema s.json\n[[lo]]\nx = 1 # one\n\n# The second.\n[[lo]]\ny = 2 # y\nz = 3\n");
}

#[test]
fn a_place_that_the_file_cannot_have_is_an_error_with_a_way_out() {
    let text = "#:schema s.json\ns = \"x\"\nlist = [1]\n[[lo]]\nx = 1\n";
    let files = files(&[("s.json", "{}"), ("a.toml", text)]);
    let index =
        "write the place in a list as a number from 0, as in peers[0]; a key with a bracket needs quotes: '\"a[b\"'";
    for (key, error) in [
        (
            "s.b",
            "error: a.toml: s.b has no place: s is a string, and not a table; remove it first with `confgate unset`\n",
        ),
        (
            "s[0]",
            "error: a.toml: s[0] has no place: s is a string, and not a list; remove it first with `confgate unset`\n",
        ),
        ("lo.x", "error: a.toml: lo is a list; name one of its elements, as in lo[0].x\n"),
        ("lo[7].x", "error: a.toml: lo[7].x has no position in the file: an element can be set, and not added\n"),
        ("lo[1]", "error: a.toml: lo[1] has no position in the file: an element can be set, and not added\n"),
    ] {
        run_in(files.path(), &["set", key, "2", "a.toml"]).code(2).stderr(error);
    }
    for command in [&["set", "lo[-1]", "2", "a.toml"][..], &["unset", "lo[-1]", "a.toml"], &["get", "lo[-1]", "a.toml"]]
    {
        run_in(files.path(), command).code(2).stderr(predicates::str::contains(index));
    }
    assert_eq!(fs::read_to_string(files.path().join("a.toml")).unwrap(), text);
    run_in(files.path(), &["set", "\"lo[-1]\"", "2", "a.toml"]).code(0);
    assert!(fs::read_to_string(files.path().join("a.toml")).unwrap().contains("\"lo[-1]\" = 2\n"));
}

#[test]
fn the_warnings_of_check_are_printed_with_a_value_that_is_written() {
    let schema =
        r#"{ "properties": { "db_password": { "type": "string", "x-secret": true }, "name": { "type": "string" } } }"#;
    let files = files(&[("s.json", schema), ("a.toml", "#:schema s.json\nname = \"a\"\n")]);
    let done = run_in(files.path(), &["set", "db_password", "hunter2", "a.toml"]);
    let warned = "warning: db_password is a secret and stands here in plain text          secrets/no-plain-text\n  ┌─ a.toml:3:1\n3 │ db_password = ***\n  │ ^^^^^^^^^^^ set here\n  = help: write ${SECRET_DB_PASSWORD} in its place and give its value to the service alone\n\nadmitted: 0 errors, 1 warning\n";
    assert_eq!((done.exit_code(), done.text().as_str()), (0, warned));
    run_in(files.path(), &["check", "a.toml"]).code(0).stdout(warned);
    // A project accepts it.
    fs::write(files.path().join("confgate.toml"), "accept = [\"secrets/no-plain-text\"]\n").unwrap();
    let done = run_in(files.path(), &["set", "db_password", "hunter3", "a.toml"]);
    assert_eq!((done.exit_code(), done.text().as_str()), (0, ""));
    run_in(files.path(), &["unset", "db_password", "a.toml"]).code(0).stdout("");
    assert_eq!(fs::read_to_string(files.path().join("a.toml")).unwrap(), "#:schema s.json\nname = \"a\"\n");
}

#[test]
fn a_text_that_reads_as_no_list_or_number_is_not_taken_apart() {
    let schema = r#"{ "properties": {
        "cors": { "anyOf": [{ "type": "boolean" }, { "type": "array", "items": { "type": "string" } }] },
        "names": { "type": "array", "items": { "type": "string" } },
        "ver": { "type": ["string", "number"] },
        "day": { "type": "string" }
    } }"#;
    let files =
        files(&[("s.json", schema), ("a.toml", "#:schema s.json\ncors = [\"x\"]\nver = 1\nday = 2024-01-01\n")]);
    for (key, value, line) in [
        ("day", "2024-05-06", "day = \"2024-05-06\""),
        ("cors", "true", "cors = true"),
        ("ver", "1.10", "ver = \"1.10\""),
        ("names", "a,b", "names = [\"a\", \"b\"]"),
    ] {
        assert_eq!(set(files.path(), key, value), line);
    }
    let refused = set(files.path(), "names", "[a,b]");
    assert!(refused.contains("names must be a list, and is \"[a,b]\""), "{refused}");
}

#[test]
fn a_field_whose_name_has_a_point_is_written_with_quotes() {
    let schema =
        r#"{ "properties": { "a.b": { "type": "string" }, "t": { "properties": { "x=y": { "type": "integer" } } } } }"#;
    let files = files(&[("s.json", schema), ("a.toml", "#:schema s.json\n")]);
    let arguments = |command| vec![command, "--config", "a.toml", "--service", "game"];
    let set = ["--set", "\"a.b\"=z", "--set", "t.'x=y'=5", "--format", "json"];
    run_in(files.path(), &[arguments("show"), set.to_vec()].concat())
        .code(0)
        .stdout("{\n  \"a.b\": \"z\",\n  \"t\": {\n    \"x=y\": 5\n  }\n}\n");
    let explained = run_in(files.path(), &[arguments("explain"), vec!["\"a.b\"", "--set", "\"a.b\"=z"]].concat());
    assert!(explained.code(0).out().starts_with("\"a.b\" = \"z\"\n"));
    run_in(files.path(), &[arguments("show"), vec!["--set", "t[0]=1"]].concat())
        .stderr(predicates::str::contains("an element of a list cannot be set; set the whole list: peers=a,b"));
}

//! Defaults of schemas that others wrote, and files that pass the gate again as they are written.

use confgate_test_support::{Printed, confgate, files};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value as Json;
use tempfile::TempDir;

use super::{pipe, run_in};

const SERVICE: [&str; 6] = ["--schema", "schema.json", "--service", "game", "--config", "game.toml"];

/// A folder with a schema of these properties and a config.
fn service(properties: &str, config: &str) -> TempDir {
    let schema = format!("{{ \"type\": \"object\", \"properties\": {properties} }}");
    files(&[("schema.json", &schema), ("game.toml", config)])
}

/// Returns what `show` prints of the config, after its heading.
fn shown(folder: &TempDir, variables: &[(&str, &str)]) -> String {
    let mut command = confgate!();
    command.current_dir(folder.path()).arg("show").args(SERVICE).envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr)), (Some(0), "".into()));
    let text = String::from_utf8(output.stdout).unwrap();
    text.strip_prefix("# environment: Development\n# file: game.toml\n\n").unwrap().to_owned()
}

#[test]
fn a_default_of_null_is_written_nowhere() {
    for field in [
        r#"{ "type": ["integer", "null"], "default": null }"#,
        r#"{ "type": ["array", "null"], "items": { "type": "string" }, "default": null }"#,
        r#"{ "anyOf": [{ "type": "integer" }, { "type": "null" }], "default": null }"#,
        r#"{ "oneOf": [{ "type": "string" }, { "type": "null" }], "default": null }"#,
        r#"{ "enum": ["a", null], "default": null }"#,
    ] {
        let folder = service(&format!(r#"{{ "f": {field}, "port": {{ "type": "integer", "default": 80 }} }}"#), "");
        assert_eq!(shown(&folder, &[]), "port = 80\n", "{field}");
        assert_eq!(shown(&folder, &[("GAME_F", "")]), "port = 80\n", "{field}");
        run_in(folder.path(), &["render", "--schema", "schema.json", "--complete", "--to", "toml", "game.toml"])
            .code(0)
            .stdout("port = 80\n")
            .stderr("");
        run_in(folder.path(), &["render", "--schema", "schema.json", "--complete", "game.toml"])
            .code(0)
            .stdout("{\n  \"port\": 80\n}\n");
    }
}

#[test]
fn an_empty_variable_is_a_mistake_where_null_is_not_admitted() {
    let folder = service(r#"{ "f": { "type": "integer" } }"#, "");
    let mut command = confgate!();
    command.current_dir(folder.path()).arg("show").args(SERVICE).env("GAME_F", "");
    let output = command.output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "error: f must be an integer, and is \"\"                                  f\n  ┌─ GAME_F\n\n\
         refused: 1 error, 0 warnings\n"
    );
}

#[test]
fn an_absent_optional_section_is_not_filled() {
    let section = r#"{ "type": "object", "required": ["cert"], "properties": {
        "cert": { "type": "string" }, "min_version": { "type": "string", "default": "1.2" } } }"#;
    let without_required = section.replace(r#""required": ["cert"], "#, "");
    for tls in [
        section.to_owned(),
        without_required,
        format!(r#"{{ "anyOf": [{section}, {{ "type": "null" }}], "default": null }}"#),
        format!(r#"{{ "allOf": [{section}] }}"#),
        section.replace(r#""type": "object""#, r#""type": ["object", "null"]"#),
    ] {
        let folder = service(&format!(r#"{{ "port": {{ "type": "integer" }}, "tls": {tls} }}"#), "port = 1\n");
        assert_eq!(shown(&folder, &[]), "port = 1\n", "{tls}");
        std::fs::write(folder.path().join("game.toml"), "[tls]\ncert = 'c'\n").unwrap();
        assert_eq!(shown(&folder, &[]), "[tls]\ncert = \"c\"\nmin_version = \"1.2\"\n", "{tls}");
    }
}

#[test]
fn a_section_with_a_default_of_its_own_is_filled() {
    let tls = r#"{ "default": {}, "properties": { "min_version": { "default": "1.2" } } }"#;
    let folder = service(&format!(r#"{{ "tls": {tls} }}"#), "");
    assert_eq!(shown(&folder, &[]), "[tls]\nmin_version = \"1.2\"\n");
}

#[test]
fn a_default_that_its_schema_rejects_is_reported_with_its_place_and_left_out() {
    let warning = "\
warning: the schema rejects its own default of debug: debug must be true or false, and is \"false\"
         schema/invalid-default
  = the default is in the schema at /properties/debug/default
  = debug stays absent
  = help: set debug, or correct the schema

";
    let folder = service(r#"{ "debug": { "type": "boolean", "default": "false" } }"#, "");
    let arguments = [&["show"], &SERVICE[..]].concat();
    run_in(folder.path(), &arguments)
        .code(0)
        .stdout("# environment: Development\n# file: game.toml\n\n")
        .stderr(warning);
    let render = ["render", "--schema", "schema.json", "--complete", "game.toml"];
    run_in(folder.path(), &render).code(0).stdout("{}\n").stderr(warning);
    // A check does not fill in defaults.
    run_in(folder.path(), &["check", "--schema", "schema.json", "game.toml"])
        .code(0)
        .stdout("admitted: 0 errors, 0 warnings\n");
    // The config may set what the schema cannot.
    std::fs::write(folder.path().join("game.toml"), "debug = true\n").unwrap();
    assert_eq!(shown(&folder, &[]), "debug = true\n");
}

#[test]
fn a_default_with_a_part_that_its_schema_rejects_is_left_out_as_a_whole() {
    let fields =
        r#""port": { "type": "integer", "maximum": 9 }, "host": { "type": "string" }, "level": { "default": 1 }"#;
    let section =
        format!(r#"{{ "server": {{ "properties": {{ {fields} }}, "default": {{ "port": 10, "host": "h" }} }} }}"#);
    let folder = service(&section, "");
    let arguments = [&["show"], &SERVICE[..]].concat();
    run_in(folder.path(), &arguments)
        .code(0)
        .stdout("# environment: Development\n# file: game.toml\n\n")
        .stderr(contains("the schema rejects its own default of server: server.port must be at most 9, and is 10"))
        .stderr(contains("the default is in the schema at /properties/server/default"));
    // A default of the part alone is left out alone.
    let alone = section.replace(r#""port": 10, "#, "").replace(r#""maximum": 9"#, r#""maximum": 9, "default": 10"#);
    let folder = service(&alone, "");
    run_in(folder.path(), &arguments)
        .code(0)
        .stdout("# environment: Development\n# file: game.toml\n\n[server]\nhost = \"h\"\nlevel = 1\n")
        .stderr(contains("the default is in the schema at /properties/server/properties/port/default"));
}

#[test]
fn a_default_beyond_64_bits_or_out_of_its_bounds_is_not_used() {
    let folder = service(r#"{ "size": { "default": 18446744073709551615 }, "port": { "default": 1 } }"#, "");
    let arguments = [&["show"], &SERVICE[..]].concat();
    run_in(folder.path(), &arguments)
        .code(0)
        .stdout(contains("\nport = 1\n"))
        .stdout(contains("size").not())
        .stderr(contains("the default of size holds 18446744073709551615, which does not fit in 64 bits"))
        .stderr(contains("size stays absent"));
    let folder = service(r#"{ "port": { "type": "integer", "maximum": 9, "default": 10 } }"#, "");
    run_in(folder.path(), &arguments)
        .code(0)
        .stderr(contains("the schema rejects its own default of port: port must be at most 9, and is 10"));
}

#[test]
fn render_prints_the_report_of_a_config_that_the_schema_rejects() {
    pipe(&["render", "-"], "[network]\nlisten_port = 0\n")
        .code(1)
        .stdout(contains("error: network.listen_port must be at least 1, and is 0"))
        .stdout(contains("┌─ <stdin>:2:1"))
        .stdout(contains("refused in Development: 1 error, 0 warnings"));
    pipe(&["render", "-"], "{ \"network\": { \"listen_prt\": 1 } }")
        .code(1)
        .stdout(contains("error: unknown key network.listen_prt"));
    pipe(&["render", "-"], "[consensus]\nfinality_threshold = nan\n")
        .code(1)
        .stdout(contains("consensus.finality_threshold must be a finite number, and is nan"));
}

#[test]
fn integers_keep_their_digits_in_a_number_field() {
    let folder =
        service(r#"{ "n": { "type": "number" }, "m": { "type": "number" } }"#, "n = 9007199254740993\nm = 2\n");
    assert_eq!(shown(&folder, &[]), "n = 9007199254740993\nm = 2.0\n");
    run_in(folder.path(), &["render", "--schema", "schema.json", "game.toml"])
        .code(0)
        .stdout("{\n  \"n\": 9007199254740993,\n  \"m\": 2.0\n}\n");
}

#[test]
fn a_null_that_toml_cannot_hold_is_rendered_in_other_formats_alone() {
    let folder = service(
        r#"{ "limit": { "type": ["integer", "null"], "default": 5 }, "on": { "properties": {
        "push": { "type": ["object", "null"] } } } }"#,
        "",
    );
    let render =
        |to: &str| run_in(folder.path(), &["render", "--schema", "schema.json", "--complete", "--to", to, "game.json"]);
    let not_written = |path: &str, read: &str| {
        let error = format!("error: game.json: the config is not written, because {path} would change: it is null");
        render("toml")
            .code(2)
            .stdout(predicate::str::is_empty())
            .stderr(format!("{error}, and would be read as {read}\n"));
    };
    std::fs::write(folder.path().join("game.json"), "{ \"limit\": null }").unwrap();
    not_written("limit", "5");
    render("json").code(0).stdout("{\n  \"limit\": null\n}\n");
    render("yaml").code(0).stdout("limit: null\n");
    std::fs::write(folder.path().join("game.json"), "{ \"limit\": 1, \"on\": { \"push\": null } }").unwrap();
    not_written("on.push", "absent");
    render("json").code(0).stdout("{\n  \"limit\": 1,\n  \"on\": {\n    \"push\": null\n  }\n}\n");
    render("yaml").code(0).stdout("limit: 1\n\"on\":\n  push: null\n");
}

#[test]
fn a_null_where_the_default_is_null_means_absent() {
    let folder = service(r#"{ "f": { "anyOf": [{ "type": "integer" }, { "type": "null" }], "default": null } }"#, "");
    std::fs::write(folder.path().join("game.json"), "{ \"f\": null }").unwrap();
    for (to, text) in [("toml", ""), ("json", "{}\n"), ("yaml", "{}\n")] {
        run_in(folder.path(), &["render", "--schema", "schema.json", "--to", to, "game.json"]).code(0).stdout(text);
    }
}

#[test]
fn a_folder_with_another_environment_alone_is_refused_until_it_is_named() {
    let folder = files(&[("config/production.toml", "[network]\nmax_connections = 7\n")]);
    run_in(folder.path(), &["show"]).code(1).stdout(
        "error: the environment is not named: config has a config for Production, and none for Development\n       \
         environment/not-named\n  ┌─ config/production.toml\n  \
         = help: set BITCRAPS_ENV to Production, or give the path of one config: config/production.toml\n\n\
         refused: 1 error, 0 warnings\n",
    );
    let named = run_in(folder.path(), &["show", "--environment", "production"]).code(0);
    assert!(named.out().contains("max_connections = 7\n"));
}

#[test]
fn check_show_and_explain_agree_on_the_environment_of_a_file() {
    let folder = files(&[("node.toml", "[app]\nenvironment = \"Production\"\n")]);
    run_in(folder.path(), &["check", "node.toml"]).code(0);
    run_in(folder.path(), &["show", "--config", "node.toml"]).code(0).stdout(contains("# environment: Production\n"));
    let explain = ["explain", "security.pow_difficulty", "--config", "node.toml", "--format", "json"];
    let explained: Json = serde_json::from_str(&run_in(folder.path(), &explain).code(0).out()).unwrap();
    assert_eq!(explained["value"], 20);
    run_in(folder.path(), &["show", "--config", "node.toml", "--environment", "staging"])
        .code(1)
        .stdout(contains("app.environment is Production, and the config is meant for Staging"));
}

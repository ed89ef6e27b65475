//! `confgate render` and `confgate defaults`: files to start from, and canonical forms.

use confgate_test_support::{Printed, files};
use predicates::prelude::*;
use predicates::str::{contains, starts_with};
use serde_json::{Value as Json, json};

use super::{pipe, run, run_in};

#[test]
fn the_defaults_of_every_environment_are_admitted_as_they_are_printed() {
    for environment in ["Development", "Testing", "Staging", "Production"] {
        for extra in [&[][..], &["--commented"]] {
            let defaults = run(&[&["defaults", "--environment", environment], extra].concat()).out();
            pipe(&["check", "-", "--environment", environment], &defaults)
                .code(0)
                .stdout(format!("admitted in {environment}: 0 errors, 0 warnings\n"));
        }
    }
}

#[test]
fn the_starter_file_says_what_every_field_is_and_names_its_schema() {
    let described = "# Port to listen on for peers. Firewalls and port forwards must agree with it.\n# (1 to 65535; a change needs a restart)\nlisten_port = 8334\n";
    let starter = run(&["defaults", "--commented"])
        .stdout(starts_with("#:schema ./bitcraps.schema.json\n"))
        .stdout(contains(described))
        // An optional field without a value is shown too.
        .stdout(contains("\n# tls_cert_path =\n"));
    let starter = starter.out();
    let longest = starter.lines().filter(|line| line.starts_with('#')).map(|line| line.chars().count()).max();
    assert!(longest <= Some(100), "{longest:?}");
}

#[test]
fn json_is_rendered_as_canonical_toml_and_back() {
    let source = r#"{ "game": { "house_edge": 0, "game_timeout": "5m" }, "app": { "name": "x" }, "security": { "tls_key_path": null } }"#;
    let canonical = "[app]\nname = \"x\"\n\n[security]\n\n[game]\ngame_timeout = \"300s\"\nhouse_edge = 0.0\n";
    pipe(&["render", "-"], source).code(0).stdout(canonical);
    let back = pipe(&["render", "-"], canonical);
    assert_eq!(
        serde_json::from_str::<Json>(&back.out()).unwrap(),
        json!({ "app": { "name": "x" }, "security": {}, "game": { "game_timeout": "300s", "house_edge": 0.0 } })
    );
    pipe(&["render", "-", "--to", "toml"], canonical).stdout(canonical);
}

#[test]
fn rendering_can_fill_in_the_defaults() {
    let defaults = run(&["defaults", "-e", "production"]).out();
    pipe(&["render", "-", "--to", "toml", "--complete", "-e", "production"], "").stdout(defaults);
}

#[test]
fn what_cannot_be_rendered_is_refused_with_the_place() {
    pipe(&["render", "-"], "a = \n").code(1).stdout(contains("┌─ <stdin>:1:"));
    pipe(&["render", "-"], "{ \"a\": ")
        .code(1)
        .stdout(starts_with("error: not JSON: a value is missing before this"))
        .stdout(contains("┌─ <stdin>:1:8"));
    pipe(&["render", "-"], "{ \"network\": { \"stun_servers\": [null] } }")
        .code(1)
        .stdout(contains("network.stun_servers[0] must be a host and a port in a string, and is null"));
    pipe(&["render", "-"], "{ \"a\": 18446744073709551615 }")
        .code(1)
        .stdout(starts_with("error: an integer beyond 64 bits: integers reach to 9223372036854775807"))
        .stdout(contains("┌─ <stdin>:1:8"));
}

#[test]
fn a_number_that_json_does_not_know_is_refused_with_its_place() {
    let files = files(&[("a.toml", "b = [1.0, -inf]\n"), ("schema.json", "{}")]);
    run_in(files.path(), &["render", "--schema", "schema.json", "a.toml"])
        .code(1)
        .stdout(contains("error: b[1] must be a finite number, and is -inf"))
        .stdout(contains("┌─ a.toml:1:11"))
        .stderr(predicate::str::is_empty());
}

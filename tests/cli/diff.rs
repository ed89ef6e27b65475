//! `confgate diff`: changes between files, bundles and fleets.

use confgate_test_support::{Printed, files};
use predicates::prelude::*;
use predicates::str::{contains, starts_with};
use serde_json::{Value as Json, json};

use super::run_in;

#[test]
fn diff_says_what_changes_in_meaning_and_how_the_change_is_applied() {
    let files = files(&[
        ("old.toml", "[network]\nlisten_port = 4000\nkeepalive_interval = \"60s\"\n"),
        (
            "new.toml",
            "[network]\nkeepalive_interval = { secs = 60, nanos = 0 }\nlisten_port = 4001\n[game]\nmin_bet = 5\n",
        ),
    ]);
    run_in(files.path(), &["diff", "old.toml", "new.toml"]).code(1).stdout(
        "network.listen_port  4000 → 4001  (restart)\ngame.min_bet         10 → 5  (live)\n2 changes, 1 after a restart only\n",
    );
    run_in(files.path(), &["diff", "old.toml", "old.toml"]).code(0).stdout("no change\n");
    let json = run_in(files.path(), &["diff", "old.toml", "new.toml", "--format", "json"]).out();
    let json: Json = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0], json!({ "path": "/network/listen_port", "old": 4000, "new": 4001, "reload": "restart" }));
}

#[test]
fn diff_of_two_fleets_says_which_nodes_change_and_how() {
    let bundle = |fleet: &str, node: &str, config: &str| {
        [
            (format!("{fleet}/{node}/config.toml"), config.to_owned()),
            (format!("{fleet}/{node}/manifest.json"), "{}".into()),
        ]
    };
    let bundles = [
        bundle("old", "a", "[network]\nlisten_port = 4000\n"),
        bundle("new", "a", "[network]\nlisten_port = 4001\n"),
        bundle("old", "b", "[game]\nmin_bet = 1\n"),
        bundle("new", "b", "[game]\nmin_bet = 2\n"),
        bundle("old", "c", "[game]\nmin_bet = 1\n"),
        bundle("new", "c", "# a comment\ngame = { min_bet = 1 }\n"),
        bundle("old", "gone", ""),
        bundle("new", "fresh", ""),
    ];
    let texts: Vec<(&str, &str)> =
        bundles.iter().flatten().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = files(&texts);
    run_in(folder.path(), &["diff", "old", "new"]).code(1).stdout(
        "a\n  network.listen_port  4000 → 4001  (restart)\nb\n  game.min_bet  1 → 2  (live)\nfresh added\ngone removed\n\
         4 of 5 nodes change: 1 reload, 1 restart\n",
    );
    run_in(folder.path(), &["diff", "old", "old"]).stdout("0 of 4 nodes change: 0 reload, 0 restart\n");
    let json: Json =
        serde_json::from_str(&run_in(folder.path(), &["diff", "old", "new", "--format", "json"]).out()).unwrap();
    assert_eq!((&json["added"][0], &json["removed"][0]), (&Json::from("fresh"), &Json::from("gone")));
    assert_eq!(json["changed"]["b"][0]["new"], 2);
}

#[test]
fn diff_prints_markdown_for_a_pull_request() {
    let bundle = |fleet: &str, node: &str, config: &str| {
        [
            (format!("{fleet}/{node}/config.toml"), config.to_owned()),
            (format!("{fleet}/{node}/manifest.json"), "{}".into()),
        ]
    };
    let port = |port: u16| format!("[network]\nlisten_port = {port}\n[app]\nname = \"a|b\"\n");
    let bundles = [
        bundle("old", "ams1", &port(4000)),
        bundle("new", "ams1", &port(4001)),
        bundle("old", "ams2", &port(4000)),
        bundle("new", "ams2", &port(4001)),
        bundle("old", "fra1", "[monitoring]\nalert_webhook = 'https://hooks/hunter2'\n"),
        bundle("new", "fra1", "[monitoring]\nalert_webhook = 'https://hooks/hunter3'\n[app]\nname = \"a|b\"\n"),
        bundle("old", "gone", ""),
        bundle("new", "fresh", ""),
    ];
    let texts: Vec<(&str, &str)> =
        bundles.iter().flatten().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = files(&texts);
    let table = "| field | old | new | applied by |\n|---|---|---|---|\n";
    run_in(folder.path(), &["diff", "old", "new", "--format", "markdown"]).code(1).stdout(format!(
        "### Config: 5 of 5 nodes change\n\n1 reload, 2 restart, 1 added, 1 removed\n\n\
         #### `ams1`, `ams2`: restart\n\n{table}| `network.listen_port` | `4000` | `4001` | **restart** |\n\n\
         #### `fra1`: reload\n\n{table}| `app.name` | `\"BitCraps\"` | `\"a\\|b\"` | reload |\n\
         | `monitoring.alert_webhook` | `\"[secret]\"` | `\"[secret]\"` | reload |\n\n\
         #### Added\n\n`fresh`\n\n#### Removed\n\n`gone`\n"
    ));
    run_in(folder.path(), &["diff", "old", "old", "--format", "markdown"])
        .code(0)
        .stdout("### Config: 0 of 4 nodes change\n");
    let one = ["diff", "old/ams1/config.toml", "new/ams1/config.toml", "--format", "markdown"];
    run_in(folder.path(), &one)
        .code(1)
        .stdout(format!("### Config: 1 change\n\n{table}| `network.listen_port` | `4000` | `4001` | **restart** |\n"));
    let same = ["diff", "old/ams1/config.toml", "old/ams1/config.toml", "--format", "markdown"];
    run_in(folder.path(), &same).code(0).stdout("### Config: no change\n");
}

#[test]
fn diff_compares_profiles_by_their_names() {
    let night = "[[profiles]]\nname = 'night'\nwhen.time = '22:00-06:00'\n[profiles.set.network]\nlisten_port = 4000\n";
    let busy = "[[profiles]]\nname = 'busy'\nset.monitoring.alert_webhook = 'https://hooks/hunter2'\n";
    let files = files(&[
        ("old.toml", &format!("{night}{busy}")),
        ("turned.toml", &format!("{busy}{night}")),
        ("new.toml", &night.replace("4000", "4001")),
        ("none.toml", ""),
    ]);
    let diff = |new: &str| run_in(files.path(), &["diff", "old.toml", new]);
    diff("turned.toml").stdout("profiles  [\"night\", \"busy\"] → [\"busy\", \"night\"]  (live)\n1 change\n");
    diff("new.toml")
        .stdout(starts_with("profiles.night.set.network.listen_port  4000 → 4001  (restart)\n"))
        .stdout(contains("\nprofiles.busy "))
        .stdout(contains("alert_webhook = \"[secret]\""));
    diff("none.toml").stdout("profiles  2 elements → absent  (live)\n1 change\n");
}

#[test]
fn diff_shows_no_secret() {
    let files = files(&[
        (
            "old.toml",
            "[monitoring]\nalert_webhook = 'https://hooks/hunter2'\n[database]\nurl = 'pg://u:hunter2@db/x'\n",
        ),
        ("new.toml", "[database]\nurl = 'pg://u:hunter3@db/y'\n"),
    ]);
    for format in ["human", "json", "markdown"] {
        run_in(files.path(), &["diff", "old.toml", "new.toml", "--format", format])
            .stdout(contains("hunter").not())
            .stdout(contains("pg://***@db/y"));
    }
}

#[test]
fn diff_hides_secrets_by_their_name_and_nothing_else() {
    let schema = json!({ "properties": {
        "secret_key": { "type": "string" }, "tokens": { "type": "array" }, "token_count": { "type": "integer" },
        "show_tokens": { "type": "boolean" }, "metrics_path": { "type": "string" }, "token": { "enum": ["bpe", "word"] },
    } });
    let text = |key: &str, count: u8| {
        format!(
            "secret_key = '{key}'\ntokens = ['{key}']\ntoken_count = {count}\nshow_tokens = {}\nmetrics_path = '/m{count}'\n\
             token = '{}'\n",
            count > 1,
            if count > 1 { "bpe" } else { "word" }
        )
    };
    let files = files(&[
        ("schema.json", &schema.to_string()),
        ("old.toml", &text("hunter2", 1)),
        ("new.toml", &text("hunter3", 2)),
    ]);
    let diff = |format: &str| {
        run_in(files.path(), &["diff", "old.toml", "new.toml", "--schema", "schema.json", "--format", format]).code(1)
    };
    diff("human").stdout(
        "secret_key    \"[secret]\" → \"[secret]\"\ntokens        [\"[secret]\"] → [\"[secret]\"]\ntoken_count   1 → 2\n\
         show_tokens   false → true\nmetrics_path  \"/m1\" → \"/m2\"\ntoken         \"word\" → \"bpe\"\n6 changes\n",
    );
    diff("json").stdout(contains("hunter").not()).stdout(contains("/m2"));
}

#[test]
fn diff_of_a_file_that_is_no_toml_is_trouble() {
    let files = files(&[("old.toml", "a = \n"), ("new.toml", "")]);
    run_in(files.path(), &["diff", "old.toml", "new.toml"]).code(2).stderr("error: old.toml: not TOML\n");
}

#[test]
fn diff_of_bundles_in_json_and_yaml_says_what_changes() {
    let files = files(&[
        ("j1/config.json", r#"{ "network": { "listen_port": 4000 } }"#),
        ("j1/manifest.json", "{}"),
        ("j2/config.json", r#"{ "network": { "listen_port": 4001 } }"#),
        ("j2/manifest.json", "{}"),
        ("text/config.toml", "network.listen_port = 4001\n"),
        ("text/manifest.json", "{}"),
        ("yaml/config.yaml", "network:\n  listen_port: 4001\n"),
        ("yaml/manifest.json", "{}"),
        ("broken/config.json", "{"),
        ("broken/manifest.json", "{}"),
    ]);
    let diff = |old: &str, new: &str| run_in(files.path(), &["diff", old, new]);
    let changed = "network.listen_port  4000 → 4001  (restart)\n1 change, 1 after a restart only\n";
    diff("j1", "j2").stdout(changed);
    diff("j1", "text").stdout(changed);
    diff("j1", "yaml").stdout(changed);
    diff("j2", "text").stdout("no change\n");
    diff("yaml", "text").stdout("no change\n");
    diff("j1", "broken").code(2).stderr("error: broken/config.json: not JSON\n");
    // The bundles of a folder are compared as well.
    diff(".", ".").code(0);
}

#[test]
fn a_value_that_check_hides_is_hidden_by_diff_as_well() {
    let configs = [
        "[database]\npasword = 'hunter1'\n",
        "[database]\npasswd = 'hunter1'\n",
        "[database]\nPassWrod = 4711\n",
        "[app]\nalert_webhook = 'https://hooks.example.net/hunter1'\n",
        "[monitoring]\nalert_webhok = 'https://hooks.example.net/hunter1'\n",
        "[monitoring.api_kye]\ninner = 'hunter1'\n",
        "[[network.turn_servers]]\nurl = 'turn:turn.example.net'\npasword = 'hunter1'\n",
        "[[network.turn_servers]]\nurl = 'turn:turn.example.net'\nauth = 'hunter1'\n",
        "[unknown.table]\ndb_paswrd = ['hunter1']\n",
        "[[profiles]]\nname = 'night'\nset.database.pasword = 'hunter1'\n",
    ];
    for config in configs {
        let other = config.replace("hunter1", "hunter2").replace("4711", "4712");
        let files = files(&[("old.toml", config), ("new.toml", &other), ("none.toml", "")]);
        let hides = |arguments: &[&str]| {
            let output = run_in(files.path(), arguments).get_output().clone();
            let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(!printed.contains("hunter") && !printed.contains("471"), "{arguments:?}: {printed}");
            printed
        };
        for format in ["human", "json", "sarif", "github"] {
            hides(&["check", "old.toml", "--format", format]);
        }
        for (old, new) in [("old.toml", "new.toml"), ("old.toml", "none.toml"), ("none.toml", "old.toml")] {
            let changed = hides(&["diff", old, new]);
            assert!(changed.contains("1 change"), "{changed}");
            hides(&["diff", old, new, "--format", "json"]);
        }
    }
}

#[test]
fn diff_displays_line_feeds_dates_and_nulls_as_they_are() {
    let files = files(&[
        ("old.toml", "text = \"\"\"\na\nb\"\"\"\nday = 1979-05-27\n"),
        ("new.toml", "text = \"c\"\nday = \"1979-05-27\"\n"),
        ("old.json", "{ \"a\": null }"),
        ("new.json", "{ \"a\": 1 }"),
        ("s.json", "{}"),
    ]);
    let diff = |extension: &str, arguments: &[&str]| {
        let names = [format!("old.{extension}"), format!("new.{extension}")];
        run_in(files.path(), &[&["diff", &names[0], &names[1], "--schema", "s.json"], arguments].concat()).code(1)
    };
    diff("toml", &[]).stdout("day   1979-05-27 → \"1979-05-27\"\ntext  \"a\\nb\" → \"c\"\n2 changes\n");
    diff("toml", &["--format", "markdown"]).stdout(contains("| `day` | `1979-05-27` | `\"1979-05-27\"` |"));
    diff("toml", &["--format", "markdown"]).stdout(contains("| `text` | `\"a\\nb\"` | `\"c\"` |"));
    diff("json", &[]).stdout("a  null → 1\n1 change\n");
}

#[test]
fn a_null_that_overrides_a_default_is_a_change() {
    let schema = r#"{ "properties": { "a": { "type": ["integer", "null"], "default": 5 }, "b": { "type": ["integer", "null"] } } }"#;
    let named = |rest: &str| format!("{{ \"$schema\": \"s.json\"{rest} }}");
    let (with, without) = (named(", \"a\": null, \"b\": null"), named(""));
    let files = files(&[("s.json", schema), ("f.json", &with), ("g.json", &without)]);
    let diff = |old: &str, new: &str| run_in(files.path(), &["diff", old, new]).code(1).out();
    let (removed, added) = (diff("f.json", "g.json"), diff("g.json", "f.json"));
    assert!(removed.contains("null → absent") && !removed.contains("b "), "{removed}");
    assert!(added.contains("absent → null"), "{added}");
}

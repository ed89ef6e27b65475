//! What `confgate diff` says.

use super::*;

#[test]
fn diff_says_what_changes_in_meaning_and_how_the_change_is_applied() {
    let files = folder(&[
        ("old.toml", "[network]\nlisten_port = 4000\nkeepalive_interval = \"60s\"\n"),
        (
            "new.toml",
            "[network]\nkeepalive_interval = { secs = 60, nanos = 0 }\nlisten_port = 4001\n[game]\nmin_bet = 5\n",
        ),
    ]);
    let said = run_in(files.path(), &["diff", "old.toml", "new.toml"]);
    assert_eq!(
        said.out,
        "network.listen_port  4000 → 4001  (restart)\ngame.min_bet         10 → 5  (live)\n2 changes, 1 of them only after a restart\n"
    );
    assert_eq!(said.code, 1);
    let same = run_in(files.path(), &["diff", "old.toml", "old.toml"]);
    assert_eq!((same.code, same.out.as_str()), (0, "no change\n"));
    let json: Json =
        serde_json::from_str(&run_in(files.path(), &["diff", "old.toml", "new.toml", "--format", "json"]).out).unwrap();
    assert_eq!(
        json[0],
        serde_json::json!({ "path": "/network/listen_port", "old": 4000, "new": 4001, "reload": "restart" })
    );
}

#[test]
fn diff_of_two_fleets_says_which_nodes_change_and_how() {
    let bundle = |fleet: &str, node: &str, config: &str| {
        [
            (format!("{fleet}/{node}/config.toml"), config.to_owned()),
            (format!("{fleet}/{node}/manifest.json"), "{}".into()),
        ]
    };
    let files = [
        bundle("old", "a", "[network]\nlisten_port = 4000\n"),
        bundle("new", "a", "[network]\nlisten_port = 4001\n"),
        bundle("old", "b", "[game]\nmin_bet = 1\n"),
        bundle("new", "b", "[game]\nmin_bet = 2\n"),
        bundle("old", "c", "[game]\nmin_bet = 1\n"),
        bundle("new", "c", "# a comment\ngame = { min_bet = 1 }\n"),
        bundle("old", "gone", ""),
        bundle("new", "fresh", ""),
    ];
    let files: Vec<(&str, &str)> = files.iter().flatten().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder(&files);
    let said = run_in(folder.path(), &["diff", "old", "new"]);
    assert_eq!(
        said.out,
        "a\n  network.listen_port  4000 → 4001  (restart)\nb\n  game.min_bet  1 → 2  (live)\nfresh comes\ngone goes\n\
         4 of 5 nodes change: 1 reload, 1 restart\n"
    );
    assert_eq!(said.code, 1);
    assert_eq!(run_in(folder.path(), &["diff", "old", "old"]).out, "0 of 4 nodes change: 0 reload, 0 restart\n");
    let json: Json =
        serde_json::from_str(&run_in(folder.path(), &["diff", "old", "new", "--format", "json"]).out).unwrap();
    assert_eq!((&json["added"][0], &json["removed"][0]), (&Json::from("fresh"), &Json::from("gone")));
    assert_eq!(json["changed"]["b"][0]["new"], 2);
}

#[test]
fn diff_compares_profiles_by_their_names() {
    let night = "[[profiles]]\nname = 'night'\nwhen.time = '22:00-06:00'\n[profiles.set.network]\nlisten_port = 4000\n";
    let busy = "[[profiles]]\nname = 'busy'\nset.monitoring.alert_webhook = 'https://hooks/hunter2'\n";
    let files = folder(&[
        ("old.toml", &format!("{night}{busy}")),
        ("turned.toml", &format!("{busy}{night}")),
        ("new.toml", &night.replace("4000", "4001")),
        ("none.toml", ""),
    ]);
    let diff = |new: &str| run_in(files.path(), &["diff", "old.toml", new]).out;
    assert_eq!(diff("turned.toml"), "profiles  [\"night\", \"busy\"] → [\"busy\", \"night\"]  (live)\n1 change\n");
    let said = diff("new.toml");
    assert!(said.starts_with("profiles.night.set.network.listen_port  4000 → 4001  (restart)\n"), "{said}");
    assert!(said.contains("\nprofiles.busy ") && said.contains("alert_webhook = \"[secret]\""), "{said}");
    assert_eq!(diff("none.toml"), "profiles  2 elements → absent  (live)\n1 change\n");
}

#[test]
fn diff_shows_no_secret() {
    let files = folder(&[
        (
            "old.toml",
            "[monitoring]\nalert_webhook = 'https://hooks/hunter2'\n[database]\nurl = 'pg://u:hunter2@db/x'\n",
        ),
        ("new.toml", "[database]\nurl = 'pg://u:hunter3@db/y'\n"),
    ]);
    for format in ["human", "json"] {
        let said = run_in(files.path(), &["diff", "old.toml", "new.toml", "--format", format]);
        assert!(!said.out.contains("hunter"), "{}", said.out);
        assert!(said.out.contains("pg://***@db/y"), "{}", said.out);
    }
}

#[test]
fn diff_of_a_file_that_is_no_toml_is_trouble() {
    let files = folder(&[("old.toml", "a = \n"), ("new.toml", "")]);
    let said = run_in(files.path(), &["diff", "old.toml", "new.toml"]);
    assert_eq!((said.code, said.err.as_str()), (2, "error: old.toml: not TOML\n"));
}

#[test]
fn diff_of_two_bundles_in_json_says_what_changes() {
    let files = folder(&[
        ("j1/config.json", r#"{ "network": { "listen_port": 4000 } }"#),
        ("j1/manifest.json", "{}"),
        ("j2/config.json", r#"{ "network": { "listen_port": 4001 } }"#),
        ("j2/manifest.json", "{}"),
        ("text/config.toml", "network.listen_port = 4001\n"),
        ("text/manifest.json", "{}"),
        ("broken/config.json", "{"),
        ("broken/manifest.json", "{}"),
    ]);
    let diff = |old: &str, new: &str| run_in(files.path(), &["diff", old, new]);
    let changed = "network.listen_port  4000 → 4001  (restart)\n1 change, 1 of them only after a restart\n";
    assert_eq!((diff("j1", "j2").out.as_str(), diff("j1", "text").out.as_str()), (changed, changed));
    assert_eq!(diff("j2", "text").out, "no change\n");
    let broken = diff("j1", "broken");
    assert!(broken.code == 2 && broken.err.starts_with("error: broken/config.json: not JSON: "), "{}", broken.err);
    // The bundles of a folder are compared as well.
    assert_eq!(run_in(files.path(), &["diff", ".", "."]).code, 0);
}

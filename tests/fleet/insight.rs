//! `confgate fleet diff`, `recommend` and `status`, with the real program.

use std::fs;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::fleet::{NodeConfig, PublishedFleet, peers};
use confgate_test_support::{Printed, confgate, program};
use serde_json::{Value as Json, json};

use crate::support::CANARY;

const CONNECTIONS: &[&str] = &["/network/max_connections"];

/// Returns the text with the first digits of releases replaced by their names.
fn named(text: &str, releases: &[(&str, &String)]) -> String {
    releases.iter().fold(text.to_owned(), |text, (name, release)| text.replace(&release[..12], name))
}

#[test]
#[ignore = "needs etcd"]
fn nodes_and_releases_are_compared_by_field() {
    let fleet = PublishedFleet::new(program!());
    let nodes = |one: u32, two: u32| -> [NodeConfig<'static>; 2] {
        [("n1", peers(one), CONNECTIONS), ("n2", peers(two), CONNECTIONS)]
    };
    let old = fleet.publish("old", &nodes(500, 600), &[]);
    let new = fleet.publish("new", &nodes(500, 700), &[]);
    let third = [nodes(500, 700).as_slice(), &[("n3", peers(500), CONNECTIONS)]].concat();
    let third = fleet.publish("third", &third, &["--store-only"]);
    let releases = [("OLD", &old), ("NEW", &new), ("THIRD", &third)];
    fleet.report("n1", &new, &json!({}));
    fleet.report("n2", &old, &json!({ "wanted": new }));
    let text = |arguments: &[&str]| {
        let printed = fleet.reading(&[&["fleet", "diff"], arguments].concat()).assert();
        assert_eq!(printed.err(), "", "{arguments:?}");
        (printed.exit_code(), named(&printed.out(), &releases))
    };
    assert_eq!(
        text(&["n1", "n2"]),
        (
            1,
            "old  node n1, which runs release NEW\nnew  node n2, which runs release OLD\n\n\
             network.max_connections  500 → 600  (live)  n2.nix:7:5\n1 change\n"
                .to_owned()
        )
    );
    let behind = "old  node n2, which runs release OLD\nnew  release NEW of the pointer all\n\n\
                  network.max_connections  600 → 700  (live)  n2.nix:7:5\n1 change\n";
    assert_eq!(text(&["n2"]), (1, behind.to_owned()));
    assert_eq!(text(&["node:n2", &new]).1, behind.replace(" of the pointer all", ""));
    let equal = "old  node n1, which runs release NEW\nnew  release NEW of the pointer all\n\nno change\n";
    assert_eq!(text(&["n1"]), (0, equal.to_owned()));
    assert_eq!(
        text(&[&old[..8], &third]),
        (
            1,
            "old  release OLD\nnew  release THIRD\n\nn2\n  network.max_connections  600 → 700  (live)  n2.nix:7:5\n\
             n3 added\n2 of 3 nodes change: 1 reload, 0 restart\n"
                .to_owned()
        )
    );
    // One release is compared with the published one.
    assert_eq!(text(&[&old]).1, text(&["wave:all", &format!("release:{old}")]).1);
    let printed = fleet.reading(&["fleet", "diff", "n1", "n2", "--format", "json"]).assert().code(1);
    let document: Json = serde_json::from_str(&printed.out()).unwrap();
    let change = json!([{ "path": "/network/max_connections", "old": 500, "new": 600, "reload": "live", "origin": "n2.nix:7:5" }]);
    assert_eq!(document["changes"], change);
    let printed = fleet.reading(&["fleet", "diff", "n1", "n2", "--format", "markdown"]).assert().code(1);
    assert!(
        printed.out().contains("| `network.max_connections` | `500` | `600` | reload | `n2.nix:7:5` |"),
        "{}",
        printed.out()
    );
}

#[test]
#[ignore = "needs etcd"]
fn a_side_that_does_not_exist_or_is_not_stored_is_named() {
    let fleet = PublishedFleet::new(program!());
    let release = fleet.publish("one", &[("n1", peers(500), CONNECTIONS)], &[]);
    fleet.report("n1", &release, &json!({}));
    let by_hand = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";
    fleet.report("n2", &release, &json!({ "bundle": by_hand }));
    fleet.report("n3", &release, &json!({ "bundle": null, "release": null }));
    let digits: String = release.chars().take(8).collect();
    fleet.report(&digits, &release, &json!({}));
    let error = |arguments: &[&str]| {
        let printed = fleet.reading(&[&["fleet", "diff"], arguments].concat()).assert().code(2);
        printed.err().replace(&release[..12], "RELEASE").replace(&digits, "DIGITS")
    };
    assert_eq!(
        error(&["n9", "n1"]),
        "error: n9 is neither a node that reports nor a release; confgate fleet status lists the nodes, confgate fleet history the \
         releases\n"
    );
    assert_eq!(error(&["node:n9"]), "error: the node n9 does not report; confgate fleet status lists the nodes\n");
    assert_eq!(
        error(&["release:zzzz", "n1"]),
        "error: no release begins with zzzz; confgate fleet history lists the releases\n"
    );
    assert_eq!(error(&["wave:10%"]), "error: no pointer of the wave 10%\n");
    assert_eq!(
        error(&["node:../x"]),
        "error: \"../x\" is not the name of a node: use letters, digits, '.', '_' and '-', and begin with a letter or a digit; at \
         most 253 characters\n"
    );
    assert_eq!(
        error(&["n1", "n2"]),
        "error: the node n2 runs the bundle 0mdqa9w1p6cm, which is not in the store: it was deployed by hand\n"
    );
    assert_eq!(error(&["n1", "n3"]), "error: the node n3 runs no bundle yet\n");
    assert_eq!(
        error(&[&digits]),
        "error: DIGITS is a node and the beginning of a release; write node:DIGITS or release:DIGITS\n"
    );
    // Another key signed the bundles.
    let mut generate = confgate!();
    let other =
        generate.args(["key", "generate", "other-1"]).current_dir(fleet.folder.folder.path()).assert().success();
    let mut command = fleet.command(&["fleet", "diff", "n1", &release, "-k", other.out().trim()]);
    let message = command.assert().code(2).err();
    assert!(message.contains("signed by ops-1, which is not trusted; trusted: other-1"), "{message}");
}

#[test]
#[ignore = "needs etcd"]
fn the_status_tells_drifted_dead_and_restarting_nodes_apart() {
    let fleet = PublishedFleet::new(program!());
    let nodes: Vec<NodeConfig<'_>> =
        ["n1", "n2", "n3", "n4"].into_iter().map(|node| (node, peers(500), CONNECTIONS)).collect();
    let release = fleet.publish("one", &nodes, &[]);
    let by_hand = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";
    fleet.report("n1", &release, &json!({}));
    fleet.report("n2", &release, &json!({ "bundle": by_hand, "release": null }));
    fleet.report("n3", &release, &json!({ "restart_pending": true }));
    let printed = fleet.command(&["fleet", "status"]).assert().code(1);
    let text = printed.out().replace(&release[..12], "RELEASE-----");
    assert_eq!(
        text,
        "NODE  STATE    RELEASE       POINTER  TAGS\n\
         n4    dead\n\
         n2    drifted                all\n  \
         the active bundle is not the one of a release: it was deployed or rolled back by hand\n\
         n3    restart  RELEASE-----  all\n\
         n1    current  RELEASE-----  all\n\
         \n4 nodes: 1 dead, 1 drifted, 1 restart, 1 current\n"
    );
}

#[test]
#[ignore = "needs etcd"]
fn recommendations_have_their_evidence_and_change_nothing() {
    let fleet = PublishedFleet::new(program!());
    let config = |connections: u32, metrics: bool, secret: &str| {
        format!(
            "{}[database]\nurl = '${{SECRET_{secret}}}'\n[monitoring]\nenable_metrics = {metrics}\n",
            peers(connections)
        )
    };
    let all: &[&str] = &["/network/max_connections", "/monitoring/enable_metrics", "/database/url"];
    let nodes = |connections: u32, secret: &str| -> [NodeConfig<'static>; 2] {
        [("n1", config(connections, true, secret), all), ("n2", config(connections + 1, true, secret), all)]
    };
    let before = fleet.publish("before", &nodes(500, "OLD_DB"), &[]);
    fleet.publish("after", &nodes(600, "DB"), &[]);
    fs::create_dir(fleet.folder.path("secrets")).unwrap();
    for name in ["DB", "SPARE"] {
        fs::write(fleet.folder.path("secrets").join(name), CANARY).unwrap();
    }
    let dump = || fleet.etcd.ctl(&["get", "--prefix", "/confgate/"]);
    let stored = dump();
    let arguments = ["fleet", "recommend", "--secrets", "secrets"];
    let printed = fleet.reading(&arguments).assert().success();
    let text = named(&printed.out(), &[("BEFORE", &before)]);
    for part in [
        "network.max_connections: all 2 nodes override the definition at base.nix:1:3\n  values   600 on 1 node, 601 on 1 node\n  \
         set at   n1.nix:7:5, n2.nix:7:5\n  → remove that definition, or set it to the value that most nodes have\n",
        "network.max_connections: all 2 nodes set another value than the default 50\n  values   600 on 1 node, 601 on 1 node\n  \
         → require the field, so that a node without a value is rejected\n",
        "monitoring.enable_metrics: true on all 2 nodes since 20",
        "secret OLD_DB: no node of the published release needs it\n  last     by database.url in release BEFORE of 20",
        "secret SPARE: no node of the published release needs it\n  found    among the secrets that are given\n",
        ": 2 nodes in 2 releases; nothing is changed\n",
    ] {
        assert!(text.contains(part), "{part}\n---\n{text}");
    }
    assert!(!text.contains("secret DB:") && !text.contains(CANARY), "{text}");
    let printed = fleet.reading(&[&arguments[..], &["--format", "json"]].concat()).assert().success();
    let document: Json = serde_json::from_str(&printed.out()).unwrap();
    let kinds: Vec<&str> =
        document["findings"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"overridden") && kinds.contains(&"unused-secret"), "{kinds:?}");
    assert_eq!((&document["nodes"], &document["releases"]), (&json!(2), &json!(2)));
    let printed = fleet.reading(&["fleet", "recommend", "--bundles", "1"]).assert().success();
    assert!(printed.out().contains("not looked at: more than 1 bundles: those beyond are left out; raise --bundles\n"));
    let printed = fleet.reading(&["fleet", "recommend", "--secrets", "nowhere"]).assert().code(2);
    assert_eq!(printed.err(), "error: nowhere: No such file or directory (os error 2)\n");
    assert_eq!(dump(), stored);
}

#[test]
#[ignore = "needs etcd"]
fn values_of_releases_that_went_back_are_found() {
    let fleet = PublishedFleet::new(program!());
    let mut releases = Vec::new();
    for (number, connections) in [500, 900, 501, 502, 503, 900, 504].into_iter().enumerate() {
        let port = 9000 + number;
        let config = format!("{}listen_port = {port}\n", peers(connections));
        let name = format!("r{number}");
        releases.push(fleet.publish(&name, &[("n1", config, CONNECTIONS)], &[]));
        if connections == 900 {
            // The release before is published again.
            let before = format!("r{}", number - 1);
            fleet.publish(&before, &[], &["--base", &releases[number]]);
        }
    }
    let printed = fleet.reading(&["fleet", "recommend"]).assert().success();
    let expected = "network.max_connections = 900: 2 of 2 releases with it went back, 0 of 5 without it\n";
    assert!(printed.out().contains(expected), "{}", printed.out());
    assert!(printed.out().contains(": alice published an earlier release again\n"), "{}", printed.out());
    assert!(printed.out().contains("  chance   4.8 % that this is chance\n"), "{}", printed.out());
}

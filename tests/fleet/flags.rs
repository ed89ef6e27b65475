//! Flags that an agent follows in its fleet: releases, a kill switch by the override of a region, a ramp.

use std::fs;
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::agent::{Agent, Answer};
use confgate_test_support::etcd::Etcd;
use confgate_test_support::{Bundle, Printed, eventually};
use serde_json::{Value as Json, json};

use crate::agents::Fleet;

/// A fleet whose agents evaluate the flags that it publishes.
struct FlaggedFleet {
    fleet: Fleet,
    etcd: Etcd,
}

/// Options of the service of the flags.
const SERVICE: [&str; 3] = ["--flags", "--name", "game-flags"];

impl FlaggedFleet {
    /// Publishes a config and flags.
    fn new(flags: &Json) -> Self {
        let fleet = Self { fleet: Fleet::new(), etcd: Etcd::start() };
        fleet.fleet.publish("[network]\nmax_connections = 100\n", &["--to", &fleet.etcd.to()]);
        fleet.publish(flags).assert().success();
        fleet
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.fleet.confgate(arguments);
        command.args(["--to", &self.etcd.to()]).args(SERVICE);
        command
    }

    /// Returns the command that publishes flags.
    fn publish(&self, flags: &Json) -> Command {
        let bundle = Bundle {
            name: "flags",
            // As Nix builds it with `forSchema`.
            model: None,
            schema: include_str!("../../modules/flags.schema.json"),
            format: "json",
            config: &flags.to_string(),
            ..Default::default()
        };
        bundle.write(&self.fleet.folder.path("flags"));
        self.command(&["publish", "flags", "--key-file", "ops-1.key"])
    }

    fn start(&self) -> Agent {
        let notify = ["--reload-command", "sh", "-c", "echo x >> notified"];
        let follow = ["--flags-service", "game-flags", "--region", "eu"];
        self.fleet.start(&self.etcd.to(), &[&follow[..], &notify].concat())
    }

    /// Returns how often the service was notified.
    fn notifications(&self) -> usize {
        self.fleet.folder.read("notified").lines().count()
    }
}

fn evaluate(agent: &Agent, flag: &str, key: &str) -> Json {
    let body = json!({ "context": { "targetingKey": key } }).to_string();
    let answer: Answer = agent.send(&format!(
        "POST /ofrep/v1/evaluate/flags/{flag} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    answer.json()
}

/// Returns flags with a number, a boolean, and a share of this size in percent.
fn flags(limit: u32, share: u32) -> Json {
    json!({ "flags": {
        "limit": { "variants": { "low": limit, "high": 1000 }, "defaultVariant": "low" },
        "lobby": { "variants": { "on": true, "off": false }, "defaultVariant": "on" },
        "ramp": {
            "variants": { "new": "new", "old": "old" },
            "defaultVariant": "old",
            "targeting": { "fractional": [["new", share], ["old", 100 - share]] },
        },
    } })
}

#[test]
#[ignore = "needs etcd"]
fn a_release_of_flags_reaches_evaluations_without_a_reload_of_the_service() {
    let mut fleet = FlaggedFleet::new(&flags(10, 10));
    let agent = fleet.start();
    fleet.fleet.output_has("max_connections = 100");
    assert_eq!(evaluate(&agent, "limit", "u1")["value"], 10);
    eventually("the release of the config is active", || agent.json("/health")["fleet"]["report"]["healthy"] == true);
    let written = || fs::metadata(fleet.fleet.folder.path("resolved.toml")).unwrap().modified().unwrap();
    let (before, version, notified) = (written(), agent.json("/health")["version"].clone(), fleet.notifications());
    fleet.publish(&flags(12, 10)).assert().success();
    eventually("the new value is evaluated", || evaluate(&agent, "limit", "u1")["value"] == 12);
    assert_eq!(
        (written(), agent.json("/health")["version"].clone(), fleet.notifications()),
        (before, version, notified)
    );

    // The followers report to the store, each for its service.
    eventually("the report of the flags", || {
        let health = agent.json("/health");
        let report = &health["fleet"]["flags"]["report"];
        report["active"] == true && report["release"] == report["wanted"] && report["error"].is_null()
    });
    let stored = fleet.etcd.ctl(&["get", "--print-value-only", "/confgate/game-flags/nodes/node-1"]);
    assert_eq!(serde_json::from_str::<Json>(&stored).unwrap()["active"], true, "{stored}");
    assert!(agent.has_metric("bitcraps_fleet_connected 1") && agent.has_metric("game_flags_fleet_connected 1"));
    let metrics = agent.get("/metrics").body;
    assert_eq!(metrics.matches("# EOF").count(), 0, "{metrics}");

    // Flags that the gate rejects are not published.
    let wrong = json!({ "flags": { "limit": { "variants": { "low": 1 }, "defaultVariant": "lowest" } } });
    let refused = fleet.publish(&wrong).assert().code(1);
    let message = refused.out() + &refused.err();
    assert!(message.contains("flags.limit.defaultVariant is \"lowest\", which is not a variant"), "{message}");

    // A start with everything down serves the last release.
    drop(agent);
    fleet.etcd.kill(0);
    let agent = fleet.start();
    assert_eq!(evaluate(&agent, "limit", "u1")["value"], 12);
    eventually("the outage is shown for both", || {
        let fleet = &agent.json("/health")["fleet"];
        fleet["connected"] == false && fleet["flags"]["connected"] == false
    });
}

#[test]
#[ignore = "needs etcd"]
fn the_override_of_a_region_is_a_kill_switch_until_it_ends() {
    let fleet = FlaggedFleet::new(&flags(10, 10));
    let agent = fleet.start();
    assert_eq!(evaluate(&agent, "lobby", "u1")["value"], true);
    let switch = |arguments: &[&str]| {
        let mut command = fleet.command(&["fleet", "override", "--region", "eu", "--key-file", "ops-1.key"]);
        command.args(["--reason", "it crashes"]).args(arguments).assert()
    };
    // One of a flag that does not exist would switch nothing off.
    assert_eq!(
        switch(&["flags.lobbi.state=DISABLED", "--for", "1h"]).code(2).err(),
        "error: flags.lobbi needs variants, which is missing: did you mean flags.lobby.state?; every node would reject the override\n"
    );
    assert_eq!(evaluate(&agent, "lobby", "u1")["value"], true);
    switch(&["flags.lobby.state=DISABLED", "--for", "1h"]).success();
    eventually("the flag is off", || evaluate(&agent, "lobby", "u1")["reason"] == "DISABLED");
    assert_eq!(evaluate(&agent, "lobby", "u1")["value"], Json::Null, "the program uses its own default");
    eventually("the override is shown", || {
        agent.json("/health")["fleet"]["flags"]["override"]["reason"] == "it crashes"
    });
    // A release does not switch it on again.
    fleet.publish(&flags(11, 10)).assert().success();
    eventually("the release is evaluated", || evaluate(&agent, "limit", "u1")["value"] == 11);
    assert_eq!(evaluate(&agent, "lobby", "u1")["reason"], "DISABLED");
    switch(&["--end"]).success();
    eventually("the flag is on again", || evaluate(&agent, "lobby", "u1")["value"] == true);
}

#[test]
#[ignore = "needs etcd"]
fn a_share_grows_with_the_releases_and_each_key_keeps_its_variant() {
    let fleet = FlaggedFleet::new(&flags(5, 5));
    let agent = fleet.start();
    let keys: Vec<String> = (0..300).map(|number| format!("user-{number}")).collect();
    let mut before = vec![false; keys.len()];
    for share in [5, 30, 70, 100] {
        fleet.publish(&flags(share, share)).assert().success();
        eventually("the release is evaluated", || evaluate(&agent, "limit", "u1")["value"] == share);
        let now: Vec<bool> = keys.iter().map(|key| evaluate(&agent, "ramp", key)["variant"] == "new").collect();
        for (key, (before, now)) in keys.iter().zip(before.iter().zip(&now)) {
            assert!(now | !before, "{key} lost its variant at {share} %");
        }
        let selected = now.iter().filter(|now| **now).count() as f64 / keys.len() as f64;
        assert!((selected - f64::from(share) / 100.0).abs() < 0.1, "{selected} at {share} %");
        before = now;
    }
    assert!(before.iter().all(|now| *now));
}

#[test]
#[ignore = "needs etcd"]
fn the_flags_of_a_fleet_have_a_name_of_their_own() {
    let fleet = Fleet::new();
    let refused = |arguments: &[&str]| {
        let mut command = fleet.confgate(&["agent", "--state", "state", "--node", "n", "-k", &fleet.key]);
        command.args(arguments).assert().code(2).err()
    };
    assert_eq!(
        refused(&["--fleet", "http://127.0.0.1:1", "--output", "x", "--flags-service", "bitcraps"]),
        "error: --flags-service bitcraps is the service of the config; publish the flags with another --name\n"
    );
    let both = ["--fleet", "http://127.0.0.1:1", "--output", "x", "--flags-service", "f", "--flags", "x"];
    assert!(refused(&both).contains("cannot be used with"), "{}", refused(&both));
    let alone = ["--output", "x", "--flags-key", "k"];
    assert!(refused(&alone).contains("--flags"), "{}", refused(&alone));
}

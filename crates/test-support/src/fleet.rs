//! A service in a store of etcd, whose releases are published by the program under test, and whose reports are written by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use serde_json::{Value as Json, json};

use crate::agent::AgentDirectory;
use crate::bundle::Bundle;
use crate::etcd::Etcd;
use crate::program::{Printed, command};

/// A folder with a key, and a store.
pub struct PublishedFleet {
    /// The folder.
    pub folder: AgentDirectory,
    /// The store.
    pub etcd: Etcd,
    /// The public key.
    pub key: String,
    program: PathBuf,
}

/// A node of a release: name, config, and the pointers that `node.nix` defines.
pub type NodeConfig<'c> = (&'c str, String, &'c [&'c str]);

impl PublishedFleet {
    /// Starts a store, and generates a key.
    pub fn new(program: &Path) -> Self {
        let folder = AgentDirectory::new(program, "");
        let mut generate = command(program);
        generate.args(["key", "generate", "ops-1"]).current_dir(folder.folder.path());
        let key = generate.assert().success().out().trim().to_owned();
        Self { folder, etcd: Etcd::start(), key, program: program.to_owned() }
    }

    /// Returns a command about the store.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.program);
        command.args(arguments).args(["--to", &self.etcd.to()]).current_dir(self.folder.folder.path());
        command
    }

    /// Returns a command that reads configs.
    pub fn reading(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.args(["-k", &self.key]);
        command
    }

    /// Writes the bundle of a node. Line 7 of `NODE.nix` defines the pointers, and overrides line 1 of `base.nix`.
    fn bundle(&self, release: &str, (node, config, pointers): &NodeConfig<'_>) -> PathBuf {
        let directory = self.folder.path(release).join(node);
        Bundle { name: node, config, ..Default::default() }.write(&directory);
        let origin = json!({
            "set": [{ "file": format!("{node}.nix"), "line": 7, "column": 5 }],
            "overridden": [{ "file": "base.nix", "line": 1, "column": 3, "priority": 1000 }],
        });
        let origins: serde_json::Map<String, Json> =
            pointers.iter().map(|pointer| ((*pointer).to_owned(), origin.clone())).collect();
        fs::write(directory.join("origins.json"), Json::Object(origins).to_string()).unwrap();
        directory
    }

    /// Publishes bundles, and returns the release.
    pub fn publish(&self, release: &str, nodes: &[NodeConfig<'_>], arguments: &[&str]) -> String {
        nodes.iter().for_each(|node| drop(self.bundle(release, node)));
        let mut command = self.command(&["publish", release, "--key-file", "ops-1.key", "--author", "alice"]);
        let printed = command.args(arguments).args(["--format", "json"]).assert().success();
        let document: Json = serde_json::from_str(&printed.out()).unwrap();
        document["release"].as_str().unwrap().to_owned()
    }

    /// Returns the bundle of a node in a release, if it has one.
    pub fn bundle_of(&self, release: &str, node: &str) -> Option<String> {
        let index = self.etcd.ctl(&["get", "--print-value-only", &format!("/confgate/bitcraps/releases/{release}")]);
        let index: Json = serde_json::from_str(&index).unwrap();
        index["nodes"][node].as_str().map(str::to_owned)
    }

    /// Writes the report of a node that runs its bundle of a release.
    pub fn report(&self, node: &str, release: &str, changes: &Json) {
        let mut report = json!({
            "format": 1, "release": release, "wanted": release, "wave": "all",
            "active": true, "healthy": true, "since": "2026-11-30T00:00:00Z",
        });
        if let Some(bundle) = self.bundle_of(release, node) {
            report["bundle"] = json!(bundle);
        }
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Json::Null => drop(report.as_object_mut().unwrap().remove(name)),
                value => report[name] = value.clone(),
            }
        }
        self.etcd.ctl(&["put", &format!("/confgate/bitcraps/nodes/{node}"), &report.to_string()]);
    }
}

/// Returns a config with this number of connections.
pub fn peers(connections: u32) -> String {
    format!("[network]\nmax_connections = {connections}\n")
}

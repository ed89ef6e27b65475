//! Tests of deployments and rollbacks on a real disk, and on one that fails at any change.

mod bundles;
mod faults;
mod foreign_link;
mod limits;
mod notification;
mod sources;
mod transitions;
mod verified;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use confgate_bitcraps::Config;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_nix_signatures::{PathInfo, SecretKey, Sha256Hash, Trust, nar};
use confgate_runtime::load::{LoadOptions, Loader};
use confgate_runtime::system::SystemContext;

use crate::*;

/// Writes a bundle, as a build does, to the directory `name`.
fn bundle(parent: &Path, name: &str, text: &str) -> PathBuf {
    let folder = parent.join(name);
    fs::create_dir_all(&folder).unwrap();
    let digest = Sha256Hash::of(text.as_bytes()).hexadecimal();
    let manifest = format!(
        r#"{{"name":"{name}","environment":"Development","model":"bitcraps","admitted":true,"keys":1,"findings":[],
            "digests":{{"schema":"","settings":"{digest}","sources":{{}}}}}}"#
    );
    for (file, text) in [("config.toml", text), ("origins.json", "{}"), ("manifest.json", &manifest)] {
        fs::write(folder.join(file), text).unwrap();
    }
    folder
}

fn peers(count: u32) -> String {
    format!("[network]\nmax_connections = {count}\n")
}

// Compiled once for all the deployments of these tests.
static GATE: LazyLock<Gate<Config>> = LazyLock::new(Gate::of::<Config>);

fn loader(folder: &Path) -> Loader {
    Loader::new(GATE.untyped(), SystemContext::bare()).at(folder)
}

fn typed_loader(folder: &Path) -> Loader<Config> {
    Loader::new(GATE.clone(), SystemContext::bare()).at(folder)
}

fn deployment(source: &Path) -> Deployment<'static> {
    Deployment {
        source: source.display().to_string().parse().unwrap(),
        trust: Trust::default(),
        signature: None,
        signed_commit: false,
        allow_downgrade: false,
        loader: &loader,
        reload: Reload::None,
        health: None,
        timeout: Duration::from_secs(2),
        bake_time: Duration::ZERO,
        keep: 10,
        cancellation: CancellationToken::default(),
    }
}

/// A node with a directory for generations, and bundles beside it.
struct Node(tempfile::TempDir);

impl Node {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn generations<'d>(&self, disk: &'d dyn Disk) -> Generations<'d> {
        Generations::new(self.root(), disk)
    }

    fn bundle(&self, name: &str, count: u32) -> PathBuf {
        bundle(self.0.path(), name, &peers(count))
    }

    fn deploy(&self, source: &Path) -> Result<Deployed, DeployError> {
        deploy(&deployment(source), &self.generations(&RealDisk), &mut |_| {})
    }

    /// Returns the value that a service would run now; `None` if no generation is active.
    fn runs(&self) -> Option<u32> {
        let link = self.generations(&RealDisk).link().path();
        link.exists().then(|| {
            let (config, _) =
                typed_loader(&link).config(&LoadOptions::default()).expect("the active generation is admitted");
            config.network.max_connections
        })
    }
}

#[test]
fn a_bundle_becomes_the_active_generation() {
    let node = Node::new();
    let first = node.deploy(&node.bundle("one", 10)).unwrap();
    assert_eq!((first.generation, node.runs()), (Some(1), Some(10)));
    let second = node.deploy(&node.bundle("two", 20)).unwrap();
    assert_eq!((second.generation, node.runs()), (Some(2), Some(20)));
    assert_eq!(second.plan.fields.len(), 1);
    let field = &second.plan.fields[0];
    assert_eq!(
        (field.field.as_str(), &field.old, &field.new),
        ("network.max_connections", &Some(10.into()), &Some(20.into()))
    );
    let record = node.generations(&RealDisk).record(2).unwrap().unwrap();
    assert_eq!((record.previous, record.outcome, record.version), (Some(1), Outcome::Kept, Some(1)));
    assert!(record.resolved.ends_with("/two"));
}

#[test]
fn the_active_bundle_is_not_deployed_again() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let again = node.deploy(&node.bundle("one", 10)).unwrap();
    assert_eq!(
        (again.unchanged, again.generation, node.generations(&RealDisk).numbers().unwrap()),
        (true, Some(1), vec![1])
    );
}

#[test]
fn a_rejected_bundle_changes_nothing() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let refused = node.deploy(&node.bundle("zero", 0)).unwrap_err().to_string();
    assert!(refused.contains("network.max_connections must be at least 1, and is 0"), "{refused}");
    assert_eq!((node.runs(), node.generations(&RealDisk).numbers().unwrap()), (Some(10), vec![1]));
}

#[test]
fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let source = bundle(node.0.path(), "ports", "[network]\nlisten_port = 9999\n");
    let before = tree(node.0.path());
    let planned = dry_run(&deployment(&source), &node.generations(&RealDisk), &mut |_| {}).unwrap();
    assert_eq!(planned.plan.restart_fields(), ["network.listen_port"]);
    assert_eq!((planned.generation, tree(node.0.path())), (None, before));
}

fn tree(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries
        .flat_map(|entry| {
            let path = entry.path();
            let inner = if entry.file_type().unwrap().is_dir() { tree(&path) } else { BTreeSet::new() };
            inner.into_iter().chain([path])
        })
        .collect()
}

#[test]
fn a_rollback_goes_to_the_previous_generation_or_to_a_requested_one() {
    let node = Node::new();
    for (name, count) in [("one", 10), ("two", 20), ("three", 30)] {
        node.deploy(&node.bundle(name, count)).unwrap();
    }
    let back = |wanted| rollback(&deployment(Path::new("")), &node.generations(&RealDisk), wanted, &mut |_| {});
    assert_eq!((back(None).unwrap(), node.runs()), (2, Some(20)));
    assert_eq!((back(Some(3)).unwrap(), node.runs()), (3, Some(30)));
    assert_eq!(back(Some(1)).unwrap(), 1);
    assert_eq!(back(None).unwrap_err().to_string(), "no earlier generation that was kept and is intact");
    assert_eq!(back(Some(9)).unwrap_err().to_string(), "generation 9 is missing or damaged; intact: 1, 2, 3");
}

#[test]
fn an_older_bundle_needs_allow_downgrade() {
    let node = Node::new();
    let one = node.bundle("one", 10);
    node.deploy(&one).unwrap();
    node.deploy(&node.bundle("two", 20)).unwrap();
    let older = node.deploy(&one).unwrap_err().to_string();
    assert_eq!(older, "the bundle was deployed before, as generation 1; pass --allow-downgrade to deploy it anyway");
    let allowed = Deployment { allow_downgrade: true, ..deployment(&one) };
    assert_eq!(deploy(&allowed, &node.generations(&RealDisk), &mut |_| {}).unwrap().generation, Some(3));
}

#[test]
fn a_bundle_for_an_older_schema_version_needs_allow_downgrade() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let old = bundle(node.0.path(), "old", &format!("version = 0\n{}", peers(20)));
    let refused = || node.deploy(&old).unwrap_err().to_string();
    let older = "its schema version 0 is older than the active version 1; pass --allow-downgrade to deploy it anyway";
    assert_eq!(refused(), older);
    let gate = loader(Path::new("")).gate().clone();
    let generations = node.generations(&RealDisk);
    // A record without a version: the config has it.
    generations.write_record(&Record { version: None, ..generations.record(1).unwrap().unwrap() }).unwrap();
    assert_eq!(refused(), older);
    fs::remove_file(node.root().join("generations/1.json")).unwrap();
    repair(&node.generations(&RealDisk).with_gate(&gate)).unwrap();
    assert_eq!((generations.record(1).unwrap().unwrap().version, refused()), (Some(1), older.to_owned()));
    let allowed = Deployment { allow_downgrade: true, ..deployment(&old) };
    assert_eq!(deploy(&allowed, &generations, &mut |_| {}).unwrap().generation, Some(2));
    // The version as written, not the one after migration.
    assert_eq!((generations.record(2).unwrap().unwrap().version, node.runs()), (Some(0), Some(20)));
    node.deploy(&node.bundle("three", 30)).unwrap();
}

#[test]
fn old_generations_are_removed_and_the_previous_one_stays() {
    let node = Node::new();
    for count in 10..20 {
        let source = node.bundle("one", count);
        let few = Deployment { keep: 3, ..deployment(&source) };
        deploy(&few, &node.generations(&RealDisk), &mut |_| {}).unwrap();
    }
    assert_eq!(node.generations(&RealDisk).numbers().unwrap(), [8, 9, 10]);
}

#[test]
fn a_trusted_signature_is_required_if_keys_are_trusted() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let key = SecretKey::generate("ops-1".parse().unwrap()).unwrap();
    let trusting = || Deployment { trust: Trust::new(vec![key.public()]), ..deployment(&source) };
    let run = |deployment: Deployment<'_>| deploy(&deployment, &node.generations(&RealDisk), &mut |_| {});
    let unsigned = run(trusting()).unwrap_err().to_string();
    assert!(unsigned.contains("accepts signed bundles only") && unsigned.contains("one.sig"), "{unsigned}");
    let mut info = PathInfo::of_source("one", nar::digest(&source).unwrap()).unwrap();
    info.sign(&key);
    fs::write(node.0.path().join("one.sig"), info.to_string()).unwrap();
    run(trusting()).unwrap();
    assert_eq!(node.generations(&RealDisk).record(1).unwrap().unwrap().signer.as_deref(), Some("ops-1"));
    let other = SecretKey::generate("other-1".parse().unwrap()).unwrap();
    let strange = Deployment { trust: Trust::new(vec![other.public()]), allow_downgrade: true, ..deployment(&source) };
    assert!(matches!(run(strange), Err(DeployError::Untrusted(_))));
    fs::write(source.join("origins.json"), "{} ").unwrap();
    assert!(matches!(run(trusting()), Err(DeployError::Untrusted(_))));
}

#[test]
fn an_unhealthy_service_gets_its_previous_config_back() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let source = node.bundle("two", 20);
    let log = node.0.path().join("notified");
    let failing = Deployment {
        reload: Reload::Command(format!("cat {}/current/config.toml >> {}", node.root().display(), log.display())),
        health: Some(Probe::Command("exit 7".to_owned())),
        ..deployment(&source)
    };
    let mut seen = Vec::new();
    let error = deploy(&failing, &node.generations(&RealDisk), &mut |progress| seen.push(progress)).unwrap_err();
    assert_eq!(error.to_string(), "health failed: exit: sh failed (exit status: 7); generation 1 is active again");
    assert_eq!(node.runs(), Some(10));
    // The service is notified of both: the new config, and the old one again.
    assert_eq!(fs::read_to_string(log).unwrap(), format!("{}{}", peers(20), peers(10)));
    assert!(matches!(seen.last(), Some(Progress::Done { step: Step::RollBack, .. })));
    let outcome = node.generations(&RealDisk).record(2).unwrap().unwrap().outcome;
    assert_eq!(outcome.to_string(), "rolled back: health: exit: sh failed (exit status: 7)");
}

#[test]
fn a_service_that_does_not_stay_healthy_is_rolled_back_too() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let count = node.0.path().join("count");
    let probe = format!("echo x >> {0}; test $(wc -l < {0}) -lt 3", count.display());
    let unstable =
        Deployment { health: Some(Probe::Command(probe)), bake_time: Duration::from_secs(5), ..deployment(&source) };
    let error = deploy(&unstable, &node.generations(&RealDisk), &mut |_| {}).unwrap_err().to_string();
    assert!(error.starts_with("bake failed: ") && error.ends_with("; no generation is active, as before"), "{error}");
    assert_eq!(node.runs(), None);
}

#[test]
fn a_second_deployment_names_the_command_that_is_running() {
    let node = Node::new();
    let generations = node.generations(&RealDisk);
    let lock = generations.lock("deploy two").unwrap();
    let error = node.deploy(&node.bundle("one", 10)).unwrap_err().to_string();
    assert!(
        error.contains(&format!("another command is running: deploy two, process {}, by ", std::process::id())),
        "{error}"
    );
    drop(lock);
    node.deploy(&node.bundle("one", 10)).unwrap();
}

#[test]
fn an_altered_generation_is_found_and_the_newest_intact_one_becomes_active() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    node.deploy(&node.bundle("two", 20)).unwrap();
    let generations = node.generations(&RealDisk);
    fs::write(generations.directory(2).join("config.toml"), peers(99)).unwrap();
    let problems = examine(&generations).unwrap();
    assert_eq!(
        problems[0].kind.to_string(),
        "generation 2 is active, but its files differ from those that were deployed"
    );
    assert_eq!(problems[0].repair, Repair::Possible("make generation 1 active".to_owned()));
    repair(&generations).unwrap();
    assert_eq!((node.runs(), generations.numbers().unwrap()), (Some(10), vec![1]));
    let problems = examine(&generations).unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].kind.to_string(), "generation 1 is active, but the service was not notified");
    assert!(node.deploy(&node.bundle("one", 10)).unwrap().unchanged);
    assert!(examine(&generations).unwrap().is_empty());
}

#[test]
fn a_lost_link_or_record_is_found() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let generations = node.generations(&RealDisk);
    fs::remove_file(generations.link().path()).unwrap();
    assert!(examine(&generations).unwrap()[0].kind == ProblemKind::Link(LinkProblem::Missing));
    repair(&generations).unwrap();
    assert_eq!(node.runs(), Some(10));
    fs::remove_file(node.root().join("generations/1.json")).unwrap();
    let problems = examine(&generations).unwrap();
    assert_eq!(problems[0].kind.to_string(), "generation 1 is active, but its record is missing or unreadable");
    assert_eq!(node.deploy(&node.bundle("two", 20)).unwrap().generation, Some(2));
}

#[test]
fn a_generation_is_for_the_environment_of_its_bundle() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    assert_eq!(node.generations(&RealDisk).record(1).unwrap().unwrap().environment, Environment::Development);
}

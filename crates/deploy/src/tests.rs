mod bundles;
mod faults;
mod sources;
mod told;
mod ways;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use crate::disk::{Disk, Real};
use crate::*;
use confgate_bitcraps::Config;
use confgate_core::environment::Environment;
use confgate_core::gate::Gate;
use confgate_nix_signatures::{PathInfo, SecretKey, Sha256Hash, Trust, nar};
use confgate_runtime::load::{LoadOptions, Loader};
use confgate_runtime::system::SystemContext;

/// A bundle as a build makes it, in a folder `name`.
fn bundle(at: &Path, name: &str, text: &str) -> PathBuf {
    let folder = at.join(name);
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
        reload: Reload::Nobody,
        health: None,
        patience: Duration::from_secs(2),
        settle: Duration::ZERO,
        keep: 10,
    }
}

/// A node with a place for generations, and bundles beside it.
struct Node(tempfile::TempDir);

impl Node {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn generations<'d>(&self, disk: &'d dyn Disk) -> Generations<'d> {
        Generations::at(self.root(), disk)
    }

    fn bundle(&self, name: &str, count: u32) -> PathBuf {
        bundle(self.0.path(), name, &peers(count))
    }

    fn deploy(&self, source: &Path) -> Result<Deployed, DeployError> {
        deployment(source).run(&self.generations(&Real), &mut |_| {})
    }

    /// The value that a service would run now; none when there is no generation.
    fn runs(&self) -> Option<u32> {
        let link = self.generations(&Real).link();
        link.exists().then(|| {
            let (config, _) = typed_loader(&link).config(&LoadOptions::default()).expect("what counts is admitted");
            config.network.max_connections
        })
    }
}

#[test]
fn a_bundle_becomes_a_generation_and_counts() {
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
    let record = node.generations(&Real).record(2).unwrap().unwrap();
    assert_eq!((record.previous, record.result, record.version), (Some(1), Outcome::Kept, Some(1)));
    assert!(record.resolved.ends_with("/two"));
}

#[test]
fn the_bundle_that_counts_is_not_deployed_again() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let again = node.deploy(&node.bundle("one", 10)).unwrap();
    assert_eq!((again.same, again.generation, node.generations(&Real).numbers().unwrap()), (true, Some(1), vec![1]));
}

#[test]
fn what_the_gate_refuses_changes_nothing() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let refused = node.deploy(&node.bundle("zero", 0)).unwrap_err().to_string();
    assert!(refused.contains("network.max_connections must be at least 1, and is 0"), "{refused}");
    assert_eq!((node.runs(), node.generations(&Real).numbers().unwrap()), (Some(10), vec![1]));
}

#[test]
fn a_rehearsal_shows_the_plan_and_changes_nothing() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let source = bundle(node.0.path(), "ports", "[network]\nlisten_port = 9999\n");
    let before = tree(node.0.path());
    let rehearsed = deployment(&source).rehearse(&node.generations(&Real), &mut |_| {}).unwrap();
    assert_eq!(rehearsed.plan.restart(), ["network.listen_port"]);
    assert_eq!((rehearsed.generation, tree(node.0.path())), (None, before));
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
fn one_goes_back_to_the_generation_before_or_to_any() {
    let node = Node::new();
    for (name, count) in [("one", 10), ("two", 20), ("three", 30)] {
        node.deploy(&node.bundle(name, count)).unwrap();
    }
    let back = |wanted| go_back(&deployment(Path::new("")), &node.generations(&Real), wanted, &mut |_| {});
    assert_eq!((back(None).unwrap(), node.runs()), (2, Some(20)));
    assert_eq!((back(Some(3)).unwrap(), node.runs()), (3, Some(30)));
    assert_eq!(back(Some(1)).unwrap(), 1);
    assert_eq!(back(None).unwrap_err().to_string(), "there is no earlier generation that was kept");
    assert_eq!(back(Some(9)).unwrap_err().to_string(), "there is no whole generation 9; there are 1, 2, 3");
}

#[test]
fn an_older_bundle_is_taken_only_when_that_is_said() {
    let node = Node::new();
    let one = node.bundle("one", 10);
    node.deploy(&one).unwrap();
    node.deploy(&node.bundle("two", 20)).unwrap();
    let older = node.deploy(&one).unwrap_err().to_string();
    assert_eq!(older, "it is generation 1 again; --allow-downgrade takes it all the same");
    let taken = Deployment { allow_downgrade: true, ..deployment(&one) };
    assert_eq!(taken.run(&node.generations(&Real), &mut |_| {}).unwrap().generation, Some(3));
}

#[test]
fn a_bundle_for_an_older_version_of_the_schema_is_taken_only_when_that_is_said() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let old = bundle(node.0.path(), "old", &format!("version = 0\n{}", peers(20)));
    let refused = || node.deploy(&old).unwrap_err().to_string();
    let older = "its schema has version 0, and what runs has version 1; --allow-downgrade takes it all the same";
    assert_eq!(refused(), older);
    let gate = loader(Path::new("")).gate().clone();
    let generations = node.generations(&Real);
    // A record that does not know its version: it is looked for in the config.
    generations.write_record(&Record { version: None, ..generations.record(1).unwrap().unwrap() }).unwrap();
    assert_eq!(refused(), older);
    fs::remove_file(node.root().join("generations/1.json")).unwrap();
    examine(&node.generations(&Real).of(&gate), true).unwrap();
    assert_eq!((generations.record(1).unwrap().unwrap().version, refused()), (Some(1), older.to_owned()));
    let taken = Deployment { allow_downgrade: true, ..deployment(&old) };
    assert_eq!(taken.run(&generations, &mut |_| {}).unwrap().generation, Some(2));
    // As it was written, and not what the loader made of it.
    assert_eq!((generations.record(2).unwrap().unwrap().version, node.runs()), (Some(0), Some(20)));
    node.deploy(&node.bundle("three", 30)).unwrap();
}

#[test]
fn old_generations_go_and_never_the_one_before() {
    let node = Node::new();
    for count in 10..20 {
        let source = node.bundle("one", count);
        let few = Deployment { keep: 3, ..deployment(&source) };
        few.run(&node.generations(&Real), &mut |_| {}).unwrap();
    }
    assert_eq!(node.generations(&Real).numbers().unwrap(), [8, 9, 10]);
}

#[test]
fn a_signature_by_a_trusted_key_is_asked_for_where_keys_are_trusted() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let key = SecretKey::generate("ops-1".parse().unwrap()).unwrap();
    let trusting = || Deployment { trust: Trust::new(vec![key.public()]), ..deployment(&source) };
    let run = |deployment: Deployment<'_>| deployment.run(&node.generations(&Real), &mut |_| {});
    let unsigned = run(trusting()).unwrap_err().to_string();
    assert!(unsigned.contains("takes signed bundles alone") && unsigned.contains("one.sig"), "{unsigned}");
    let mut info = PathInfo::of_source("one", nar::digest(&source).unwrap()).unwrap();
    info.sign(&key);
    fs::write(node.0.path().join("one.sig"), info.to_string()).unwrap();
    run(trusting()).unwrap();
    assert_eq!(node.generations(&Real).record(1).unwrap().unwrap().signer.as_deref(), Some("ops-1"));
    let other = SecretKey::generate("other-1".parse().unwrap()).unwrap();
    let strange = Deployment { trust: Trust::new(vec![other.public()]), allow_downgrade: true, ..deployment(&source) };
    assert!(matches!(run(strange), Err(DeployError::Untrusted(_))));
    fs::write(source.join("origins.json"), "{} ").unwrap();
    assert!(matches!(run(trusting()), Err(DeployError::Untrusted(_))));
}

#[test]
fn a_service_that_is_not_well_has_its_config_of_before_again() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let source = node.bundle("two", 20);
    let log = node.0.path().join("told");
    let failing = Deployment {
        reload: Reload::Command(format!("cat {}/current/config.toml >> {}", node.root().display(), log.display())),
        health: Some(Probe::Command("exit 7".to_owned())),
        ..deployment(&source)
    };
    let mut seen = Vec::new();
    let error = failing.run(&node.generations(&Real), &mut |progress| seen.push(progress)).unwrap_err();
    assert_eq!(error.to_string(), "health failed: exit: sh ended with exit status: 7; generation 1 is back");
    assert_eq!(node.runs(), Some(10));
    // It is told of both: of the new config, and of the old one again.
    assert_eq!(fs::read_to_string(log).unwrap(), format!("{}{}", peers(20), peers(10)));
    assert!(matches!(seen.last(), Some(Progress::Done(Step::RollBack, ..))));
    let result = node.generations(&Real).record(2).unwrap().unwrap().result;
    assert_eq!(result.words(), "rolled back: health: exit: sh ended with exit status: 7");
}

#[test]
fn a_service_that_does_not_stay_well_is_brought_back_too() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let count = node.0.path().join("count");
    let probe = format!("echo x >> {0}; test $(wc -l < {0}) -lt 3", count.display());
    let unsettled =
        Deployment { health: Some(Probe::Command(probe)), settle: Duration::from_secs(5), ..deployment(&source) };
    let error = unsettled.run(&node.generations(&Real), &mut |_| {}).unwrap_err().to_string();
    assert!(
        error.starts_with("settle failed: ")
            && error.ends_with("there was no generation before, and there is none now"),
        "{error}"
    );
    assert_eq!(node.runs(), None);
}

#[test]
fn of_two_deployments_one_is_told_who_is_at_work() {
    let node = Node::new();
    let generations = node.generations(&Real);
    let lock = generations.lock("deploy two").unwrap();
    let error = node.deploy(&node.bundle("one", 10)).unwrap_err().to_string();
    assert!(error.contains(&format!("is at work: deploy two, process {}", std::process::id())), "{error}");
    drop(lock);
    node.deploy(&node.bundle("one", 10)).unwrap();
}

#[test]
fn a_generation_that_was_altered_is_found_and_the_newest_whole_one_counts_again() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    node.deploy(&node.bundle("two", 20)).unwrap();
    let generations = node.generations(&Real);
    fs::write(generations.folder(2).join("config.toml"), peers(99)).unwrap();
    let said = examine(&generations, false).unwrap();
    assert_eq!(said[0].what, "generation 2 counts, and its files are not those that were deployed");
    assert_eq!(said[0].cure, Repair::Possible("make generation 1 count".to_owned()));
    examine(&generations, true).unwrap();
    assert_eq!((node.runs(), generations.numbers().unwrap()), (Some(10), vec![1]));
    let said = examine(&generations, false).unwrap();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].what, "generation 1 counts, and the service was not told");
    assert!(node.deploy(&node.bundle("one", 10)).unwrap().same);
    assert!(examine(&generations, false).unwrap().is_empty());
}

#[test]
fn a_link_or_a_record_that_is_lost_is_found() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    let generations = node.generations(&Real);
    fs::remove_file(generations.link()).unwrap();
    assert!(examine(&generations, false).unwrap()[0].what.contains("the link to the generation that counts is gone"));
    examine(&generations, true).unwrap();
    assert_eq!(node.runs(), Some(10));
    fs::remove_file(node.root().join("generations/1.json")).unwrap();
    let said = examine(&generations, false).unwrap();
    assert_eq!(said[0].what, "generation 1 counts, and its record is gone or cannot be read");
    assert_eq!(node.deploy(&node.bundle("two", 20)).unwrap().generation, Some(2));
}

#[test]
fn a_generation_is_for_the_environment_of_its_bundle() {
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    assert_eq!(node.generations(&Real).record(1).unwrap().unwrap().environment, Environment::Development);
}

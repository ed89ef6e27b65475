//! Whatever happens, and to which change of the disk: in the end the service knows what counts.

use super::*;
use crate::tests::faults::{Fault, Faulty};

/// What a service was told last: of which peers.
struct Told {
    heard: PathBuf,
    grave: PathBuf,
    reload: Reload,
}

impl Told {
    /// A service that was told of all that happened so far.
    fn of(node: &Node) -> Self {
        let (heard, grave) = (node.0.path().join("heard"), node.0.path().join("grave"));
        fs::copy(node.root().join("current/config.toml"), &heard).unwrap();
        let (link, heard_, grave_) = (node.root().join("current"), heard.display(), grave.display());
        let command = format!("test -e {grave_} || cat {}/config.toml > {heard_}", link.display());
        Self { heard, grave, reload: Reload::Command(command) }
    }

    fn knows(&self, node: &Node) -> bool {
        fs::read_to_string(&self.heard).ok() == node.runs().map(peers)
    }

    /// A new process: the one that was killed is forgotten.
    fn again(&self) {
        fs::remove_file(&self.grave).ok();
    }
}

#[test]
fn killed_at_any_change_of_the_disk_the_next_deployment_tells_the_service_what_counts() {
    for fault in [Fault::Kill, Fault::KillHalfWay] {
        for (at, health) in (0..).flat_map(|at| [(at, "true"), (at, "false")]) {
            let node = Node::new();
            let one = node.bundle("one", 10);
            node.deploy(&one).unwrap();
            let told = Told::of(&node);
            let two = node.bundle("two", 20);
            let telling = |source, health: &str| Deployment {
                reload: told.reload.clone(),
                health: Some(Probe::Command(health.to_owned())),
                patience: Duration::from_millis(if health == "true" { 2000 } else { 100 }),
                ..deployment(source)
            };
            let faulty = Faulty::new(at, fault).with_grave(told.grave.clone());
            let _ = telling(&two, health).run(&node.generations(&faulty), &mut |_| {});
            let what = format!("{fault:?} at change {at}, health {health}");
            told.again();
            // Nothing is said to be right before the service knows.
            let generations = node.generations(&Real);
            let silent = examine(&generations, false).unwrap().is_empty();
            assert!(!silent || told.knows(&node), "{what}: the doctor says nothing");
            if at % 2 == 0 {
                examine(&generations, true).unwrap();
            }
            let counts = if node.runs() == Some(20) { &two } else { &one };
            telling(counts, "true").run(&generations, &mut |_| {}).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert!(told.knows(&node), "{what}: it was told {:?}", fs::read_to_string(&told.heard));
            assert_eq!(examine(&generations, false).unwrap(), [], "{what}");
            if faulty.count.get() <= at && health == "false" {
                break;
            }
        }
    }
}

#[test]
fn killed_at_any_change_of_a_way_back_the_next_deployment_tells_the_service_what_counts() {
    for at in 0.. {
        let node = Node::new();
        let (one, two) = (node.bundle("one", 10), node.bundle("two", 20));
        node.deploy(&one).unwrap();
        node.deploy(&two).unwrap();
        let told = Told::of(&node);
        let telling = |source| Deployment { reload: told.reload.clone(), ..deployment(source) };
        let faulty = Faulty::new(at, Fault::Kill).with_grave(told.grave.clone());
        let _ = go_back(&telling(Path::new("")), &node.generations(&faulty), None, &mut |_| {});
        told.again();
        let counts = if node.runs() == Some(20) { &two } else { &one };
        telling(counts).run(&node.generations(&Real), &mut |_| {}).unwrap();
        assert!(told.knows(&node), "at change {at}: it was told {:?}", fs::read_to_string(&told.heard));
        if faulty.count.get() <= at {
            break;
        }
    }
}

#[test]
fn a_way_back_on_a_disk_that_refuses_tells_the_service_and_says_where_it_stands() {
    const NO_SPACE: i32 = 28;
    for fault in [Fault::Refuse(NO_SPACE), Fault::RefuseAll(NO_SPACE)] {
        for at in 0.. {
            let node = Node::new();
            node.deploy(&node.bundle("one", 10)).unwrap();
            node.deploy(&node.bundle("two", 20)).unwrap();
            let told = Told::of(&node);
            let telling = Deployment { reload: told.reload.clone(), ..deployment(Path::new("")) };
            let faulty = Faulty::new(at, fault);
            let back = go_back(&telling, &node.generations(&faulty), None, &mut |_| {});
            let what = format!("{fault:?} at change {at}: {back:?}");
            assert!(told.knows(&node), "{what}: it was not told");
            match (back, node.runs()) {
                (Ok(1), Some(10)) => {}
                (Err(error @ DeployError::Unnoted { .. }), Some(10)) => {
                    let said = error.to_string();
                    assert!(said.starts_with("generation 1 counts, but it could not be noted: /"), "{what}");
                    assert!(said.ends_with("No space left on device (os error 28)"), "{what}");
                }
                (Err(DeployError::Io { .. }), Some(20)) => {}
                _ => panic!("{what}"),
            }
            if faulty.count.get() <= at {
                break;
            }
        }
    }
}

#[test]
fn a_service_that_is_unwell_while_the_disk_refuses_knows_what_counts() {
    const NO_SPACE: i32 = 28;
    for fault in [Fault::Refuse(NO_SPACE), Fault::RefuseAll(NO_SPACE)] {
        for at in 0.. {
            let node = Node::new();
            node.deploy(&node.bundle("one", 10)).unwrap();
            let told = Told::of(&node);
            let two = node.bundle("two", 20);
            let health = Some(Probe::Command("false".to_owned()));
            let patience = Duration::from_millis(50);
            let failing = Deployment { reload: told.reload.clone(), health, patience, ..deployment(&two) };
            let faulty = Faulty::new(at, fault);
            let error = failing.run(&node.generations(&faulty), &mut |_| {}).unwrap_err();
            // Where the disk takes neither the swap nor the one back, it is to be told.
            let stuck = matches!(error, DeployError::Stuck { step: Step::Activate, .. });
            let due = stuck && node.generations(&Real).untold().unwrap().is_some();
            assert!(told.knows(&node) || due, "{fault:?} at change {at}: {error}");
            let back = matches!(error, DeployError::RolledBack { .. } | DeployError::Io { .. });
            assert_eq!(back, node.runs() == Some(10), "{fault:?} at change {at}: {error}");
            if faulty.count.get() <= at {
                break;
            }
        }
    }
}

/// What is done with a node whose link is lost.
type Way = fn(&Node, &dyn Disk, &Told);

#[test]
fn killed_at_any_change_while_a_lost_link_comes_back_the_service_knows_what_counts_in_the_end() {
    let repair: Way = |node, disk, _| drop(examine(&node.generations(disk), true));
    let again: Way = |node, disk, told| {
        let source = node.bundle("two", 20);
        let telling = Deployment { reload: told.reload.clone(), ..deployment(&source) };
        drop(telling.run(&node.generations(disk), &mut |_| {}));
    };
    for (way, fault) in
        [(repair, Fault::Kill), (again, Fault::Kill), (repair, Fault::PowerCut), (again, Fault::PowerCut)]
    {
        for at in 0.. {
            let node = Node::new();
            let two = node.bundle("two", 20);
            node.deploy(&node.bundle("one", 10)).unwrap();
            node.deploy(&two).unwrap();
            let told = Told::of(&node);
            fs::write(&told.heard, peers(30)).unwrap();
            fs::remove_file(node.generations(&Real).link()).unwrap();
            let faulty = Faulty::new(at, fault).with_grave(told.grave.clone());
            way(&node, &faulty, &told);
            told.again();
            assert!([None, Some(20)].contains(&node.runs()), "{fault:?} at change {at}");
            let telling = Deployment { reload: told.reload.clone(), ..deployment(&two) };
            telling.run(&node.generations(&Real), &mut |_| {}).unwrap();
            // A power cut ends the service too: it starts with what counts.
            let knows = fault == Fault::PowerCut || told.knows(&node);
            assert!(knows && node.runs() == Some(20), "{fault:?} at change {at}");
            if faulty.count.get() <= at {
                break;
            }
        }
    }
}

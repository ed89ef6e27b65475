//! A link `current` that something else made before the first deployment.

use std::os::unix::fs::symlink;

use super::faults::{Fault, Faulty};
use super::*;

/// A node whose link `current` points to a config that was installed by other means.
fn node() -> (Node, PathBuf, PathBuf) {
    let node = Node::new();
    let (target, link) = (node.bundle("by-hand", 5), node.root().join("current"));
    fs::create_dir_all(node.root()).unwrap();
    symlink(&target, &link).unwrap();
    (node, target, link)
}

#[test]
fn a_first_deployment_that_is_not_healthy_puts_a_foreign_link_back() {
    let (node, target, link) = node();
    let source = node.bundle("one", 10);
    let failing = || Deployment { health: Some(Probe::Command("exit 7".to_owned())), ..deployment(&source) };
    let message = format!(
        "health failed: exit: sh failed (exit status: 7); the link points to {} again, as before",
        target.display()
    );
    // A second attempt finds the record of the first.
    for _ in 0..2 {
        let error = deploy(&failing(), &node.generations(&RealDisk), &mut |_| {}).unwrap_err();
        assert_eq!((error.to_string(), fs::read_link(&link).unwrap()), (message.clone(), target.clone()));
        assert_eq!(node.runs(), Some(5));
    }
    node.deploy(&source).unwrap();
    assert_eq!(node.runs(), Some(10));
    // A later failure goes back to the generation, not to the foreign link.
    let error = deploy(
        &Deployment { source: node.bundle("two", 20).display().to_string().parse().unwrap(), ..failing() },
        &node.generations(&RealDisk),
        &mut |_| {},
    )
    .unwrap_err()
    .to_string();
    assert!(error.ends_with("; generation 3 is active again"), "{error}");
}

#[test]
fn a_kill_at_any_change_of_a_first_deployment_leaves_the_foreign_link_or_brings_it_back() {
    for fault in [Fault::Kill, Fault::KillHalfWay, Fault::PowerCut] {
        for at in 0.. {
            let (node, target, link) = node();
            let source = node.bundle("one", 10);
            let faulty = Faulty::new(at, fault);
            let result = deploy(&deployment(&source), &node.generations(&faulty), &mut |_| {});
            let what = format!("{fault:?} at change {at}");
            assert!([Some(5), Some(10)].contains(&node.runs()), "{what}: {:?}", node.runs());
            if faulty.count.get() <= at {
                result.unwrap();
                assert!(at > 12, "{at}: not every change is seen");
                break;
            }
            repair(&node.generations(&RealDisk)).unwrap();
            let is_kept = node.generations(&RealDisk).active().unwrap().is_some();
            assert!(is_kept || fs::read_link(&link).unwrap() == target, "{what}");
            node.deploy(&source).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(node.runs(), Some(10), "{what}");
        }
    }
}

#[test]
fn a_file_or_folder_in_place_of_the_link_is_neither_replaced_nor_removed() {
    let node = Node::new();
    let link = node.root().join("current");
    fs::create_dir_all(node.root()).unwrap();
    fs::write(&link, "mine").unwrap();
    let message = format!("{} is not a link; move it away", link.display());
    let generations = node.generations(&RealDisk);
    let source = node.bundle("one", 10);
    assert_eq!(node.deploy(&source).unwrap_err().to_string(), message);
    assert_eq!((fs::read_to_string(&link).unwrap(), generations.numbers().unwrap()), ("mine".to_owned(), vec![]));
    fs::remove_file(&link).unwrap();
    node.deploy(&source).unwrap();
    fs::remove_file(&link).unwrap();
    fs::create_dir(&link).unwrap();
    fs::write(link.join("mine"), "mine").unwrap();
    assert_eq!(node.deploy(&node.bundle("two", 20)).unwrap_err().to_string(), message);
    assert_eq!(repair(&generations).unwrap_err().to_string(), message);
    let back = rollback(&deployment(Path::new("")), &generations, None, &mut |_| {});
    assert_eq!(back.unwrap_err().to_string(), message);
    assert_eq!(
        (fs::read_to_string(link.join("mine")).unwrap(), generations.numbers().unwrap()),
        ("mine".to_owned(), vec![1])
    );
    assert_eq!(generations.pending_reload().method().unwrap(), None);
}

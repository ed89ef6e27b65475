//! Notification of the service: after a fault at any change of the disk, it ends up with the active generation.

use super::*;
use crate::tests::faults::{Fault, Faulty};

/// A service that copies the config at each notification.
struct NotifiedService {
    received: PathBuf,
    killed_marker: PathBuf,
    reload: Reload,
}

impl NotifiedService {
    /// Creates a service that knows the active generation.
    fn of(node: &Node) -> Self {
        let (received, killed_marker) = (node.0.path().join("received"), node.0.path().join("killed_marker"));
        fs::copy(node.root().join("current/config.toml"), &received).unwrap();
        let (link, received_path, marker_path) =
            (node.root().join("current"), received.display(), killed_marker.display());
        let command = format!("test -e {marker_path} || cat {}/config.toml > {received_path}", link.display());
        Self { received, killed_marker, reload: Reload::Command(command) }
    }

    fn is_up_to_date(&self, node: &Node) -> bool {
        fs::read_to_string(&self.received).ok() == node.runs().map(peers)
    }

    /// Forgets the killed process, for the next command.
    fn restart(&self) {
        fs::remove_file(&self.killed_marker).ok();
    }
}

#[test]
fn after_a_kill_at_any_change_the_next_deployment_notifies_the_service() {
    for fault in [Fault::Kill, Fault::KillHalfWay] {
        for (at, health) in (0..).flat_map(|at| [(at, "true"), (at, "false")]) {
            let node = Node::new();
            let one = node.bundle("one", 10);
            node.deploy(&one).unwrap();
            let service = NotifiedService::of(&node);
            let two = node.bundle("two", 20);
            let notifying = |source, health: &str| Deployment {
                reload: service.reload.clone(),
                health: Some(Probe::Command(health.to_owned())),
                timeout: Duration::from_millis(if health == "true" { 2000 } else { 300 }),
                ..deployment(source)
            };
            let faulty = Faulty::new(at, fault).with_killed_marker(service.killed_marker.clone());
            let _ = deploy(&notifying(&two, health), &node.generations(&faulty), &mut |_| {});
            let what = format!("{fault:?} at change {at}, health {health}");
            service.restart();
            // The doctor reports a problem until the service is notified.
            let generations = node.generations(&RealDisk);
            let is_silent = examine(&generations).unwrap().is_empty();
            assert!(!is_silent || service.is_up_to_date(&node), "{what}: the doctor reports nothing");
            if at % 2 == 0 {
                repair(&generations).unwrap();
            }
            let active = if node.runs() == Some(20) { &two } else { &one };
            deploy(&notifying(active, "true"), &generations, &mut |_| {})
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            assert!(service.is_up_to_date(&node), "{what}: it received {:?}", fs::read_to_string(&service.received));
            assert_eq!(examine(&generations).unwrap(), [], "{what}");
            if faulty.count.get() <= at && health == "false" {
                break;
            }
        }
    }
}

#[test]
fn after_a_kill_at_any_change_of_a_rollback_the_next_deployment_notifies_the_service() {
    for at in 0.. {
        let node = Node::new();
        let (one, two) = (node.bundle("one", 10), node.bundle("two", 20));
        node.deploy(&one).unwrap();
        node.deploy(&two).unwrap();
        let service = NotifiedService::of(&node);
        let notifying = |source| Deployment { reload: service.reload.clone(), ..deployment(source) };
        let faulty = Faulty::new(at, Fault::Kill).with_killed_marker(service.killed_marker.clone());
        let _ = rollback(&notifying(Path::new("")), &node.generations(&faulty), None, &mut |_| {});
        service.restart();
        let active = if node.runs() == Some(20) { &two } else { &one };
        deploy(&notifying(active), &node.generations(&RealDisk), &mut |_| {}).unwrap();
        assert!(
            service.is_up_to_date(&node),
            "at change {at}: it received {:?}",
            fs::read_to_string(&service.received)
        );
        if faulty.count.get() <= at {
            break;
        }
    }
}

#[test]
fn a_rollback_on_a_disk_that_refuses_changes_notifies_the_service_and_reports_its_state() {
    const NO_SPACE: i32 = 28;
    for fault in [Fault::Refuse(NO_SPACE), Fault::RefuseAll(NO_SPACE)] {
        for at in 0.. {
            let node = Node::new();
            node.deploy(&node.bundle("one", 10)).unwrap();
            node.deploy(&node.bundle("two", 20)).unwrap();
            let service = NotifiedService::of(&node);
            let notifying = Deployment { reload: service.reload.clone(), ..deployment(Path::new("")) };
            let faulty = Faulty::new(at, fault);
            let back = rollback(&notifying, &node.generations(&faulty), None, &mut |_| {});
            let what = format!("{fault:?} at change {at}: {back:?}");
            assert!(service.is_up_to_date(&node), "{what}: it was not notified");
            match (back, node.runs()) {
                (Ok(1), Some(10)) => {}
                (Err(error @ RollbackError::NotRecorded { .. }), Some(10)) => {
                    let message = error.to_string();
                    assert!(
                        message.starts_with("generation 1 is active, but the rollback could not be recorded: /"),
                        "{what}"
                    );
                    assert!(message.ends_with("No space left on device (os error 28)"), "{what}");
                }
                (Err(RollbackError::Generations(_)), Some(20)) => {}
                _ => panic!("{what}"),
            }
            if faulty.count.get() <= at {
                break;
            }
        }
    }
}

#[test]
fn an_unhealthy_service_on_a_disk_that_refuses_changes_is_notified() {
    const NO_SPACE: i32 = 28;
    for fault in [Fault::Refuse(NO_SPACE), Fault::RefuseAll(NO_SPACE)] {
        for at in 0.. {
            let node = Node::new();
            node.deploy(&node.bundle("one", 10)).unwrap();
            let service = NotifiedService::of(&node);
            let two = node.bundle("two", 20);
            let health = Some(Probe::Command("false".to_owned()));
            let timeout = Duration::from_millis(50);
            let failing = Deployment { reload: service.reload.clone(), health, timeout, ..deployment(&two) };
            let faulty = Faulty::new(at, fault);
            let error = deploy(&failing, &node.generations(&faulty), &mut |_| {}).unwrap_err();
            // If the disk takes neither the swap nor the swap back, a reload stays pending.
            let stuck = matches!(error, DeployError::RollbackFailed { step: Step::Activate, .. });
            let due = stuck && node.generations(&RealDisk).pending_reload().method().unwrap().is_some();
            assert!(service.is_up_to_date(&node) || due, "{fault:?} at change {at}: {error}");
            let back = matches!(error, DeployError::RolledBack { .. } | DeployError::Generations(_));
            assert_eq!(back, node.runs() == Some(10), "{fault:?} at change {at}: {error}");
            if faulty.count.get() <= at {
                break;
            }
        }
    }
}

/// A command on a node whose link is lost.
type Command = fn(&Node, &dyn Disk, &NotifiedService);

#[test]
fn after_a_kill_at_any_change_of_a_link_repair_the_service_is_notified_in_the_end() {
    let repair: Command = |node, disk, _| drop(repair(&node.generations(disk)));
    let again: Command = |node, disk, service| {
        let source = node.bundle("two", 20);
        let notifying = Deployment { reload: service.reload.clone(), ..deployment(&source) };
        drop(deploy(&notifying, &node.generations(disk), &mut |_| {}));
    };
    for (way, fault) in
        [(repair, Fault::Kill), (again, Fault::Kill), (repair, Fault::PowerCut), (again, Fault::PowerCut)]
    {
        for at in 0.. {
            let node = Node::new();
            let two = node.bundle("two", 20);
            node.deploy(&node.bundle("one", 10)).unwrap();
            node.deploy(&two).unwrap();
            let service = NotifiedService::of(&node);
            fs::write(&service.received, peers(30)).unwrap();
            fs::remove_file(node.generations(&RealDisk).link().path()).unwrap();
            let faulty = Faulty::new(at, fault).with_killed_marker(service.killed_marker.clone());
            way(&node, &faulty, &service);
            service.restart();
            assert!([None, Some(20)].contains(&node.runs()), "{fault:?} at change {at}");
            let notifying = Deployment { reload: service.reload.clone(), ..deployment(&two) };
            deploy(&notifying, &node.generations(&RealDisk), &mut |_| {}).unwrap();
            // A power cut ends the service too: it starts with the active generation.
            let is_up_to_date = fault == Fault::PowerCut || service.is_up_to_date(&node);
            assert!(is_up_to_date && node.runs() == Some(20), "{fault:?} at change {at}");
            if faulty.count.get() <= at {
                break;
            }
        }
    }
}

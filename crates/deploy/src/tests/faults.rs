//! A fault at every single change of the disk.

use std::cell::{Cell, RefCell};
use std::io;

use super::*;
use crate::disk::FileContent;

/// A fault at one change of the disk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// The process dies before it.
    Kill,
    /// The process dies in the middle of it.
    KillHalfWay,
    /// The power fails: changes that were not synced are lost.
    PowerCut,
    /// The system refuses this change only.
    Refuse(i32),
    /// The system refuses this change and all later ones.
    RefuseAll(i32),
}

/// A disk with a fault at one change.
pub struct Faulty {
    at: usize,
    fault: Fault,
    pub count: Cell<usize>,
    dead: Cell<bool>,
    /// A file that exists after the process was killed.
    killed_marker: Option<PathBuf>,
    /// Unsynced changes: the path whose sync makes each durable, and its undo.
    unsynced: RefCell<Vec<(PathBuf, Undo)>>,
}

#[derive(Debug)]
enum Undo {
    Empty(PathBuf),
    Remove(PathBuf),
    Rename { from: PathBuf, to: PathBuf, covered: Option<Covered> },
}

/// The file or link that a rename replaced.
#[derive(Debug)]
enum Covered {
    Link(PathBuf),
    File(Vec<u8>),
}

impl Covered {
    fn at(path: &Path) -> Option<Self> {
        let link = fs::read_link(path).map(Self::Link);
        link.or_else(|_| fs::read(path).map(Self::File)).ok()
    }
}

impl Faulty {
    pub fn new(at: usize, fault: Fault) -> Self {
        Self {
            at,
            fault,
            count: Cell::new(0),
            dead: Cell::new(false),
            killed_marker: None,
            unsynced: RefCell::default(),
        }
    }

    /// Sets the file that marks a killed process, so that a service ignores its notifications.
    pub fn with_killed_marker(self, killed_marker: PathBuf) -> Self {
        Self { killed_marker: Some(killed_marker), ..self }
    }

    fn change(&self, half: impl FnOnce(), whole: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        if self.dead.get() {
            return Err(self.error());
        }
        let number = self.count.replace(self.count.get() + 1);
        if number != self.at {
            return whole();
        }
        self.dead.set(!matches!(self.fault, Fault::Refuse(_)));
        if matches!(self.fault, Fault::Kill | Fault::KillHalfWay) {
            self.killed_marker.iter().for_each(|killed_marker| fs::write(killed_marker, "").unwrap());
        }
        match self.fault {
            Fault::KillHalfWay => half(),
            Fault::PowerCut => {
                whole().ok();
                self.lose();
            }
            Fault::Kill | Fault::Refuse(_) | Fault::RefuseAll(_) => {}
        }
        Err(self.error())
    }

    fn error(&self) -> io::Error {
        match self.fault {
            Fault::Refuse(code) | Fault::RefuseAll(code) => io::Error::from_raw_os_error(code),
            _ => io::Error::other("the process is gone"),
        }
    }

    /// Undoes unsynced changes, the last first.
    fn lose(&self) {
        for (_, undo) in self.unsynced.borrow_mut().drain(..).rev() {
            match undo {
                Undo::Empty(path) => drop(fs::write(path, "")),
                Undo::Remove(path) => drop(fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path))),
                Undo::Rename { from, to, covered } => {
                    fs::rename(&to, &from).ok();
                    match covered {
                        Some(Covered::Link(target)) => std::os::unix::fs::symlink(target, to).unwrap(),
                        Some(Covered::File(bytes)) => fs::write(to, bytes).unwrap(),
                        None => {}
                    }
                }
            }
        }
    }

    fn later(&self, synced_by: &Path, undo: Undo) {
        self.unsynced.borrow_mut().push((synced_by.to_owned(), undo));
    }
}

impl Disk for Faulty {
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.later(path.parent().unwrap(), Undo::Remove(path.to_owned()));
        self.change(|| {}, || RealDisk.create_directory(path))
    }

    fn write(&self, path: &Path, content: FileContent<'_>) -> io::Result<()> {
        self.later(path.parent().unwrap(), Undo::Remove(path.to_owned()));
        self.later(path, Undo::Empty(path.to_owned()));
        let half = FileContent { bytes: &content.bytes[..content.bytes.len() / 2], ..content };
        self.change(|| drop(RealDisk.write(path, half)), || RealDisk.write(path, content))
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.change(|| {}, || RealDisk.sync(path))?;
        self.unsynced.borrow_mut().retain(|(by, _)| by != path);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let undo = Undo::Rename { from: from.to_owned(), to: to.to_owned(), covered: Covered::at(to) };
        self.later(to.parent().unwrap(), undo);
        self.change(|| {}, || RealDisk.rename(from, to))
    }

    fn link(&self, target: &Path, link: &Path) -> io::Result<()> {
        self.later(link.parent().unwrap(), Undo::Remove(link.to_owned()));
        self.change(|| {}, || RealDisk.link(target, link))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.change(|| {}, || RealDisk.remove(path))
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        // A kill half-way removes a part of the files.
        let half = || drop(fs::read_dir(path).unwrap().flatten().next().map(|entry| fs::remove_file(entry.path())));
        self.change(half, || RealDisk.remove_directory(path))
    }
}

/// Returns the problems except for a pending reload, which only a deployment can repair.
fn unrepaired(generations: &Generations<'_>) -> Vec<Problem> {
    let problems = examine(generations).unwrap();
    problems.into_iter().filter(|problem| !matches!(problem.kind, ProblemKind::PendingReload { .. })).collect()
}

/// Runs a deployment over two generations, of which the oldest is pruned, with a fault at each change of the disk in turn.
fn at_every_change(fault: Fault, outcome: impl Fn(&Node, Result<Deployed, DeployError>, &str)) -> usize {
    for at in 0.. {
        let node = Node::new();
        node.deploy(&node.bundle("zero", 5)).unwrap();
        node.deploy(&node.bundle("one", 10)).unwrap();
        let source = node.bundle("two", 20);
        let faulty = Faulty::new(at, fault);
        let deployment = Deployment { keep: 2, ..deployment(&source) };
        let result = deploy(&deployment, &node.generations(&faulty), &mut |_| {});
        if faulty.count.get() <= at {
            result.unwrap_or_else(|error| panic!("{fault:?} at change {at}: {error}"));
            return at;
        }
        outcome(&node, result, &format!("{fault:?} at change {at}"));
    }
    unreachable!("a deployment ends")
}

#[test]
fn a_fault_in_the_first_deployment_neither_loses_its_files_nor_blocks_the_next() {
    for fault in [Fault::Kill, Fault::KillHalfWay, Fault::PowerCut, Fault::Refuse(5)] {
        for at in 0.. {
            let node = Node::new();
            let source = node.bundle("one", 10);
            let root = node.root().join("below/bitcraps");
            let faulty = Faulty::new(at, fault);
            let generations = Generations::new(&root, &faulty);
            let result = deploy(&deployment(&source), &generations, &mut |_| {});
            let runs = || {
                let link = generations.link().path();
                link.exists()
                    .then(|| typed_loader(&link).config(&LoadOptions::default()).unwrap().0.network.max_connections)
            };
            let ended = faulty.count.get() <= at;
            if ended {
                result.unwrap();
                // A power cut after the command: everything that it reported is on the disk.
                faulty.lose();
                assert_eq!(runs(), Some(10), "{fault:?}");
                assert!(at > 12, "{at}: not every change is seen");
                break;
            }
            assert!([None, Some(10)].contains(&runs()), "{fault:?} at change {at}");
            let next = Generations::new(&root, &RealDisk);
            let again = deploy(&deployment(&source), &next, &mut |_| {});
            again.unwrap_or_else(|error| panic!("{fault:?} at change {at}: {error}"));
            assert_eq!(runs(), Some(10), "{fault:?} at change {at}");
        }
    }
}

#[test]
fn after_a_kill_at_any_change_an_intact_generation_is_active_before_and_after_the_next_command() {
    let mut changes = BTreeSet::new();
    for fault in [Fault::Kill, Fault::KillHalfWay, Fault::PowerCut] {
        let count = at_every_change(fault, |node, _, what| {
            // A service that starts at this moment reads one of both.
            assert!([Some(10), Some(20)].contains(&node.runs()), "{what}: {:?}", node.runs());
            let generations = node.generations(&RealDisk);
            // An interrupted command is not damage: the files of a generation that is removed are not altered ones.
            let problems = examine(&generations).unwrap();
            let damaged = problems.iter().find(|problem| matches!(problem.kind, ProblemKind::Damaged { .. }));
            assert_eq!(damaged, None, "{what}");
            repair(&generations).unwrap_or_else(|error| panic!("{what}: {error}"));
            let left = fs::read_dir(node.root().join("generations")).unwrap().flatten();
            let is_temporary = |name: &std::ffi::OsString| name.as_encoded_bytes().starts_with(b".");
            assert_eq!(left.map(|entry| entry.file_name()).find(is_temporary), None, "{what}");
            assert!([Some(10), Some(20)].contains(&node.runs()), "{what}: {:?}", node.runs());
            assert_eq!(unrepaired(&generations), [], "{what}: the doctor left a problem");
            // The next deployment succeeds.
            node.deploy(&node.bundle("three", 30)).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(node.runs(), Some(30), "{what}");
            assert_eq!(examine(&generations).unwrap(), [], "{what}");
        });
        changes.insert(count);
    }
    assert!(changes.len() == 1 && changes.first().is_some_and(|count| *count > 20), "{changes:?}");
}

#[test]
fn a_refused_change_is_an_error_and_loses_nothing() {
    const NO_SPACE: i32 = 28;
    const INPUT_OUTPUT: i32 = 5;
    const READ_ONLY: i32 = 30;
    for code in [NO_SPACE, INPUT_OUTPUT, READ_ONLY] {
        for fault in [Fault::Refuse(code), Fault::RefuseAll(code)] {
            at_every_change(fault, |node, result, what| {
                match result {
                    // Only the removal of an old generation, after the activation, may fail silently.
                    Ok(_) => assert_eq!(node.runs(), Some(20), "{what}"),
                    Err(error) => {
                        let message = error.to_string();
                        assert!(message.contains(&format!("(os error {code})")), "{what}: {message}");
                        assert!([Some(10), Some(20)].contains(&node.runs()), "{what}");
                    }
                }
                let generations = node.generations(&RealDisk);
                repair(&generations).unwrap();
                assert!(
                    generations.damage(2).unwrap().is_none() || node.runs() == Some(20),
                    "{what}: a generation that was active is lost"
                );
                assert_eq!(unrepaired(&generations), [], "{what}");
            });
        }
    }
}

#[test]
fn after_a_kill_at_any_change_of_a_rollback_an_intact_generation_is_active() {
    for fault in [Fault::Kill, Fault::KillHalfWay, Fault::PowerCut] {
        for at in 0.. {
            let node = Node::new();
            node.deploy(&node.bundle("one", 10)).unwrap();
            node.deploy(&node.bundle("two", 20)).unwrap();
            let faulty = Faulty::new(at, fault);
            let back = rollback(&deployment(Path::new("")), &node.generations(&faulty), None, &mut |_| {});
            let what = format!("{fault:?} at change {at}");
            assert!([Some(10), Some(20)].contains(&node.runs()), "{what}: {:?}", node.runs());
            let generations = node.generations(&RealDisk);
            repair(&generations).unwrap();
            assert_eq!(unrepaired(&generations), [], "{what}: the doctor left a problem");
            assert!([Some(10), Some(20)].contains(&node.runs()), "{what}");
            if faulty.count.get() <= at {
                back.unwrap_or_else(|error| panic!("{what}: {error}"));
                break;
            }
        }
    }
}

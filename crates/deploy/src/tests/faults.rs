//! Something happens at every single change of the disk.

use std::cell::{Cell, RefCell};
use std::io;

use super::*;
use crate::disk::Content;

/// What happens at one change of the disk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// The process dies before it.
    Kill,
    /// The process dies in the middle of it.
    KillHalfWay,
    /// The power goes: what was not waited for is not on the disk.
    PowerCut,
    /// The system refuses it, once.
    Refuse(i32),
    /// The system refuses it and all that follow.
    RefuseAll(i32),
}

/// A disk on which something happens at one change.
pub struct Faulty {
    at: usize,
    fault: Fault,
    pub count: Cell<usize>,
    dead: Cell<bool>,
    /// A file that is there when the process is gone.
    grave: Option<PathBuf>,
    /// What is not on the disk yet, as what undoes it.
    unsynced: RefCell<Vec<(PathBuf, Undo)>>,
}

#[derive(Debug)]
enum Undo {
    Empty(PathBuf),
    Remove(PathBuf),
    Rename { from: PathBuf, to: PathBuf, covered: Option<Covered> },
}

/// What had the name before.
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
        Self { at, fault, count: Cell::new(0), dead: Cell::new(false), grave: None, unsynced: RefCell::default() }
    }

    /// The same, for a service that hears nothing of a process that is gone.
    pub fn with_grave(self, grave: PathBuf) -> Self {
        Self { grave: Some(grave), ..self }
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
            self.grave.iter().for_each(|grave| fs::write(grave, "").unwrap());
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

    /// Undoes what nobody waited for, the last first.
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
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.later(path.parent().unwrap(), Undo::Remove(path.to_owned()));
        self.change(|| {}, || Real.create_folder(path))
    }

    fn write(&self, path: &Path, content: Content<'_>) -> io::Result<()> {
        self.later(path.parent().unwrap(), Undo::Remove(path.to_owned()));
        self.later(path, Undo::Empty(path.to_owned()));
        let half = Content { bytes: &content.bytes[..content.bytes.len() / 2], ..content };
        self.change(|| drop(Real.write(path, half)), || Real.write(path, content))
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.change(|| {}, || Real.sync(path))?;
        self.unsynced.borrow_mut().retain(|(by, _)| by != path);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let undo = Undo::Rename { from: from.to_owned(), to: to.to_owned(), covered: Covered::at(to) };
        self.later(to.parent().unwrap(), undo);
        self.change(|| {}, || Real.rename(from, to))
    }

    fn link(&self, target: &Path, link: &Path) -> io::Result<()> {
        self.later(link.parent().unwrap(), Undo::Remove(link.to_owned()));
        self.change(|| {}, || Real.link(target, link))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.change(|| {}, || Real.remove(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        // Half of a folder's files are gone when it is cut off.
        let half = || drop(fs::read_dir(path).unwrap().flatten().next().map(|entry| fs::remove_file(entry.path())));
        self.change(half, || Real.remove_folder(path))
    }
}

/// What the doctor finds but that the service is to be told, which is not the doctor's to do.
fn left(generations: &Generations<'_>) -> Vec<Problem> {
    let said = examine(generations, false).unwrap();
    said.into_iter().filter(|complaint| !complaint.what.contains("the service was not told")).collect()
}

/// A deployment over two generations, of which the oldest goes, with something that happens at every change of the disk.
fn at_every_change(fault: Fault, outcome: impl Fn(&Node, Result<Deployed, DeployError>, &str)) -> usize {
    for at in 0.. {
        let node = Node::new();
        node.deploy(&node.bundle("zero", 5)).unwrap();
        node.deploy(&node.bundle("one", 10)).unwrap();
        let source = node.bundle("two", 20);
        let faulty = Faulty::new(at, fault);
        let deployment = Deployment { keep: 2, ..deployment(&source) };
        let result = deployment.run(&node.generations(&faulty), &mut |_| {});
        if faulty.count.get() <= at {
            result.unwrap_or_else(|error| panic!("{fault:?} at change {at}: {error}"));
            return at;
        }
        outcome(&node, result, &format!("{fault:?} at change {at}"));
    }
    unreachable!("a deployment ends")
}

/// A first deployment, which makes all folders, with something that happens at every change of the disk.
#[test]
fn nothing_that_the_first_deployment_makes_is_lost_nor_in_the_way_of_the_next() {
    for fault in [Fault::Kill, Fault::KillHalfWay, Fault::PowerCut, Fault::Refuse(5)] {
        for at in 0.. {
            let node = Node::new();
            let source = node.bundle("one", 10);
            let root = node.root().join("below/bitcraps");
            let faulty = Faulty::new(at, fault);
            let generations = Generations::at(&root, &faulty);
            let result = deployment(&source).run(&generations, &mut |_| {});
            let runs = || {
                let link = generations.link();
                link.exists()
                    .then(|| typed_loader(&link).config(&LoadOptions::default()).unwrap().0.network.max_connections)
            };
            let ended = faulty.count.get() <= at;
            if ended {
                result.unwrap();
                // The power goes after the command: all that it said is on the disk.
                faulty.lose();
                assert_eq!(runs(), Some(10), "{fault:?}");
                assert!(at > 12, "{at}: not every change is seen");
                break;
            }
            assert!([None, Some(10)].contains(&runs()), "{fault:?} at change {at}");
            let next = Generations::at(&root, &Real);
            let again = deployment(&source).run(&next, &mut |_| {});
            again.unwrap_or_else(|error| panic!("{fault:?} at change {at}: {error}"));
            assert_eq!(runs(), Some(10), "{fault:?} at change {at}");
        }
    }
}

#[test]
fn killed_at_any_change_of_the_disk_a_whole_generation_counts_before_and_after_the_next_command() {
    let mut changes = BTreeSet::new();
    for fault in [Fault::Kill, Fault::KillHalfWay, Fault::PowerCut] {
        let count = at_every_change(fault, |node, _, what| {
            // What a service would read that is started at this moment.
            assert!([Some(10), Some(20)].contains(&node.runs()), "{what}: {:?}", node.runs());
            let generations = node.generations(&Real);
            examine(&generations, true).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert!([Some(10), Some(20)].contains(&node.runs()), "{what}: {:?}", node.runs());
            assert_eq!(left(&generations), [], "{what}: the doctor is not done");
            // And one can go on from there.
            node.deploy(&node.bundle("three", 30)).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(node.runs(), Some(30), "{what}");
            assert_eq!(examine(&generations, false).unwrap(), [], "{what}");
        });
        changes.insert(count);
    }
    assert!(changes.len() == 1 && changes.first().is_some_and(|count| *count > 20), "{changes:?}");
}

#[test]
fn a_disk_that_refuses_any_change_is_an_error_and_loses_nothing() {
    const NO_SPACE: i32 = 28;
    const INPUT_OUTPUT: i32 = 5;
    const READ_ONLY: i32 = 30;
    for code in [NO_SPACE, INPUT_OUTPUT, READ_ONLY] {
        for fault in [Fault::Refuse(code), Fault::RefuseAll(code)] {
            at_every_change(fault, |node, result, what| {
                match result {
                    // Only what happens after the new one counts: the removal of an old one.
                    Ok(_) => assert_eq!(node.runs(), Some(20), "{what}"),
                    Err(error) => {
                        let said = error.to_string();
                        assert!(said.contains(&format!("(os error {code})")), "{what}: {said}");
                        assert!([Some(10), Some(20)].contains(&node.runs()), "{what}");
                    }
                }
                let generations = node.generations(&Real);
                examine(&generations, true).unwrap();
                assert!(
                    generations.damage(2).unwrap().is_none() || node.runs() == Some(20),
                    "{what}: what ran is lost"
                );
                assert_eq!(left(&generations), [], "{what}");
            });
        }
    }
}

#[test]
fn killed_at_any_change_of_a_way_back_a_whole_generation_counts() {
    for fault in [Fault::Kill, Fault::KillHalfWay, Fault::PowerCut] {
        for at in 0.. {
            let node = Node::new();
            node.deploy(&node.bundle("one", 10)).unwrap();
            node.deploy(&node.bundle("two", 20)).unwrap();
            let faulty = Faulty::new(at, fault);
            let back = go_back(&deployment(Path::new("")), &node.generations(&faulty), None, &mut |_| {});
            let what = format!("{fault:?} at change {at}");
            assert!([Some(10), Some(20)].contains(&node.runs()), "{what}: {:?}", node.runs());
            let generations = node.generations(&Real);
            examine(&generations, true).unwrap();
            assert_eq!(left(&generations), [], "{what}: the doctor is not done");
            assert!([Some(10), Some(20)].contains(&node.runs()), "{what}");
            if faulty.count.get() <= at {
                back.unwrap_or_else(|error| panic!("{what}: {error}"));
                break;
            }
        }
    }
}

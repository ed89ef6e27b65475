//! The record of a run: operations of clients, changes of the authority's store, and the disks of nodes. Times count from the start.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use confgate::fleet::{Digest, NodeName, Position, RegionName, Revision, Tag};

/// An attempt to publish.
#[derive(Debug, Clone)]
pub struct Write {
    pub begin: Duration,
    pub end: Duration,
    pub release: Digest,
    pub outcome: Outcome,
}

/// The answer to an attempt.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It was published in place of a release.
    Done { position: Position, from: Option<Digest> },
    /// Another author was first, or a rollout runs. It was not published.
    Rejected,
    /// No server answered. It was published, or will be, or never was.
    Unknown,
}

/// A read of the pointer of all nodes.
#[derive(Debug, Clone)]
pub struct Read {
    pub begin: Duration,
    pub end: Duration,
    /// The release, and the position of the pointer's last change.
    pub found: Option<(Position, Digest)>,
}

/// A change of the authority's store.
#[derive(Debug, Clone)]
pub struct Change {
    /// The position from which on it is known to be in effect.
    pub position: Position,
    /// The revision at which it was made.
    pub modified: Revision,
    pub key: String,
    /// `None` if the key was deleted.
    pub value: Option<Vec<u8>>,
}

/// The disk of a node.
#[derive(Debug, Clone)]
pub struct Sample {
    pub node: NodeName,
    /// The release that the service would read.
    pub runs: Option<Digest>,
    /// The newest pointer of each wave that the node chose: its position at the authority.
    pub seen: BTreeMap<String, Position>,
}

/// A node, as pointers choose it.
#[derive(Debug, Clone)]
pub struct Member {
    pub name: NodeName,
    pub region: Option<RegionName>,
    pub tags: BTreeSet<Tag>,
}

/// A fault, with the time that the fleet took after its end.
#[derive(Debug, Clone)]
pub struct Recovery {
    pub fault: &'static str,
    pub took: Duration,
}

/// All records of a run.
#[derive(Debug, Clone, Default)]
pub struct Records {
    pub writes: Vec<Write>,
    pub reads: Vec<Read>,
    pub changes: Vec<Change>,
    pub samples: Vec<Sample>,
    pub recoveries: Vec<Recovery>,
    /// The releases by the numbers in their configs.
    pub releases: BTreeMap<u64, Digest>,
    pub members: Vec<Member>,
    /// The largest number of nodes that a rollout may have on their way.
    pub max_unavailable: usize,
}

/// Records that threads write to.
#[derive(Clone)]
pub struct History {
    began: Instant,
    records: Arc<Mutex<Records>>,
}

impl History {
    pub fn new(members: Vec<Member>, max_unavailable: usize) -> Self {
        let records = Records { members, max_unavailable, ..Records::default() };
        Self { began: Instant::now(), records: Arc::new(Mutex::new(records)) }
    }

    pub fn now(&self) -> Duration {
        self.began.elapsed()
    }

    pub fn record<T>(&self, record: impl FnOnce(&mut Records) -> T) -> T {
        record(&mut self.records.lock().unwrap())
    }

    pub fn records(&self) -> Records {
        self.records.lock().unwrap().clone()
    }
}

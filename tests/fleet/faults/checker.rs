//! The rules that a history must follow.

use std::collections::{BTreeMap, BTreeSet};

use confgate::fleet::{
    Digest, Keys, NodeName, NodeReport, Pointer, Position, Resident, Revision, WaveName, pointer_of,
};

use super::history::{Member, Outcome, Records};

/// Revisions of one cluster.
type Epoch = u64;

/// Counts of what was checked, for the report.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub acknowledged: usize,
    pub unknown: usize,
    pub rejected: usize,
    pub reads: usize,
    pub samples: usize,
    pub admissions: usize,
}

/// Checks a history. Returns what is wrong with it.
pub fn check(records: &Records, keys: &Keys) -> Result<Checked, Vec<String>> {
    let mut wrong = Vec::new();
    let order = Order::of(records, keys, &mut wrong);
    let mut checked = Checked { reads: records.reads.len(), samples: records.samples.len(), ..Checked::default() };
    for write in &records.writes {
        match write.outcome {
            Outcome::Done { .. } => checked.acknowledged += 1,
            Outcome::Rejected => checked.rejected += 1,
            Outcome::Unknown => checked.unknown += 1,
        }
    }
    order.writes(records, &mut wrong);
    order.real_time(records, &mut wrong);
    positions(records, &mut wrong);
    admitted(records, keys, &mut wrong);
    checked.admissions = waves(records, keys, &mut wrong);
    if wrong.is_empty() { Ok(checked) } else { Err(wrong) }
}

/// The order of the pointer's values, as the revisions give it. A history is linearizable if each value has one place in it, if each
/// write replaced the value before, and if operations that followed each other in time follow each other in it.
struct Order(BTreeMap<(Epoch, Revision), Digest>);

impl Order {
    fn of(records: &Records, keys: &Keys, wrong: &mut Vec<String>) -> Self {
        let all = keys.rollout(&WaveName::all());
        let read = records.reads.iter().filter_map(|read| read.found);
        let changed = records.changes.iter().filter(|change| change.key == all).filter_map(|change| {
            let pointer = Pointer::decode(change.value.as_ref()?, &change.key).ok()?;
            Some((Position { revision: change.modified, ..change.position }, pointer.release))
        });
        let mut order = BTreeMap::new();
        for (position, release) in read.chain(changed) {
            let known = *order.entry((position.cluster.0, position.revision)).or_insert(release);
            if known != release {
                wrong.push(format!("two values at {position}: {known} and {release}"));
            }
        }
        Self(order)
    }

    /// Returns the place of a release in a cluster.
    fn place(&self, cluster: Epoch, release: Digest) -> Option<Revision> {
        let found = self.0.iter().find(|((epoch, _), found)| *epoch == cluster && **found == release);
        found.map(|((_, revision), _)| *revision)
    }

    /// No acknowledged write is lost, none that was rejected is there, and each replaced the value before it.
    fn writes(&self, records: &Records, wrong: &mut Vec<String>) {
        for write in &records.writes {
            let release = write.release;
            match &write.outcome {
                Outcome::Done { position, from } => {
                    let cluster = position.cluster.0;
                    let Some(place) = self.place(cluster, release) else {
                        wrong.push(format!("the acknowledged release {release} of {position} is lost"));
                        continue;
                    };
                    if place > position.revision {
                        wrong.push(format!("{release} was acknowledged at {position}, and is at revision {place}"));
                    }
                    let before = self.0.range(..(cluster, place)).next_back();
                    let before = before.filter(|((epoch, _), _)| *epoch == cluster).map(|(_, release)| *release);
                    // The first value of a restored cluster is one of its snapshot, which no operation may have seen.
                    if before.is_some() && before != *from {
                        wrong.push(format!("{release} replaced {from:?} and not {before:?}, which is before it"));
                    }
                }
                Outcome::Rejected if self.0.values().any(|found| *found == release) => {
                    wrong.push(format!("the rejected release {release} was published"));
                }
                Outcome::Rejected | Outcome::Unknown => {}
            }
        }
    }

    /// An operation that ended before another one began comes before it in the order.
    fn real_time(&self, records: &Records, wrong: &mut Vec<String>) {
        // Begin, end, place, and whether the operation made the place.
        let mut operations: Vec<(Epoch, std::time::Duration, std::time::Duration, Revision, bool)> = Vec::new();
        for read in &records.reads {
            if let Some((position, _)) = read.found {
                operations.push((position.cluster.0, read.begin, read.end, position.revision, false));
            }
        }
        for write in &records.writes {
            if let Outcome::Done { position, .. } = &write.outcome
                && let Some(place) = self.place(position.cluster.0, write.release)
            {
                operations.push((position.cluster.0, write.begin, write.end, place, true));
            }
        }
        let mut by_end = operations.clone();
        by_end.sort_by_key(|(_, _, end, ..)| *end);
        operations.sort_by_key(|(_, begin, ..)| *begin);
        let mut ended = by_end.iter().peekable();
        let mut newest: BTreeMap<Epoch, Revision> = BTreeMap::new();
        for (epoch, begin, _, place, is_write) in &operations {
            while let Some((other, _, _, place, _)) = ended.next_if(|(_, _, end, ..)| end < begin) {
                let known = newest.entry(*other).or_insert(*place);
                *known = (*known).max(*place);
            }
            let Some(known) = newest.get(epoch) else { continue };
            if place < known || (*is_write && place == known) {
                let kind = if *is_write { "write" } else { "read" };
                wrong.push(format!("a {kind} at revision {place} began after revision {known} had been seen"));
            }
        }
    }
}

/// A node never goes back to an older pointer of the same authority.
fn positions(records: &Records, wrong: &mut Vec<String>) {
    let mut newest: BTreeMap<(&NodeName, &str, Epoch), Revision> = BTreeMap::new();
    for sample in &records.samples {
        for (wave, position) in &sample.seen {
            let known = newest.entry((&sample.node, wave, position.cluster.0)).or_insert(position.revision);
            if position.revision < *known {
                let Position { revision, .. } = position;
                wrong.push(format!("{} went back from revision {known} to {revision} of {wave}", sample.node));
            }
            *known = (*known).max(position.revision);
        }
    }
}

/// The store of the authority after each of its changes.
fn replay(records: &Records, mut each: impl FnMut(&BTreeMap<String, Vec<u8>>, bool)) {
    let mut entries: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut changes = records.changes.iter().peekable();
    while let Some(change) = changes.next() {
        let mut is_pointer = false;
        let mut apply = |change: &super::history::Change| {
            is_pointer |= change.key.contains("/rollout/");
            match &change.value {
                Some(value) => drop(entries.insert(change.key.clone(), value.clone())),
                None => drop(entries.remove(&change.key)),
            }
        };
        apply(change);
        // The changes of one revision are made at once.
        while let Some(next) = changes.next_if(|next| next.position == change.position) {
            apply(next);
        }
        each(&entries, is_pointer);
    }
}

fn pointers(entries: &BTreeMap<String, Vec<u8>>, keys: &Keys) -> BTreeMap<WaveName, Pointer> {
    let named = entries.iter().filter_map(|(key, value)| {
        let wave = Keys::name_below(key, &keys.rollouts())?.parse().ok()?;
        Some((wave, Pointer::decode(value, key).ok()?))
    });
    named.collect()
}

fn resident(member: &Member) -> Resident<'_> {
    Resident { node: &member.name, region: member.region.as_ref(), tags: &member.tags }
}

/// A node runs a release alone that a pointer of the authority named for it.
fn admitted(records: &Records, keys: &Keys, wrong: &mut Vec<String>) {
    let mut admitted: BTreeSet<(NodeName, Digest)> = BTreeSet::new();
    // The recorder may have been away while one publication followed another.
    let published = records.writes.iter().filter(|write| !matches!(write.outcome, Outcome::Rejected));
    for write in published {
        admitted.extend(records.members.iter().map(|member| (member.name.clone(), write.release)));
    }
    replay(records, |entries, is_pointer| {
        if is_pointer {
            let pointers = pointers(entries, keys);
            for member in &records.members {
                if let Some((_, pointer)) = pointer_of(&pointers, resident(member)) {
                    admitted.insert((member.name.clone(), pointer.release));
                }
            }
        }
    });
    let ran: BTreeSet<(NodeName, Digest)> =
        records.samples.iter().filter_map(|sample| Some((sample.node.clone(), sample.runs?))).collect();
    for (node, release) in ran.difference(&admitted) {
        wrong.push(format!("{node} ran {release}, which was never admitted for it"));
    }
}

/// While a rollout runs, no admission puts more nodes on their way than it may, and none goes back but all at once. Returns the number
/// of admissions.
fn waves(records: &Records, keys: &Keys, wrong: &mut Vec<String>) -> usize {
    let (mut before, mut admissions) = (0, 0);
    replay(records, |entries, is_pointer| {
        if !is_pointer {
            return;
        }
        let pointers = pointers(entries, keys);
        let Some(release) = pointers.values().find(|it| it.selector.is_some()).map(|it| it.release) else {
            before = 0;
            return;
        };
        let selected: Vec<&Member> = records
            .members
            .iter()
            .filter(|member| pointer_of(&pointers, resident(member)).is_some_and(|(_, it)| it.release == release))
            .collect();
        let in_flight = selected.iter().filter(|member| {
            let key = keys.node(&member.name);
            let report = entries.get(&key).and_then(|value| NodeReport::decode(value, &key).ok());
            !report.is_some_and(|report| report.runs(&release) || report.error_of(&release).is_some())
        });
        let in_flight = in_flight.count();
        if selected.len() > before {
            admissions += 1;
            if in_flight > records.max_unavailable {
                wrong.push(format!("{in_flight} nodes were on their way to {release}"));
            }
        }
        if selected.len() < before {
            wrong.push(format!("{} of {before} nodes kept {release}", selected.len()));
        }
        before = selected.len();
    });
    admissions
}

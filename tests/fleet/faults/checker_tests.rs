//! The checker finds each kind of fault in a history that has it.

use std::collections::BTreeMap;
use std::time::Duration;

use confgate::fleet::{ClusterId, Digest, Keys, NodeReport, Pointer, Position, Revision, Selector};

use super::checker::check;
use super::history::{Change, Member, Outcome, Read, Records, Sample, Write};

fn at(revision: i64) -> Position {
    Position { cluster: ClusterId(1), revision: Revision(revision) }
}

fn digest(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

fn keys() -> Keys {
    Keys::new("bitcraps".parse().unwrap())
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn pointer(release: &str, selector: Option<Selector>) -> Vec<u8> {
    let at = "2026-11-30T03:00:00Z".parse().unwrap();
    Pointer { release: digest(release), by: "a".to_owned(), at, commit: None, authority: None, selector }.encode()
}

fn change(revision: i64, wave: &str, value: Option<Vec<u8>>) -> Change {
    let key = keys().rollout(&wave.parse().unwrap());
    Change { position: at(revision), modified: Revision(revision), key, value }
}

fn done(times: (u64, u64), release: &str, revision: i64, from: Option<&str>) -> Write {
    let outcome = Outcome::Done { position: at(revision), from: from.map(digest) };
    Write { begin: ms(times.0), end: ms(times.1), release: digest(release), outcome }
}

fn read(times: (u64, u64), release: &str, revision: i64) -> Read {
    Read { begin: ms(times.0), end: ms(times.1), found: Some((at(revision), digest(release))) }
}

fn sample(node: &str, runs: &str, seen: i64) -> Sample {
    let seen = BTreeMap::from([("all".to_owned(), at(seen))]);
    Sample { node: node.parse().unwrap(), runs: Some(digest(runs)), seen }
}

/// Returns a history of two publications without a fault.
fn sound() -> Records {
    let member = |name: &str| Member { name: name.parse().unwrap(), region: None, tags: Default::default() };
    Records {
        writes: vec![done((0, 10), "a", 5, None), done((20, 40), "b", 7, Some("a"))],
        reads: vec![read((12, 15), "a", 5), read((25, 35), "b", 7), read((45, 50), "b", 7)],
        changes: vec![change(5, "all", Some(pointer("a", None))), change(7, "all", Some(pointer("b", None)))],
        samples: vec![sample("n1", "a", 5), sample("n1", "b", 7), sample("n2", "b", 7)],
        members: vec![member("n1"), member("n2")],
        max_unavailable: 1,
        ..Records::default()
    }
}

fn wrong(change: impl FnOnce(&mut Records)) -> Vec<String> {
    let mut records = sound();
    change(&mut records);
    check(&records, &keys()).unwrap_err()
}

#[test]
fn a_sound_history_passes() {
    let checked = check(&sound(), &keys()).unwrap();
    assert_eq!((checked.acknowledged, checked.reads, checked.samples), (2, 3, 3));
    // An attempt without an answer may have been published, and may not.
    for outcome in [Outcome::Unknown, Outcome::Rejected] {
        let mut records = sound();
        records.writes.push(Write { begin: ms(41), end: ms(42), release: digest("c"), outcome });
        check(&records, &keys()).unwrap();
    }
}

#[test]
fn a_lost_release_and_a_rejected_one_that_is_there_are_found() {
    let found = wrong(|records| records.writes.push(done((60, 70), "c", 9, Some("b"))));
    assert_eq!(found, [format!("the acknowledged release {} of {} is lost", digest("c"), at(9))]);
    let found = wrong(|records| records.writes[1].outcome = Outcome::Rejected);
    assert_eq!(found, [format!("the rejected release {} was published", digest("b"))]);
}

#[test]
fn a_lost_update_is_found() {
    let found = wrong(|records| records.writes[1] = done((20, 40), "b", 7, Some("x")));
    assert!(found.len() == 1 && found[0].contains(" replaced "), "{found:?}");
}

#[test]
fn a_stale_read_is_found() {
    let found = wrong(|records| records.reads.push(read((60, 65), "a", 5)));
    assert_eq!(found, ["a read at revision 5 began after revision 7 had been seen"]);
    let found = wrong(|records| records.reads.push(read((60, 65), "x", 7)));
    assert!(found[0].starts_with("two values at revision 7 of cluster "), "{found:?}");
}

#[test]
fn a_write_that_goes_back_in_time_is_found() {
    let found = wrong(|records| {
        records.writes[0].begin = ms(60);
        records.writes[0].end = ms(70);
    });
    assert!(found.contains(&"a write at revision 5 began after revision 7 had been seen".to_owned()), "{found:?}");
}

#[test]
fn a_node_that_goes_back_and_one_with_a_foreign_release_are_found() {
    let found = wrong(|records| records.samples.push(sample("n1", "a", 5)));
    assert_eq!(found, ["n1 went back from revision 7 to 5 of all"]);
    let found = wrong(|records| records.samples.push(sample("n2", "x", 7)));
    assert_eq!(found, [format!("n2 ran {}, which was never admitted for it", digest("x"))]);
}

/// Returns the change of a wave that holds for these tags.
fn wave(revision: i64, tag: &str) -> Change {
    let selector = Selector {
        rollout: "r".to_owned(),
        order: 0,
        tag: Some(tag.parse().unwrap()),
        regions: BTreeMap::new(),
        through: Some(confgate::fleet::Place::LAST),
    };
    change(revision, tag, Some(pointer("c", Some(selector))))
}

#[test]
fn a_wave_above_its_limit_and_a_part_that_goes_back_are_found() {
    let tagged = |records: &mut Records, tags: [&str; 2]| {
        for (member, tag) in records.members.iter_mut().zip(tags) {
            member.tags = [tag.parse().unwrap()].into();
        }
    };
    let found = wrong(|records| {
        tagged(records, ["canary", "canary"]);
        records.changes.push(wave(9, "canary"));
    });
    assert_eq!(found, [format!("2 nodes were on their way to {}", digest("c"))]);
    // One after the other is within the limit, once the first one reports it.
    let mut records = sound();
    tagged(&mut records, ["one", "other"]);
    records.changes.push(wave(9, "one"));
    let report = NodeReport {
        region: None,
        tags: ["one".parse().unwrap()].into(),
        release: Some(digest("c")),
        bundle: None,
        wanted: Some(digest("c")),
        wave: None,
        position: None,
        active: true,
        healthy: true,
        restart_pending: false,
        error: None,
        staging: None,
        since: "2026-11-30T03:00:00Z".parse().unwrap(),
    };
    let key = keys().node(&"n1".parse().unwrap());
    records.changes.push(Change { position: at(10), modified: Revision(10), key, value: Some(report.encode()) });
    records.changes.push(wave(11, "other"));
    assert_eq!(check(&records, &keys()).unwrap().admissions, 2);
    // One of both goes back alone.
    records.changes.push(change(13, "one", None));
    let found = check(&records, &keys()).unwrap_err();
    assert_eq!(found, [format!("1 of 2 nodes kept {}", digest("c"))]);
}

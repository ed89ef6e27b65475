//! The runs.

use std::env;
use std::fs;
use std::process::Command;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use confgate::fleet::{
    Change, Digest, EndpointOptions, Keys, MAX_VALUE, Pointer, Position, Runtime, Store, Update, WatchOptions, Watcher,
    WaveName,
};
use confgate_test_support::{confgate, eventually};
use serde_json::Value as Json;

use super::checker::{Checked, check};
use super::clients::{Clients, numbered};
use super::history::{History, Member, Outcome, Write};
use super::schedule::{CALM, Fault, WITHIN, recovers, settles};
use super::world::World;
use crate::sides::{point, store_release};
use crate::support::with_store;

/// The largest number of nodes on their way.
const MAX_UNAVAILABLE: usize = 1;

const ROLLOUT: &str =
    "[rollout]\nwaves = [\"canary\", \"50%\", \"100%\"]\nbake = \"200ms\"\nmax_unavailable = 1\ndeadline = \"60s\"\n";

/// A generator of the numbers by which a long run chooses.
struct Choices(u64);

impl Choices {
    /// Returns a number below a limit (SplitMix64).
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// A run: the world, its clients, and what they record.
struct Run {
    // The clients end before the servers do.
    clients: Clients,
    world: World,
    history: History,
    keys: Keys,
}

impl Run {
    fn start() -> Self {
        let world = World::start();
        let members: Vec<Member> = world.nodes().map(|node| node.member.clone()).collect();
        let history = History::new(members, MAX_UNAVAILABLE);
        let keys = world.service.keys.clone();
        // The first release, before others publish.
        let number = 0;
        let begin = history.now();
        let (release, position) = with_store(EndpointOptions::plain(world.authority.endpoints()), async |store| {
            let signed = world.service.signed("production", &numbered(number));
            let release = store_release(&store, &world.service, &keys, &signed).await;
            (release, point(&store, &keys, &[("all", release)], &[]).await)
        });
        history.record(|records| {
            records.releases.insert(number, release);
            let outcome = Outcome::Done { position, from: None };
            records.writes.push(Write { begin, end: history.now(), release, outcome });
        });
        let clients = Clients::start(&world, &history);
        recovers(CALM, &history);
        Self { clients, world, history, keys }
    }

    /// Lets a fault happen while others publish.
    fn fault(&mut self, fault: Fault, region: usize, lasts: Duration) {
        if !fault.is_possible(&self.world) {
            return;
        }
        self.clients.publish(true);
        sleep(Duration::from_millis(200));
        recovers(CALM, &self.history);
        fault.happen(&mut self.world, region, lasts);
        recovers(fault.name(), &self.history);
    }

    /// Rolls a release out, and kills controllers and relays with each of its steps that is a multiple of `every`. Returns whether the
    /// release reached all nodes, and the number of kills.
    fn rollout(&mut self, config: &str, number: u64, every: usize) -> (bool, usize) {
        settles(&self.clients, &self.history);
        let begin = self.history.now();
        let World { authority, service, .. } = &self.world;
        let release = with_store(EndpointOptions::plain(authority.endpoints()), async |store| {
            store_release(&store, service, &self.keys, &service.signed("production", config)).await
        });
        self.history.record(|records| records.releases.insert(number, release));
        // Every node reports at the authority before the plan is made.
        eventually("all nodes report", || {
            let reports = authority.ctl(&["get", "--prefix", "--print-value-only", &self.keys.nodes()]);
            reports.matches("\"active\":true").count() == self.history.record(|records| records.members.len())
        });
        fs::write(service.folder.path().join("rollout.toml"), ROLLOUT).unwrap();
        let mut start: Command = confgate!();
        start.args(["rollout", "start", &release.to_string(), "--file", "rollout.toml", "--detach"]);
        start.args(["--to", &authority.to()]).current_dir(service.folder.path());
        let started = start.output().unwrap();
        assert!(started.status.success(), "{started:?}");
        let kills = self.kill_with_each_step(every);
        let last = self.world.authority.ctl(&["get", "--print-value-only", &self.keys.last_rollout()]);
        let last: Json = serde_json::from_str(&last).unwrap();
        let is_finished = last["outcome"]["finished"].is_object();
        if is_finished {
            self.record_end(begin, release, last["before"].as_str().unwrap().parse().unwrap());
        }
        recovers("rollout with kills at its steps", &self.history);
        (is_finished, kills)
    }

    /// Records the end of a rollout as a publication.
    fn record_end(&self, begin: Duration, release: Digest, before: Digest) {
        let key = self.keys.rollout(&WaveName::all());
        let position = with_store(EndpointOptions::plain(self.world.authority.endpoints()), async |store| {
            let (entry, position) = store.get(&key, MAX_VALUE).await.unwrap();
            let entry = entry.unwrap();
            assert_eq!(Pointer::decode(&entry.value, &key).unwrap().release, release);
            Position { revision: entry.modified, ..position }
        });
        let outcome = Outcome::Done { position, from: Some(before) };
        self.history.record(|records| {
            records.writes.push(Write { begin, end: self.history.now(), release, outcome });
        });
    }

    /// Watches the steps of a rollout until its end, and kills a controller and a relay at once, or some moments later. Returns the
    /// number of kills.
    fn kill_with_each_step(&mut self, every: usize) -> usize {
        let options = EndpointOptions::plain(self.world.authority.endpoints());
        let (prefix, state) = (self.keys.prefix(), self.keys.rollout_state());
        let (mut steps, mut kills) = (0, 0);
        Runtime::new().unwrap().block_on(async {
            let store = Store::connect(&options).await.unwrap();
            let mut watcher = Watcher::new(store, prefix, WatchOptions::default());
            let began = Instant::now();
            loop {
                assert!(began.elapsed() < Duration::from_secs(300), "the rollout does not end");
                let Ok(update) = tokio::time::timeout(Duration::from_secs(1), watcher.next()).await else { continue };
                let is_over = match &update {
                    Update::Listed { listing, .. } => listing.entries.iter().all(|entry| entry.key != state),
                    Update::Changed { changes, .. } => {
                        changes.iter().any(|change| matches!(change, Change::Deleted { key, .. } if *key == state))
                    }
                    _ => false,
                };
                if is_over {
                    return;
                }
                let is_step = match &update {
                    Update::Changed { changes, .. } => changes.iter().any(|change| change.key() == state),
                    _ => false,
                };
                if !is_step {
                    continue;
                }
                steps += 1;
                if steps % every != 0 {
                    continue;
                }
                sleep(Duration::from_millis([0, 7, 40, 150][kills % 4]));
                // Two controllers: one of both leads.
                self.world.controllers[kills % 2].start_again();
                self.world.regions[kills / 2 % 2].relay.start_again();
                kills += 1;
            }
        });
        kills
    }

    /// Restores the authority from a snapshot that is older than what was published since. What was acknowledged in between is lost with
    /// the disaster; what is published afterwards reaches all nodes.
    fn restore_authority(&mut self) {
        settles(&self.clients, &self.history);
        let snapshot = self.world.authority.save();
        self.clients.publish(true);
        sleep(Duration::from_secs(1));
        settles(&self.clients, &self.history);
        self.world.authority.restore(&snapshot);
        let before = self.history.record(|records| records.writes.len());
        self.clients.publish(true);
        eventually("a release is published", || {
            self.history.record(|records| {
                records.writes[before..].iter().any(|write| matches!(write.outcome, Outcome::Done { .. }))
            })
        });
        recovers("authority restored from an older snapshot", &self.history);
    }

    /// Checks everything that was recorded, and prints the table of the report.
    fn finish(mut self) -> Checked {
        settles(&self.clients, &self.history);
        let nodes = self.world.regions.iter_mut().flat_map(|region| &mut region.nodes);
        for node in nodes {
            assert!(node.agent.is_running(), "{} ended", node.member.name);
        }
        for controller in &mut self.world.controllers {
            assert!(controller.is_running(), "a controller ended");
        }
        for region in &mut self.world.regions {
            assert!(region.relay.is_running(), "a relay ended");
        }
        let records = self.history.records();
        let checked = check(&records, &self.keys).unwrap_or_else(|wrong| panic!("{}", wrong.join("\n")));
        let mut names: Vec<&str> = records.recoveries.iter().map(|recovery| recovery.fault).collect();
        names.sort_unstable();
        names.dedup();
        println!("{checked:?}");
        println!("| fault | times | longest recovery |\n|---|---:|---:|");
        for name in names {
            let took = records.recoveries.iter().filter(|recovery| recovery.fault == name).map(|it| it.took);
            let longest = took.clone().max().unwrap_or_default();
            println!("| {name} | {} | {:.1} s |", took.count(), longest.as_secs_f64());
        }
        let calm = records.recoveries.iter().filter(|recovery| recovery.fault == CALM).map(|recovery| recovery.took);
        // Where programs queue for a core, times are those of the queue, without a fault too.
        let limit = if is_overloaded() { WITHIN.max(calm.max().unwrap_or_default() * 2) } else { WITHIN };
        for recovery in &records.recoveries {
            assert!(recovery.took <= limit, "{recovery:?}, limit {limit:?}");
        }
        checked
    }
}

/// Returns whether the machine had more than four programs for each core to run in the last minute, twice what the run itself brings.
fn is_overloaded() -> bool {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: f64 = load.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or_default();
    load > 4.0 * thread::available_parallelism().map_or(1, usize::from) as f64
}

#[test]
#[ignore = "needs etcd"]
fn no_fault_loses_a_release_or_admits_one_too_many() {
    let began = Instant::now();
    let mut run = Run::start();
    for (number, fault) in Fault::ALL.into_iter().enumerate() {
        run.fault(fault, number % 2, Duration::from_millis(700));
    }
    let number = run.clients.next_number();
    let (is_finished, kills) = run.rollout(&numbered(number), number, 3);
    assert!(is_finished && kills > 1, "{is_finished} after {kills} kills");
    run.restore_authority();
    let checked = run.finish();
    assert!(checked.acknowledged > 20 && checked.reads > 100 && checked.admissions >= 6, "{checked:?}");
    println!("in {:.0} s", began.elapsed().as_secs_f64());
}

#[test]
#[ignore = "runs for FLEET_FAULTS_SECONDS; make fleet-faults"]
fn many_faults_in_a_random_order_lose_nothing() {
    let number_of = |name: &str| env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    // Without a length, `cargo test -- --ignored` runs the sample alone.
    let Some(seconds) = number_of("FLEET_FAULTS_SECONDS") else { return };
    let seed = number_of("FLEET_FAULTS_SEED").unwrap_or(1);
    println!("seed {seed}, wrong clocks: {}", World::has_wrong_clocks());
    let (mut choices, began) = (Choices(seed), Instant::now());
    let mut run = Run::start();
    let (mut faults, mut kills) = (0, 0);
    while began.elapsed() < Duration::from_secs(seconds) {
        for _ in 0..8 {
            let fault = Fault::ALL[usize::try_from(choices.below(Fault::ALL.len() as u64)).unwrap()];
            let lasts = Duration::from_millis(100 + choices.below(5000));
            run.fault(fault, usize::try_from(choices.below(2)).unwrap(), lasts);
            faults += 1;
        }
        let number = run.clients.next_number();
        // Every third release needs a secret that no node has: its rollout goes back by itself.
        let is_bad = choices.below(3) == 0;
        let secret = "[[network.turn_servers]]\nurl = 'turn:turn.example.org:3478'\nusername = 'node'\npassword = '${SECRET_TURN}'\n";
        let config = if is_bad { format!("{}{secret}", numbered(number)) } else { numbered(number) };
        let (is_finished, killed) = run.rollout(&config, number, 1);
        assert_eq!(is_finished, !is_bad);
        kills += killed;
        if choices.below(4) == 0 {
            run.restore_authority();
        }
    }
    let checked = run.finish();
    println!("{faults} faults and {kills} kills in rollouts in {:.0} s: {checked:?}", began.elapsed().as_secs_f64());
}

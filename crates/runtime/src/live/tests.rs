mod hanging;
mod watching;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::audit;
use crate::audit::{AuditTrail, Limits};
use crate::live::*;
use crate::load::{LayerKind, Loader, Override};
use crate::system::SystemContext;
use confgate_bitcraps::Config;
use confgate_core::value::Path;

/// A node with a file in its config folder.
struct Node {
    folder: tempfile::TempDir,
    system: SystemContext,
}

impl Node {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("config")).unwrap();
        let system = SystemContext::bare().folder(folder.path());
        let node = Self { folder, system };
        node.write(text);
        node
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("config/development.toml")
    }

    fn write(&self, text: &str) {
        fs::write(self.file(), text).unwrap();
    }

    fn loader(&self) -> Loader<Config> {
        Loader::of::<Config>(self.system.clone())
    }

    fn live(&self) -> Live<Config> {
        Live::builder(self.loader()).start().unwrap()
    }

    fn watched(&self) -> Live<Config> {
        Live::builder(self.loader()).watch(Duration::from_millis(20)).start().unwrap()
    }
}

fn connections(count: u32) -> String {
    format!("[network]\nmax_connections = {count}\n")
}

fn set(field: &str, value: serde_json::Value) -> [Override; 1] {
    [Override::json(Path::dotted(field), value)]
}

/// Waits until something holds; a test that waits for nothing fails.
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}: not within 20 s");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_reload_brings_what_the_file_says_now() {
    let node = Node::new(&connections(10));
    let live = node.live();
    let changes = live.subscribe();
    node.write(&connections(20));
    assert_eq!(live.load().network.max_connections, 10);
    let reloaded = live.reload().unwrap();
    assert_eq!((live.load().network.max_connections, reloaded.version), (20, 2));
    assert_eq!(reloaded.changed, [Path::dotted("network.max_connections")]);
    let change = changes.try_recv().unwrap();
    let field = &change.fields[0];
    assert_eq!(
        (field.old.clone(), field.new.clone(), field.layer),
        (Some(10.into()), Some(20.into()), LayerKind::File)
    );
    assert!(field.origin.ends_with("config/development.toml:2:1"), "{}", field.origin);
}

#[test]
fn a_reload_of_the_same_changes_nothing_and_notifies_no_subscriber() {
    let node = Node::new(&connections(10));
    let live = node.live();
    let changes = live.subscribe();
    node.write("# other words\nnetwork = { max_connections = 10 }\n");
    assert_eq!(live.reload().unwrap(), Reloaded { version: 1, changed: vec![], pending: vec![] });
    assert_eq!(changes.try_recv(), None);
    assert!(live.metrics().text().contains("reloads_total{result=\"unchanged\"} 1"));
}

#[test]
fn a_refused_reload_keeps_the_running_config_and_says_so() {
    let node = Node::new(&connections(10));
    let live = node.live();
    node.write(&connections(0));
    let refused = live.reload().unwrap_err();
    assert!(refused.to_string().contains("network.max_connections must be at least 1, and is 0"), "{refused}");
    assert_eq!((live.load().network.max_connections, live.load().version()), (10, 1));
    assert_eq!(live.last_refusal(), Some(refused));
    let metrics = live.metrics().text();
    assert!(metrics.contains("validation_errors_total{rule=\"network/max_connections\"} 1"), "{metrics}");
    assert!(metrics.contains("reloads_total{result=\"refused\"} 1"), "{metrics}");
    node.write(&connections(11));
    live.reload().unwrap();
    assert_eq!((live.load().network.max_connections, live.last_refusal()), (11, None));
}

#[test]
fn a_config_that_is_taken_away_is_no_reason_to_run_on_defaults() {
    let node = Node::new(&connections(10));
    let live = node.live();
    fs::remove_file(node.file()).unwrap();
    let refused = live.reload().unwrap_err().to_string();
    assert!(
        refused.contains("the config is gone: ")
            && refused.contains("file/gone")
            && refused.contains("config/development.toml was read"),
        "{refused}"
    );
    assert!(refused.contains("start the service again"), "{refused}");
    assert_eq!(live.load().network.max_connections, 10);
    node.write(&connections(11));
    live.reload().unwrap();
    assert_eq!((live.load().network.max_connections, live.last_refusal()), (11, None));
}

#[test]
fn a_start_with_a_refused_config_fails() {
    let node = Node::new(&connections(0));
    let error = Live::<Config>::builder(node.loader()).start().unwrap_err();
    assert!(error.to_string().contains("refused in Development: 1 error"), "{error}");
}

#[test]
fn a_field_that_needs_a_restart_keeps_its_value_and_is_pending() {
    let node = Node::new("[network]\nlisten_port = 1000\nmax_connections = 10\n");
    let live = node.live();
    node.write("[network]\nlisten_port = 2000\nmax_connections = 20\n");
    let reloaded = live.reload().unwrap();
    assert_eq!(reloaded.changed, [Path::dotted("network.max_connections")]);
    assert_eq!(reloaded.pending, [Path::dotted("network.listen_port")]);
    assert_eq!((live.load().network.listen_port, live.load().network.max_connections), (1000, 20));
    let current = live.snapshot();
    let pending = &current.pending[0];
    assert_eq!(pending.running, Some(confgate_core::value::json::read(1000.into()).unwrap()));
    assert_eq!(pending.wanted, Some(confgate_core::value::json::read(2000.into()).unwrap()));
    assert!(live.metrics().text().contains("pending_restart_fields 1"));
    let kept = current.loaded.explain(live.loader().gate(), "network.listen_port").unwrap();
    assert_eq!(kept.contributions[0].layer, LayerKind::Kept);
    assert!(kept.contributions[0].name.as_ref().unwrap().ends_with(":2:1, until a restart"), "{kept:?}");
    node.write("[network]\nlisten_port = 1000\nmax_connections = 20\n");
    assert_eq!(live.reload().unwrap().pending, []);
}

#[test]
fn what_a_restart_would_bring_is_refused_where_it_does_not_fit_what_runs() {
    // The new port of the metrics is the running port of peers, which stays until a restart.
    let node = Node::new("[network]\nlisten_port = 1000\n[monitoring]\nmetrics_port = 1001\n");
    let live = node.live();
    node.write("[network]\nlisten_port = 1001\n[monitoring]\nmetrics_port = 1002\n[game]\nmin_bet = 11\n");
    live.reload().expect("both ports wait, and nothing is wrong with the others");
    assert_eq!(
        (live.load().network.listen_port, live.load().monitoring.metrics_port, live.load().game.min_bet),
        (1000, 1001, 11)
    );
}

#[test]
fn the_program_sets_fields_before_all_other_layers() {
    let node = Node::new(&connections(10));
    let live = node.live();
    live.apply(set("network.max_connections", 99.into()), "load test").unwrap();
    node.write("[network]\nmax_connections = 20\nmax_packet_size = 2048\n");
    live.reload().unwrap();
    assert_eq!((live.load().network.max_connections, live.load().network.max_packet_size), (99, 2048));
    let explained = live.snapshot().loaded.explain(live.loader().gate(), "network.max_connections").unwrap();
    assert_eq!(explained.contributions[0].name.as_deref(), Some("load test"));
    live.clear("done").unwrap();
    assert_eq!(live.load().network.max_connections, 20);
}

#[test]
fn what_the_program_sets_is_set_whole_or_not_at_all() {
    let node = Node::new(&connections(10));
    let live = node.live();
    let both = [
        Override::json(Path::dotted("game.min_bet"), 50.into()),
        Override::json(Path::dotted("game.max_bet"), 40.into()),
    ];
    let refused = live.apply(both, "higher stakes").unwrap_err().to_string();
    assert!(refused.contains("game/bets-ordered") && refused.contains("┌─ higher stakes"), "{refused}");
    assert_eq!(live.load().game.min_bet, 10);
    live.reload().expect("the refused values are forgotten");
}

#[test]
fn a_whole_config_is_set_like_a_field() {
    let node = Node::new(&connections(10));
    let live = node.live();
    let mut config = live.load().clone();
    config.network.max_connections = 77;
    config.game.min_bet = 12;
    live.apply([Override::config(&config)], "by the program").unwrap();
    assert_eq!(*live.load(), config);
}

#[test]
fn one_goes_back_to_the_config_before_and_to_any_that_is_kept() {
    let node = Node::new(&connections(1));
    let live = Live::<Config>::builder(node.loader()).history(3).start().unwrap();
    for count in 2..=5 {
        node.write(&connections(count));
        live.reload().unwrap();
    }
    assert_eq!(live.history().iter().map(|past| past.version).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(live.revert().unwrap().version, 6);
    assert_eq!(live.load().network.max_connections, 4);
    live.revert_to(3).unwrap();
    assert_eq!(live.load().network.max_connections, 3);
    let gone = live.revert_to(2).unwrap_err();
    assert_eq!(gone.to_string(), "version 2 is not kept; there are 4, 5, 6");
    let explained = live.snapshot().loaded.explain(live.loader().gate(), "network.max_connections").unwrap();
    assert!(explained.contributions[0].places[0].ends_with("config/development.toml:2:1"), "{explained:?}");
    live.reload().unwrap();
    assert_eq!(live.load().network.max_connections, 5);
}

#[test]
fn there_is_nothing_before_the_first() {
    let error = Node::new("").live().revert().unwrap_err();
    assert_eq!(error.to_string(), "there is no earlier config to go back to");
}

#[test]
fn every_change_and_every_refusal_is_in_the_audit_trail() {
    let node = Node::new("[database]\nurl = 'pg://u:${SECRET_DB}@db/x'\n");
    let path = node.folder.path().join("audit.jsonl");
    let loader = Loader::of::<Config>(node.system.clone().variable("BITCRAPS_SECRET_DB", "hunter2"));
    let live =
        Live::<Config>::builder(loader).audit(AuditTrail::open(&path, Limits::default()).unwrap()).start().unwrap();
    live.apply(set("network.max_connections", 20.into()), "a reason").unwrap();
    live.apply(set("network.max_connections", 0.into()), "no reason").unwrap_err();
    live.revert().unwrap();
    drop(live);
    assert!(audit::verify(&path).unwrap().is_intact());
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("hunter2"), "{text}");
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(lines[0]["event"], "started");
    let changed = &lines[1];
    assert_eq!(
        (&changed["field"], &changed["old"], &changed["new"]),
        (&"network.max_connections".into(), &"50".into(), &"20".into())
    );
    assert_eq!((&changed["source"], &changed["origin"]), (&"API".into(), &"a reason".into()));
    assert_eq!(lines[2]["event"], "refused");
    assert_eq!(lines[3]["event"], "reverted");
    assert_ne!(lines[1]["config"], lines[0]["config"]);
    assert_eq!(lines[3]["config"], lines[0]["config"]);
}

#[test]
fn neither_a_reader_nor_the_handle_shows_a_secret_in_debug() {
    let node = Node::new("[monitoring]\nalert_webhook = 'https://hooks.example/hunter2'\n");
    let live = node.live();
    let shown = format!("{live:?} {:?} {:?} {:?}", live.snapshot(), live.history(), live.loader());
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn ten_thousand_reloads_under_eight_readers_tear_nothing_and_lose_nothing() {
    const RELOADS: u64 = 10_000;
    let node = Node::new("");
    let live = Live::<Config>::builder(node.loader()).history(2).start().unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..8)
            .map(|reader| {
                let (live, done) = (live.clone(), &done);
                scope.spawn(move || {
                    let (mut last, mut seen, mut cache) = (0, 0_u64, live.cache());
                    while !done.load(Ordering::Relaxed) {
                        let (min, max) = if reader % 2 == 0 {
                            let guard = live.load();
                            assert!(guard.version() >= last, "a reader went back in time");
                            last = guard.version();
                            (guard.game.min_bet, guard.game.max_bet)
                        } else {
                            let config = cache.load();
                            (config.game.min_bet, config.game.max_bet)
                        };
                        // Both are written by the same reload.
                        assert!(max == min * 1000 || (min, max) == (10, 10_000), "torn: {min} {max}");
                        seen += 1;
                        if seen % 64 == 0 {
                            // Two cores are shared with the writer.
                            thread::sleep(Duration::from_millis(1));
                        }
                    }
                    seen
                })
            })
            .collect();
        let changes = live.subscribe();
        let mut received = 0;
        for reload in 1..=RELOADS {
            let bet = 11 + reload % 7;
            node.write(&format!("[game]\nmin_bet = {bet}\nmax_bet = {}\n", bet * 1000));
            let reloaded = live.reload().unwrap();
            assert_eq!(reloaded.version, reload + 1);
            assert_eq!(live.load().game.min_bet, bet);
            received += std::iter::from_fn(|| changes.try_recv()).count() as u64;
        }
        done.store(true, Ordering::Relaxed);
        assert_eq!((received, changes.missed()), (RELOADS, 0));
        for reader in readers {
            assert!(reader.join().unwrap() > 0);
        }
    });
    assert!(live.metrics().text().contains("reloads_total{result=\"applied\"} 10000"));
}

#[test]
fn a_hundred_threads_read_and_set_at_once() {
    let node = Node::new(&connections(10));
    let live = node.live();
    thread::scope(|scope| {
        for task in 0..100_u32 {
            let live = live.clone();
            scope.spawn(move || {
                for _ in 0..20 {
                    assert!(live.load().network.max_connections >= 10);
                }
                if task % 10 == 0 {
                    live.apply(set("network.max_connections", (100 + task).into()), "task").unwrap();
                }
            });
        }
    });
    assert_eq!(live.snapshot().version, 11);
}

static NOW: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);

/// A clock that a test turns.
fn clock() -> jiff::Timestamp {
    jiff::Timestamp::from_second(NOW.load(Ordering::SeqCst)).unwrap()
}

#[test]
fn a_profile_comes_and_goes_with_the_time_and_says_so() {
    let turn = |time: &str| NOW.store(time.parse::<jiff::Timestamp>().unwrap().as_second(), Ordering::SeqCst);
    let node = Node::new("[[profiles]]\nname = 'night'\nwhen.time = '22:00-06:00'\nset.network.max_connections = 9\n");
    turn("2026-01-15T21:59:00Z");
    let live = Live::<Config>::builder(node.loader().clock(clock)).start().unwrap();
    let changes = live.subscribe();
    assert_eq!(live.state.until_next_check(), Some(Duration::from_secs(60)));
    live.state.check_profiles();
    assert_eq!(live.load().network.max_connections, 50);
    turn("2026-01-15T22:00:00Z");
    live.state.check_profiles();
    assert_eq!(
        (live.load().network.max_connections, &live.snapshot().loaded.active_profiles[..]),
        (9, &["night".to_owned()][..])
    );
    let change = changes.try_recv().unwrap();
    assert_eq!((&change.reason, change.fields[0].layer), (&ReloadReason::Profile, LayerKind::Profile));
    assert!(change.fields[0].origin.ends_with(":4:13 (profile night)"), "{}", change.fields[0].origin);
    // A reverted config stays, whatever the time is.
    live.revert().unwrap();
    turn("2026-01-16T06:00:00Z");
    live.state.check_profiles();
    assert_eq!((live.load().network.max_connections, live.snapshot().reason.clone()), (50, ReloadReason::Revert(1)));
    live.reload().unwrap();
    assert!(live.snapshot().loaded.active_profiles.is_empty());
}

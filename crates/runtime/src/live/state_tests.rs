//! Tests of rejected, repeated and concurrent reloads.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::{fmt, fs};

use confgate_bitcraps::Config;
use confgate_core::value::Path;

use crate::audit::{AuditTrail, Limits};
use crate::live::*;
use crate::load::{Loader, Override};
use crate::profile::ResourceMeter;
use crate::system::SystemContext;

static NOW: AtomicI64 = AtomicI64::new(0);

/// A clock that a test turns.
fn clock() -> jiff::Timestamp {
    jiff::Timestamp::from_second(NOW.load(Ordering::SeqCst)).unwrap()
}

fn turn(time: &str) {
    NOW.store(time.parse::<jiff::Timestamp>().unwrap().as_second(), Ordering::SeqCst);
}

/// A node whose config file says this.
struct Made(tempfile::TempDir);

impl Made {
    fn new(text: &str) -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        fs::create_dir(made.0.path().join("config")).unwrap();
        made.write(text);
        made
    }

    fn write(&self, text: &str) {
        fs::write(self.0.path().join("config/development.toml"), text).unwrap();
    }

    fn loader(&self) -> Loader<Config> {
        Loader::of::<Config>(SystemContext::bare().folder(self.0.path()))
    }

    fn live(&self) -> Live<Config> {
        Live::builder(self.loader()).start().unwrap()
    }
}

#[test]
fn a_look_at_the_machine_reads_no_file_until_other_profiles_hold() {
    let busy = |bet: u32| {
        format!(
            "game.min_bet = {bet}\n[[profiles]]\nname = 'full'\nwhen.memory_above = 50\n\
             set.network.max_connections = 9\n"
        )
    };
    let made = Made::new(&busy(11));
    let machine = tempfile::tempdir().unwrap();
    fs::create_dir(machine.path().join("proc")).unwrap();
    let available = |kib: u32| {
        let text = format!("MemTotal: 100 kB\nMemAvailable: {kib} kB\n");
        fs::write(machine.path().join("proc/meminfo"), text).unwrap();
    };
    available(90);
    turn("2026-01-16T10:59:00Z");
    let loader = made.loader().clock(clock).meter(ResourceMeter::at(machine.path()));
    let live = Live::<Config>::builder(loader).start().unwrap();
    let look = || {
        NOW.fetch_add(10, Ordering::SeqCst);
        live.state.check_profiles();
    };
    made.write(&busy(12));
    for _ in 0..3 {
        look();
        assert_eq!(live.load().game.min_bet, 11, "the file is not watched");
    }
    let metrics = live.metrics().text();
    assert!(metrics.contains("reloads_total{result=\"unchanged\"} 0"), "{metrics}");
    available(10);
    look();
    assert_eq!((live.load().game.min_bet, live.load().network.max_connections), (12, 9));
    assert_eq!(live.snapshot().reason, ReloadReason::Profile);
    available(90);
    look();
    assert_eq!(live.load().network.max_connections, 50);
}

#[test]
fn a_refusal_that_stands_is_recorded_once_and_counted_each_time() {
    let made = Made::new("");
    let trail = made.0.path().join("audit.jsonl");
    let live = Live::<Config>::builder(made.loader())
        .audit(AuditTrail::open(&trail, Limits::default()).unwrap())
        .start()
        .unwrap();
    let refusals = || fs::read_to_string(&trail).unwrap().matches("\"refused\"").count();
    made.write("network.max_connections = 0\n");
    for _ in 0..3 {
        live.state.reload(ReloadReason::Profile).unwrap_err();
    }
    assert_eq!(refusals(), 1);
    assert!(live.metrics().text().contains("reloads_total{result=\"refused\"} 3"));
    made.write("network.max_connections = -1\n");
    live.state.reload(ReloadReason::File).unwrap_err();
    assert_eq!(refusals(), 2, "another one");
    live.reload().unwrap_err();
    assert_eq!(refusals(), 3, "an explicit reload is recorded");
    made.write("");
    live.reload().unwrap();
    made.write("network.max_connections = -1\n");
    live.state.reload(ReloadReason::File).unwrap_err();
    assert_eq!(refusals(), 4, "it did not stand any more");
}

#[test]
fn a_reader_who_finds_no_refusal_reads_the_config_that_was_admitted() {
    let made = Made::new("network.max_connections = 1\n");
    let live = made.live();
    for admitted in 2..200 {
        made.write("network.max_connections = 0\n");
        live.reload().unwrap_err();
        made.write(&format!("network.max_connections = {admitted}\n"));
        let reader = live.clone();
        let seen = std::thread::spawn(move || {
            while reader.last_refusal().is_some() {}
            reader.load().network.max_connections
        });
        live.reload().unwrap();
        assert_eq!(seen.join().unwrap(), admitted);
    }
}

#[test]
fn what_waits_for_a_restart_is_what_the_file_said_last() {
    let port = |port: u32| format!("network.listen_port = {port}\n");
    let made = Made::new(&port(1500));
    let live = made.live();
    for wanted in [1600, 1700] {
        made.write(&port(wanted));
        live.reload().unwrap();
        let current = live.snapshot();
        assert_eq!(current.pending[0].wanted, Some(confgate_core::value::json::read(wanted.into()).unwrap()));
        assert_eq!(current.version, 2, "the same fields wait");
    }
}

#[test]
fn a_value_that_moved_to_another_line_is_found_there() {
    let made = Made::new("network.max_connections = 10\n");
    let live = made.live();
    made.write("# a word\n\nnetwork.max_connections = 10\n");
    live.reload().unwrap();
    let current = live.snapshot();
    let explained = current.loaded.explain(live.loader().gate(), "network.max_connections").unwrap();
    let place = &explained.contributions[0].places[0];
    assert!(place.ends_with("development.toml:3:9"), "{place}");
    assert_eq!(current.version, 1);
}

#[test]
fn what_was_set_and_taken_back_by_a_revert_does_not_come_again() {
    let made = Made::new("network.max_connections = 10\n");
    let live = made.live();
    let set = |field: &str, value: u32| {
        live.apply([Override::json(Path::dotted(field), value.into())], "a test").unwrap();
    };
    set("game.min_bet", 12);
    set("network.max_connections", 99);
    live.revert().unwrap();
    live.reload().unwrap();
    assert_eq!((live.load().network.max_connections, live.load().game.min_bet), (10, 12));
    live.revert_to(3).unwrap();
    live.reload().unwrap();
    assert_eq!((live.load().network.max_connections, live.load().game.min_bet), (99, 12));
    live.clear("done").unwrap();
    assert_eq!(live.load().network.max_connections, 10);
}

#[test]
fn what_the_program_sets_is_not_shown_in_debug() {
    let made = Made::new("");
    let hook = || Override::json(Path::dotted("monitoring.alert_webhook"), "https://hooks.example/hunter2".into());
    let live = Live::<Config>::builder(made.loader()).overrides([hook()]).start().unwrap();
    live.apply([hook()], "a test").unwrap();
    let writer = format!("{:?}", live.state.writer());
    let shown = format!("{:?} {writer} {:?}", hook(), live.history());
    assert!(!shown.contains("hunter2") && shown.contains("set by the program"), "{shown}");
}

/// Keeps the warnings that a thread logs.
#[derive(Default, Clone)]
struct Log(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }

    fn event(&self, event: &tracing::Event<'_>) {
        struct Message<'l>(&'l Log);
        impl tracing::field::Visit for Message<'_> {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
                if field.name() == "message" {
                    self.0.0.lock().unwrap().push(format!("{value:?}"));
                }
            }
        }
        event.record(&mut Message(self));
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn a_warning_that_a_reload_brings_is_logged_once() {
    use std::os::unix::fs::PermissionsExt;
    let made = Made::new("database.url = 'postgresql://node:${SECRET_DB}@db/x'\n");
    let secret = made.0.path().join("DB");
    let rotate = |text: &str, mode: u32| {
        fs::write(&secret, text).unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(mode)).unwrap();
    };
    rotate("hunter1", 0o600);
    let system = SystemContext::bare().folder(made.0.path()).variable("BITCRAPS_SECRETS", "./");
    let log = Log::default();
    let logged = || std::mem::take(&mut *log.0.lock().unwrap());
    tracing::subscriber::with_default(log.clone(), || {
        let live = Live::<Config>::builder(Loader::of::<Config>(system)).start().unwrap();
        assert_eq!(logged(), [""; 0]);
        rotate("hunter2", 0o644);
        live.reload().unwrap();
        let warned = logged();
        assert!(warned.len() == 1 && warned[0].ends_with("/DB can be read by everyone (mode 644)"), "{warned:?}");
        made.write("# a line\ndatabase.url = 'postgresql://node:${SECRET_DB}@db/x'\n");
        live.reload().unwrap();
        assert_eq!(logged(), [""; 0], "the same warning is logged once");
        rotate("hunter3", 0o600);
        live.reload().unwrap();
        rotate("hunter4", 0o644);
        live.reload().unwrap();
        assert_eq!(logged().len(), 1, "the warning was gone in between");
    });
}

//! The allocations of a check, a load, a reload and a report.
//!
//! A clock on a busy machine proves nothing, and a count is exact. A limit is the measured count with little room, so that a
//! change that allocates more fails here; one that allocates less lowers the limit. docs/speed.md has the same counts.

use std::path::PathBuf;

use allocation_counter::measure;
use confgate::bitcraps::Config;
use confgate::live::Live;
use confgate::load::{LoadOptions, Loader};
use confgate::render::human;
use confgate::value::Format;
use confgate::{Environment, Gate, Input, Source, SystemContext, ValidateOptions, toml};
use tempfile::TempDir;

/// The variables of a load, as in `benches/runtime`.
const VARIABLES: [(&str, &str); 20] = [
    ("BITCRAPS_APP__NAME", "edge-7"),
    ("BITCRAPS_APP__LOG_LEVEL", "warn"),
    ("BITCRAPS_APP__WORKER_THREADS", "8"),
    ("BITCRAPS_APP__ENABLE_TUI", "true"),
    ("BITCRAPS_NETWORK__LISTEN_PORT", "9333"),
    ("BITCRAPS_NETWORK__MAX_CONNECTIONS", "800"),
    ("BITCRAPS_NETWORK__CONNECTION_TIMEOUT", "20s"),
    ("BITCRAPS_NETWORK__KEEPALIVE_INTERVAL", "45s"),
    ("BITCRAPS_NETWORK__ENABLE_BLUETOOTH", "false"),
    ("BITCRAPS_NETWORK__ENABLE_UPNP", "false"),
    ("BITCRAPS_CONSENSUS__MAX_PARTICIPANTS", "64"),
    ("BITCRAPS_CONSENSUS__FINALITY_THRESHOLD", "0.75"),
    ("BITCRAPS_DATABASE__URL", "postgresql://node@db.example.net/bitcraps"),
    ("BITCRAPS_DATABASE__MAX_CONNECTIONS", "48"),
    ("BITCRAPS_SECURITY__POW_DIFFICULTY", "22"),
    ("BITCRAPS_SECURITY__SESSION_TIMEOUT", "2h"),
    ("BITCRAPS_SECURITY__RATE_LIMIT_REQUESTS", "250"),
    ("BITCRAPS_MONITORING__METRICS_PORT", "9191"),
    ("BITCRAPS_GAME__MAX_BET", "5000"),
    ("BITCRAPS_TREASURY__RAKE_PERCENTAGE", "0.015"),
];

/// Asserts the allocations of `work`, which is run once before.
#[track_caller]
fn assert_allocations(limit: u64, mut work: impl FnMut()) {
    work();
    assert_first_allocations(limit, work);
}

/// Asserts the allocations of `work`, which is run once.
#[track_caller]
fn assert_first_allocations(limit: u64, work: impl FnOnce()) {
    let counted = measure(work).count_total;
    let room = limit / 10;
    assert!(counted <= limit, "{counted} allocations, and at most {limit} are expected");
    assert!(counted + room >= limit, "{counted} allocations; lower the limit, which is {limit}");
}

fn text() -> String {
    toml::write(&Gate::of::<Config>().defaults(Environment::Production)).unwrap()
}

/// A folder with the Production config.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("production.toml"), text()).unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("production.toml")
    }

    fn loader(&self, variables: &[(&str, &str)]) -> Loader<Config> {
        let system =
            variables.iter().fold(SystemContext::bare(), |system, (name, value)| system.variable(*name, *value));
        Loader::of::<Config>(system).environment(Environment::Production).at(self.path())
    }
}

#[test]
fn reading_a_text() {
    let source = Source::new("production.toml", text());
    assert_allocations(52, || drop(toml::read(&source)));
}

fn check(gate: &Gate, text: &str) {
    let bytes = text.to_owned().into_bytes();
    let input = Input::bytes(Format::Toml, "production.toml".to_owned(), bytes, ValidateOptions::default());
    let Input { tree, sources, found, options } = input;
    assert!(gate.validate_as_written(tree, &sources, found, options).report.admits());
}

#[test]
fn a_check() {
    let (gate, text) = (Gate::of::<Config>().untyped(), text());
    assert_allocations(80, || check(&gate, &text));
}

/// A process that checks one file reads the compiled schema, and does not generate the schema from the types.
#[test]
fn the_first_check_of_a_process() {
    let text = text();
    assert_first_allocations(3100, || check(&Gate::of::<Config>().untyped(), &text));
}

#[test]
fn a_load() {
    let files = Files::new();
    let loader = files.loader(&VARIABLES);
    assert_allocations(126, || {
        let (config, loaded) = loader.config(&LoadOptions::default()).unwrap();
        assert_eq!((config.network.listen_port, loaded.variable_count), (9333, 20));
    });
}

#[test]
fn a_reload_without_a_change() {
    let files = Files::new();
    let live = Live::builder(files.loader(&[])).start().unwrap();
    // Those of the thread that waits. The load runs in a thread of its own, and `a_load` counts it.
    assert_allocations(13, || assert_eq!(live.reload().unwrap().changed, []));
}

#[test]
fn a_report() {
    let gate = Gate::of::<Config>();
    let wrong =
        text().replace("max_connections = 1000", "max_conections = 0").replace("enable_tls = true", "enable_tls = 1");
    let source = Source::new("refused.toml", wrong);
    assert_allocations(4310, || {
        let report = gate.check(&source, Environment::Production).report;
        assert_eq!(report.errors(), 2);
        assert!(human::report(&report, human::Style::default()).contains("max_conections"));
    });
}

/// Asserts that ten times the mistakes of `config` cost at most eleven times the allocations, in number and in bytes, of a check
/// and of its report. Counts that grow with the square fail at once, whatever the machine does.
#[track_caller]
fn assert_linear(config: impl Fn(usize) -> String) {
    let gate = Gate::of::<Config>();
    let cost = |number: usize| {
        let source = Source::new("a.toml", config(number));
        let check = || {
            let report = gate.validate(Input::text(&source, ValidateOptions::default())).report;
            assert!(report.errors() > 0);
            drop(human::report(&report, human::Style::default()));
        };
        check();
        let counted = measure(check);
        (counted.count_total, counted.bytes_total)
    };
    let (few, many) = (cost(1000), cost(10_000));
    assert!(many.0 <= 11 * few.0, "{} allocations for 1,000 and {} for 10,000", few.0, many.0);
    assert!(many.1 <= 11 * few.1, "{} bytes for 1,000 and {} for 10,000", few.1, many.1);
}

#[test]
fn unknown_keys_cost_linear_time() {
    assert_linear(|number| {
        format!("[network]\n{}", (0..number).map(|key| format!("zz{key} = 1\n")).collect::<String>())
    });
}

#[test]
fn wrong_elements_cost_linear_time() {
    assert_linear(|number| format!("network.turn_servers = [{}]\n", "1, ".repeat(number)));
}

#[test]
fn broken_lines_cost_linear_time() {
    assert_linear(|number| "= broken\n".repeat(number));
}

#[test]
fn repeated_keys_cost_linear_time() {
    assert_linear(|number| "listen_port = 1\n".repeat(number));
}

#[test]
fn references_without_an_end_cost_linear_time() {
    assert_linear(|number| format!("database.url = \"{}\"\n", "${A:-".repeat(number)));
}

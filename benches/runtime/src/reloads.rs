//! Time from the write of a file until readers see the new config.

use std::thread;
use std::time::{Duration, Instant};

use confgate::bitcraps::Config;
use confgate::live::{Builder, Live};

use crate::case::Case;
use crate::quantile;

const WRITES: u32 = 200;

/// Interval at which the reader polls, which limits the precision.
const READ_INTERVAL: Duration = Duration::from_micros(50);

pub fn measure() {
    let millis = Duration::from_millis;
    println!("\nFrom a file that is replaced to the config that readers see, {WRITES} times: milliseconds\n");
    println!("| | p50 | p99 |");
    println!("|---|---:|---:|");
    watched("watched, quiet for 100 ms", |builder| builder.watch(millis(100)));
    watched("watched, quiet for 20 ms", |builder| builder.watch(millis(20)));
    watched("polled every 10 ms", |builder| builder.poll(millis(10)));
    requested("`Live::reload()`");
}

fn watched(name: &str, with: impl Fn(Builder<Config>) -> Builder<Config>) {
    let case = Case::new();
    let live = with(Live::builder(case.without_variables())).start().expect("the gate admits it");
    row(name, (0..WRITES).map(|number| latency(&case, &live, number, || {})).collect());
}

/// Measures reloads that the program itself requests.
fn requested(name: &str) {
    let case = Case::new();
    let live = Live::builder(case.without_variables()).start().expect("the gate admits it");
    let reload = || drop(live.reload().expect("the gate admits it"));
    row(name, (0..WRITES).map(|number| latency(&case, &live, number, reload)).collect());
}

/// Writes a new number and returns the milliseconds until readers see it.
fn latency(case: &Case, live: &Live<Config>, number: u32, after_write: impl Fn()) -> f64 {
    let (old, new) = (live.load().network.max_connections, 100 + number);
    let line = |number: u32| format!("max_connections = {number}\nconnection_timeout");
    let text = case.text().replace(&line(old), &line(new));
    // Separate the writes, so that two are never handled as one.
    thread::sleep(Duration::from_millis(5));
    let start = Instant::now();
    case.write(&text);
    after_write();
    while live.load().network.max_connections != new {
        assert!(start.elapsed() < Duration::from_secs(20), "a write was not seen");
        thread::sleep(READ_INTERVAL);
    }
    start.elapsed().as_secs_f64() * 1e3
}

fn row(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    println!("| {name} | {:.2} | {:.2} |", quantile(&times, 0.5), quantile(&times, 0.99));
}

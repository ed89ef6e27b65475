//! How long it takes from a file that was written to the config that readers see.

use std::thread;
use std::time::{Duration, Instant};

use confgate::bitcraps::Config;
use confgate::live::{Builder, Live};

use crate::case::Case;
use crate::quantile;

const WRITES: u32 = 200;

/// How often the reader looks. What is measured is exact to that.
const LOOK: Duration = Duration::from_micros(50);

pub fn measure() {
    let millis = Duration::from_millis;
    println!("\nFrom a file that is replaced to the config that readers see, {WRITES} times: milliseconds\n");
    println!("| | p50 | p99 |");
    println!("|---|---:|---:|");
    watched("watched, quiet for 100 ms", |builder| builder.watch(millis(100)));
    watched("watched, quiet for 20 ms", |builder| builder.watch(millis(20)));
    watched("looked at every 10 ms", |builder| builder.poll(millis(10)));
    asked("`Live::reload()`");
}

fn watched(name: &str, with: impl Fn(Builder<Config>) -> Builder<Config>) {
    let case = Case::new();
    let live = with(Live::builder(case.without_variables())).start().expect("the gate admits it");
    row(name, (0..WRITES).map(|number| written(&case, &live, number, || {})).collect());
}

/// The program itself says that there is a new file.
fn asked(name: &str) {
    let case = Case::new();
    let live = Live::builder(case.without_variables()).start().expect("the gate admits it");
    let reload = || drop(live.reload().expect("the gate admits it"));
    row(name, (0..WRITES).map(|number| written(&case, &live, number, reload)).collect());
}

/// Milliseconds until readers see a new number.
fn written(case: &Case, live: &Live<Config>, number: u32, then: impl Fn()) -> f64 {
    let (old, new) = (live.load().network.max_connections, 100 + number);
    let line = |number: u32| format!("max_connections = {number}\nconnection_timeout");
    let text = case.text().replace(&line(old), &line(new));
    // Two writes are never taken for one.
    thread::sleep(Duration::from_millis(5));
    let start = Instant::now();
    case.write(&text);
    then();
    while live.load().network.max_connections != new {
        assert!(start.elapsed() < Duration::from_secs(20), "a write was not seen");
        thread::sleep(LOOK);
    }
    start.elapsed().as_secs_f64() * 1e3
}

fn row(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    println!("| {name} | {:.2} | {:.2} |", quantile(&times, 0.5), quantile(&times, 0.99));
}

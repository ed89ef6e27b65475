//! Time from a change of the file to an evaluation with the new value.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use confgate::flags::EvaluationContext;

use crate::case::live;
use crate::quantile;

const CHANGES: u32 = 300;

/// Time without changes after which a file is read, as of the agent.
const QUIET: Duration = Duration::from_millis(100);

/// Interval at which the reader evaluates.
const INTERVAL: Duration = Duration::from_micros(200);

/// Longest wait for a change.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Returns flags of which one has this value.
fn numbered(number: u32) -> String {
    format!(
        r#"{{ "flags": {{ "a": {{ "variants": {{ "now": {number}, "other": -1 }}, "defaultVariant": "other",
             "targeting": {{ "if": [{{ "==": [{{ "var": "x" }}, 1] }}, "now"] }} }} }} }}"#
    )
}

pub fn measure() {
    let (folder, live) = live(&numbered(0), Some(QUIET));
    let context = EvaluationContext::new().with("x", 1);
    let times: Vec<f64> = (1..=CHANGES)
        .map(|number| {
            let next = folder.path().join("next");
            fs::write(&next, numbered(number)).expect("a file");
            let began = Instant::now();
            fs::rename(&next, folder.path().join("flags.json")).expect("a file");
            while live.number("a", -1.0, &context) != f64::from(number) {
                assert!(began.elapsed() < TIMEOUT, "change {number} is not evaluated");
                thread::sleep(INTERVAL);
            }
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    println!("\nFrom a change of the file to its evaluation, {CHANGES} changes, {QUIET:?} of quiet\n");
    println!("| median, ms | p99, ms | longest, ms |\n|---:|---:|---:|");
    println!("| {:.1} | {:.1} | {:.1} |", quantile(&times, 0.5), quantile(&times, 0.99), quantile(&times, 1.0));
}

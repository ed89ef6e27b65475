//! Whole load, from the file and the environment variables to the typed config, compared with other libraries.

use std::time::Instant;

use confgate::bitcraps::Config;
use confgate::load::LoadOptions;
use confgate::system::SystemContext;

use crate::allocations::{Count, count};
use crate::case::Case;
use crate::{peers, quantile};

const ROUNDS: usize = 150;
const LOADS: u32 = 40;

/// Library that takes part.
struct Contestant<'c> {
    /// Row in the table.
    row: usize,
    name: &'static str,
    load: Box<dyn Fn() + 'c>,
    allocations: Count,
    /// Microseconds of one load, in each round.
    times: Vec<f64>,
}

/// Makes a contestant. `config` converts its result to the config, which must be the same for all.
fn contestant<'c, T>(
    name: &'static str,
    expected: &Config,
    load: impl Fn() -> T + 'c,
    config: impl Fn(T) -> Config,
) -> Contestant<'c> {
    assert_eq!(config(load()), *expected, "{name} loads another config");
    let before = count();
    let loaded = load();
    let allocations = count() - before;
    drop(loaded);
    Contestant {
        row: 0,
        name,
        load: Box::new(move || drop(std::hint::black_box(load()))),
        allocations,
        times: Vec::new(),
    }
}

/// Measures the contestants in turn, so that a busy machine slows them down equally.
pub fn measure() {
    let case = Case::new();
    let path = case.path();
    let loader = case.loader();
    let bare = peers::bare::Bare::new();
    let options = LoadOptions::default();
    let expected = peers::by_hand::load(&path);
    let confgate = || loader.config(&options).expect("the gate admits it");
    let (_, loaded) = confgate();
    assert_eq!((loaded.variable_count, loaded.layers.len(), loaded.report.diagnostics().len()), (20, 20, 0));
    let with_new_context = || {
        std::hint::black_box(SystemContext::of_process());
        confgate()
    };
    let mut contestants = [
        contestant("confgate: schema, rules, origins", &expected, confgate, |(config, _)| config),
        contestant("confgate, with its variables read again", &expected, with_new_context, |(config, _)| config),
        contestant("toml + serde + jsonschema", &expected, || bare.load(&path), |config| config),
        contestant("toml + serde by hand", &expected, || peers::by_hand::load(&path), |config| config),
        contestant("confique", &expected, || peers::confique::load(&path), Config::from),
        contestant("figment", &expected, || peers::figment::load(&path), |config| config),
        contestant("config-rs", &expected, || peers::config_rs::load(&path), |config| config),
    ];
    for (row, contestant) in contestants.iter_mut().enumerate() {
        contestant.row = row;
    }
    for round in 0..ROUNDS {
        // Vary the order, so that no contestant always follows the same one.
        contestants.rotate_left(1);
        if round % 2 == 1 {
            contestants.reverse();
        }
        for contestant in &mut contestants {
            let start = Instant::now();
            (0..LOADS).for_each(|_| (contestant.load)());
            contestant.times.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(LOADS));
        }
    }
    let keys = loaded.tree.keys();
    println!("\nA load of {keys} keys from a file and 20 variables\n");
    println!("| | time, µs | times confgate's | confgate's share of it | allocations | bytes |");
    println!("|---|---:|---:|---:|---:|---:|");
    contestants.sort_by_key(|contestant| contestant.row);
    let first = contestants[0].times.clone();
    for Contestant { name, times, allocations, .. } in &contestants {
        // Compare within each round: other processes affect both times equally.
        let mut ratios: Vec<f64> = times.iter().zip(&first).map(|(time, first)| time / first).collect();
        ratios.sort_by(f64::total_cmp);
        let ratio = quantile(&ratios, 0.5);
        let mut times = times.clone();
        times.sort_by(f64::total_cmp);
        let (time, Count { times, bytes, .. }) = (quantile(&times, 0.5), allocations);
        println!("| {name} | {time:.0} | {ratio:.2} | {:.2} | {times} | {bytes} |", 1.0 / ratio);
    }
}

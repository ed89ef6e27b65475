//! A whole load, from the file and the variables to the typed config, beside the libraries that one would take instead.

use std::time::Instant;

use confgate::system::SystemContext;
use confgate::bitcraps::Config;
use confgate::load::LoadOptions;

use crate::allocations::{Count, count};
use crate::case::Case;
use crate::{peers, quantile};

const ROUNDS: usize = 150;
const LOADS: u32 = 40;

struct Contestant<'c> {
    /// In the table.
    place: usize,
    name: &'static str,
    load: Box<dyn Fn() + 'c>,
    allocations: Count,
    /// Microseconds for one load, in each round.
    times: Vec<f64>,
}

/// Somebody who takes part. `config` makes of a load the config that all must come to.
fn contestant<'c, T>(
    name: &'static str,
    wanted: &Config,
    load: impl Fn() -> T + 'c,
    config: impl Fn(T) -> Config,
) -> Contestant<'c> {
    assert_eq!(config(load()), *wanted, "{name} loads another config");
    let before = count();
    let loaded = load();
    let allocations = count() - before;
    drop(loaded);
    Contestant {
        place: 0,
        name,
        load: Box::new(move || drop(std::hint::black_box(load()))),
        allocations,
        times: Vec::new(),
    }
}

/// The loads, in turn, so that a busy machine slows each alike.
pub fn measure() {
    let case = Case::new();
    let path = case.path();
    let loader = case.loader();
    let bare = peers::bare::Bare::new();
    let given = LoadOptions::default();
    let wanted = peers::by_hand::load(&path);
    let confgate = || loader.config::<Config>(&given).expect("the gate admits it");
    let (_, loaded) = confgate();
    assert_eq!((loaded.variables, loaded.layers.len(), loaded.report.diagnostics().len()), (20, 20, 0));
    let again = || {
        std::hint::black_box(SystemContext::of_process());
        confgate()
    };
    let mut contestants = [
        contestant("confgate: schema, rules, origins", &wanted, confgate, |(config, _)| config),
        contestant("confgate, and its variables read anew", &wanted, again, |(config, _)| config),
        contestant("toml + serde + jsonschema", &wanted, || bare.load(&path), |config| config),
        contestant("toml + serde by hand", &wanted, || peers::by_hand::load(&path), |config| config),
        contestant("confique", &wanted, || peers::confique::load(&path), Config::from),
        contestant("figment", &wanted, || peers::figment::load(&path), |config| config),
        contestant("config-rs", &wanted, || peers::config_rs::load(&path), |config| config),
    ];
    for (place, contestant) in contestants.iter_mut().enumerate() {
        contestant.place = place;
    }
    for round in 0..ROUNDS {
        // Nobody comes always behind the same one.
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
    let keys = loaded.tree.leaf_count();
    println!("\nA load of {keys} keys from a file and 20 variables\n");
    println!("| | time, µs | times confgate's | confgate's share of it | allocations | bytes |");
    println!("|---|---:|---:|---:|---:|---:|");
    contestants.sort_by_key(|contestant| contestant.place);
    let first = contestants[0].times.clone();
    for Contestant { name, times, allocations, .. } in &contestants {
        // Of each round by itself: what ran beside it hit both.
        let mut ratios: Vec<f64> = times.iter().zip(&first).map(|(time, first)| time / first).collect();
        ratios.sort_by(f64::total_cmp);
        let ratio = quantile(&ratios, 0.5);
        let mut times = times.clone();
        times.sort_by(f64::total_cmp);
        let (time, Count { times, bytes, .. }) = (quantile(&times, 0.5), allocations);
        println!("| {name} | {time:.0} | {ratio:.2} | {:.2} | {times} | {bytes} |", 1.0 / ratio);
    }
}

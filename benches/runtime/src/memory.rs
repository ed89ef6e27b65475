//! Memory of a running handle, and of each config in its history.

use confgate::bitcraps::Config;
use confgate::gate::Gate;
use confgate::live::Live;
use confgate::load::Override;
use confgate::value::Path;

use crate::allocations::count;
use crate::case::Case;

const KEPT: u32 = 50;

pub fn measure() {
    let case = Case::new();
    // Exclude the memory that the process allocates once, for all handles.
    drop(Gate::of::<Config>());
    let before = count();
    let loader = case.loader();
    let with_loader = count() - before;
    let live = Live::<Config>::builder(loader).history(KEPT as usize).start().expect("the gate admits it");
    let started = count() - before;
    for number in 0..KEPT {
        let set = Override::json(Path::dotted("network.max_connections"), (100 + number).into());
        live.apply([set], "measured").expect("the gate admits it");
    }
    assert_eq!(live.history().len(), KEPT as usize);
    let full = count() - before;
    println!("\nMemory of a handle, in kB\n");
    println!("| | |");
    println!("|---|---:|");
    println!("| the loader with its gate | {:.1} |", kilobytes(with_loader.live));
    println!("| the handle at its start, beside them | {:.1} |", kilobytes(started.live - with_loader.live));
    println!("| with {KEPT} earlier configs | {:.1} |", kilobytes(full.live - with_loader.live));
    println!("| for each of them | {:.1} |", kilobytes((full.live - started.live) / i64::from(KEPT)));
}

fn kilobytes(bytes: i64) -> f64 {
    bytes as f64 / 1e3
}

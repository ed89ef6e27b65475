//! Cost of a config in a running service: `benches/runtime/run`, or one benchmark of it: `benches/runtime/run loads`.

mod access;
mod allocations;
mod case;
mod loads;
mod memory;
mod peers;
mod reloads;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

fn main() {
    let benchmarks: [(&str, fn()); 4] = [
        ("loads", loads::measure),
        ("access", access::measure),
        ("reloads", reloads::measure),
        ("memory", memory::measure),
    ];
    let selected = std::env::args().nth(1);
    if let Some(selected) = &selected
        && !benchmarks.iter().any(|(name, _)| name == selected)
    {
        eprintln!("unknown benchmark {selected:?}; use loads, access, reloads or memory");
        std::process::exit(2);
    }
    case::with_clean_environment();
    for (_, measure) in benchmarks.iter().filter(|(name, _)| selected.as_ref().is_none_or(|selected| selected == name))
    {
        measure();
    }
}

/// Returns the quantile of sorted values: `share` of them are below it.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len() - 1;
    sorted[((last as f64) * share).round() as usize]
}

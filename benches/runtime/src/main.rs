//! What a running service pays for its config: `benches/runtime/run`, or one part of it: `benches/runtime/run loads`.

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
    let parts: [(&str, fn()); 4] = [
        ("loads", loads::measure),
        ("access", access::measure),
        ("reloads", reloads::measure),
        ("memory", memory::measure),
    ];
    let wanted = std::env::args().nth(1);
    if let Some(wanted) = &wanted
        && !parts.iter().any(|(name, _)| name == wanted)
    {
        eprintln!("there is no part {wanted:?}: loads, access, reloads, memory");
        std::process::exit(2);
    }
    case::with_clean_environment();
    for (_, measure) in parts.iter().filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| wanted == name)) {
        measure();
    }
}

/// The value below which `share` of the sorted values lie.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len() - 1;
    sorted[((last as f64) * share).round() as usize]
}

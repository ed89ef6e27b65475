//! Cost of feature flags: `benches/flags/run`, or one benchmark of it: `benches/flags/run evaluations`.

mod bulk;
mod case;
mod changes;
mod evaluations;
mod peer;

fn main() {
    let benchmarks: [(&str, fn()); 3] =
        [("evaluations", evaluations::measure), ("bulk", bulk::measure), ("changes", changes::measure)];
    let selected = std::env::args().nth(1);
    if let Some(selected) = &selected
        && !benchmarks.iter().any(|(name, _)| name == selected)
    {
        eprintln!("unknown benchmark {selected:?}; use evaluations, bulk or changes");
        std::process::exit(2);
    }
    for (_, measure) in benchmarks.iter().filter(|(name, _)| selected.as_ref().is_none_or(|selected| selected == name))
    {
        measure();
    }
}

/// Returns the quantile of some values: `share` of them are below it.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len() - 1;
    sorted[((last as f64) * share).round() as usize]
}

//! Steps of the gate, each by itself: `cargo bench --bench gate`.

use std::hint::black_box;
use std::time::Duration;

use confgate::bitcraps::Config;
use confgate::render::human;
use confgate::schema::generate;
use confgate::toml;
use confgate::{Environment, Gate, Input, Source, ValidateOptions};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

const PRODUCTION: Environment = Environment::Production;

fn gate(criterion: &mut Criterion) {
    let gate = Gate::of::<Config>();
    let text = toml::write(&gate.defaults(PRODUCTION)).expect("defaults can be written");
    let clean = Source::new("clean.toml", text.as_str());
    let wrong =
        text.replace("max_connections = 1000", "max_conections = 0").replace("enable_tls = true", "enable_tls = 1");
    let refused = Source::new("refused.toml", wrong);
    let schema = gate.schema().clone();

    criterion.bench_function("read the Production config", |bencher| bencher.iter(|| toml::read(black_box(&clean))));
    for (name, source) in
        [("examine a config that is admitted", &clean), ("examine a config that is refused", &refused)]
    {
        let input = Input::text(source, ValidateOptions::default());
        criterion.bench_function(name, |bencher| {
            bencher.iter_batched(|| input.clone(), |input| gate.validate(input), BatchSize::SmallInput);
        });
    }
    let report = gate.check(&refused, PRODUCTION).report;
    assert!(!report.admits());
    criterion.bench_function("render a report for people", |bencher| {
        bencher.iter(|| human::report(black_box(&report), human::Style::default()));
    });
    criterion.bench_function("generate the schema", |bencher| bencher.iter(generate::schema::<Config>));
    criterion.bench_function("compile the schema", |bencher| {
        bencher.iter_batched(|| schema.clone(), Gate::of_schema, BatchSize::SmallInput);
    });
    criterion.bench_function("make the gate of the model", |bencher| bencher.iter(Gate::of::<Config>));
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    targets = gate
}
criterion_main!(benches);

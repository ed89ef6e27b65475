//! Any bytes as a TOML file: through the whole gate and every rendering of what it says.

#![no_main]

use std::sync::LazyLock;

use confgate::bitcraps::Config;
use confgate::render::{github, human, json, sarif};
use confgate::toml;
use confgate::{Environment, Gate, Source};
use libfuzzer_sys::fuzz_target;

static GATE: LazyLock<Gate<Config>> = LazyLock::new(Gate::of::<Config>);

fuzz_target!(|data: &[u8]| {
    // The first byte is how the report is drawn and for which environment.
    let Some((how, text)) = data.split_first() else { return };
    let source = Source::new("config.toml", String::from_utf8_lossy(text));
    let environment = Environment::ALL[usize::from(how % 4)];
    let outcome = GATE.check(&source, environment);

    let style = human::Style { color: how % 8 > 3, width: usize::from(*how) };
    human::report(&outcome.report, style);
    json::document([("config.toml", &outcome.report)]);
    sarif::log([&outcome.report], GATE.rules());
    github::commands(&outcome.report);

    if outcome.report.admits() {
        let canonical = toml::write(&outcome.tree).expect("what is admitted can be written");
        let again = GATE.check(&Source::new("again.toml", canonical.as_str()), environment);
        assert_eq!(again.tree, outcome.tree);
        assert_eq!(toml::write(&again.tree).unwrap(), canonical);
    }
});

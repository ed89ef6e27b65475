//! Any bytes as a config in JSON or YAML, through the whole gate: a config that is admitted is admitted again as it is written, in
//! each format.

#![no_main]

use std::sync::LazyLock;

use confgate::bitcraps::Config;
use confgate::render::human;
use confgate::value::Format;
use confgate::{Environment, Gate, Input, Source, ValidateOptions, toml, yaml};
use libfuzzer_sys::fuzz_target;

static GATE: LazyLock<Gate<Config>> = LazyLock::new(Gate::of::<Config>);

fuzz_target!(|data: &[u8]| {
    let Some((how, bytes)) = data.split_first() else { return };
    let format = if how % 2 == 0 { Format::Json } else { Format::Yaml };
    let environment = Environment::ALL[usize::from(how / 2 % 4)];
    let options = || ValidateOptions { environment: Some(environment), ..ValidateOptions::default() };
    let outcome = GATE.validate(Input::bytes(format, "config".to_owned(), bytes.to_vec(), options()));
    human::report(&outcome.report, human::Style { color: how & 8 > 0, width: usize::from(*how) });
    if !outcome.report.admits() {
        return;
    }
    let again = |format, text: String| {
        let source = Source::in_format(format, "again", text.as_str());
        let again = GATE.validate(Input::text(&source, options()));
        assert!(again.report.admits(), "{text}\n{:?}", again.report);
        again.tree
    };
    let text = toml::write(&outcome.tree).expect("what is admitted can be written");
    assert_eq!(again(Format::Toml, text), outcome.tree);
    assert_eq!(again(Format::Yaml, yaml::write(&outcome.tree)), outcome.tree);
});

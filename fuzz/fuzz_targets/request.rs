//! Any order of a bundle, as Nix would write it: settings with the places that define them and what is wrong with them.
//! It goes the way of a build up to the disk; and what is admitted comes back from its TOML as it went in.

#![no_main]

use std::sync::LazyLock;

use confgate::bitcraps::Config;
use confgate::render::human;
use confgate::builder::BuildContext;
use confgate::toml;
use confgate::value::{Sources, json};
use confgate::{Environment, Gate, Source, Input, ValidateOptions};
use libfuzzer_sys::{Corpus, fuzz_target};

static GATE: LazyLock<Gate<Config>> = LazyLock::new(Gate::of::<Config>);

/// What all orders share: the one Nix file that their origins can name.
static SHARED: LazyLock<BuildContext> = LazyLock::new(|| {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/base.nix");
    let asked = serde_json::json!({ "orders": [], "sources": { "base.nix": file } });
    let asked = serde_json::from_value(asked).expect("a request");
    BuildContext::new(&asked, &|| Gate::of::<Config>().untyped()).expect("base.nix is there")
});

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(order) = serde_json::from_slice(data) else { return Corpus::Reject };
    let Ok(bundle) = SHARED.build(&order) else { return Corpus::Keep };
    human::report(&bundle.report, human::Style { color: false, width: data.len() % 160 });

    let Ok(tree) = json::read(order.settings) else { return Corpus::Keep };
    let options = ValidateOptions { environment: Some(Environment::Staging), fill_defaults: true, ..ValidateOptions::default() };
    let outcome = GATE.validate(Input { tree, sources: Sources::default(), found: Vec::new(), options });
    if outcome.report.admits() {
        let canonical = toml::write(&outcome.tree).expect("what is admitted can be written");
        let again = GATE.check(&Source::new("again.toml", canonical.as_str()), Environment::Staging);
        assert_eq!(again.tree, outcome.tree);
        assert_eq!(toml::write(&again.tree).unwrap(), canonical);
    }
    Corpus::Keep
});

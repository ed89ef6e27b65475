//! The flags that are measured, and the context in which they are evaluated.

use std::fs;
use std::time::Duration;

use confgate::SystemContext;
use confgate::flags::{FlagsFile, LiveFlags, flagd_configuration};
use confgate::live::Live;
use confgate::load::Loader;
use serde_json::{Value as Json, json};

/// Key of the flag with targeting.
pub const TARGETED: &str = "targeted";

/// Key of the flag without targeting.
pub const PLAIN: &str = "plain";

/// Returns a flag without targeting and one with a condition of two parts and a share.
pub fn flags() -> Json {
    json!({ "flags": {
        PLAIN: { "variants": { "on": true, "off": false }, "defaultVariant": "on" },
        TARGETED: {
            "variants": { "a": "A", "b": "B", "c": "C" },
            "defaultVariant": "c",
            "targeting": { "if": [
                { "and": [{ "==": [{ "var": "plan" }, "pro"] }, { "ends_with": [{ "var": "email" }, "@example.org"] }] },
                { "fractional": [["a", 30], ["b", 70]] },
                null,
            ] },
        },
    } })
}

/// Returns a hundred flags, of which every second one has targeting.
pub fn hundred_flags() -> Json {
    let both = flags();
    let flags = (0..100).map(|number| {
        let kind = if number % 2 == 0 { PLAIN } else { TARGETED };
        (format!("flag-{number:03}"), both["flags"][kind].clone())
    });
    json!({ "flags": flags.collect::<serde_json::Map<_, _>>() })
}

/// Returns the context of the evaluations.
pub fn context() -> Json {
    json!({ "targetingKey": "user-12345", "plan": "pro", "email": "alice@example.org", "country": "DE" })
}

/// Returns flags in the format of flagd.
pub fn configuration(flags: &Json) -> Json {
    let file: FlagsFile = serde_json::from_value(flags.clone()).expect("the flags are valid");
    flagd_configuration(file.document()).expect("they have no ramp")
}

/// Starts live flags in a file. `quiet` is the time without changes after which a change is read.
pub fn live(flags: &str, quiet: Option<Duration>) -> (tempfile::TempDir, LiveFlags) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("flags.json");
    fs::write(&path, flags).expect("a file");
    let loader = Loader::of::<FlagsFile>(SystemContext::bare()).at(&path);
    let builder = Live::<FlagsFile>::builder(loader);
    let builder = match quiet {
        Some(quiet) => builder.watch(quiet),
        None => builder,
    };
    (folder, LiveFlags::new(builder.start().expect("the gate admits them")))
}

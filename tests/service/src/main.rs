//! A service that loads its config and prints a value of it.

use std::process::ExitCode;

use confgate::load::Loader;
use confgate::live::Live;
use confgate::{Environment, SystemContext, Model, Rule};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of a lamp.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Lamp {
    /// Brightness, of the greatest that the lamp has.
    #[schemars(range(max = 100), extend("x-unit" = "percent"))]
    brightness: u8,
}

impl Model for Lamp {
    const NAME: &'static str = "lamp";
    const ENV_PREFIX: &'static str = "LAMP";

    fn defaults(_: Environment) -> Self {
        Self { brightness: 50 }
    }

    fn rules() -> &'static [Rule<Self>] {
        &[]
    }
}

fn main() -> ExitCode {
    match Live::<Lamp>::builder(Loader::of::<Lamp>(SystemContext::of_process())).start() {
        Ok(live) => {
            println!("brightness {} %", live.load().brightness);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

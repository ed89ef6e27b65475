//! The `confgate` command over the bundled model.

use std::process::ExitCode;

fn main() -> ExitCode {
    confgate::cli::main::<confgate::bitcraps::Config>()
}

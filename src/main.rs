//! The `confgate` command over the bundled model.

use std::process::ExitCode;

/// The allocator of the system takes a fifth of the time of a large check.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    confgate::cli::main::<confgate::bitcraps::Config>()
}

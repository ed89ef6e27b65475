//! The `confgate` command over the bundled model.

use std::process::ExitCode;

/// A fifth of the time of a large check is to get and touch memory with the allocator of the system.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    confgate::cli::main::<confgate::bitcraps::Config>()
}

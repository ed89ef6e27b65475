//! The `confgate` command over the bundled model.

use std::process::ExitCode;

/// The allocator of the system takes a fifth of the time of a large check.
#[cfg(all(feature = "mimalloc", not(feature = "wipe-memory")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Memory is wiped before it is freed: parsers and buffers leave copies of secrets there.
#[cfg(feature = "wipe-memory")]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<mimalloc::MiMalloc> = zeroizing_alloc::ZeroAlloc(mimalloc::MiMalloc);

fn main() -> ExitCode {
    confgate::cli::main::<confgate::bitcraps::Config>()
}

//! Test suites of the formats that Confgate reads, each described in its folder.
//!
//! Each file of a suite is a test of its own.

mod json_schema;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, json_schema::trials()).exit_code()
}

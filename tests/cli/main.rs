//! The command line: exit codes, files, folders, pipes, and every message.

mod action_runner;
#[cfg(feature = "live")]
mod audit;
mod bundle_schema;
mod check;
#[cfg(feature = "live")]
mod config_pages;
mod diff;
mod diff_page;
#[cfg(feature = "live")]
mod edit;
#[cfg(all(feature = "deploy", feature = "seal"))]
mod files;
mod formats;
#[cfg(feature = "live")]
mod init;
#[cfg(feature = "live")]
mod migrate;
mod other;
#[cfg(feature = "live")]
mod pages;
mod peers;
mod project;
mod reference;
mod references;
mod render;
mod reports;
mod review;
mod schema_reference;
#[cfg(feature = "seal")]
mod seal;
#[cfg(feature = "live")]
mod secrets;
#[cfg(feature = "live")]
mod set;
#[cfg(feature = "live")]
mod show;
#[cfg(feature = "deploy")]
mod signed_trail;
mod terminal;
#[cfg(feature = "live")]
mod written;

use std::path::Path;

use assert_cmd::assert::{Assert, OutputAssertExt};
use confgate_test_support::{confgate, root};

const GOOD: &str = "[network]\nlisten_port = 4000\n";
const BAD: &str = "[network]\nlisten_port = 0\n";
const WARNED: &str = "[game]\nauto_resolve_timeout = \"10m\"\n";

/// Runs the program in a folder.
fn run_in(folder: &Path, arguments: &[&str]) -> Assert {
    confgate!().current_dir(folder).args(arguments).assert()
}

/// Runs the program in the folder of the project.
fn run(arguments: &[&str]) -> Assert {
    run_in(&root(), arguments)
}

/// Runs the program with a text as its standard input.
fn pipe(arguments: &[&str], input: &str) -> Assert {
    let mut command = confgate!();
    command.args(arguments);
    confgate_test_support::pipe(command, input)
}

//! Output of programs that must succeed.

use std::process::Command;

/// Runs a command, and returns its standard output.
///
/// # Panics
///
/// It fails.
pub fn printed(mut command: Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

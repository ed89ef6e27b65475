use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::assert::Assert;

/// Path of the `confgate` binary under test.
///
/// Cargo gives the path to integration tests of the binary's package alone, hence a macro.
#[macro_export]
macro_rules! program {
    () => {
        $crate::cargo_bin!("confgate")
    };
}

/// [`Command`] that runs the `confgate` binary under test, see [`command`].
#[macro_export]
macro_rules! confgate {
    () => {
        $crate::command($crate::program!())
    };
}

/// Returns a command whose output does not depend on the environment of the tests.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

/// Returns the path of an example of the package under test, which `cargo test` builds.
pub fn example(name: &str) -> PathBuf {
    // Test binaries are in `deps`, beside `examples`.
    let program = env::current_exe().unwrap().parent().unwrap().with_file_name("examples").join(name);
    assert!(program.exists(), "the example is not built: cargo build --example {name}");
    program
}

/// Runs a command with `input` as its standard input.
pub fn pipe(command: Command, input: impl Into<Vec<u8>>) -> Assert {
    assert_cmd::Command::from_std(command).write_stdin(input).assert()
}

/// Output of a finished command as text.
pub trait Printed {
    /// Returns the exit code.
    ///
    /// # Panics
    ///
    /// A signal ended the program.
    fn exit_code(&self) -> i32;

    /// Returns standard output.
    fn out(&self) -> String;

    /// Returns standard error.
    fn err(&self) -> String;

    /// Returns standard output and then standard error.
    fn text(&self) -> String {
        self.out() + &self.err()
    }
}

impl Printed for Assert {
    fn exit_code(&self) -> i32 {
        self.get_output().status.code().expect("the program ends by itself and not by a signal")
    }

    fn out(&self) -> String {
        String::from_utf8(self.get_output().stdout.clone()).unwrap()
    }

    fn err(&self) -> String {
        String::from_utf8(self.get_output().stderr.clone()).unwrap()
    }
}

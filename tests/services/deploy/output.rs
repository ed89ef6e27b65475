//! Output of the commands: each error once, and exit codes that an unwritable output does not change.

use std::fs::File;

use super::*;

impl Machine {
    /// Runs a command whose standard output is a full device. Returns the exit code and standard error.
    fn run_to_full(&self, arguments: &[&str]) -> (i32, String) {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = self.command(arguments).stdout(full).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    fn active(&self) -> PathBuf {
        fs::read_link(self.state().join("bitcraps/current")).unwrap()
    }
}

const LOST: &str =
    "warning: standard output: No space left on device (os error 28); the exit code is that of the command\n";

#[test]
fn an_unwritable_output_does_not_change_the_exit_code_of_a_deployment() {
    let machine = Machine::new();
    let (one, two) = (machine.bundle("one", 10), machine.bundle("two", 20));
    let (one, two) = (one.to_str().unwrap(), two.to_str().unwrap());
    assert_eq!(machine.run_to_full(&["deploy", one]), (0, LOST.to_owned()));
    assert_eq!(machine.active(), Path::new("generations/1"));
    let unhealthy = machine.run_to_full(&["deploy", two, "--health", "false", "--within", "1ms"]);
    let error = "error: health failed: false: sh failed (exit status: 1); generation 1 is active again\n";
    assert_eq!(unhealthy, (1, format!("{error}{LOST}")));
    assert_eq!(machine.active(), Path::new("generations/1"));
    assert_eq!(machine.run_to_full(&["deploy", two]), (0, LOST.to_owned()));
    let (code, error) = machine.run_to_full(&["deploy", machine.bundle("none", 0).to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(error.starts_with("error: ") && error.contains("must be at least 1, and is 0"), "{error}");
    assert_eq!(machine.run_to_full(&["rollback"]), (0, LOST.to_owned()));
    assert_eq!(machine.active(), Path::new("generations/1"));
    let (code, error) = machine.run_to_full(&["rollback", "7"]);
    assert_eq!((code, error), (1, format!("error: generation 7 is missing or damaged; intact: 1, 2, 3\n{LOST}")));
    fs::remove_file(machine.state().join("bitcraps/current")).unwrap();
    let (code, error) = machine.run_to_full(&["doctor", "--repair"]);
    assert_eq!((code, error.as_str()), (1, LOST), "the service is to be notified");
    assert_eq!(machine.active(), Path::new("generations/1"));
}

#[test]
fn an_output_that_is_all_that_a_command_does_is_its_exit_code() {
    let machine = Machine::new();
    let one = machine.bundle("one", 10);
    machine.run(&["deploy", one.to_str().unwrap()]);
    let error = "error: standard output: No space left on device (os error 28)\n";
    let two = machine.bundle("two", 20);
    let dry_run = ["deploy", two.to_str().unwrap(), "--dry-run"];
    for arguments in [&["status"][..], &["history"], &["doctor"], &dry_run] {
        assert_eq!(machine.run_to_full(arguments), (2, error.to_owned()), "{arguments:?}");
    }
}

#[test]
fn an_error_is_printed_once() {
    let machine = Machine::new();
    let (code, printed) = machine.run(&["deploy", "/nowhere"]);
    assert_eq!(code, 2);
    let lines: Vec<&str> = printed.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("✗ fetch ") && lines[0].ends_with(" ms"), "{printed}");
    assert_eq!(lines[1], "error: /nowhere: No such file or directory (os error 2)");
    let one = machine.bundle("one", 10);
    let (code, printed) = machine.run(&["deploy", one.to_str().unwrap(), "--health", "false", "--within", "1ms"]);
    assert_eq!((code, printed.matches("sh failed").count()), (1, 1), "{printed}");
    assert_eq!(
        steps(&printed),
        ["✓ fetch", "✓ verify", "✓ gate", "✓ stage", "✓ activate", "– reload", "✗ health", "✓ roll back"]
    );
    let (code, printed) = machine.run(&["rollback"]);
    assert_eq!((code, printed.as_str()), (1, "\nno earlier generation that was kept and is intact\n"));
}

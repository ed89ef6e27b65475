//! Programs that a deployment runs, each with a timeout.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use confgate_runtime::child_process;
use rustix::process::{Pid, Signal, kill_process_group};
use thiserror::Error;

use crate::cancellation::{CancellationToken, Cancelled};

/// The longest output that is read, in bytes.
const MAX_OUTPUT: u64 = 1 << 20;

/// The interval at which a running program is polled.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// A program that failed.
#[derive(Debug, Error)]
pub enum ProcessError {
    /// The system cannot start the program or wait for it.
    #[error("{program}: {source}")]
    System {
        /// The program.
        program: String,
        /// Error of the system.
        source: io::Error,
    },
    /// The program ended with an error.
    #[error("{program} failed ({status}){}", output.as_ref().map(|line| format!(": {line}")).unwrap_or_default())]
    Failed {
        /// The program.
        program: String,
        /// Its exit status.
        status: ExitStatus,
        /// The line of its standard error that gives the reason. It may contain secrets.
        output: Option<String>,
    },
    /// The program did not end in time and was killed.
    #[error("{program} did not end within {} ms", timeout.as_millis())]
    TimedOut {
        /// The program.
        program: String,
        /// The timeout.
        timeout: Duration,
    },
    /// The command was cancelled, and the program was killed.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl ProcessError {
    /// Returns the part of the error that a record may hold, which every user can read: without the output of the program.
    pub fn recorded(&self) -> String {
        match self {
            Self::Failed { program, status, output: _ } => {
                Self::Failed { program: program.clone(), status: *status, output: None }.to_string()
            }
            Self::System { .. } | Self::TimedOut { .. } | Self::Cancelled(_) => self.to_string(),
        }
    }
}

/// Runs a program and returns its standard output. After `timeout`, or on a cancellation, the program and every process that it
/// started are killed.
///
/// # Errors
///
/// The program cannot be started, fails or does not end in time, or the command was cancelled.
pub(crate) fn run(
    command: &mut Command,
    timeout: Duration,
    cancellation: &CancellationToken,
) -> Result<String, ProcessError> {
    wait(command.process_group(0), timeout, cancellation, |child| {
        // The process may have ended meanwhile; ignore the error.
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    })
}

/// Runs a program like [`run`] in the foreground process group, so that it can ask at the terminal. Processes that it started
/// are not killed with it.
///
/// # Errors
///
/// As for [`run`].
pub(crate) fn run_in_foreground(
    command: &mut Command,
    timeout: Duration,
    cancellation: &CancellationToken,
) -> Result<String, ProcessError> {
    wait(command, timeout, cancellation, |child| {
        let _ = child.kill();
    })
}

fn wait(
    command: &mut Command,
    timeout: Duration,
    cancellation: &CancellationToken,
    kill: impl Fn(&mut Child),
) -> Result<String, ProcessError> {
    cancellation.check()?;
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |source| ProcessError::System { program: program.clone(), source };
    // Files, because a full pipe would block the program.
    let (stdout, stderr) = (tempfile::tempfile().map_err(failed)?, tempfile::tempfile().map_err(failed)?);
    command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().map_err(failed)?)
        .stderr(stderr.try_clone().map_err(failed)?);
    let mut child = command.spawn().map_err(failed)?;
    let started = Instant::now();
    loop {
        match child.try_wait().map_err(failed)? {
            Some(status) if status.success() => return Ok(read(stdout)),
            Some(status) => {
                let output = reason(&read(stderr)).map(str::to_owned);
                return Err(ProcessError::Failed { program, status, output });
            }
            None => {}
        }
        let error = if started.elapsed() > timeout {
            ProcessError::TimedOut { program: program.clone(), timeout }
        } else if let Err(cancelled) = cancellation.sleep(POLL_INTERVAL) {
            cancelled.into()
        } else {
            continue;
        };
        kill(&mut child);
        let _ = child.wait();
        return Err(error);
    }
}

/// Builds a shell command.
pub(crate) fn shell(command: &str) -> Command {
    let mut shell = child_process::command("sh");
    shell.args(["-c", command]);
    shell
}

/// Returns the line of a program's standard error that gives the reason of its failure: the last one. Git prints advice after
/// its own reason.
fn reason(stderr: &str) -> Option<&str> {
    let lines: Vec<&str> = stderr.lines().filter(|line| !line.trim().is_empty()).collect();
    let index = match lines.iter().position(|line| line.starts_with("fatal: ")) {
        // The reason of ssh stands above it.
        Some(index) if index > 0 && lines[index] == "fatal: Could not read from remote repository." => index - 1,
        Some(index) => index,
        None => lines.len().checked_sub(1)?,
    };
    lines.get(index).copied()
}

/// Returns the name of the program that a shell command runs. Its arguments and variables may contain secrets.
pub(crate) fn program_name(command: &str) -> &str {
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+./".contains(&byte));
    let is_assignment =
        |word: &&str| word.split_once('=').is_some_and(|(name, value)| is_plain(name) && is_plain(value));
    let program = command.split_whitespace().find(|word| !is_assignment(word));
    program.filter(|word| is_plain(word)).unwrap_or("a command")
}

fn read(mut file: File) -> String {
    let mut bytes = Vec::new();
    // An unreadable output is taken as empty.
    let _ = file.rewind().and_then(|()| file.take(MAX_OUTPUT).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    fn run(command: &mut Command, timeout: Duration) -> Result<String, ProcessError> {
        super::run(command, timeout, &CancellationToken::default())
    }

    #[test]
    fn the_output_of_a_program_is_returned_however_long_it_is() {
        assert_eq!(run(&mut shell("echo out; echo err >&2"), LONG).unwrap(), "out\n");
        assert_eq!(run(&mut shell("yes | head -c 300000"), LONG).unwrap().len(), 300_000);
    }

    #[test]
    fn a_failure_is_displayed_with_its_reason_and_recorded_without() {
        let failed = run(&mut shell("echo a >&2; echo T0KEN: b >&2; exit 3"), LONG).unwrap_err();
        assert_eq!(failed.to_string(), "sh failed (exit status: 3): T0KEN: b");
        assert_eq!(failed.recorded(), "sh failed (exit status: 3)");
        let missing = run(&mut Command::new("/nowhere/program"), LONG).unwrap_err();
        assert_eq!(missing.to_string(), "/nowhere/program: No such file or directory (os error 2)");
        assert_eq!(missing.recorded(), missing.to_string());
    }

    #[test]
    fn the_reason_of_git_stands_above_its_advice() {
        let advice = "\nPlease make sure you have the correct access rights\nand the repository exists.\n";
        let local = format!(
            "fatal: 'x' does not appear to be a repository\nfatal: Could not read from remote repository.\n{advice}"
        );
        assert_eq!(reason(&local), Some("fatal: 'x' does not appear to be a repository"));
        let remote = format!("ssh: no such host\nfatal: Could not read from remote repository.\n{advice}");
        assert_eq!(reason(&remote), Some("ssh: no such host"));
        assert_eq!((reason("a\nb\n\n"), reason("\n")), (Some("b"), None));
    }

    #[test]
    fn of_a_command_only_the_program_is_named() {
        for (command, program) in [
            ("curl -H 'Authorization: Bearer T0KEN' http://x", "curl"),
            ("  /usr/bin/check-it T0KEN", "/usr/bin/check-it"),
            ("TOKEN=T0KEN LEVEL=2 curl x", "curl"),
            ("TOKEN='a T0KEN' curl x", "a command"),
            ("TOKEN=a\\ T0KEN curl x", "a command"),
            ("TOKEN=T0KEN", "a command"),
            ("(T0KEN)", "a command"),
        ] {
            assert_eq!(program_name(command), program, "{command}");
        }
    }

    #[test]
    fn a_program_that_exceeds_its_timeout_or_is_cancelled_is_killed_with_its_children() {
        let directory = tempfile::tempdir().unwrap();
        let mark = directory.path().join("mark");
        let started = Instant::now();
        // The inner process would leave a mark after the outer one is killed.
        let command = format!("(sleep 1; touch {}) & sleep 60", mark.display());
        let error = run(&mut shell(&command), Duration::from_millis(100)).unwrap_err();
        assert_eq!(error.to_string(), "sh did not end within 100 ms");
        let token = CancellationToken::default();
        let cancel = token.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            cancel.cancel("SIGINT");
        });
        let error = super::run(&mut shell(&command), LONG, &token).unwrap_err();
        assert_eq!(error.to_string(), "stopped by SIGINT");
        assert!(started.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(1500));
        assert!(!mark.exists());
    }
}

//! Notification of the service after a change of the output file.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use confgate_files::{ReadFileError, SizeLimit, read};
use confgate_runtime::child_process;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use thiserror::Error;

/// A method to notify the service, which then reads its config again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// SIGHUP to the process whose id is in this file.
    PidFile(PathBuf),
    /// `systemctl reload` of this unit.
    Unit(String),
    /// A program with its arguments.
    Command(Vec<String>),
}

/// An error of notifying the service.
#[derive(Debug, Error)]
pub enum TargetError {
    /// The file with the process id cannot be read.
    #[error("cannot read the process id in {}: {source}", path.display())]
    PidFile {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: ReadFileError,
    },
    /// The file does not hold the id of a process that may be signalled.
    #[error("{}: {text:?} is not the id of a process that may be signalled", path.display())]
    InvalidPid {
        /// The file.
        path: PathBuf,
        /// Its content.
        text: String,
    },
    /// The process has ended.
    #[error("{}: process {pid} is not running", path.display())]
    NotRunning {
        /// The file.
        path: PathBuf,
        /// The process id in it.
        pid: i32,
    },
    /// The system refuses to signal the process.
    #[error("cannot signal process {pid}: {source}")]
    Signal {
        /// The process id.
        pid: i32,
        /// Error of the system.
        source: io::Error,
    },
    /// The program does not start.
    #[error("cannot run {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// Error of the system.
        source: io::Error,
    },
    /// The program failed.
    #[error("{program} failed ({status})")]
    Failed {
        /// The program.
        program: String,
        /// Its exit status.
        status: ExitStatus,
    },
    /// The program did not end in time and was killed.
    #[error("{program} did not end within {} s", TIMEOUT.as_secs())]
    TimedOut {
        /// The program.
        program: String,
    },
    /// The agent stops, and the program was killed.
    #[error("the agent stopped before the service was notified")]
    Stopped,
}

/// The longest time that a program may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The longest interval at which a running program is polled.
const MAX_POLL_INTERVAL: Duration = Duration::from_millis(50);

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PidFile(path) => write!(f, "SIGHUP to the process in {}", path.display()),
            Self::Unit(unit) => write!(f, "systemctl reload {unit}"),
            // The arguments may contain a secret.
            Self::Command(command) => f.write_str(command.first().map_or("", String::as_str)),
        }
    }
}

impl Target {
    /// Notifies the service. A program is killed when `stop` is set, or after a minute.
    ///
    /// # Errors
    ///
    /// The process does not exist or may not be signalled, or the program fails.
    pub fn notify(&self, stop: &AtomicBool) -> Result<(), TargetError> {
        match self {
            Self::PidFile(path) => hang_up(path),
            Self::Unit(unit) => {
                run(&["systemctl".to_owned(), "reload".to_owned(), "--".to_owned(), unit.clone()], stop)
            }
            Self::Command(command) => run(command, stop),
        }
    }
}

fn hang_up(path: &Path) -> Result<(), TargetError> {
    let failed = |source| TargetError::PidFile { path: path.to_owned(), source };
    let bytes = read(path, SizeLimit::PID).map_err(failed)?;
    let text = String::from_utf8_lossy(&bytes);
    // 0 and negative numbers mean process groups, 1 is init, and the agent itself would only reload.
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    let number = text.trim().parse::<i32>().ok().filter(|number| *number > 1 && *number != own);
    let Some((number, pid)) = number.and_then(|number| Some((number, Pid::from_raw(number)?))) else {
        return Err(TargetError::InvalidPid { path: path.to_owned(), text: text.trim().to_owned() });
    };
    kill_process(pid, Signal::HUP).map_err(|error| match error {
        Errno::SRCH => TargetError::NotRunning { path: path.to_owned(), pid: number },
        error => TargetError::Signal { pid: number, source: error.into() },
    })
}

fn run(command: &[String], stop: &AtomicBool) -> Result<(), TargetError> {
    let (program, arguments) = command.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let failed = |source| TargetError::Start { program: program.to_owned(), source };
    // A process group of its own, so that its children are killed with it.
    let mut child = child_process::command(program)
        .args(arguments)
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(failed)?;
    let started = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait().map_err(failed)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(TargetError::Failed { program: program.to_owned(), status }),
            None => {}
        }
        if started.elapsed() > TIMEOUT {
            kill(&mut child);
            return Err(TargetError::TimedOut { program: program.to_owned() });
        }
        if stop.load(Ordering::Relaxed) {
            kill(&mut child);
            return Err(TargetError::Stopped);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(MAX_POLL_INTERVAL);
    }
}

/// Kills a program and its children.
fn kill(child: &mut Child) {
    // The process may have ended meanwhile; ignore the error.
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notify(target: &Target) -> String {
        target.notify(&AtomicBool::new(false)).map_or_else(|error| error.to_string(), |()| "notified".to_owned())
    }

    #[test]
    fn a_number_that_is_not_a_single_process_is_rejected() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pid");
        let own = std::process::id().to_string();
        for text in ["0", "1", "-1", "-4321", "", "nginx", "12 13", "99999999999", &own] {
            std::fs::write(&path, format!("{text}\n")).unwrap();
            let message = notify(&Target::PidFile(path.clone()));
            let expected = format!("{}: {text:?} is not the id of a process that may be signalled", path.display());
            assert_eq!(message, expected);
        }
    }

    #[test]
    fn an_ended_process_and_a_missing_file_are_distinguished() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pid");
        let target = Target::PidFile(path.clone());
        let missing =
            format!("cannot read the process id in {}: No such file or directory (os error 2)", path.display());
        assert_eq!(notify(&target), missing);
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        std::fs::write(&path, child.id().to_string()).unwrap();
        assert_eq!(notify(&target), format!("{}: process {} is not running", path.display(), child.id()));
    }

    #[test]
    fn a_command_succeeds_or_fails_by_its_exit_status() {
        let command = |words: &[&str]| Target::Command(words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(notify(&command(&["true"])), "notified");
        assert_eq!(notify(&command(&["false"])), "false failed (exit status: 1)");
        assert_eq!(
            notify(&command(&["/nowhere/to/be/found"])),
            "cannot run /nowhere/to/be/found: No such file or directory (os error 2)"
        );
    }

    #[test]
    fn neither_a_command_nor_its_children_outlive_the_agent() {
        let directory = tempfile::tempdir().unwrap();
        let pid_file = directory.path().join("pid");
        let script = format!("sleep 50 & echo $! > {0}.new; mv {0}.new {0}; wait", pid_file.display());
        let target = Target::Command(["sh", "-c", &script].map(str::to_owned).to_vec());
        let stop = AtomicBool::new(false);
        let error = thread::scope(|scope| {
            scope.spawn(|| {
                while !pid_file.exists() {
                    thread::sleep(Duration::from_millis(5));
                }
                stop.store(true, Ordering::Relaxed);
            });
            target.notify(&stop).unwrap_err()
        });
        assert_eq!(error.to_string(), "the agent stopped before the service was notified");
        let child = std::fs::read_to_string(&pid_file).unwrap().trim().parse().unwrap();
        let is_running = || {
            let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            // An orphan stays a zombie, in state Z, until init reaps it.
            kill_process(Pid::from_raw(child).unwrap(), Signal::CONT).is_ok() && !stat.contains(") Z ")
        };
        let started = Instant::now();
        while is_running() {
            assert!(started.elapsed() < Duration::from_secs(20), "{child} is still running");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn the_arguments_of_a_command_are_not_displayed() {
        let target = Target::Command(["sh", "-c", "exit 3 # hunter2"].map(str::to_owned).to_vec());
        assert_eq!((target.to_string(), notify(&target)), ("sh".to_owned(), "sh failed (exit status: 3)".to_owned()));
    }
}

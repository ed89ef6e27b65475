//! Who is told that the file changed.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// How a service is told to read its config again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// SIGHUP to the process whose id stands in this file.
    PidFile(PathBuf),
    /// `systemctl reload` of this unit.
    Unit(String),
    /// A program with its arguments.
    Command(Vec<String>),
}

/// Why a service was not told.
#[derive(Debug)]
pub enum TargetError {
    /// The file with the process id cannot be read.
    PidFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file holds no id of a process that may be signalled.
    NoPid {
        /// The file.
        path: PathBuf,
        /// What it holds.
        text: String,
    },
    /// The process is gone.
    Gone {
        /// The file.
        path: PathBuf,
        /// The id in it.
        pid: i32,
    },
    /// The system does not let the process be signalled.
    Kill {
        /// Its id.
        pid: i32,
        /// What the system says.
        error: io::Error,
    },
    /// The program does not start.
    Start {
        /// The program.
        program: String,
        /// What the system says.
        error: io::Error,
    },
    /// The program failed.
    Failed {
        /// The program.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// The program did not end in time, and was killed.
    Late {
        /// The program.
        command: String,
    },
    /// The agent ends, and the program was killed.
    Stopped,
}

/// How long a program may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// No process id is longer, spaces and all.
const PID_BYTES: u64 = 32;

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PidFile(path) => write!(f, "SIGHUP to the process in {}", path.display()),
            Self::Unit(unit) => write!(f, "systemctl reload {unit}"),
            // Its arguments may hold a secret.
            Self::Command(command) => f.write_str(command.first().map_or("", String::as_str)),
        }
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PidFile { path, error } => write!(f, "{}: no process id: {error}", path.display()),
            Self::NoPid { path, text } => {
                write!(f, "{}: {text:?} is not the id of a process that may be signalled", path.display())
            }
            Self::Gone { path, pid } => write!(f, "{}: process {pid} is gone", path.display()),
            Self::Kill { pid, error } => write!(f, "process {pid} cannot be signalled: {error}"),
            Self::Start { program, error } => write!(f, "{program} does not start: {error}"),
            Self::Failed { command, status } => write!(f, "{command}: {status}"),
            Self::Late { command } => write!(f, "{command}: not done after {} s, killed", PATIENCE.as_secs()),
            Self::Stopped => f.write_str("the agent was stopped before the service was told"),
        }
    }
}

impl std::error::Error for TargetError {}

impl Target {
    /// Tells the service. Programs are killed when `stop` comes true, or after a minute.
    ///
    /// # Errors
    ///
    /// It is not there, may not be told, or does not do what it is told.
    pub fn tell(&self, stop: &AtomicBool) -> Result<(), TargetError> {
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
    let failed = |error| TargetError::PidFile { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(PID_BYTES).read_to_end(&mut bytes)).map_err(failed)?;
    let text = String::from_utf8_lossy(&bytes);
    // 0 and negative numbers are groups of processes, 1 is everybody's parent, and the agent itself would only reload.
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    let number = text.trim().parse::<i32>().ok().filter(|number| *number > 1 && *number != own);
    let Some((number, pid)) = number.and_then(|number| Some((number, Pid::from_raw(number)?))) else {
        return Err(TargetError::NoPid { path: path.to_owned(), text: text.trim().to_owned() });
    };
    kill_process(pid, Signal::HUP).map_err(|error| match error {
        Errno::SRCH => TargetError::Gone { path: path.to_owned(), pid: number },
        error => TargetError::Kill { pid: number, error: error.into() },
    })
}

fn run(command: &[String], stop: &AtomicBool) -> Result<(), TargetError> {
    let (program, arguments) = command.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let failed = |error| TargetError::Start { program: program.to_owned(), error };
    // A group of its own, so that what it starts ends with it.
    let mut child =
        Command::new(program).args(arguments).stdin(Stdio::null()).process_group(0).spawn().map_err(failed)?;
    let began = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        let late = began.elapsed() > PATIENCE;
        match child.try_wait().map_err(failed)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(TargetError::Failed { command: program.to_owned(), status }),
            None if late || stop.load(Ordering::Relaxed) => {
                end(&mut child);
                return Err(if late {
                    TargetError::Late { command: program.to_owned() }
                } else {
                    TargetError::Stopped
                });
            }
            None => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
            }
        }
    }
}

/// Ends a program and all that it started.
fn end(child: &mut Child) {
    // It may have ended by itself just now.
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(target: &Target) -> String {
        target.tell(&AtomicBool::new(false)).map_or_else(|error| error.to_string(), |()| "told".to_owned())
    }

    #[test]
    fn numbers_that_are_no_single_process_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pid");
        let own = std::process::id().to_string();
        for text in ["0", "1", "-1", "-4321", "", "nginx", "12 13", "99999999999", &own] {
            std::fs::write(&path, format!("{text}\n")).unwrap();
            let said = told(&Target::PidFile(path.clone()));
            assert_eq!(said, format!("{}: {text:?} is not the id of a process that may be signalled", path.display()));
        }
    }

    #[test]
    fn a_process_that_is_gone_and_a_file_that_is_not_there_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pid");
        let target = Target::PidFile(path.clone());
        assert!(
            told(&target).ends_with("pid: no process id: No such file or directory (os error 2)"),
            "{}",
            told(&target)
        );
        let mut child = Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        std::fs::write(&path, child.id().to_string()).unwrap();
        assert_eq!(told(&target), format!("{}: process {} is gone", path.display(), child.id()));
    }

    #[test]
    fn a_command_is_told_by_its_end() {
        let command = |words: &[&str]| Target::Command(words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(told(&command(&["true"])), "told");
        assert_eq!(told(&command(&["false"])), "false: exit status: 1");
        assert_eq!(
            told(&command(&["/nowhere/to/be/found"])),
            "/nowhere/to/be/found does not start: No such file or directory (os error 2)"
        );
    }

    #[test]
    fn neither_a_command_nor_what_it_starts_outlives_the_agent() {
        let folder = tempfile::tempdir().unwrap();
        let note = folder.path().join("pid");
        let script = format!("sleep 50 & echo $! > {0}.new; mv {0}.new {0}; wait", note.display());
        let target = Target::Command(["sh", "-c", &script].map(str::to_owned).to_vec());
        let stop = AtomicBool::new(false);
        let error = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !note.exists() {
                    std::thread::sleep(Duration::from_millis(5));
                }
                stop.store(true, Ordering::Relaxed);
            });
            target.tell(&stop).unwrap_err()
        });
        assert_eq!(error.to_string(), "the agent was stopped before the service was told");
        let started = std::fs::read_to_string(&note).unwrap().trim().parse().unwrap();
        let is_there = || {
            let stat = std::fs::read_to_string(format!("/proc/{started}/stat")).unwrap_or_default();
            // Who has nobody to wait for it stays for a while, as a Z.
            kill_process(Pid::from_raw(started).unwrap(), Signal::CONT).is_ok() && !stat.contains(") Z ")
        };
        let began = Instant::now();
        while is_there() {
            assert!(began.elapsed() < Duration::from_secs(20), "{started} goes on");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn the_arguments_of_a_command_are_shown_to_nobody() {
        let target = Target::Command(["sh", "-c", "exit 3 # hunter2"].map(str::to_owned).to_vec());
        assert_eq!((target.to_string(), told(&target)), ("sh".to_owned(), "sh: exit status: 3".to_owned()));
    }
}

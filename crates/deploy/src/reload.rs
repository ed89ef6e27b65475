//! How a service is told that its config is another one.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::attempt::AttemptError;
use crate::process::{program, run, shell};

/// How a service is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reload {
    /// It is not told: it watches the file, or is started later.
    #[default]
    Nobody,
    /// SIGHUP to the process in this file.
    PidFile(PathBuf),
    /// SIGHUP to the main process of this unit.
    MainPid(String),
    /// `systemctl reload` of this unit.
    Unit(String),
    /// A command of the shell.
    Command(String),
}

impl Reload {
    /// Tells it, and waits no longer than `patience` for a program that does.
    ///
    /// # Errors
    ///
    /// Nobody could be told: why, in words.
    pub fn tell(&self, patience: Duration) -> Result<(), AttemptError> {
        match self {
            Self::Nobody => Ok(()),
            Self::PidFile(path) => {
                let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
                Ok(hang_up(text.trim()).map_err(|error| format!("{}: {error}", path.display()))?)
            }
            Self::MainPid(unit) => {
                let show = ["show", "--property=MainPID", "--value", "--", unit];
                let pid = run(Command::new("systemctl").args(show), patience)?;
                Ok(hang_up(pid.trim()).map_err(|error| format!("{unit}: {error}"))?)
            }
            Self::Unit(unit) => run(Command::new("systemctl").args(["reload", "--", unit]), patience).map(drop),
            Self::Command(command) => run(&mut shell(command), patience).map(drop),
        }
    }

    /// What is done, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Nobody => "nobody is told".to_owned(),
            Self::PidFile(path) => format!("SIGHUP to the process in {}", path.display()),
            Self::MainPid(unit) => format!("SIGHUP to {unit}"),
            Self::Unit(unit) => format!("systemctl reload {unit}"),
            Self::Command(command) => program(command).to_owned(),
        }
    }

    /// The same for a file that everybody may read: a command may hold what is nobody's business. Empty where nobody is told.
    pub(super) fn kind(&self) -> String {
        match self {
            Self::Nobody => String::new(),
            Self::Command(_) => "its reload command".to_owned(),
            other => other.words(),
        }
    }
}

/// Sends SIGHUP to a process. Numbers that mean groups of processes, or all of them, are none.
fn hang_up(pid: &str) -> Result<(), String> {
    let number = pid.parse::<i32>().ok().filter(|number| *number > 1);
    let Some(pid) = number.and_then(Pid::from_raw) else { return Err(format!("{pid:?} is no process")) };
    kill_process(pid, Signal::HUP).map_err(|error| format!("process {}: {error}", pid.as_raw_nonzero()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn what_is_no_process_is_not_sent_a_signal() {
        for pid in ["", "0", "1", "-1", "-200", "x", "99999999999"] {
            assert_eq!(hang_up(pid), Err(format!("{pid:?} is no process")));
        }
    }

    #[test]
    fn why_nobody_was_told_is_said() {
        let missing = Reload::PidFile("/nowhere/pid".into()).tell(LONG).unwrap_err();
        assert_eq!(missing.to_string(), "/nowhere/pid: No such file or directory (os error 2)");
        let failed = Reload::Command("echo the reason >&2; exit 3".to_owned()).tell(LONG).unwrap_err();
        assert_eq!(failed.to_string(), "sh ended with exit status: 3, saying: the reason");
        assert_eq!(Reload::Command("true".to_owned()).tell(LONG), Ok(()));
    }
}

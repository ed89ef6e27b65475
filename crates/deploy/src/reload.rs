//! Notification of a service that its config has changed.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use confgate_files::{ReadFileError, SizeLimit};
use confgate_runtime::child_process;
use rustix::process::{Pid, Signal, kill_process};
use thiserror::Error;

use crate::cancellation::CancellationToken;
use crate::process::{ProcessError, program_name, run, shell};
use crate::reload_hook::{HookError, ReloadHook};

/// A method to reload a service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reload {
    /// The service is not notified: it watches its files, or starts later.
    #[default]
    None,
    /// SIGHUP to the process whose id is in this file.
    PidFile(PathBuf),
    /// SIGHUP to the main process of this systemd unit.
    MainPid(String),
    /// `systemctl reload` of this unit.
    Unit(String),
    /// A shell command.
    Command(String),
    /// A function of the program that deploys.
    Hook(ReloadHook),
}

/// An error of notifying a service.
#[derive(Debug, Error)]
pub enum ReloadError {
    /// The file with the process id cannot be read.
    #[error("{}: {source}", path.display())]
    PidFile {
        /// The file.
        path: PathBuf,
        /// Reason.
        source: ReadFileError,
    },
    /// A text is not the id of a single process.
    #[error("{origin}: {text:?} is not a process id")]
    NotAProcess {
        /// The file or unit that the text comes from.
        origin: String,
        /// The text.
        text: String,
    },
    /// The system does not deliver the signal.
    #[error("{origin}: cannot signal process {pid}: {source}")]
    Signal {
        /// The file or unit that the process id comes from.
        origin: String,
        /// The process id.
        pid: i32,
        /// Error of the system.
        source: io::Error,
    },
    /// The program that deploys could not apply the config.
    #[error("{hook}: {source}")]
    Hook {
        /// Name of the hook.
        hook: ReloadHook,
        /// Reason.
        source: HookError,
    },
    /// A program failed or was cancelled.
    #[error(transparent)]
    Program(#[from] ProcessError),
}

impl ReloadError {
    /// Returns the part of the error that a record may hold, which every user can read: without the output of a program.
    pub fn recorded(&self) -> String {
        match self {
            Self::Program(error) => error.recorded(),
            // A report of the gate has lines of the config.
            Self::Hook { hook, .. } => format!("{hook}: failed"),
            Self::PidFile { .. } | Self::NotAProcess { .. } | Self::Signal { .. } => self.to_string(),
        }
    }
}

impl Reload {
    /// Notifies the service. A program that does so is killed after `timeout`, or on a cancellation.
    ///
    /// # Errors
    ///
    /// The service could not be notified.
    pub fn notify(&self, timeout: Duration, cancellation: &CancellationToken) -> Result<(), ReloadError> {
        match self {
            Self::None => Ok(()),
            Self::PidFile(path) => hang_up(&path.display().to_string(), &read_pid(path)?),
            Self::MainPid(unit) => {
                let show = ["show", "--property=MainPID", "--value", "--", unit];
                let pid = run(child_process::command("systemctl").args(show), timeout, cancellation)?;
                hang_up(unit, pid.trim())
            }
            Self::Unit(unit) => {
                run(child_process::command("systemctl").args(["reload", "--", unit]), timeout, cancellation)?;
                Ok(())
            }
            Self::Command(command) => {
                run(&mut shell(command), timeout, cancellation)?;
                Ok(())
            }
            Self::Hook(hook) => {
                let failed = |source| ReloadError::Hook { hook: hook.clone(), source };
                hook.run(timeout, cancellation).map_err(failed)
            }
        }
    }

    /// Returns whether the service is not notified.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Returns the method for a file that every user can read: without the text of a command, which may contain secrets. Empty
    /// if there is no method.
    pub(crate) fn recorded(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Command(_) => "reload command".to_owned(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Reload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("no reload method"),
            Self::PidFile(path) => write!(f, "SIGHUP to the process in {}", path.display()),
            Self::MainPid(unit) => write!(f, "SIGHUP to {unit}"),
            Self::Unit(unit) => write!(f, "systemctl reload {unit}"),
            Self::Command(command) => f.write_str(program_name(command)),
            Self::Hook(hook) => hook.fmt(f),
        }
    }
}

fn read_pid(path: &Path) -> Result<String, ReloadError> {
    let bytes = confgate_files::read(path, SizeLimit::PID)
        .map_err(|source| ReloadError::PidFile { path: path.to_owned(), source })?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// Sends SIGHUP to a process. Numbers that mean a process group or every process are rejected.
fn hang_up(origin: &str, text: &str) -> Result<(), ReloadError> {
    let number = text.parse::<i32>().ok().filter(|number| *number > 1);
    let Some(pid) = number.and_then(Pid::from_raw) else {
        return Err(ReloadError::NotAProcess { origin: origin.to_owned(), text: text.to_owned() });
    };
    kill_process(pid, Signal::HUP).map_err(|error| ReloadError::Signal {
        origin: origin.to_owned(),
        pid: pid.as_raw_nonzero().get(),
        source: error.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    fn notify(reload: &Reload) -> Result<(), ReloadError> {
        reload.notify(LONG, &CancellationToken::default())
    }

    #[test]
    fn a_number_that_is_not_a_single_process_is_sent_no_signal() {
        for pid in ["", "0", "1", "-1", "-200", "x", "99999999999"] {
            assert_eq!(hang_up("unit", pid).unwrap_err().to_string(), format!("unit: {pid:?} is not a process id"));
        }
    }

    #[test]
    fn a_failed_notification_gives_its_reason() {
        let missing = notify(&Reload::PidFile("/nowhere/pid".into())).unwrap_err();
        assert_eq!(missing.to_string(), "/nowhere/pid: No such file or directory (os error 2)");
        let failed = notify(&Reload::Command("echo the reason >&2; exit 3".to_owned())).unwrap_err();
        assert_eq!(failed.to_string(), "sh failed (exit status: 3): the reason");
        assert_eq!(failed.recorded(), "sh failed (exit status: 3)");
        notify(&Reload::Command("true".to_owned())).unwrap();
    }
}

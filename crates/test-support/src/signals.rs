//! Signal dispositions of processes that tests start.
//!
//! A process inherits ignored signals: SIGINT and SIGQUIT where a shell script ran `make test &`, SIGHUP under `nohup`. A
//! test that sends a signal therefore sets the disposition itself. The system call for that needs unsafe code, so `env` of
//! the GNU coreutils makes it, and then becomes the program: the process id stays.

use std::process::Command;

/// Returns a command that runs `command` with the default disposition of every signal.
pub fn with_default_signals(command: &Command) -> Command {
    through_env("--default-signal", command)
}

/// Returns a command that runs `command` with one signal ignored and the default disposition of the others.
pub fn with_ignored_signal(signal: &str, command: &Command) -> Command {
    let ignore = format!("--ignore-signal={signal}");
    through_env("--default-signal", &through_env(&ignore, command))
}

fn through_env(option: &str, command: &Command) -> Command {
    let mut env = Command::new("env");
    env.arg(option).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => env.env(name, value),
            None => env.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        env.current_dir(folder);
    }
    env
}

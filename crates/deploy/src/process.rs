//! Programs that a deployment runs: none of them is waited for without an end.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::attempt::AttemptError;
use crate::interrupt;

/// The longest output that is read, in bytes.
const MOST: u64 = 1 << 20;

/// What a program prints. One that takes longer than `patience`, or is waited for when a signal comes, is ended with all that it
/// started.
///
/// # Errors
///
/// It cannot be started, fails, or takes too long: in words, with the last line of what it said of it.
pub fn run(command: &mut Command, patience: Duration) -> Result<String, AttemptError> {
    wait(command.process_group(0), patience, |child| {
        // It may have ended just now.
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    })
}

/// The same for a program that may ask something at the terminal. What it started is not ended with it.
///
/// # Errors
///
/// The same as of [`run`].
pub fn run_in_front(command: &mut Command, patience: Duration) -> Result<String, AttemptError> {
    wait(command, patience, |child| {
        let _ = child.kill();
    })
}

fn wait(command: &mut Command, patience: Duration, end: impl Fn(&mut Child)) -> Result<String, AttemptError> {
    interrupt::check()?;
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| AttemptError::from(format!("{name}: {error}"));
    // Files, because a pipe that nobody empties would hold it up.
    let (out, err) = (tempfile::tempfile().map_err(failed)?, tempfile::tempfile().map_err(failed)?);
    command.stdin(Stdio::null()).stdout(out.try_clone().map_err(failed)?).stderr(err.try_clone().map_err(failed)?);
    let mut child = command.spawn().map_err(failed)?;
    let began = Instant::now();
    loop {
        match child.try_wait().map_err(failed)? {
            Some(status) if status.success() => return Ok(text(out)),
            Some(status) => {
                return Err(AttemptError::of_program(format!("{name} ended with {status}"), reason(&text(err))));
            }
            None => {}
        }
        let late = || format!("{name} did not end within {} ms", patience.as_millis());
        let late = if began.elapsed() > patience { Err(late()) } else { Ok(()) };
        if let Err(reason) = interrupt::check().and(late) {
            end(&mut child);
            let _ = child.wait();
            return Err(reason.into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A command of the shell.
pub fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

/// The line that says why a program failed: the last one, but git has advice below its own.
fn reason(said: &str) -> Option<&str> {
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let at = match lines.iter().position(|line| line.starts_with("fatal: ")) {
        // What ssh said stands above it.
        Some(at) if at > 0 && lines[at] == "fatal: Could not read from remote repository." => at - 1,
        Some(at) => at,
        None => lines.len().checked_sub(1)?,
    };
    lines.get(at).copied()
}

/// The program that a command of the shell begins with: its arguments and variables may hold secrets.
pub fn program(command: &str) -> &str {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+./".contains(&byte));
    let sets = |word: &&str| word.split_once('=').is_some_and(|(name, value)| plain(name) && plain(value));
    let first = command.split_whitespace().find(|word| !sets(word));
    first.filter(|word| plain(word)).unwrap_or("a command")
}

fn text(mut file: File) -> String {
    let mut bytes = Vec::new();
    // What cannot be read says nothing.
    let _ = file.rewind().and_then(|()| file.take(MOST).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn what_a_program_prints_is_given_however_much_it_is() {
        assert_eq!(run(&mut shell("echo out; echo err >&2"), LONG), Ok("out\n".to_owned()));
        assert_eq!(run(&mut shell("yes | head -c 300000"), LONG).map(|text| text.len()), Ok(300_000));
    }

    #[test]
    fn how_it_failed_is_said() {
        assert_eq!(
            run(&mut shell("echo a >&2; echo b >&2; exit 3"), LONG).unwrap_err().to_string(),
            "sh ended with exit status: 3, saying: b"
        );
        let missing = run(&mut Command::new("/nowhere/program"), LONG).unwrap_err();
        assert_eq!(missing.to_string(), "/nowhere/program: No such file or directory (os error 2)");
    }

    #[test]
    fn why_git_failed_stands_above_its_advice() {
        let advice = "\nPlease make sure you have the correct access rights\nand the repository exists.\n";
        let local = format!("fatal: 'x' is no repository\nfatal: Could not read from remote repository.\n{advice}");
        assert_eq!(reason(&local), Some("fatal: 'x' is no repository"));
        let far = format!("ssh: no such host\nfatal: Could not read from remote repository.\n{advice}");
        assert_eq!(reason(&far), Some("ssh: no such host"));
        assert_eq!((reason("a\nb\n\n"), reason("\n")), (Some("b"), None));
    }

    #[test]
    fn of_a_command_only_the_program_is_named() {
        for (command, named) in [
            ("curl -H 'Authorization: Bearer T0KEN' http://x", "curl"),
            ("  /usr/bin/check-it T0KEN", "/usr/bin/check-it"),
            ("TOKEN=T0KEN LEVEL=2 curl x", "curl"),
            ("TOKEN='a T0KEN' curl x", "a command"),
            ("TOKEN=a\\ T0KEN curl x", "a command"),
            ("TOKEN=T0KEN", "a command"),
            ("(T0KEN)", "a command"),
        ] {
            assert_eq!(program(command), named, "{command}");
        }
    }

    #[test]
    fn one_that_does_not_end_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark");
        let began = Instant::now();
        // The inner one would leave a mark after the outer one is gone.
        let command = format!("(sleep 1; touch {}) & sleep 60", mark.display());
        let error = run(&mut shell(&command), Duration::from_millis(100)).unwrap_err();
        assert_eq!(error.to_string(), "sh did not end within 100 ms");
        assert!(began.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(1500));
        assert!(!mark.exists());
    }
}

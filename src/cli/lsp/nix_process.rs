//! Evaluations by the program `nix`: with a limit of time, and ended with all processes that they have started.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use confgate_files::SizeLimit;
use confgate_lsp::EvaluationError;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;

use crate::cli::huge_pages;
use crate::cli::lsp::leftovers::Leftovers;

/// Time between two looks at an evaluation.
const POLL: Duration = Duration::from_millis(2);

/// Time between two looks at a process that has closed its output.
const CLOSED_POLL: Duration = Duration::from_micros(200);

/// Number of the bytes of output that are read before the process ends. A path is shorter.
const FIRST: usize = 4096;

/// Start of a line of Nix's log.
const LOG: &str = "@nix ";

/// Reason why a program that evaluates gives no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProcessError {
    #[error("nix cannot be run: {0}")]
    Run(#[source] io::Error),
    #[error("the evaluation takes longer than {} s", .0.as_secs())]
    Timeout(Duration),
    #[error("nix fails without a message")]
    Silent,
}

/// A line of Nix's log in its internal JSON format.
#[derive(Debug, Deserialize)]
struct LogLine {
    #[serde(default)]
    level: u8,
    #[serde(default)]
    raw_msg: Option<String>,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    line: Option<usize>,
    #[serde(default)]
    column: Option<usize>,
}

impl From<ProcessError> for EvaluationError {
    fn from(error: ProcessError) -> Self {
        Self::Failed { message: error.to_string(), place: None }
    }
}

/// Runs a program that writes the log of Nix, and returns what `read` makes of its output.
///
/// Nix writes its output at once and then takes milliseconds to give back its memory, so the output is read while Nix ends. What was
/// read is dropped if Nix fails.
pub(super) fn read_output<T>(
    command: &mut Command,
    timeout: Duration,
    leftovers: &Leftovers,
    is_cancelled: &dyn Fn() -> bool,
    read: &dyn Fn(&[u8]) -> T,
) -> Result<T, EvaluationError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own can be ended as a whole: Nix starts git and others.
    // Nix inherits the setting for its memory, and takes large pages for its heap.
    huge_pages::allow();
    let spawned = command.process_group(0).spawn();
    huge_pages::avoid();
    let mut child = spawned.map_err(ProcessError::Run)?;
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    leftovers.add_group(group);
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let (sender, written) = channel();
        let output = scope.spawn(move || collected(stdout, |bytes| drop(sender.send(bytes.to_vec()))));
        let log = scope.spawn(move || collected(stderr, |_| ()));
        let mut early = None;
        let ended = wait(&mut child, timeout, is_cancelled, &written, &mut |bytes| {
            early = Some((read(&bytes), bytes));
        });
        if let Some(group) = group.filter(|_| ended.is_err()) {
            // The pipes are closed with the processes.
            let _ = kill_process_group(group, Signal::KILL);
            let _ = child.wait();
        }
        leftovers.forget_group(group);
        let (output, log) = (output.join().unwrap_or_default(), log.join().unwrap_or_default());
        match ended {
            Err(Some(error)) => Err(error.into()),
            Err(None) => Err(EvaluationError::Cancelled),
            Ok(true) => Ok(match early {
                Some((result, bytes)) if bytes == output => result,
                _ => read(&output),
            }),
            Ok(false) => Err(failure(&String::from_utf8_lossy(&log))),
        }
    })
}

/// Waits for the end of a process. Returns whether it was successful; the error of a cancelled one is `None`. `read` gets the first bytes
/// that the process writes.
fn wait(
    child: &mut Child,
    timeout: Duration,
    is_cancelled: &dyn Fn() -> bool,
    written: &Receiver<Vec<u8>>,
    read: &mut dyn FnMut(Vec<u8>),
) -> Result<bool, Option<ProcessError>> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) => {}
            Err(error) => return Err(Some(ProcessError::Run(error))),
        }
        if is_cancelled() {
            return Err(None);
        }
        if start.elapsed() > timeout {
            return Err(Some(ProcessError::Timeout(timeout)));
        }
        match written.recv_timeout(POLL) {
            Ok(bytes) => read(bytes),
            Err(RecvTimeoutError::Timeout) => {}
            // The pipe is closed, by a process that ends now or continues without it.
            Err(RecvTimeoutError::Disconnected) => thread::sleep(CLOSED_POLL),
        }
    }
}

/// Reads a pipe to its end, and passes the first bytes on. Bytes beyond a limit are dropped.
fn collected(pipe: Option<impl Read>, first: impl FnOnce(&[u8])) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let mut start = [0; FIRST];
        if let Ok(length) = pipe.read(&mut start) {
            bytes.extend(&start[..length]);
            first(&bytes);
        }
        // A pipe that breaks has what was written before.
        let _ = pipe.by_ref().take(SizeLimit::KERNEL.get()).read_to_end(&mut bytes);
        let _ = io::copy(&mut pipe, &mut io::sink());
    }
    bytes
}

/// Returns the first error in the log of Nix, with its place.
fn failure(log: &str) -> EvaluationError {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<LogLine>(line.strip_prefix(LOG)?).ok());
    let mut errors = lines.filter(|line| line.level == 0 && line.raw_msg.is_some());
    match errors.next() {
        Some(LogLine { raw_msg: Some(message), file, line, column, .. }) => {
            let place = file.map(|file| (PathBuf::from(file), line.unwrap_or(1), column.unwrap_or(1)));
            EvaluationError::Failed { message, place }
        }
        _ => ProcessError::Silent.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_first_error_of_the_log_has_its_place() {
        let log = concat!(
            "@nix {\"action\":\"msg\",\"level\":3,\"msg\":\"copying\"}\n",
            "warning: something\n",
            "@nix {\"action\":\"msg\",\"column\":19,\"file\":\"/x/a.nix\",\"level\":0,\"line\":1,\"msg\":\"m\",\"raw_msg\":\"syntax error\"}\n",
            "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"(use '--show-trace')\"}\n",
        );
        let EvaluationError::Failed { message, place } = failure(log) else { panic!() };
        assert_eq!((message.as_str(), place), ("syntax error", Some((PathBuf::from("/x/a.nix"), 1, 19))));
        let EvaluationError::Failed { message, place } = failure("") else { panic!() };
        assert_eq!((message.as_str(), place), ("nix fails without a message", None));
    }

    /// Runs a shell that starts another process and waits for it. Returns the error, and the process.
    fn ended(timeout: Duration, is_cancelled: &dyn Fn() -> bool) -> (EvaluationError, String) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let mut command = Command::new("sh");
        command.arg("-c").arg("sleep 300 & echo $! > \"$1\"; wait").arg("sh").arg(&file);
        let error = read_output(&mut command, timeout, &Leftovers::default(), is_cancelled, &|_| ()).unwrap_err();
        (error, fs::read_to_string(file).unwrap_or_default().trim().to_owned())
    }

    #[test]
    fn an_evaluation_is_ended_with_its_processes() {
        let is_alive = |process: &str| {
            let status = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            !status.is_empty() && !status.contains(") Z ")
        };
        let start = Instant::now();
        let (error, process) = ended(Duration::from_secs(60), &|| start.elapsed() > Duration::from_secs(1));
        assert!(matches!(error, EvaluationError::Cancelled), "{error:?}");
        assert!(!process.is_empty() && !is_alive(&process), "{process}");
        let (error, process) = ended(Duration::from_secs(1), &|| false);
        let EvaluationError::Failed { message, .. } = error else { panic!("{error:?}") };
        assert_eq!(message, "the evaluation takes longer than 1 s");
        assert!(!process.is_empty() && !is_alive(&process), "{process}");
    }

    #[test]
    fn output_that_comes_in_parts_or_before_a_failure_is_read_whole_or_not_at_all() {
        let run = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            let read = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            read_output(&mut command, Duration::from_secs(60), &Leftovers::default(), &|| false, &read)
        };
        assert_eq!(run("printf path; sleep 0.1").unwrap(), "path");
        assert_eq!(run("printf pa; sleep 0.1; printf th").unwrap(), "path");
        assert_eq!(run("exec >&-; sleep 0.1").unwrap(), "");
        let EvaluationError::Failed { message, .. } = run("printf path; exit 1").unwrap_err() else { panic!() };
        assert_eq!(message, "nix fails without a message");
    }

    #[test]
    fn a_program_that_is_missing_is_reported() {
        let mut command = Command::new("/missing/nix");
        let leftovers = Leftovers::default();
        let read = |_: &[u8]| ();
        let error = read_output(&mut command, Duration::from_secs(1), &leftovers, &|| false, &read).unwrap_err();
        let EvaluationError::Failed { message, .. } = error else { panic!("{error:?}") };
        assert_eq!(message, "nix cannot be run: No such file or directory (os error 2)");
    }
}

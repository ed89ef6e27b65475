//! Signals that ask a command to stop: Ctrl-C, the end of a job, a session that is lost. Each wait of a deployment heeds them.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::{AttemptError, DeployError};

/// The signals, by numbers of our own that are not 0.
const SIGNALS: [(i32, &str); 3] = [(SIGHUP, "SIGHUP"), (SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")];

/// How often a wait looks whether a signal came.
const LOOK: Duration = Duration::from_millis(20);

/// The place of the signal that came in [`SIGNALS`], from 1.
static CAME: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

thread_local! {
    static DEAF: Cell<bool> = const { Cell::new(false) };
}

/// From now on a signal stops a deployment by its own hand, and ends the process no longer. One that is ignored, as `nohup` does
/// with SIGHUP, stays so.
///
/// # Errors
///
/// The system refuses.
pub fn heed() -> io::Result<()> {
    let ignored = ignored();
    for (place, (signal, _)) in (1..).zip(SIGNALS) {
        if ignored >> (signal - 1) & 1 == 0 {
            signal_hook::flag::register_usize(signal, CAME.clone(), place)?;
        }
    }
    Ok(())
}

/// The signals that this process ignores, a bit each; none where the system does not say.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// The signal that came.
pub fn came() -> Option<&'static str> {
    if DEAF.get() {
        return None;
    }
    let place = CAME.load(Ordering::Relaxed).checked_sub(1)?;
    SIGNALS.get(place).map(|(_, name)| *name)
}

/// Nothing, unless a signal came.
///
/// # Errors
///
/// One came: which, in words.
pub fn check() -> Result<(), String> {
    came().map_or(Ok(()), |signal| Err(format!("stopped by {signal}")))
}

/// The same before anything was changed.
///
/// # Errors
///
/// One came.
pub fn check_before_change() -> Result<(), DeployError> {
    came().map_or(Ok(()), |signal| Err(DeployError::Stopped { signal }))
}

/// Does something that is to come to its end, as the way back is: no signal stops it.
pub fn deaf<T>(work: impl FnOnce() -> T) -> T {
    let before = DEAF.replace(true);
    let made = work();
    DEAF.set(before);
    made
}

/// Waits so long.
///
/// # Errors
///
/// A signal came.
pub fn sleep(time: Duration) -> Result<(), String> {
    let began = Instant::now();
    loop {
        check()?;
        let left = time.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(LOOK));
    }
}

/// Waits for an answer that comes in a while, whatever it is.
///
/// # Errors
///
/// It is an error, or a signal came.
pub(super) fn wait_for(ask: impl FnOnce() -> Result<(), AttemptError> + Send + 'static) -> Result<(), AttemptError> {
    let (answer, answered) = channel();
    let asks = move || drop(answer.send(ask()));
    thread::Builder::new().spawn(asks).map_err(|error| format!("nobody can be asked: {error}"))?;
    loop {
        check()?;
        match answered.recv_timeout(LOOK) {
            Ok(answer) => return answer,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err("there is no answer".to_owned().into()),
        }
    }
}

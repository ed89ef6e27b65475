//! Signals that cancel a deployment: Ctrl-C, the end of a job, a lost session.

use std::{fs, io, thread};

use confgate_deploy::CancellationToken;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

const SIGNALS: [(i32, &str); 3] = [(SIGHUP, "SIGHUP"), (SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")];

/// Returns a token that SIGHUP, SIGINT and SIGTERM cancel. They no longer end the process; later ones have no effect. A signal
/// that the parent process ignores, as `nohup` ignores SIGHUP, stays ignored.
pub(crate) fn cancel_on_signals() -> io::Result<CancellationToken> {
    let ignored = ignored_signals();
    let handled = SIGNALS.iter().filter(|(signal, _)| ignored >> (signal - 1) & 1 == 0);
    let mut signals = Signals::new(handled.map(|(signal, _)| signal))?;
    let token = CancellationToken::default();
    let cancelled = token.clone();
    thread::Builder::new().name("confgate-signals".to_owned()).spawn(move || {
        for received in signals.forever() {
            let name = SIGNALS.iter().find(|(signal, _)| *signal == received).map_or("a signal", |(_, name)| *name);
            cancelled.cancel(name);
        }
    })?;
    Ok(token)
}

/// Returns the signals that this process ignores, one bit each; 0 if the system does not report them.
fn ignored_signals() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

use std::thread::sleep;
use std::time::{Duration, Instant};

/// Longest wait for anything, long enough for a machine under load.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// Waits until `holds` returns true.
///
/// # Panics
///
/// After a minute, with the name of the condition.
pub fn eventually(condition: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < TIMEOUT, "not within {TIMEOUT:?}: {condition}");
        sleep(Duration::from_millis(10));
    }
}

use std::num::NonZero;
use std::thread;

/// Returns the number of threads that a count in a config stands for: 0 is one per CPU.
///
/// It is resolved when the value is read and never in the defaults, so that a rendered config is the same on every machine.
pub(crate) fn thread_count(count: u32) -> usize {
    match count {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        count => count as usize,
    }
}

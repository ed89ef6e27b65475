//! Numbers of lines and bytes in a trail.

use confgate_core::render;

/// Returns a number and its noun: `1 line`, `2 lines`.
pub fn count(number: u64, noun: &str) -> String {
    render::count(usize::try_from(number).unwrap_or(usize::MAX), noun)
}

//! The memory of a running process, as a core dump would have it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;

/// Counts the places in the writable memory of a child process that hold a text.
///
/// # Panics
///
/// The process has ended, or its memory must not be read.
pub fn copies_in_memory(pid: i32, text: &str) -> usize {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).expect("the process runs");
    let memory = File::open(format!("/proc/{pid}/mem")).expect("the memory of a child can be read");
    let mut copies = 0;
    for line in maps.lines() {
        let mut fields = line.split_ascii_whitespace();
        let (range, permissions) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let address = |text: &str| u64::from_str_radix(text, 16).unwrap();
        let Some((start, end)) = range.split_once('-').map(|(start, end)| (address(start), address(end))) else {
            continue;
        };
        if !permissions.contains('w') {
            continue;
        }
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        // Pages of the kernel cannot be read, and a mapping may be gone.
        if memory.read_exact_at(&mut bytes, start).is_ok() {
            copies += bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
        }
    }
    copies
}

//! The memory of a running process, as a core dump would have it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;

/// Size of the parts that are read. Most of the memory that an allocator reserves is zero, and is passed over by comparison.
const PAGE: usize = 4096;
const CHUNK: usize = 256 * PAGE;

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
        if let Some((start, end)) = range.split_once('-').filter(|_| permissions.contains('w')) {
            copies += copies_in(&memory, address(start), address(end), text.as_bytes());
        }
    }
    copies
}

/// Counts the copies in a range of addresses.
fn copies_in(memory: &File, mut start: u64, end: u64, text: &[u8]) -> usize {
    let mut copies = 0;
    let mut run = Vec::new();
    let mut count = |run: &mut Vec<u8>| {
        copies += run.windows(text.len()).filter(|window| *window == text).count();
        run.clear();
    };
    while start < end {
        let mut bytes = vec![0; usize::try_from(end - start).map_or(CHUNK, |left| left.min(CHUNK))];
        // Pages of the kernel cannot be read, and a mapping may be gone.
        if memory.read_exact_at(&mut bytes, start).is_err() {
            break;
        }
        start += bytes.len() as u64;
        for page in bytes.chunks(PAGE) {
            match page == &[0; PAGE][..page.len()] {
                true => count(&mut run),
                false => run.extend_from_slice(page),
            }
        }
    }
    count(&mut run);
    copies
}
